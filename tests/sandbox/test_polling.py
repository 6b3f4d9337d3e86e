"""getUpdates: kept until confirmed, one poll at a time, only the kinds asked for."""

import asyncio

import pytest

from bot.sandbox.emulator import Emulator
from tests.phones import Phone, Sandbox
from tests.sandbox.conftest import Api, ApiError


@pytest.fixture
async def chan(sandbox: Sandbox) -> Phone:
    return await sandbox.phone("chan")


async def said(api: Api, **params: object) -> list[str]:
    return [update["message"]["text"] for update in await api("getUpdates", **params)]


async def polling(emulator: Emulator) -> None:
    """Return when a long poll is waiting."""
    async with asyncio.timeout(5):
        while not emulator.world.updates.awaited:
            await asyncio.sleep(0)


async def test_updates_stay_until_an_offset_confirms_them(api: Api, chan: Phone) -> None:
    for text in "abc":
        await chan.sends(text, settle=False)
    first = (await api("getUpdates"))[0]["update_id"]
    assert await said(api) == ["a", "b", "c"]
    assert await said(api, limit=2) == ["a", "b"]
    assert await said(api, offset=first + 1) == ["b", "c"]
    assert await said(api) == ["b", "c"]
    assert await said(api, offset=-1) == ["c"]
    assert await said(api, offset=first + 3) == []


async def test_a_long_poll_returns_when_something_happens(api: Api, chan: Phone, emulator: Emulator) -> None:
    poll = asyncio.create_task(said(api, timeout=30))
    await polling(emulator)
    await chan.sends("now", settle=False)
    assert await poll == ["now"]


async def test_the_older_of_two_polls_is_ended(api: Api, chan: Phone, emulator: Emulator) -> None:
    older = asyncio.create_task(said(api, timeout=30))
    await polling(emulator)
    newer = asyncio.create_task(said(api, timeout=30))
    with pytest.raises(ApiError) as ended:
        await older
    assert (ended.value.code, ended.value.description) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    await chan.sends("x", settle=False)
    assert await newer == ["x"]


async def test_kinds_count_when_something_happens_and_are_remembered(api: Api, chan: Phone) -> None:
    message = await chan.sends("a", settle=False)
    await chan.reacts(message, "👍", settle=False)
    await api.updates(allowed_updates=["message_reaction"])
    await chan.sends("unheard", settle=False)
    await chan.reacts(message, "👌", settle=False)
    (update,) = await api.updates()
    assert update["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert update["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "👌"}]
    await api.updates(allowed_updates=[])
    await chan.reacts(message, "", settle=False)
    await chan.sends("heard", settle=False)
    assert [update["message"]["text"] for update in await api.updates()] == ["heard"]


async def test_no_polling_while_a_webhook_is_set(api: Api) -> None:
    await api("setWebhook", url="http://127.0.0.1:9/hook")
    with pytest.raises(ApiError, match="can't use getUpdates method while webhook is active") as refused:
        await api("getUpdates")
    assert refused.value.code == 409
    assert await api("deleteWebhook", drop_pending_updates=True) is True
    assert await api("getUpdates") == []


@pytest.mark.parametrize(
    "update", [5, [], None, "x", {"update_id": None}, {"update_id": "7"}, {"update_id": -1, "x": 1}]
)
async def test_malformed_updates_are_delivered_as_they_are_and_not_for_ever(
    api: Api, sandbox: Sandbox, update: object
) -> None:
    await sandbox.raw_update(update)
    assert await api("getUpdates") == [update]
    assert await api("getUpdates", offset=1) == []


async def test_a_malformed_update_survives_a_bot_that_dies_with_it(api: Api, sandbox: Sandbox) -> None:
    await sandbox.raw_update("x")
    for _ in range(3):
        assert await api("getUpdates") == ["x"]
    assert await api("getUpdates") == []


async def test_an_unknown_update_is_given_a_number(api: Api, sandbox: Sandbox, chan: Phone) -> None:
    await sandbox.raw_update({"hologram": {"text": "\ud800"}})
    await sandbox.raw_update({"update_id": 800_000_000, "message": 5})
    await chan.sends("after", settle=False)
    unknown, numbered, after = await api.updates()
    assert unknown["hologram"] == {"text": "\ud800"}
    assert [numbered["update_id"], after["update_id"]] == [800_000_000, 800_000_001]
    assert await api.updates() == []


async def test_a_number_used_before_comes_again(api: Api, sandbox: Sandbox, chan: Phone) -> None:
    await chan.sends("x", settle=False)
    again = await api.update()
    await sandbox.raw_update(again)
    assert await api.updates() == [again]
    assert await api.updates() == []
