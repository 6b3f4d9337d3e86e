"""How an operator's command writes to the real bot's database: holding the instance lock, in one transaction."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bot.adapters.chance import SystemChance
from bot.adapters.clock import SystemClock
from bot.main import database_path, hold
from bot.ports.store import Transaction
from bot.settings import Settings
from storage.engine import Database
from storage.migrate import upgrade
from storage.store import SqlStore


def write(settings: Settings, work: Callable[[Transaction], None]) -> None:
    """Run `work` in a transaction of the real bot's database, which nobody else may be writing to."""
    database = database_path(settings, emulated=False)
    with ExitStack() as stack:
        hold(stack, settings, database)
        asyncio.run(_transact(database, work))


async def _transact(path: Path, work: Callable[[Transaction], None]) -> None:
    await asyncio.to_thread(upgrade, path, SystemClock().now())
    async with await Database.open(path) as database:
        await SqlStore(database, SystemClock(), SystemChance()).transact(work)
