"""Keeps the loops of the bot alive: each is watched by its heartbeat, begun anew when it fails, or the process ends.

A loop never ends by itself while the bot runs. One that returns or raises is restarted after a pause that grows; one
whose heart has not beaten within its deadline is stuck, and is cancelled and restarted. What has not recovered
`GIVE_UP_S` after its trouble began ends the process, so that whoever supervises the process starts a clean one: deaf
and silent is the one state that must not last. Only `Fatal` stops everything in order.

All judgement is in `check`, which is plain code over an injected monotonic time; `run` calls it about once a second
and whenever a loop has ended.
"""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

import structlog

from bot.adapters.watchdog import EXIT_CODE, Watchdog

LONGEST_DEADLINE_S: Final = 60.0
GIVE_UP_S: Final = 90.0
SETTLED_S: Final = 10.0
"""A restarted loop has recovered when it has beaten and has lived this long."""
GRACE_S: Final = 15.0
"""For all loops together to finish when asked to; with `CANCEL_S` it keeps the promise of an end within 20 s."""
CANCEL_S: Final = 3.0
CHECK_S: Final = 1.0
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 15.0
_LEAP_S: Final = 10.0

log = structlog.get_logger()


class Fatal(Exception):
    """Nothing can be done by trying again: stop everything in order and end with `exit_code`.

    The text is one plain sentence for the operator.
    """

    def __init__(self, sentence: str, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


class Heartbeat:
    """What a loop is given: a way to show that it lives, and the wish that it end."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self.last = monotonic()
        self.count = 0
        self.stopping = asyncio.Event()
        """Set when the loop is to finish what it has begun, and return."""

    def beat(self) -> None:
        """Show that a round was completed."""
        self.last = self._monotonic()
        self.count += 1


@dataclass(frozen=True, slots=True)
class Loop:
    """One duty that goes on for as long as the bot runs.

    `run` is called anew for each life of the loop; it must beat more often than every `deadline_s` seconds, also when
    there is nothing to do, and return soon after `stopping` is set. To count as recovered, a loop that was stuck has
    what `deadline_s` leaves of `GIVE_UP_S` for its first beat.
    """

    name: str
    run: Callable[[Heartbeat], Awaitable[None]]
    deadline_s: float

    def __post_init__(self) -> None:
        if not 0 < self.deadline_s <= LONGEST_DEADLINE_S:
            raise ValueError(f"the deadline of {self.name} must lie within {LONGEST_DEADLINE_S} s")


@dataclass(frozen=True, slots=True)
class LoopHealth:
    """How one loop is: `recovering` has failed of late, `stuck` is past its deadline, `down` waits to be restarted."""

    state: Literal["running", "recovering", "stuck", "down"]
    beat_age_s: float
    restarts: int


@dataclass(frozen=True, slots=True)
class Health:
    """How all loops are; `ok` only when every one is running."""

    ok: bool
    loops: Mapping[str, LoopHealth]


@dataclass(slots=True)
class _Charge:
    """What the supervisor knows of one loop; times are monotonic seconds."""

    loop: Loop
    heart: Heartbeat
    task: asyncio.Task[None] | None = None
    begun: float = 0.0
    start_at: float = 0.0
    ailing_since: float | None = None
    failures: int = 0  # since it was last well
    restarts: int = 0
    cancelled: bool = False


class Supervisor:
    """Runs `loops`; on a stop they are asked to finish one after the other, in the order given."""

    def __init__(
        self,
        loops: Sequence[Loop],
        *,
        watchdog: Watchdog | None = None,
        on_restart: Callable[[str], object] = lambda name: None,
        monotonic: Callable[[], float] = time.monotonic,
        leave: Callable[[int], None] = os._exit,
        grace_s: float = GRACE_S,
    ) -> None:
        if len({loop.name for loop in loops}) != len(loops):
            raise ValueError("two loops have the same name")
        self._watchdog = watchdog
        self._on_restart = on_restart
        self._monotonic = monotonic
        self._leave = leave
        self._grace_s = grace_s
        self._checked = now = monotonic()
        self._charges = [_Charge(loop, Heartbeat(monotonic), start_at=now) for loop in loops]
        self._fatal: Fatal | None = None
        self._stop = asyncio.Event()
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Run until `stop` is called, then let every loop finish; raise the `Fatal` that a loop raised, if one did."""
        try:
            while not self._stop.is_set():
                if self._watchdog is not None:
                    self._watchdog.pat()
                self._wake.clear()
                self.check()
                with suppress(TimeoutError):
                    async with asyncio.timeout(CHECK_S):
                        await self._wake.wait()
        finally:
            await self._wind_down()
        if self._fatal is not None:
            raise self._fatal

    def stop(self) -> None:
        """Ask for an orderly end; `run` returns when it is reached. Call it on the event loop."""
        self._stop.set()
        self._wake.set()

    def health(self) -> Health:
        """Return how each loop is at this moment."""
        now = self._monotonic()
        loops = {charge.loop.name: self._health_of(charge, now) for charge in self._charges}
        return Health(ok=all(loop.state == "running" for loop in loops.values()), loops=loops)

    def check(self) -> None:
        """Judge every loop once: note what ended, start what is due, cancel what is stuck, give up what is lost."""
        now = self._monotonic()
        self._forgive(now - self._checked)
        self._checked = now
        for charge in self._charges:
            if charge.task is not None and charge.task.done():
                self._note_end(charge, charge.task, now)
            if self._stop.is_set():
                return
            if charge.task is None:
                if now >= charge.start_at:
                    self._begin(charge, now)
            elif now - charge.heart.last > charge.loop.deadline_s:
                self._cancel_stuck(charge, charge.task)
            elif charge.heart.count and now - charge.begun >= SETTLED_S:
                charge.ailing_since, charge.failures = None, 0
            if charge.ailing_since is not None and now - charge.ailing_since >= GIVE_UP_S:
                log.critical("loop_lost", loop=charge.loop.name, ailing_s=round(now - charge.ailing_since))
                self._leave(EXIT_CODE)

    def _forgive(self, passed: float) -> None:
        """Not hold against the loops a time in which nothing at all ran here: a held process, a blocked event loop.

        The second is the watchdog's to judge.
        """
        if passed <= _LEAP_S:
            return
        for charge in self._charges:
            charge.heart.last += passed
            charge.begun += passed
            charge.start_at += passed
            if charge.ailing_since is not None:
                charge.ailing_since += passed

    def _begin(self, charge: _Charge, now: float) -> None:
        if charge.failures:
            charge.restarts += 1
            self._on_restart(charge.loop.name)
        charge.heart = Heartbeat(self._monotonic)
        charge.begun = now
        charge.cancelled = False
        charge.task = asyncio.create_task(_live(charge.loop, charge.heart), name=charge.loop.name)
        charge.task.add_done_callback(lambda _: self._wake.set())

    def _cancel_stuck(self, charge: _Charge, task: asyncio.Task[None]) -> None:
        if charge.cancelled:
            return  # it does not even end; GIVE_UP_S decides
        log.error("loop_stuck", loop=charge.loop.name, deadline_s=charge.loop.deadline_s)
        charge.cancelled = True
        if charge.ailing_since is None:
            charge.ailing_since = charge.heart.last
        task.cancel()

    def _note_end(self, charge: _Charge, task: asyncio.Task[None], now: float) -> None:
        charge.task = None
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Fatal):
            self._fatal = self._fatal or error
            self.stop()
            return
        if charge.ailing_since is None:
            charge.ailing_since = now
        pause_s = min(_FIRST_PAUSE_S * 2**charge.failures, _LONGEST_PAUSE_S)
        charge.failures += 1
        charge.start_at = now + pause_s
        log.error("loop_ended", loop=charge.loop.name, failures=charge.failures, pause_s=pause_s, exc_info=error)

    def _health_of(self, charge: _Charge, now: float) -> LoopHealth:
        age_s = now - charge.heart.last
        state: Literal["running", "recovering", "stuck", "down"]
        if charge.task is None or charge.task.done():
            state = "down"
        elif charge.cancelled or age_s > charge.loop.deadline_s:
            state = "stuck"
        else:
            state = "running" if charge.ailing_since is None else "recovering"
        return LoopHealth(state, round(age_s, 1), charge.restarts)

    async def _wind_down(self) -> None:
        time_of = asyncio.get_running_loop().time
        ends = time_of() + self._grace_s
        for charge in self._charges:
            charge.heart.stopping.set()
            if charge.task is not None:
                await asyncio.wait({charge.task}, timeout=max(0.0, ends - time_of()))
        tasks = {charge.loop.name: charge.task for charge in self._charges if charge.task is not None}
        late = {task for task in tasks.values() if not task.done()}
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=CANCEL_S)
        for name, task in tasks.items():
            if not task.done():
                log.critical("loop_will_not_end", loop=name)
                self._leave(EXIT_CODE)
            elif task in late:
                log.warning("loop_cut_short", loop=name)
            elif not task.cancelled() and task.exception() is not None:
                log.error("loop_failed_at_end", loop=name, exc_info=task.exception())


async def _live(loop: Loop, heart: Heartbeat) -> None:
    await loop.run(heart)


def stop_on_signals(stop: Callable[[], object]) -> None:
    """Have SIGTERM and SIGINT call `stop` on the running event loop."""
    running = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        running.add_signal_handler(number, stop)
