"""The ticker ticks without overlap, and recurring times are right when the clocks change."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import apscheduler.schedulers.base
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.ticker import Ticker, next_time

LONDON = ZoneInfo("Europe/London")
HONG_KONG = ZoneInfo("Asia/Hong_Kong")
YEAR = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # Hypothesis adds the zone
TICK_S = 0.01


async def ticks_pass(count: int) -> None:
    """Return when a ticker of the same pace has ticked `count` times."""
    stopping = asyncio.Event()
    seen: list[int] = []

    async def work() -> None:
        seen.append(1)
        if len(seen) == count:
            stopping.set()

    await asyncio.wait_for(Ticker(work, TICK_S).run(lambda: None, stopping), 10)


async def test_it_works_at_each_tick_until_it_is_stopped() -> None:
    beats: list[int] = []
    stopping = asyncio.Event()

    async def work() -> None:
        if len(beats) == 2:
            stopping.set()

    await asyncio.wait_for(Ticker(work, TICK_S).run(lambda: beats.append(1), stopping), 10)
    assert len(beats) == 3


async def test_a_tick_never_overlaps_the_work_of_another() -> None:
    stopping = asyncio.Event()
    entered = asyncio.Event()
    release = asyncio.Event()
    running = most = 0

    async def work() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        entered.set()
        await release.wait()
        running -= 1

    ticker = asyncio.create_task(Ticker(work, TICK_S).run(lambda: None, stopping))
    await asyncio.wait_for(entered.wait(), 10)
    await ticks_pass(3)
    stopping.set()
    release.set()
    await asyncio.wait_for(ticker, 10)
    assert most == 1


async def test_what_the_work_raises_is_raised() -> None:
    async def work() -> None:
        raise LookupError("bug")

    with pytest.raises(LookupError):
        await asyncio.wait_for(Ticker(work, TICK_S).run(lambda: None, asyncio.Event()), 10)


async def test_it_is_cancelled_cleanly() -> None:
    worked = asyncio.Event()

    async def work() -> None:
        worked.set()

    ticker = asyncio.create_task(Ticker(work, TICK_S).run(lambda: None, asyncio.Event()))
    await asyncio.wait_for(worked.wait(), 10)
    ticker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ticker


async def test_a_wall_clock_set_back_does_not_silence_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class SetBack(datetime):
        back = timedelta(0)

        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) - cls.back

    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", SetBack)
    stopping = asyncio.Event()
    ticks = 0

    async def work() -> None:
        nonlocal ticks
        ticks += 1
        SetBack.back = timedelta(hours=1)
        if ticks == 4:
            stopping.set()

    await asyncio.wait_for(Ticker(work, TICK_S).run(lambda: None, stopping), 10)
    assert ticks == 4


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "zone", "after", "expected"),
    [
        ("0 9 * * *", HONG_KONG, "2026-03-01T00:59", "2026-03-01T01:00"),
        ("0 9 * * *", HONG_KONG, "2026-03-01T01:00", "2026-03-02T01:00"),  # strictly after
        ("0 9 1 * *", HONG_KONG, "2026-03-01T01:00", "2026-04-01T01:00"),
        ("0 9 29 2 *", HONG_KONG, "2026-03-01T00:00", "2028-02-29T01:00"),
        ("0 9 * * mon-fri", HONG_KONG, "2026-03-06T02:00", "2026-03-09T01:00"),
        ("0 9 * * *", LONDON, "2026-03-28T09:00", "2026-03-29T08:00"),  # the clocks went forward in the night
        ("0 9 * * *", LONDON, "2026-10-24T08:00", "2026-10-25T09:00"),  # and back
        ("30 1 * * *", LONDON, "2026-03-28T01:30", "2026-03-29T01:30"),  # left out: an hour later, at 02:30
        ("30 1 * * *", LONDON, "2026-03-29T01:10", "2026-03-29T01:30"),
        ("30 1 * * *", LONDON, "2026-03-29T01:30", "2026-03-30T00:30"),
        ("30 1 * * *", LONDON, "2026-10-25T00:00", "2026-10-25T00:30"),  # comes twice: the first
        ("30 1 * * *", LONDON, "2026-10-25T00:30", "2026-10-26T01:30"),  # and not the second
        ("30 1 * * *", LONDON, "2026-10-25T01:10", "2026-10-26T01:30"),
    ],
)
def test_recurring_times(cron: str, zone: ZoneInfo, after: str, expected: str) -> None:
    assert next_time(cron, zone, utc(after)) == utc(expected)


@given(
    cron=st.sampled_from(["30 1 * * *", "*/20 * * * *", "0 0,1,2 * * *", "15 2 * * sun"]),
    after=st.datetimes(timezones=st.just(UTC), min_value=YEAR, max_value=YEAR.replace(year=2027)),
)
def test_a_recurring_time_always_lies_ahead_and_none_lies_between(cron: str, after: datetime) -> None:
    following = next_time(cron, LONDON, after)
    assert following > after
    between = after + (following - after) / 2
    assert next_time(cron, LONDON, between) == following


@pytest.mark.parametrize("cron", ["", "* * * *", "61 * * * *", "0 9 * * 1", "0 9 31 feb *", "0 9 * * someday"])
def test_what_is_no_time_is_refused(cron: str) -> None:
    with pytest.raises(ValueError):
        next_time(cron, HONG_KONG, utc("2026-03-01T00:00"))
