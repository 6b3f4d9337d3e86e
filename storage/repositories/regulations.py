"""Rule sets by version, as they were written."""

from functools import lru_cache

from sqlalchemy import bindparam, insert, select

from bot.domain.overrides import Adopted, composed
from bot.domain.regulation import RuleSet
from storage.schema import regulations
from storage.statements import Executor

_COLUMNS = (
    regulations.c.version,
    regulations.c.toml,
    regulations.c.since,
    regulations.c.own,
    regulations.c.estate_id,
    regulations.c.decided_by,
)
_GET = select(regulations.c.toml, regulations.c.own).where(regulations.c.version == bindparam("of_version"))
_OF = select(*_COLUMNS).where(regulations.c.estate_id == bindparam("estate")).order_by(regulations.c.id)
_LATEST = (
    select(*_COLUMNS).where(regulations.c.estate_id == bindparam("estate")).order_by(regulations.c.id.desc()).limit(1)
)
_ADD = insert(regulations)

#: Every ticket under an older version asks for its rules at each event; they are read from their text once.
_read = lru_cache(maxsize=64)(composed)


class SqlRegulations:
    """`bot.ports.store.Regulations` in a table."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def get(self, version: str) -> RuleSet | None:
        row = self._sql.execute(_GET, {"of_version": version}).one_or_none()
        return None if row is None else _read(*row)

    def latest_of(self, estate_id: int) -> Adopted | None:
        row = self._sql.execute(_LATEST, {"estate": estate_id}).one_or_none()
        return None if row is None else Adopted(*row)

    def of(self, estate_id: int) -> tuple[Adopted, ...]:
        return tuple(Adopted(*row) for row in self._sql.execute(_OF, {"estate": estate_id}))

    def add(self, adopted: Adopted) -> None:
        fields = {
            "version": adopted.version,
            "toml": adopted.toml,
            "own": adopted.own,
            "estate_id": adopted.estate_id,
            "decided_by": adopted.decided_by,
            "since": adopted.since,
        }
        self._sql.execute(_ADD, fields)
