"""How each event changes a ticket.

`evolve(ticket, event)` returns the ticket after an event. A ticket's version is the number of events in its history,
so its state can always be rebuilt from there (`rebuild`).

Invariants, held by the state machine in `tests/properties`:
- the first contact is written once and never changes (FC-2), but by a wrong tap taken back within its minute;
- a ticket has at most one assignee, and while an offer of transfer is open the giver keeps it (FC-11);
- what was verified was verified by somebody else than who had handled it (CP-10).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
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
from bot.domain.tickets import Cause, Channel, Jurisdiction, Kind, Outcome, Severity, Stage, Ticket

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
        case Reminded() | WindowBroken() | VisitSpared() | VisitNudged() | VisitBegun():
            return {}
        case Erased():
            return {"erased_at": at}
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
            told = {"answered_at": ticket.answered_at or at, "hq_waits": ticket.channel is Channel.HQ}
            return {"stage": Stage.VERIFIED, "verified_at": at} | told
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
