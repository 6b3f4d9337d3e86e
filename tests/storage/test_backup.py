"""Backups: made under load, verified to the last byte, brought back."""

import asyncio
import hashlib
import json
import os
import random
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from storage.backup import Receipt, backup, restore, verify
from storage.engine import Database
from storage.errors import StorageCorrupt, StorageError, StorageUnavailable
from tests.storage.tables import count, names_in, note, texts, with_table

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
PHOTOS = (b"a leak", b"a stain", b"a lift")


def add_media(folder: Path) -> None:
    for photo in PHOTOS:
        name = hashlib.sha256(photo).hexdigest()
        file = folder / name[:2] / name[2:]
        file.parent.mkdir(parents=True)
        file.write_bytes(photo)
    (folder / ".part").write_bytes(b"still being fetched")


async def make(data: Path) -> None:
    """Put a database of three notes and three photos into a folder."""
    add_media(data / "media")
    async with await Database.open(data / "shouwen.db") as opened:
        database = await with_table(opened)
        for number in range(3):
            await database.write(note(str(number)))
        await database.write(_set_schema)


def _set_schema(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
    connection.execute(text("INSERT INTO alembic_version VALUES ('0001')"))


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    await asyncio.to_thread(folder.mkdir)
    await make(folder)
    return folder


@pytest.fixture
def made(data: Path, tmp_path: Path) -> Path:
    backup(data / "shouwen.db", data / "media", tmp_path / "backup", NOW)
    return tmp_path / "backup"


async def notes_in(path: Path) -> list[str]:
    async with await Database.open(path) as database:
        return await database.read(texts)


def test_a_backup_holds_everything(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "backups" / "monday"
    receipt = backup(data / "shouwen.db", data / "media", target, NOW)
    assert receipt == Receipt(
        created_at="2026-03-01T12:30:00+00:00",
        database="shouwen.db",
        bytes=(target / "shouwen.db").stat().st_size,
        schema="0001",
        rows={"alembic_version": 1, "notes": 3},
        media=3,
    )
    assert Receipt(**json.loads((target / "manifest.json").read_text())) == receipt
    assert verify(target) == []
    assert names_in(target) == ["SHA256SUMS", "manifest.json", "media", "shouwen.db"]
    assert names_in(target.parent) == ["monday"]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed here")
def test_the_sums_are_understood_by_the_usual_tool(made: Path) -> None:
    assert subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=made, check=False).returncode == 0


def test_without_media_there_is_still_a_backup(data: Path, tmp_path: Path) -> None:
    assert backup(data / "shouwen.db", tmp_path / "nowhere", tmp_path / "backup", NOW).media == 0
    assert verify(tmp_path / "backup") == []


def test_an_older_backup_is_not_overwritten(data: Path, made: Path) -> None:
    with pytest.raises(StorageError, match="exists already"):
        backup(data / "shouwen.db", data / "media", made, NOW)
    assert verify(made) == []


def test_what_a_killed_backup_left_does_not_matter(data: Path, tmp_path: Path) -> None:
    left = tmp_path / "backup.part"
    left.mkdir()
    left.joinpath("shouwen.db").write_bytes(b"half")
    backup(data / "shouwen.db", data / "media", tmp_path / "backup", NOW)
    assert verify(tmp_path / "backup") == []


def test_a_missing_database_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be opened"):
        backup(tmp_path / "none.db", tmp_path / "media", tmp_path / "backup", NOW)
    assert names_in(tmp_path) == []


async def test_a_backup_under_load_is_one_moment(data: Path, tmp_path: Path) -> None:
    async with await Database.open(data / "shouwen.db") as database:
        await database.write(lambda connection: [note(f"{i}{'x' * 500}")(connection) for i in range(10_000)] and None)
        done = asyncio.Event()

        async def write_on() -> int:
            written = 0
            while not done.is_set():
                # Two rows a transaction: a copy that mixes moments would show an odd number sooner or later.
                await database.write(Pair(written))
                written += 1
            return written

        writing = asyncio.create_task(write_on())
        receipts = []
        for number in range(3):
            target = tmp_path / f"backup{number}"
            receipts.append(await asyncio.to_thread(backup, data / "shouwen.db", data / "media", target, NOW))
            assert await asyncio.to_thread(verify, target) == []
        done.set()
        written = await writing
        assert written > 0
        assert await database.read(count) == 10_003 + 2 * written
    rows = [receipt.rows["notes"] - 10_003 for receipt in receipts]
    assert all(row % 2 == 0 for row in rows)
    assert rows == sorted(rows)


class Pair:
    """Adds two notes."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __call__(self, connection: Connection) -> None:
        note(f"left {self._number}")(connection)
        note(f"right {self._number}")(connection)


def test_any_flipped_bit_is_found(made: Path) -> None:
    chance = random.Random(2)
    files = sorted(file for file in made.rglob("*") if file.is_file())
    assert len(files) == 6
    for file in files:
        content = file.read_bytes()
        places = range(len(content)) if len(content) < 200 else chance.sample(range(len(content)), 25)
        for place in places:
            flipped = bytearray(content)
            flipped[place] ^= 1 << chance.randrange(8)
            file.unlink()  # the live media folder shares the content of this one
            file.write_bytes(flipped)
            assert verify(made), f"{file.name}, byte {place}"
        file.write_bytes(content)
    assert verify(made) == []


@pytest.mark.parametrize("name", ["shouwen.db", "manifest.json", "SHA256SUMS"])
def test_a_missing_file_is_found(made: Path, name: str) -> None:
    made.joinpath(name).unlink()
    assert len(verify(made)) == 1


def test_a_missing_photo_is_found_even_if_its_sum_is_missing_too(made: Path) -> None:
    photo = next(file for file in made.joinpath("media").rglob("*") if file.is_file())
    photo.unlink()
    assert [problem for problem in verify(made) if "cannot be read" in problem]
    lines = made.joinpath("SHA256SUMS").read_text().splitlines(keepends=True)
    made.joinpath("SHA256SUMS").write_text("".join(line for line in lines if photo.name not in line))
    assert [problem for problem in verify(made) if "names 4 files; there should be 5" in problem]


async def test_a_backup_is_brought_back_elsewhere(made: Path, tmp_path: Path) -> None:
    there = tmp_path / "elsewhere"
    restore(made, there / "shouwen.db", there / "media", NOW)
    assert await notes_in(there / "shouwen.db") == ["0", "1", "2"]
    found = [file.read_bytes() for file in await asyncio.to_thread(list, there.glob("media/??/*"))]
    assert sorted(found) == sorted(PHOTOS)
    assert verify(made) == []  # and the backup is as it was


async def test_a_database_is_replaced_only_when_told_so(data: Path, made: Path) -> None:
    path = data / "shouwen.db"
    async with await Database.open(path) as database:
        await database.write(note("later"))
    with pytest.raises(StorageError, match="exists"):
        restore(made, path, data / "media", NOW)
    assert await notes_in(path) == ["0", "1", "2", "later"]
    restore(made, path, data / "media", NOW, replace=True)
    assert await notes_in(path) == ["0", "1", "2"]
    assert await notes_in(data / "shouwen.db.replaced-20260301T123000Z") == ["0", "1", "2", "later"]


async def test_the_log_of_the_replaced_database_is_not_taken_for_the_new_ones(data: Path, made: Path) -> None:
    path = data / "shouwen.db"
    crashed = data.parent / "crashed"
    crashed.mkdir()
    async with await Database.open(path) as database:
        await database.write(note("only in the log"))
        for name in ("shouwen.db", "shouwen.db-wal"):  # as after a kill
            await asyncio.to_thread(shutil.copy, data / name, crashed / name)
    restore(made, crashed / "shouwen.db", crashed / "media", NOW, replace=True)
    assert await notes_in(crashed / "shouwen.db") == ["0", "1", "2"]
    assert await notes_in(crashed / "shouwen.db.replaced-20260301T123000Z") == ["0", "1", "2", "only in the log"]


def test_a_damaged_backup_is_not_brought_back(made: Path, tmp_path: Path) -> None:
    content = bytearray(made.joinpath("shouwen.db").read_bytes())
    content[5000] ^= 1
    made.joinpath("shouwen.db").write_bytes(content)
    with pytest.raises(StorageCorrupt, match="nothing has been restored"):
        restore(made, tmp_path / "elsewhere" / "shouwen.db", tmp_path / "elsewhere" / "media", NOW)
    assert not tmp_path.joinpath("elsewhere").exists()


def test_a_media_folder_that_cannot_be_read_is_no_empty_one(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scan(folder: Any) -> Any:
        if str(folder) == str(data / "media"):
            raise PermissionError(13, "Permission denied", folder)
        return scandir(folder)

    scandir = os.scandir
    monkeypatch.setattr("os.scandir", scan)
    with pytest.raises(StorageUnavailable, match="Permission denied"):
        backup(data / "shouwen.db", data / "media", tmp_path / "backup", NOW)
    assert names_in(tmp_path) == ["data"]


def test_a_backup_where_nothing_can_be_made_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable, match="Not a directory"):
        backup(data / "shouwen.db", data / "media", tmp_path / "file" / "backup", NOW)
