"""Databases to begin with, made once a process and copied from then on: each test gets one of its own, untouched.

What makes them is the real thing: the schema's own tables for a store of the services, every migration for a whole bot.
That a program makes and migrates its database by itself is tested where it belongs (`tests/storage`, `tests/deploy`).
"""

import sqlite3
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from storage.dialect import BEGIN_WRITE, STEERED_URL
from storage.migrate import upgrade
from storage.schema import metadata
from storage.sqlite import open_writer


@cache
def _tables() -> sqlite3.Connection:
    made = open_writer(None)
    made.execute(BEGIN_WRITE)
    with create_engine(STEERED_URL, creator=lambda: made, poolclass=StaticPool).connect() as connection:
        metadata.create_all(connection)
    made.execute("COMMIT")
    return made


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "migrated.db"
        upgrade(path, datetime.now(UTC))
        return path.read_bytes()


def fill(empty: sqlite3.Connection) -> None:
    """Give an empty database the tables of the schema."""
    _tables().backup(empty)


def lay_migrated(directory: Path, name: str = "sandbox.db") -> Path:
    """Put a database as the migrations make it where a bot in `directory` keeps its own; return the directory."""
    directory.mkdir(exist_ok=True)
    (directory / name).write_bytes(_migrated())
    return directory
