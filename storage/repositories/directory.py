"""The directories of estates: outside bodies and sister units."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.domain.directory import Body, Entry
from bot.domain.people import Language
from storage.repositories.rows import insert_row
from storage.schema import directory
from storage.statements import Executor

_COLUMNS = (
    directory.c.id,
    directory.c.estate_id,
    directory.c.kind,
    directory.c.code,
    directory.c.name,
    directory.c.names,
    directory.c.address,
    directory.c.phone,
    directory.c.hours,
    directory.c.chat,
    directory.c.retired,
)
_GET = select(*_COLUMNS).where(directory.c.id == bindparam("entry"))
# An estate has few of them: those that are retired are left out of what the index has found.
_OF_ESTATE = select(*_COLUMNS).where(directory.c.estate_id == bindparam("estate")).order_by(directory.c.id)
_BY_CODE = select(*_COLUMNS).where(
    directory.c.estate_id == bindparam("estate"), directory.c.code == bindparam("wanted")
)
_ADD = insert(directory).returning(directory.c.id)
_UPDATE = update(directory).where(directory.c.id == bindparam("entry"))


class SqlDirectory:
    """`bot.ports.store.Directory` in a table. What is asked for by number and is not there raises `LookupError`."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def get(self, entry_id: int) -> Entry:
        row = self._sql.execute(_GET, {"entry": entry_id}).one_or_none()
        if row is None:
            raise LookupError(f"no entry {entry_id}")
        return _entry(row)

    def of_estate(self, estate_id: int, kind: Body | None = None) -> tuple[Entry, ...]:
        entries = map(_entry, self._sql.execute(_OF_ESTATE, {"estate": estate_id}))
        return tuple(entry for entry in entries if not entry.retired and kind in (None, entry.kind))

    def by_code(self, estate_id: int, code: str) -> Entry | None:
        row = self._sql.execute(_BY_CODE, {"estate": estate_id, "wanted": code}).one_or_none()
        return None if row is None else _entry(row)

    def add(self, entry: Entry) -> Entry:
        return replace(entry, id=insert_row(self._sql, _ADD, _fields(entry)))

    def update(self, entry: Entry) -> None:
        if self._sql.execute(_UPDATE, {"entry": entry.id, **_fields(entry)}).rowcount != 1:
            raise LookupError(f"no entry {entry.id}")


def _fields(entry: Entry) -> dict[str, object]:
    return {
        "estate_id": entry.estate_id,
        "kind": entry.kind.value,
        "code": entry.code,
        "name": entry.name,
        "names": json.dumps({language.value: name for language, name in entry.names.items()}),
        "address": entry.address,
        "phone": entry.phone,
        "hours": entry.hours,
        "chat": entry.chat,
        "retired": entry.retired,
    }


def _entry(row: Sequence[Any]) -> Entry:
    number, estate_id, kind, code, name, names, *rest = row
    by_language = {Language(language): known for language, known in json.loads(names).items()}
    return Entry(number, estate_id, Body(kind), code, name, by_language, *rest)
