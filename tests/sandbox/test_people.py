"""What people do becomes the updates that Telegram would send; python-telegram-bot understands each of them."""

import asyncio

import pytest
import telegram

from bot.sandbox.cast import BOT_ID
from tests.phones import JPEG, OGG, Phone, Sandbox, SandboxError
from tests.sandbox.conftest import Api
from tests.sandbox.test_sending import CHAN, STAFF, button


@pytest.fixture
async def chan(sandbox: Sandbox) -> Phone:
    return await sandbox.phone("chan")


@pytest.fixture
async def director(sandbox: Sandbox) -> Phone:
    return await sandbox.phone("director")


@pytest.fixture
async def clerk(sandbox: Sandbox) -> Phone:
    return await sandbox.phone("clerk")


async def test_every_update_is_understood_by_the_client_library(
    api: Api, sandbox: Sandbox, chan: Phone, clerk: Phone
) -> None:
    await api(
        "getUpdates",
        allowed_updates=[
            "message",
            "edited_message",
            "callback_query",
            "my_chat_member",
            "chat_member",
            "message_reaction",
        ],
    )
    text = await chan.sends("/start 電梯壞了 https://example.org", settle=False)
    await chan.sends("dark", photo=JPEG, settle=False)
    await chan.sends(album=[JPEG] * 10, settle=False)
    for kind in ("voice", "video", "audio", "document", "sticker"):
        await chan.sends(**{kind: OGG}, settle=False)  # type: ignore[arg-type]
    await chan.sends(location=(22.3, 114.2), settle=False)
    await chan.sends(contact={"phone_number": "+85200000000", "first_name": "X"}, settle=False)
    await chan.sends(forward=text, settle=False)
    await chan.sends("answer", reply_to=text, settle=False)
    await chan.edits(text, "edited", settle=False)
    await chan.reacts(text, "👍", settle=False)
    await clerk.sends("in a topic", chat=STAFF, thread=3, settle=False)
    sent = await api("sendMessage", chat_id=CHAN, text="x", reply_markup=button(callback_data="c"))
    await chan.taps("Claim", message=sent, timeout_s=0, settle=False)
    await chan.blocks(settle=False)
    await clerk.leaves(STAFF, settle=False)
    old = await sandbox.post("chats", {"title": "Old", "members": [chan.id], "bot": "administrator"})
    await sandbox.migrate(old["id"])
    updates = await api.updates()
    kinds = set()
    for update in updates:
        parsed = telegram.Update.de_json(update, None)
        (kind,) = update.keys() - {"update_id"}
        kinds.add(kind)
        assert getattr(parsed, kind) is not None
        assert not parsed.api_kwargs
        assert not getattr(parsed, kind).api_kwargs
    assert kinds == {"message", "edited_message", "callback_query", "my_chat_member", "chat_member", "message_reaction"}
    assert len(updates) >= 28


async def test_an_album_is_separate_updates_of_one_group(api: Api, chan: Phone) -> None:
    await chan.sends("three", album=[JPEG] * 3, settle=False)
    messages = [update["message"] for update in await api.updates()]
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [message.get("caption") for message in messages] == ["three", None, None]


async def test_an_edit_by_its_author_is_an_update(api: Api, chan: Phone, clerk: Phone) -> None:
    message = await chan.sends("befor", settle=False)
    await chan.edits(message, "before", settle=False)
    sent, edited = await api.updates()
    assert sent["message"]["text"] == "befor"
    assert edited["edited_message"]["text"] == "before"
    assert edited["edited_message"]["message_id"] == message["message_id"]
    with pytest.raises(SandboxError, match="not in chat"):
        await clerk.edits(message, "other", chat=CHAN, settle=False)
    sent = await api("sendMessage", chat_id=CHAN, text="the bot's")
    with pytest.raises(SandboxError, match="to edit"):
        await chan.edits(sent, "other", settle=False)


async def test_a_message_in_a_topic_carries_the_topic(api: Api, clerk: Phone) -> None:
    await clerk.sends("first", chat=STAFF, thread=3, settle=False)
    message = (await api.update())["message"]
    assert message["message_thread_id"] == 3
    assert message["reply_to_message"]["message_id"] == 3
    await clerk.sends("second", chat=STAFF, reply_to=message, settle=False)
    reply = (await api.update())["message"]
    assert (reply["message_thread_id"], reply["reply_to_message"]["text"]) == (3, "first")
    with pytest.raises(SandboxError, match="no topic"):
        await clerk.sends("x", chat=STAFF, thread=999, settle=False)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("lift", False),
        ("/report", True),
        ("/report@shouwen_sandbox_bot", True),
        ("/report@other_bot", False),
        ("@shouwen_sandbox_bot lift", True),
    ],
)
async def test_in_a_group_a_mere_member_hears_what_is_meant_for_it(
    api: Api, sandbox: Sandbox, chan: Phone, text: str, heard: bool
) -> None:
    group = await sandbox.post("chats", {"title": "Owners", "members": [chan.id]})
    await api.updates()
    await chan.sends(text, chat=group["id"], settle=False)
    assert bool(await api.updates()) == heard


async def test_in_a_group_a_mere_member_hears_replies_and_an_administrator_all(
    api: Api, sandbox: Sandbox, chan: Phone
) -> None:
    group = (await sandbox.post("chats", {"title": "Owners", "members": [chan.id]}))["id"]
    joined = await api.update()
    assert joined["my_chat_member"]["old_chat_member"]["status"] == "left"
    sent = await api("sendMessage", chat_id=group, text="How are you?")
    await chan.sends("well", chat=group, reply_to=sent, settle=False)
    assert (await api.update())["message"]["text"] == "well"
    await sandbox.post(f"chats/{group}/members", {"user": 4_000_900_000_000, "status": "administrator"})
    await chan.sends("anything", chat=group, settle=False)
    assert [list(update)[1] for update in await api.updates()] == ["my_chat_member", "message"]


async def test_who_was_removed_can_not_write(api: Api, sandbox: Sandbox, chan: Phone) -> None:
    group = (await sandbox.post("chats", {"title": "Owners", "members": [chan.id]}))["id"]
    await sandbox.post(f"chats/{group}/members", {"user": 4_000_900_000_000, "status": "kicked"})
    with pytest.raises(Exception, match="403 Forbidden: bot was kicked from the group chat"):
        await api("sendMessage", chat_id=group, text="x")
    await sandbox.post(f"chats/{group}/members", {"user": 4_000_900_000_000, "status": "left"})
    with pytest.raises(Exception, match="403 Forbidden: bot is not a member of the group chat"):
        await api("sendMessage", chat_id=group, text="x")


async def test_who_may_only_read_cannot_write(api: Api, sandbox: Sandbox, chan: Phone) -> None:
    group = (await sandbox.post("chats", {"title": "Owners", "members": [chan.id]}))["id"]
    await api.updates()
    await sandbox.post(f"chats/{group}/members", {"user": 4_000_900_000_000, "status": "restricted"})
    parsed = telegram.Update.de_json(await api.update(), None)
    assert parsed.my_chat_member
    assert isinstance(parsed.my_chat_member.new_chat_member, telegram.ChatMemberRestricted)
    with pytest.raises(Exception, match="400 Bad Request: not enough rights to send text messages to the chat"):
        await api("sendMessage", chat_id=group, text="x")


async def test_a_group_that_becomes_a_supergroup(api: Api, sandbox: Sandbox, chan: Phone) -> None:
    old = (await sandbox.post("chats", {"title": "Owners", "members": [chan.id], "bot": "administrator"}))["id"]
    await api.updates()
    new = await sandbox.migrate(old)
    left, _, arrived, _ = await api.updates()
    assert left["message"]["migrate_to_chat_id"] == new
    assert arrived["message"]["migrate_from_chat_id"] == old
    assert arrived["message"]["chat"] == {"id": new, "type": "supergroup", "title": "Owners"}
    with pytest.raises(Exception, match="400 Bad Request: group chat was upgraded to a supergroup chat") as refused:
        await api("sendMessage", chat_id=old, text="x")
    assert refused.value.parameters == {"migrate_to_chat_id": new}  # type: ignore[attr-defined]
    await api("sendMessage", chat_id=new, text="x")
    with pytest.raises(SandboxError, match="has become"):
        await chan.sends("x", chat=old, settle=False)
    with pytest.raises(SandboxError, match="only a basic group"):
        await sandbox.migrate(new)


async def test_about_chats_and_members(api: Api, clerk: Phone) -> None:
    assert (await api("getChat", chat_id=STAFF))["is_forum"] is True
    assert (await api("getChat", chat_id=CHAN))["type"] == "private"
    assert (await api("getChatMember", chat_id=STAFF, user_id=clerk.id))["status"] == "member"
    assert (await api("getChatMember", chat_id=STAFF, user_id=CHAN))["status"] == "left"
    statuses = [member["status"] for member in await api("getChatAdministrators", chat_id=STAFF)]
    assert sorted(statuses) == ["administrator", "creator"]
    for chat_id in (STAFF, CHAN):
        assert telegram.ChatFullInfo.de_json(await api("getChat", chat_id=chat_id), None).id == chat_id
    member = await api("getChatMember", chat_id=STAFF, user_id=4_000_900_000_000)
    assert isinstance(telegram.ChatMember.de_json(member, None), telegram.ChatMemberAdministrator)


async def test_topics_are_opened_and_renamed(api: Api, sandbox: Sandbox) -> None:
    topic = await api("createForumTopic", chat_id=STAFF, name="Lifts")
    thread_id = topic["message_thread_id"]
    await api("sendMessage", chat_id=STAFF, message_thread_id=thread_id, text="x")
    assert await api("editForumTopic", chat_id=STAFF, message_thread_id=thread_id, name="Lifts and doors") is True
    with pytest.raises(Exception, match="TOPIC_NOT_MODIFIED"):
        await api("editForumTopic", chat_id=STAFF, message_thread_id=thread_id, name="Lifts and doors")
    with pytest.raises(Exception, match="the chat is not a forum"):
        await api("createForumTopic", chat_id=CHAN, name="x")
    (staff,) = [chat for chat in (await sandbox.state())["chats"] if chat["id"] == STAFF]
    assert {"id": thread_id, "name": "Lifts and doors"} in staff["topics"]


async def test_a_topic_has_a_name_of_a_topics_length_and_a_first_message(api: Api, sandbox: Sandbox) -> None:
    topic = await api("createForumTopic", chat_id=STAFF, name="a" * 129)
    service = (await sandbox.get(f"chats/{STAFF}/messages"))[-1]
    assert service["message_id"] == service["message_thread_id"] == topic["message_thread_id"]
    assert service["forum_topic_created"]["name"] == "a" * 128


async def test_topics_are_for_forums_and_for_a_bot_with_the_right(api: Api, sandbox: Sandbox, clerk: Phone) -> None:
    plain = await sandbox.post(
        "chats", {"title": "P", "type": "supergroup", "members": [clerk.id], "bot": "administrator"}
    )
    with pytest.raises(Exception, match="the chat is not a forum"):
        await api("createForumTopic", chat_id=plain["id"], name="x")
    forum = await sandbox.post("chats", {"title": "F", "type": "supergroup", "members": [clerk.id], "forum": True})
    with pytest.raises(Exception, match="not enough rights to create a topic"):
        await api("createForumTopic", chat_id=forum["id"], name="x")
    order = {"user": BOT_ID, "status": "administrator", "can_manage_topics": False}
    await sandbox.post(f"chats/{forum['id']}/members", order)
    with pytest.raises(Exception, match="not enough rights to create a topic"):
        await api("createForumTopic", chat_id=forum["id"], name="x")
    assert (await api("getChatMember", chat_id=forum["id"], user_id=BOT_ID))["can_manage_topics"] is False
    await sandbox.post(f"chats/{forum['id']}/members", {**order, "can_manage_topics": True})
    change = (await api.updates())[-1]["my_chat_member"]
    assert change["chat"]["is_forum"] is True
    assert change["old_chat_member"]["can_manage_topics"] is False
    assert change["new_chat_member"]["can_manage_topics"] is True
    assert await api("createForumTopic", chat_id=forum["id"], name="x")
    with pytest.raises(AssertionError, match="only a supergroup has topics"):
        await sandbox.post("chats", {"title": "G", "members": [clerk.id], "forum": True})


async def test_a_topic_that_was_deleted_takes_its_messages_along(
    api: Api, sandbox: Sandbox, director: Phone, clerk: Phone
) -> None:
    thread_id = (await api("createForumTopic", chat_id=STAFF, name="Lifts"))["message_thread_id"]
    sent = await api("sendMessage", chat_id=STAFF, message_thread_id=thread_id, text="in the topic")
    with pytest.raises(AssertionError, match="may not delete topics"):
        await sandbox.delete_topic(STAFF, thread_id, clerk)
    await sandbox.delete_topic(STAFF, thread_id, director)
    assert await api.updates() == []
    await director.sees_nothing_of("in the topic", chat=STAFF)
    with pytest.raises(AssertionError, match="there is no topic"):
        await sandbox.delete_topic(STAFF, thread_id, director)
    with pytest.raises(Exception, match="message thread not found"):
        await api("sendMessage", chat_id=STAFF, message_thread_id=thread_id, text="x")
    with pytest.raises(Exception, match="message to edit not found"):
        await api("editMessageText", chat_id=STAFF, message_id=sent["message_id"], text="y")


async def test_commands_are_kept_by_scope_and_language(api: Api) -> None:
    mine = [{"command": "my", "description": "My matters"}]
    scope = {"type": "chat", "chat_id": CHAN}
    await api("setMyCommands", commands=mine, scope=scope, language_code="zh")
    assert await api("getMyCommands", scope=scope, language_code="zh") == mine
    assert await api("getMyCommands", scope=scope) == []
    await api("deleteMyCommands", scope=scope, language_code="zh")
    assert await api("getMyCommands", scope=scope, language_code="zh") == []
    with pytest.raises(Exception, match="of BotCommandScope is unknown"):
        await api("setMyCommands", commands=mine, scope={**scope, "user_id": CHAN})


async def test_the_narrowest_menu_is_shown_in_ones_language_before_any(api: Api, chan: Phone) -> None:
    async def offer(name: str, scope: str, language: str = "", **where: int) -> None:
        commands = [{"command": name, "description": name}]
        await api("setMyCommands", commands=commands, scope={"type": scope, **where}, language_code=language)

    assert await chan.menu() == {}
    await offer("any", "default")
    assert list(await chan.menu()) == ["any"]
    await offer("group", "all_group_chats")
    assert list(await chan.menu()) == ["any"]
    await offer("chinese", "default", "zh")
    assert list(await chan.menu()) == ["chinese"]
    await offer("private", "all_private_chats")
    assert list(await chan.menu()) == ["private"]
    await offer("own", "chat", chat_id=CHAN)
    assert list(await chan.menu()) == ["own"]
    await offer("own_chinese", "chat", "zh", chat_id=CHAN)
    assert list(await chan.menu()) == ["own_chinese"]
    await api("setMyCommands", commands=[], scope={"type": "chat", "chat_id": CHAN}, language_code="zh")
    assert list(await chan.menu()) == ["own"]


async def test_the_phones_say_what_they_see(api: Api, chan: Phone) -> None:
    await api("sendMessage", chat_id=CHAN, text="Lift 2", reply_markup=button(callback_data="c"))
    with pytest.raises(AssertionError, match=r"(?s)sees no button 'Close'.*Lift 2.*\[Claim\]"):
        await chan.taps("Close")
    with pytest.raises(AssertionError, match=r"(?s)sees no message with \('Lift 3',\).*Lift 2"):
        await chan.sees("Lift 3")
    await chan.sees_nothing_of("Lift 3")
    with pytest.raises(AssertionError, match="sees"):
        await chan.sees_nothing_of("Lift 2")


async def test_two_taps_at_once_are_two_queries(api: Api, chan: Phone, clerk: Phone) -> None:
    await api("sendMessage", chat_id=STAFF, text="card", reply_markup=button(callback_data="c"))
    head_and_clerk = [clerk.taps("Claim", chat=STAFF, timeout_s=0, settle=False) for _ in range(2)]
    await asyncio.gather(*head_and_clerk)
    first, second = await api.updates()
    assert first["callback_query"]["id"] != second["callback_query"]["id"]
