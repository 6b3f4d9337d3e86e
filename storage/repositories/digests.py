"""What waits for people's mornings."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from bot.ports.duties import Note
from storage.schema import digests
from storage.statements import Executor

_KNOWN = select(digests.c.id).where(
    digests.c.person_id == bindparam("person"),
    digests.c.ticket_id == bindparam("ticket"),
    digests.c.rule == bindparam("of_rule"),
    digests.c.occurrence == bindparam("of_occurrence"),
)
_PUT = insert(digests)
_COLUMNS = (
    digests.c.id,
    digests.c.person_id,
    digests.c.ticket_id,
    digests.c.rule,
    digests.c.occurrence,
    digests.c.due_at,
)
_DUE = (
    select(*_COLUMNS)
    .where(digests.c.due_at <= bindparam("at"))
    .order_by(digests.c.due_at, digests.c.id)
    .limit(bindparam("most"))
)
_DUE_TO = (
    select(*_COLUMNS)
    .where(digests.c.person_id == bindparam("person"), digests.c.due_at <= bindparam("at"))
    .order_by(digests.c.due_at, digests.c.id)
)
_NEXT_DUE = select(digests.c.due_at).order_by(digests.c.due_at).limit(1)
_DONE = delete(digests).where(digests.c.id == bindparam("note"))


class SqlDigests:
    """`bot.ports.duties.Digests` in a table."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def put(self, person_id: int, ticket_id: int, rule: str, occurrence: int, due_at: datetime) -> None:
        key = {"person": person_id, "ticket": ticket_id, "of_rule": rule, "of_occurrence": occurrence}
        if self._sql.execute(_KNOWN, key).one_or_none() is None:
            fields = {"person_id": person_id, "ticket_id": ticket_id, "rule": rule, "occurrence": occurrence}
            self._sql.execute(_PUT, {**fields, "due_at": due_at})

    def due(self, now: datetime, limit: int) -> tuple[Note, ...]:
        return tuple(Note(*row) for row in self._sql.execute(_DUE, {"at": now, "most": limit}))

    def due_to(self, person_id: int, now: datetime) -> tuple[Note, ...]:
        return tuple(Note(*row) for row in self._sql.execute(_DUE_TO, {"person": person_id, "at": now}))

    def done(self, notes: Sequence[Note]) -> None:
        for note in notes:
            self._sql.execute(_DONE, {"note": note.id})

    def next_due(self) -> datetime | None:
        due: datetime | None = self._sql.execute(_NEXT_DUE).scalar_one_or_none()
        return due
