"""From a raw update to what it means, through python-telegram-bot's own parser.

What cannot be parsed, or is of a kind newer than this program, raises `Untranslatable`: the raw update stays in
quarantine and its neighbours go on.
"""

import json
from typing import Any

import telegram
from telegram.constants import ChatMemberStatus, ChatType

from bot.flows.engine import Media, MediaKind
from bot.ports.incoming import (
    BotMembershipChanged,
    Chat,
    GroupMigrated,
    Ignored,
    Incoming,
    MessageEdited,
    MessageReceived,
    ReachabilityChanged,
    Sender,
    Tapped,
)

_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)


class Untranslatable(Exception):
    """This update is not understood; `reason` is a stable code: `malformed` or `unknown`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def translate(raw: str, bot_id: int, bot_name: str) -> Incoming:
    """Return what the update `raw` (JSON text) means to the bot of that id and user name (without @)."""
    try:
        update = telegram.Update.de_json(json.loads(raw))
        return _meaning(update, bot_id, bot_name.lower())
    except Untranslatable:
        raise
    except Exception:
        raise Untranslatable("malformed") from None


def _meaning(update: telegram.Update, bot_id: int, bot_name: str) -> Incoming:
    if update.message:
        return _message(update.message, bot_name)
    if update.edited_message:
        return _edit(update.edited_message)
    if update.callback_query:
        return _tap(update.callback_query)
    if update.my_chat_member:
        return _membership(update.my_chat_member, bot_id)
    raise Untranslatable("unknown")


def _message(message: telegram.Message, bot_name: str) -> Incoming:
    if message.migrate_to_chat_id:
        return GroupMigrated(message.chat.id, message.migrate_to_chat_id)
    if message.from_user is None or message.from_user.is_bot:
        return Ignored("not from a person")
    if message.chat.type != ChatType.PRIVATE and message.chat.type not in _GROUPS:
        return Ignored("channel")
    words = message.text or message.caption or ""
    command, argument = _command(words, bot_name)
    if command == "" and words.startswith("/"):
        return Ignored("command for another bot")
    media = _media(message)
    place = _place(message)
    known = bool(words or media or place)
    if not known and message.chat.type != ChatType.PRIVATE:
        return Ignored("service message")
    return MessageReceived(
        sender=_sender(message.from_user),
        chat=_chat(message.chat, message),
        message_id=message.message_id,
        sent_at=message.date,
        words=words or place,
        command=command or None,
        argument=argument,
        media=media,
        album=message.media_group_id,
        reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
        unknown_kind=None if known else "other",
    )


def _edit(message: telegram.Message) -> Incoming:
    if message.from_user is None:
        return Ignored("not from a person")
    words = message.text or message.caption or ""
    return MessageEdited(_sender(message.from_user), _chat(message.chat, message), message.message_id, words)


def _tap(query: telegram.CallbackQuery) -> Incoming:
    message = query.message
    return Tapped(
        sender=_sender(query.from_user),
        chat=_chat(message.chat, message if isinstance(message, telegram.Message) else None) if message else None,
        message_id=message.message_id if message else None,
        query_id=query.id,
        data=query.data or "",
    )


def _membership(change: telegram.ChatMemberUpdated, bot_id: int) -> Incoming:
    if change.new_chat_member.user.id != bot_id:
        return Ignored("somebody else's membership")
    status = change.new_chat_member.status
    present = status not in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
    if change.chat.type == ChatType.PRIVATE:
        return ReachabilityChanged(_sender(change.from_user), present)
    return BotMembershipChanged(_sender(change.from_user), _chat(change.chat, None), present)


def _sender(user: telegram.User) -> Sender:
    return Sender(user.id, user.full_name, user.language_code)


def _chat(chat: telegram.Chat, message: telegram.Message | None) -> Chat:
    thread = message.message_thread_id if message and message.is_topic_message else None
    return Chat(chat.id, chat.type == ChatType.PRIVATE, chat.title or "", thread)


def _command(words: str, bot_name: str) -> tuple[str, str]:
    """Return the command and its argument; the command is empty where there is none, or it names another bot."""
    if not words.startswith("/"):
        return "", ""
    head, _, argument = words[1:].partition(" ")
    name, _, addressee = head.partition("@")
    if addressee and addressee.lower() != bot_name:
        return "", ""
    return name.lower(), argument.strip()


def _place(message: telegram.Message) -> str:
    """Return a shared location as words, so that nothing that was sent is lost."""
    if message.location is None:
        return ""
    name = f"{message.venue.title}, {message.venue.address} " if message.venue else ""
    return f"📍 {name}{message.location.latitude:.6f}, {message.location.longitude:.6f}"


def _media(message: telegram.Message) -> Media | None:
    if message.photo:
        largest = message.photo[-1]
        return Media(MediaKind.PHOTO, largest.file_id, largest.file_unique_id, largest.file_size, "image/jpeg")
    for kind in (MediaKind.ANIMATION, MediaKind.VIDEO, MediaKind.VOICE, MediaKind.AUDIO, MediaKind.VIDEO_NOTE):
        file: Any = getattr(message, kind.value)
        if file:
            return _file(kind, file)
    return _file(MediaKind.DOCUMENT, message.document) if message.document else None


def _file(kind: MediaKind, file: Any) -> Media:
    duration = getattr(file, "duration", None)
    seconds = int(duration.total_seconds()) if duration is not None else None
    mime = getattr(file, "mime_type", None)
    return Media(kind, file.file_id, file.file_unique_id, file.file_size, mime, seconds)
