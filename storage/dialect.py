"""Where SQLite and PostgreSQL differ, each difference named once.

Repositories write SQLAlchemy Core and take from here what Core alone cannot say for both. What is offered here
compiles for both databases; a test compiles it so.
"""

from collections.abc import Iterable
from typing import Any, NoReturn

from sqlalchemy import (
    ARRAY,
    DDL,
    Column,
    ColumnElement,
    Dialect,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    TypeDecorator,
    bindparam,
    event,
)
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as _insert
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

# How a transaction that will write begins. SQLite takes its one write lock at once, so that it can wait for it here
# and never has to give up half-way; PostgreSQL: "BEGIN".
BEGIN_WRITE = "BEGIN IMMEDIATE"
# How a transaction that only reads begins, seeing one moment of the database throughout.
# PostgreSQL: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".
BEGIN_READ = "BEGIN DEFERRED"


def insert(table: Table) -> Insert:
    """Return an INSERT that also knows `on_conflict_do_nothing` and `on_conflict_do_update`.

    Use `index_elements` (not a constraint's name) to say which conflict is meant: both databases understand it.
    It is PostgreSQL's: SQLite renders it too, while PostgreSQL does not render SQLite's.
    """
    return _insert(table)


# The words of tickets, as a search goes through them: an index beside the plain table `ticket_terms`, of which it holds
# no copy. SQLite: FTS5 without positions; it takes a third of the time of a table of (term, ticket) to fill and two
# thirds of the room, and meets two words that are common but seldom together in 0.1 ms instead of 30 (measured). It has
# to be told of every change, for a trigger must not touch it (`trusted_schema`). PostgreSQL: a GIN index that follows
# by itself, and a view of the same name, so that queries are alike and what it is told is dropped.
TERMS_INDEX = {
    "sqlite": (
        """CREATE VIRTUAL TABLE ticket_words USING fts5(
            header, body, content='ticket_terms', content_rowid='ticket_id', detail=none, columnsize=0, tokenize='ascii'
        )""",
    ),
    "postgresql": (
        "CREATE INDEX ix_ticket_terms_words ON ticket_terms USING gin (string_to_array(header || ' ' || body, ' '))",
        """CREATE VIEW ticket_words AS SELECT ticket_id AS rowid, header, body,
            string_to_array(header || ' ' || body, ' ') AS ticket_words, 0 AS rank FROM ticket_terms""",
        "CREATE RULE ticket_words_follow AS ON INSERT TO ticket_words DO INSTEAD NOTHING",
    ),
}
#: Not among the tables of the schema: SQLite keeps it in tables of its own, of which the program knows nothing.
#: A row put there is indexed; one with `DROP_WORDS` in the column that bears the index's name is taken out, and must be
#: what was indexed.
ticket_words = Table(
    "ticket_words",
    MetaData(),
    Column("rowid", Integer),
    Column("header", String),
    Column("body", String),
    Column("ticket_words", String),
    Column("rank", Integer),
)
DROP_WORDS = "delete"
DROP_ALL_WORDS = "delete-all"
#: What was taken out is only marked so, until the index is merged: by some pages a step (`rank`), the first of a row of
#: steps by a negative number. PostgreSQL sees to that by itself (VACUUM).
MERGE_WORDS = "merge"


def index_terms(ticket_terms: Table) -> None:
    """Have the index of words made after the table that it follows."""
    for dialect, statements in TERMS_INDEX.items():
        for statement in statements:
            made = DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
            event.listen(ticket_terms, "after_create", made)


def holds_all(name: str) -> ColumnElement[Any]:
    """Return the condition that a row of `ticket_words` holds all the terms bound to `name`, a tuple of them."""
    return _HoldsAll(ticket_words.c.ticket_words, bindparam(name, type_=_Terms()))


class _HoldsAll(FunctionElement[Any]):
    # Not Boolean: SQLite would be given "MATCH ? = 1", which its index does not understand.
    type = NullType()
    inherit_cache = True


@compiles(_HoldsAll)
def _contains(element: _HoldsAll, compiler: SQLCompiler, **options: Any) -> str:
    words, terms = element.clauses
    return f"{compiler.process(words, **options)} @> {compiler.process(terms, **options)}"


@compiles(_HoldsAll, "sqlite")
def _matches(element: _HoldsAll, compiler: SQLCompiler, **options: Any) -> str:
    words, terms = element.clauses
    return f"{compiler.process(words, **options)} MATCH {compiler.process(terms, **options)}"


class ChangesSoFar(FunctionElement[int]):
    """How many rows this connection has changed so far; where the database does not tell, always 0."""

    type = Integer()
    inherit_cache = True


@compiles(ChangesSoFar)
def _no_changes(_element: ChangesSoFar, _compiler: SQLCompiler, **_options: Any) -> str:
    return "0"


@compiles(ChangesSoFar, "sqlite")
def _total_changes(_element: ChangesSoFar, _compiler: SQLCompiler, **_options: Any) -> str:
    return "total_changes()"


class _Terms(TypeDecorator[tuple[str, ...]]):
    """Terms as the database wants them: FTS5's query, each term in quotes, or an array.

    No term holds a quote (`bot.domain.terms`); they are taken out all the same.
    """

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Return the type that the database has for it."""
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else ARRAY(String))

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> Any:
        """Return the terms as the parameter of the query."""
        terms = [term.replace('"', "") for term in value or ()]
        return " ".join(f'"{term}"' for term in terms) if dialect.name == "sqlite" else terms


class _HintedSQLite(SQLiteCompiler):
    """SQLAlchemy's compiler, which has no hints for SQLite."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        """Return what follows the name of a table."""
        return text


def led_by(rows: Select[Any], table: Table, index: str) -> Select[Any]:
    """Return `rows` found by that index of `table`, where SQLite can't tell it from another one.

    Between indexes that promise the same it takes the one that was made first, and alembic makes those of a table that
    it rebuilds in no order. PostgreSQL knows better: it counts.
    """
    return rows.with_hint(table, f"INDEXED BY {index}", "sqlite")


class SteeredSQLite(SQLiteDialect_pysqlite):
    """SQLAlchemy's SQLite dialect, leaving transactions to whoever lent it the connection.

    The driver's own commit and rollback pass silently when there is no transaction. Here they are not used at all:
    begin, commit and rollback are SQL of `storage.engine`, and no statement runs outside of a transaction, since it
    would be kept at once. (When the disk is full, SQLite itself rolls the whole transaction back and goes on so.)
    """

    driver = "steered"
    statement_compiler = _HintedSQLite
    supports_statement_cache = True

    def do_commit(self, dbapi_connection: Any) -> NoReturn:
        """Refuse: a transaction function is committed by its caller, with everything it did."""
        raise InvalidRequestError("A transaction function does not commit; whoever runs it does.")

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Do nothing: SQLAlchemy calls this at the end of each use of a connection."""

    def do_execute(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        """Run a statement, if its transaction is still there."""
        _require_transaction(cursor)
        cursor.execute(statement, parameters)

    def do_executemany(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        """Run a statement once per row of parameters, if its transaction is still there."""
        _require_transaction(cursor)
        cursor.executemany(statement, parameters)

    def do_execute_no_params(self, cursor: Any, statement: Any, context: Any = None) -> None:
        """Run a statement without parameters, if its transaction is still there."""
        _require_transaction(cursor)
        cursor.execute(statement)


def _require_transaction(cursor: Any) -> None:
    if not cursor.connection.in_transaction:
        raise InvalidRequestError("The transaction has ended; nothing more may be written in it.")


registry.register("sqlite.steered", __name__, SteeredSQLite.__name__)
# The address under which SQLAlchemy finds the dialect; the connection itself is handed to it.
STEERED_URL = "sqlite+steered://"
