"""Telegram's limits on sending, by the emulator's clock."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.limits import Limits
from tests.phones import Sandbox
from tests.sandbox.conftest import Api, ApiError, HeldClock
from tests.sandbox.test_sending import CHAN, STAFF

START = HeldClock().now()


def after(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


async def test_a_burst_then_one_a_second_in_a_private_chat(api: Api, clock: HeldClock) -> None:
    for _ in range(5):
        await api("sendMessage", chat_id=CHAN, text="x")
    with pytest.raises(ApiError, match="429 Too Many Requests: retry after 1") as refused:
        await api("sendMessage", chat_id=CHAN, text="x")
    assert refused.value.parameters == {"retry_after": 1}
    clock.move_to(clock.now() + after(1))
    await api("sendMessage", chat_id=CHAN, text="x")
    with pytest.raises(ApiError, match="429"):
        await api("sendMessage", chat_id=CHAN, text="x")


async def test_twenty_a_minute_in_a_group_edits_included(api: Api, clock: HeldClock) -> None:
    sent = await api("sendMessage", chat_id=STAFF, text="x")
    for number in range(19):
        await api("editMessageText", chat_id=STAFF, message_id=sent["message_id"], text=f"{number}")
    clock.move_to(clock.now() + after(20))
    with pytest.raises(ApiError) as refused:
        await api("sendMessage", chat_id=STAFF, text="x")
    assert refused.value.parameters == {"retry_after": 40}
    clock.move_to(clock.now() + after(40))
    await api("sendMessage", chat_id=STAFF, text="x")


async def test_edits_and_answers_in_private_chats_are_free(api: Api) -> None:
    sent = await api("sendMessage", chat_id=CHAN, text="x")
    for number in range(40):
        await api("editMessageText", chat_id=CHAN, message_id=sent["message_id"], text=f"{number}")


async def test_bulk_is_limited_answers_are_not(api: Api, sandbox: Sandbox) -> None:
    people = [await sandbox.newcomer(f"N{number}") for number in range(32)]
    limits = Limits(enabled=True)
    waits = [limits.spend(person.id, START, group=False, edit=False) for person in people]
    assert waits == [0] * 30 + [1, 1]
    for person in people:
        limits.acted(person.id, START + after(0.5))
    assert limits.spend(people[-1].id, START + after(0.5), group=False, edit=False) == 0
    assert limits.spend(CHAN, START + after(1), group=False, edit=False) == 0


def test_switched_off_there_are_none() -> None:
    limits = Limits(enabled=False)
    assert [limits.spend(STAFF, START, group=True, edit=False) for _ in range(100)] == [0] * 100


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(1, 10)), max_size=60))
def test_no_minute_has_more_than_twenty_in_a_group(calls: list[tuple[float, int]]) -> None:
    limits = Limits(enabled=True)
    now, sent = START, []
    for pause, count in calls:
        now += after(pause)
        wait = limits.spend(STAFF, now, group=True, edit=False, count=count)
        if wait:
            # Whoever waits as told may go.
            now += after(wait)
            assert limits.spend(STAFF, now, group=True, edit=False, count=count) == 0
        sent += [now] * count
    for begin in sent:
        assert sum(begin <= moment < begin + after(60) for moment in sent) <= 20
