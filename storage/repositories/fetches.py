"""The files whose bytes are still to be fetched from the platform, and those that are to be removed from the disk.

Invariant: a content that is to be removed is nobody's; where it comes again before it is gone it stays.
"""

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from bot.ports.store import Fetch
from storage.dialect import insert
from storage.repositories.erasure import discard_content
from storage.schema import FetchState, discards, fetches, is_in, media
from storage.statements import Executor

_PENDING = is_in(fetches.c.state, FetchState.PENDING)
_DUE = (
    select(fetches.c.unique_id, fetches.c.file_id, fetches.c.attempts)
    .where(_PENDING, fetches.c.not_before <= bindparam("at"))
    .order_by(fetches.c.not_before)
    .limit(bindparam("most"))
)
_NEXT_DUE = select(fetches.c.not_before).where(_PENDING).order_by(fetches.c.not_before).limit(1)
_KEEP = insert(media).on_conflict_do_nothing(index_elements=[media.c.sha256])
_DONE = (
    update(fetches)
    .where(fetches.c.unique_id == bindparam("file"))
    .values(state=FetchState.DONE.value, sha256=bindparam("content"), reason=None)
)
_FAILED = (
    update(fetches)
    .where(fetches.c.unique_id == bindparam("file"))
    .values(
        state=bindparam("new_state"),
        attempts=fetches.c.attempts + 1,
        not_before=bindparam("new_not_before"),
        reason=bindparam("new_reason"),
    )
)
_DISCARDS = (
    select(discards.c.sha256)
    .where(discards.c.not_before <= bindparam("at", type_=discards.c.not_before.type))
    .order_by(discards.c.not_before)
    .limit(bindparam("most"))
)
_NEXT_DISCARD = select(discards.c.not_before).order_by(discards.c.not_before).limit(1)
_DISCARDED = delete(discards).where(discards.c.sha256 == bindparam("content"))
_KEEP_FOR_NOW = update(discards).where(discards.c.sha256 == bindparam("content")).values(not_before=bindparam("until"))


class SqlFetches:
    """`bot.ports.store.Fetches`."""

    def __init__(self, sql: Executor, now: datetime) -> None:
        self._sql = sql
        self._now = now

    def due(self, limit: int) -> tuple[Fetch, ...]:
        """Return files to be fetched now, those that wait longest first."""
        return tuple(Fetch(*row) for row in self._sql.execute(_DUE, {"at": self._now, "most": limit}))

    def next_due(self) -> datetime | None:
        """Return when the next file is to be fetched or removed, None where none is."""
        moments = (self._sql.execute(statement).scalar_one_or_none() for statement in (_NEXT_DUE, _NEXT_DISCARD))
        return min((moment for moment in moments if moment is not None), default=None)

    def done(self, fetch: Fetch, sha256: str, size: int) -> None:
        """Note that the bytes of a file, `size` of them, are kept under their hash.

        Where it was erased while they were fetched they are to be removed again.
        """
        self._sql.execute(_KEEP, {"sha256": sha256, "size": size, "fetched_at": self._now})
        self._sql.execute(_DISCARDED, {"content": sha256})
        if self._sql.execute(_DONE, {"file": fetch.unique_id, "content": sha256}).rowcount == 0:
            discard_content(self._sql, sha256, self._now)

    def discards(self, limit: int) -> tuple[str, ...]:
        """Return contents, by their SHA-256, that are to be removed from the disk now."""
        return tuple(self._sql.execute(_DISCARDS, {"at": self._now, "most": limit}).scalars())

    def discarded(self, sha256: str) -> None:
        """Note that a content is gone."""
        self._sql.execute(_DISCARDED, {"content": sha256})

    def keep_for_now(self, sha256: str, not_before: datetime) -> None:
        """Have the removal of a content tried again, not before a moment."""
        self._sql.execute(_KEEP_FOR_NOW, {"content": sha256, "until": not_before})

    def put_off(self, fetch: Fetch, not_before: datetime, reason: str) -> None:
        """Have the file tried again, not before a moment. `reason` is a stable code."""
        self._fail(fetch, FetchState.PENDING, not_before, reason)

    def give_up(self, fetch: Fetch, reason: str) -> None:
        """Never try this file again."""
        self._fail(fetch, FetchState.DEAD, self._now, reason)

    def _fail(self, fetch: Fetch, state: FetchState, not_before: datetime, reason: str) -> None:
        fields = {"new_state": state.value, "new_not_before": not_before, "new_reason": reason}
        self._sql.execute(_FAILED, {"file": fetch.unique_id, **fields})
