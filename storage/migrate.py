"""Brings the schema of a database up to date, on a connection of its own, before anything else opens the file.

Invariants:

- Each migration is one transaction together with the note that it ran: killed at any moment, the database is as before
  it or as after it.
- References are not enforced while tables are rebuilt (SQLite would delete what refers to them); they are checked
  whole before each commit.
- A database that is not empty is copied first; the copy has its final name only when it is complete.
- A database written by a newer program is refused and not touched.
- alembic (10 MB) is loaded only where a migration is due: which there are is told by the names of their files, numbers
  in one line.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import StaticPool

from storage.dialect import BEGIN_WRITE, STEERED_URL
from storage.errors import SchemaTooNew, StorageError, storage_error
from storage.files import rename
from storage.sqlite import copy, open_writer

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

SCRIPTS = str(Path(__file__).with_name("migrations"))


_NOTED = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'alembic_version'"


@dataclass(frozen=True, slots=True)
class Migrated:
    """What an upgrade did."""

    before: str | None  # revision found; None for an empty database
    after: str  # revision now
    copy: Path | None  # the database as it was, if a migration ran on one that was not empty


def head(scripts: str = SCRIPTS) -> str:
    """Return the revision that this program works with."""
    known = revisions(scripts)
    if not known:
        raise StorageError("This program has no migrations.")
    return known[-1]


def revisions(scripts: str = SCRIPTS) -> tuple[str, ...]:
    """Return the revisions that this program knows, oldest first."""
    files = Path(scripts, "versions").glob("[0-9]*_*.py")
    return tuple(sorted(file.name.partition("_")[0] for file in files))


def current(connection: Connection) -> str | None:
    """Return the revision of a database, None if it has never been migrated."""
    if not connection.exec_driver_sql(_NOTED).scalar_one():
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def recognised(connection: Connection, database: Path, scripts: str = SCRIPTS) -> str | None:
    """Return the revision of a database, None for an empty one; `database` names it in what is raised.

    Raises SchemaTooNew for a database of a newer program, StorageError for a file of another program.
    """
    known = revisions(scripts)
    found = current(connection)
    if found is None and connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one():
        raise StorageError(f"{database} holds the data of another program. Give this one a file of its own.")
    if found is not None and found not in known:
        raise SchemaTooNew(
            f"{database} was written by a newer version of this program (schema {found}, known up to"
            f" {known[-1]}). Install that version, or restore a backup made by this one."
        )
    return found


def upgrade(database: Path, now: datetime, scripts: str = SCRIPTS) -> Migrated:
    """Bring `database` to `head()`; a missing file is created. `now` names the copy.

    Raises SchemaTooNew for a database of a newer program, StorageError for a file of another program or for a
    migration that would break references, StorageUnavailable and StorageCorrupt as when it is opened, and whatever a
    migration raises. The failed migration is then undone; those before it stay.
    """
    target = head(scripts)
    with closing(open_writer(database)) as raw:
        engine = create_engine(STEERED_URL, creator=lambda: raw, poolclass=StaticPool, hide_parameters=True)
        before = _inspect(raw, engine, database, scripts)
        pending = [revision for revision in revisions(scripts) if revision > (before or "")]
        try:
            kept = _copy_before(raw, database, pending[0], now) if pending and before else None
            raw.execute("PRAGMA foreign_keys=OFF")
            if pending:
                from alembic.script import ScriptDirectory

                known = ScriptDirectory(scripts)  # reads all migrations, once
                for revision in pending:
                    _step(raw, engine, known, revision)
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except BaseException as error:
            if meaning := storage_error(error):
                raise meaning from error
            raise
    return Migrated(before, target, kept)


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


def _step(raw: sqlite3.Connection, engine: Engine, known: "ScriptDirectory", revision: str) -> None:
    """Run one migration."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.runtime.migration import MigrationStep

    def one(*_: object) -> list[MigrationStep]:
        return [MigrationStep.upgrade_from_script(known.revision_map, known.get_revision(revision))]

    raw.execute(BEGIN_WRITE)
    try:
        with engine.connect() as connection, connection.begin_nested():
            # alembic sees a transaction that is not its own, and leaves beginning and ending to us.
            config = Config(attributes={"connection": connection})
            with EnvironmentContext(config, known, fn=one, destination_rev=revision):
                known.run_env()
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
