"""What a caller of `write` and `read` may rely on."""

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, InvalidRequestError, OperationalError
from structlog.testing import capture_logs

from storage.engine import Database
from storage.errors import StorageUnavailable
from storage.writer import Tuning
from tests.storage.tables import count, driver, note, texts, with_table

LONG = 20  # seconds after which a wait has failed


class Gate:
    """Holds the writer thread inside a transaction until it is opened, so that others have to wait."""

    def __init__(self) -> None:
        self._entered = threading.Event()
        self._open = threading.Event()

    def __call__(self, connection: Connection) -> None:
        self._entered.set()
        assert self._open.wait(LONG)

    async def entered(self) -> None:
        assert await asyncio.to_thread(self._entered.wait, LONG)

    def open(self) -> None:
        self._open.set()


async def held(database: Database, statements: list[str]) -> tuple[Gate, asyncio.Task[None]]:
    """Hold the writer thread and note each statement that runs on it from here on."""
    await database.write(lambda connection: driver(connection).set_trace_callback(statements.append))
    gate = Gate()
    holding = asyncio.create_task(database.write(gate))
    await gate.entered()
    statements.clear()
    return gate, holding


async def test_what_is_written_is_returned_and_read(database: Database) -> None:
    assert await database.write(lambda connection: connection.scalar(text("SELECT 42"))) == 42
    await database.write(note("a leak"))
    assert await database.read(texts) == ["a leak"]


async def test_what_raises_is_undone_and_raised(database: Database) -> None:
    def fail(connection: Connection) -> None:
        note("a leak")(connection)
        raise LookupError("no such flat")

    with pytest.raises(LookupError, match="no such flat"):
        await database.write(fail)
    assert await database.read(texts) == []


@pytest.mark.parametrize("raised", [SystemExit, asyncio.CancelledError, KeyboardInterrupt])
async def test_whatever_is_raised_undoes_the_transaction(database: Database, raised: type[BaseException]) -> None:
    def fail(connection: Connection) -> None:
        note("a leak")(connection)
        raise raised

    async def attempt() -> type[BaseException] | None:
        try:
            await database.write(fail)
        except BaseException as error:
            return type(error)
        return None

    assert await attempt() is raised
    assert await database.read(texts) == []


async def test_a_stop_iteration_does_not_leave_the_caller_waiting(database: Database) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await asyncio.wait_for(database.write(lambda connection: next(iter(()))), LONG)


async def test_those_that_wait_share_one_commit(database: Database) -> None:
    statements: list[str] = []
    gate, holding = await held(database, statements)
    waiting = [asyncio.create_task(database.write(note(str(number)))) for number in range(10)]
    await asyncio.sleep(0)  # lets them queue up
    gate.open()
    await asyncio.gather(holding, *waiting)
    assert statements.count("COMMIT") == 2  # the gate's own, and one for ten
    assert statements.count("BEGIN IMMEDIATE") == 1
    assert await database.read(texts) == [str(number) for number in range(10)]


async def test_one_alone_needs_no_savepoint(database: Database) -> None:
    statements: list[str] = []
    gate, holding = await held(database, statements)
    gate.open()
    await holding
    await database.write(note("alone"))
    assert not any(statement.startswith("SAVEPOINT") for statement in statements)


async def test_a_commit_takes_no_more_than_its_limit(tmp_path: Path) -> None:
    tuning = Tuning(group_limit=4, group_seconds=60)
    async with await Database.open(tmp_path / "notes.db", tuning) as opened:
        database = await with_table(opened)
        statements: list[str] = []
        gate, holding = await held(database, statements)
        waiting = [asyncio.create_task(database.write(note(str(number)))) for number in range(10)]
        await asyncio.sleep(0)
        gate.open()
        await asyncio.gather(holding, *waiting)
        assert statements.count("BEGIN IMMEDIATE") == 3
        assert await database.read(texts) == [str(number) for number in range(10)]


async def test_a_commit_that_gets_late_leaves_the_rest_to_the_next_in_order(tmp_path: Path) -> None:
    async with await Database.open(tmp_path / "notes.db", Tuning(group_limit=3, group_seconds=0)) as opened:
        database = await with_table(opened)
        statements: list[str] = []
        gate, holding = await held(database, statements)
        waiting = [asyncio.create_task(database.write(note(str(number)))) for number in range(5)]
        await asyncio.sleep(0)
        gate.open()
        await asyncio.gather(holding, *waiting)
        assert statements.count("BEGIN IMMEDIATE") == 5
        assert await database.read(texts) == [str(number) for number in range(5)]


async def test_one_that_fails_among_many_is_undone_alone(database: Database) -> None:
    await database.write(note("taken"))

    def fail(connection: Connection) -> None:
        note("half")(connection)
        note("taken")(connection)

    gate, holding = await held(database, [])
    waiting = [asyncio.create_task(database.write(fn)) for fn in (note("first"), fail, note("last"))]
    await asyncio.sleep(0)
    gate.open()
    first, failed, last = await asyncio.gather(*waiting, return_exceptions=True)
    await holding
    assert (first, last) == (None, None)
    assert isinstance(failed, IntegrityError)
    assert await database.read(texts) == ["taken", "first", "last"]


async def test_all_run_in_the_order_of_their_calls(database: Database) -> None:
    wanted = [str(number) for number in range(500)]
    await asyncio.gather(*(database.write(note(text)) for text in wanted))
    assert await database.read(texts) == wanted


async def test_a_cancelled_caller_does_not_stop_its_transaction(database: Database) -> None:
    gate, holding = await held(database, [])
    waiting = asyncio.create_task(database.write(note("kept")))
    await asyncio.sleep(0)
    waiting.cancel()
    holding.cancel()
    await asyncio.wait([waiting, holding])
    assert waiting.cancelled()
    assert holding.cancelled()
    gate.open()
    await database.write(note("after"))
    assert await database.read(texts) == ["kept", "after"]


async def test_the_failure_of_a_cancelled_caller_is_logged(database: Database) -> None:
    def fail(connection: Connection) -> None:
        raise LookupError("13800138000")

    with capture_logs() as logs:
        gate, holding = await held(database, [])
        waiting = asyncio.create_task(database.write(fail))
        await asyncio.sleep(0)
        waiting.cancel()
        gate.open()
        await asyncio.wait([waiting, holding])
        await database.write(note("after"))
    assert logs == [{"event": "storage.abandoned_transaction_failed", "error": "LookupError", "log_level": "warning"}]


async def test_a_transaction_does_not_commit_itself(database: Database) -> None:
    def commit(connection: Connection) -> None:
        note("half")(connection)
        connection.commit()

    with pytest.raises(InvalidRequestError, match="does not commit"):
        await database.write(commit)
    assert await database.read(texts) == []


async def test_a_savepoint_inside_a_transaction_works(database: Database) -> None:
    await database.write(note("taken"))

    def add_or_skip(connection: Connection) -> None:
        for text_ in ("new", "taken", "newer"):
            try:
                with connection.begin_nested():
                    note(text_)(connection)
            except IntegrityError:
                continue

    await asyncio.gather(database.write(add_or_skip), database.write(note("beside")))
    assert await database.read(texts) == ["taken", "new", "newer", "beside"]


async def test_a_connection_kept_beyond_its_transaction_is_of_no_use(database: Database) -> None:
    kept = await database.write(lambda connection: connection)
    with pytest.raises(InvalidRequestError, match="closed"):
        kept.execute(text("SELECT 1"))


@pytest.mark.parametrize("place", ["file", "memory"])
async def test_a_read_cannot_write(tmp_path: Path, place: str) -> None:
    async with await Database.open(tmp_path / "notes.db" if place == "file" else ":memory:") as opened:
        database = await with_table(opened)
        with pytest.raises(InvalidRequestError, match="tried to write"):
            await database.read(note("never"))
        await database.write(note("after"))
        assert await database.read(texts) == ["after"]


async def test_a_read_sees_one_moment_and_is_not_waited_for(database: Database) -> None:
    await database.write(note("before"))
    began, may_end = threading.Event(), threading.Event()

    def look_twice(connection: Connection) -> tuple[int, int]:
        first = count(connection)
        began.set()
        assert may_end.wait(LONG)
        return first, count(connection)

    reading = asyncio.create_task(database.read(look_twice))
    assert await asyncio.to_thread(began.wait, LONG)
    await database.write(note("meanwhile"))
    may_end.set()
    assert await reading == (1, 1)
    assert await database.read(count) == 2


async def test_errors_carry_no_parameters(database: Database) -> None:
    secret = "13800138000"
    await database.write(note(secret))
    with pytest.raises(IntegrityError) as raised:
        await database.write(note(secret))
    assert secret not in f"{raised.value!s}{raised.value!r}{raised.value.__cause__!r}"
    with pytest.raises(OperationalError, match="no such table") as refused:
        await database.read(lambda connection: connection.execute(text("SELECT * FROM n WHERE t = :t"), {"t": secret}))
    assert secret not in str(refused.value)


async def test_after_close_nothing_runs_and_no_thread_is_left(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    database = await with_table(await Database.open(tmp_path / "notes.db"))
    queued = asyncio.gather(*(database.write(note(str(number))) for number in range(20)))
    await asyncio.sleep(0)
    await database.close()
    await database.close()
    await queued  # what had been asked for was done first
    for attempt in (database.write(count), database.read(count)):
        with pytest.raises(StorageUnavailable, match="closed"):
            await attempt
    left = {thread.name for thread in set(threading.enumerate()) - before}
    assert not {name for name in left if not name.startswith("asyncio_")}
