"""The benchmark measures what it says: the stub serves and counts rightly, a contender is measured, ratios are right.

No test here asserts a time.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.bench import taps
from tests.bench.run import STOCK, Contender, Sample, measure, table
from tests.bench.stub_server import FIRST_CHAT, Stub, serve
from tests.durability.processes import ChildFailedError


@pytest.fixture
async def api() -> AsyncIterator[aiohttp.ClientSession]:
    """A client of a stub with two chats, which press START, and five measured updates of theirs."""
    server, url = await serve(Stub(updates=5, chats=2))
    async with server, aiohttp.ClientSession(url) as session:
        yield session


async def call(api: aiohttp.ClientSession, method: str, **parameters: int | str) -> object:
    """Call a method with form parameters and return its result."""
    async with api.post(f"/bot1:bench/{method}", data=parameters) as answer:
        told = await answer.json()
    assert told["ok"] is True
    return told["result"]


async def update_ids(api: aiohttp.ClientSession, **parameters: int) -> list[int]:
    """Poll and return the ids of the updates."""
    result = await call(api, "getUpdates", **parameters)
    assert isinstance(result, list)
    return [update["update_id"] for update in result]


async def test_measured_updates_are_held_until_released_and_then_served_by_offset(api: aiohttp.ClientSession) -> None:
    assert await update_ids(api) == [1, 2]
    assert await update_ids(api, offset=3) == []
    waiting = asyncio.create_task(update_ids(api, offset=3, limit=3, timeout=30))
    while not waiting.done():
        await api.post("/bench/release")
    assert await waiting == [3, 4, 5]
    assert await update_ids(api, offset=3, limit=3) == [3, 4, 5]
    assert await update_ids(api, offset=6) == [6, 7]
    assert await update_ids(api, offset=8) == []


async def test_updates_come_at_their_rate_and_the_time_to_each_reply_is_kept() -> None:
    stub = Stub(updates=3, chats=3, rate=1000)
    chats = [b"chat_id=%d" % chat for chat in range(FIRST_CHAT, FIRST_CHAT + 3)]
    for chat in chats:
        stub.call(b"sendMessage", b"", chat)
    stub.release()
    while (released := len(json.loads((await stub.poll(b"limit=9", b"")).partition(b"\r\n\r\n")[2])["result"])) < 6:
        assert released >= 4
        await asyncio.sleep(0)
    for chat in chats:
        stub.call(b"sendMessage", b"", chat)
    report = stub.report()
    assert report.done
    assert 0 < report.p50_ms <= report.p99_ms


async def test_replies_count_once_for_each_update_in_every_encoding(api: aiohttp.ClientSession) -> None:
    async def report(point: str) -> dict[str, object]:
        async with api.get(f"/bench/report/{point}") as answer:
            told = await answer.json()
        assert isinstance(told, dict)
        return told

    one, two = FIRST_CHAT, FIRST_CHAT + 1
    await call(api, "sendMessage", chat_id=one, text="welcome")
    await call(api, "sendMessage", chat_id=one, text="once more, which answers nothing")
    assert (await report("warm"))["warm"] is False
    await call(api, "sendMessage", chat_id=two, text="welcome")
    assert (await report("warm"))["warm"] is True
    await api.post("/bench/release")
    await update_ids(api, offset=3)
    await call(api, "sendMessage", chat_id=one, text="form")
    await api.post("/bot1:bench/sendMessage", json={"text": "JSON", "chat_id": one})
    with aiohttp.MultipartWriter("form-data") as parts:
        parts.append(str(one)).set_content_disposition("form-data", name="chat_id")
    await api.post("/bot1:bench/sendMessage", data=parts)
    await api.post(f"/bot1:bench/sendMessage?chat_id={two}&text=query")
    await call(api, "sendChatAction", chat_id=two, action="typing")
    await call(api, "editMessageText", chat_id=two, message_id=1, text="not a reply")
    told = await report("done")
    assert (told["waiting"], told["done"]) == (1, False)
    await call(api, "sendMessage", chat_id=two, text="last")
    told = await report("done")
    assert (told["waiting"], told["done"]) == (0, True)


async def test_other_methods_get_a_plausible_answer(api: aiohttp.ClientSession) -> None:
    assert isinstance(me := await call(api, "getMe"), dict)
    assert me["is_bot"] is True
    assert isinstance(webhook := await call(api, "getWebhookInfo"), dict)
    assert webhook["url"] == ""
    assert await call(api, "deleteWebhook") is True
    assert await call(api, "answerCallbackQuery", callback_query_id="1") is True
    assert isinstance(sent := await call(api, "sendMessage", chat_id=7, text="hello"), dict)
    assert sent["chat"]["id"] == 7


async def test_a_contender_is_measured_in_a_process_of_its_own() -> None:
    sample = await measure(STOCK, updates=20, latency_ms=0)
    assert sample.per_second > 0
    assert sample.per_cpu_second > 0


async def test_a_contender_that_ends_by_itself_is_a_failure_and_no_figure() -> None:
    broken = Contender("broken", lambda url: ("-c", "raise SystemExit('no such bot')"))
    with pytest.raises(ChildFailedError, match="no such bot"):
        await measure(broken, updates=1, latency_ms=0)


def test_ratios_are_taken_within_a_turn_and_medians_over_the_turns() -> None:
    # The machine was twice as slow in the second turn.
    samples = {
        "first": [Sample(100, 50), Sample(50, 50), Sample(100, 50)],
        "second": [Sample(300, 100), Sample(150, 100), Sample(250, 100)],
    }
    _, first, second = table(samples)
    assert first.split() == ["first", "100", "(50", "-", "100)", "1.00", "50", "1.00"]
    assert second.split() == ["second", "250", "(150", "-", "300)", "3.00", "100", "2.00"]


async def test_each_tap_is_measured_from_its_press_to_its_answer(tmp_path: Path) -> None:
    waited = await taps.measure(3, tmp_path)
    assert len(waited) == 3
    assert min(waited) > 0


def test_the_times_of_taps_are_told_in_full() -> None:
    assert taps.report([*range(99), 500.0]) == "100 taps: p50 50 ms, p99 500 ms, most 500 ms"
