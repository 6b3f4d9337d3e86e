"""What all repositories do with rows alike."""

from collections.abc import Mapping
from typing import cast

from sqlalchemy import Connection, Insert


def insert_row(connection: Connection, statement: Insert, fields: Mapping[str, object]) -> int:
    """Insert one row and return the number that the database gave it."""
    return cast(tuple[int], connection.execute(statement, fields).inserted_primary_key)[0]
