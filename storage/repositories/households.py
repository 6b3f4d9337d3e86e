"""Who lives where, and who asks the office to confirm it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.domain.homes import Request, Residency
from storage.repositories.rows import insert_row
from storage.schema import home_requests, is_undecided, lives_there, residencies
from storage.statements import Executor

_COLUMNS = (
    residencies.c.id,
    residencies.c.unit_id,
    residencies.c.person_id,
    residencies.c.since,
    residencies.c.until,
    residencies.c.shares,
    residencies.c.contested_at,
)
_GET = select(*_COLUMNS).where(residencies.c.id == bindparam("residency"))
_HOME = select(*_COLUMNS).where(residencies.c.person_id == bindparam("person"), lives_there)
_LAST_HOME = (
    select(*_COLUMNS).where(residencies.c.person_id == bindparam("person")).order_by(residencies.c.id.desc()).limit(1)
)
_HOMES = select(*_COLUMNS).where(residencies.c.person_id == bindparam("person")).order_by(residencies.c.id)
_LIVING_IN = select(*_COLUMNS).where(residencies.c.unit_id == bindparam("unit"), lives_there).order_by(residencies.c.id)
_ADD = insert(residencies).returning(residencies.c.id)
_UPDATE = update(residencies).where(residencies.c.id == bindparam("residency"))

_REQUEST_COLUMNS = (
    home_requests.c.ref,
    home_requests.c.estate_id,
    home_requests.c.person_id,
    home_requests.c.words,
    home_requests.c.asked_at,
    home_requests.c.decided_at,
    home_requests.c.decided_by,
)
_ASK = insert(home_requests)
_REQUEST = select(*_REQUEST_COLUMNS).where(home_requests.c.ref == bindparam("named"))
_OPEN_OF = select(*_REQUEST_COLUMNS).where(home_requests.c.person_id == bindparam("person"), is_undecided)
_OF = (
    select(*_REQUEST_COLUMNS).where(home_requests.c.person_id == bindparam("person")).order_by(home_requests.c.asked_at)
)
_OPEN = (
    select(*_REQUEST_COLUMNS)
    .where(home_requests.c.estate_id == bindparam("estate"), is_undecided)
    .order_by(home_requests.c.asked_at)
    .limit(bindparam("most"))
)
_DECIDE = update(home_requests).where(home_requests.c.ref == bindparam("named"), is_undecided)


class SqlHouseholds:
    """`bot.ports.homes.Households` in tables. What is changed and is not there raises `LookupError`."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def move_in(self, unit_id: int, person_id: int, now: datetime) -> Residency:
        fields = {"unit_id": unit_id, "person_id": person_id, "since": now, "shares": False}
        return Residency(insert_row(self._sql, _ADD, fields), unit_id, person_id, now)

    def get(self, residency_id: int) -> Residency | None:
        return _maybe(self._sql.execute(_GET, {"residency": residency_id}).one_or_none())

    def home_of(self, person_id: int) -> Residency | None:
        return _maybe(self._sql.execute(_HOME, {"person": person_id}).one_or_none())

    def homes_of(self, person_id: int) -> tuple[Residency, ...]:
        return tuple(Residency(*row) for row in self._sql.execute(_HOMES, {"person": person_id}))

    def last_home_of(self, person_id: int) -> Residency | None:
        return _maybe(self._sql.execute(_LAST_HOME, {"person": person_id}).one_or_none())

    def living_in(self, unit_id: int) -> tuple[Residency, ...]:
        return tuple(Residency(*row) for row in self._sql.execute(_LIVING_IN, {"unit": unit_id}))

    def update(self, residency: Residency) -> None:
        fields = asdict(residency)
        if self._sql.execute(_UPDATE, {"residency": fields.pop("id"), **fields}).rowcount != 1:
            raise LookupError(f"no residency {residency.id}")

    def ask(self, request: Request) -> None:
        self._sql.execute(_ASK, asdict(request))

    def request(self, ref: str) -> Request | None:
        return _maybe_request(self._sql.execute(_REQUEST, {"named": ref}).one_or_none())

    def open_request_of(self, person_id: int) -> Request | None:
        return _maybe_request(self._sql.execute(_OPEN_OF, {"person": person_id}).one_or_none())

    def requests_of(self, person_id: int) -> tuple[Request, ...]:
        return tuple(Request(*row) for row in self._sql.execute(_OF, {"person": person_id}))

    def open_requests(self, estate_id: int, limit: int) -> tuple[Request, ...]:
        return tuple(Request(*row) for row in self._sql.execute(_OPEN, {"estate": estate_id, "most": limit}))

    def decide(self, request: Request) -> None:
        decided = {"named": request.ref, "decided_at": request.decided_at, "decided_by": request.decided_by}
        if self._sql.execute(_DECIDE, decided).rowcount != 1:
            raise LookupError("no open request of that name")


def _maybe(row: Sequence[Any] | None) -> Residency | None:
    return None if row is None else Residency(*row)


def _maybe_request(row: Sequence[Any] | None) -> Request | None:
    return None if row is None else Request(*row)
