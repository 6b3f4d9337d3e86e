"""What concerns one reader is one message, as far as a message can hold it."""

from dataclasses import replace

import pytest

from bot.flows.screen import Action, Press, Quote, Screen, text
from bot.ports.outbox import Letter, Notice, Strip
from bot.services.bundling import joined


def letter(chat: int, number: int, version: int = 1, lines: int = 1) -> Letter:
    """Return a reminder of ticket `number`, with its button."""
    press = Press(text("✋ Claim"), Action("claim", f"ref{number}", version))
    screen = Screen(tuple(Quote(f"{number}/{version}/{line}") for line in range(lines)), ((press,),))
    return Letter(chat, 1, Notice(screen), reader_id=chat)


def screen(one: Letter) -> Screen:
    """Return what a notice shows."""
    assert isinstance(one.content, Notice)
    return one.content.screen


def test_letters_to_one_reader_are_joined_in_their_order() -> None:
    first, second, third = letter(1, 1), letter(2, 1), letter(1, 2)
    one, other = joined([first, second, third])
    assert screen(one).lines == (Quote("1/1/0"), Quote("2/1/0"))
    assert [row[0].action.ref for row in screen(one).buttons] == ["ref1", "ref2"]
    assert other == second


def test_a_ticket_s_button_comes_once_in_its_latest_version() -> None:
    (one,) = joined([letter(1, 1, version=1), letter(1, 1, version=2), letter(1, 1, version=3)])
    ((press,),) = screen(one).buttons
    assert press.action.version == 3
    assert len(screen(one).lines) == 3


def test_what_both_say_is_said_once() -> None:
    why = text("Nobody has taken it on yet.")
    first, second = (letter(1, number) for number in (1, 2))
    both = [
        replace(one, content=Notice(replace(screen(one), lines=(*screen(one).lines, why)))) for one in (first, second)
    ]
    (one,) = joined(both)
    assert screen(one).lines == (Quote("1/1/0"), Quote("2/1/0"), why)


def test_other_readers_topics_and_contents_stay_apart() -> None:
    here = letter(1, 1)
    others = [replace(here, thread_id=4), replace(here, reader_id=None), replace(here, content=Strip(5))]
    assert joined([here, *others]) == (here, *others)


def test_what_one_message_cannot_hold_begins_another_and_nothing_is_lost() -> None:
    letters = [letter(1, number, lines=5) for number in range(30)]
    messages = joined(letters)
    assert 30 * 5 // 24 < len(messages) < 30
    lines = [line for message in messages for line in screen(message).lines]
    assert sorted(lines, key=repr) == sorted((line for one in letters for line in screen(one).lines), key=repr)
    assert max(len(screen(message).lines) for message in messages) <= 24


def test_nothing_is_joined_to_nothing() -> None:
    assert joined([]) == ()


@pytest.mark.parametrize("quiet", [(True, True), (True, False), (False, True), (False, False)])
def test_it_rings_if_any_of_it_does(quiet: tuple[bool, bool]) -> None:
    first, second = (replace(letter(1, number), silent=silent) for number, silent in enumerate(quiet))
    (one,) = joined([first, second])
    assert one.silent == all(quiet)
