"""One small table for the tests of the engine, so that they don't depend on what the product stores."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import cast

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, func, select

from storage.dialect import insert
from storage.engine import Database

metadata = MetaData()
notes = Table("notes", metadata, Column("id", Integer, primary_key=True), Column("text", String, unique=True))


def note(text: str) -> Callable[[Connection], None]:
    """Return a transaction that adds a note."""

    def add(connection: Connection) -> None:
        connection.execute(insert(notes), {"text": text})

    return add


def texts(connection: Connection) -> list[str]:
    return list(connection.scalars(select(notes.c.text).order_by(notes.c.id)))


def count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(notes)) or 0


def driver(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def carried_over(path: Path) -> int:
    """Return how many notes stand in the database file itself, whatever is in the log beside it."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM notes").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # not even the table yet
    finally:
        connection.close()


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


async def with_table(database: Database) -> Database:
    await database.write(metadata.create_all)
    return database
