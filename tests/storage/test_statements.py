"""Statements run as SQLAlchemy would run them, though it only renders them, once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Select, bindparam, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError, ResourceClosedError
from sqlalchemy.sql.dml import UpdateBase

from storage.dialect import insert
from storage.engine import Database
from storage.schema import fetches, metadata
from storage.statements import Executor, _prepare
from tests.contract.test_schema import statements
from tests.storage.tables import notes, texts

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

_ADD = insert(notes).returning(notes.c.id)
_LIKE_ADDED = select(notes.c.id, notes.c.text).where(notes.c.text.in_(bindparam("wanted", expanding=True)))
_FIRST = select(notes.c.text).where(notes.c.id >= bindparam("least")).order_by(notes.c.id).limit(1)
_RENAME = update(notes).where(notes.c.id == bindparam("note")).values(text=bindparam("to"))
_FETCH = insert(fetches)
_DUE = select(fetches.c.not_before, fetches.c.unique_id).where(
    fetches.c.not_before <= bindparam("at", type_=fetches.c.not_before.type)
)


async def test_constants_and_parameters_find_their_places(database: Database) -> None:
    def work(connection: Connection) -> None:
        sql = Executor(connection)
        assert [sql.execute(_ADD, {"text": text}).scalar_one() for text in ("one", "two")] == [1, 2]
        assert sql.execute(_RENAME, {"to": "zwei", "note": 2}).rowcount == 1
        assert sql.execute(_RENAME, {"note": 3, "to": "drei"}).rowcount == 0
        assert sql.execute(_FIRST, {"least": 2}).one() == ("zwei",)
        assert sql.execute(_FIRST, {"least": 3}).one_or_none() is None
        assert texts(connection) == ["one", "zwei"]

    await database.write(work)


async def test_values_are_converted_by_the_types_of_their_columns(database: Database) -> None:
    def work(connection: Connection) -> None:
        metadata.create_all(connection)
        sql = Executor(connection)
        rows = [
            {"unique_id": name, "file_id": name, "state": "pending", "attempts": 0, "not_before": NOON}
            for name in ("a", "b")
        ]
        assert sql.execute_many(_FETCH, rows).rowcount == 2
        assert list(sql.execute(_DUE, {"at": NOON})) == [(NOON, "a"), (NOON, "b")]
        assert list(sql.execute_many(_FETCH, [])) == []

    await database.write(work)


async def test_sql_that_depends_on_its_values_is_left_to_sqlalchemy(database: Database) -> None:
    def work(connection: Connection) -> None:
        sql = Executor(connection)
        for text in ("one", "two", "three"):
            sql.execute(_ADD, {"text": text})
        assert list(sql.execute(_LIKE_ADDED, {"wanted": ["one", "two"]})) == [(1, "one"), (2, "two")]
        assert list(sql.execute(_LIKE_ADDED, {"wanted": ["three"]})) == [(3, "three")]

    await database.write(work)


async def test_more_rows_than_expected_are_refused(database: Database) -> None:
    def work(connection: Connection) -> None:
        sql = Executor(connection)
        sql.execute_many(insert(notes), [{"text": "one"}, {"text": "two"}])
        with pytest.raises(LookupError, match="2 rows"):
            sql.execute(select(notes.c.id)).one_or_none()
        with pytest.raises(LookupError, match="no row"):
            sql.execute(_FIRST, {"least": 9}).scalar_one()

    await database.write(work)


async def test_a_missing_parameter_is_refused(database: Database) -> None:
    with pytest.raises(KeyError, match="least"):
        await database.write(lambda connection: Executor(connection).execute(_FIRST))


async def test_errors_are_those_of_sqlalchemy_and_tell_no_value(database: Database) -> None:
    def twice(connection: Connection) -> None:
        for _ in range(2):
            Executor(connection).execute(_ADD, {"text": "somebody's words"})

    with pytest.raises(IntegrityError) as raised:
        await database.write(twice)
    assert "words" not in str(raised.value)
    assert await database.read(texts) == []


async def test_one_kept_beyond_its_transaction_is_of_no_use(database: Database) -> None:
    kept = await database.write(Executor)

    def work(connection: Connection) -> None:
        kept.execute(_ADD, {"text": "from elsewhere"})

    with pytest.raises(ResourceClosedError):
        await database.write(work)


def test_every_statement_of_the_repositories_can_be_made_ready_for_postgresql() -> None:
    dialect = postgresql.dialect(paramstyle="format")  # type: ignore[no-untyped-call]
    ready = 0
    for name, statement in statements():
        assert isinstance(statement, Select | UpdateBase)
        names = tuple(statement.compile(dialect=dialect).params)
        prepared = _prepare(statement, dialect, names)
        assert prepared is None or "?" not in prepared.sql, name
        ready += prepared is not None
    assert ready >= 60
