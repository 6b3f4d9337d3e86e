"""What falls due next and why, and a ticket's file: how the desk stands, for whoever watches the sandbox. Reads only.

Nobody's words are in it; whoever may see the sandbox's page sees every phone, so nothing is held back from it either.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.domain.clocks import Obligation
from bot.domain.events import Filed, Judged, Recorded, Reminded, WindowBroken
from bot.domain.history import event_of
from bot.domain.tickets import Jurisdiction, Ticket
from bot.flows.screen import Text
from bot.ports.boards import Board, Listing
from bot.ports.search import Reader
from bot.ports.store import Transaction
from bot.services.rulebook import STOCK_TAKE, reason_for

#: Everything that waits for its time lies nearer than this.
_AHEAD: Final = timedelta(days=400)
#: What the day's stock-take goes by.
_STOCK_TAKE_RULE: Final = "CP-7"
#: The rule that each kind of event serves; those of windows and of judging name theirs themselves.
_RULES: Final = {
    "filed": "FC-10", "claimed": "FC-2", "claim_undone": "FC-2", "transferred": "FC-11", "transfer_accepted": "FC-2",
    "handed_over": "FC-11", "reached": "FC-5", "transfer_declined": "FC-11",
    "transfer_recalled": "FC-11", "transfer_lapsed": "FC-11", "answered": "CP-6",
    "answer_delivered": "CP-6", "answer_undelivered": "CP-6", "promised": "FC-4", "proposed": "CP-8",
    "agreed": "CP-8", "disagreed": "CP-8", "handled": "ST-5", "verified": "CP-10", "rejected": "CP-10",
    "visit_planned": "RV-1", "visit_spared": "RV-3", "visit_opened": "RV-1", "visit_nudged": "RV-1",
    "visit_entrusted": "RV-4", "visited": "RV-5", "visit_missed": "RV-1", "visits_cancelled": "RV-1",
    "solved": "CP-11", "reopened": "CP-11", "closed": "CP-11", "void_proposed": "ST-2", "voided": "ST-2",
    "void_declined": "ST-2", "split": "ST-3", "merged": "ST-4", "joined": "ST-4", "unmerged": "ST-4", "parted": "ST-4",
}  # fmt: skip
_WHOSE: Final = {
    Jurisdiction.OURS: "FC-4",
    Jurisdiction.SISTER: "FC-5",
    Jurisdiction.OUTSIDE: "FC-7",
    Jurisdiction.UNCLEAR: "FC-8",
}


class Alarm(StrEnum):
    """What kind of thing falls due; the values are stable."""

    WINDOW = "window"
    DIGEST = "digest"  # a morning's word on what rang at night
    STOCK_TAKE = "stock_take"
    VISIT = "visit"  # the next step of a return visit
    NUDGE = "nudge"  # of who has left a report half written


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due. A window's has its ticket's `number`, and `stage` as `domain.clocks` names it."""

    at: datetime
    alarm: Alarm
    number: str | None = None
    rule: str | None = None
    stage: str | None = None
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a history: when, what (an event's name), who did it, by which rule."""

    at: datetime
    name: str
    who: str | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class File:
    """All there is to see of a ticket: how it stands, who has it, its windows and its history, both oldest first."""

    ticket: Ticket
    assignee: str | None
    first_contact: str | None
    runs: tuple[Obligation, ...]
    entries: tuple[Entry, ...]


def next_due(tx: Transaction, most: int) -> tuple[Due, ...]:
    """Return at most `most` of what falls due, the next first."""
    until = tx.now + _AHEAD
    windows = [
        Due(timer.due_at, Alarm.WINDOW, tx.tickets.get(timer.ticket_id).number, timer.rule, timer.stage,
            reason_for(timer.rule))
        for timer in tx.obligations.due(until, most)
    ]  # fmt: skip
    digests = [
        Due(note.due_at, Alarm.DIGEST, tx.tickets.get(note.ticket_id).number, note.rule, why=reason_for(note.rule))
        for note in tx.digests.due(until, most)
    ]
    counts = [
        Due(take.due_at, Alarm.STOCK_TAKE, rule=_STOCK_TAKE_RULE, why=STOCK_TAKE)
        for take in tx.stock_takes.due(until, most)
    ]
    visits = [
        Due(visit.next_at, Alarm.VISIT, tx.tickets.get(visit.ticket_id).number, visit.rule, why=reason_for("RV-1"))
        for visit in tx.visits.due(until, most)
        if visit.next_at
    ]
    nudges = [Due(draft.nudge_at, Alarm.NUDGE) for draft in tx.drafts.nudges(until, most) if draft.nudge_at]
    return tuple(sorted((*windows, *digests, *counts, *visits, *nudges), key=lambda due: due.at)[:most])


def newest(tx: Transaction, most: int) -> tuple[Ticket, ...]:
    """Return the tickets filed last, the latest first."""
    estate = tx.estates.first()
    if estate is None:
        return ()
    everybody = Reader(estate.id, person_id=0, confidential=True)
    filed = Board(Listing.RECEIVED, since=datetime.min.replace(tzinfo=UTC), until=datetime.max.replace(tzinfo=UTC))
    return tuple(entry.ticket for entry in tx.boards.page(everybody, filed, most))


def file_of(tx: Transaction, number: str) -> File | None:
    """Return the file of the ticket with that number, None where there is none."""
    ticket = tx.tickets.by_number(number)
    if ticket is None:
        return None
    entries = tuple(_entry(tx, ticket, event_of(row)) for row in tx.tickets.history(ticket.id))
    return File(
        ticket, _name(tx, ticket.assignee_id), _name(tx, ticket.first_contact_id), tx.obligations.of(ticket.id), entries
    )


def _entry(tx: Transaction, ticket: Ticket, recorded: Recorded) -> Entry:
    event = recorded.event
    match event:
        case Reminded() | WindowBroken():
            return Entry(recorded.at, event.NAME, _name(tx, event.holder), event.rule)
        case Judged():
            return Entry(recorded.at, event.NAME, _name(tx, event.by), _WHOSE[Jurisdiction(event.jurisdiction)])
        case Filed() if ticket.nameless:
            return Entry(recorded.at, event.NAME, None, _RULES[event.NAME])
        case _:
            return Entry(recorded.at, event.NAME, _name(tx, getattr(event, "by", None)), _RULES.get(event.NAME))


def _name(tx: Transaction, person_id: int | None) -> str | None:
    return tx.people.get(person_id).name if person_id else None
