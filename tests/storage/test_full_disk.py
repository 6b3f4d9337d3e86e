"""A disk that fills up: nothing is acknowledged that is not kept, and all goes on when there is space again.

`PRAGMA max_page_count` makes SQLite itself report a full disk, in the middle of a transaction; a file size limit of
the operating system makes the write of a commit fail.
"""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import InvalidRequestError, OperationalError
from structlog.testing import capture_logs

from storage.engine import Database
from storage.errors import StorageUnavailable
from tests.storage.tables import driver, note, texts
from tests.storage.test_transactions import held

LARGE = "x" * 100_000


def allow_pages(more: int) -> Callable[[Connection], None]:
    def limit(connection: Connection) -> None:
        pages = driver(connection).execute("PRAGMA page_count").fetchone()[0]
        driver(connection).execute(f"PRAGMA max_page_count={pages + more}")

    return limit


async def outcomes(database: Database, *transactions: Callable[[Connection], None]) -> list[BaseException | None]:
    """Run the transactions in one commit."""
    gate, holding = await held(database, [])
    waiting = [asyncio.create_task(database.write(fn)) for fn in transactions]
    await asyncio.sleep(0)
    gate.open()
    await holding
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_full_disk_is_temporary(database: Database) -> None:
    await database.write(note("before"))
    await database.write(allow_pages(0))
    with pytest.raises(StorageUnavailable, match="the disk is full"):
        await database.write(note(LARGE))
    await database.write(allow_pages(1_000))
    await database.write(note("after"))
    assert await database.read(texts) == ["before", "after"]


async def test_a_transaction_that_vanished_takes_all_in_its_commit_with_it(database: Database) -> None:
    await database.write(allow_pages(0))
    with capture_logs() as logs:
        found = await outcomes(database, note("first"), note(LARGE), note("last"))
    assert [type(error) for error in found] == [StorageUnavailable] * 3
    assert len({id(error) for error in found}) == 3  # each caller may add to the traceback of its own
    assert [entry["event"] for entry in logs] == ["storage.commit_failed"]
    await database.write(allow_pages(1_000))
    assert await database.read(texts) == []
    assert await outcomes(database, note("first"), note(LARGE), note("last")) == [None] * 3


@pytest.mark.parametrize("alone", [True, False])
async def test_a_transaction_that_goes_on_after_its_end_writes_nothing(database: Database, alone: bool) -> None:
    await database.write(allow_pages(0))

    def persist(connection: Connection) -> None:
        note("before")(connection)
        with suppress(OperationalError):
            note(LARGE)(connection)  # here SQLite rolls everything back, and each further statement would be kept
        with suppress(InvalidRequestError):
            note("after")(connection)

    if alone:
        with pytest.raises(StorageUnavailable, match="has undone the transaction"):
            await database.write(persist)
    else:
        found = await outcomes(database, persist, note("beside"))
        assert [type(error) for error in found] == [StorageUnavailable] * 2
    assert await database.read(texts) == []


async def test_a_commit_that_fails_fails_all_in_it(database: Database) -> None:
    # A constraint checked at commit stands for whatever can go wrong there; the schema itself has none.
    create = "CREATE TABLE late (id INTEGER PRIMARY KEY, of INTEGER REFERENCES notes DEFERRABLE INITIALLY DEFERRED)"
    await database.write(lambda connection: connection.exec_driver_sql(create).close())

    def point_nowhere(connection: Connection) -> None:
        connection.execute(text("INSERT INTO late (of) VALUES (4711)"))

    found = await outcomes(database, note("first"), point_nowhere, note("last"))
    assert [type(error) for error in found] == [StorageUnavailable] * 3
    with pytest.raises(StorageUnavailable):
        await database.write(point_nowhere)
    await database.write(note("after"))
    assert await database.read(texts) == ["after"]


FULL_AT_COMMIT = """
import asyncio, pathlib, resource, signal, sys
from storage.engine import Database
from storage.errors import StorageUnavailable
from tests.storage.tables import note, texts, with_table

async def main():
    async with await Database.open(pathlib.Path(sys.argv[1])) as opened:
        database = await with_table(opened)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        kept, failed = [], 0
        for number in range(40):
            found = await asyncio.gather(
                *(database.write(note(f"{number}.{i}" + "x" * 2_000)) for i in range(4)), return_exceptions=True
            )
            assert all(error is None or isinstance(error, StorageUnavailable) for error in found), found
            kept += [f"{number}.{i}" for i, error in enumerate(found) if error is None]
            failed += sum(error is not None for error in found)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await database.write(note("after"))
        assert kept and failed, (kept, failed)
        assert [text.rstrip("x") for text in await database.read(texts)] == [*kept, "after"]

asyncio.run(main())
"""


def test_a_commit_that_finds_no_space_is_not_acknowledged(tmp_path: Path) -> None:
    path = str(tmp_path / "notes.db")
    done = subprocess.run(
        [sys.executable, "-c", FULL_AT_COMMIT, path], timeout=60, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
