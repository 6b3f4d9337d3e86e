"""Windows that run for tickets, their standstills, and the timers of their stages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, bindparam, func, insert, literal, select, update

from bot.domain.clocks import Obligation, ObligationState, Stage, Standstill
from bot.ports.store import Timer
from storage.schema import NEVER, Moment, TimerState, is_in, obligations, standstills, tickets, timers
from storage.statements import Executor

#: Still to be met; a broken window waits on, until it is met late.
_UNMET = (ObligationState.RUNNING, ObligationState.PAUSED, ObligationState.BROKEN)
#: Due at a moment that is known, or was.
_OWING = (ObligationState.RUNNING, ObligationState.BROKEN)
_MICROSECOND = timedelta(microseconds=1)

_COLUMNS = (
    obligations.c.id,
    obligations.c.ticket_id,
    obligations.c.rule,
    obligations.c.occurrence,
    obligations.c.started_at,
    obligations.c.due_at,
    obligations.c.state,
    obligations.c.broken_at,
    obligations.c.settled_at,
    obligations.c.paused_at,
    obligations.c.moved_by,
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
_BREAK = (
    update(obligations)
    .where(obligations.c.id == bindparam("obligation"))
    .values(state=ObligationState.BROKEN.value, broken_at=bindparam("at"))
)
_SETTLE = (
    update(obligations)
    .where(obligations.c.id == bindparam("obligation"))
    .values(state=bindparam("new_state"), settled_at=bindparam("at"), paused_at=None)
)
_PAUSE = (
    update(obligations)
    .where(obligations.c.id == bindparam("obligation"))
    .values(state=ObligationState.PAUSED.value, paused_at=bindparam("at"))
)
_RESUME = (
    update(obligations)
    .where(obligations.c.id == bindparam("obligation"))
    .values(
        state=ObligationState.RUNNING.value,
        paused_at=None,
        due_at=bindparam("new_due"),
        moved_by=bindparam("new_moved_by"),
    )
)
_STANDSTILLS = (
    select(standstills.c.reason, standstills.c.since, standstills.c.until)
    .where(standstills.c.obligation_id == bindparam("obligation"))
    .order_by(standstills.c.id)
)
_STOP = insert(standstills)
_GO_ON = (
    update(standstills)
    .where(
        standstills.c.obligation_id == bindparam("obligation"),
        standstills.c.until.is_(None),
        standstills.c.reason == bindparam("of_reason"),
    )
    .values(until=bindparam("at"))
)
_SET = insert(timers)
_OF_RUN = (
    timers.c.ticket_id == bindparam("ticket"),
    timers.c.rule == bindparam("of_rule"),
    timers.c.occurrence == bindparam("of_occurrence"),
)
_STRIKE = (
    update(timers)
    .where(*_OF_RUN, is_in(timers.c.state, TimerState.WAITING, TimerState.HELD))
    .values(state=TimerState.STRUCK.value)
)
_HOLD = update(timers).where(*_OF_RUN, is_in(timers.c.state, TimerState.WAITING)).values(state=TimerState.HELD.value)
_RELEASE = (
    update(timers)
    .where(*_OF_RUN, timers.c.stage == bindparam("of_stage"), is_in(timers.c.state, TimerState.HELD))
    .values(state=TimerState.WAITING.value, due_at=bindparam("new_due"))
)
_BEGIN = (
    update(obligations)
    .where(obligations.c.id == bindparam("obligation"))
    .values(started_at=bindparam("new_start"), due_at=bindparam("new_due"))
)
_MOVE = (
    update(timers)
    .where(*_OF_RUN, timers.c.stage == bindparam("of_stage"), is_in(timers.c.state, TimerState.WAITING))
    .values(due_at=bindparam("new_due"))
)
_DUE = (
    select(timers.c.id, timers.c.ticket_id, timers.c.rule, timers.c.occurrence, timers.c.stage, timers.c.due_at)
    .where(is_in(timers.c.state, TimerState.WAITING), timers.c.due_at <= bindparam("at"))
    .order_by(timers.c.due_at, timers.c.id)
    .limit(bindparam("most"))
)
_NEXT_DUE = select(timers.c.due_at).where(is_in(timers.c.state, TimerState.WAITING)).order_by(timers.c.due_at).limit(1)
_NEXT_STAGE = select(func.min(timers.c.due_at)).where(
    *_OF_RUN, is_in(timers.c.state, TimerState.WAITING), timers.c.due_at > bindparam("at")
)
_OVER = (
    update(timers)
    .where(
        timers.c.id == bindparam("timer"),
        timers.c.state == TimerState.WAITING.value,
        timers.c.due_at == bindparam("due"),
    )
    .values(state=bindparam("new_state"))
)

# When the first of what is owed falls due: lists of tickets are ordered by it.
_OWED = (
    update(tickets)
    .where(tickets.c.id == bindparam("ticket"))
    .values(
        due_at=func.coalesce(
            select(func.min(obligations.c.due_at))
            .where(_OF_TICKET, is_in(obligations.c.state, *_OWING))
            .scalar_subquery(),
            literal(NEVER, Moment()),
        )
    )
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
        self._sql.execute(_START, {**run, "started_at": started_at, "due_at": due_at, "state": state, "moved_by": 0})
        waiting = TimerState.WAITING.value
        rows = [{**run, "stage": stage.name, "due_at": stage.due_at, "state": waiting} for stage in stages]
        self._sql.execute_many(_SET, rows)
        self._sql.execute(_OWED, {"ticket": ticket_id})

    def running(self, ticket_id: int) -> tuple[Obligation, ...]:
        return tuple(_obligation(row) for row in self._sql.execute(_RUNNING, {"ticket": ticket_id}))

    def of(self, ticket_id: int) -> tuple[Obligation, ...]:
        return tuple(_obligation(row) for row in self._sql.execute(_OF, {"ticket": ticket_id}))

    def standstills(self, obligation: Obligation) -> tuple[Standstill, ...]:
        return tuple(Standstill(*row) for row in self._sql.execute(_STANDSTILLS, {"obligation": obligation.id}))

    def begin(self, obligation: Obligation, at: datetime, due_at: datetime, stages: Sequence[Stage]) -> None:
        self._change(_BEGIN, {"obligation": obligation.id, "new_start": at, "new_due": due_at})
        self._sql.execute(_OWED, {"ticket": obligation.ticket_id})
        for stage in stages:
            self._sql.execute(_MOVE, {**_run(obligation), "of_stage": stage.name, "new_due": stage.due_at})

    def breaks(self, obligation: Obligation, at: datetime) -> None:
        self._change(_BREAK, {"obligation": obligation.id, "at": at})

    def settle(self, obligation: Obligation, state: ObligationState, at: datetime) -> None:
        self._change(_SETTLE, {"obligation": obligation.id, "new_state": state.value, "at": at})
        self._sql.execute(_OWED, {"ticket": obligation.ticket_id})
        self._sql.execute(_STRIKE, _run(obligation))

    def stop(self, obligation: Obligation, reason: str, at: datetime) -> None:
        self._sql.execute(_STOP, {"obligation_id": obligation.id, "reason": reason, "since": at, "until": None})
        if obligation.state is ObligationState.RUNNING:
            self._change(_PAUSE, {"obligation": obligation.id, "at": at})
            self._sql.execute(_OWED, {"ticket": obligation.ticket_id})
            self._sql.execute(_HOLD, _run(obligation))

    def go_on(self, obligation: Obligation, reason: str, at: datetime) -> None:
        self._sql.execute(_GO_ON, {"obligation": obligation.id, "of_reason": reason, "at": at})

    def resume(self, obligation: Obligation, due_at: datetime, moved_by: timedelta, stages: Sequence[Stage]) -> None:
        fields = {"obligation": obligation.id, "new_due": due_at, "new_moved_by": moved_by // _MICROSECOND}
        self._change(_RESUME, fields)
        self._sql.execute(_OWED, {"ticket": obligation.ticket_id})
        for stage in stages:
            again = {**_run(obligation), "of_stage": stage.name, "new_due": stage.due_at}
            self._sql.execute(_RELEASE, again)

    def next_stage(self, obligation: Obligation, after: datetime) -> datetime | None:
        due: datetime | None = self._sql.execute(_NEXT_STAGE, {**_run(obligation), "at": after}).scalar_one_or_none()
        return due

    def due(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        return tuple(Timer(*row) for row in self._sql.execute(_DUE, {"at": now, "most": limit}))

    def fired(self, timer: Timer) -> bool:
        return self._end(timer, TimerState.FIRED)

    def failed(self, timer: Timer) -> None:
        if not self._end(timer, TimerState.FAILED):
            raise LookupError(f"no waiting timer {timer.id}")

    def next_due(self) -> datetime | None:
        due: datetime | None = self._sql.execute(_NEXT_DUE).scalar_one_or_none()
        return due

    def _change(self, statement: Update, fields: dict[str, Any]) -> None:
        if self._sql.execute(statement, fields).rowcount != 1:
            raise LookupError(f"no obligation {fields['obligation']}")

    def _end(self, timer: Timer, state: TimerState) -> bool:
        ended = {"timer": timer.id, "due": timer.due_at, "new_state": state.value}
        return self._sql.execute(_OVER, ended).rowcount == 1


def _run(obligation: Obligation) -> dict[str, Any]:
    return {
        "ticket": obligation.ticket_id,
        "of_rule": obligation.rule,
        "of_occurrence": obligation.occurrence,
    }


def _obligation(row: Sequence[Any]) -> Obligation:
    number, ticket_id, rule, occurrence, started_at, due_at, state, broken_at, settled_at, paused_at, moved_by = row
    return Obligation(
        number,
        ticket_id,
        rule,
        occurrence,
        started_at,
        due_at,
        ObligationState(state),
        broken_at,
        settled_at,
        paused_at,
        moved_by * _MICROSECOND,
    )
