"""What all repositories do with rows alike."""

from collections.abc import Mapping

from storage.statements import Executor, Statement


def insert_row(sql: Executor, statement: Statement, fields: Mapping[str, object]) -> int:
    """Insert one row by a statement that returns its number, and return that."""
    number: int = sql.execute(statement, fields).scalar_one()
    return number
