"""The ticket: its state, what may be asked of it, and what then is true.

`decide(ticket, command)` says which events follow or refuses with a `DomainError`; `evolve(ticket, event)` returns
the ticket after an event. Both are pure: no clock, no text, no I/O. A ticket's version is the number of events in
its history, so the state can always be rebuilt from there (`rebuild`).

Invariants, held by the state machine in `tests/properties`:
- the first contact is written once and never changes (FC-2);
- a ticket has at most one assignee, and a claim of a claimed ticket changes nothing;
- only who holds the ticket answers it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from bot.domain.errors import DomainError, Refusal
from bot.domain.events import (
    Amended,
    AnswerDelivered,
    Answered,
    AnswerUndelivered,
    CallRequested,
    Claimed,
    Enclosed,
    Event,
    Filed,
    Recorded,
    Reminded,
    WindowBroken,
    Withdrawn,
)


class Kind(StrEnum):
    """What a ticket is about, by the resident's own choice."""

    COMPLAINT = "complaint"
    REPAIR = "repair"
    FINDING = "finding"
    ENQUIRY = "enquiry"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class Severity(StrEnum):
    """How serious it is; urgent and major are set by rule or with a reason."""

    NORMAL = "normal"
    URGENT = "urgent"
    MAJOR = "major"


class Stage(StrEnum):
    """The seven visible stages of FC-14, in their order."""

    RECEIVED = "received"
    JUDGED = "judged"
    IN_HAND = "in_hand"
    HANDLED = "handled"
    VERIFIED = "verified"
    VISITED = "visited"
    CLOSED = "closed"


class Channel(StrEnum):
    """How a matter reached us (ST-1)."""

    CHAT = "chat"
    ON_SITE = "on_site"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A matter somebody brought to us, as it stands now.

    `ref` is the opaque name that buttons carry; `number` is the one people read (estate, year, running number) and
    grants nothing. `regulation` is the version of the rule set the ticket began under.
    """

    id: int
    ref: str
    number: str
    estate_id: int
    kind: Kind
    severity: Severity
    stage: Stage
    channel: Channel
    filer_id: int
    filed_at: datetime
    regulation: str
    version: int
    first_contact_id: int | None = None
    assignee_id: int | None = None
    answered_at: datetime | None = None
    category: str = "finding"
    details: tuple[tuple[str, str], ...] = ()
    """Answers given by buttons, (step, code)."""
    nameless: bool = False
    """Whether staff are not to learn who filed it (CP-3)."""
    withdrawn_at: datetime | None = None
    call_asked_at: datetime | None = None
    """When the filer asked to be called, until they are answered."""

    @property
    def open(self) -> bool:
        """Whether there is still something to be done about it."""
        return self.stage is not Stage.CLOSED and self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Claim:
    """Take the ticket on: the claimer becomes its assignee, and its first contact if it has none (FC-1)."""

    by: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Tell the filer what happens; `text_id` names the erasable text, `digest` its salted hash."""

    by: int
    text_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class AskForCall:
    """Have somebody call the filer."""

    by: int


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take the matter back."""

    by: int


Command = Claim | Answer | AskForCall | Withdraw


def decide(ticket: Ticket, command: Command) -> tuple[Event, ...]:
    """Return what happens to `ticket` by `command`; raise `DomainError` where it may not be."""
    if isinstance(command, AskForCall | Withdraw) and ticket.filer_id != command.by:
        raise DomainError(Refusal.NOT_PERMITTED)  # before anything is said of the ticket
    if not ticket.open:
        raise DomainError(Refusal.TICKET_ENDED, number=ticket.number)
    match command:
        case Claim(by=by):
            if ticket.assignee_id == by:
                raise DomainError(Refusal.ALREADY_YOURS, number=ticket.number)
            if ticket.assignee_id is not None:
                raise DomainError(Refusal.ALREADY_CLAIMED, number=ticket.number)
            return (Claimed(by=by),)
        case Answer(by=by, text_id=text_id, digest=digest):
            if ticket.assignee_id != by:
                raise DomainError(Refusal.NOT_YOURS, number=ticket.number)
            return (Answered(by=by, text_id=text_id, digest=digest),)
        case AskForCall(by=by):
            if ticket.nameless:  # staff do not know whom to call; the button is not shown
                raise DomainError(Refusal.STALE_BUTTON)
            if ticket.call_asked_at:
                raise DomainError(Refusal.CALL_ASKED)
            return (CallRequested(by=by),)
        case Withdraw(by=by):
            return (Withdrawn(by=by),)
        case _:
            assert_never(command)


def evolve(ticket: Ticket, recorded: Recorded) -> Ticket:
    """Return the ticket as it is after `recorded`, its version one higher."""
    ticket = replace(ticket, version=ticket.version + 1)
    match recorded.event:
        case Claimed(by=by):
            return replace(ticket, assignee_id=by, first_contact_id=ticket.first_contact_id or by)
        case AnswerDelivered():
            return replace(ticket, answered_at=ticket.answered_at or recorded.at, call_asked_at=None)
        case CallRequested():
            return replace(ticket, call_asked_at=recorded.at)
        case Withdrawn():
            return replace(ticket, withdrawn_at=recorded.at)
        case Filed() | Answered() | AnswerUndelivered() | Amended() | Enclosed() | Reminded() | WindowBroken():
            return ticket
        case _:
            assert_never(recorded.event)


def begin(ticket_id: int, ref: str, filed: Filed, at: datetime) -> Ticket:
    """Return the ticket that `filed` brings into being, at version 1."""
    return Ticket(
        id=ticket_id,
        ref=ref,
        number=filed.number,
        estate_id=filed.estate_id,
        kind=Kind(filed.kind),
        severity=Severity(filed.severity),
        stage=Stage.RECEIVED,
        channel=Channel(filed.channel),
        filer_id=filed.by,
        filed_at=at,
        regulation=filed.regulation,
        version=1,
        first_contact_id=filed.first_contact,
        category=filed.category,
        details=filed.details,
        nameless=filed.nameless,
    )


def rebuild(ticket_id: int, ref: str, history: Iterable[Recorded]) -> Ticket:
    """Return the ticket's state from its whole history, oldest first; the history begins with `Filed`."""
    rows = iter(history)
    first = next(rows)
    if not isinstance(first.event, Filed):
        raise ValueError("a history begins with Filed")
    ticket = begin(ticket_id, ref, first.event, first.at)
    for row in rows:
        ticket = evolve(ticket, row)
    return ticket
