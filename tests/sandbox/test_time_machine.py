"""The clock is moved from due time to due time, and only when the bot has settled."""

from datetime import timedelta

import pytest

from tests.phones import Sandbox, SandboxError
from tests.sandbox.conftest import Api, HeldClock, Work


async def test_everything_due_on_the_way_is_done_at_its_own_time(
    sandbox: Sandbox, clock: HeldClock, work: Work
) -> None:
    start = clock.now()
    work.due = [start + timedelta(minutes=minutes) for minutes in (90, 30, 60)]
    fired = await sandbox.advance(hours=1)
    assert fired == [start + timedelta(minutes=30), start + timedelta(minutes=60)]
    assert work.done == [(moment, moment) for moment in fired]
    assert clock.now() == start + timedelta(hours=1)
    assert await sandbox.to_next() == start + timedelta(minutes=90)
    assert await sandbox.to_next() == start + timedelta(minutes=90), "nothing is due any more"


async def test_the_clock_is_set_held_and_released(sandbox: Sandbox, clock: HeldClock) -> None:
    moved = await sandbox.post("clock", {"set": "2026-03-02T20:00:00+08:00"})
    assert moved["now"] == "2026-03-02T12:00:00+00:00"
    assert (await sandbox.post("clock", {"freeze": False}))["frozen"] is False
    await sandbox.freeze()
    assert (await sandbox.state())["frozen"] is True
    assert await sandbox.now() == clock.now()
    with pytest.raises(SandboxError, match="ISO 8601"):
        await sandbox.post("clock", {"set": "noon"})
    with pytest.raises(SandboxError, match="offset"):
        await sandbox.post("clock", {"set": "2026-03-02T20:00:00"})


async def test_a_running_clock_stands_on_its_way_and_runs_on(sandbox: Sandbox, clock: HeldClock, work: Work) -> None:
    clock.freeze(False)
    standing: list[bool] = []
    work.due = [clock.now() + timedelta(minutes=30)]
    work.on_idle = lambda: standing.append(clock.frozen)
    await sandbox.advance(hours=1)
    await sandbox.to_next()
    assert all(standing)
    assert len(work.done) == 1
    assert (await sandbox.state())["frozen"] is False


async def test_what_is_not_done_is_named(api: Api, sandbox: Sandbox, clock: HeldClock, work: Work) -> None:
    start = clock.now()
    work.stuck = True
    with pytest.raises(SandboxError, match=r"504.*inbox, due timers, outbox or fetches"):
        await sandbox.settle(timeout_s=0.01)
    work.stuck = False
    chan = await sandbox.phone("chan")
    await chan.sends("x", settle=False)
    with pytest.raises(SandboxError, match="1 updates that the bot has not confirmed"):
        await sandbox.post("clock", {"advance_s": 60, "timeout_s": 0.01})
    assert clock.now() == start
    await api.updates()
    await api.updates()
    await sandbox.settle()
