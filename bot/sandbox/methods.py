"""Bot API methods about the bot, chats, topics, files and the delivery of updates."""

import asyncio
import re
from typing import Any, Final
from urllib.parse import urlsplit

from bot.sandbox.emulator import Emulator
from bot.sandbox.params import Params, method
from bot.sandbox.refusal import Refusal, bad_request
from bot.sandbox.world import BOT, Chat, Json, World, member_api

_LONGEST_POLL_S: Final = 50
_LONGEST_TOPIC: Final = 128
"""Characters of a topic's name; Telegram cuts what is longer."""
_ACTIONS: Final = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip
_WEBHOOK_ACTIVE: Final = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@method("getMe")
async def get_me(emulator: Emulator, params: Params) -> Json:
    """Return the bot."""
    return {
        **BOT.api, "can_join_groups": True, "can_read_all_group_messages": False, "supports_guest_queries": False,
        "supports_inline_queries": False, "can_connect_to_business": False, "has_main_web_app": False,
        "has_topics_enabled": False, "allows_users_to_create_topics": False, "can_manage_bots": False,
        "supports_join_request_queries": False,
    }  # fmt: skip


@method("getUpdates", optional="offset limit timeout allowed_updates")
async def get_updates(emulator: Emulator, params: Params) -> list[str]:
    """Confirm, then wait for updates; the newer of two polls wins. Returns the updates as JSON texts."""
    world = emulator.world
    if world.webhook.get("url"):
        raise Refusal(409, _WEBHOOK_ACTIVE)
    ended = emulator.begin_poll()
    if "allowed_updates" in params.names():
        world.updates.allow(map(str, params.items("allowed_updates")))
    world.updates.confirm(params.integer("offset"))
    limit = params.integer("limit", 100)
    limit = limit if 1 <= limit <= 100 else 100
    timeout = min(max(0, params.integer("timeout")), _LONGEST_POLL_S)
    if not world.updates and timeout:
        arrival = asyncio.ensure_future(world.updates.arrival())
        reasons: set[asyncio.Future[Any]] = {arrival, ended}
        try:
            await asyncio.wait(reasons, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            arrival.cancel()
    if ended.done():
        raise ended.result()
    return [entry.raw for entry in world.updates.take(limit)]


@method(
    "setWebhook",
    required="url",
    optional="ip_address max_connections allowed_updates drop_pending_updates secret_token",
)
async def set_webhook(emulator: Emulator, params: Params) -> bool:
    """Have updates posted to a URL of this machine; Telegram would want HTTPS, the sandbox stays inside."""
    url = params.string("url")
    secret = params.string("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]+", secret):
        raise bad_request("secret token contains unallowed characters")
    if url:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or parts.hostname not in {"127.0.0.1", "::1", "localhost"}:
            raise bad_request("bad webhook: the sandbox posts to this machine only")
    if "allowed_updates" in params.names():
        emulator.world.updates.allow(map(str, params.items("allowed_updates")))
    if params.boolean("drop_pending_updates"):
        emulator.world.updates.drop()
    emulator.world.webhook = {"url": url, "secret": secret} if url else {}
    emulator.world.webhook["max_connections"] = params.integer("max_connections", 40)
    emulator.end_poll(Refusal(409, "Conflict: terminated by setWebhook request"))
    await emulator.webhook_changed()
    return True


@method("deleteWebhook", optional="drop_pending_updates")
async def delete_webhook(emulator: Emulator, params: Params) -> bool:
    """Go back to getUpdates."""
    if params.boolean("drop_pending_updates"):
        emulator.world.updates.drop()
    emulator.world.webhook = {}
    await emulator.webhook_changed()
    return True


@method("getWebhookInfo")
async def get_webhook_info(emulator: Emulator, params: Params) -> Json:
    """Return how updates are delivered and what went wrong last."""
    world = emulator.world
    info: Json = {
        "url": world.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if info["url"]:
        names = ("max_connections", "last_error_date", "last_error_message")
        info |= {name: world.webhook[name] for name in names if name in world.webhook}
    if world.updates.allowed is not None:
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info


@method("sendChatAction", required="chat_id action", optional="message_thread_id")
async def send_chat_action(emulator: Emulator, params: Params) -> bool:
    """Show that the bot is busy."""
    chat = emulator.writable_chat(params)
    if params.string("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    emulator.thread(params, chat)
    emulator.world.hub.tell("action", chat_id=chat.id, action=params.string("action"))
    return True


@method("getFile", required="file_id")
async def get_file(emulator: Emulator, params: Params) -> Json:
    """Return where a file can be downloaded."""
    return emulator.world.files.described(params.string("file_id"))


@method("getChat", required="chat_id")
async def get_chat(emulator: Emulator, params: Params) -> Json:
    """Return all about a chat."""
    chat = emulator.chat(params)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    limited: Json = {}
    if chat.available_reactions is not None:
        limited["available_reactions"] = [{"type": "emoji", "emoji": emoji} for emoji in chat.available_reactions]
    return {
        **chat.api,
        **limited,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


@method("getChatMember", required="chat_id user_id")
async def get_chat_member(emulator: Emulator, params: Params) -> Json:
    """Return a person's place in a chat; who never was there has left."""
    chat = emulator.chat(params)
    user = emulator.world.users.get(params.integer("user_id"))
    if user is None:
        unknown = params.integer("user_id") > 0
        raise bad_request("user not found" if unknown else "invalid user_id specified")
    return member_api(user, chat.members.get(user.id, "left"), manages_topics=chat.bot_manages_topics)


@method("getChatAdministrators", required="chat_id", optional="return_bots")
async def get_chat_administrators(emulator: Emulator, params: Params) -> list[Json]:
    """Return the owner and the administrators of a group; other bots only when asked, itself always."""
    chat = emulator.chat(params)
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    users = emulator.world.users
    return [
        member_api(users[user_id], status, manages_topics=chat.bot_manages_topics)
        for user_id, status in chat.members.items()
        if status in {"creator", "administrator"}
    ]


def _forum(emulator: Emulator, params: Params, what: str) -> Chat:
    chat = emulator.chat(params)
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    if not emulator.is_bot_admin(chat) or not chat.bot_manages_topics:
        raise bad_request(f"not enough rights to {what}")
    return chat


@method("createForumTopic", required="chat_id name", optional="icon_color")
async def create_forum_topic(emulator: Emulator, params: Params) -> Json:
    """Open a topic; its thread id is that of the service message."""
    chat = _forum(emulator, params, "create a topic")
    name = params.string("name").strip()[:_LONGEST_TOPIC]
    if not name:
        raise bad_request("name must be non-empty")
    thread_id = chat.last_message_id + 1
    chat.topics[thread_id] = name
    created = World.topic_created(thread_id, name)
    emulator.world.post(chat, BOT, created, editable=False)
    emulator.world.changed("chats")
    return {"message_thread_id": thread_id, **created["forum_topic_created"]}


@method("editForumTopic", required="chat_id message_thread_id", optional="name")
async def edit_forum_topic(emulator: Emulator, params: Params) -> bool:
    """Rename a topic."""
    chat = _forum(emulator, params, "edit the topic")
    thread_id = emulator.thread(params, chat)
    name = params.string("name").strip()[:_LONGEST_TOPIC]
    if thread_id is None:
        raise bad_request("message thread not found")
    if not name:
        raise bad_request("name must be non-empty")
    if chat.topics[thread_id] == name:
        raise bad_request("TOPIC_NOT_MODIFIED")
    chat.topics[thread_id] = name
    edited = {"message_thread_id": thread_id, "is_topic_message": True, "forum_topic_edited": {"name": name}}
    emulator.world.post(chat, BOT, edited, editable=False)
    emulator.world.changed("chats")
    return True
