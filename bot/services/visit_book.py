"""The book of return visits: its rows kept in line with what happens to their tickets, and the plan of what follows.

Invariant: a visit is pending in the book exactly as long as its ticket's history says that it is still to be made.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.events import (
    Event,
    Merged,
    Reopened,
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
    Voided,
    Withdrawn,
)
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.domain.visits import ASKED, PENDING, Answers, Plan, Visit, VisitState, Way, entrust_at, nudge_at, plan
from bot.ports.store import Transaction
from bot.services.obligations import calendar_of
from bot.services.regulations import of_ticket


def plan_of(tx: Transaction, rules: RuleSet, ticket: Ticket) -> tuple[Plan, int]:
    """Return the visits that follow if `ticket` is found done now, and how many it has had before."""
    rules = of_ticket(tx, rules, ticket)
    calendar = calendar_of(tx, rules, ticket.estate_id)
    return plan(rules, ticket, calendar, tx.now), len(tx.visits.of(ticket.id))


def pending(tx: Transaction, ticket: Ticket) -> tuple[Visit, ...]:
    """Return the visits of `ticket` that are still to be made, the next first, those that wait for rain last."""
    waiting = (visit for visit in tx.visits.of(ticket.id) if visit.state in PENDING)
    return tuple(sorted(waiting, key=lambda visit: visit.state is VisitState.RAIN))


def to_answer(tx: Transaction, ticket: Ticket) -> Visit | None:
    """Return the visit that the filer answers if they say now how it is.

    The one under way, or the next planned, or where none is left the last that was not made: late is not too late.
    """
    ranks = {**dict.fromkeys(ASKED, 0), VisitState.PLANNED: 1, VisitState.MISSED: 2, VisitState.CANCELLED: 2}
    theirs = [v for v in tx.visits.of(ticket.id) if v.round == ticket.reopened and v.state in ranks]
    return min(theirs, key=lambda visit: (ranks[visit.state], visit.ordinal), default=None)


def last_answered(tx: Transaction, ticket: Ticket) -> Visit | None:
    """Return the visit that was made last, None where none was."""
    made = [visit for visit in tx.visits.of(ticket.id) if visit.state is VisitState.DONE and visit.answered_at]
    return max(made, key=lambda visit: (visit.answered_at or visit.planned_at, visit.ordinal), default=None)


def record_answers(tx: Transaction, visit: Visit, answers: Answers, words_id: int | None) -> None:
    """Write the marks of a visit that was made into the book; its ticket's history has none."""
    made = tx.visits.get(visit.id)
    if made is not None:
        tx.visits.update(replace(made, answers=answers, words_id=words_id))


def keep(tx: Transaction, rules: RuleSet, ticket: Ticket, event: Event) -> None:
    """Write into the book what `event`, which `ticket` already contains, says of its visits."""
    match event:
        case VisitPlanned(visit=ordinal, rule=rule, opens_at=opens_at, due_at=due_at):
            opens = datetime.fromisoformat(opens_at) if opens_at else None
            due = datetime.fromisoformat(due_at) if due_at else None
            state = VisitState.PLANNED if opens else VisitState.RAIN
            fresh = _fresh(tx, ticket, ordinal, rule, state)
            tx.visits.add(replace(fresh, opens_at=opens, due_at=due, next_at=opens))
        case VisitSpared(rule=rule) if rule:
            number = len(tx.visits.of(ticket.id)) + 1
            tx.visits.add(_fresh(tx, ticket, number, rule, VisitState.SPARED))
        case (
            VisitOpened()
            | VisitNudged()
            | VisitEntrusted()
            | VisitBegun()
            | Visited()
            | VisitReviewed()
            | VisitMissed()
        ):
            for visit in tx.visits.of(ticket.id):
                if visit.ordinal == event.visit:
                    tx.visits.update(_after(tx, rules, ticket, visit, event))
        case VisitsCancelled() | Reopened() | Withdrawn() | Voided() | Merged():
            for visit in pending(tx, ticket):
                tx.visits.update(replace(visit, state=VisitState.CANCELLED, next_at=None))
        case _:
            pass


def _fresh(tx: Transaction, ticket: Ticket, ordinal: int, rule: str, state: VisitState) -> Visit:
    return Visit(0, ticket.id, ticket.estate_id, ordinal, ticket.reopened, rule, state, tx.now)


def _after(
    tx: Transaction,
    rules: RuleSet,
    ticket: Ticket,
    visit: Visit,
    event: VisitOpened | VisitNudged | VisitEntrusted | VisitBegun | Visited | VisitReviewed | VisitMissed,
) -> Visit:
    match event:
        case VisitOpened(due_at=due_at):
            opened = replace(visit, state=VisitState.OPEN, asked_at=tx.now, due_at=datetime.fromisoformat(due_at))
            return replace(opened, next_at=_next(tx, rules, ticket, opened))
        case VisitNudged():
            nudged = replace(visit, state=VisitState.NUDGED)
            return replace(nudged, next_at=_next(tx, rules, ticket, nudged))
        case VisitEntrusted(to=to):
            sent = replace(visit, state=VisitState.ENTRUSTED, visitor_id=to, entrusted_at=tx.now, next_at=None)
            return replace(sent, out_at=None)
        case Visited(by=by, way=way):
            done = replace(visit, state=VisitState.DONE, way=Way(way), next_at=None)
            return replace(done, answered_by=by, answered_at=tx.now, reviewed_by=None, reviewed_at=None)
        case VisitBegun(way=way):
            return replace(visit, out_at=tx.now, way=Way(way))
        case VisitReviewed(by=by, text_id=opinion):
            return replace(visit, reviewed_by=by, reviewed_at=tx.now, opinion_id=opinion)
        case VisitMissed():
            return replace(visit, state=VisitState.MISSED, next_at=None)


def _next(tx: Transaction, rules: RuleSet, ticket: Ticket, visit: Visit) -> datetime:
    """Return when the filer is reminded, or once they were when the visitor is asked."""
    rules = of_ticket(tx, rules, ticket)
    rule, opened, due = rules.visit(visit.rule), visit.asked_at or tx.now, visit.due_at or tx.now
    if rule is None:  # a rule set's content never changes, so this is a fault of whoever changed the database
        return due
    moment = nudge_at if visit.state is VisitState.OPEN else entrust_at
    return max(moment(rule, opened, due, calendar_of(tx, rules, ticket.estate_id), rules.hours), tx.now)
