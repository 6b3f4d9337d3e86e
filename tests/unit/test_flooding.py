"""A flood loses nothing and drowns nobody: it is kept, told once, and an emergency always passes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Refusal
from bot.domain.people import Role
from bot.flows.draft import DraftState
from bot.flows.screen import Screen, Text
from bot.ports.outbox import Notice, TapAnswer
from bot.ports.store import Source, Transaction
from bot.services import drawing
from bot.services.flooding import FILED_WITHIN, MOST_FILED, MOST_MESSAGES, TWIN_WITHIN
from bot.services.holder_notices import RING_AGAIN
from bot.services.refusals import SENTENCES
from tests.office import MORNING, Office, account_of


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office({"chan": Role.RESIDENT, "smith": Role.RESIDENT, "guard": Role.FRONTLINE, "clerk": Role.CLERK})
    yield opened
    opened.close()


def has_phones(office: Office) -> None:
    """Give the estate its phones."""
    estate = office.work(lambda tx: tx.estates.get(office.estate_id))
    office.work(lambda tx: tx.estates.update(replace(estate, phone="2345 6700", emergency_phone="2345 6789")))


def files(office: Office, name: str, words: str, *choices: str) -> TapAnswer | None:
    """Let somebody file a matter of its own; return what was answered to Submit."""
    office.writes(name, command="new")
    for choice in choices or ("c.enquiry",):
        office.presses(name, choice)
    if words:
        office.writes(name, words)
    answer = office.presses(name, "submit")
    office.delivers()
    return answer


def files_all_one_may(office: Office) -> None:
    """Let Chan file as much as anybody may within the hour, a minute apart."""
    for number in range(MOST_FILED):
        files(office, "chan", f"Question {number}")
        office.passes(minutes=1)
    assert len(office.tickets()) == MOST_FILED


def said(answer: TapAnswer | None) -> Text:
    """Return what the answer to a tap says."""
    assert answer
    assert answer.words
    return answer.words


def shown(office: Office, name: str) -> Screen:
    """Return the screen of somebody's running conversation."""
    person = office.person(name)

    def drawn(tx: Transaction) -> Screen | None:
        draft = tx.drafts.current(person.id, account_of(name), office.now)
        card = tx.cards.of_draft(draft.ref) if draft else None
        return drawing.draw(tx, card) if card else None

    screen = office.work(drawn)
    assert screen
    return screen


@pytest.mark.parametrize("phones", [False, True])
def test_what_is_too_much_for_an_hour_is_kept_and_sent_later(office: Office, phones: bool) -> None:
    if phones:
        has_phones(office)
    files_all_one_may(office)
    refused = files(office, "chan", "One more")
    refusal = Refusal.FILED_ENOUGH_CALL if phones else Refusal.FILED_ENOUGH
    assert said(refused).message == SENTENCES[refusal].message
    assert said(refused).params["time"] == MORNING + FILED_WITHIN
    assert said(refused).params.get("phone") == ("2345 6789" if phones else None)
    assert len(office.tickets()) == MOST_FILED
    office.now = MORNING + FILED_WITHIN
    office.presses("chan", "submit")
    assert len(office.tickets()) == MOST_FILED + 1


def test_somebody_elses_flood_is_nobodys_burden(office: Office) -> None:
    files_all_one_may(office)
    files(office, "smith", "The lift is stuck.")
    assert len(office.tickets()) == MOST_FILED + 1


def test_an_emergency_always_passes(office: Office) -> None:
    files_all_one_may(office)
    files(office, "chan", "", "c.emergency", "c.burst")
    files(office, "chan", "", "c.emergency", "c.burst")
    assert len(office.tickets()) == MOST_FILED + 2


def test_the_same_again_is_asked_about_once(office: Office) -> None:
    files(office, "chan", "Is the pool open?")
    assert files(office, "chan", "Is the pool open? ") is not None
    assert len(office.tickets()) == 1
    screen = shown(office, "chan")
    assert office.tickets()[0].number in repr(screen)
    assert [row[0].action.choice for row in screen.buttons[:2]] == ["c.another", "c.same"]


def test_another_one_is_filed_at_once(office: Office) -> None:
    files(office, "chan", "Is the pool open?")
    files(office, "chan", "Is the pool open?")
    office.presses("chan", "c.another")
    assert len(office.tickets()) == 2


def test_the_same_one_is_dropped(office: Office) -> None:
    files(office, "chan", "Is the pool open?")
    files(office, "chan", "Is the pool open?")
    office.presses("chan", "c.same")
    assert len(office.tickets()) == 1
    person = office.person("chan")
    assert office.work(lambda tx: tx.drafts.current(person.id, account_of("chan"), office.now)) is None


@pytest.mark.parametrize(
    ("words", "choice", "later"),
    [
        ("Is the pool open now?", "c.enquiry", timedelta()),
        ("Is the pool open?", "c.suggestion", timedelta()),
        ("Is the pool open?", "c.enquiry", TWIN_WITHIN),
    ],
    ids=["other words", "another kind", "later"],
)
def test_what_differs_is_another_one(office: Office, words: str, choice: str, later: timedelta) -> None:
    files(office, "chan", "Is the pool open?")
    office.now += later
    files(office, "chan", words, choice)
    assert len(office.tickets()) == 2


def test_photos_alone_are_never_the_same(office: Office) -> None:
    for _ in range(2):
        office.writes("guard", photo=True)
        office.sends_finding("guard")
    assert len(office.tickets()) == 2


def test_what_a_guard_sends_twice_is_asked_about_too(office: Office) -> None:
    for _ in range(2):
        office.writes("guard", "Glass on the floor.", photo=True)
        office.sends_finding("guard")
    assert len(office.tickets()) == 1
    office.presses("guard", "c.another")
    assert len(office.tickets()) == 2


def notices(office: Office) -> list[str]:
    """Return the sentences of all notices to Chan."""
    contents = [posted.letter.content for posted in office.letters() if posted.letter.chat_id == account_of("chan")]
    lines = [line for content in contents if isinstance(content, Notice) for line in content.screen.lines]
    return [line.message for line in lines if isinstance(line, Text)]


def test_a_flood_of_messages_is_told_once_and_its_words_are_kept(office: Office) -> None:
    for _ in range(MOST_MESSAGES):
        office.writes("chan", command="help")
    before = len(notices(office))
    for number in range(10):
        office.writes("chan", f"The lift is stuck {number}")
    for _ in range(10):
        office.writes("chan", command="help")
    assert notices(office)[before:] == [SENTENCES[Refusal.TOO_FAST].message]
    person = office.person("chan")
    draft = office.work(lambda tx: tx.drafts.current(person.id, account_of("chan"), office.now))
    assert draft
    assert draft.state is DraftState.OPEN
    assert draft.words.splitlines() == [f"The lift is stuck {number}" for number in range(10)]
    office.passes(minutes=1)
    office.writes("chan", command="help")
    assert len(notices(office)) > before + 1


def test_in_a_flood_too_an_emergency_is_heard(office: Office) -> None:
    for _ in range(MOST_MESSAGES + 5):
        office.writes("chan", command="help")
    office.writes("chan", "SOS")
    assert "c.trapped" in repr(shown(office, "chan"))


def test_who_changes_what_they_wrote_again_and_again_rings_its_holder_once(office: Office) -> None:
    ticket = office.files("chan")
    office.claims("clerk", ticket)
    office.delivers()
    ((message,),) = office.work(
        lambda tx: [(s,) for s in range(1001, 1100) if tx.texts.by_source(Source(account_of("chan"), s))]
    )

    def rings() -> int:
        told = [p.letter for p in office.letters() if p.letter.chat_id == account_of("clerk")]
        return sum(isinstance(letter.content, Notice) and not letter.silent for letter in told)

    for number in range(20):
        office.edits("chan", message, f"The lift is stuck, {number}")
    assert rings() == 1
    office.delivers()
    card = next(c for c in office.work(lambda tx: tx.cards.of_ticket(ticket.id)) if c.chat_id == account_of("clerk"))
    assert "The lift is stuck, 19" in repr(office.work(lambda tx: drawing.draw(tx, card)))
    office.now += RING_AGAIN
    office.edits("chan", message, "It moves again")
    assert rings() == 2


def test_what_a_card_cannot_hold_follows_it_in_silence(office: Office) -> None:
    ticket = office.files("chan")
    office.claims("clerk", ticket)
    number = office.writes("chan", "One more thing")
    office.presses("chan", "c.that")
    office.edits("chan", number, "x" * 3000)
    told = [p.letter for p in office.letters() if p.letter.chat_id == account_of("clerk")]
    assert [letter.silent for letter in told if "xxx" in repr(letter.content)] == [True]
