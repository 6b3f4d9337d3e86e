"""Edits, deletions, reactions and the answers to taps."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.editing import QUERY_LIFE
from tests.phones import JPEG, Phone, Sandbox
from tests.sandbox.conftest import Api, ApiError, HeldClock
from tests.sandbox.test_sending import CHAN, STAFF, button, refused

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def chan(sandbox: Sandbox) -> Phone:
    return await sandbox.phone("chan")


async def test_an_edit_changes_the_message_in_place(api: Api, chan: Phone) -> None:
    sent = await api("sendMessage", chat_id=CHAN, text="one", reply_markup=button(callback_data="c"))
    target = {"chat_id": CHAN, "message_id": sent["message_id"]}
    edited = await api("editMessageText", **target, text="<b>two</b>", parse_mode="HTML")
    assert edited["text"] == "two"
    assert "reply_markup" not in edited, "an edit without a keyboard takes the keyboard away"
    assert (await chan.last())["text"] == "two"
    assert "edit_date" in edited


async def test_an_edit_that_changes_nothing_is_refused(api: Api) -> None:
    keyboard = button(callback_data="c")
    sent = await api("sendMessage", chat_id=CHAN, text="one", reply_markup=keyboard)
    target = {"chat_id": CHAN, "message_id": sent["message_id"]}
    same = {**target, "text": "one", "reply_markup": keyboard}
    assert (await refused(api, "editMessageText", **same)).startswith("Bad Request: message is not modified: specified")
    assert "not modified" in await refused(api, "editMessageReplyMarkup", **target, reply_markup=keyboard)
    await api("editMessageText", **target, text="one")
    assert "not modified" in await refused(api, "editMessageText", **target, text="one")
    await api("editMessageReplyMarkup", **target, reply_markup=keyboard)


async def test_only_the_bots_own_messages_can_be_edited(api: Api, chan: Phone) -> None:
    theirs = await chan.sends("mine", settle=False)
    keyed = await api("sendMessage", chat_id=CHAN, text="x", reply_markup={"keyboard": [["a"]]})
    for message in (theirs, keyed):
        target = {"chat_id": CHAN, "message_id": message["message_id"]}
        assert await refused(api, "editMessageText", **target, text="y") == "Bad Request: message can't be edited"
    gone = {"chat_id": CHAN, "message_id": 999, "text": "y"}
    assert await refused(api, "editMessageText", **gone) == "Bad Request: message to edit not found"
    nothing = {"chat_id": CHAN, "text": "y"}
    assert await refused(api, "editMessageText", **nothing) == "Bad Request: message identifier is not specified"


async def test_a_caption_is_edited_as_caption(api: Api, chan: Phone) -> None:
    await chan.sends(photo=JPEG, settle=False)
    photo = (await api.update())["message"]["photo"][-1]["file_id"]
    sent = await api("sendPhoto", chat_id=CHAN, photo=photo)
    target = {"chat_id": CHAN, "message_id": sent["message_id"]}
    assert (
        await refused(api, "editMessageText", **target, text="y")
        == "Bad Request: there is no text in the message to edit"
    )
    assert (await api("editMessageCaption", **target, caption="seen"))["caption"] == "seen"
    assert "caption" not in await api("editMessageCaption", **target)
    text = await api("sendMessage", chat_id=CHAN, text="x")
    assert (
        await refused(api, "editMessageCaption", chat_id=CHAN, message_id=text["message_id"], caption="y")
        == "Bad Request: there is no caption in the message to edit"
    )


async def test_deletion_has_its_rules(api: Api, chan: Phone, sandbox: Sandbox, clock: HeldClock) -> None:
    sent = await api("sendMessage", chat_id=CHAN, text="x")
    assert await api("deleteMessage", chat_id=CHAN, message_id=sent["message_id"]) is True
    assert await chan.screen() == []
    assert (
        await refused(api, "deleteMessage", chat_id=CHAN, message_id=sent["message_id"])
        == "Bad Request: message to delete not found"
    )
    old = await api("sendMessage", chat_id=CHAN, text="x")
    clerk = await sandbox.phone("clerk")
    theirs = await clerk.sends("x", chat=STAFF, settle=False)
    clock.move_to(clock.now() + timedelta(hours=48))
    assert (
        await refused(api, "deleteMessage", chat_id=CHAN, message_id=old["message_id"])
        == "Bad Request: message can't be deleted for everyone"
    )
    assert await api("deleteMessage", chat_id=STAFF, message_id=theirs["message_id"]) is True


async def tapped(api: Api, phone: Phone, label: str = "Claim") -> tuple[dict[str, Any], "asyncio.Task[dict[str, Any]]"]:
    """Tap, and return the query as the bot gets it and what the phone is waiting for."""
    tap = asyncio.create_task(phone.taps(label, settle=False))
    update = await api.update(timeout=5)
    query: dict[str, Any] = update["callback_query"]
    return query, tap


async def test_a_tap_asks_and_is_answered_once(api: Api, chan: Phone) -> None:
    sent = await api("sendMessage", chat_id=CHAN, text="x", reply_markup=button(callback_data="claim:7"))
    query, tap = await tapped(api, chan)
    assert query["data"] == "claim:7"
    assert query["message"] == sent
    assert query["from"]["id"] == CHAN
    assert await api("answerCallbackQuery", callback_query_id=query["id"], text="Yours", show_alert=True) is True
    answer = await tap
    assert (answer["answered"], answer["text"], answer["show_alert"]) == (True, "Yours", True)
    assert await refused(api, "answerCallbackQuery", callback_query_id=query["id"]) == TOO_OLD
    assert await refused(api, "answerCallbackQuery", callback_query_id="4") == TOO_OLD


async def test_a_tap_is_not_answered_late_or_at_length(api: Api, chan: Phone, clock: HeldClock) -> None:
    await api("sendMessage", chat_id=CHAN, text="x", reply_markup=button(callback_data="c"))
    query, tap = await tapped(api, chan)
    tap.cancel()
    assert (
        await refused(api, "answerCallbackQuery", callback_query_id=query["id"], text="x" * 201)
        == "Bad Request: MESSAGE_TOO_LONG"
    )
    clock.move_to(clock.now() + QUERY_LIFE + timedelta(seconds=1))
    assert await refused(api, "answerCallbackQuery", callback_query_id=query["id"]) == TOO_OLD


async def test_a_tap_without_an_answer_says_so(api: Api, chan: Phone) -> None:
    await api("sendMessage", chat_id=CHAN, text="x", reply_markup=button(callback_data="c"))
    assert (await chan.taps("Claim", timeout_s=0, settle=False))["answered"] is False


async def test_forged_data_reaches_the_bot_as_it_is(api: Api, chan: Phone) -> None:
    sent = await api("sendMessage", chat_id=CHAN, text="x", reply_markup=button(callback_data="c"))
    await chan.forges("\u202eadmin:1", sent, timeout_s=0, settle=False)
    assert (await api.update())["callback_query"]["data"] == "\u202eadmin:1"


async def test_a_group_may_permit_fewer_reactions(api: Api, sandbox: Sandbox, chan: Phone) -> None:
    group = await sandbox.post("chats", {"title": "G", "members": [chan.id], "reactions": ["👍"]})
    theirs = await chan.sends("@shouwen_sandbox_bot hello", chat=group["id"], settle=False)
    target = {"chat_id": group["id"], "message_id": theirs["message_id"]}
    assert await api("setMessageReaction", **target, reaction=[{"type": "emoji", "emoji": "👍"}]) is True
    with pytest.raises(ApiError, match="REACTION_INVALID"):
        await api("setMessageReaction", **target, reaction=[{"type": "emoji", "emoji": "👀"}])
    permitted = (await api("getChat", chat_id=group["id"]))["available_reactions"]
    assert permitted == [{"type": "emoji", "emoji": "👍"}]
    assert "available_reactions" not in await api("getChat", chat_id=STAFF)


async def test_reactions_are_those_that_telegram_permits(api: Api, chan: Phone) -> None:
    theirs = await chan.sends("x", settle=False)
    target = {"chat_id": CHAN, "message_id": theirs["message_id"]}
    for emoji in ("👀", "✍", "👌", "❤️"):
        assert await api("setMessageReaction", **target, reaction=[{"type": "emoji", "emoji": emoji}]) is True
    assert [one["emoji"] for one in (await chan.last())["reactions"]] == ["❤️"]
    assert await api("setMessageReaction", **target, reaction=[]) is True
    assert "reactions" not in await chan.last()
    with pytest.raises(ApiError, match="REACTION_INVALID"):
        await api("setMessageReaction", **target, reaction=[{"type": "emoji", "emoji": "🪜"}])
    with pytest.raises(ApiError, match="REACTIONS_TOO_MANY"):
        await api("setMessageReaction", **target, reaction=[{"type": "emoji", "emoji": "👍"}] * 2)
    with pytest.raises(ApiError, match="message to react not found"):
        await api("setMessageReaction", chat_id=CHAN, message_id=999, reaction=[])
