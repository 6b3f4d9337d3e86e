"""Where SQLite and PostgreSQL differ, each difference named once.

Repositories write SQLAlchemy Core and take from here what Core alone cannot say for both. What is offered here
compiles for both databases; a test compiles it so.
"""

from typing import Any, NoReturn

from sqlalchemy import Table
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as _insert
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import InvalidRequestError

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


class SteeredSQLite(SQLiteDialect_pysqlite):
    """SQLAlchemy's SQLite dialect, leaving transactions to whoever lent it the connection.

    The driver's own commit and rollback pass silently when there is no transaction. Here they are not used at all:
    begin, commit and rollback are SQL of `storage.engine`, and no statement runs outside of a transaction, since it
    would be kept at once. (When the disk is full, SQLite itself rolls the whole transaction back and goes on so.)
    """

    driver = "steered"
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
