"""Opening a database: the settings that the promises rest on, and the files that are refused."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from storage.engine import Database
from storage.errors import StorageCorrupt, StorageUnavailable
from storage.sqlite import BUSY_MS, locate, open_writer
from storage.writer import Tuning
from tests.storage.tables import note, with_table


async def pragma(connection_of: Database, name: str, *, reading: bool = False) -> object:
    def ask(connection: Connection) -> object:
        return connection.scalar(text(f"PRAGMA {name}"))

    return await (connection_of.read(ask) if reading else connection_of.write(ask))


async def test_the_writer_keeps_each_commit_on_the_disk(database: Database) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": BUSY_MS,
        "wal_autocheckpoint": 0,
        "journal_size_limit": Tuning().wal_kept,
        "temp_store": 2,
        "trusted_schema": 0,
        "cell_size_check": 1,
    }
    assert {name: await pragma(database, name) for name in wanted} == wanted


async def test_readers_are_readers(database: Database) -> None:
    assert await pragma(database, "query_only", reading=True) == 1
    assert await pragma(database, "trusted_schema", reading=True) == 0


async def test_a_setting_that_does_not_hold_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.sqlite._WRITER", {"synchronous": 7})
    with pytest.raises(StorageUnavailable, match="does not accept the setting synchronous=7"):
        await Database.open(tmp_path / "notes.db")


async def test_a_place_without_wal_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # In memory, SQLite answers as on a network file system: it keeps the journal mode that it has.
    monkeypatch.setattr("storage.sqlite.sqlite3.connect", lambda *_, **settings: _connect(":memory:", **settings))
    with pytest.raises(StorageUnavailable, match="not on a network file system"):
        await Database.open(tmp_path / "notes.db")


_connect = sqlite3.connect


async def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(b"Dear resident, this is a letter and not a database. " * 100)
    with pytest.raises(StorageCorrupt, match="The file is not a database"):
        await Database.open(path)
    assert path.read_bytes().startswith(b"Dear resident")


async def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    async with await Database.open(path) as opened:
        database = await with_table(opened)
        for number in range(200):
            await database.write(note(f"{number} {'x' * 200}"))
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 3 + 64] = os.urandom(64)
    path.write_bytes(content)
    with pytest.raises(StorageCorrupt, match="damaged"):
        await Database.open(path)


async def test_a_missing_folder_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="the database file cannot be opened"):
        await Database.open(tmp_path / "nowhere" / "notes.db")


async def test_a_database_that_somebody_else_writes_is_waited_for_and_then_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.sqlite._WRITER", {"busy_timeout": 10})
    other = open_writer(tmp_path / "notes.db")
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StorageUnavailable, match="locked by another program"):
            await Database.open(tmp_path / "notes.db")
    finally:
        other.close()


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (":memory:", None),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("sqlite:///data/shouwen.db", Path("data/shouwen.db")),
        ("sqlite:////var/lib/shouwen.db", Path("/var/lib/shouwen.db")),
        ("data/shouwen.db", Path("data/shouwen.db")),
        (Path("data/首问?#.db"), Path("data/首问?#.db")),
    ],
)
def test_an_address_names_a_file(given: Path | str, found: Path | None) -> None:
    assert locate(given) == found


@pytest.mark.parametrize(
    "given", ["postgresql://bot:hunter2@db/shouwen", "sqlite://host/x", "sqlite:///x?mode=ro", "://"]
)
def test_another_address_is_refused_without_repeating_it(given: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///path") as refused:
        locate(given)
    assert "hunter2" not in str(refused.value)


async def test_a_name_with_odd_characters_can_be_read_too(tmp_path: Path) -> None:
    async with await Database.open(tmp_path / "首问 ?#%41.db") as opened:
        database = await with_table(opened)
        await database.write(note("here"))
        assert await database.read(lambda connection: connection.scalar(text("SELECT count(*) FROM notes"))) == 1


def test_a_program_that_forgets_to_close_still_ends(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys, pathlib; from storage.engine import Database;"
        "asyncio.run(Database.open(pathlib.Path(sys.argv[1])))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "notes.db")], timeout=30, check=False)
    assert done.returncode == 0


async def test_opening_that_is_cancelled_leaves_no_thread(tmp_path: Path) -> None:
    opening = asyncio.create_task(Database.open(tmp_path / "notes.db"))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
