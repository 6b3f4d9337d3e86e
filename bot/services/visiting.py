"""Return visits as their time comes: the resident is asked, reminded once, and then the visitor is asked (RV-1).

Nobody is asked at night, twice about the same handling, or about what no longer concerns them. Who did the work or
brought the matter never makes its visit (RV-4).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.domain.events import Event, VisitEntrusted, VisitMissed, VisitNudged, VisitOpened, VisitsCancelled
from bot.domain.people import Permission, Person, Role
from bot.domain.policy import may_know
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.domain.visit_rules import Visitor
from bot.domain.visits import ASKED, Visit, VisitState, after_rain, by_day
from bot.flows.screen import Screen, text
from bot.ports.outbox import Lane, Letter, Notice
from bot.ports.store import Transaction
from bot.services import obligations, posts
from bot.services.bundling import joined
from bot.services.cards import private_chat
from bot.services.duty import on_duty
from bot.services.recording import record, record_quietly
from bot.services.regulations import of_ticket
from bot.services.visit_book import pending

#: Why visits were not made or lost their reason; the values are stable.
OVERTAKEN = "overtaken"  # the next one came first
NAMELESS = "nameless"  # nobody knows whom to call or see (CP-3)
MOVED_OUT = "moved_out"
ERASED = "erased"  # there is nobody any more who could be asked

_ROLES = {
    Visitor.CLERK: Role.CLERK,
    Visitor.FIRST_CONTACT: Role.CLERK,
    Visitor.DEPARTMENT_HEAD: Role.DEPARTMENT_HEAD,
    Visitor.DIRECTOR: Role.DIRECTOR,
}
#: More visits than ever wait for one thing.
_MOST_AFTER_RAIN = 10_000
_LINE = (Role.CLERK, Role.DEPARTMENT_HEAD, Role.GENERAL_SUPERVISOR, Role.DIRECTOR)


def fire(tx: Transaction, rules: RuleSet, limit: int) -> int:
    """Take at most `limit` visits that are due one step on, oldest first; return how many."""
    due = tx.visits.due(tx.now, limit)
    letters: list[Letter] = []
    for visit in due:
        now_or_later = _by_day(tx, rules, visit)
        if now_or_later > tx.now:
            tx.visits.update(replace(visit, next_at=now_or_later))
        else:
            letters.extend(_step(tx, rules, visit))
    for letter in joined(letters):
        tx.outbox.put(letter)
    return len(due)


def set_aside(tx: Transaction) -> int | None:
    """Let nothing more follow by itself from the oldest visit that is due, which a fault of ours keeps from it."""
    due = tx.visits.due(tx.now, 1)
    for visit in due:
        tx.visits.update(replace(visit, next_at=None))
    return due[0].id if due else None


def rain(tx: Transaction, rules: RuleSet, estate_id: int, limit: int) -> int:
    """Have those visited who were to be after rain (RV-2); return how many visits that are."""
    waiting = tx.visits.waiting_for_rain(estate_id, limit)
    for visit in waiting:
        effective = of_ticket(tx, rules, tx.tickets.get(visit.ticket_id))
        rule = effective.visit(visit.rule)
        calendar = obligations.calendar_of(tx, effective, estate_id)
        planned = rule and after_rain(rule, tx.now, calendar, effective.hours)
        if planned and planned.opens_at:
            tx.visits.update(replace(visit, opens_at=planned.opens_at, due_at=planned.due_at, next_at=planned.opens_at))
    return len(waiting)


def it_rained(tx: Transaction, rules: RuleSet, person: Person, chat_id: int) -> None:
    """Have those visited again whose leaks were to be seen after rain, since `person` says that it has rained."""
    person.require(Permission.OVERSEE)
    follow = rain(tx, rules, person.estate_id, _MOST_AFTER_RAIN)
    words = (
        text("🌧 Noted. Return visits that follow now: {count}", count=follow)
        if follow
        else text("🌧 Noted. No return visit is waiting for rain.")
    )
    tx.outbox.put(Letter(chat_id, person.estate_id, Notice(Screen((words,))), person.id, lane=Lane.TAP))


def entrust_to_others(tx: Transaction, rules: RuleSet, person: Person) -> None:
    """Have somebody else make the visits of `person`, who can make none any more."""
    for visit in tx.visits.entrusted_to(person.id, _MOST_AFTER_RAIN):
        ticket = tx.tickets.get(visit.ticket_id)
        rule = of_ticket(tx, rules, ticket).visit(visit.rule)
        other = visitor_of(tx, ticket, rule.visitor if rule else Visitor.FIRST_CONTACT)
        record(tx, rules, ticket, (VisitEntrusted(visit.ordinal, other.id if other else None),))


def visitor_of(tx: Transaction, ticket: Ticket, wanted: Visitor) -> Person | None:
    """Return who is to make a visit of `ticket`: who is `wanted`, or who stands in for them; None where nobody can.

    Nobody who did the work or is on leave, and not who brought the matter.
    """
    return next((person for person in _candidates(tx, ticket, wanted) if _may_visit(tx, person, ticket)), None)


def _candidates(tx: Transaction, ticket: Ticket, wanted: Visitor) -> Iterator[Person]:
    if wanted is Visitor.FIRST_CONTACT and ticket.first_contact_id is not None:
        yield tx.people.get(ticket.first_contact_id)
    estate = tx.estates.get(ticket.estate_id)
    on_duty_now = on_duty(tx, estate, None, None)
    at = _LINE.index(_ROLES[wanted])
    for role in (*_LINE[at:], *reversed(_LINE[:at])):
        holders = tx.people.with_role(estate.id, role)
        near = (ticket.department_id, None) if role is Role.DEPARTMENT_HEAD else ()
        yield from sorted(
            holders,
            key=lambda person: (on_duty_now is None or person.id != on_duty_now.id, person.department_id not in near),
        )


def _may_visit(tx: Transaction, person: Person, ticket: Ticket) -> bool:
    theirs = person.id in (ticket.handled_by, ticket.filer_id)
    able = person.may(Permission.CLAIM) and private_chat(person) is not None
    away = posts.on_leave(tx, tx.estates.get(ticket.estate_id), person)
    return able and not theirs and not away and may_know(person, ticket)


def _step(tx: Transaction, rules: RuleSet, visit: Visit) -> tuple[Letter, ...]:
    ticket = tx.tickets.get(visit.ticket_id)
    if tx.people.get(ticket.filer_id).erased_at:
        return record_quietly(tx, rules, ticket, (VisitsCancelled(ERASED),))[1]
    if _has_moved_out(tx, ticket):
        return record_quietly(tx, rules, ticket, (VisitsCancelled(MOVED_OUT),))[1]
    events = tuple(_events(tx, rules, ticket, visit))
    return record_quietly(tx, rules, ticket, events)[1]


def _events(tx: Transaction, rules: RuleSet, ticket: Ticket, visit: Visit) -> Iterator[Event]:
    """Yield what the next step of `visit` is; who cannot be asked in the chat is called or visited at once."""
    rule = of_ticket(tx, rules, ticket).visit(visit.rule)
    visitor = visitor_of(tx, ticket, rule.visitor if rule else Visitor.FIRST_CONTACT)
    match visit.state:
        case VisitState.PLANNED | VisitState.RAIN:
            for earlier in pending(tx, ticket):
                if earlier.state in ASKED:
                    yield VisitMissed(earlier.ordinal, OVERTAKEN)
            due = visit.due_at or tx.now
            yield VisitOpened(visit.ordinal, due.isoformat(), after_rain=visit.state is VisitState.RAIN)
            if private_chat(tx.people.get(ticket.filer_id)) is not None:
                return
        case VisitState.OPEN if (
            visit.due_at and visit.due_at > tx.now
        ):  # asked late, there is no time for a second word
            yield VisitNudged(visit.ordinal)
            return
        case _:
            pass
    if ticket.nameless:
        yield VisitMissed(visit.ordinal, NAMELESS)
    else:
        yield VisitEntrusted(visit.ordinal, visitor.id if visitor else None)


def _has_moved_out(tx: Transaction, ticket: Ticket) -> bool:
    """Whether who brought it has lived here and does no longer: what was wrong there is theirs no more."""
    gone = tx.households.last_home_of(ticket.filer_id) is not None
    return gone and tx.households.home_of(ticket.filer_id) is None


def _by_day(tx: Transaction, rules: RuleSet, visit: Visit) -> datetime:
    """Return this moment, or the morning where nobody is to be asked now."""
    effective = of_ticket(tx, rules, tx.tickets.get(visit.ticket_id))
    return by_day(tx.now, obligations.calendar_of(tx, effective, visit.estate_id), effective.hours)
