"""Units, the codes on their letters, and who typed wrong ones."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from bot.domain.homes import Unit, key_of
from storage.repositories.rows import insert_row
from storage.schema import unit_codes, units, wrong_codes
from storage.statements import Executor

_COLUMNS = (units.c.id, units.c.estate_id, units.c.label)
_GET = select(*_COLUMNS).where(units.c.id == bindparam("unit"))
_NAMED = select(*_COLUMNS).where(units.c.estate_id == bindparam("estate"), units.c.key == bindparam("wanted"))
_ADD = insert(units).returning(units.c.id)
_ISSUE = insert(unit_codes)
_REVOKE = (
    update(unit_codes)
    .where(unit_codes.c.unit_id == bindparam("unit"), unit_codes.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at", type_=unit_codes.c.revoked_at.type))
)
_LIVING = select(unit_codes.c.digest).where(
    unit_codes.c.unit_id == bindparam("unit"), unit_codes.c.revoked_at.is_(None)
)
_BY_CODE = (
    select(*_COLUMNS, unit_codes.c.revoked_at)
    .select_from(unit_codes.join(units))
    .where(unit_codes.c.digest == bindparam("handed_in"))
)
_WRONG = (
    select(wrong_codes.c.at)
    .where(
        wrong_codes.c.account == bindparam("platform_account"),
        wrong_codes.c.at > bindparam("after", type_=wrong_codes.c.at.type),
    )
    .order_by(wrong_codes.c.at)
)
_COUNT_WRONG = insert(wrong_codes)
_FORGET_WRONG = delete(wrong_codes).where(
    wrong_codes.c.account == bindparam("platform_account"),
    wrong_codes.c.at <= bindparam("before", type_=wrong_codes.c.at.type),
)


class SqlUnits:
    """`bot.ports.homes.Units` in tables. A unit asked for by number that is not there raises `LookupError`."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def get(self, unit_id: int) -> Unit:
        row = self._sql.execute(_GET, {"unit": unit_id}).one_or_none()
        if row is None:
            raise LookupError(f"no unit {unit_id}")
        return _unit(row)

    def named(self, estate_id: int, label: str) -> Unit | None:
        row = self._sql.execute(_NAMED, {"estate": estate_id, "wanted": key_of(label)}).one_or_none()
        return None if row is None else _unit(row)

    def add(self, estate_id: int, label: str) -> Unit:
        fields = {"estate_id": estate_id, "label": label, "key": key_of(label)}
        return Unit(insert_row(self._sql, _ADD, fields), estate_id, label)

    def issue(self, unit_id: int, digest: str, now: datetime) -> None:
        self.revoke(unit_id, now)
        self._sql.execute(_ISSUE, {"digest": digest, "unit_id": unit_id, "made_at": now})

    def revoke(self, unit_id: int, now: datetime) -> None:
        self._sql.execute(_REVOKE, {"unit": unit_id, "at": now})

    def has_code(self, unit_id: int) -> bool:
        return self._sql.execute(_LIVING, {"unit": unit_id}).one_or_none() is not None

    def by_code(self, digest: str) -> tuple[Unit, bool] | None:
        row = self._sql.execute(_BY_CODE, {"handed_in": digest}).one_or_none()
        return None if row is None else (_unit(row[:-1]), row[-1] is None)

    def wrong_codes(self, account: int, since: datetime) -> tuple[datetime, ...]:
        return tuple(self._sql.execute(_WRONG, {"platform_account": account, "after": since}).scalars())

    def count_wrong_code(self, account: int, now: datetime, forget_before: datetime) -> None:
        self._sql.execute(_FORGET_WRONG, {"platform_account": account, "before": forget_before})
        self._sql.execute(_COUNT_WRONG, {"account": account, "at": now})


def _unit(row: Sequence[Any]) -> Unit:
    number, estate_id, label = row
    return Unit(number, estate_id, label)
