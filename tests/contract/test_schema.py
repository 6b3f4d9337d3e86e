"""The tables: made by the migrations as the repositories expect them, and found by index."""

import importlib
import pkgutil
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import ClauseElement, Select, Table, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.dml import UpdateBase

import storage.repositories
from storage import inbox
from storage.dialect import SteeredSQLite
from storage.migrate import upgrade
from storage.schema import Moment, metadata
from tests.contract.stores import NOON

#: The first row in the order of a key is read, no more.
_FIRST_ROW_ONLY = {"storage.repositories.estates._FIRST", "storage.repositories.updates._LATEST"}
#: These indexes hold only what waits, which stays few while the tables grow.
_ONLY_WHAT_WAITS = (
    "ix_digests_due",
    "ix_discards_not_before",
    "ix_fetches_pending",
    "ix_hearings_pending",
    "ix_inbox_pending",
    "ix_inbox_quarantined",
    "ix_outbox_open",
    "ix_stock_takes_due",
    "ix_timers_waiting",
)
#: SQLite calls it a scan, but it goes through what the index of words has found (M), in the order asked for.
_FOUND_BY_WORDS = re.compile(r"SCAN ticket_words VIRTUAL TABLE INDEX \d+:\S*M")
#: What was found by an index, and no more of it than asked for, is gone through to count it.
_COUNTED = re.compile(r"SCAN (counted|\(subquery)")
#: These read in the order of their index, so that the first page costs what the hundredth does.
_IN_ORDER = ("storage.repositories.boards", "storage.repositories.search")
#: Where another index would do as well, but would lead through everything that has been settled, or that has not.
_BY_INDEX = {
    "storage.repositories.drafts._EXPIRED": "ix_drafts_leftover",
    "storage.repositories.drafts._NEXT_NUDGE": "ix_drafts_nudge",
    "storage.repositories.drafts._NUDGES": "ix_drafts_nudge",
    **{
        f"storage.repositories.boards.{statements}[{listing}]": f"ix_tickets_{index}"
        for statements in ("_RISING", "_FALLING", "_COUNT")
        for listing, index in {
            "held": "held_due",
            "department": "department_due",
            "open": "open_due",
            "overdue": "open_due",
            "unassigned": "unclaimed_due",
            "stage": "stage_due",
            "received": "filed",
            "answered": "answered",
            "closed": "closed",
            "cautioned": "cautioned",
        }.items()
    },
    "storage.repositories.stock_takes._COUNT": "ix_tickets_open_due",
    "storage.repositories.fetches._DUE": "ix_fetches_pending",
    "storage.repositories.obligations._DUE": "ix_timers_waiting",
    "storage.repositories.outbox._HEADS": "ix_outbox_open",
    "storage.repositories.outbox._INTERRUPTED": "ix_outbox_open",
    "storage.repositories.updates._FORGET_LETTERS": "ix_outbox_settled",
    "storage.repositories.updates._FORGET_UPDATES": "ix_inbox_done",
    "storage.repositories.updates._PENDING": "ix_inbox_pending",
    "storage.repositories.updates._WAITING": "ix_inbox_pending",
    "storage.repositories.outbox._WAITING": "ix_outbox_open",
}


def is_scan(name: str, step: str) -> bool:
    """Whether a step of that statement's plan goes through a whole table."""
    by_index = step.endswith(_ONLY_WHAT_WAITS) or _FOUND_BY_WORDS.match(step) or _COUNTED.match(step)
    return step.startswith("SCAN") and step != "SCAN CONSTANT ROW" and not by_index and name not in _FIRST_ROW_ONLY


def statements() -> Iterator[tuple[str, ClauseElement]]:
    """Yield every statement of the repositories under its name."""
    found = pkgutil.iter_modules(storage.repositories.__path__, "storage.repositories.")
    for module in (*(importlib.import_module(info.name) for info in found), inbox):
        for name, value in vars(module).items():
            several = value.items() if isinstance(value, dict) else [("", value)]
            for key, statement in several:
                if isinstance(statement, Select | UpdateBase):
                    yield f"{module.__name__}.{name}{key and f'[{key}]'}", statement


def described(path: Path) -> dict[str, list[str]]:
    """Return the tables and indexes of a database as sorted lines, without what alembic keeps for itself.

    A table that a later migration has changed is written otherwise than one made at once; hence columns are compared in
    no order, and a table's parts without the quotes and commas between them.
    """
    with closing(sqlite3.connect(path)) as raw:
        rows = raw.execute("SELECT type || ' ' || name, sql FROM sqlite_schema WHERE tbl_name NOT LIKE 'alembic%'")
        return {
            name: sorted(line.strip(" ,\t").replace('"', "") for line in (sql or "").splitlines()) for name, sql in rows
        }


def test_the_migrations_make_exactly_these_tables(tmp_path: Path) -> None:
    migrated, made = tmp_path / "migrated.db", tmp_path / "made.db"
    upgrade(migrated, NOON)
    engine = create_engine(f"sqlite:///{made}")
    metadata.create_all(engine)
    engine.dispose()
    assert described(migrated) == described(made)
    assert len(described(made)) > len(metadata.tables) > 15


def test_alembic_finds_nothing_to_change_either(tmp_path: Path) -> None:
    upgrade(tmp_path / "migrated.db", NOON)
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    with engine.connect() as connection:
        # The tables that SQLite keeps an index of words in are its own.
        ours = {"include_name": lambda name, kind, _: kind != "table" or not (name or "").startswith("ticket_words")}
        assert compare_metadata(MigrationContext.configure(connection, opts=ours), metadata) == []
    engine.dispose()


def test_the_migrations_import_nothing_of_the_application() -> None:
    scripts = sorted((Path(storage.repositories.__path__[0]).parent / "migrations" / "versions").glob("[0-9]*.py"))
    assert scripts
    for script in scripts:
        imported = re.findall(r"^\s*(?:from|import) (\S+)", script.read_text("utf-8"), re.MULTILINE)
        assert {name.split(".")[0] for name in imported} <= {"alembic", "sqlalchemy"}, script.name


def test_every_statement_finds_its_rows_by_an_index(tmp_path: Path) -> None:
    inspected = 0
    database = tmp_path / "plans.db"
    upgrade(database, NOON)
    with closing(sqlite3.connect(database)) as raw:
        for name, statement in statements():
            sql = re.sub(r"__\[POSTCOMPILE_\w+]", "?", str(statement.compile(dialect=SteeredSQLite())))
            rows = raw.execute(f"EXPLAIN QUERY PLAN {sql}", [1] * sql.count("?")).fetchall()
            plan = [row[3] for row in rows]
            assert not any(is_scan(name, step) for step in plan), (name, plan)
            assert _BY_INDEX.get(name, "") in " ".join(plan), (name, plan)
            sorts = [step for step in plan if "TEMP B-TREE" in step]
            assert not sorts or not name.startswith(_IN_ORDER), (name, plan)
            inspected += 1
    assert inspected >= 60


def test_nothing_bars_postgresql() -> None:
    other = make_url("postgresql://").get_dialect()()
    compiled = 0
    for table in metadata.sorted_tables:
        elements: list[ClauseElement] = [CreateTable(table), *map(CreateIndex, table.indexes)]
        for element in elements:
            assert str(element.compile(dialect=other))
            compiled += 1
    for name, statement in statements():
        assert str(statement.compile(dialect=other)), name
        compiled += 1
    assert compiled >= 90


def test_no_constraint_waits_for_the_commit() -> None:
    constraints = [constraint for table in metadata.sorted_tables for constraint in table.constraints]
    assert len(constraints) > 30
    assert not any(constraint.deferrable for constraint in constraints)


def test_tables_that_are_emptied_in_time_never_give_a_number_twice() -> None:
    def kept(table: Table) -> bool:
        return bool(table.dialect_options["sqlite"]["autoincrement"])

    assert {name for name, table in metadata.tables.items() if kept(table)} == {"inbox", "outbox", "residencies"}


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_a_moment_is_read_exactly_as_it_was_written(moment: datetime) -> None:
    dialect = SteeredSQLite()
    stored = Moment().process_bind_param(moment, dialect)
    read = Moment().process_result_value(stored, dialect)
    assert read == moment.astimezone(UTC)
    assert read is not None
    assert read.utcoffset() == timedelta(0)


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2026, 3, 2), SteeredSQLite())  # noqa: DTZ001
