"""The upkeep of the database: migrate, back up, restore, examine, fill the index of words anew.

Whatever opens it for writing holds the instance lock, since two writing processes could harm it; backup and
examination only read, and may run beside the bot.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from bot.adapters.clock import SystemClock
from bot.main import database_path, hold
from bot.settings import Settings
from storage import backup as backups
from storage.audit import broken_histories
from storage.dialect import BEGIN_READ, STEERED_URL
from storage.engine import Database
from storage.errors import StorageError
from storage.migrate import Migrated, head, recognised, upgrade
from storage.reindex import forget_words, index_words
from storage.sqlite import open_reader, problems

_INDEXED_AT_ONCE = 1000


def migrate(settings: Settings) -> Migrated:
    """Bring the database to this program's schema."""
    database = database_path(settings, emulated=False)
    with ExitStack() as stack:
        hold(stack, settings, database)
        return upgrade(database, SystemClock().now())


def back_up(settings: Settings, target: Path) -> str:
    """Copy database and media to `target`, verify the copy, and return a sentence about it."""
    database = _existing(settings)
    receipt = backups.backup(database, settings.data_dir / "media", target, SystemClock().now())
    found = backups.verify(target)
    if found:
        raise StorageError(f"The backup at {target} does not verify: {found[0]}")
    return f"Backed up to {target} and verified: {_contents(receipt)}."


def restore(settings: Settings, source: Path, *, overwrite: bool) -> str:
    """Put the backup at `source` in the place of the data, and return a sentence about it."""
    database = database_path(settings, emulated=False)
    with ExitStack() as stack:
        hold(stack, settings, database)
        now = SystemClock().now()
        receipt = backups.restore(source, database, settings.data_dir / "media", now, replace=overwrite)
    return f"Restored from {source}: {_contents(receipt)}."


def examine(settings: Settings) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong with the database; raise `StorageError` where none can be read."""
    database = _existing(settings)
    with closing(open_reader(database)) as raw:
        if damaged := problems(raw):
            yield from (f"{database} is damaged: {problem}." for problem in damaged)
            yield "Restore a backup."
            return
        raw.execute(BEGIN_READ)
        engine = create_engine(STEERED_URL, creator=lambda: raw, poolclass=StaticPool, hide_parameters=True)
        with engine.connect() as connection:
            revision = recognised(connection, database)
            if revision is None:
                yield f"{database} is empty: run `shouwen migrate`."
            elif revision != head():
                yield f"{database} has schema {revision}, this program works with {head()}: run `shouwen migrate`."
            if revision != head():
                return
            yield from broken_histories(connection)


def _existing(settings: Settings) -> Path:
    """Return the real bot's database; raise `StorageError` where there is none to be seen."""
    database = database_path(settings, emulated=False)
    try:
        there = database.exists()
    except OSError as error:
        raise StorageError(f"{database} cannot be read: {error.strerror}.") from None
    if not there:
        raise StorageError(f"There is no database at {database}.")
    return database


def _contents(receipt: backups.Receipt) -> str:
    return f"{sum(receipt.rows.values())} rows in the database, {receipt.media} files"


def reindex(settings: Settings) -> str:
    """Fill the index of words anew from the texts of all tickets, and return a sentence about it."""
    database = database_path(settings, emulated=False)
    with ExitStack() as stack:
        hold(stack, settings, database)
        return f"The words of {asyncio.run(_reindex(database))} tickets can be found."


async def _reindex(path: Path) -> int:
    """Index batch by batch: all tickets in one transaction would be more than a machine need hold."""
    await asyncio.to_thread(upgrade, path, SystemClock().now())
    async with await Database.open(path) as database:
        await database.write(forget_words)
        tickets, last = 0, 0
        while batch := await database.write(partial(index_words, after=last, most=_INDEXED_AT_ONCE)):
            tickets, last = tickets + len(batch), batch[-1]
        return tickets
