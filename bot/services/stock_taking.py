"""The day's stock-take (CP-7): at its hour the service centre gets the count of what is open, so that none slips.

Who is on duty acknowledges it with a button; what nobody acknowledges in time goes to the next level. A matter that
nobody has taken on is named, and who still waits to hear whether their home is confirmed is laid before the office
again. Where nothing is open there is nothing to go through: it is counted, and nobody is told. The next one is always
planned, also after a stop of days: what was missed comes once.
"""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import DomainError, Refusal
from bot.domain.lengths import Calendar
from bot.domain.people import Estate, Permission, Person
from bot.domain.regulation import RuleSet
from bot.flows.screen import Action, Line, Press, Screen, Text, text
from bot.ports.duties import Stock, StockTake, StockTakeState
from bot.ports.outbox import Letter, Notice
from bot.ports.store import Transaction
from bot.services import recurring, registering
from bot.services.cards import private_chat
from bot.services.duty import on_duty
from bot.services.obligations import calendar_of
from bot.services.regulations import in_force
from bot.services.rulebook import STOCK_TAKE

#: The verb of the button that acknowledges a stock-take; the reference is its number.
COUNTED = "counted"
#: So many matters that nobody has taken on are named.
_MOST_NAMED = 10
#: So many homes that wait to be confirmed are laid before the office again.
_MOST_HOMES = 10


def plan(tx: Transaction, rules: RuleSet, estate: Estate) -> None:
    """Plan the estate's next stock-take, where its rules have one and none is planned."""
    wanted = in_force(tx, rules, estate.id).stock_take
    if wanted and tx.stock_takes.planned(estate.id) is None:
        calendar = Calendar(ZoneInfo(estate.timezone), wanted.at)
        tx.stock_takes.plan(estate.id, calendar.closing(tx.now))


def fire(tx: Transaction, rules: RuleSet, limit: int) -> int:
    """Take, or raise to the next level, at most `limit` stock-takes that are due; return how many."""
    due = tx.stock_takes.due(tx.now, limit)
    for stock_take in due:
        if stock_take.state is StockTakeState.PLANNED:
            _take(tx, rules, stock_take)
        else:
            _raise(tx, rules, stock_take)
    return len(due)


def set_aside(tx: Transaction) -> int | None:
    """Pass over the oldest that is due, which a fault of ours keeps from being taken; return its number."""
    due = tx.stock_takes.due(tx.now, 1)
    for stock_take in due:
        tx.stock_takes.update(replace(stock_take, state=StockTakeState.RAISED))
        if stock_take.state is StockTakeState.PLANNED:
            tx.stock_takes.plan(stock_take.estate_id, stock_take.due_at + timedelta(days=1))
    return due[0].id if due else None


def acknowledge(tx: Transaction, person: Person, action: Action) -> Text:
    """Note that `person` has gone through the day's matters."""
    stock_take = tx.stock_takes.get(int(action.ref)) if action.ref.isascii() and action.ref.isdigit() else None
    if stock_take is None or stock_take.estate_id != person.estate_id or stock_take.taken_at is None:
        raise DomainError(Refusal.STALE_BUTTON)
    person.require(Permission.CLAIM)
    if stock_take.acknowledged_at is None:
        done = replace(stock_take, state=StockTakeState.ACKNOWLEDGED)
        tx.stock_takes.update(replace(done, acknowledged_by=person.id, acknowledged_at=tx.now))
    return text("Thank you. The day's count is acknowledged.")


def _take(tx: Transaction, rules: RuleSet, planned: StockTake) -> None:
    estate = tx.estates.get(planned.estate_id)
    effective = in_force(tx, rules, estate.id)
    wanted = effective.stock_take
    if wanted is None:  # the estate has decided against it since
        tx.stock_takes.update(replace(planned, state=StockTakeState.ACKNOWLEDGED))
        return
    asked = on_duty(tx, estate, None, None) or on_duty(tx, estate, None, wanted.tells)
    by = wanted.acknowledged_within.after(tx.now, calendar_of(tx, effective, estate.id))
    stock = _count(tx, estate)
    state = StockTakeState.ASKED if stock.open else StockTakeState.ACKNOWLEDGED
    taken = replace(planned, state=state, due_at=by, taken_at=tx.now)
    tx.stock_takes.update(replace(taken, asked_id=asked.id if asked and stock.open else None))
    plan(tx, rules, estate)
    recurring.look(tx, rules, estate)
    if stock.open:
        ask = text("Please go through them and confirm by {time}.", time=by)
        _tell(tx, estate, asked, planned.id, (*_lines(stock), ask, STOCK_TAKE))
    for request in tx.households.open_requests(estate.id, _MOST_HOMES):
        registering.lay_before_office(tx, request)


def _raise(tx: Transaction, rules: RuleSet, asked: StockTake) -> None:
    estate = tx.estates.get(asked.estate_id)
    stock = _count(tx, estate)
    if not stock.open:  # all has been closed since
        tx.stock_takes.update(replace(asked, state=StockTakeState.ACKNOWLEDGED))
        return
    tx.stock_takes.update(replace(asked, state=StockTakeState.RAISED))
    wanted = in_force(tx, rules, estate.id).stock_take
    above = on_duty(tx, estate, None, wanted.tells) if wanted else None
    who = tx.people.get(asked.asked_id).name if asked.asked_id else "—"
    late = text("🔴 Nobody has confirmed the day's count yet. Asked: {name}.", name=who)
    _tell(tx, estate, above, asked.id, (late, *_lines(stock), STOCK_TAKE))


def _count(tx: Transaction, estate: Estate) -> Stock:
    zone = ZoneInfo(estate.timezone)
    midnight = Calendar(zone).end_of(Calendar(zone).day_of(tx.now) - timedelta(days=1))
    return tx.stock_takes.count(estate.id, midnight, _MOST_NAMED)


def _lines(stock: Stock) -> tuple[Line, ...]:
    lines: list[Line] = [
        text("📊 <b>The day's matters</b>"),
        text("Open: {count}", count=stock.open),
        text("Of these from today: {count}", count=stock.of_today),
        text("Not answered yet: {count}", count=stock.unanswered),
        text("Late: {count}", count=stock.overdue),
        text("Taken on by nobody: {count}", count=stock.unassigned),
    ]
    lines += [text("　• No. {number}", number=number) for number in stock.named]
    return tuple(lines)


def _tell(tx: Transaction, estate: Estate, person: Person | None, number: int, lines: tuple[Line, ...]) -> None:
    """Tell `person`, or the staff group where there is nobody to tell."""
    confirm = Press(text("✅ All gone through"), Action(COUNTED, str(number), 0), "primary")
    notice = Notice(Screen(lines, ((confirm,),)))
    chat = private_chat(person) if person else None
    if person and chat is not None:
        tx.outbox.put(Letter(chat, estate.id, notice, reader_id=person.id))
    elif estate.group_chat is not None:
        tx.outbox.put(Letter(estate.group_chat, estate.id, notice, thread_id=estate.group_thread))
