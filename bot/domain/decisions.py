"""Which events follow from what is asked of a ticket.

`decide(ticket, command, by, now)` says what happens when `by` asks for `command`, or refuses with a `DomainError`. Who
may ask, and when, stands in `domain/policy` alone; here stands what else must be true, and what follows; and what
follows where nobody asks, but time passes or two matters meet. Pure: no text, no I/O.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import policy
from bot.domain.commands import (
    ACTS,
    Accept,
    Agree,
    Answer,
    AnswerVisit,
    Ask,
    AskForCall,
    AskNearest,
    CallForVisit,
    Chase,
    Claim,
    Command,
    ConfirmVoid,
    Decline,
    DeclineVoid,
    Disagree,
    EndCommand,
    FilerCommand,
    FindSolved,
    GiveBack,
    Go,
    GoForVisit,
    Grade,
    Handle,
    HandsCommand,
    Judge,
    MakeSafe,
    Merge,
    Note,
    NotReached,
    Promise,
    Propose,
    ProposeVoid,
    Recall,
    RecordCall,
    RecordReach,
    Reject,
    Reopen,
    Reply,
    ReviewVisit,
    ReviseVisit,
    Said,
    SplitOff,
    Start,
    SumUp,
    TalkCommand,
    TellHq,
    Transfer,
    UndoClaim,
    Unmerge,
    Unsend,
    Verify,
    VisitCommand,
    VisitorCommand,
    Withdraw,
    Words,
    WorkCommand,
)
from bot.domain.errors import DomainError, Refusal
from bot.domain.events import (
    Agreed,
    Answered,
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
    Event,
    FoundSolved,
    Graded,
    HandedOver,
    Handled,
    HelpAsked,
    HelpTaken,
    Judged,
    MadeSafe,
    Merged,
    Noted,
    Promised,
    Proposed,
    Reached,
    Rejected,
    Released,
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
    VisitMissed,
    VisitPlanned,
    VisitReviewed,
    VisitSpared,
    VisitTried,
    VoidDeclined,
    Voided,
    VoidProposed,
    Withdrawn,
)
from bot.domain.people import Permission, Person
from bot.domain.tickets import Jurisdiction, Kind, Outcome, Severity, Stage, Ticket
from bot.domain.visits import UNREACHABLE, Plan, Result, Way

#: Nobody counts on what is promised for later.
LONGEST_PROMISE = timedelta(days=366)


def decide(ticket: Ticket, command: Command, by: Person, now: datetime) -> tuple[Event, ...]:
    """Return what happens to `ticket` when `by` asks for `command`; raise `DomainError` where it may not be."""
    policy.require(by, ticket, ACTS[type(command)], now)
    if isinstance(command, HandsCommand):
        return _hands(ticket, command, by)
    if isinstance(command, WorkCommand):
        return _work(ticket, command, by)
    if isinstance(command, TalkCommand):
        return (_talk(ticket, command, by, now),)
    if isinstance(command, FilerCommand):
        return _filer(ticket, command, by)
    if isinstance(command, VisitCommand):
        return _visit(ticket, command, by)
    if isinstance(command, VisitorCommand):
        return _visitor(ticket, command, by)
    return _end(ticket, command, by)


def merge(ticket: Ticket, into: Ticket, by: int) -> tuple[Event, ...]:
    """Return what happens when `ticket` turns out to be the same event as `into`; raise where it cannot go on there."""
    apart = into.id == ticket.id or into.estate_id != ticket.estate_id or not into.open
    if apart or policy.is_confidential(into) != policy.is_confidential(ticket):
        raise DomainError(Refusal.CANNOT_MERGE, number=ticket.number)
    if into.kind is Kind.FINDING and ticket.kind is not Kind.FINDING:  # it would end without its customer (CP-11)
        raise DomainError(Refusal.CUSTOMERS_LEAD, number=ticket.number, other=into.number)
    return (Merged(by, into.id),)


def come_again(ticket: Ticket, earlier: Ticket) -> tuple[CameBefore, CameAgain]:
    """Return what happens to `ticket` and to `earlier`, which had been dealt with, when it is the same matter."""
    again = ticket.filer_id == earlier.filer_id
    return CameBefore(ticket.filer_id, earlier.id), CameAgain(ticket.filer_id, ticket.id, again)


def decide_for_event(own: Ticket, event: Ticket, command: Reopen, by: Person, now: datetime) -> tuple[Event, ...]:
    """Like `decide` for `event`, into which `own` was merged: each of its filers finds it unsolved like the first."""
    if own.filer_id != by.id or own.merged_into != event.id:
        raise DomainError(Refusal.NOT_PERMITTED)
    return decide(replace(event, filer_id=by.id), command, by, now)


def require_promisable(until: datetime, now: datetime) -> None:
    """Refuse a time that has passed, or that is so far off that nobody counts on it."""
    if not now < until <= now + LONGEST_PROMISE:
        raise DomainError(Refusal.TIME_OUT_OF_REACH)


def fix_on_the_spot(
    ticket: Ticket, by: Person, attachments: tuple[int, ...], *, drawn: bool = True
) -> tuple[Event, ...]:
    """Return what happens when who found it has set it right at once (AS-4).

    What was `drawn` is checked like all that was handled; the rest is closed by the photo of how it is. What lay
    behind it is not asked of people on their feet.
    """
    judged = _judged_at_once(ticket, by)
    handled = Handled(by.id, Outcome.SOLVED.value, "", attachments=attachments, on_the_spot=True, drawn=drawn)
    closed = () if drawn else (Closed("fixed"),)
    return (*judged, Started(by=by.id), handled, *closed)


def lapse(ticket: Ticket) -> tuple[Event, ...]:
    """Return what happens when nobody has accepted an offer in its window (FC-11)."""
    return (TransferLapsed(),) if ticket.transfer_open and ticket.open else ()


def hand_over(ticket: Ticket) -> tuple[Event, ...]:
    """Return what happens when the duty of who was offered it begins (FC-11)."""
    return (HandedOver(),) if ticket.handover_at is not None and ticket.open else ()


def rest(ticket: Ticket, reopen_until: datetime) -> tuple[Event, ...]:
    """Return what happens when a week has passed without the matter coming again (CP-11)."""
    done = ticket.stage in (Stage.VERIFIED, Stage.VISITED) and not ticket.visits
    return (Closed("quiet", reopen_until.isoformat()),) if done and ticket.open else ()


def _hands(ticket: Ticket, command: HandsCommand, by: Person) -> tuple[Event, ...]:
    match command:
        case Claim():
            offered = policy.Relation.RECEIVER in policy.relations(by, ticket)
            return (Claimed(by=by.id), TransferAccepted(by=by.id)) if offered else (Claimed(by=by.id),)
        case UndoClaim():
            return (ClaimUndone(by=by.id),)
        case GiveBack(reason=reason):
            return (Released(by=by.id, reason=reason),)
        case Transfer(to=to, department_id=department, reason=reason, words=words):
            if to is not None:
                _check_receiver(ticket, command, to, by)
            elif policy.is_confidential(ticket):
                raise DomainError(Refusal.NOBODY_ELSE, number=ticket.number)
            to_person = to.id if to else None
            later = command.later.isoformat() if command.later else ""
            return (Transferred(by.id, reason, to_person, department, *_optional(words), later),)
        case Recall():
            return (TransferRecalled(by=by.id),)
        case Accept():
            return (TransferAccepted(by=by.id),)
        case Decline(reason=reason):
            return (TransferDeclined(by=by.id, reason=reason),)
        case _:
            assert_never(command)


def _check_receiver(ticket: Ticket, command: Transfer, to: Person, by: Person) -> None:
    facts = {"number": ticket.number, "name": to.name}
    if to.id in (ticket.assignee_id, by.id):
        raise DomainError(Refusal.TO_HOLDER, **facts)
    if to.estate_id != ticket.estate_id or not to.may(Permission.CLAIM) or not policy.may_know(to, ticket):
        raise DomainError(Refusal.CANNOT_TAKE, **facts)
    if command.passed_on and policy.Relation.LEADER not in policy.relations(by, ticket):
        raise DomainError(Refusal.IN_A_CIRCLE, **facts)


def _work(ticket: Ticket, command: WorkCommand, by: Person) -> tuple[Event, ...]:
    match command:
        case Judge(jurisdiction=jurisdiction, department_id=department, entry_id=entry):
            return (Judged(by.id, jurisdiction.value, department, entry),)
        case Grade(severity=severity, reason=reason):
            if severity is Severity.MAJOR and reason is None:
                raise DomainError(Refusal.REASON_WANTED, number=ticket.number)
            return (Graded(by.id, severity.value, *_optional(reason)),)
        case Start():
            return (*_judged_at_once(ticket, by), Started(by=by.id))
        case Handle(outcome=outcome, root_cause=cause, words=words, attachments=files):
            before = _judged_at_once(ticket, by)
            started = () if ticket.stage is Stage.IN_HAND else (Started(by=by.id),)
            why = cause.value if cause else ""
            return (*before, *started, Handled(by.id, outcome.value, why, *_optional(words), files))
        case Verify(attachments=files):
            verified = Verified(by.id, files)
            if ticket.kind is Kind.FINDING:
                return (verified, Closed("verified"))
            return (verified, *_planned(command.plan, command.visits))
        case MakeSafe(how=how, attachments=files):
            return (MadeSafe(by.id, how.text_id, how.digest, files),)
        case Reject(words=words):
            return (Rejected(by.id, words.text_id, words.digest),)
        case _:
            assert_never(command)


def _planned(plan: Plan, before: int) -> tuple[Event, ...]:
    if not plan.visits:
        return (VisitSpared(plan.spared),)
    return tuple(
        VisitPlanned(
            number,
            visit.rule,
            visit.opens_at.isoformat() if visit.opens_at else "",
            visit.due_at.isoformat() if visit.due_at else "",
        )
        for number, visit in enumerate(plan.visits, start=before + 1)
    )


def _judged_at_once(ticket: Ticket, by: Person) -> tuple[Event, ...]:
    """Who begins to work on it has judged it to be ours: what lies in one's own duty is settled at once (FC-16)."""
    if ticket.stage is not Stage.RECEIVED:
        return ()
    return (Judged(by.id, Jurisdiction.OURS.value, by.department_id),)


def _talk(ticket: Ticket, command: TalkCommand, by: Person, now: datetime) -> Event:
    match command:
        case Answer(words=words, caution=caution, attachments=files):
            return Answered(by.id, words.text_id, words.digest, caution, files)
        case Ask(words=words, caution=caution, attachments=files):
            return Asked(by.id, words.text_id, words.digest, caution, files)
        case Note(words=words):
            return Noted(by.id, words.text_id, words.digest)
        case Promise(until=until, reason=reason, caution=caution):
            require_promisable(until, now)
            return Promised(by.id, until.isoformat(), reason.text_id, reason.digest, caution)
        case Propose(words=words, caution=caution, attachments=files):
            return Proposed(by.id, words.text_id, words.digest, caution, files)
        case RecordCall(words=words):
            return Called(by.id, *_optional(words))
        case RecordReach(words=words):
            return Reached(by.id, words.text_id, words.digest)
        case _:
            assert_never(command)


def _filer(ticket: Ticket, command: FilerCommand, by: Person) -> tuple[Event, ...]:
    match command:
        case Reply(words=words, attachments=files):
            return (Replied(by.id, *_optional(words), files),)
        case Agree():
            return (Agreed(by=by.id),)
        case Disagree(words=words):
            return (Disagreed(by.id, words.text_id, words.digest),)
        case FindSolved(reopen_until=until):
            if ticket.visits:  # it is closed by what they say at the return visit
                raise DomainError(Refusal.STALE_BUTTON)
            return (FoundSolved(by=by.id), Closed("solved", until.isoformat()))
        case Reopen(words=words, to=to, told=told, visit=visit, again=again):
            reopened = Reopened(by.id, *_optional(words), to, ticket.reopened + 1, told)
            if visit is None:
                return (reopened,)
            answer = Visited(by.id, visit, Way.CHAT.value, Result.NOT_SOLVED.value, satisfied=False, again=again)
            return (answer, reopened)
        case AskForCall():
            return (CallRequested(by=by.id),)
        case Chase():
            return (Chased(by=by.id),)
        case AskNearest():
            return (HelpAsked(by=by.id),)
        case Go():
            return (HelpTaken(by=by.id),)
        case Withdraw() | Unsend():
            return (Withdrawn(by=by.id),)
        case _:
            assert_never(command)


def _visit(ticket: Ticket, command: VisitCommand, by: Person) -> tuple[Event, ...]:
    """Once they are satisfied it closes, as soon as no further visit is planned; if not, it is opened again.

    Where what they had said before has opened it again, that is undone; if they are still not satisfied it stays open.
    """
    said = command.said
    way = Way.CHAT if isinstance(command, AnswerVisit) else command.way
    again = isinstance(command, ReviseVisit)
    open_again = again and ticket.stage is Stage.IN_HAND
    answers = said.answers
    visited = Visited(
        by.id,
        said.visit,
        way.value,
        answers.result.value,
        answers.satisfied,
        *_optional(said.words if answers.satisfied or open_again else None),
        attachments=said.attachments,
        again=again,
    )
    if open_again and not answers.satisfied:
        return (visited,)
    if open_again:
        return _set_right(ticket, visited, said, by)
    if not answers.satisfied:
        return (visited, Reopened(by.id, *_optional(said.words), said.to, ticket.reopened + 1, said.told))
    left = ticket.visits if again else max(ticket.visits - 1, 0)
    if left or ticket.stage is Stage.CLOSED:
        return (visited,)
    return (visited, Closed("visited", said.reopen_until.isoformat()))


def _set_right(ticket: Ticket, visited: Visited, said: Said, by: Person) -> tuple[Event, ...]:
    before = said.before
    if before is None:
        raise DomainError(Refusal.STALE_BUTTON, number=ticket.number)
    moments = (before.handled_at.isoformat(), before.verified_at.isoformat())
    undone = ReopeningUndone(by.id, before.outcome.value, before.handled_by, *moments)
    planned = _planned(Plan(before.visits), before.planned) if before.visits else ()
    if any(visit.opens_at for visit in before.visits):
        return (undone, *planned, visited)
    return (undone, *planned, visited, Closed("visited", said.reopen_until.isoformat()))


def _visitor(ticket: Ticket, command: VisitorCommand, by: Person) -> tuple[Event, ...]:
    visit = ticket.visit or 0
    match command:
        case CallForVisit():
            return (VisitBegun(by.id, visit, Way.PHONE.value),)
        case GoForVisit():
            return (VisitBegun(by.id, visit, Way.DOOR.value),)
        case NotReached(tries=tries):
            tried = VisitTried(by.id, visit)
            if ticket.visit_tries + 1 < tries:
                return (tried,)
            return (tried, VisitMissed(visit, UNREACHABLE, by.id))
        case ReviewVisit(visit=reviewed, words=words):
            return (VisitReviewed(by.id, reviewed, *_optional(words)),)


def _end(ticket: Ticket, command: EndCommand, by: Person) -> tuple[Event, ...]:
    match command:
        case ProposeVoid(reason=reason, words=words):
            return (VoidProposed(by.id, reason, *_optional(words)),)
        case ConfirmVoid():
            return (Voided(by=by.id),)
        case DeclineVoid():
            return (VoidDeclined(by=by.id),)
        case SplitOff(into=into):
            return (Split(by.id, into),)
        case Merge(into=into):
            return merge(ticket, into, by.id)
        case Unmerge():
            return (Unmerged(by=by.id),)
        case TellHq(words=words):
            return (ToldHq(by.id, *_optional(words)),)
        case SumUp(change=change, words=words):
            return (SummedUp(by.id, change, words.text_id, words.digest),)
        case _:
            assert_never(command)


def _optional(words: Words | None) -> tuple[int | None, str]:
    return (words.text_id, words.digest) if words else (None, "")
