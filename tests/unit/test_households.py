"""Households: who joins, who sees whose matters, who is none of theirs, who moves out."""

from collections.abc import Iterator

import pytest

from bot.domain.people import Role
from bot.domain.tickets import Ticket
from bot.flows.draft import SUMMARY
from bot.flows.screen import Action, Text
from bot.ports.incoming import ReachabilityChanged
from bot.ports.outbox import Notice, TapAnswer
from bot.services import drawing, following, households, looking_up, preferring
from tests.office import GROUP, Office, account_of


@pytest.fixture
def office() -> Iterator[Office]:
    """Chan and then lee have registered for 3-12A by the same letter, ho for another home."""
    opened = Office({"clerk": Role.CLERK})
    code = opened.letter("3-12A")
    for name in ("chan", "lee"):
        opened.writes(name, code)
    opened.writes("ho", opened.letter("3-12B"))
    opened.delivers()
    yield opened
    opened.close()


def sets(office: Office, name: str, choice: str) -> TapAnswer | None:
    """Let somebody press a button of their settings."""
    return office.taps(name, Action(preferring.SET, "-", 0, choice).encode())


def moves_out(office: Office, name: str) -> None:
    """Let somebody say, and say again, that they moved out."""
    sets(office, name, preferring.OUT)
    data = Action(preferring.SET, str(office.home_of(name).id), 0, preferring.OUT_YES).encode()
    office.taps(name, data)


def listed(office: Office, name: str) -> list[str]:
    """Return the labels of the buttons that /my shows."""
    office.writes(name, "/my", command="my")
    letter = office.letters()[-1].letter
    assert isinstance(letter.content, Notice)
    assert letter.chat_id == account_of(name)
    rows = letter.content.screen.buttons
    return [press.label.message.format_map(press.label.params) for row in rows for press in row]


def looks_at(office: Office, name: str, ticket: Ticket) -> TapAnswer | None:
    """Let somebody tap a ticket in their list."""
    return office.taps(name, Action(following.SHOW, ticket.ref, ticket.version).encode())


def test_of_two_with_one_letter_both_are_in_and_the_first_is_the_main_contact(office: Office) -> None:
    unit = office.unit("3-12A")
    assert office.home_of("chan").unit_id == office.home_of("lee").unit_id == unit.id
    assert office.work(lambda tx: tx.households.living_in(unit.id))[0].person_id == office.person("chan").id
    assert "lee now belongs to your household in 3-12A" in office.told("chan")
    assert "household" not in office.told("lee") + office.told("ho")


def test_where_the_main_contact_cannot_be_reached_the_next_one_is_told(office: Office) -> None:
    office.receives(ReachabilityChanged(office.sender("chan"), reachable=False))
    office.writes("ng", office.letter("3-12A"))
    assert "ng now belongs" in office.told("lee")
    assert "ng now belongs" not in office.told("chan")


def test_nobody_sees_anothers_matters_unless_they_let_them(office: Office) -> None:
    ticket = office.files("lee", "The tap drips.")
    assert listed(office, "chan") == []
    refusal = looks_at(office, "chan", ticket)
    assert refusal is not None
    assert refusal.alert

    sets(office, "lee", preferring.SHARE)

    assert [ticket.number in label for label in listed(office, "chan")] == [True]
    looks_at(office, "chan", ticket)
    letter = office.letters()[-2].letter
    assert isinstance(letter.content, Notice)
    assert "The tap drips." in office.told("chan")
    assert letter.content.screen.buttons == (), "it can only be read"
    for name in ("ho", "clerk"):
        assert ticket.number not in "".join(listed(office, name))
        looks_at(office, name, ticket)
        assert "The tap drips." not in office.told(name)

    sets(office, "lee", preferring.HIDE)
    assert listed(office, "chan") == []


@pytest.mark.parametrize("wrong", ["c.neighbours", "c.colleague"])
def test_what_is_nameless_or_about_a_colleague_is_never_shared(office: Office, wrong: str) -> None:
    sets(office, "lee", preferring.SHARE)
    office.writes("lee", "They shout.")
    office.presses("lee", "c.complaint")
    office.presses("lee", wrong)
    if wrong == "c.neighbours":
        office.presses("lee", "c.keep")
    lee = office.person("lee")
    for _ in range(6):
        draft = office.work(lambda tx: tx.drafts.current(lee.id, account_of("lee"), office.now))
        assert draft is not None
        if draft.step == SUMMARY:
            break
        office.presses("lee", {"where": "c.lobby"}.get(draft.step, "skip"))
    office.presses("lee", "submit")
    (ticket,) = office.tickets()
    assert listed(office, "chan") == []
    looks_at(office, "chan", ticket)
    assert "They shout." not in office.told("chan")


def test_what_was_filed_before_they_lived_there_is_not_shared(office: Office) -> None:
    ticket = office.files("ng", "At my old home.")
    office.passes(minutes=1)
    office.writes("ng", office.letter("3-12A"))
    sets(office, "ng", preferring.SHARE)
    looks_at(office, "chan", ticket)
    assert "At my old home." not in office.told("chan")


def test_sight_ends_at_once_when_either_moves_out_and_matters_go_on(office: Office) -> None:
    sets(office, "lee", preferring.SHARE)
    sets(office, "chan", preferring.SHARE)
    of_lee, of_chan = office.files("lee", "The tap drips."), office.files("chan", "The door squeaks.")
    office.writes("lee", "One more thing")
    lee = office.person("lee")

    moves_out(office, "lee")

    for name, ticket in (("chan", of_lee), ("lee", of_chan)):
        answer = looks_at(office, name, ticket)
        assert answer is not None
        assert answer.alert
    assert office.person("lee").unit is None
    assert "you no longer live in 3-12A" in office.told("lee")
    assert office.tickets()[0].open
    assert office.work(lambda tx: tx.drafts.current(lee.id, account_of("lee"), office.now)), "what was begun goes on"
    office.presses("lee", "c.that")
    office.claims("clerk", office.tickets()[0])
    assert office.tickets()[0].assignee_id == office.person("clerk").id


def test_who_moved_out_registers_elsewhere_and_shares_nothing_there(office: Office) -> None:
    sets(office, "lee", preferring.SHARE)
    moves_out(office, "lee")
    office.writes("lee", office.letter("5-1C"))
    home = office.home_of("lee")
    assert home.unit_id == office.unit("5-1C").id
    assert not home.shares


def test_moving_out_is_asked_once_more_and_an_old_yes_is_worth_nothing(office: Office) -> None:
    home = office.home_of("lee")
    sets(office, "lee", preferring.OUT)
    assert office.home_of("lee") == home
    yes = Action(preferring.SET, str(home.id), 0, preferring.OUT_YES).encode()
    office.taps("lee", yes)
    office.writes("lee", office.letter("5-1C"))
    answer = office.taps("lee", yes)
    assert answer is not None
    assert answer.alert
    assert office.home_of("lee").unit_id == office.unit("5-1C").id


def test_the_letter_lives_while_somebody_lives_there_and_dies_with_the_last_or_by_the_office(office: Office) -> None:
    letter = office.letter("3-12A")
    moves_out(office, "lee")
    office.writes("ng", letter)
    assert office.person("ng").unit == "3-12A"
    for name in ("chan", "ng"):
        moves_out(office, name)
    office.writes("yip", letter)
    assert office.person("yip").unit is None
    assert "from an older letter" in office.told("yip")


def test_the_main_contact_moves_on_to_who_registered_next(office: Office) -> None:
    moves_out(office, "chan")
    unit = office.unit("3-12A")
    assert office.work(lambda tx: tx.households.living_in(unit.id))[0].person_id == office.person("lee").id


def test_a_stranger_is_put_before_the_office_and_sees_nothing_meanwhile(office: Office) -> None:
    sets(office, "chan", preferring.SHARE)
    ticket = office.files("chan", "The door squeaks.")
    assert len(listed(office, "lee")) == 1
    stranger = str(office.home_of("lee").id)

    office.taps("chan", Action(households.ALIEN, stranger, 0).encode(), message_id=7)

    assert "3-12A: chan says that lee does not belong there" in office.told(GROUP)
    assert listed(office, "lee") == []
    looks_at(office, "lee", ticket)
    assert "The door squeaks." not in office.told("lee")
    told = office.told(GROUP)
    office.taps("chan", Action(households.ALIEN, stranger, 0).encode())
    assert office.told(GROUP) == told, "once is enough"


@pytest.mark.parametrize("stays", [True, False])
def test_the_office_decides_about_a_stranger(office: Office, stays: bool) -> None:
    letter = office.letter("3-12A")
    sets(office, "chan", preferring.SHARE)
    office.files("chan", "The door squeaks.")
    residency = office.home_of("lee")
    office.taps("chan", Action(households.ALIEN, str(residency.id), 0).encode())
    choice = households.KEEP if stays else households.YES
    office.taps("clerk", Action(households.MOVED, str(residency.id), 0, choice).encode(), chat=GROUP)
    assert len(listed(office, "lee")) == stays
    assert (office.person("lee").unit == "3-12A") == stays
    assert ("no longer live in 3-12A" in office.told("lee")) != stays
    office.writes("lee", letter)
    assert (office.person("lee").unit == "3-12A") == stays, "the letter they still hold is dead"


def test_the_office_looks_up_a_home_marks_somebody_as_moved_out_and_gives_out_a_code(office: Office) -> None:
    old = office.letter("3-12A")
    office.writes("clerk", "/resident 3座12A", command="resident", argument="3座12A")
    told = office.told("clerk")
    assert "👤 chan, since 2026-03-02, main contact\n👤 lee, since 2026-03-02" in told
    moved = Action(households.MOVED, str(office.home_of("lee").id), 0)
    office.taps("clerk", moved.encode())
    assert office.person("lee").unit == "3-12A", "asked once more"
    office.taps("clerk", Action(moved.verb, moved.ref, 0, households.YES).encode())
    assert office.person("lee").unit is None
    letter = Action(looking_up.LETTER, str(office.unit("3-12A").id), 0, households.YES).encode()
    office.taps("clerk", letter)
    code = office.told("clerk").partition("<code>")[2].partition("</code>")[0]
    office.writes("ng", old)
    assert office.person("ng").unit is None
    office.writes("ng", code)
    assert office.person("ng").unit == "3-12A"


@pytest.mark.parametrize("argument", ["9-9Z", "<b>", "", "x" * 300, "🏠"])
def test_a_home_that_is_not_there_is_looked_up_without_harm(office: Office, argument: str) -> None:
    office.writes("clerk", "/resident", command="resident", argument=argument)
    assert "👤" not in office.told("clerk")


@pytest.mark.parametrize("verb", [households.ALIEN, households.MOVED, looking_up.LETTER])
@pytest.mark.parametrize("ref", ["", "0", "-1", "999", "9" * 40, "１", "x"])
def test_a_forged_reference_finds_nothing(office: Office, verb: str, ref: str) -> None:
    before = office.rows("residencies", "unit_codes", "people")
    answer = office.taps("clerk", f"{verb}:{ref}:0:yes")
    assert answer is not None
    assert answer.alert
    assert office.rows("residencies", "unit_codes", "people") == before


def test_staff_see_from_where_somebody_moved_out(office: Office) -> None:
    ticket = office.files("lee", "The tap drips.")
    moves_out(office, "lee")
    office.delivers()
    card = next(c for c in office.work(lambda tx: tx.cards.of_ticket(ticket.id)) if c.chat_id == GROUP)
    screen = office.work(lambda tx: drawing.draw(tx, card))
    assert screen is not None
    assert Text("From {name}, moved out of {unit}", {"name": "lee", "unit": "3-12A"}) in screen.lines


def test_the_settings_show_what_is_set(office: Office) -> None:
    def settings(name: str) -> str:
        before = office.told(name)
        office.writes(name, "/settings", command="settings")
        return office.told(name).removeprefix(before)

    assert "Your home: 3-12A" in settings("lee")
    assert "Nobody else of your household sees your matters" in settings("lee")
    sets(office, "lee", preferring.SHARE)
    assert "Your household sees your matters, but none without your name" in settings("lee")
    assert "Tell us your home whenever you like" in settings("ng")
    office.asks_for_home("ng", "7-7")
    assert "The office is looking into your home" in settings("ng")
    assert "home" not in settings("clerk")
