"""The write-ahead log is carried over when nobody waits, and is bounded when somebody always does."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection
from structlog.testing import capture_logs

from storage.engine import Database
from storage.writer import Tuning
from tests.storage.tables import carried_over, count, driver, log_of, names_in, note, with_table

NEVER = 1_000_000
LONG = 20  # seconds after which a wait has failed
BOUND = 300_000


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONG):
        while not condition():  # a file, and nothing tells when it changes
            await asyncio.sleep(0.01)


async def test_without_need_nothing_is_carried_over(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    async with await Database.open(path, Tuning(idle_seconds=NEVER, busy_rows=NEVER)) as opened:
        database = await with_table(opened)
        await database.write(note("here"))
        assert carried_over(path) == 0


async def test_the_log_is_carried_over_when_idle(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    async with await Database.open(path, Tuning(idle_seconds=0, busy_rows=NEVER)) as opened:
        database = await with_table(opened)
        await database.write(note("here"))
        await until(lambda: carried_over(path) == 1)
        await database.write(note("there"))
        await until(lambda: carried_over(path) == 2)


async def test_the_log_is_carried_over_after_many_rows(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    async with await Database.open(path, Tuning(idle_seconds=NEVER, busy_rows=10)) as opened:
        database = await with_table(opened)
        for number in range(10):
            await database.write(note(str(number)))
        await until(lambda: carried_over(path) == 10)


async def test_the_log_is_bounded_though_there_is_always_somebody_waiting(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    async with await Database.open(
        path, Tuning(idle_seconds=NEVER, busy_rows=NEVER, wal_bytes=BOUND, wal_kept=BOUND // 4)
    ) as opened:
        database = await with_table(opened)
        largest = 0
        for number in range(60):
            await asyncio.gather(*(database.write(note(f"{number}.{i}{'x' * 3_000}")) for i in range(8)))
            largest = max(largest, log_of(path).stat().st_size)
        assert await database.read(count) == 480
        assert path.stat().st_size > 3 * BOUND
        assert largest < 2 * BOUND


async def test_a_reader_holds_the_log_up_but_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    async with await Database.open(
        path, Tuning(idle_seconds=NEVER, busy_rows=NEVER, wal_bytes=BOUND, wal_kept=BOUND // 4)
    ) as opened:
        database = await with_table(opened)
        began, may_end = threading.Event(), threading.Event()

        def look(connection: Connection) -> int:
            seen = count(connection)
            began.set()
            assert may_end.wait(LONG)
            return seen

        reading = asyncio.create_task(database.read(look))
        assert await asyncio.to_thread(began.wait, LONG)
        for number in range(60):
            await database.write(note(f"{number}{'x' * 10_000}"))
        grown = log_of(path).stat().st_size
        assert grown > BOUND  # what the reader may still need stays
        may_end.set()
        assert await reading == 0
        for number in range(60, 100):
            await database.write(note(f"{number}{'x' * 10_000}"))
        assert log_of(path).stat().st_size < grown  # it has started over
        assert carried_over(path) >= 60


async def test_after_close_all_is_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    async with await Database.open(path) as opened:
        database = await with_table(opened)
        await database.write(note("here"))
        await database.read(count)
    assert names_in(tmp_path) == ["notes.db"]
    assert carried_over(path) == 1


async def test_a_checkpoint_that_fails_is_logged_and_harms_nobody(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    kept: list[object] = []

    def leave_a_statement_unfinished(connection: Connection) -> None:
        driver(connection).execute("PRAGMA busy_timeout=1")  # nobody is going to finish it
        kept.append(driver(connection).execute("SELECT 1 FROM notes"))

    with capture_logs() as logs:
        async with await Database.open(path, Tuning(idle_seconds=NEVER, busy_rows=NEVER)) as opened:
            database = await with_table(opened)
            await database.write(note("here"))
            await database.write(leave_a_statement_unfinished)
            await database.write(note("there"))
    kept.clear()
    assert [(entry["event"], entry["mode"]) for entry in logs] == [("storage.checkpoint_failed", "TRUNCATE")]
    async with await Database.open(path) as database:
        assert await database.read(count) == 2


async def test_nothing_is_left_in_the_log_once_it_is_wiped(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    async with await Database.open(path, Tuning(idle_seconds=NEVER, busy_rows=NEVER)) as opened:
        database = await with_table(opened)
        await database.write(note("quirkzap"))
        await database.write(lambda connection: connection.exec_driver_sql("DELETE FROM notes").close())
        assert b"quirkzap" in log_of(path).read_bytes()
        assert await database.wipe_log()
        assert b"quirkzap" not in log_of(path).read_bytes() + path.read_bytes()
        await database.write(note("goes on"))
        assert await database.read(count) == 1


async def test_the_log_is_not_wiped_while_somebody_reads_an_older_moment(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    reading, read = threading.Event(), threading.Event()

    def looks_long(connection: Connection) -> int:
        before = count(connection)
        reading.set()
        assert read.wait(LONG)
        return before

    async with await Database.open(path, Tuning(idle_seconds=NEVER, busy_rows=NEVER)) as opened:
        database = await with_table(opened)
        await database.write(note("here"))
        slow = asyncio.create_task(database.read(looks_long))
        await asyncio.to_thread(reading.wait, LONG)
        await database.write(note("there"))
        assert not await database.wipe_log()
        read.set()
        assert await slow == 1
        assert await database.wipe_log()
        assert await database.read(count) == 2
