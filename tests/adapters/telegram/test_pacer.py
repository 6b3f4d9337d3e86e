"""Telegram's limits hold for every sequence of calls that waits as the pacer says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.telegram.pacer import Limits, Pacer, Window, cost
from bot.ports.messenger import AlbumItem, AnswerTap, Call, EditText, React, SendAlbum, SendText

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
RESIDENT, GROUP = 5, -1005
LIMITS = Limits()

Moments = list[tuple[datetime, int]]


def send_when_ready(pacer: Pacer, chat_id: int, now: datetime, *, bulk: bool = False, cost: int = 1) -> datetime:
    ready = pacer.ready_at(chat_id, bulk=bulk, now=now, cost=cost)
    assert ready >= now
    assert pacer.ready_at(chat_id, bulk=bulk, now=ready, cost=cost) == ready, "what is ready then is ready then"
    pacer.spend(chat_id, now=ready, cost=cost)
    return ready


def holds(window: Window, sent: Moments) -> bool:
    return all(
        sum(cost for moment, cost in sent if start <= moment < start + window.length) <= window.count
        for start, _ in sent
    )


def test_a_short_burst_goes_out_at_once_and_then_one_a_second() -> None:
    pacer = Pacer()
    moments = [send_when_ready(pacer, RESIDENT, START) for _ in range(4)]
    assert moments == [START, START, START, START + timedelta(seconds=3.1)]


def test_a_group_takes_twenty_a_minute() -> None:
    pacer = Pacer()
    now = START
    for _ in range(20):
        now = send_when_ready(pacer, GROUP, now)
    assert now < START + timedelta(seconds=20)
    assert send_when_ready(pacer, GROUP, now) == START + timedelta(seconds=61)


def test_bulk_waits_for_all_and_an_answer_does_not() -> None:
    pacer = Pacer()
    for chat_id in range(1, 31):
        assert send_when_ready(pacer, chat_id, START, bulk=True) == START
    assert pacer.ready_at(99, bulk=True, now=START) == START + LIMITS.overall.length
    assert pacer.ready_at(99, bulk=False, now=START) == START


def test_bulk_gives_way_to_answers() -> None:
    pacer = Pacer()
    for chat_id in range(1, 31):
        pacer.spend(chat_id, now=START)
    assert pacer.ready_at(99, bulk=True, now=START) > START


def test_a_429_holds_its_own_chat_only() -> None:
    pacer = Pacer()
    pacer.hold(RESIDENT, START + timedelta(seconds=30))
    pacer.hold(RESIDENT, START + timedelta(seconds=10))
    assert pacer.ready_at(RESIDENT, bulk=False, now=START) == START + timedelta(seconds=30)
    assert pacer.ready_at(RESIDENT + 1, bulk=False, now=START) == START
    assert pacer.ready_at(RESIDENT, bulk=False, now=START + timedelta(seconds=31)) == START + timedelta(seconds=31)


def test_an_album_leaves_no_debt() -> None:
    pacer = Pacer()
    assert send_when_ready(pacer, RESIDENT, START, cost=10) == START
    assert pacer.ready_at(RESIDENT, bulk=False, now=START) >= START + timedelta(seconds=10)


@pytest.mark.parametrize(
    ("call", "price"),
    [
        (SendText(1, None, "x"), 1),
        (EditText(1, 2, None, "x"), 1),
        (React(1, 2, None), 1),
        (AnswerTap("q"), 0),
        (SendAlbum(1, (AlbumItem("photo", "A"), AlbumItem("photo", "B"))), 2),
    ],
)
def test_what_a_call_costs(call: Call, price: int) -> None:
    assert cost(call) == price


def test_quiet_chats_are_forgotten_and_held_ones_kept() -> None:
    pacer = Pacer()
    pacer.hold(-7, START + timedelta(days=1))
    now = START
    for chat_id in range(1, 2001):
        pacer.spend(chat_id, now=now)
        now += timedelta(seconds=1)
    assert len(pacer) < 70
    assert pacer.ready_at(-7, bulk=False, now=now) == START + timedelta(days=1)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([1, 2, 3, -1, -2]),
            st.booleans(),
            st.integers(0, 4000).map(lambda ms: timedelta(milliseconds=ms)),
            st.integers(1, 3),
        ),
        max_size=150,
    )
)
def test_no_window_is_ever_exceeded(calls: list[tuple[int, bool, timedelta, int]]) -> None:
    pacer = Pacer(Limits(overall=Window(6, timedelta(seconds=1))))
    now = START
    by_chat: dict[int, Moments] = {}
    everything: Moments = []
    bulk_in_its_window: list[bool] = []
    for chat_id, bulk, pause, price in calls:
        now = send_when_ready(pacer, chat_id, now + pause, bulk=bulk, cost=price)
        by_chat.setdefault(chat_id, []).append((now, price))
        everything.append((now, price))
        if bulk:
            recent = sum(cost for moment, cost in everything if moment > now - timedelta(seconds=1))
            bulk_in_its_window.append(recent <= 6)
    for chat_id, sent in by_chat.items():
        for window in LIMITS.group if chat_id < 0 else LIMITS.private:
            assert holds(window, sent)
    assert all(bulk_in_its_window)
