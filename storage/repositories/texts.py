"""Free text of tickets, kept apart from their history so that it can be erased without breaking it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.domain.history import text_digest
from bot.ports.store import Chance, Passage, Source
from storage.repositories.rows import insert_row
from storage.repositories.search import SqlSearch
from storage.schema import texts
from storage.statements import Executor

_COLUMNS = (texts.c.id, texts.c.ticket_id, texts.c.author_id, texts.c.role, texts.c.content, texts.c.written_at)
# A reserved text is nobody's yet and is not read back.
_OWNED = texts.c.ticket_id.is_not(None)
_GET = select(*_COLUMNS).where(texts.c.id == bindparam("text"), _OWNED)
_OF = select(*_COLUMNS).where(texts.c.ticket_id == bindparam("ticket")).order_by(texts.c.id)
# Words that were edited after filing are added as a further text with the same source: the last one holds.
_BY_SOURCE = (
    select(*_COLUMNS)
    .where(_OWNED, texts.c.source_chat == bindparam("chat"), texts.c.source_message == bindparam("message"))
    .order_by(texts.c.id.desc())
    .limit(1)
)
_ADD = insert(texts).returning(texts.c.id)
_OWN = (
    update(texts)
    .where(texts.c.id == bindparam("text"), texts.c.ticket_id.is_(None))
    .values(ticket_id=bindparam("ticket"))
)
# Without its salt nobody can try out what a digest may have stood for.
_ERASE = (
    update(texts)
    .where(texts.c.id == bindparam("text"), _OWNED)
    .values(content="", salt=b"", source_chat=None, source_message=None, erased_at=bindparam("at"))
    .returning(texts.c.ticket_id)
)


class SqlTexts:
    """`bot.ports.store.Texts` in a table. A text that is asked for by number and is not there raises `LookupError`."""

    def __init__(self, sql: Executor, now: datetime, chance: Chance, search: SqlSearch) -> None:
        self._sql = sql
        self._search = search
        self._now = now
        self._chance = chance

    def reserve(self, author_id: int, role: str, content: str, source: Source | None = None) -> tuple[int, str]:
        return self._store(None, author_id, role, content, source)

    def add(
        self, ticket_id: int, author_id: int, role: str, content: str, source: Source | None = None
    ) -> tuple[int, str]:
        stored = self._store(ticket_id, author_id, role, content, source)
        self._search.renew(ticket_id)
        return stored

    def own(self, text_ids: Sequence[int], ticket_id: int) -> None:
        for text_id in text_ids:
            if self._sql.execute(_OWN, {"text": text_id, "ticket": ticket_id}).rowcount != 1:
                raise LookupError(f"no reserved text {text_id}")
        if text_ids:
            self._search.renew(ticket_id)

    def get(self, text_id: int) -> Passage:
        row = self._sql.execute(_GET, {"text": text_id}).one_or_none()
        if row is None:
            raise LookupError(f"no text {text_id}")
        return _passage(row)

    def of(self, ticket_id: int) -> tuple[Passage, ...]:
        return tuple(_passage(row) for row in self._sql.execute(_OF, {"ticket": ticket_id}))

    def by_source(self, source: Source) -> Passage | None:
        row = self._sql.execute(_BY_SOURCE, {"chat": source.chat_id, "message": source.message_id}).one_or_none()
        return None if row is None else _passage(row)

    def erase(self, text_id: int) -> None:
        row = self._sql.execute(_ERASE, {"text": text_id, "at": self._now}).one_or_none()
        if row is None:
            raise LookupError(f"no text {text_id}")
        self._search.renew(row[0])

    def _store(
        self, ticket_id: int | None, author_id: int, role: str, content: str, source: Source | None
    ) -> tuple[int, str]:
        salt = self._chance.salt()
        digest = text_digest(salt, content)
        fields = {
            "ticket_id": ticket_id,
            "author_id": author_id,
            "role": role,
            "content": content,
            "salt": salt,
            "digest": digest,
            "source_chat": source and source.chat_id,
            "source_message": source and source.message_id,
            "written_at": self._now,
        }
        return insert_row(self._sql, _ADD, fields), digest


def _passage(row: Sequence[Any]) -> Passage:
    return Passage(*row)
