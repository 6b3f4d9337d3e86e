"""Opens SQLite files the one way this program uses them, and proves it by reading the settings back.

One writer (WAL, every commit on the disk before it is acknowledged) and any number of readers that cannot write.
Only the writer checkpoints: SQLite before 3.51.3 may damage a WAL that two connections reset at once.
"""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import StorageCorrupt, StorageUnavailable, storage_error
from storage.files import sync

BUSY_MS = 5_000
# Up to this size a file is checked whole when it is opened, within a second; a larger one by doctor and backup.
CHECKED_BYTES = 64 * 1024 * 1024

_COMMON: Mapping[str, int] = {
    "busy_timeout": BUSY_MS,
    "temp_store": 2,  # memory
    "trusted_schema": 0,
    "cell_size_check": 1,
}
_WRITER: Mapping[str, int] = {
    **_COMMON,
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "secure_delete": 1,  # what is deleted is overwritten with zeros, so that what is erased cannot be read off the disk
    "cache_size": -16_000,  # KiB
}
_READER: Mapping[str, int] = {**_COMMON, "query_only": 1, "cache_size": -8_000}


def locate(database: Path | str) -> Path | None:
    """Return the file that a path or a `sqlite:///` address names, or None for a database in memory.

    Raises ValueError, with a sentence for the operator, for an address of any other kind.
    """
    if isinstance(database, Path):
        return database
    if database == ":memory:":
        return None
    if "://" not in database:
        return Path(database)
    try:
        url = make_url(database)
    except ArgumentError:
        url = None
    # The address is not repeated: that of a server would have a password in it.
    if url is None or url.get_backend_name() != "sqlite" or url.host or url.query:
        raise ValueError("The database address must be of the form sqlite:///path/to/file.db.")
    return Path(url.database) if url.database and url.database != ":memory:" else None


def open_writer(path: Path | None, log_kept: int = 0) -> sqlite3.Connection:
    """Open the connection that may write; None is a database in memory. It begins and ends transactions by SQL alone.

    The log is cut to `log_kept` bytes when it starts over. Written over, it takes half as long as written anew
    (measured): the file system has nothing to add to its own books.

    Raises StorageUnavailable when the file cannot be used safely or at all, StorageCorrupt when it is damaged.
    """
    try:
        connection = sqlite3.connect(path or ":memory:", isolation_level=None, cached_statements=512)
    except sqlite3.Error as error:
        raise _refusal(path, error) from None
    try:
        _set(connection, _WRITER)
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if path is not None:
            if mode != "wal":
                raise StorageUnavailable(
                    f"{path}: the write-ahead log cannot be used here (the journal mode is {mode!r})."
                    " Keep the database on a local disk, not on a network file system."
                )
            _set(connection, {"wal_autocheckpoint": 0, "journal_size_limit": log_kept})
            if path.stat().st_size <= CHECKED_BYTES and (found := problems(connection)):
                raise StorageCorrupt(f"{path}: the database file is damaged ({found[0]}). Restore a backup.")
            # A reader needs the WAL's files, and the operator wants to hear at once if writing is impossible.
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        connection.close()
        raise _refusal(path, error) from None
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """Open a connection that cannot write. It may be used by any thread, by one at a time.

    Raises StorageUnavailable when the file is not there or cannot be read, StorageCorrupt when it is damaged.
    """
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
    except sqlite3.Error as error:
        raise _refusal(path, error) from None
    try:
        _set(connection, _READER)
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error as error:
        connection.close()
        raise _refusal(path, error) from None
    except BaseException:
        connection.close()
        raise
    return connection


def copy(source: sqlite3.Connection, target: Path) -> None:
    """Write the database as it is at this moment to the file `target`, replacing it; writers are not held up.

    The snapshot is held by a transaction, so that commits in between do not make SQLite begin anew. Each few megabytes
    are put on the disk by themselves: one large sync at the end would hold up a commit twice as long (measured).
    """
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(target, isolation_level=None)) as copied:
        copied.execute("PRAGMA synchronous=OFF")
        handle = os.open(target, os.O_RDWR)
        source.execute("BEGIN DEFERRED")
        try:
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            source.backup(copied, pages=1_000, progress=lambda *_: os.fsync(handle))
        finally:
            source.execute("ROLLBACK")
            os.close(handle)
    sync(target)


def problems(connection: sqlite3.Connection) -> list[str]:
    """Return what SQLite's own check finds wrong with the file, nothing when it is sound. Reads all of it."""
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(10)")]
    except sqlite3.DatabaseError as error:
        if isinstance(storage_error(error), StorageCorrupt):
            return [str(error)]
        raise
    return [] if found == ["ok"] else found


def _set(connection: sqlite3.Connection, pragmas: Mapping[str, int]) -> None:
    for name, wanted in pragmas.items():
        connection.execute(f"PRAGMA {name}={wanted}")
        row = connection.execute(f"PRAGMA {name}").fetchone()
        if row is None or row[0] != wanted:
            raise StorageUnavailable(
                f"This SQLite library ({sqlite3.sqlite_version}) does not accept the setting {name}={wanted}."
            )


def _refusal(path: Path | None, error: sqlite3.Error) -> Exception:
    known = storage_error(error)
    return type(known)(f"{path or ':memory:'}: {known}") if known else error
