"""The day's stock-takes of the estates (CP-7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, insert, select, update

from bot.domain.clocks import ObligationState
from bot.domain.tickets import Kind
from bot.ports.duties import Stock, StockTake, StockTakeState
from storage.dialect import led_by
from storage.schema import is_in, is_open, is_unclaimed, obligations, stock_takes, tickets
from storage.statements import Executor

_COLUMNS = (
    stock_takes.c.id,
    stock_takes.c.estate_id,
    stock_takes.c.state,
    stock_takes.c.due_at,
    stock_takes.c.taken_at,
    stock_takes.c.asked_id,
    stock_takes.c.acknowledged_by,
    stock_takes.c.acknowledged_at,
)
_WAITING = is_in(stock_takes.c.state, StockTakeState.PLANNED, StockTakeState.ASKED)
_GET = select(*_COLUMNS).where(stock_takes.c.id == bindparam("number"))
_PLANNED = select(*_COLUMNS).where(
    stock_takes.c.estate_id == bindparam("estate"), is_in(stock_takes.c.state, StockTakeState.PLANNED)
)
_PLAN = insert(stock_takes)
_MOVE = update(stock_takes).where(stock_takes.c.id == bindparam("number")).values(due_at=bindparam("new_due"))
_UPDATE = (
    update(stock_takes)
    .where(stock_takes.c.id == bindparam("number"))
    .values(
        state=bindparam("new_state"),
        due_at=bindparam("new_due"),
        taken_at=bindparam("new_taken"),
        asked_id=bindparam("new_asked"),
        acknowledged_by=bindparam("new_by"),
        acknowledged_at=bindparam("new_acknowledged"),
    )
)
_DUE = (
    select(*_COLUMNS)
    .where(_WAITING, stock_takes.c.due_at <= bindparam("at"))
    .order_by(stock_takes.c.due_at, stock_takes.c.id)
    .limit(bindparam("most"))
)
_LATE = (
    exists()
    .where(obligations.c.ticket_id == tickets.c.id, is_in(obligations.c.state, ObligationState.BROKEN))
    .correlate(tickets)
)
_OPEN = and_(tickets.c.estate_id == bindparam("estate"), is_open)
_COUNTED: tuple[ColumnElement[Any], ...] = (
    func.count(),
    func.count(case((tickets.c.filed_at >= bindparam("at"), 1))),
    func.count(case((and_(tickets.c.answered_at.is_(None), tickets.c.kind != Kind.FINDING.value), 1))),
    func.count(case((_LATE, 1))),
    func.count(case((tickets.c.assignee_id.is_(None), 1))),
)
# Few of an old estate's matters are open, which the planner cannot know: it would as well go through all.
_COUNT = led_by(select(*_COUNTED).where(_OPEN), tickets, "ix_tickets_open_due")
_NAMED = (
    select(tickets.c.number)
    .where(tickets.c.estate_id == bindparam("estate"), is_unclaimed)
    .order_by(tickets.c.id)
    .limit(bindparam("most"))
)
_NEXT_DUE = select(stock_takes.c.due_at).where(_WAITING).order_by(stock_takes.c.due_at).limit(1)


class SqlStockTakes:
    """`bot.ports.duties.StockTakes` in a table."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def get(self, stock_take_id: int) -> StockTake | None:
        row = self._sql.execute(_GET, {"number": stock_take_id}).one_or_none()
        return None if row is None else _stock_take(row)

    def plan(self, estate_id: int, due_at: datetime) -> None:
        planned = self.planned(estate_id)
        if planned:
            self._sql.execute(_MOVE, {"number": planned.id, "new_due": due_at})
        else:
            fields = {"estate_id": estate_id, "state": StockTakeState.PLANNED.value, "due_at": due_at}
            self._sql.execute(_PLAN, fields)

    def planned(self, estate_id: int) -> StockTake | None:
        row = self._sql.execute(_PLANNED, {"estate": estate_id}).one_or_none()
        return None if row is None else _stock_take(row)

    def due(self, now: datetime, limit: int) -> tuple[StockTake, ...]:
        return tuple(_stock_take(row) for row in self._sql.execute(_DUE, {"at": now, "most": limit}))

    def count(self, estate_id: int, since: datetime, most_named: int) -> Stock:
        in_all, of_today, unanswered, overdue, unassigned = self._sql.execute(
            _COUNT, {"estate": estate_id, "at": since}
        ).one()
        named = tuple(self._sql.execute(_NAMED, {"estate": estate_id, "most": most_named}).scalars())
        return Stock(in_all, of_today, unanswered, overdue, unassigned, named)

    def update(self, stock_take: StockTake) -> None:
        fields = {
            "number": stock_take.id,
            "new_state": stock_take.state.value,
            "new_due": stock_take.due_at,
            "new_taken": stock_take.taken_at,
            "new_asked": stock_take.asked_id,
            "new_by": stock_take.acknowledged_by,
            "new_acknowledged": stock_take.acknowledged_at,
        }
        if self._sql.execute(_UPDATE, fields).rowcount != 1:
            raise LookupError(f"no stock-take {stock_take.id}")

    def next_due(self) -> datetime | None:
        due: datetime | None = self._sql.execute(_NEXT_DUE).scalar_one_or_none()
        return due


def _stock_take(row: Sequence[Any]) -> StockTake:
    number, estate_id, state, *rest = row
    return StockTake(number, estate_id, StockTakeState(state), *rest)
