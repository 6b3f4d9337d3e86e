"""The supervisor on a fake monotonic clock: restarts what fails, ends the process when all is lost, stops in order."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import pytest

from bot.adapters.supervisor import (
    CHECK_S,
    GIVE_UP_S,
    SETTLED_S,
    Fatal,
    Heartbeat,
    Loop,
    Supervisor,
    stop_on_signals,
)
from bot.adapters.watchdog import EXIT_CODE, INTERVAL_S, LIMIT_S, Watchdog


class Time:
    def __init__(self) -> None:
        self.now = 5000.0

    def __call__(self) -> float:
        return self.now


class Lives:
    """A loop whose every life waits for an order: "return", an exception, or beats from outside."""

    def __init__(self) -> None:
        self.hearts: list[Heartbeat] = []
        self.orders: asyncio.Queue[BaseException | None] = asyncio.Queue()
        self.obeys_cancel = True

    @property
    def heart(self) -> Heartbeat:
        return self.hearts[-1]

    async def run(self, heart: Heartbeat) -> None:
        self.hearts.append(heart)
        while True:
            try:
                order = await self.orders.get()
            except asyncio.CancelledError:
                if self.obeys_cancel:
                    raise
                continue
            if order is not None:
                raise order
            return


class House:
    """A supervisor with one loop, moved step by step."""

    def __init__(self, deadline_s: float = 30.0) -> None:
        self.time = Time()
        self.lives = Lives()
        self.restarted: list[str] = []
        self.left: list[int] = []
        self.supervisor = Supervisor(
            [Loop("poll", self.lives.run, deadline_s)],
            monotonic=self.time,
            on_restart=self.restarted.append,
            leave=self.left.append,
        )

    async def passes(self, seconds: float, *, beating: bool = False) -> None:
        """Let time pass as `run` would see it: a check each second, and what is ready on the event loop done."""
        left = seconds
        while left > 0:
            step = min(CHECK_S, left)
            self.time.now += step
            left -= step
            if beating and self.lives.hearts:
                self.lives.heart.beat()
            self.supervisor.check()
            await settle()

    async def begins(self) -> None:
        self.supervisor.check()
        await settle()

    def state(self) -> str:
        return self.supervisor.health().loops["poll"].state


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_a_beating_loop_is_left_alone() -> None:
    house = House()
    assert house.state() == "down"
    await house.begins()
    await house.passes(300, beating=True)
    assert house.state() == "running"
    assert house.supervisor.health().ok
    assert len(house.lives.hearts) == 1
    assert house.restarted == []
    assert house.left == []


@pytest.mark.parametrize("order", [None, LookupError("bug")], ids=["returns", "raises"])
async def test_a_loop_that_ends_is_restarted_counted_and_unwell_until_it_has_settled(order: Exception | None) -> None:
    house = House()
    await house.begins()
    house.lives.orders.put_nowait(order)
    await settle()
    assert house.state() == "down"
    assert not house.supervisor.health().ok
    await house.passes(2)
    assert house.state() == "recovering"
    assert house.restarted == ["poll"]
    await house.passes(SETTLED_S, beating=True)
    health = house.supervisor.health()
    assert health.ok
    assert health.loops["poll"].restarts == 1
    await house.passes(GIVE_UP_S, beating=True)
    assert house.left == []


async def test_each_failure_in_a_row_makes_the_pause_longer() -> None:
    house = House()
    await house.begins()
    pauses = []
    for _ in range(4):
        house.lives.orders.put_nowait(None)
        await settle()
        lives = len(house.lives.hearts)
        house.supervisor.check()
        pause = 0.0
        while len(house.lives.hearts) == lives:
            await house.passes(0.5)
            pause += 0.5
        pauses.append(pause)
    assert pauses == [0.5, 1.0, 2.0, 4.0]


async def test_a_loop_that_fails_again_and_again_ends_the_process_in_time_though_it_beats() -> None:
    house = House()
    await house.begins()
    began = house.time.now
    while not house.left and house.time.now < began + 2 * GIVE_UP_S:
        if house.state() != "down":
            house.lives.orders.put_nowait(LookupError("bug"))
        await house.passes(1, beating=True)
    assert house.left[0] == EXIT_CODE
    assert house.time.now - began <= GIVE_UP_S + 2


async def test_a_stuck_loop_is_unhealthy_at_its_deadline_and_restarted() -> None:
    house = House(deadline_s=30)
    await house.begins()
    await house.passes(30)
    assert house.supervisor.health().ok
    house.time.now += 1
    assert house.state() == "stuck"
    assert not house.supervisor.health().ok
    await house.passes(3)
    assert len(house.lives.hearts) == 2
    await house.passes(SETTLED_S + 1, beating=True)
    assert house.supervisor.health().ok
    assert house.left == []


@pytest.mark.parametrize("obeys_cancel", [True, False], ids=["restarted in vain", "does not even end"])
async def test_a_loop_that_stays_stuck_ends_the_process(obeys_cancel: bool) -> None:
    house = House(deadline_s=60)
    house.lives.obeys_cancel = obeys_cancel
    await house.begins()
    await house.passes(GIVE_UP_S - 1)
    assert house.left == []
    assert len(house.lives.hearts) == (2 if obeys_cancel else 1)
    await house.passes(1)
    assert house.left == [EXIT_CODE]
    house.lives.obeys_cancel = True  # so that the test's own event loop can close


async def test_a_process_that_was_held_does_not_blame_its_loops() -> None:
    house = House()
    await house.begins()
    house.time.now += 3600
    await house.passes(1)
    assert house.supervisor.health().ok
    assert house.left == []
    assert len(house.lives.hearts) == 1


async def test_fatal_stops_everything_and_is_raised() -> None:
    other_finished = asyncio.Event()

    async def refused(heart: Heartbeat) -> None:
        raise Fatal("Telegram refused the token.", exit_code=78)

    async def other(heart: Heartbeat) -> None:
        await heart.stopping.wait()
        other_finished.set()

    supervisor = Supervisor([Loop("poll", refused, 30), Loop("deliver", other, 30)])
    with pytest.raises(Fatal, match="Telegram refused the token") as caught:
        await asyncio.wait_for(supervisor.run(), 10)
    assert caught.value.exit_code == 78
    assert other_finished.is_set()


async def test_a_stop_lets_each_loop_finish_before_the_next_is_asked() -> None:
    ended: list[str] = []
    started = [asyncio.Event() for _ in range(3)]

    def finishing(name: str, number: int) -> Callable[[Heartbeat], Awaitable[None]]:
        async def run(heart: Heartbeat) -> None:
            started[number].set()
            await heart.stopping.wait()
            await settle()  # work that it still does
            ended.append(name)

        return run

    names = ["receive", "handle", "deliver"]
    supervisor = Supervisor([Loop(name, finishing(name, number), 30) for number, name in enumerate(names)])
    running = asyncio.create_task(supervisor.run())
    for event in started:
        await asyncio.wait_for(event.wait(), 10)
    supervisor.stop()
    await asyncio.wait_for(running, 10)
    assert ended == names


async def test_who_does_not_finish_in_time_is_cut_short() -> None:
    started = asyncio.Event()
    cut = asyncio.Event()

    async def stubborn(heart: Heartbeat) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cut.set()

    left: list[int] = []
    supervisor = Supervisor([Loop("deliver", stubborn, 30)], grace_s=0, leave=left.append)
    running = asyncio.create_task(supervisor.run())
    await asyncio.wait_for(started.wait(), 10)
    supervisor.stop()
    await asyncio.wait_for(running, 10)
    assert cut.is_set()
    assert left == []


async def test_a_failure_during_the_stop_does_not_hinder_it() -> None:
    started = asyncio.Event()

    async def failing(heart: Heartbeat) -> None:
        started.set()
        await heart.stopping.wait()
        raise LookupError("bug")

    supervisor = Supervisor([Loop("handle", failing, 30)])
    running = asyncio.create_task(supervisor.run())
    await asyncio.wait_for(started.wait(), 10)
    supervisor.stop()
    await asyncio.wait_for(running, 10)


async def test_sigterm_asks_for_the_stop() -> None:
    asked = asyncio.Event()
    stop_on_signals(asked.set)
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(asked.wait(), 10)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(number)


def test_a_deadline_beyond_the_promise_is_refused() -> None:
    with pytest.raises(ValueError, match="deadline of poll"):
        Loop("poll", Lives().run, 61)


def test_two_loops_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="same name"):
        Supervisor([Loop("poll", Lives().run, 30)] * 2)


class Kennel:
    """A watchdog whose bite is recorded."""

    def __init__(self) -> None:
        self.time = Time()
        self.heard: list[str] = []
        self.dog = Watchdog(
            monotonic=self.time,
            dump=lambda: self.heard.append("traceback"),
            leave=lambda code: self.heard.append(f"exit {code}"),
        )

    def passes(self, seconds: float) -> None:
        for _ in range(int(seconds / INTERVAL_S)):
            self.time.now += INTERVAL_S
            self.dog.look()


def test_the_watchdog_bites_when_the_event_loop_is_blocked_and_shows_where() -> None:
    kennel = Kennel()
    kennel.passes(LIMIT_S - INTERVAL_S)
    assert kennel.heard == []
    kennel.passes(INTERVAL_S)
    assert kennel.heard == ["traceback", f"exit {EXIT_CODE}"]


def test_a_patted_watchdog_is_quiet() -> None:
    kennel = Kennel()
    for _ in range(10):
        kennel.passes(LIMIT_S - INTERVAL_S)
        kennel.dog.pat()
    assert kennel.heard == []


def test_a_held_process_is_no_blocked_event_loop() -> None:
    kennel = Kennel()
    kennel.time.now += 3600
    kennel.dog.look()
    kennel.passes(LIMIT_S - INTERVAL_S)
    assert kennel.heard == []


async def test_the_supervisor_pats_the_watchdog() -> None:
    kennel = Kennel()
    supervisor = Supervisor([], watchdog=kennel.dog)
    kennel.passes(LIMIT_S - INTERVAL_S)
    running = asyncio.create_task(supervisor.run())
    await settle()
    kennel.passes(LIMIT_S - INTERVAL_S)
    supervisor.stop()
    await asyncio.wait_for(running, 10)
    assert kennel.heard == []


def test_the_watchdog_thread_ends_when_it_is_told_to() -> None:
    dog = Watchdog()
    dog.start()
    dog.stop()
