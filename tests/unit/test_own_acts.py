"""Nobody is rung for what they did themselves: what only tells it is not sent, what asks for something is silent."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from bot.domain.events import (
    Answered,
    Claimed,
    Event,
    Handled,
    HelpAsked,
    HelpTaken,
    Merged,
    Noted,
    Promised,
    Reopened,
    TransferAccepted,
    Transferred,
    Unmerged,
    Verified,
    VisitPlanned,
)
from bot.domain.people import Role
from bot.domain.policy import Act
from bot.flows.screen import Press
from bot.ports.outbox import Letter, Notice
from bot.ports.store import Transaction
from bot.services.recording import record_quietly
from tests.office import MORNING, Office
from tests.rules.registering import registered

CAST: Final = {
    "chan": Role.RESIDENT,
    "guard": Role.FRONTLINE,
    "clerk": Role.CLERK,
    "technician": Role.TECHNICIAN,
}
CHAN, GUARD, CLERK, TECHNICIAN = range(1, 5)
DONE: Final = (Claimed(CLERK), Handled(TECHNICIAN, "solved", "wear"))
CHECKED: Final = (*DONE, Verified(GUARD))


@dataclass(frozen=True, slots=True)
class Case:
    """Whose finding or matter it is, what has happened, and what its last doer did: do they hear of it, in silence?"""

    what: str
    filer: str
    before: tuple[Event, ...]
    event: Event
    asked: Act | None = None
    heard: bool = False
    kind: str = "finding"
    channel: str = "chat"


CASES: Final = (
    Case("goes where they have found something", "guard", (HelpAsked(GUARD),), HelpTaken(GUARD)),
    Case("checks what they had found", "clerk", (Claimed(TECHNICIAN), DONE[1]), Verified(CLERK)),
    Case(
        "answers on what they had found", "technician", (Claimed(TECHNICIAN),), Answered(TECHNICIAN, 0, ""), heard=True
    ),
    Case("promises what they had found", "clerk", (), Promised(CLERK, MORNING.isoformat(), 0, ""), heard=True),
    Case("notes something on what they have", "chan", (Claimed(CLERK),), Noted(CLERK, 0, ""), kind="repair"),
    Case(
        "takes over what they had received first",
        "chan",
        (Claimed(CLERK), Transferred(TECHNICIAN, "skill", CLERK)),
        TransferAccepted(CLERK),
        kind="repair",
    ),
    Case("takes two matters apart again", "chan", (Merged(CHAN, 1),), Unmerged(CHAN), kind="repair"),
    Case("notes that it is not solved", "chan", CHECKED, Reopened(CLERK, to=CLERK), Act.ANSWER, kind="repair"),
    Case("checks what HQ waits for", "chan", DONE, Verified(CLERK), Act.TELL_HQ, kind="repair", channel="hq"),
)


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office(CAST)
    yield opened
    opened.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_who(office: Office, case: Case) -> None:
    letters = office.work(partial(_happens, office, case))
    by = getattr(case.event, "by", None)
    theirs = [letter for letter in letters if letter.reader_id == by]
    assert all(letter.silent for letter in theirs)
    assert bool(theirs) is (case.heard or case.asked is not None)
    if case.asked:
        assert case.asked in {press.action.verb for letter in theirs for press in _presses(letter)}


def test_what_follows_at_once_from_their_own_act_is_told_in_silence(office: Office) -> None:
    def checks_their_own(tx: Transaction) -> tuple[Letter, ...]:
        ticket = registered(tx, office.rules, tx.people.get(CLERK), kind="repair")
        ticket = record_quietly(tx, office.rules, ticket, DONE)[0]
        opens = VisitPlanned(
            1, "RV-1", (MORNING + timedelta(hours=4)).isoformat(), (MORNING + timedelta(days=1)).isoformat()
        )
        return record_quietly(tx, office.rules, ticket, (Verified(CLERK), opens))[1]

    letters = office.work(checks_their_own)
    theirs = [letter for letter in letters if letter.reader_id == CLERK]
    assert theirs
    assert all(letter.silent for letter in theirs)


def test_everybody_else_is_rung_as_ever(office: Office) -> None:
    case = CASES[1]
    letters = office.work(partial(_happens, office, replace(case, filer="guard")))
    assert [(letter.reader_id, letter.silent) for letter in letters] == [(GUARD, False)]


def _presses(letter: Letter) -> list[Press]:
    screen = letter.content.screen if isinstance(letter.content, Notice) else None
    return [press for row in screen.buttons for press in row] if screen else []


def _happens(office: Office, case: Case, tx: Transaction) -> tuple[Letter, ...]:
    """Let it happen; return the letters about the last event."""
    filer = tx.people.get(tuple(CAST).index(case.filer) + 1)
    registered(tx, office.rules, filer, kind=case.kind)
    ticket = registered(tx, office.rules, filer, kind=case.kind, channel=case.channel)
    words, _ = tx.texts.add(ticket.id, filer.id, "note", "words")
    letters: tuple[Letter, ...] = ()
    for event in (*case.before, case.event):
        given = replace(event, text_id=words) if getattr(event, "text_id", None) == 0 else event  # type: ignore[arg-type]
        ticket, letters = record_quietly(tx, office.rules, tx.tickets.get(ticket.id), (given,))
    return letters
