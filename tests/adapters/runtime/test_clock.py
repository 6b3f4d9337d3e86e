"""Both clocks: sleepers wake when their moment comes, however time got there."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

from bot.adapters.clock import RECHECK_S, MovableClock, SystemClock
from bot.ports.clock import Clock, TimeMachine

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class FakeMonotonic:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def frozen_clock() -> MovableClock:
    clock = MovableClock(NOON, FakeMonotonic())
    clock.freeze(True)
    return clock


def test_both_fit_their_ports() -> None:
    system: Clock = SystemClock()
    machine: TimeMachine = MovableClock(NOON)
    assert system.now().tzinfo is UTC
    assert machine.now().tzinfo is UTC


async def test_the_system_clock_naps_briefly_and_follows_a_clock_that_is_set() -> None:
    walls = iter([NOON, NOON - HOUR, NOON + timedelta(seconds=59.5), NOON + timedelta(minutes=1)])
    naps: list[float] = []

    async def sleep(seconds: float) -> None:
        naps.append(seconds)

    await SystemClock(lambda: next(walls), sleep).sleep_until(NOON + timedelta(minutes=1))
    assert naps == [RECHECK_S, RECHECK_S, 0.5]


def test_a_movable_clock_runs_with_the_monotonic_clock() -> None:
    monotonic = FakeMonotonic()
    clock = MovableClock(NOON, monotonic)
    monotonic.now += 90
    assert clock.now() == NOON + timedelta(seconds=90)


def test_it_is_moved_forward_and_runs_on_from_there() -> None:
    monotonic = FakeMonotonic()
    clock = MovableClock(NOON, monotonic)
    clock.move_to((NOON + HOUR).astimezone(timezone(timedelta(hours=8))))
    monotonic.now += 1
    assert clock.now() == NOON + HOUR + timedelta(seconds=1)
    assert clock.now().tzinfo is UTC


def test_it_never_goes_back() -> None:
    clock = frozen_clock()
    clock.move_to(NOON - HOUR)
    assert clock.now() == NOON


def test_held_it_stands_still_and_released_it_goes_on_from_there() -> None:
    monotonic = FakeMonotonic()
    clock = MovableClock(NOON, monotonic)
    clock.freeze(True)
    monotonic.now += 500
    clock.freeze(True)
    assert clock.frozen
    assert clock.now() == NOON
    clock.freeze(False)
    assert not clock.frozen
    monotonic.now += 1
    assert clock.now() == NOON + timedelta(seconds=1)


async def test_sleepers_wake_when_the_clock_is_moved_to_their_moment_and_not_before() -> None:
    clock = frozen_clock()
    sooner = asyncio.create_task(clock.sleep_until(NOON + HOUR))
    later = asyncio.create_task(clock.sleep_until(NOON + 2 * HOUR))
    await asyncio.sleep(0)
    clock.move_to(NOON + HOUR)
    await asyncio.wait_for(sooner, 5)
    assert not later.done()
    clock.move_to(NOON + 3 * HOUR)
    await asyncio.wait_for(later, 5)


async def test_a_sleeper_on_a_held_clock_wakes_when_it_is_released() -> None:
    clock = MovableClock(NOON)
    clock.freeze(True)
    sleeper = asyncio.create_task(clock.sleep_until(clock.now() + timedelta(milliseconds=1)))
    await asyncio.sleep(0)
    clock.freeze(False)
    await asyncio.wait_for(sleeper, 5)


async def test_a_moment_that_has_passed_needs_no_sleep() -> None:
    await frozen_clock().sleep_until(NOON)
