"""Copies of everything that is kept, made while the bot runs, checked, and brought back.

A backup is a folder that can be copied anywhere:

    shouwen.db       the database as it was at one moment (named as the original)
    media/ab/cdef…   the files that people sent, named by the SHA-256 of their content
    SHA256SUMS       one line a file, also understood by `sha256sum --check`
    manifest.json    what is in it: when, which schema, how many rows in each table, how many files

It gets its name when it is complete. Nothing in a live database folder is changed by making one.
"""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from storage.errors import StorageCorrupt, StorageError, StorageUnavailable, storage_error
from storage.files import copy_file, link_or_copy, rename, sha256, sync
from storage.sqlite import copy, open_reader

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
MEDIA = "media"

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a backup holds; this is its manifest."""

    created_at: str  # ISO 8601, UTC
    database: str  # the file's name
    bytes: int  # of the database file
    schema: str | None  # revision
    rows: dict[str, int]  # by table
    media: int  # files


def backup(database: Path, media: Path, target: Path, now: datetime) -> Receipt:
    """Make a backup folder at `target` of a database that may be in use, and of its media folder if there is one.

    The database comes first: each file that its rows name was stored before them. Raises StorageError when `target`
    exists, StorageUnavailable (the disk is full, say) and StorageCorrupt.
    """
    if target.exists():
        raise StorageError(f"{target} exists already. Choose another name for the backup.")
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # left by one that was killed
    try:
        part.mkdir(parents=True)
        copied = part / database.name
        with closing(open_reader(database)) as source:
            copy(source, copied)
        schema, rows = _contents(copied)
        files = _copy_media(media, part / MEDIA)
        receipt = Receipt(
            created_at=now.astimezone(UTC).isoformat(),
            database=database.name,
            bytes=copied.stat().st_size,
            schema=schema,
            rows=rows,
            media=files,
        )
        manifest = part / MANIFEST
        manifest.write_text(json.dumps(asdict(receipt), indent=2) + "\n", encoding="utf-8")
        sync(manifest)
        _write_sums(part, [copied, manifest])
        sync(part)
        rename(part, target)
    except BaseException as error:
        shutil.rmtree(part, ignore_errors=True)
        if meaning := _meaning(error):
            raise meaning from error
        raise
    return receipt


def verify(folder: Path) -> list[str]:
    """Return what is wrong with a backup, one sentence each; an empty list when it is whole. Reads all of it."""
    try:
        receipt = Receipt(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return [f"{folder / MANIFEST} is missing or damaged."]
    found, files = [], 0
    try:
        for name, wanted in _read_sums(folder / SUMS):
            files += 1
            if problem := _compare(folder / name, wanted):
                found.append(problem)
    except (OSError, ValueError):
        return [f"{folder / SUMS} is missing or damaged."]
    if files != receipt.media + 2:  # the media, the database and the manifest
        found.append(f"{folder / SUMS} names {files} files; there should be {receipt.media + 2}.")
    database = folder / receipt.database
    if database.is_file():
        found += _check_database(database, receipt)
    return found


def restore(folder: Path, database: Path, media: Path, now: datetime, *, replace: bool = False) -> Receipt:
    """Bring a backup back to `database` and `media`, while nothing else uses them.

    The backup is verified first, and the copied database again before it gets its name. Raises StorageCorrupt when
    either fails, StorageError when there is a database and `replace` is false, StorageUnavailable when the disk is
    full. What is replaced stays beside it as `<name>.replaced-<now>`; media files only come to those that are there.
    """
    if found := verify(folder):
        raise StorageCorrupt(f"The backup is damaged, nothing has been restored: {found[0]}")
    receipt = Receipt(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    if database.exists() and not replace:
        raise StorageError(f"{database} exists, so nothing was restored; --overwrite puts the backup in its place.")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        part = database.with_name(f"{database.name}.part")
        copy_file(folder / receipt.database, part)
        if sha256(part) != sha256(folder / receipt.database):
            raise StorageCorrupt(f"{part} is not what was written to it. Nothing has been restored.")
        for file in _media_files(folder / MEDIA):
            link_or_copy(file, media / file.relative_to(folder / MEDIA))
        _set_aside(database, f".replaced-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
        rename(part, database)
    except OSError as error:
        raise _unwritten(error) from error
    return receipt


def _contents(database: Path) -> tuple[str | None, dict[str, int]]:
    """Return a copied database's schema revision and its row counts by table."""
    with closing(_open_copy(database)) as connection:
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite@_%' ESCAPE '@'"
                " ORDER BY name"
            )
        ]
        rows = {name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in tables}  # noqa: S608  # names out of the schema
        found = connection.execute("SELECT version_num FROM alembic_version") if "alembic_version" in rows else None
        revision = found.fetchone() if found else None
    return revision and str(revision[0]), rows


def _open_copy(database: Path) -> sqlite3.Connection:
    """Open a database that nobody writes, without leaving a log beside it."""
    return sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _check_database(database: Path, receipt: Receipt) -> list[str]:
    try:
        with closing(_open_copy(database)) as connection:
            result = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(10)")]
            found = [] if result == ["ok"] else [f"{database} is damaged: {line}." for line in result]
            if broken := len(connection.execute("PRAGMA foreign_key_check").fetchall()):
                found.append(f"{database} has {broken} rows without what they refer to.")
        schema, rows = _contents(database)
    except sqlite3.Error as error:
        return [f"{database} is damaged: {error}."]
    if schema != receipt.schema:
        found.append(f"{database} has schema {schema}, the manifest says {receipt.schema}.")
    found += [
        f"{database} has {rows.get(table)} rows in {table}, the manifest says {receipt.rows.get(table)}."
        for table in sorted(rows.keys() | receipt.rows.keys())
        if rows.get(table) != receipt.rows.get(table)
    ]
    return found


def _media_files(media: Path) -> Iterator[Path]:
    """Yield the finished files of a media folder; one that is still being written begins with a dot.

    A folder that is not there holds none; one that cannot be read raises OSError, so that no file is missed in silence.
    """
    for folder, _, names in os.walk(media, onerror=_unless_missing):
        yield from (Path(folder, name) for name in names if not name.startswith("."))


def _unless_missing(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _copy_media(media: Path, target: Path) -> int:
    count = 0
    for file in _media_files(media):
        link_or_copy(file, target / file.relative_to(media))
        count += 1
    return count


def _write_sums(folder: Path, files: list[Path]) -> None:
    """Write the sums of `files` and of the media. A media file's is in its name; only `verify` reads it whole."""
    sums = folder / SUMS
    with sums.open("w", encoding="utf-8") as out:
        for file in files:
            out.write(f"{sha256(file)}  {file.name}\n")
        for file in _media_files(folder / MEDIA):
            name = file.parent.name + file.stem
            content = name if _SHA256.fullmatch(name) else sha256(file)
            out.write(f"{content}  {file.relative_to(folder).as_posix()}\n")
    sync(sums)


def _read_sums(sums: Path) -> Iterator[tuple[str, str]]:
    with sums.open(encoding="utf-8") as lines:
        for line in lines:
            content, _, name = line.rstrip("\n").partition("  ")
            yield name, content


def _compare(file: Path, wanted: str) -> str | None:
    try:
        return None if sha256(file) == wanted else f"{file} is not what was backed up."
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}."


def _set_aside(database: Path, ending: str) -> None:
    """Move a database away with its log: the log of one database beside another would be taken for the other's."""
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    for name in (database.name, f"{database.name}-wal"):
        file = database.with_name(name)
        if file.exists():
            kept = f"{database.name}{ending}{name.removeprefix(database.name)}"
            rename(file, database.with_name(kept))


def _meaning(error: BaseException) -> StorageError | None:
    return _unwritten(error) if isinstance(error, OSError) else storage_error(error)


def _unwritten(error: OSError) -> StorageUnavailable:
    reason = error.strerror or type(error).__name__
    where = f" ({error.filename})" if error.filename else ""
    return StorageUnavailable(f"The files could not be copied: {reason}{where}.")
