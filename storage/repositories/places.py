"""The places of estates, and the tokens of their stickers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.domain.people import Language
from bot.domain.places import Location, Place, PlaceKind
from storage.repositories.rows import insert_row
from storage.schema import is_located, place_tokens, places
from storage.statements import Executor, Statement

_COLUMNS = (
    places.c.id,
    places.c.estate_id,
    places.c.kind,
    places.c.code,
    places.c.name,
    places.c.names,
    places.c.parent_id,
    places.c.latitude,
    places.c.longitude,
    places.c.position,
    places.c.retired,
)
_GET = select(*_COLUMNS).where(places.c.id == bindparam("place"))
_BY_CODE = select(*_COLUMNS).where(places.c.estate_id == bindparam("estate"), places.c.code == bindparam("wanted"))
# Few of them are retired: those are left out of what the index has found.
_OF_ESTATE = select(*_COLUMNS).where(places.c.estate_id == bindparam("estate"))
_OUTERMOST = _OF_ESTATE.where(places.c.parent_id.is_(None))
_WITHIN = select(*_COLUMNS).where(places.c.parent_id == bindparam("parent"))
_LOCATED = _OF_ESTATE.where(is_located)
_ADD = insert(places).returning(places.c.id)
_UPDATE = update(places).where(places.c.id == bindparam("place"))

_TOKEN_OF = select(place_tokens.c.token).where(
    place_tokens.c.place_id == bindparam("place"), place_tokens.c.revoked_at.is_(None)
)
_BY_TOKEN = (
    select(*_COLUMNS, place_tokens.c.revoked_at)
    .select_from(place_tokens.join(places))
    .where(place_tokens.c.token == bindparam("scanned"))
)
_ISSUE = insert(place_tokens)
_REVOKE = (
    update(place_tokens)
    .where(place_tokens.c.place_id == bindparam("place"), place_tokens.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at", type_=place_tokens.c.revoked_at.type))
)


class SqlPlaces:
    """`bot.ports.places.Places` in tables. What is asked for by number and is not there raises `LookupError`."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def get(self, place_id: int) -> Place:
        row = self._sql.execute(_GET, {"place": place_id}).one_or_none()
        if row is None:
            raise LookupError(f"no place {place_id}")
        return _place(row)

    def of_estate(self, estate_id: int) -> tuple[Place, ...]:
        return self._listed(_OF_ESTATE, {"estate": estate_id})

    def within(self, parent_id: int) -> tuple[Place, ...]:
        return self._listed(_WITHIN, {"parent": parent_id})

    def outermost(self, estate_id: int) -> tuple[Place, ...]:
        return self._listed(_OUTERMOST, {"estate": estate_id})

    def located(self, estate_id: int) -> tuple[Place, ...]:
        return self._listed(_LOCATED, {"estate": estate_id})

    def by_code(self, estate_id: int, code: str) -> Place | None:
        row = self._sql.execute(_BY_CODE, {"estate": estate_id, "wanted": code}).one_or_none()
        return None if row is None else _place(row)

    def add(self, place: Place) -> Place:
        return replace(place, id=insert_row(self._sql, _ADD, _fields(place)))

    def update(self, place: Place) -> None:
        if self._sql.execute(_UPDATE, {"place": place.id, **_fields(place)}).rowcount != 1:
            raise LookupError(f"no place {place.id}")

    def token_of(self, place_id: int) -> str | None:
        token: str | None = self._sql.execute(_TOKEN_OF, {"place": place_id}).scalar_one_or_none()
        return token

    def by_token(self, token: str) -> tuple[Place, bool] | None:
        row = self._sql.execute(_BY_TOKEN, {"scanned": token}).one_or_none()
        return None if row is None else (_place(row[:-1]), row[-1] is None)

    def issue(self, place_id: int, token: str, now: datetime) -> None:
        self.revoke(place_id, now)
        fields = {"token": token, "place_id": place_id, "made_at": now, "revoked_at": None}
        self._sql.execute(_ISSUE, fields)

    def revoke(self, place_id: int, now: datetime) -> None:
        self._sql.execute(_REVOKE, {"place": place_id, "at": now})

    def _listed(self, statement: Statement, wanted: Mapping[str, object]) -> tuple[Place, ...]:
        found = map(_place, self._sql.execute(statement, wanted))
        current = (place for place in found if not place.retired)
        return tuple(sorted(current, key=lambda place: (place.position, place.id)))


def _fields(place: Place) -> dict[str, object]:
    return {
        "estate_id": place.estate_id,
        "kind": place.kind.value,
        "code": place.code,
        "name": place.name,
        "names": json.dumps({language.value: name for language, name in place.names.items()}),
        "parent_id": place.parent_id,
        "latitude": place.location.latitude if place.location else None,
        "longitude": place.location.longitude if place.location else None,
        "position": place.position,
        "retired": place.retired,
    }


def _place(row: Sequence[Any]) -> Place:
    number, estate_id, kind, code, name, names, parent_id, latitude, longitude, position, retired = row
    by_language = {Language(language): known for language, known in json.loads(names).items()}
    location = None if latitude is None else Location(latitude, longitude)
    return Place(number, estate_id, PlaceKind(kind), code, name, by_language, parent_id, location, position, retired)
