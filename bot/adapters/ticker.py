"""The tick: APScheduler says "now" each second, and nothing more.

What is due stands in the database, so a tick that is late or left out loses nothing: the next one does the work. Ticks
never overlap; those that pass while the work is being done count as one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

EVERY_S: Final = 1.0
_PATIENCE: Final = 5  # ticks
_LOOK_BACK: Final = timedelta(hours=3)


class Ticker:
    """Calls `work` each `every_s` seconds, as a loop under the supervisor: what `work` raises ends `run`."""

    def __init__(self, work: Callable[[], Awaitable[None]], every_s: float = EVERY_S) -> None:
        self._work = work
        self._every_s = every_s

    async def run(self, beat: Callable[[], None], stopping: asyncio.Event) -> None:
        """Tick until `stopping` is set; `beat` is called after each piece of work."""
        due = asyncio.Event()

        async def tick() -> None:
            due.set()

        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it reports each run at INFO
        scheduler = AsyncIOScheduler(timezone=UTC)
        every = IntervalTrigger(seconds=self._every_s, timezone=UTC)
        job = scheduler.add_job(tick, every, coalesce=True, max_instances=1, misfire_grace_time=None)
        scheduler.start()
        ended = asyncio.create_task(stopping.wait())
        ended.add_done_callback(lambda _: due.set())
        try:
            while not stopping.is_set():
                try:
                    async with asyncio.timeout(_PATIENCE * self._every_s):
                        await due.wait()
                except TimeoutError:
                    # APScheduler plans by the wall clock: set back by an hour, it would be silent for an hour.
                    job.reschedule(every)
                due.clear()
                if not stopping.is_set():
                    await self._work()
                    beat()
        finally:
            ended.cancel()
            scheduler.shutdown(wait=False)
            await asyncio.sleep(0)  # the shutdown is only scheduled; let it take place


def next_time(cron: str, zone: tzinfo, after: datetime) -> datetime:
    """Return the first moment after `after` (aware) at which the five-field `cron` expression falls, in UTC.

    Each time of day by the clock on the wall in `zone` counts once: of an hour that comes twice the first is taken, and
    what falls into an hour that is left out comes an hour later. Days of the week are written as names (mon-sun), since
    APScheduler and cron number them differently. Day of month and day of week must both fit.

    Raises ValueError when the expression is wrong or never comes true.
    """
    fields = cron.split()
    if len(fields) == 5 and any(sign.isdigit() for sign in fields[4]):
        raise ValueError(f"days of the week are written as names, like mon-fri: {cron!r}")
    # The trigger reckons with plain wall time (in the guise of UTC): its own handling of a repeated hour returns the
    # moment it was asked about, again and again.
    trigger = CronTrigger.from_crontab(cron, timezone=UTC)
    wall = after.astimezone(zone).replace(tzinfo=UTC) - _LOOK_BACK
    while (found := trigger.get_next_fire_time(None, wall)) is not None:
        moment: datetime = found.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if moment > after:
            return moment
        wall = found + timedelta(microseconds=1)
    raise ValueError(f"this time never comes: {cron!r}")
