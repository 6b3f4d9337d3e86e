"""What there is: users, chats, messages, questions asked by taps. Nothing here knows of HTTP.

Message bodies are Bot API `Message` objects and are never changed in place: an edit puts a new one in their
stead, so that an update that is waiting still shows what it showed.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from bot.ports.clock import TimeMachine
from bot.sandbox.cast import BOT_ID, BOT_NAME, BOT_USERNAME, Cast
from bot.sandbox.entities import Entity
from bot.sandbox.files import FileStore
from bot.sandbox.hub import Hub
from bot.sandbox.updates import UpdateQueue

Json = dict[str, Any]

PRESENT: Final = frozenset({"creator", "administrator", "member", "restricted"})
"""Statuses of people who are in a chat."""


_RESTRICTIONS: Final = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip


@dataclass(frozen=True)
class User:
    """A person with a phone, or the bot itself."""

    id: int
    first_name: str
    language_code: str = "en"
    role: str = ""
    key: str = ""
    username: str = ""
    is_bot: bool = False

    @cached_property
    def api(self) -> Json:
        """The Bot API's `User`."""
        api: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            api["username"] = self.username
        if not self.is_bot:
            api["language_code"] = self.language_code
        return api


BOT: Final = User(BOT_ID, BOT_NAME, username=BOT_USERNAME, is_bot=True)


@dataclass(slots=True)
class Stored:
    """A message as it stands in a chat."""

    body: Json
    """The Bot API's `Message`, as the bot gets it."""
    by_bot: bool
    reply_keyboard: Json | None = None
    """A keyboard, its removal or a forced reply: shown on the phone, never given back to the bot."""
    reactions: dict[int, str] = field(default_factory=dict)
    """Emoji by user id."""
    sent_at: datetime | None = None
    editable: bool = True
    """False for service messages, and for those of the bot's that carried a reply keyboard."""
    silent: bool = False
    """Whether it came without a sound."""

    @property
    def shown(self) -> Json:
        """The message as a phone shows it: the body, reply keyboards, reactions and whether it came without a sound."""
        shown = self.body
        if self.reply_keyboard is not None:
            shown = {**shown, "reply_markup": self.reply_keyboard}
        if self.reactions:
            reactions = [{"from": user_id, "emoji": emoji} for user_id, emoji in self.reactions.items()]
            shown = {**shown, "reactions": reactions}
        if self.silent:
            shown = {**shown, "silent": True}
        return shown


@dataclass(slots=True)
class Chat:
    """A private chat with the bot, a group or a supergroup."""

    id: int
    type: str
    title: str
    """Of a group; a private chat bears the name of its person."""
    members: dict[int, str] = field(default_factory=dict)
    """Status by user id, the bot included."""
    forum: bool = False
    """Whether a supergroup has topics; it stays a forum when its last one is deleted."""
    topics: dict[int, str] = field(default_factory=dict)
    """Name by thread id, without the general one, which has none."""
    bot_manages_topics: bool = True
    """Whether the bot, where it is an administrator, has the right to manage topics."""
    available_reactions: list[str] | None = None
    """The emoji that may be set in a group, None for all."""
    messages: dict[int, Stored] = field(default_factory=dict)
    """By id, in the order sent."""
    last_message_id: int = 0
    migrated_to: int | None = None
    started: bool = True
    """Whether the person of a private chat has ever written to the bot."""
    api: Json = field(default_factory=dict)
    """The Bot API's `Chat`."""

    @property
    def private(self) -> bool:
        """Whether this is one person's chat with the bot."""
        return self.type == "private"

    @property
    def bot_status(self) -> str:
        """The bot's place in a group; in a private chat `member`, or `kicked` when blocked."""
        return self.members.get(BOT_ID, "left")

    def describe(self) -> None:
        """Renew `api` after a change."""
        name = "first_name" if self.private else "title"
        self.api = {"id": self.id, "type": self.type, name: self.title}
        if self.forum:
            self.api["is_forum"] = True


@dataclass(slots=True)
class Query:
    """A tap that waits for answerCallbackQuery."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    asked_at: datetime
    answer: Json | None = None


class World:
    """Everything the emulator remembers."""

    def __init__(self, clock: TimeMachine, cast: Cast | None) -> None:
        self.clock = clock
        self.time_zone = cast.time_zone if cast else "UTC"
        self.users: dict[int, User] = {BOT.id: BOT}
        self.chats: dict[int, Chat] = {}
        self.files = FileStore()
        self.updates = UpdateQueue()
        self.hub = Hub()
        self.queries: dict[str, Query] = {}
        self.commands: dict[str, list[Json]] = {}
        self.webhook: Json = {}
        self.changes = 0
        """Grows with every change, so that a keeper of state knows when to write."""
        # Private chats and basic groups share one sequence of message ids, each supergroup has its own.
        self.shared_message_id = 0
        self.next_query = 1
        self._new_ids: Iterator[int] = itertools.count(900_100_001)
        if cast is not None:
            self._seed(cast)

    def _seed(self, cast: Cast) -> None:
        by_key: dict[str, User] = {}
        for person in cast.people:
            user = User(person.id, person.first_name, person.language_code, person.role, person.key)
            by_key[person.key] = user
            self.add_user(user, started=True)
        if cast.group is None:
            return
        group = cast.group
        owner = by_key[group.members[0]]
        members = {by_key[key].id: "member" for key in group.members} | {
            owner.id: "creator", BOT.id: "administrator",
        }  # fmt: skip
        chat = Chat(group.id, "supergroup" if group.supergroup else "group", group.title, members)
        chat.forum = bool(group.topics)
        chat.topics = {topic.thread_id: topic.name for topic in group.topics}
        self.add_chat(chat)
        for topic in group.topics:
            chat.last_message_id = topic.thread_id - 1
            self.post(chat, owner, self.topic_created(topic.thread_id, topic.name), editable=False)

    @staticmethod
    def topic_created(thread_id: int, name: str) -> Json:
        """Return what the service message of a new topic says."""
        created = {"name": name, "icon_color": 0x6FB9F0}
        return {"message_thread_id": thread_id, "is_topic_message": True, "forum_topic_created": created}

    def new_id(self) -> int:
        """Return a number that is no user's and, negated, no chat's."""
        return next(number for number in self._new_ids if number not in self.users and -number not in self.chats)

    def add_user(self, user: User, *, started: bool) -> None:
        """Add a person and their private chat with the bot."""
        self.users[user.id] = user
        chat = Chat(user.id, "private", user.first_name, {user.id: "member", BOT.id: "member"}, started=started)
        self.add_chat(chat)

    def add_chat(self, chat: Chat) -> None:
        """Add a chat."""
        chat.describe()
        self.chats[chat.id] = chat
        self.changed("chats")

    def changed(self, news: str, **details: Any) -> None:
        """Note a change and tell the page."""
        self.changes += 1
        self.hub.tell(news, **details)

    def unix_now(self) -> int:
        """Return the clock's time in whole Unix seconds."""
        return int(self.clock.now().timestamp())

    def post(
        self,
        chat: Chat,
        sender: User,
        content: Json,
        *,
        reply_keyboard: Json | None = None,
        silent: bool = False,
        editable: bool = True,
    ) -> Stored:
        """Put a new message into a chat and return it."""
        if chat.type == "supergroup":
            message_id = chat.last_message_id + 1
        else:
            self.shared_message_id += 1
            message_id = self.shared_message_id
        chat.last_message_id = message_id
        now = self.clock.now()
        body = {
            "message_id": message_id, "from": sender.api, "chat": chat.api, "date": int(now.timestamp()), **content,
        }  # fmt: skip
        by_bot = sender.id == BOT_ID
        editable = editable and reply_keyboard is None
        stored = Stored(body, by_bot, reply_keyboard, sent_at=now, editable=editable, silent=silent)
        chat.messages[message_id] = stored
        self.changed("message", chat_id=chat.id, message=stored.shown, rings=by_bot and not silent)
        return stored

    def show_again(self, chat: Chat, stored: Stored) -> None:
        """Tell the page that a message looks different now."""
        self.changed("edit", chat_id=chat.id, message=stored.shown)

    def remove(self, chat: Chat, message_id: int) -> None:
        """Take a message out of a chat."""
        del chat.messages[message_id]
        self.changed("delete", chat_id=chat.id, message_id=message_id)

    @staticmethod
    def quoted(stored: Stored) -> Json:
        """Return a message as another one's `reply_to_message`: without the one it replied to itself."""
        return {key: value for key, value in stored.body.items() if key != "reply_to_message"}

    def set_status(self, chat: Chat, user: User, status: str, by: User, *, manages_topics: bool = True) -> None:
        """Change a member's status and tell the bot if it is its own, or if it asked for everybody's.

        `manages_topics` is one of the bot's rights as an administrator.
        """
        old = member_api(user, chat.members.get(user.id, "left"), manages_topics=chat.bot_manages_topics)
        chat.members[user.id] = status
        if user.id == BOT_ID:
            chat.bot_manages_topics = manages_topics
        self.changed("chats")
        kind = "my_chat_member" if user.id == BOT_ID else "chat_member"
        if kind == "chat_member" and (chat.private or chat.bot_status != "administrator"):
            return
        change = {
            "chat": chat.api, "from": by.api, "date": self.unix_now(),
            "old_chat_member": old, "new_chat_member": member_api(user, status, manages_topics=manages_topics),
        }  # fmt: skip
        self.updates.put(kind, change)


def member_api(user: User, status: str, *, manages_topics: bool = True) -> Json:
    """Return the Bot API's `ChatMember`; `manages_topics` is the one right of an administrator that can be missing."""
    member: Json = {"status": status, "user": user.api}
    if status == "kicked":
        member["until_date"] = 0
    elif status == "restricted":
        member |= {"is_member": True, **dict.fromkeys(_RESTRICTIONS, False), "until_date": 0}
    elif status == "creator":
        member["is_anonymous"] = False
    elif status == "administrator":
        member |= {
            "can_be_edited": False, "is_anonymous": False, "can_manage_chat": True, "can_delete_messages": True,
            "can_manage_video_chats": False, "can_restrict_members": False, "can_promote_members": False,
            "can_change_info": False, "can_invite_users": True, "can_post_stories": False,
            "can_edit_stories": False, "can_delete_stories": False, "can_pin_messages": True,
            "can_manage_topics": manages_topics, "can_send_welcome_messages": False,
        }  # fmt: skip
    return member


def text_of(text: str, entities: list[Entity]) -> Json:
    """Return the fields of a text message."""
    return {"text": text, "entities": entities} if entities else {"text": text}
