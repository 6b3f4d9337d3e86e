"""The two clocks there are: the machine's own, and one that can be moved for the sandbox and for tests.

This is the only module that asks the operating system for the time of day.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

RECHECK_S: Final = 1.0
"""The longest nap of a sleeper: how late it may notice that somebody has set the machine's clock."""


def _wall() -> datetime:
    return datetime.now(UTC)


class SystemClock:
    """The machine's clock. It may be set forward or back while we run; a sleeper follows within `RECHECK_S`."""

    def __init__(
        self, wall: Callable[[], datetime] = _wall, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._wall = wall
        self._sleep = sleep

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        return self._wall()

    async def sleep_until(self, moment: datetime) -> None:
        """Return as soon as `now()` has reached `moment`."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            await self._sleep(min(left, RECHECK_S))


class MovableClock:
    """A time machine: runs with the monotonic clock from `start` on, can be held and moved forward, never goes back.

    It is moved on the event loop only; `now()` may be asked from any thread.
    """

    def __init__(self, start: datetime, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        # (moment, monotonic seconds at which it was that moment, or None while held): replaced whole, for other threads
        self._state: tuple[datetime, float | None] = (start.astimezone(UTC), monotonic())
        self._changed = asyncio.Event()

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        moment, since = self._state
        return moment if since is None else moment + timedelta(seconds=self._monotonic() - since)

    @property
    def frozen(self) -> bool:
        """Whether time stands still until it is moved."""
        return self._state[1] is None

    def freeze(self, hold: bool) -> None:
        """Hold the clock at the present moment, or let it run on from there."""
        if hold != self.frozen:
            self._set(self.now(), hold)

    def move_to(self, moment: datetime) -> None:
        """Set the clock forward to `moment`; a moment that has passed leaves it where it is."""
        if moment > self.now():
            self._set(moment.astimezone(UTC), self.frozen)

    async def sleep_until(self, moment: datetime) -> None:
        """Return as soon as `now()` has reached `moment`, also when the clock is moved on in between."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(None if self.frozen else left):
                    await self._changed.wait()

    def _set(self, moment: datetime, hold: bool) -> None:
        self._state = (moment, None if hold else self._monotonic())
        self._changed.set()  # every sleeper looks again
        self._changed = asyncio.Event()
