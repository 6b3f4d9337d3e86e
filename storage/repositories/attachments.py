"""Files that came with tickets, and the wish to have their bytes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from bot.flows.draft import Media, MediaKind
from bot.ports.store import Attachment
from storage.dialect import insert
from storage.repositories.rows import insert_row
from storage.schema import FetchState, attachments, fetches
from storage.statements import Executor

_OF = (
    select(
        attachments.c.id,
        attachments.c.kind,
        attachments.c.file_id,
        attachments.c.unique_id,
        attachments.c.size,
        attachments.c.mime,
        attachments.c.duration_s,
        attachments.c.album,
    )
    .where(attachments.c.ticket_id == bindparam("ticket"))
    .order_by(attachments.c.id)
)
_ADD = insert(attachments).returning(attachments.c.id)
# The same file sent again has been fetched, or will be, already.
_FETCH = insert(fetches).on_conflict_do_nothing(index_elements=[fetches.c.unique_id])
_OWN = (
    update(attachments)
    .where(attachments.c.id == bindparam("attachment"), attachments.c.ticket_id.is_(None))
    .values(ticket_id=bindparam("ticket"))
)


class SqlAttachments:
    """`bot.ports.store.Attachments` in tables."""

    def __init__(self, sql: Executor, now: datetime) -> None:
        self._sql = sql
        self._now = now

    def reserve(self, media: Media, album: str | None) -> int:
        self._sql.execute(
            _FETCH,
            {
                "unique_id": media.unique_id,
                "file_id": media.file_id,
                "state": FetchState.PENDING.value,
                "attempts": 0,
                "not_before": self._now,
            },
        )
        fields = {
            "kind": media.kind.value,
            "file_id": media.file_id,
            "unique_id": media.unique_id,
            "size": media.size,
            "mime": media.mime,
            "duration_s": media.duration_s,
            "album": album,
        }
        return insert_row(self._sql, _ADD, fields)

    def own(self, attachment_ids: Sequence[int], ticket_id: int) -> None:
        for attachment_id in attachment_ids:
            if self._sql.execute(_OWN, {"attachment": attachment_id, "ticket": ticket_id}).rowcount != 1:
                raise LookupError(f"no reserved attachment {attachment_id}")

    def of(self, ticket_id: int) -> tuple[Attachment, ...]:
        return tuple(_attachment(row) for row in self._sql.execute(_OF, {"ticket": ticket_id}))


def _attachment(row: Sequence[Any]) -> Attachment:
    number, kind, file_id, unique_id, size, mime, duration_s, album = row
    return Attachment(number, Media(MediaKind(kind), file_id, unique_id, size, mime, duration_s), album)
