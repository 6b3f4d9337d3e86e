"""Promising the filer a time, with the reason (FC-4); moving it needs one as well, tells them and counts."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from bot.domain.commands import Promise
from bot.domain.decisions import require_promisable
from bot.domain.errors import DomainError, Refusal
from bot.domain.lengths import Calendar
from bot.domain.moments import END_OF_OFFICE, read_moment
from bot.domain.people import Language, Person
from bot.domain.policy import Act, require
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows import engine
from bot.flows.desk import MOVED, PROMISE, UNTIL
from bot.flows.draft import Draft
from bot.flows.labels import PROMISE_CODE, PROMISE_REASON
from bot.flows.screen import Text, text
from bot.ports.store import Transaction
from bot.services.drafting import finish, start
from bot.services.obligations import calendar_of
from bot.services.recording import carry_out, named
from bot.services.screening import caution_of
from bot.services.writing import store

#: In how many days, and at which hour: what is offered.
_OFFERED = ((0, END_OF_OFFICE), (1, time(12)), (2, END_OF_OFFICE), (7, END_OF_OFFICE))
_EXAMPLE = {Language.ENGLISH: "5/12 14:00", Language.SIMPLIFIED: "12月5日14点", Language.TRADITIONAL: "12月5日14:00"}


def begin(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Ask by when the filer will have it; of the usual times those that are still to come are offered."""
    _require(tx, person, ticket)
    options = {UNTIL: tuple((_code(moment), "") for moment in usual_times(tx, rules, ticket.estate_id))}
    if ticket.promised_until:
        options[MOVED] = ((_code(ticket.promised_until), ""),)
    start(tx, person, ticket, PROMISE, options=options)
    return text("By when? Please choose in your chat with me.")


def time_written(tx: Transaction, rules: RuleSet, person: Person, draft: Draft, words: str) -> Draft:
    """Return `draft` with the time that was written in place of a tap; refuse what is none or cannot be promised."""
    month_first = person.language is Language.SIMPLIFIED
    calendar = calendar_of(tx, rules, person.estate_id)
    until = read_moment(words, tx.now, calendar, month_first=month_first)
    if until is None:
        raise DomainError(Refusal.NO_TIME, example=_EXAMPLE[person.language])
    require_promisable(until, tx.now)
    code = _code(until)
    offered = tuple(pair for pair in draft.options.get(UNTIL, ()) if pair[0] != code)
    known = engine.with_options(draft, {UNTIL: (*offered, (code, ""))})
    return engine.learn(PROMISE, known, {UNTIL: code}, tx.now)


def promise(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Promise it, or move what was promised; the filer is told, and it counts as their answer once delivered."""
    until = datetime.fromtimestamp(int(draft.answers[UNTIL]), UTC)
    _require(tx, person, ticket)
    require_promisable(until, tx.now)
    code, said = draft.answers.get("why", ""), draft.said("why")
    if not said and code not in PROMISE_REASON:
        raise DomainError(Refusal.REASON_WANTED, number=ticket.number)
    reason = store(tx, ticket, person, *(("promise", said) if said else (PROMISE_CODE, code)))
    carry_out(tx, rules, person, ticket, Promise(until, reason, caution_of(draft)))
    finish(tx, person, draft)
    return text("Promised. The resident is told.")


def _require(tx: Transaction, person: Person, ticket: Ticket) -> None:
    try:
        require(person, ticket, Act.PROMISE, tx.now)
    except DomainError as error:
        raise named(tx, ticket, error) from None


def usual_times(tx: Transaction, rules: RuleSet, estate_id: int) -> tuple[datetime, ...]:
    """Return the usual times that can be promised now, those that are still to come."""
    return tuple(_offered(tx.now, calendar_of(tx, rules, estate_id)))


def _offered(now: datetime, calendar: Calendar) -> Iterator[datetime]:
    today = calendar.day_of(now)
    moments = (calendar.at(today + timedelta(days=days), hour) for days, hour in _OFFERED)
    return (moment for moment in moments if moment > now)


def _code(moment: datetime) -> str:
    return str(int(moment.timestamp()))
