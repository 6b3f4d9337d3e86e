"""Moving the clock so that everything that falls due on the way happens at its own time, one after the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from bot.sandbox.emulator import Emulator

_PAUSE_S: Final = 0.005
_QUIET_S: Final = 0.4
"""Without a workload to ask, a bot that has not called for so many real seconds is taken to be idle."""


class Unsettled(Exception):
    """The bot did not come to rest in time; the text says what was left."""


class Traveller:
    """Waits for the bot to settle and moves the clock. One journey at a time."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._lock = asyncio.Lock()

    async def settle(self, timeout_s: float) -> None:
        """Return when nothing is left to do at the present moment, seen twice in a row.

        Args:
            timeout_s: Real seconds to wait.

        Raises:
            Unsettled: it did not happen in time.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        quiet = 0
        while True:
            left = await self._unfinished()
            quiet = 0 if left else quiet + 1
            if quiet >= 2:
                return
            if loop.time() >= deadline:
                raise Unsettled(left or "the bot has just become idle")
            await asyncio.sleep(_PAUSE_S)

    async def _unfinished(self) -> str:
        """Return what is not finished yet, empty if all is."""
        emulator = self._emulator
        if not emulator.bot_alive:
            return ""
        if waiting := len(emulator.world.updates):
            return f"{waiting} updates that the bot has not confirmed"
        if emulator.calls_running:
            return f"{emulator.calls_running} calls of the bot"
        if emulator.workload is not None:
            return "" if await emulator.workload.idle() else "the bot's inbox, due timers, outbox or fetches"
        silence = asyncio.get_running_loop().time() - emulator.last_call_at
        return "" if silence >= _QUIET_S else "a bot that has just been calling"

    async def move(self, target: datetime, timeout_s: float) -> list[datetime]:
        """Move the clock forward to `target`, stopping at each due time on the way until all has settled.

        A running clock stands while it is being moved, and runs on from there.

        Returns:
            The due times at which it stopped.

        Raises:
            Unsettled: the bot did not settle at one of them; the clock stands there.
        """
        async with self._held() as frozen:
            return await self._move(target, timeout_s, frozen)

    async def move_to_next(self, timeout_s: float) -> list[datetime]:
        """Move the clock to the next due time; stay where it is if there is none."""
        workload = self._emulator.workload
        async with self._held() as frozen:
            await self.settle(timeout_s)
            due = await workload.next_due() if workload is not None else None
            return await self._move(due, timeout_s, frozen) if due is not None else []

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[bool]:
        """Hold the clock for a journey: what waits for its time is then a stop, and not something to be waited for.

        Yields whether the clock stands still otherwise too.
        """
        async with self._lock:
            clock = self._emulator.clock
            frozen = clock.frozen
            clock.freeze(True)
            try:
                yield frozen
            finally:
                clock.freeze(frozen)
                self._tell(frozen)

    async def _move(self, target: datetime, timeout_s: float, frozen: bool) -> list[datetime]:
        clock, workload = self._emulator.clock, self._emulator.workload
        stops: list[datetime] = []
        await self.settle(timeout_s)
        while workload is not None:
            due = await workload.next_due()
            if due is None or due > target:
                break
            if stops and due <= stops[-1]:
                raise Unsettled(f"something due at {due.isoformat()} that did not happen")
            stops.append(due)
            clock.move_to(due)
            self._tell(frozen)
            await self.settle(timeout_s)
        clock.move_to(target)
        await self.settle(timeout_s)
        return stops

    async def freeze(self, hold: bool) -> None:
        """Hold the clock, or let it run; a journey under way is ended first."""
        async with self._lock:
            self._emulator.clock.freeze(hold)
            self._tell(hold)

    def _tell(self, frozen: bool) -> None:
        self._emulator.world.changed("clock", now=self._emulator.clock.now().isoformat(), frozen=frozen)
