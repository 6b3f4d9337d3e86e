"""The duty rosters of estates: shifts and leaves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update

from bot.domain.people import Role
from bot.domain.rosters import Leave, Pattern, Post, Roster, Shift
from storage.repositories.rows import insert_row
from storage.schema import leaves, shifts
from storage.statements import Executor

#: What ended so long ago matters no more, whatever day the estate has by now.
_OVER = timedelta(days=2)

_SHIFTS = (
    select(
        shifts.c.id,
        shifts.c.estate_id,
        shifts.c.department_id,
        shifts.c.role,
        shifts.c.zone_id,
        shifts.c.person_id,
        shifts.c.begins,
        shifts.c.ends,
        shifts.c.days,
        shifts.c.on_day,
    )
    .where(
        shifts.c.estate_id == bindparam("estate"), or_(shifts.c.on_day.is_(None), shifts.c.on_day > bindparam("over"))
    )
    .order_by(shifts.c.id)
)
_LEAVES = (
    select(
        leaves.c.id,
        leaves.c.estate_id,
        leaves.c.person_id,
        leaves.c.first_day,
        leaves.c.last_day,
        leaves.c.stand_in_id,
    )
    .where(leaves.c.estate_id == bindparam("estate"), leaves.c.last_day > bindparam("over"))
    .order_by(leaves.c.id)
)
_ADD_SHIFT = insert(shifts).returning(shifts.c.id)
_ADD_LEAVE = insert(leaves).returning(leaves.c.id)
_CLEAR = delete(shifts).where(shifts.c.estate_id == bindparam("estate"))
_STRIKE_SHIFT = delete(shifts).where(shifts.c.id == bindparam("shift"), shifts.c.estate_id == bindparam("estate"))
_STRIKE_LEAVE = delete(leaves).where(leaves.c.id == bindparam("leave"), leaves.c.estate_id == bindparam("estate"))
_FORGET_SHIFTS = delete(shifts).where(
    shifts.c.estate_id == bindparam("estate"), shifts.c.person_id == bindparam("person")
)
_FORGET_LEAVES = delete(leaves).where(
    leaves.c.estate_id == bindparam("estate"), leaves.c.person_id == bindparam("person")
)
_FORGET_STAND_IN = (
    update(leaves)
    .where(leaves.c.estate_id == bindparam("estate"), leaves.c.stand_in_id == bindparam("person"))
    .values(stand_in_id=None)
)


class SqlRosters:
    """`bot.ports.duties.Rosters` in tables. An estate's roster is read once a transaction: every reminder asks it."""

    def __init__(self, sql: Executor, now: datetime) -> None:
        self._sql = sql
        self._over = (now - _OVER).date()
        self._known: dict[int, Roster] = {}

    def of_estate(self, estate_id: int) -> Roster:
        if estate_id not in self._known:
            asked = {"estate": estate_id, "over": self._over}
            turns = tuple(map(_shift, self._sql.execute(_SHIFTS, asked)))
            self._known[estate_id] = Roster(turns, tuple(Leave(*row) for row in self._sql.execute(_LEAVES, asked)))
        return self._known[estate_id]

    def add_shift(self, shift: Shift) -> Shift:
        self._known.pop(shift.estate_id, None)
        return replace(shift, id=insert_row(self._sql, _ADD_SHIFT, _fields(shift)))

    def strike_shift(self, estate_id: int, shift_id: int) -> bool:
        self._known.pop(estate_id, None)
        return self._sql.execute(_STRIKE_SHIFT, {"shift": shift_id, "estate": estate_id}).rowcount == 1

    def take_over(self, estate_id: int, turns: Sequence[Shift]) -> None:
        self._known.pop(estate_id, None)
        self._sql.execute(_CLEAR, {"estate": estate_id})
        for shift in turns:
            self._sql.execute(_ADD_SHIFT, _fields(replace(shift, estate_id=estate_id)))

    def add_leave(self, leave: Leave) -> Leave:
        self._known.pop(leave.estate_id, None)
        fields: dict[str, object] = {
            "estate_id": leave.estate_id,
            "person_id": leave.person_id,
            "first_day": leave.first,
            "last_day": leave.last,
            "stand_in_id": leave.stand_in_id,
        }
        return replace(leave, id=insert_row(self._sql, _ADD_LEAVE, fields))

    def strike_leave(self, estate_id: int, leave_id: int) -> bool:
        self._known.pop(estate_id, None)
        return self._sql.execute(_STRIKE_LEAVE, {"leave": leave_id, "estate": estate_id}).rowcount == 1

    def forget(self, estate_id: int, person_id: int) -> None:
        self._known.pop(estate_id, None)
        for statement in (_FORGET_SHIFTS, _FORGET_LEAVES, _FORGET_STAND_IN):
            self._sql.execute(statement, {"estate": estate_id, "person": person_id})


def _fields(shift: Shift) -> dict[str, object]:
    pattern = shift.pattern
    return {
        "estate_id": shift.estate_id,
        "department_id": shift.post.department_id,
        "role": shift.post.role and shift.post.role.value,
        "zone_id": shift.post.zone_id,
        "person_id": shift.person_id,
        "begins": _minutes(pattern.begins),
        "ends": _minutes(pattern.ends),
        "days": "".join(str(day) for day in sorted(pattern.days)),
        "on_day": pattern.on,
    }


def _shift(row: Sequence[Any]) -> Shift:
    number, estate_id, department_id, role, zone_id, person_id, begins, ends, days, on = row
    pattern = Pattern(_time(begins), _time(ends), frozenset(map(int, days)), on)
    post = Post(department_id, Role(role) if role else None, zone_id)
    return Shift(number, estate_id, post, person_id, pattern)


def _minutes(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def _time(minutes: int) -> time:
    return time(*divmod(minutes, 60))
