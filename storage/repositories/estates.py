"""Estates, their staff groups, and the running numbers of their tickets."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select, update

from bot.domain.people import Estate, Language
from storage.dialect import insert
from storage.repositories.rows import insert_row
from storage.schema import estates, numbers
from storage.statements import Executor

_COLUMNS = (
    estates.c.id,
    estates.c.code,
    estates.c.name,
    estates.c.timezone,
    estates.c.language,
    estates.c.group_chat,
    estates.c.group_thread,
    estates.c.duty_person,
    estates.c.phone,
    estates.c.emergency_phone,
)
_GET = select(*_COLUMNS).where(estates.c.id == bindparam("estate"))
_FIRST = select(*_COLUMNS).order_by(estates.c.id).limit(1)
_BY_GROUP = select(*_COLUMNS).where(estates.c.group_chat == bindparam("chat"))
_ADD = insert(estates).returning(estates.c.id)
_UPDATE = update(estates).where(estates.c.id == bindparam("estate"))
_NEXT_NUMBER = (
    insert(numbers)
    .on_conflict_do_update(index_elements=[numbers.c.estate_id, numbers.c.year], set_={"last": numbers.c.last + 1})
    .returning(numbers.c.last)
)


class SqlEstates:
    """`bot.ports.store.Estates` in tables. What is asked for by number and is not there raises `LookupError`."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def get(self, estate_id: int) -> Estate:
        row = self._sql.execute(_GET, {"estate": estate_id}).one_or_none()
        if row is None:
            raise LookupError(f"no estate {estate_id}")
        return _estate(row)

    def first(self) -> Estate | None:
        row = self._sql.execute(_FIRST).one_or_none()
        return None if row is None else _estate(row)

    def by_group(self, chat_id: int) -> Estate | None:
        row = self._sql.execute(_BY_GROUP, {"chat": chat_id}).one_or_none()
        return None if row is None else _estate(row)

    def add(self, estate: Estate) -> Estate:
        return replace(estate, id=insert_row(self._sql, _ADD, _fields(estate)))

    def update(self, estate: Estate) -> None:
        if self._sql.execute(_UPDATE, {"estate": estate.id, **_fields(estate)}).rowcount != 1:
            raise LookupError(f"no estate {estate.id}")

    def next_number(self, estate_id: int, year: int) -> int:
        number: int = self._sql.execute(_NEXT_NUMBER, {"estate_id": estate_id, "year": year, "last": 1}).scalar_one()
        return number


def _fields(estate: Estate) -> dict[str, object]:
    return {
        "code": estate.code,
        "name": estate.name,
        "timezone": estate.timezone,
        "language": estate.language.value,
        "group_chat": estate.group_chat,
        "group_thread": estate.group_thread,
        "duty_person": estate.duty_person,
        "phone": estate.phone,
        "emergency_phone": estate.emergency_phone,
    }


def _estate(row: Sequence[Any]) -> Estate:
    number, code, name, timezone, language, *rest = row
    return Estate(number, code, name, timezone, Language(language), *rest)
