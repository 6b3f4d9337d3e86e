"""Group commit: what happens on the writer thread.

Transactions that wait at the same time share one BEGIN IMMEDIATE … COMMIT, each inside a savepoint of its own, because
the commit's way to the disk costs more than all their statements. `storage.engine` states what callers may rely on.
"""

import asyncio
import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import structlog
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import StaticPool

from storage.dialect import BEGIN_WRITE, STEERED_URL
from storage.errors import StorageError, StorageUnavailable, storage_error
from storage.sqlite import BUSY_MS

T = TypeVar("T")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tuning:
    """How transactions share commits and when the write-ahead log is carried over into the database file."""

    group_limit: int = 128  # transactions in one commit
    group_seconds: float = 0.010  # after this long a commit takes no more of them: the first one is waiting for it
    readers: int = 2  # threads, each with a connection
    idle_seconds: float = 1.0  # checkpoint after this long without a write
    busy_rows: int = 1_000  # checkpoint after so many changed rows as soon as nobody waits: some megabytes, some 10 ms
    wal_bytes: int = 64 * 1024 * 1024  # checkpoint at this size of the log even if somebody waits
    wal_kept: int = 16 * 1024 * 1024  # the log's file is cut to this when it starts over; below `wal_bytes`


class Job(Generic[T]):
    """A transaction on its way."""

    __slots__ = ("_abandoned", "_fn", "_result", "error", "heard", "settled")

    def __init__(self, fn: Callable[[Connection], T], heard: "asyncio.Future[None]") -> None:
        """`heard` is where the caller waits; it is for the event loop to set."""
        self._fn = fn
        self.heard = heard
        self._result: T | None = None
        self._abandoned = False
        self.error: BaseException | None = None
        self.settled = False  # the commit that holds it has succeeded, or it has failed for good

    def run(self, engine: Engine) -> None:
        """Run the function and keep what comes of it, whatever that is."""
        try:
            # A Connection of its own, so that one kept beyond the transaction is of no use.
            with engine.connect() as connection:
                self._result = self._fn(connection)
        except BaseException as error:
            self.error = storage_error(error) or error

    def settle(self, error: BaseException | None = None) -> None:
        """Make the outcome final: that of the run, or `error` if the shared transaction was lost."""
        self.error = error or self.error
        self.settled = True
        if self._abandoned:
            self._report()

    def abandon(self) -> None:
        """Note that the caller was cancelled."""
        self._abandoned = True
        if self.settled:
            self._report()

    def outcome(self) -> T:
        """Return what the function returned, or raise what it raised. Only once settled."""
        if self.error is not None:
            raise self.error
        return cast(T, self._result)

    def _report(self) -> None:
        if self.error is not None:
            _log.warning("storage.abandoned_transaction_failed", error=type(self.error).__name__)


class Writer:
    """What happens on the writer thread: groups of transactions, and checkpoints between them."""

    def __init__(self, raw: sqlite3.Connection, path: Path | None, tuning: Tuning) -> None:
        self.waiting: deque[Job[Any]] = deque()
        self.rows_in_wal = 0  # rows changed since the last checkpoint
        self._raw = raw
        self._tuning = tuning
        self._wal = None if path is None else f"{path}-wal"
        self._force_at = tuning.wal_bytes
        self._rows_before = 0
        self._engine = create_engine(STEERED_URL, creator=lambda: raw, poolclass=StaticPool, hide_parameters=True)

    def run_waiting(self, settled: Callable[[list[Job[Any]]], object]) -> None:
        """Run what waits, group by group, until nothing does; call `settled` with each group once it is."""
        while self.waiting:
            settled(self._run_group())

    def checkpoint(self) -> None:
        """Carry the log over into the database file as far as readers let it, without waiting for them."""
        self._rows_before, self.rows_in_wal = self._raw.total_changes, 0  # a failed one is not tried at every commit
        self._checkpoint("PASSIVE")

    def wipe_log(self) -> bool:
        """Carry the log over and empty it, so that nothing deleted stands in it; return whether that could be done.

        Who reads an older moment of the database keeps it from being done; nobody is waited for.
        """
        if self._wal is None:
            return True
        self._raw.execute("PRAGMA busy_timeout=0")
        try:
            self.checkpoint()
            self._checkpoint("TRUNCATE")
        finally:
            self._raw.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        return not Path(self._wal).stat().st_size

    def finish(self) -> None:
        """Leave a database file without a log beside it."""
        if self._wal is not None:
            self._checkpoint("TRUNCATE")

    def _run_group(self) -> list[Job[Any]]:
        group = [self.waiting.popleft() for _ in range(min(len(self.waiting), self._tuning.group_limit))]
        try:
            self._bound_wal()
            self._undo()
            self._raw.execute(BEGIN_WRITE)
            if len(group) == 1:
                self._run_alone(group[0])
            else:
                self._run_together(group)
        except BaseException as error:
            self._fail(group, error)
        for job in group:
            if not job.settled:
                job.settle()
        if self._wal is not None:
            self.rows_in_wal = self._raw.total_changes - self._rows_before
        return group

    def _run_alone(self, job: Job[Any]) -> None:
        job.run(self._engine)
        self._require_transaction(job)
        if job.error is None:
            self._commit()
        else:
            self._raw.execute("ROLLBACK")

    def _run_together(self, group: list[Job[Any]]) -> None:
        """Run all of `group` in one commit; those for which it would get late go back to wait, and out of `group`."""
        late = time.monotonic() + self._tuning.group_seconds
        for number, job in enumerate(group, start=1):
            self._raw.execute("SAVEPOINT job")
            job.run(self._engine)
            self._require_transaction(job)
            if job.error is not None:
                self._raw.execute("ROLLBACK TO job")
            self._raw.execute("RELEASE job")
            if time.monotonic() > late:
                self.waiting.extendleft(reversed(group[number:]))
                del group[number:]
                break
        self._commit()

    def _commit(self) -> None:
        self._raw.execute("COMMIT")
        if self._raw.in_transaction:
            raise StorageUnavailable("The database has not ended the transaction.")

    def _require_transaction(self, job: Job[Any]) -> None:
        """Notice that SQLite has rolled everything back by itself, as it may when the disk is full."""
        if not self._raw.in_transaction:
            if isinstance(job.error, StorageError):
                raise job.error
            raise StorageUnavailable("The database has undone the transaction; the disk may be full.")

    def _fail(self, group: list[Job[Any]], error: BaseException) -> None:
        """Undo the shared transaction and tell so to all in it, each by an exception of its own."""
        _log.error("storage.commit_failed", transactions=len(group), error=type(error).__name__)
        if isinstance(error, StorageError):
            meaning = error
        else:
            meaning = storage_error(error) or StorageUnavailable("The database could not commit the transaction.")
        for job in group:
            lost = type(meaning)(*meaning.args)
            lost.__cause__ = error
            job.settle(lost)
        self._undo()

    def _undo(self) -> None:
        with suppress(sqlite3.Error):  # what cannot be undone now is tried again before the next transaction begins
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")

    def _bound_wal(self) -> None:
        """Checkpoint when the log has grown too large, before anything new is added."""
        if self._wal is None:
            return
        try:
            size = os.stat(self._wal).st_size  # noqa: PTH116  # once a commit: no Path object for it
        except OSError:
            return  # what is the matter will show when it is written
        if size < self._tuning.wal_bytes:
            self._force_at = self._tuning.wal_bytes
        elif size >= self._force_at:
            self.checkpoint()
            # A reader may keep the log from starting over: then try again only after some more growth.
            self._force_at = size + self._tuning.wal_bytes // 4

    def _checkpoint(self, mode: str) -> None:
        try:
            self._raw.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
        except sqlite3.Error as error:
            # The log stays as it is and is carried over later; nothing is lost by waiting.
            _log.warning("storage.checkpoint_failed", mode=mode, error=type(error).__name__)
