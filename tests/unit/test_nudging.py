"""Who leaves a draft lying is reminded of it once, never at night; what nobody sends is closed and erased."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import Refusal
from bot.domain.people import Role
from bot.flows.draft import DRAFT_LIFE, Draft, DraftState
from bot.flows.engine import NUDGE_AFTER
from bot.flows.screen import Action, Screen
from bot.flows.showing import VERB
from bot.ports.incoming import ReachabilityChanged
from bot.ports.store import Transaction
from bot.services import cards, drawing, lapsing, nudging
from bot.services.refusals import SENTENCES
from tests.office import MORNING, Office, account_of

A_SECOND = timedelta(seconds=1)
#: Half past nine in the evening in Hong Kong, twelve hours after the office opens.
EVENING = MORNING + NUDGE_AFTER


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office({"chan": Role.RESIDENT, "smith": Role.RESIDENT, "clerk": Role.CLERK})
    yield opened
    opened.close()


def at(office: Office, moment: datetime) -> int:
    """Let it be `moment`, and see to the reminders due by then; return how many letters that made."""
    office.now = moment
    before = len(office.letters())
    office.work(lambda tx: nudging.fire(tx, 100))
    return len(office.letters()) - before


def forgets(office: Office) -> None:
    """Close and empty what is over."""
    office.work(lambda tx: lapsing.forget(tx, 100))


def begins(office: Office, words: str = "The lift is stuck.", name: str = "chan") -> Draft:
    """Let somebody begin a report of their own; return its draft."""
    office.writes(name, command="new")
    office.writes(name, words)
    office.delivers()
    return latest(office, name)


def latest(office: Office, name: str = "chan") -> Draft:
    """Return the draft that somebody touched last."""
    person = office.person(name)
    draft = office.work(lambda tx: tx.drafts.current(person.id, account_of(name), office.now))
    assert draft
    return draft


def stored(office: Office, draft: Draft) -> Draft:
    """Return a draft as it stands now."""
    found = office.work(lambda tx: tx.drafts.by_ref(draft.ref))
    assert found
    return found


def shown(office: Office, draft: Draft) -> Screen:
    """Return what a draft's card shows now."""

    def drawn(tx: Transaction) -> Screen | None:
        card = tx.cards.of_draft(draft.ref)
        assert card
        return drawing.draw(tx, card)

    screen = office.work(drawn)
    assert screen
    return screen


def choices(screen: Screen) -> list[str]:
    """Return what the buttons of a screen choose."""
    return [press.action.choice for row in screen.buttons for press in row]


def test_half_a_life_after_the_last_touch_and_once(office: Office) -> None:
    draft = begins(office)
    assert at(office, EVENING - A_SECOND) == 0
    assert at(office, EVENING) == 1
    assert choices(shown(office, draft)) == ["on", "cancel"]
    office.delivers()
    for hours in (1, 6, 11):
        assert at(office, EVENING + timedelta(hours=hours)) == 0


def test_a_touch_puts_it_off(office: Office) -> None:
    begins(office)
    office.now = MORNING + timedelta(hours=1)
    office.writes("chan", "On floor 3.")
    office.delivers()
    assert at(office, EVENING) == 0
    assert latest(office).nudge_at == EVENING + timedelta(hours=1)


@pytest.mark.parametrize("hours_later", [1, 5, 10])
def test_at_night_it_waits_for_the_morning(office: Office, hours_later: int) -> None:
    office.now = MORNING + timedelta(hours=hours_later)
    draft = begins(office)
    assert at(office, EVENING + timedelta(hours=hours_later)) == 0
    morning = EVENING + timedelta(hours=10, minutes=30)
    assert stored(office, draft).nudge_at == morning
    assert at(office, morning - A_SECOND) == 0
    assert at(office, morning) == 1


def test_after_a_stop_it_comes_once_for_what_still_lives(office: Office) -> None:
    gone = begins(office, "The first.")
    office.now = MORNING + timedelta(hours=4)
    lives = begins(office, "The second.")
    office.now = MORNING + DRAFT_LIFE + timedelta(hours=2)
    at(office, office.now)
    assert stored(office, gone).state is DraftState.EXPIRED
    assert (stored(office, lives).resting, stored(office, lives).nudge_at) == (True, None)
    office.delivers()
    assert at(office, office.now) == 0


def test_whoever_cannot_be_reached_is_not_reminded_later_either(office: Office) -> None:
    draft = begins(office)
    office.receives(ReachabilityChanged(office.sender("chan"), reachable=False))
    assert at(office, EVENING) == 0
    office.receives(ReachabilityChanged(office.sender("chan"), reachable=True))
    assert at(office, EVENING + timedelta(minutes=5)) == 0
    assert stored(office, draft).nudge_at is None


@pytest.mark.parametrize("choice", ["submit", "cancel"])
def test_what_is_done_needs_no_reminder(office: Office, choice: str) -> None:
    office.writes("chan", "The lift is stuck.")
    office.presses("chan", "c.enquiry")
    office.presses("chan", choice)
    office.delivers()
    assert at(office, EVENING) == 0
    assert office.work(lambda tx: tx.drafts.next_nudge()) is None


def test_go_on_leads_back_to_where_it_was_left(office: Office) -> None:
    draft = begins(office)
    before = shown(office, draft)
    at(office, EVENING)
    office.presses("chan", "on")
    after = stored(office, draft)
    assert (after.step, after.items, after.answers) == (draft.step, draft.items, draft.answers)
    assert (after.resting, after.expires_at) == (False, EVENING + DRAFT_LIFE)
    assert choices(shown(office, draft)) == choices(before)


def test_drop_it_drops_it(office: Office) -> None:
    draft = begins(office)
    at(office, EVENING)
    office.presses("chan", "cancel")
    assert stored(office, draft).state is DraftState.CANCELLED


def test_words_after_the_reminder_go_on_with_it(office: Office) -> None:
    draft = begins(office)
    at(office, EVENING)
    office.writes("chan", "On floor 3.")
    assert stored(office, draft).words == "The lift is stuck.\nOn floor 3."
    assert not stored(office, draft).resting


def test_a_reminder_leaves_the_order_of_drafts_as_it_is(office: Office) -> None:
    older = begins(office, "The first.")
    office.now = MORNING + timedelta(hours=1)
    newer = begins(office, "The second.")
    at(office, EVENING)
    assert stored(office, older).resting
    assert latest(office).ref == newer.ref


def test_a_day_after_the_last_touch_it_is_closed_and_nothing_of_it_remains(office: Office) -> None:
    draft = begins(office, "My neighbour is ill.")
    office.writes("chan", photo=True)
    office.delivers()
    at(office, EVENING)
    office.delivers()
    office.now = MORNING + DRAFT_LIFE
    forgets(office)
    closed = stored(office, draft)
    assert (closed.state, closed.items, closed.answers) == (DraftState.EXPIRED, (), {})
    assert "neighbour" not in repr(office.rows("drafts"))
    assert "file-" not in repr(office.rows("drafts"))
    assert [press.action.verb for row in shown(office, draft).buttons for press in row] == [cards.BEGIN]
    (letter,) = office.waiting()
    assert office.work(lambda tx: tx.outbox.get(letter)).letter.silent
    forgets(office)
    assert office.waiting() == (letter,)


@pytest.mark.parametrize("choice", ["submit", "cancel"])
def test_what_was_sent_or_dropped_is_not_kept_beside_it_either(office: Office, choice: str) -> None:
    office.writes("chan", "My neighbour is ill.")
    office.presses("chan", "c.enquiry")
    office.presses("chan", choice)
    office.now = MORNING + DRAFT_LIFE
    forgets(office)
    assert "neighbour" not in repr(office.rows("drafts"))
    assert ("neighbour" in repr(office.rows("texts"))) == (choice == "submit")


@pytest.mark.parametrize("swept", [False, True])
@pytest.mark.parametrize("choice", ["c.repair", "cancel", "on", "submit"])
def test_a_tap_that_comes_too_late_is_told_so_and_offers_a_fresh_start(
    office: Office, swept: bool, choice: str
) -> None:
    draft = begins(office)
    office.now = MORNING + DRAFT_LIFE
    if swept:
        forgets(office)
    answer = office.taps("chan", Action(VERB, draft.ref, draft.revision, choice).encode())
    assert answer
    assert answer.words == SENTENCES[Refusal.DRAFT_EXPIRED]
    assert stored(office, draft).state is DraftState.EXPIRED
    ((press,),) = shown(office, draft).buttons
    office.taps("chan", press.action.encode())
    assert latest(office).ref != draft.ref


def test_an_answer_that_was_never_sent_is_closed_too(office: Office) -> None:
    ticket = office.files("chan")
    office.claims("clerk", ticket)
    office.begins_answer("clerk", ticket)
    office.writes("clerk", "We are on our way.")
    draft = latest(office, "clerk")
    at(office, EVENING)
    assert choices(shown(office, draft)) == ["on", "cancel"]
    office.now = MORNING + DRAFT_LIFE
    forgets(office)
    assert "on our way" not in repr(office.rows("drafts"))
    assert shown(office, draft).buttons == ()


def test_the_card_of_who_cannot_be_reached_is_left_alone(office: Office) -> None:
    draft = begins(office)
    person = office.person("chan")
    office.work(lambda tx: tx.people.update(replace(person, reachable=False)))
    office.now = MORNING + DRAFT_LIFE
    forgets(office)
    assert stored(office, draft).state is DraftState.EXPIRED
    assert office.waiting() == ()
