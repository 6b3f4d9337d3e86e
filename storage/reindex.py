"""Fills the index of words anew: after a change in how words are cut, or for tickets older than the index.

By whom a ticket was filed stays as it was known then.
"""

from sqlalchemy import Connection

from storage.repositories.search import SqlSearch
from storage.statements import Executor


def forget_words(connection: Connection) -> None:
    """Empty the index."""
    SqlSearch(Executor(connection)).forget_all()


def index_words(connection: Connection, after: int, most: int) -> tuple[int, ...]:
    """Index at most `most` tickets beyond `after` in the emptied index; return their ids, none at the end."""
    return SqlSearch(Executor(connection)).refill(after, most)
