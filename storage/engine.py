"""Runs transactions: sync functions of a SQLAlchemy connection, whole or not at all.

Everything that writes runs on one thread, which owns the one writing connection; transactions that wait there together
share one commit. Invariants:

- A caller gets its result only after the commit that holds it has succeeded; with synchronous=FULL it is then on
  the disk.
- Transactions run in the order in which `write` was called. One that raises is undone alone.
- When the shared transaction itself is lost (disk full, I/O error, failed commit), every transaction in it fails with
  `StorageUnavailable`, and none of their statements has been kept.
- A cancelled caller does not stop its transaction half-way: it runs and is kept, only nobody hears of it.

The schema must not have constraints that are checked at commit: one transaction's breach would fail its neighbours.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import aiosqlite
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import InvalidRequestError, OperationalError
from sqlalchemy.pool import QueuePool

from storage.dialect import BEGIN_READ, STEERED_URL
from storage.errors import StorageUnavailable, storage_error
from storage.sqlite import locate, open_reader, open_writer
from storage.writer import Job, Tuning, Writer

T = TypeVar("T")


class Database:
    """One open database. Made by `open`, ended by `close` or by leaving `async with`."""

    def __init__(self, path: Path | None, raw: sqlite3.Connection, thread: "_WriterThread", tuning: Tuning) -> None:
        self._tuning = tuning
        self._thread = thread
        self._writer = Writer(raw, path, tuning)
        self._loop = asyncio.get_running_loop()
        self._closing = False
        self._working: asyncio.Task[None] | None = None
        self._checkpointing: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._readers = None if path is None else _Readers(path, tuning.readers)

    @classmethod
    async def open(cls, database: Path | str, tuning: Tuning | None = None) -> Self:
        """Open a database by path, by `sqlite:///` address, or in memory (`:memory:`); a missing file is created.

        Only one process may have it open so; others read it by `storage.sqlite.open_reader`. See there for why.

        Raises StorageUnavailable, StorageCorrupt, or ValueError for an address of another kind; each message is one
        sentence for the operator.
        """
        path = locate(database)
        tuning = tuning or Tuning()
        thread = _WriterThread(partial(open_writer, path, tuning.wal_kept))
        raw = await thread.start()
        return cls(path, raw, thread, tuning)

    async def write(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` as one transaction and return its result once that is on the disk.

        What `fn` raises undoes it and is raised here. Raises StorageUnavailable when the database could not keep it
        for now, StorageCorrupt when the file is damaged. `fn` runs on another thread: it must not touch the event
        loop, and neither it nor its result may use the connection afterwards.
        """
        if self._closing:
            raise StorageUnavailable("The database is closed.")
        job = Job(fn, self._loop.create_future())
        self._writer.waiting.append(job)
        self._set_to_work()
        try:
            await job.heard
        except asyncio.CancelledError:
            job.abandon()
            raise
        self._consider_checkpoint()
        return job.outcome()

    async def read(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` on a connection that cannot write; all its statements see the same moment of the database.

        It sees every write that was acknowledged before, and waits for none. Errors as with `write`.
        """
        if self._readers is None:
            return await self.write(partial(_read_in_write, fn))
        if self._closing:
            raise StorageUnavailable("The database is closed.")
        return await self._readers.run(fn)

    async def wipe_log(self) -> bool:
        """Empty the write-ahead log, in which what was deleted may still stand; False where somebody reads of it."""
        if self._closing:
            return False
        return await self._thread.run(self._writer.wipe_log)

    async def close(self) -> None:
        """Finish what was asked for, carry the write-ahead log over, and end all threads. May be called twice."""
        if self._closing:
            return
        self._closing = True
        if self._idle is not None:
            self._idle.cancel()
        try:
            if self._checkpointing is not None:
                await asyncio.wait({self._checkpointing})
            if self._readers is not None:
                await self._readers.stop()
            while self._working is not None:
                await asyncio.wait({self._working})
            await self._thread.run(self._writer.finish)
        finally:
            await self._thread.stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _set_to_work(self) -> None:
        """Have the writer's thread run what waits. One hop to it is for all that comes until it has nothing left.

        It begins once the event loop has gone round, so that what is asked for at the same time shares a commit.
        """
        if self._working is None:
            self._working = self._loop.create_task(self._thread.run(partial(self._writer.run_waiting, self._tell)))
            self._working.add_done_callback(self._worked)

    def _worked(self, task: "asyncio.Task[None]") -> None:
        self._working = None
        if self._writer.waiting:  # came after the writer had looked for the last time
            self._set_to_work()

    def _tell(self, group: list[Job[Any]]) -> None:
        """Wake the callers of a settled group, all by one call between the threads. Called on the writer's."""
        self._loop.call_soon_threadsafe(_wake, group)

    def _consider_checkpoint(self) -> None:
        if self._closing or self._checkpointing is not None:
            return
        if not self._writer.waiting and self._writer.rows_in_wal >= self._tuning.busy_rows:
            self._begin_checkpoint()
        elif self._idle is None and self._writer.rows_in_wal:
            self._idle = self._loop.call_later(self._tuning.idle_seconds, self._when_idle, self._writer.rows_in_wal)

    def _when_idle(self, rows_before: int) -> None:
        self._idle = None
        if self._writer.rows_in_wal == rows_before:
            self._begin_checkpoint()
        else:
            self._consider_checkpoint()

    def _begin_checkpoint(self) -> None:
        self._checkpointing = self._loop.create_task(self._thread.run(self._writer.checkpoint))
        self._checkpointing.add_done_callback(self._checkpointed)

    def _checkpointed(self, task: "asyncio.Task[None]") -> None:
        self._checkpointing = None


class _WriterThread:
    """aiosqlite's thread, the only place that knows aiosqlite. Runs functions in the order in which they come.

    Its public methods do one statement per hop between threads, which halves the speed; its `_execute`, which those
    methods are made of, runs any function. It is private, so the version is pinned.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connection = aiosqlite.Connection(connect, iter_chunk_size=64)
        self._connection._thread.daemon = True  # a program that ends without `stop` is not held back

    async def start(self) -> sqlite3.Connection:
        """Start the thread and open there the connection that belongs to it."""
        opening = asyncio.create_task(self._open())
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            await asyncio.wait({opening})
            if opening.exception() is None:
                await self.stop()
            raise

    async def run(self, fn: Callable[[], T]) -> T:
        """Run `fn` on the thread. Queued before the first suspension, hence in the order of calls."""
        return cast(T, await self._connection._execute(fn))  # type: ignore[no-untyped-call]

    async def stop(self) -> None:
        """Close the connection after what is queued, and end the thread."""
        await self._connection.close()
        await asyncio.to_thread(self._connection._thread.join)

    async def _open(self) -> sqlite3.Connection:
        try:
            await self._connection
        except Exception:
            # aiosqlite does not wait for the thread's end, which must not come after that of the event loop.
            await asyncio.to_thread(self._connection._thread.join)
            raise
        return self._connection._conn


class _Readers:
    """A few threads, each with a connection that cannot write."""

    def __init__(self, path: Path, count: int) -> None:
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="storage-reader")
        self._engine = create_engine(
            STEERED_URL,
            creator=partial(open_reader, path),
            poolclass=QueuePool,
            pool_size=count,
            max_overflow=0,
            hide_parameters=True,
        )

    async def run(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` as one transaction on the first thread that is free."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, fn)

    async def stop(self) -> None:
        """Finish what was asked for; close the connections and end the threads."""
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()

    def _read(self, fn: Callable[[Connection], T]) -> T:
        try:
            with self._engine.connect() as connection:
                raw = _driver(connection)
                raw.execute(BEGIN_READ)
                try:
                    return _refuse_writes(fn, connection)
                finally:
                    if raw.in_transaction:
                        raw.execute("ROLLBACK")
        except BaseException as error:
            if meaning := storage_error(error):
                raise meaning from error
            raise


def _wake(group: list[Job[Any]]) -> None:
    for job in group:
        if not job.heard.done():
            job.heard.set_result(None)


def _read_in_write(fn: Callable[[Connection], T], connection: Connection) -> T:
    """Read on the writing connection: a database in memory has no other."""
    raw = _driver(connection)
    raw.execute("PRAGMA query_only=1")
    try:
        return _refuse_writes(fn, connection)
    finally:
        raw.execute("PRAGMA query_only=0")


def _refuse_writes(fn: Callable[[Connection], T], connection: Connection) -> T:
    """Run `fn` where SQLite refuses writes, and tell such a mistake from a disk that became read-only."""
    try:
        return fn(connection)
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY:
            raise InvalidRequestError("A transaction that was to read has tried to write.") from error
        raise


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)
