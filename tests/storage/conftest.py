"""A database in a file of its own, with the table of the tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from storage.engine import Database
from storage.writer import Tuning
from tests.storage.tables import with_table


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    # No checkpoint of its own accord, and groups that only their number limits: tests bring these about themselves.
    async with await Database.open(tmp_path / "notes.db", Tuning(group_seconds=60, idle_seconds=3600)) as opened:
        yield await with_table(opened)
