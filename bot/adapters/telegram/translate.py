"""From a raw update to what it means, through python-telegram-bot's own parser.

What cannot be parsed, or is of a kind newer than this program, raises `Untranslatable`: the raw update stays in
quarantine and its neighbours go on. Who sent a message whose content cannot be parsed is known all the same, and told.
"""

import json
import os
import re
from typing import Any, Final, get_args, get_type_hints

import telegram
from telegram.constants import ChatMemberStatus, ChatType

from bot.domain.places import Location
from bot.flows.draft import Media, MediaKind
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

# python-telegram-bot then gives durations as timedelta, as its next version will; it asks at each access.
os.environ.setdefault("PTB_TIMEDELTA", "1")

_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_COMMAND: Final = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_WHOLE_NUMBERS: Final = range(-(2**63), 2**63)  # what Telegram sends, and what a column holds


class Untranslatable(Exception):
    """This update is not understood; `reason` is a stable code: `malformed` or `unknown`.

    `remains` is the message without its content, where at least that could be read.
    """

    def __init__(self, reason: str, remains: Incoming | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remains = remains


def translate(raw: str, bot_id: int, bot_name: str) -> Incoming:
    """Return what the update `raw` (JSON text) means to the bot of that id and user name (without @)."""
    content: Any = None
    try:
        content = _parsed(raw)
        return _understood(content, bot_id, bot_name)
    except Untranslatable:
        raise
    except Exception:
        raise Untranslatable("malformed", _remains(content, bot_id, bot_name)) from None


def _understood(content: Any, bot_id: int, bot_name: str) -> Incoming:
    incoming = _meaning(telegram.Update.de_json(content), bot_id, bot_name.lower())
    if not _sound(incoming):
        raise ValueError("a field is not of its type")
    return incoming


def _remains(content: Any, bot_id: int, bot_name: str) -> Incoming | None:
    """Return who wrote where, of a message whose content defeats the parser."""
    try:
        frame = {name: content["message"][name] for name in ("message_id", "date", "chat", "from")}
        return _understood({"update_id": 0, "message": frame}, bot_id, bot_name)
    except Exception:
        return None


def _parsed(raw: str) -> Any:
    """Return the JSON value; half a surrogate pair, which no database or message can carry, becomes U+FFFD."""
    value = json.loads(raw)
    if not _HALF.search(raw):
        return value
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _sound(value: Any) -> bool:
    """Whether every field is of its type: python-telegram-bot's parser takes whatever stands in a field."""
    return all(_fits(getattr(value, name), kinds) for name, kinds in _KINDS[type(value)])


def _fits(value: Any, kinds: tuple[type, ...]) -> bool:
    if type(value) not in kinds:
        return False
    if isinstance(value, int):
        return value in _WHOLE_NUMBERS
    return type(value) not in _KINDS or _sound(value)


def _fields_of(kind: type) -> tuple[tuple[str, tuple[type, ...]], ...]:
    return tuple((name, get_args(hint) or (hint,)) for name, hint in get_type_hints(kind).items())


_KINDS: Final = {kind: _fields_of(kind) for kind in (*get_args(Incoming), Sender, Chat, Media, Location)}
"""The fields of what is made here, each with the types that its value may have."""


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
    if message.chat.type != ChatType.PRIVATE and message.chat.type not in _GROUPS:
        return Ignored("channel")
    if message.from_user is None or message.from_user.is_bot:
        return Ignored("not from a person")
    words = message.text or message.caption or ""
    command, addressee, argument = _command(message.text or "")
    if addressee not in ("", bot_name):
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
        location=Location(float(point.latitude), float(point.longitude)) if (point := message.location) else None,
        unknown_kind=None if known else "other",
    )


def _edit(message: telegram.Message) -> Incoming:
    if message.from_user is None or message.from_user.is_bot:
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
    member = change.new_chat_member
    present = member.status not in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
    if isinstance(member, telegram.ChatMemberRestricted):
        present = member.can_send_messages  # where it may only read, nobody would be told anything
    if change.chat.type == ChatType.PRIVATE:
        return ReachabilityChanged(_sender(change.from_user), present)
    if change.chat.type not in _GROUPS:
        return Ignored("channel")
    topics = (
        bool(change.chat.is_forum)
        and isinstance(member, telegram.ChatMemberAdministrator)
        and bool(member.can_manage_topics)
    )
    return BotMembershipChanged(_sender(change.from_user), _chat(change.chat, None), present, topics)


def _sender(user: telegram.User) -> Sender:
    return Sender(user.id, user.full_name, user.language_code)


def _chat(chat: telegram.Chat, message: telegram.Message | None) -> Chat:
    thread = message.message_thread_id if message and message.is_topic_message else None
    return Chat(chat.id, chat.type == ChatType.PRIVATE, chat.title or "", thread)


def _command(text: str) -> tuple[str, str, str]:
    """Return the command that `text` begins with, the bot it names and its argument; all empty where there is none.

    What merely begins with a slash ("/电梯坏了") is somebody's words, and so is the caption of a photo.
    """
    found = _COMMAND.fullmatch(text)
    return (found[1].lower(), (found[2] or "").lower(), (found[3] or "").strip()) if found else ("", "", "")


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
