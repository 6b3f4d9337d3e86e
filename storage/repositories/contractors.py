"""The companies that work under contract."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from bot.domain.contractors import Contractor
from storage.repositories.rows import insert_row
from storage.schema import contractors, is_under_contract
from storage.statements import Executor

_COLUMNS = (
    contractors.c.id,
    contractors.c.estate_id,
    contractors.c.code,
    contractors.c.name,
    contractors.c.trade,
    contractors.c.ends_at,
    contractors.c.closed_at,
)
_GET = select(*_COLUMNS).where(contractors.c.id == bindparam("contractor"))
_OF_ESTATE = select(*_COLUMNS).where(contractors.c.estate_id == bindparam("estate")).order_by(contractors.c.id)
_BY_CODE = select(*_COLUMNS).where(
    contractors.c.estate_id == bindparam("estate"), contractors.c.code == bindparam("wanted")
)
_ENDING = (
    select(*_COLUMNS)
    .where(contractors.c.ends_at <= bindparam("at"), is_under_contract)
    .order_by(contractors.c.ends_at, contractors.c.id)
    .limit(bindparam("most"))
)
_NEXT_END = select(contractors.c.ends_at).where(is_under_contract).order_by(contractors.c.ends_at).limit(1)
_ADD = insert(contractors).returning(contractors.c.id)
_UPDATE = update(contractors).where(contractors.c.id == bindparam("contractor"))


class SqlContractors:
    """`bot.ports.store.Contractors` in a table. What is asked for by number and is not there raises `LookupError`."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def get(self, contractor_id: int) -> Contractor:
        row = self._sql.execute(_GET, {"contractor": contractor_id}).one_or_none()
        if row is None:
            raise LookupError(f"no contractor {contractor_id}")
        return Contractor(*row)

    def of_estate(self, estate_id: int) -> tuple[Contractor, ...]:
        return tuple(Contractor(*row) for row in self._sql.execute(_OF_ESTATE, {"estate": estate_id}))

    def by_code(self, estate_id: int, code: str) -> Contractor | None:
        row = self._sql.execute(_BY_CODE, {"estate": estate_id, "wanted": code}).one_or_none()
        return None if row is None else Contractor(*row)

    def add(self, contractor: Contractor) -> Contractor:
        return replace(contractor, id=insert_row(self._sql, _ADD, _fields(contractor)))

    def update(self, contractor: Contractor) -> None:
        if self._sql.execute(_UPDATE, {"contractor": contractor.id, **_fields(contractor)}).rowcount != 1:
            raise LookupError(f"no contractor {contractor.id}")

    def ending(self, now: datetime, limit: int) -> tuple[Contractor, ...]:
        return tuple(Contractor(*row) for row in self._sql.execute(_ENDING, {"at": now, "most": limit}))

    def next_end(self) -> datetime | None:
        ends: datetime | None = self._sql.execute(_NEXT_END).scalar_one_or_none()
        return ends


def _fields(contractor: Contractor) -> dict[str, object]:
    return {
        "estate_id": contractor.estate_id,
        "code": contractor.code,
        "name": contractor.name,
        "trade": contractor.trade,
        "ends_at": contractor.ends_at,
        "closed_at": contractor.closed_at,
    }
