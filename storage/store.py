"""The store port on the database: work in transactions of repositories, updates admitted, conflicts repeated."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from bot.ports.clock import Clock
from bot.ports.inbox import RawUpdate
from bot.ports.store import Chance, Conflict, StoreBroken, StoreBusy, Transaction
from storage.engine import Database
from storage.errors import StorageCorrupt, StorageUnavailable
from storage.inbox import admit_updates
from storage.transaction import SqlTransaction

T = TypeVar("T")

#: Work that conflicts is repeated at most so often; with one writer it never is.
_MOST_REPEATS = 5


class SqlStore:
    """`bot.ports.store.Store` and `bot.ports.inbox.Inbox` on one open database."""

    def __init__(self, database: Database, clock: Clock, chance: Chance) -> None:
        self._database = database
        self._clock = clock
        self._chance = chance
        self.failing = False
        """Whether the last transaction could not be kept (disk full, locked)."""

    async def transact(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction; its result is on the disk when this returns."""
        for _ in range(_MOST_REPEATS):
            try:
                result = await self._database.write(self._in_transaction(work))
                self.failing = False
                return result
            except Conflict:
                continue
            except StorageUnavailable as error:
                self.failing = True
                raise StoreBusy(str(error)) from None
            except StorageCorrupt as error:
                raise StoreBroken(str(error)) from None
        raise StoreBusy("The same thing was changed again and again by somebody else.")

    async def look(self, work: Callable[[Transaction], T]) -> T:
        """Run `work`, which only reads, on one moment of the database."""
        try:
            return await self._database.read(self._in_transaction(work))
        except StorageUnavailable as error:
            raise StoreBusy(str(error)) from None
        except StorageCorrupt as error:
            raise StoreBroken(str(error)) from None

    async def wipe(self) -> bool:
        """Leave nothing of what was deleted beside the database; False where that has to be tried again."""
        return await self._database.wipe_log()

    async def admit(self, updates: Sequence[RawUpdate]) -> None:
        """Commit `updates` in their order, all or none, passing over those already known."""

        def put_down(connection: Connection) -> None:
            admit_updates(connection, updates, self._clock.now())

        await self._database.write(put_down)

    def _in_transaction(self, work: Callable[[Transaction], T]) -> Callable[[Connection], T]:
        def run(connection: Connection) -> T:
            return work(SqlTransaction(connection, self._clock.now(), self._chance))

        return run
