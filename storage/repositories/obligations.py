"""Windows that run for tickets, and the timers of their stages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.domain.clocks import Obligation, ObligationState, Stage
from bot.ports.store import Timer
from storage.schema import TimerState, is_in, obligations, timers
from storage.statements import Executor

#: Still to be met; a broken window waits on, until it is met late.
_UNMET = (ObligationState.RUNNING, ObligationState.BROKEN)

_COLUMNS = (
    obligations.c.id,
    obligations.c.ticket_id,
    obligations.c.rule,
    obligations.c.occurrence,
    obligations.c.started_at,
    obligations.c.due_at,
    obligations.c.state,
)
_OF_TICKET = obligations.c.ticket_id == bindparam("ticket")
_OF = select(*_COLUMNS).where(_OF_TICKET).order_by(obligations.c.id)
_RUNNING = select(*_COLUMNS).where(_OF_TICKET, is_in(obligations.c.state, *_UNMET)).order_by(obligations.c.id)
_LAST = (
    select(*_COLUMNS)
    .where(_OF_TICKET, obligations.c.rule == bindparam("of_rule"))
    .order_by(obligations.c.occurrence.desc())
    .limit(1)
)
_START = insert(obligations)
_SETTLE = update(obligations).where(obligations.c.id == bindparam("obligation")).values(state=bindparam("new_state"))
_SET = insert(timers)
_STRIKE = (
    update(timers)
    .where(
        timers.c.ticket_id == bindparam("ticket"),
        timers.c.rule == bindparam("of_rule"),
        timers.c.occurrence == bindparam("of_occurrence"),
        timers.c.state == TimerState.WAITING.value,
    )
    .values(state=TimerState.STRUCK.value)
)
_DUE = (
    select(timers.c.id, timers.c.ticket_id, timers.c.rule, timers.c.occurrence, timers.c.stage, timers.c.due_at)
    .where(is_in(timers.c.state, TimerState.WAITING), timers.c.due_at <= bindparam("at"))
    .order_by(timers.c.due_at, timers.c.id)
    .limit(bindparam("most"))
)
_NEXT_DUE = select(timers.c.due_at).where(is_in(timers.c.state, TimerState.WAITING)).order_by(timers.c.due_at).limit(1)
_OVER = (
    update(timers)
    .where(timers.c.id == bindparam("timer"), timers.c.state == TimerState.WAITING.value)
    .values(state=bindparam("new_state"))
)


class SqlObligations:
    """`bot.ports.store.Obligations` in tables."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def start(self, ticket_id: int, rule: str, started_at: datetime, due_at: datetime, stages: Sequence[Stage]) -> None:
        last = self._sql.execute(_LAST, {"ticket": ticket_id, "of_rule": rule}).one_or_none()
        before = None if last is None else _obligation(last)
        if before and before.state in _UNMET:
            return
        run = {"ticket_id": ticket_id, "rule": rule, "occurrence": before.occurrence + 1 if before else 1}
        state = ObligationState.RUNNING.value
        self._sql.execute(_START, {**run, "started_at": started_at, "due_at": due_at, "state": state})
        waiting = TimerState.WAITING.value
        rows = [{**run, "stage": stage.name, "due_at": stage.due_at, "state": waiting} for stage in stages]
        self._sql.execute_many(_SET, rows)

    def running(self, ticket_id: int) -> tuple[Obligation, ...]:
        return tuple(_obligation(row) for row in self._sql.execute(_RUNNING, {"ticket": ticket_id}))

    def of(self, ticket_id: int) -> tuple[Obligation, ...]:
        return tuple(_obligation(row) for row in self._sql.execute(_OF, {"ticket": ticket_id}))

    def settle(self, obligation: Obligation, state: ObligationState) -> None:
        fields = {"obligation": obligation.id, "new_state": state.value}
        if self._sql.execute(_SETTLE, fields).rowcount != 1:
            raise LookupError(f"no obligation {obligation.id}")
        if state not in _UNMET:
            self._sql.execute(
                _STRIKE,
                {
                    "ticket": obligation.ticket_id,
                    "of_rule": obligation.rule,
                    "of_occurrence": obligation.occurrence,
                },
            )

    def due(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        return tuple(Timer(*row) for row in self._sql.execute(_DUE, {"at": now, "most": limit}))

    def fired(self, timer: Timer) -> None:
        self._end(timer, TimerState.FIRED)

    def failed(self, timer: Timer) -> None:
        self._end(timer, TimerState.FAILED)

    def next_due(self) -> datetime | None:
        due: datetime | None = self._sql.execute(_NEXT_DUE).scalar_one_or_none()
        return due

    def _end(self, timer: Timer, state: TimerState) -> None:
        if self._sql.execute(_OVER, {"timer": timer.id, "new_state": state.value}).rowcount != 1:
            raise LookupError(f"no waiting timer {timer.id}")


def _obligation(row: Sequence[Any]) -> Obligation:
    number, ticket_id, rule, occurrence, started_at, due_at, state = row
    return Obligation(number, ticket_id, rule, occurrence, started_at, due_at, ObligationState(state))
