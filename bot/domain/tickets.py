"""The ticket: its state, and how each event changes it.

`evolve(ticket, event)` returns the ticket after an event; what may happen to it is decided in `domain/commands`, and
who may ask for it stands in `domain/policy`. A ticket's version is the number of events in its history, so the state
can always be rebuilt from there (`rebuild`).

Invariants, held by the state machine in `tests/properties`:
- the first contact is written once and never changes (FC-2), but by a wrong tap taken back within its minute;
- a ticket has at most one assignee, and while an offer of transfer is open the giver keeps it (FC-11);
- what was verified was verified by somebody else than who had handled it (CP-10).
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never

from bot.domain.events import (
    Agreed,
    Amended,
    AnswerDelivered,
    Answered,
    AnswerUndelivered,
    Asked,
    Called,
    CallRequested,
    CameAgain,
    CameBefore,
    Chased,
    Claimed,
    ClaimUndone,
    Closed,
    Disagreed,
    Enclosed,
    Erased,
    Event,
    Filed,
    FoundSolved,
    Graded,
    HandedOver,
    Handled,
    HelpAsked,
    HelpTaken,
    Joined,
    Judged,
    MadeSafe,
    Merged,
    Noted,
    Parted,
    Promised,
    Proposed,
    Reached,
    Recorded,
    Rejected,
    Released,
    Reminded,
    Reopened,
    ReopeningUndone,
    Replied,
    Split,
    Started,
    SummedUp,
    ToldHq,
    TransferAccepted,
    TransferDeclined,
    TransferLapsed,
    TransferRecalled,
    Transferred,
    Unmerged,
    Verified,
    VisitBegun,
    Visited,
    VisitEntrusted,
    VisitMissed,
    VisitNudged,
    VisitOpened,
    VisitPlanned,
    VisitReviewed,
    VisitsCancelled,
    VisitSpared,
    VisitTried,
    VoidDeclined,
    Voided,
    VoidProposed,
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
    TOLD = "told"
    PHONE = "phone"
    INTERCOM = "intercom"  # to the monitoring room
    VISIT = "visit"
    LETTER = "letter"
    EMAIL = "email"
    FORUM = "forum"
    PRESS = "press"
    HQ = "hq"
    SISTER_UNIT = "sister_unit"
    RETURN_VISIT = "return_visit"  # found or left open at a visit (RV-6)


class Jurisdiction(StrEnum):
    """Whose matter it is (FC-4, 5, 7, 8)."""

    OURS = "ours"
    SISTER = "sister"
    OUTSIDE = "outside"
    UNCLEAR = "unclear"


class Outcome(StrEnum):
    """How handling ended; `explained` declines politely, and a supervisor has to agree to it (FC-12)."""

    SOLVED = "solved"
    PARTLY = "partly"
    EXPLAINED = "explained"


class Cause(StrEnum):
    """What lay behind it, and whose it was (ST-5)."""

    MANAGEMENT = "management"
    WEAR = "wear"
    FITTING_OUT = "fitting_out"
    DEVELOPER = "developer"
    NATURE = "nature"
    THIRD_PARTY = "third_party"
    RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A matter somebody brought to us, as it stands now.

    `ref` is the opaque name that buttons carry; `number` is the one people read (estate, year, running number) and
    grants nothing. `filer_id` is whom it concerns, also where a colleague took it down (`recorded_by`). `regulation` is
    the version of the rule set the ticket began under.
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
    """When they first heard from us, since it was filed or opened again."""
    category: str = "finding"
    details: tuple[tuple[str, str], ...] = ()
    """Answers given by buttons, (step, code)."""
    nameless: bool = False
    """Whether staff are not to learn who filed it (CP-3)."""
    withdrawn_at: datetime | None = None
    call_asked_at: datetime | None = None
    """When the filer asked to be called, until they are answered or called."""
    recorded_by: int | None = None
    split_from: int | None = None
    claimed_at: datetime | None = None
    """When the assignee took it on, until they did something with it: so long a wrong tap can be taken back."""
    contact_by_claim: bool = False
    """Whether that tap also made them the first contact."""
    jurisdiction: Jurisdiction | None = None
    department_id: int | None = None
    entry_id: int | None = None
    """The sister unit or outside body in the directory."""
    transfer_by: int | None = None
    transfer_to: int | None = None
    transfer_department: int | None = None
    transferred_at: datetime | None = None
    """When it was offered to a person or a department, until they accept or it comes back."""
    handover_at: datetime | None = None
    """When the duty of who was offered it begins, until it is handed over to them."""
    asked_id: int | None = None
    """The text of the question that the filer has not answered yet."""
    promised_until: datetime | None = None
    promises: int = 0
    """How often a time was promised; every one after the first moved it (FC-4)."""
    proposal_id: int | None = None
    """The text of the proposal that the filer has not answered yet (CP-8)."""
    outcome: Outcome | None = None
    root_cause: Cause | None = None
    handled_by: int | None = None
    handled_at: datetime | None = None
    verified_at: datetime | None = None
    closed_at: datetime | None = None
    reopen_until: datetime | None = None
    reopened: int = 0
    void_asked_by: int | None = None
    voided_at: datetime | None = None
    merged_into: int | None = None
    cautioned_at: datetime | None = None
    """When words that sound like a brush-off were last sent to the filer all the same (FC-3)."""
    repeats: int = 0
    """How often who filed it had to tell us again (CP-12)."""
    came_before: int | None = None
    """The ticket of the same matter that had been dealt with before."""
    hq_waits: bool = False
    """Whether HQ, which had passed it on, is to be told how it stands now (CP-9)."""
    summed_up_at: datetime | None = None
    """When it was written down how to prevent it, since it was last closed (FC-14)."""
    contractor_id: int | None = None
    """The company of who reported it from site (AS-8)."""
    squad_id: int | None = None
    """The department in which who reported it from site worked."""
    chased_at: datetime | None = None
    """When somebody last asked how it stands."""
    merged_at: datetime | None = None
    """When it went on in another one, until it goes on by itself."""
    help_asked_at: datetime | None = None
    """When the nearest colleagues were asked to go there, until it is handled (AS-4)."""
    helper_id: int | None = None
    """Who of them went."""

    visits: int = 0
    """How many return visits are still to be made, those left out that wait for rain."""
    visit: int | None = None
    """Which one is under way: the filer is asked, or the visitor."""
    visit_due: datetime | None = None
    visitor_id: int | None = None
    """Who is to call the filer or to go and see them."""
    visited_at: datetime | None = None
    """When it was last said how it is, in the chat or to the visitor; that can be changed for a while."""
    visit_tries: int = 0
    """How often the visitor could not reach them."""
    visited_by: int | None = None
    """Who made the last visit, or answered it, as long as nobody has reviewed it (RV-8)."""

    @property
    def from_site(self) -> bool:
        """Whether somebody who works on site reported it, of their own or as somebody told them."""
        on_site = self.kind is Kind.FINDING or self.channel in (Channel.ON_SITE, Channel.TOLD)
        return on_site or self.squad_id is not None or self.contractor_id is not None

    @property
    def open(self) -> bool:
        """Whether there is still something to be done about it."""
        ended = self.withdrawn_at or self.voided_at or self.merged_into
        return self.stage is not Stage.CLOSED and not ended

    @property
    def transfer_open(self) -> bool:
        """Whether it is offered to somebody who has not answered yet."""
        return self.transferred_at is not None


#: What becomes of a ticket when an offer of transfer is over, whichever way.
_NO_OFFER: dict[str, Any] = {
    "transfer_by": None,
    "transfer_to": None,
    "transfer_department": None,
    "transferred_at": None,
    "handover_at": None,
}
#: No visit is under way.
_NO_VISIT: dict[str, Any] = {"visit": None, "visit_due": None, "visitor_id": None, "visit_tries": 0}
#: Back in hand, as if it had not been dealt with.
_UNHANDLED: dict[str, Any] = {
    "stage": Stage.IN_HAND,
    "outcome": None,
    "handled_by": None,
    "handled_at": None,
    "verified_at": None,
    "hq_waits": False,
}


#: Nothing is asked, proposed or promised any more, or on offer.
_SETTLED: dict[str, Any] = {"promised_until": None, "asked_id": None, "proposal_id": None, **_NO_OFFER}


def evolve(ticket: Ticket, recorded: Recorded) -> Ticket:
    """Return the ticket as it is after `recorded`, its version one higher."""
    changes = _changes(ticket, recorded.event, recorded.at)
    if getattr(recorded.event, "caution", ""):
        changes = changes | {"cautioned_at": recorded.at}
    if ticket.assignee_id is not None and getattr(recorded.event, "by", None) == ticket.assignee_id:
        changes = {"claimed_at": None, "contact_by_claim": False} | changes
    return replace(ticket, version=ticket.version + 1, **changes)


def _changes(ticket: Ticket, event: Event, at: datetime) -> dict[str, Any]:
    """Return the fields that `event` changes; what only enters the history changes none."""
    match event:
        case Claimed() | ClaimUndone() | Released() | TransferAccepted():
            return _hands(ticket, event, at)
        case Transferred(by=by, to_person=person, to_department=department, later=later):
            to = {"transfer_by": by, "transfer_to": person, "transfer_department": department, "transferred_at": at}
            return to | {"handover_at": datetime.fromisoformat(later) if later else None}
        case HandedOver():
            return {"handover_at": None}
        case TransferDeclined() | TransferRecalled() | TransferLapsed():
            return _NO_OFFER
        case Judged() | Graded() | Started() | Handled() | Verified() | Rejected() | FoundSolved():
            return _progress(ticket, event, at)
        case Reopened() | ReopeningUndone():
            return _reopening(ticket, event)
        case AnswerDelivered():
            return {"answered_at": ticket.answered_at or at, "call_asked_at": None}
        case Asked(text_id=text_id):
            return {"asked_id": text_id}
        case AnswerUndelivered(text_id=text_id):
            return {"asked_id": None} if text_id == ticket.asked_id else {}
        case Replied():
            return {"asked_id": None}
        case Promised(until=until):
            return {"promised_until": datetime.fromisoformat(until), "promises": ticket.promises + 1}
        case Proposed(text_id=text_id):
            return {"proposal_id": text_id}
        case Agreed() | Disagreed():
            return {"proposal_id": None}
        case Called():
            return {"call_asked_at": None}
        case VisitPlanned() | VisitOpened() | VisitEntrusted() | Visited() | VisitMissed() | VisitsCancelled():
            return _visits(ticket, event, at)
        case VisitTried() | VisitReviewed():
            return _visits(ticket, event, at)
        case CallRequested():
            return {"call_asked_at": at}
        case Chased():
            return {"chased_at": at}
        case HelpAsked():
            return {"help_asked_at": at, "helper_id": None}
        case HelpTaken(by=by):
            return {"helper_id": by}
        case Closed() | Withdrawn() | VoidProposed() | Voided() | VoidDeclined() | Merged() | Unmerged():
            return _end(ticket, event, at)
        case Joined(again=again) | CameAgain(again=again):
            return {"repeats": ticket.repeats + again}
        case Parted(again=again):
            return {"repeats": ticket.repeats - again}
        case CameBefore(earlier=earlier):
            return {"came_before": earlier}
        case ToldHq():
            return {"hq_waits": False}
        case SummedUp():
            return {"summed_up_at": at}
        case Filed() | Answered() | MadeSafe() | Noted() | Reached() | Amended() | Enclosed() | Split():
            return {}
        case Reminded() | WindowBroken() | VisitSpared() | VisitNudged() | VisitBegun() | Erased():
            return {}
        case _:
            assert_never(event)


def _hands(ticket: Ticket, event: Claimed | ClaimUndone | Released | TransferAccepted, at: datetime) -> dict[str, Any]:
    match event:
        case Claimed(by=by):
            first = ticket.first_contact_id is None
            contact = by if first else ticket.first_contact_id
            return {"assignee_id": by, "first_contact_id": contact, "claimed_at": at, "contact_by_claim": first}
        case ClaimUndone():
            contact = None if ticket.contact_by_claim else ticket.first_contact_id
            undone = {"assignee_id": None, "first_contact_id": contact}
            return undone | {"claimed_at": None, "contact_by_claim": False}
        case Released():
            return {"assignee_id": None, "claimed_at": None, "contact_by_claim": False} | _NO_OFFER
        case TransferAccepted(by=by):
            contact = ticket.first_contact_id or by
            return {"assignee_id": by, "first_contact_id": contact, "claimed_at": None} | _NO_OFFER


def _progress(
    ticket: Ticket,
    event: Judged | Graded | Started | Handled | Verified | Rejected | FoundSolved,
    at: datetime,
) -> dict[str, Any]:
    match event:
        case Judged(jurisdiction=jurisdiction, department_id=department, entry_id=entry):
            judged = Stage.JUDGED if ticket.stage is Stage.RECEIVED else ticket.stage
            whose = {"jurisdiction": Jurisdiction(jurisdiction), "department_id": department, "entry_id": entry}
            return {"stage": judged} | whose
        case Graded(severity=severity):
            return {"severity": Severity(severity)}
        case Started():
            return {"stage": Stage.IN_HAND}
        case Handled(by=by, outcome=outcome, root_cause=cause):
            ended = {
                "outcome": Outcome(outcome),
                "root_cause": Cause(cause) if cause else None,
                "handled_by": by,
                "handled_at": at,
            }
            return {"stage": Stage.HANDLED} | ended | _SETTLED
        case Verified():
            return {"stage": Stage.VERIFIED, "verified_at": at, "hq_waits": ticket.channel is Channel.HQ}
        case Rejected():
            return _UNHANDLED
        case FoundSolved():
            return {"stage": Stage.VISITED}


def _reopening(ticket: Ticket, event: Reopened | ReopeningUndone) -> dict[str, Any]:
    match event:
        case Reopened(by=by, to=to):
            again = {"assignee_id": to, "reopened": ticket.reopened + 1}
            ended = {"closed_at": None, "reopen_until": None, "summed_up_at": None}
            unvisited = {"visits": 0, **_NO_VISIT}
            # What one of the others told who are concerned is not for who answered the visit to take back.
            theirs = {} if by in (ticket.filer_id, ticket.visited_by) else {"visited_at": None}
            return _UNHANDLED | again | ended | unvisited | theirs | {"answered_at": None}
        case ReopeningUndone(outcome=outcome, handled_by=by, handled_at=handled_at, verified_at=verified_at):
            work = {"outcome": Outcome(outcome), "handled_by": by, "handled_at": datetime.fromisoformat(handled_at)}
            checked = {"stage": Stage.VERIFIED, "verified_at": datetime.fromisoformat(verified_at)}
            return work | checked | _SETTLED | {"reopened": ticket.reopened - 1, "void_asked_by": None}


def _visits(
    ticket: Ticket,
    event: (
        VisitPlanned
        | VisitOpened
        | VisitEntrusted
        | VisitTried
        | Visited
        | VisitReviewed
        | VisitMissed
        | VisitsCancelled
    ),
    at: datetime,
) -> dict[str, Any]:
    match event:
        case VisitPlanned(opens_at=opens_at):
            return {"visits": ticket.visits + bool(opens_at)}
        case VisitOpened(visit=visit, due_at=due_at, after_rain=after_rain):
            opened = {"visit": visit, "visit_due": datetime.fromisoformat(due_at), "visitor_id": None}
            return opened | {"visits": ticket.visits + after_rain}
        case VisitEntrusted(to=to):
            return {"visitor_id": to}
        case Visited(by=by, satisfied=satisfied, again=again):
            left = {} if again else {"visited_at": at, "visits": max(ticket.visits - 1, 0), **_NO_VISIT}
            stage = {"stage": Stage.VISITED} if satisfied and ticket.stage is not Stage.CLOSED else {}
            return left | stage | {"visited_by": by}
        case VisitMissed():
            return {"visits": ticket.visits - 1, **_NO_VISIT}
        case VisitTried():
            return {"visit_tries": ticket.visit_tries + 1}
        case VisitReviewed():
            return {"visited_by": None}
        case VisitsCancelled():
            return {"visits": 0, **_NO_VISIT}


def _end(
    ticket: Ticket,
    event: Closed | Withdrawn | VoidProposed | Voided | VoidDeclined | Merged | Unmerged,
    at: datetime,
) -> dict[str, Any]:
    match event:
        case Closed(until=until):
            reopen = datetime.fromisoformat(until) if until else None
            told = {"hq_waits": ticket.channel is Channel.HQ}
            return {"stage": Stage.CLOSED, "closed_at": at, "reopen_until": reopen} | told
        case Withdrawn():
            return {"withdrawn_at": at} | _NO_OFFER
        case VoidProposed(by=by):
            return {"void_asked_by": by}
        case VoidDeclined():
            return {"void_asked_by": None}
        case Voided():
            return {"voided_at": at} | _NO_OFFER
        case Merged(into=into):
            return {"merged_into": into, "merged_at": at} | _NO_OFFER
        case Unmerged():
            return {"merged_into": None, "merged_at": None}


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
        recorded_by=filed.recorded_by,
        split_from=filed.split_from,
        contractor_id=filed.contractor_id,
        squad_id=filed.squad_id,
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


#: Every field of a ticket by its name, in order: the columns of its table are named alike.
FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Ticket))
