"""What the people of the sandbox do with their phones, and which updates the bot gets of it."""

import re
from typing import Any, Final

from bot.sandbox import entities
from bot.sandbox.cast import BOT_ID, BOT_USERNAME
from bot.sandbox.emulator import Emulator
from bot.sandbox.world import BOT, PRESENT, Chat, Json, Query, Stored, User, text_of

FILE_KINDS: Final = ("photo", "voice", "video", "audio", "document", "sticker")
_STATUSES: Final = frozenset({"creator", "administrator", "member", "restricted", "left", "kicked"})


class Mistake(Exception):
    """Something that no phone could do; the text says what."""


class People:
    """The acts of people. Each changes the world and queues what the bot is told about it."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._world = emulator.world

    def join(self, first_name: str, language_code: str) -> User:
        """Bring a new person, who has never written to the bot."""
        user = User(self._world.new_id(), first_name, language_code)
        self._world.add_user(user, started=False)
        return user

    def found_group(
        self,
        title: str,
        *,
        supergroup: bool,
        member_ids: list[int],
        bot_status: str,
        forum: bool = False,
        reactions: list[str] | None = None,
    ) -> Chat:
        """Open a group; the first member owns it and brings in the bot."""
        if not member_ids or bot_status not in {"member", "administrator"}:
            raise Mistake("a group needs a member, and the bot as member or administrator")
        if forum and not supergroup:
            raise Mistake("only a supergroup has topics")
        users = [self.user(user_id) for user_id in member_ids]
        number = self._world.new_id()
        chat_id = -1_000_000_000_000 - number if supergroup else -number
        members = {user.id: "member" for user in users} | {users[0].id: "creator"}
        chat = Chat(chat_id, "supergroup" if supergroup else "group", title, members, forum)
        chat.available_reactions = reactions
        self._world.add_chat(chat)
        self._world.set_status(chat, BOT, bot_status, users[0])
        return chat

    def user(self, user_id: object) -> User:
        """Return a person by id."""
        user = self._world.users.get(user_id) if isinstance(user_id, int) else None
        if user is None or user.is_bot:
            raise Mistake(f"there is no user {user_id}")
        return user

    def chat(self, chat_id: object) -> Chat:
        """Return a chat by id."""
        chat = self._world.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise Mistake(f"there is no chat {chat_id}")
        return chat

    def _present(self, chat: Chat, user: User) -> None:
        """Make sure that a person can act in a chat."""
        if chat.members.get(user.id) not in PRESENT:
            raise Mistake(f"user {user.id} is not in chat {chat.id}")
        if chat.migrated_to is not None:
            raise Mistake(f"chat {chat.id} has become {chat.migrated_to}")
        if chat.private and chat.bot_status == "kicked":
            raise Mistake(f"user {user.id} has blocked the bot")

    def _stored(self, chat: Chat, message_id: object) -> Stored:
        stored = chat.messages.get(message_id) if isinstance(message_id, int) else None
        if stored is None:
            raise Mistake(f"there is no message {message_id} in chat {chat.id}")
        return stored

    def send(
        self, chat: Chat, user: User, content: Json, *, reply_to: int | None = None, thread: int | None = None
    ) -> Json:
        """Send a message with the fields of `content`, return the Bot API's view of it."""
        self._present(chat, user)
        frame: Json = {}
        target = self._stored(chat, reply_to) if reply_to is not None else None
        if thread is None and target is not None:
            thread = target.body.get("message_thread_id")
        if thread is not None:
            if thread not in chat.topics:
                raise Mistake(f"there is no topic {thread} in chat {chat.id}")
            frame = {"message_thread_id": thread, "is_topic_message": True}
            target = target or chat.messages.get(thread)
        if target is not None:
            frame["reply_to_message"] = self._world.quoted(target)
        stored = self._world.post(chat, user, {**frame, **content})
        self._acted(chat)
        if self._bot_sees(chat, stored):
            self._world.updates.put("message", stored.body)
        return stored.body

    def forwarded(self, chat: Chat, message_id: object) -> Json:
        """Return the content of a message of this chat as one that is forwarded."""
        stored = self._stored(chat, message_id)
        dropped = {"message_id", "from", "chat", "date", "edit_date", "reply_to_message", "reply_markup"}
        content = {name: value for name, value in stored.body.items() if name not in dropped}
        origin = {"type": "user", "date": stored.body["date"], "sender_user": stored.body["from"]}
        return {**content, "forward_origin": origin}

    def text(self, text: str) -> Json:
        """Return the content of a text message, just as it was typed."""
        return text_of(text, entities.with_automatic(text, []))

    def caption(self, text: str) -> Json:
        """Return the caption's part of a media message."""
        found = entities.with_automatic(text, [])
        return {"caption": text, "caption_entities": found} if found else {"caption": text}

    def file(self, kind: str, content: bytes, size: int | None, details: Json) -> Json:
        """Return the content of a media message with a new file."""
        return {kind: self._world.files.add(kind, content, size=size, **details).media}

    def _acted(self, chat: Chat) -> None:
        if chat.private:
            chat.started = True
            self._emulator.limits.acted(chat.id, self._world.clock.now())

    def _bot_sees(self, chat: Chat, stored: Stored) -> bool:
        """Apply privacy mode: among others the bot hears all as administrator, else what is meant for it."""
        if chat.private or chat.bot_status == "administrator":
            return True
        if chat.bot_status not in PRESENT:
            return False
        body = stored.body
        if body.get("reply_to_message", {}).get("from", {}).get("id") == BOT_ID:
            return True
        text = str(body.get("text") or body.get("caption") or "")
        command = re.match(r"/\w+(?:@(\w+))?", text)
        if command is not None:
            return (command[1] or BOT_USERNAME).lower() == BOT_USERNAME
        return re.search(rf"(?i)(?<!\w)@{BOT_USERNAME}\b", text) is not None

    def edit(self, chat: Chat, user: User, message_id: object, text: str) -> Json:
        """Change the text, or the caption of a media message, of one's own."""
        self._present(chat, user)
        stored = self._stored(chat, message_id)
        if stored.body["from"]["id"] != user.id or not stored.editable:
            raise Mistake(f"message {message_id} is not user {user.id}'s to edit")
        content = self.text(text) if "text" in stored.body else self.caption(text)
        kept = {
            name: value
            for name, value in stored.body.items()
            if name not in {"text", "entities", "caption", "caption_entities"}
        }
        stored.body = {**kept, "edit_date": self._world.unix_now(), **content}
        self._world.show_again(chat, stored)
        if self._bot_sees(chat, stored):
            self._world.updates.put("edited_message", stored.body)
        return stored.body

    def tap(self, chat: Chat, user: User, message_id: object, *, data: str | None, label: str | None) -> Query:
        """Tap a button by its label, or send callback data that no button needs to have."""
        self._present(chat, user)
        stored = self._stored(chat, message_id)
        if data is None:
            data = _data_of(stored, label)
        number = self._world.next_query
        self._world.next_query += 1
        now = self._world.clock.now()
        query = Query(f"4{number:017d}", user.id, chat.id, stored.body["message_id"], now)
        self._world.queries[query.id] = query
        self._acted(chat)
        callback = {
            "id": query.id, "from": user.api, "message": stored.body, "chat_instance": str(chat.id * 7_919),
            "data": data,
        }  # fmt: skip
        self._world.updates.put("callback_query", callback)
        self._forget_old_queries()
        return query

    def _forget_old_queries(self) -> None:
        """Keep the queries in bounds; those that go are long past answering."""
        queries = self._world.queries
        if len(queries) > 20_000:
            for query_id in list(queries)[:10_000]:
                del queries[query_id]

    def react(self, chat: Chat, user: User, message_id: object, emoji: str) -> None:
        """Set one's reaction to a message; an empty emoji takes it back."""
        self._present(chat, user)
        stored = self._stored(chat, message_id)
        old = stored.reactions.pop(user.id, None)
        if emoji:
            stored.reactions[user.id] = emoji
        self._world.show_again(chat, stored)
        if chat.private or chat.bot_status == "administrator":
            reaction = {
                "chat": chat.api, "message_id": stored.body["message_id"], "user": user.api,
                "date": self._world.unix_now(), "old_reaction": _reaction(old), "new_reaction": _reaction(emoji),
            }  # fmt: skip
            self._world.updates.put("message_reaction", reaction)

    def delete_topic(self, chat: Chat, user: User, thread_id: int) -> None:
        """Delete a topic with all that was written in it; the bot is not told."""
        self._present(chat, user)
        if chat.members[user.id] not in {"creator", "administrator"}:
            raise Mistake(f"user {user.id} may not delete topics of chat {chat.id}")
        if thread_id not in chat.topics:
            raise Mistake(f"there is no topic {thread_id} in chat {chat.id}")
        del chat.topics[thread_id]
        for message_id, stored in list(chat.messages.items()):
            if stored.body.get("message_thread_id") == thread_id:
                self._world.remove(chat, message_id)
        self._world.changed("chats")

    def set_member(self, chat: Chat, user_id: object, status: str, *, manages_topics: bool = True) -> None:
        """Join, leave, be made administrator or removed; in a private chat block (`kicked`) and unblock (`member`)."""
        if status not in _STATUSES:
            raise Mistake(f"status must be one of {', '.join(sorted(_STATUSES))}")
        user = BOT if user_id == BOT_ID else self.user(user_id)
        if chat.private:
            if user.id != chat.id or status not in {"kicked", "member"}:
                raise Mistake("in a private chat its own user says kicked (block the bot) or member (unblock it)")
            if (chat.bot_status == "kicked") != (status == "kicked"):
                self._world.set_status(chat, BOT, status, user)
            return
        old = chat.members.get(user.id, "left")
        owner = next((self._world.users[one] for one, place in chat.members.items() if place == "creator"), user)
        self._world.set_status(chat, user, status, owner, manages_topics=manages_topics)
        was_in, is_in = old in PRESENT, status in PRESENT
        if was_in == is_in:
            return
        by = user if status == "left" and user.id != BOT_ID else owner
        service = {"new_chat_members": [user.api]} if is_in else {"left_chat_member": user.api}
        stored = self._world.post(chat, by, service, editable=False)
        if chat.bot_status in PRESENT:
            self._world.updates.put("message", stored.body)

    def migrate(self, chat: Chat) -> Chat:
        """Turn a group into a supergroup: a new chat with a new id and, for the bot, without a past."""
        if chat.type != "group" or chat.migrated_to is not None:
            raise Mistake("only a basic group can become a supergroup")
        number = self._world.new_id()
        new = Chat(-1_000_000_000_000 - number, "supergroup", chat.title, dict(chat.members))
        status = chat.bot_status
        new.members[BOT_ID] = "left"
        self._world.add_chat(new)
        owner = next((self._world.users[one] for one, place in chat.members.items() if place == "creator"), BOT)
        left = self._world.post(chat, owner, {"migrate_to_chat_id": new.id}, editable=False)
        chat.migrated_to = new.id
        present = status in PRESENT
        if present:
            self._world.updates.put("message", left.body)
        self._world.set_status(new, BOT, status, owner)
        arrived = self._world.post(new, owner, {"migrate_from_chat_id": chat.id}, editable=False)
        if present:
            self._world.updates.put("message", arrived.body)
            self._world.set_status(chat, BOT, "left", owner)
        return new


def _reaction(emoji: str | None) -> list[dict[str, Any]]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []


def _data_of(stored: Stored, label: str | None) -> str:
    rows = stored.body.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    for button in buttons:
        if button["text"] == label and "callback_data" in button:
            return str(button["callback_data"])
    labels = ", ".join(repr(button["text"]) for button in buttons) or "no buttons"
    raise Mistake(f"message {stored.body['message_id']} has no button {label!r}; it has {labels}")
