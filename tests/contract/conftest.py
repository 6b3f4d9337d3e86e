"""The stores that the contract is tested on. Another database is one more line in `STORES`."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.stores import Desk, SqliteStore, open_desk

STORES: dict[str, Callable[[Path], SqliteStore]] = {
    "memory": lambda _: SqliteStore(None),
    "file": lambda folder: SqliteStore(folder / "contract.db"),
}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty database with the schema of this program."""
    opened = STORES[request.param](tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def desk(store: SqliteStore) -> Desk:
    """A front desk of one estate with a resident, a clerk and a technician."""
    return open_desk(store)
