"""Brings the schema of a database up to date, on a connection of its own, before anything else opens the file.

Invariants:

- Each migration is one transaction together with the note that it ran: killed at any moment, the database is as before
  it or as after it.
- References are not enforced while tables are rebuilt (SQLite would delete what refers to them); they are checked
  whole before each commit.
- A database that is not empty is copied first; the copy has its final name only when it is complete.
- A database written by a newer program is refused and not touched.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import StaticPool

from storage.dialect import BEGIN_WRITE, STEERED_URL
from storage.errors import SchemaTooNew, StorageError, storage_error
from storage.files import rename
from storage.sqlite import copy, open_writer

# Package and folder of the migrations, as alembic writes it.
SCRIPTS = "storage:migrations"


@dataclass(frozen=True, slots=True)
class Migrated:
    """What an upgrade did."""

    before: str | None  # revision found; None for an empty database
    after: str  # revision now
    copy: Path | None  # the database as it was, if a migration ran on one that was not empty


def head(scripts: str = SCRIPTS) -> str:
    """Return the revision that this program works with."""
    revision = _directory(scripts).get_current_head()
    if revision is None:
        raise StorageError("This program has no migrations.")
    return revision


def current(connection: Connection) -> str | None:
    """Return the revision of a database, None if it has never been migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def recognised(connection: Connection, database: Path, scripts: str = SCRIPTS) -> str | None:
    """Return the revision of a database, None for an empty one; `database` names it in what is raised.

    Raises SchemaTooNew for a database of a newer program, StorageError for a file of another program.
    """
    directory = _directory(scripts)
    found = current(connection)
    if found is None and connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one():
        raise StorageError(f"{database} holds the data of another program. Give this one a file of its own.")
    if found is not None and found not in {script.revision for script in directory.walk_revisions()}:
        raise SchemaTooNew(
            f"{database} was written by a newer version of this program (schema {found}, known up to"
            f" {directory.get_current_head()}). Install that version, or restore a backup made by this one."
        )
    return found


def upgrade(database: Path, now: datetime, scripts: str = SCRIPTS) -> Migrated:
    """Bring `database` to `head()`; a missing file is created. `now` names the copy.

    Raises SchemaTooNew for a database of a newer program, StorageError for a file of another program or for a
    migration that would break references, StorageUnavailable and StorageCorrupt as when it is opened, and whatever a
    migration raises. The failed migration is then undone; those before it stay.
    """
    directory = _directory(scripts)
    target = head(scripts)
    with closing(open_writer(database)) as raw:
        engine = create_engine(STEERED_URL, creator=lambda: raw, poolclass=StaticPool, hide_parameters=True)
        before = _inspect(raw, engine, database, scripts)
        pending = [step.revision for step in directory.iterate_revisions(target, before or "base")][::-1]
        try:
            kept = _copy_before(raw, database, pending[0], now) if pending and before else None
            raw.execute("PRAGMA foreign_keys=OFF")
            for revision in pending:
                _step(raw, engine, scripts, revision)
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except BaseException as error:
            if meaning := storage_error(error):
                raise meaning from error
            raise
    return Migrated(before, target, kept)


def _directory(scripts: str) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(scripts))


def _config(scripts: str) -> Config:
    config = Config()
    config.set_main_option("script_location", scripts)
    return config


def _inspect(raw: sqlite3.Connection, engine: Engine, database: Path, scripts: str) -> str | None:
    """Return the revision found, after refusing what this program must not touch."""
    raw.execute(BEGIN_WRITE)
    try:
        with engine.connect() as connection:
            return recognised(connection, database, scripts)
    finally:
        raw.execute("ROLLBACK")


def _copy_before(raw: sqlite3.Connection, database: Path, revision: str, now: datetime) -> Path:
    target = database.with_name(f"{database.name}.before-{revision}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    part = target.with_name(f"{target.name}.part")
    copy(raw, part)
    rename(part, target)
    return target


def _step(raw: sqlite3.Connection, engine: Engine, scripts: str, revision: str) -> None:
    """Run one migration."""
    config = _config(scripts)
    raw.execute(BEGIN_WRITE)
    try:
        with engine.connect() as connection, connection.begin_nested():
            # alembic sees a transaction that is not its own, and leaves beginning and ending to us.
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            tables = ", ".join(sorted({row[0] for row in broken}))
            raise StorageError(
                f"Migration {revision} would leave {len(broken)} rows ({tables}) without what they refer to."
                " It has been undone."
            )
        raw.execute("COMMIT")
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raise
