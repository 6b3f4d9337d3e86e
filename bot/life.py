"""One life of the bot: what a process holds in memory from its start to its end, and a kill takes with it.

A real bot has one life. In the sandbox, whose emulator goes on like Telegram, a life can be ended hard and another
begun on the same data: nothing is finished, told or handed over but by the database. What a killed process cannot do,
a life that is ended does not do either: no call under way is waited for, no outcome of one is kept. Only a transaction
that the database is in the middle of comes to its end, as one does whose kill comes a moment later.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from bot.adapters.supervisor import Heartbeat
from bot.adapters.telegram.deliver import Deliverer
from bot.adapters.telegram.receive import Intake
from bot.adapters.timekeeper import Timekeeper
from bot.ports.clock import TimeMachine
from bot.ports.inbox import RawUpdate
from bot.ports.store import StoreBusy, Transaction
from storage.store import SqlStore

Run = Callable[[Heartbeat], Awaitable[None]]
T = TypeVar("T")

_GLANCE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Life:
    """What lives; `loops` are its duties by name, and `end` gives back what it has taken."""

    store: SqlStore
    intake: Intake
    deliverer: Deliverer
    timekeeper: Timekeeper
    loops: Mapping[str, Run]
    end: AsyncExitStack


class Lives:
    """One life after the other (`bot.ports.process.Process`), and between them none.

    As `Store` and `Inbox` it is that of the life that there is; without one, nothing can be kept (`StoreBusy`).
    """

    def __init__(self, begin: Callable[[], Awaitable[Life]]) -> None:
        """`begin` brings a life forth from the data that there is."""
        self._begin = begin
        self._change = asyncio.Lock()
        self._born = asyncio.Event()
        self._duties: set[asyncio.Task[None]] = set()
        self.present: Life | None = None

    @property
    def alive(self) -> bool:
        """Whether there is a life at present."""
        return self.present is not None

    async def start(self) -> None:
        """Begin a life, where there is none."""
        async with self._change:
            if self.present is None:
                self.present = await self._begin()
                self._born.set()

    async def kill(self) -> None:
        """End the life that there is in the middle of whatever it does."""
        async with self._change:
            if self.present is None:
                return
            life, self.present = self.present, None
            self._born.clear()
            life.deliverer.abandon()
            for duty in self._duties:
                duty.cancel()
            if self._duties:
                await asyncio.wait(self._duties)
            await life.end.aclose()

    async def close(self) -> None:
        """Give back what the life has taken; its loops have ended."""
        async with self._change:
            if self.present is not None:
                await self.present.end.aclose()

    def loop(self, name: str) -> Run:
        """Return the duty of that name as it goes on through all lives."""

        async def run(heart: Heartbeat) -> None:
            while not heart.stopping.is_set():
                life = self.present
                if life is None:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._born.wait(), _GLANCE_S)
                    heart.beat()
                    continue
                duty = asyncio.create_task(_carry_out(life.loops[name], heart))
                self._duties.add(duty)
                try:
                    await asyncio.wait({duty})
                except asyncio.CancelledError:
                    duty.cancel()
                    await asyncio.gather(duty, return_exceptions=True)
                    raise
                finally:
                    self._duties.discard(duty)
                if life is self.present or not duty.cancelled():
                    duty.result()
                    return

        return run

    async def transact(self, work: Callable[[Transaction], T]) -> T:
        """As `bot.ports.store.Store`."""
        return await self._living().store.transact(work)

    async def look(self, work: Callable[[Transaction], T]) -> T:
        """As `bot.ports.store.Store`."""
        return await self._living().store.look(work)

    async def wipe(self) -> bool:
        """As `bot.ports.store.Store`."""
        return await self._living().store.wipe()

    async def admit(self, updates: Sequence[RawUpdate]) -> None:
        """As `bot.ports.inbox.Inbox`."""
        await self._living().intake.admit(updates)

    def _living(self) -> Life:
        if self.present is None:
            raise StoreBusy("The bot is not running.")
        return self.present


async def _carry_out(run: Run, heart: Heartbeat) -> None:
    await run(heart)


class Workload:
    """What is left to do at the present moment (`bot.ports.clock.Workload`); nothing, for one who is dead."""

    def __init__(self, lives: Lives, clock: TimeMachine) -> None:
        self._lives = lives
        self._clock = clock

    async def idle(self) -> bool:
        """Whether inbox, due timers, outbox and fetches are empty."""
        life = self._lives.present
        if life is None:
            return True
        await life.timekeeper.tick()
        waiting, *moments = await life.store.look(partial(_left, life))
        now = self._clock.now()
        due = any(moment is not None and moment <= now for moment in moments)
        return not waiting and not due and life.deliverer.idle(frozen=self._clock.frozen)

    async def next_due(self) -> datetime | None:
        """Return the earliest future moment at which something falls due."""
        life = self._lives.present
        if life is None:
            return None
        _, *moments = await life.store.look(partial(_left, life))
        return min((moment for moment in (*moments, life.deliverer.next_time()) if moment is not None), default=None)


def _left(life: Life, tx: Transaction) -> tuple[int, datetime | None, datetime | None, datetime | None]:
    timers = (
        tx.obligations.next_due(),
        tx.digests.next_due(),
        tx.stock_takes.next_due(),
        tx.patterns.next_due(),
        tx.contractors.next_end(),
        tx.visits.next_due(),
        tx.drafts.next_nudge(),
        tx.erasure.next_due(),
    )
    timer, hearing = min((due for due in timers if due), default=None), None
    if "listen" in life.loops:
        hearing = tx.hearings.next_due()
    return tx.updates.waiting(), timer, tx.fetches.next_due(), hearing
