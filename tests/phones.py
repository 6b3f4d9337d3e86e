"""Phones for tests: people of the sandbox write, tap and look at their screens, over the control interface alone.

sandbox = Sandbox(base_url, session)
chan, clerk = await sandbox.phone("chan"), await sandbox.phone("clerk")
await chan.sends("The lift is stuck", photo=JPEG)
await clerk.taps("Claim", chat=sandbox.group)
await chan.sees("Clerk Lam")
"""

import base64
import io
import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import aiohttp

Json = dict[str, Any]

_albums = itertools.count(1)

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080010002001011100ffd9")
"""A picture of 32 x 16 pixels, as far as anyone looks."""
OGG = b"OggS" + bytes(60)
"""A voice note that nobody will hear."""


class SandboxError(AssertionError):
    """The sandbox refused what a test asked for."""


class Sandbox:
    """The control interface of a running sandbox."""

    def __init__(self, base_url: str, session: aiohttp.ClientSession) -> None:
        self._base_url = base_url.rstrip("/")
        self._session = session
        self._users: dict[str, Json] = {}
        self._group = 0

    @property
    def group(self) -> int:
        """The id of the staff group; known after the first `phone`."""
        assert self._group, "ask for a phone first"
        return self._group

    async def get(self, path: str) -> Any:
        """Return what the control interface answers."""
        async with self._session.get(f"{self._base_url}/sandbox/{path}") as response:
            return await self._read(response)

    async def post(self, path: str, body: object) -> Any:
        """Return what the control interface answers to a JSON body."""
        headers = {"Content-Type": "application/json"}
        url = f"{self._base_url}/sandbox/{path}"
        async with self._session.post(url, data=io.BytesIO(json.dumps(body).encode()), headers=headers) as response:
            return await self._read(response)

    @staticmethod
    async def _read(response: aiohttp.ClientResponse) -> Any:
        text = await response.text()
        if response.status != 200:
            raise SandboxError(f"{response.method} {response.url.path}: {response.status} {text}")
        return json.loads(text)

    async def state(self) -> Json:
        """Return who and what is there."""
        state: Json = await self.get("state")
        return state

    async def phone(self, who: str) -> "Phone":
        """Return the phone of one of the cast, by its key."""
        if not self._users:
            state = await self.state()
            self._users = {user["key"]: user for user in state["users"] if user["key"]}
            groups = [chat["id"] for chat in state["chats"] if chat["type"] != "private" and not chat["migrated_to"]]
            self._group = groups[0] if groups else 0
        return Phone(self, self._users[who]["id"], who)

    async def newcomer(self, first_name: str, language_code: str = "en") -> "Phone":
        """Return the phone of somebody who has never written to the bot."""
        user = await self.post("users", {"first_name": first_name, "language_code": language_code})
        return Phone(self, user["id"], first_name)

    async def advance(self, **duration: float) -> list[datetime]:
        """Move the clock on, as `timedelta` counts; return the due times at which it stopped on the way."""
        moved = await self.post("clock", {"advance_s": timedelta(**duration).total_seconds()})
        return [datetime.fromisoformat(moment) for moment in moved["fired"]]

    async def to_next(self) -> datetime:
        """Move the clock to the next due time; return the time it is then."""
        return datetime.fromisoformat((await self.post("clock", {"to_next": True}))["now"])

    async def freeze(self, hold: bool = True) -> None:
        """Hold the clock, or let it run."""
        await self.post("clock", {"freeze": hold})

    async def now(self) -> datetime:
        """Return the time of the sandbox."""
        return datetime.fromisoformat((await self.state())["now"])

    async def settle(self, timeout_s: float = 10.0) -> None:
        """Return when the bot has nothing left to do at the present moment."""
        await self.post("settle", {"timeout_s": timeout_s})

    async def fault(
        self, kind: str | None, *, rate: float = 1.0, methods: Sequence[str] = (), seed: int = 0, delay_s: float = 2.0
    ) -> list[Json]:
        """Switch a failure on; None switches all off. Returns the failures with their counts."""
        if kind is None:
            body: Json = {}
        else:
            body = {"kind": kind, "rate": rate, "methods": list(methods), "seed": seed, "delay_s": delay_s}
        faults: list[Json] = await self.post("faults", body)
        return faults

    async def kills_the_bot(self) -> None:
        """End the bot in the middle of whatever it does; the phones go on."""
        await self.post("bot", {"alive": False})

    async def starts_the_bot(self) -> None:
        """Start the bot anew on its data, and let it settle."""
        await self.post("bot", {"alive": True})
        await self.settle()

    async def raw_update(self, update: object) -> None:
        """Queue anything as an update; an object without an `update_id` is given one."""
        await self.post("updates", update)

    async def delete_topic(self, chat: int, thread: int, by: "Phone") -> None:
        """Delete a topic of a group."""
        await self.post(f"chats/{chat}/topics/{thread}/delete", {"from": by.id})

    async def migrate(self, chat: int) -> int:
        """Turn a basic group into a supergroup and return its new id."""
        migrated: Json = await self.post(f"chats/{chat}/migrate", {})
        if chat == self._group:
            self._group = migrated["id"]
        return int(migrated["id"])


class Phone:
    """One person's phone. Without `chat` it is the private chat with the bot."""

    def __init__(self, sandbox: Sandbox, user_id: int, name: str) -> None:
        self._sandbox = sandbox
        self.id = user_id
        self.name = name
        self.looks_back = 0
        """How many of a chat's last messages its screens show; 0 for all."""

    def __repr__(self) -> str:
        return f"Phone({self.name!r})"

    def _chat(self, chat: int | None) -> str:
        return f"chats/{self.id if chat is None else chat}"

    async def sends(
        self,
        text: str | None = None,
        *,
        photo: bytes | None = None,
        voice: bytes | None = None,
        video: bytes | None = None,
        audio: bytes | None = None,
        document: bytes | None = None,
        sticker: bytes | None = None,
        location: tuple[float, float] | None = None,
        contact: Json | None = None,
        album: Sequence[bytes] = (),
        forward: Json | None = None,
        reply_to: Json | int | None = None,
        chat: int | None = None,
        thread: int | None = None,
        file_name: str | None = None,
        file_size: int | None = None,
        settle: bool = True,
    ) -> Json:
        """Send a message, `text` being the caption of media, and let the bot settle.

        Returns:
            The message; of an album its last.
        """
        files = {"photo": photo, "voice": voice, "video": video, "audio": audio, "document": document}
        contents: list[Json]
        if album:
            group = f"album-{next(_albums)}"
            contents = [{"photo": _base64(item), "media_group_id": group} for item in album]
            contents[0]["caption"] = text or ""
        elif media := {kind: _base64(data) for kind, data in files.items() if data is not None}:
            contents = [{**media, "caption": text or ""}]
        elif sticker is not None:
            contents = [{"sticker": _base64(sticker)}]
        elif location is not None:
            contents = [{"location": {"latitude": location[0], "longitude": location[1]}}]
        elif contact is not None:
            contents = [{"contact": contact}]
        elif forward is not None:
            contents = [{"forward_from_message": forward["message_id"]}]
        else:
            contents = [{"text": text}]
        message: Json = {}
        for content in contents:
            body = {
                "from": self.id,
                **content,
                "reply_to": _message_id(reply_to),
                "thread": thread,
                "file_name": file_name,
                "file_size": file_size,
            }
            given = {name: value for name, value in body.items() if value is not None}
            message = await self._sandbox.post(f"{self._chat(chat)}/messages", given)
        await self._settled(settle)
        return message

    async def _settled(self, settle: bool) -> None:
        if settle:
            await self._sandbox.settle()

    async def taps(
        self,
        label: str,
        *,
        message: Json | int | None = None,
        chat: int | None = None,
        settle: bool = True,
        timeout_s: float = 5.0,
    ) -> Json:
        """Tap the button with this label, on `message` or else on the newest message that has one.

        A button of the reply keyboard sends its label as a message. The label may be a part of what the button says
        if no button says exactly that.

        Returns:
            The bot's answer: `text` and `show_alert`, or `answered` false if it gave none in `timeout_s` real seconds.
        """
        messages = await self.screen(chat)
        wanted = _message_id(message)
        candidates = [one for one in messages if wanted in (None, one["message_id"])]
        found = _find_button(candidates, label)
        if found is None:
            if wanted is None and label in _reply_labels(messages):
                await self.sends(label, chat=chat, settle=settle)
                return {"answered": True, "text": "", "show_alert": False}
            raise AssertionError(f"{self.name} sees no button {label!r}.\n{_picture(messages)}")
        message_id, button = found
        if "callback_data" not in button:
            raise AssertionError(f"The button {button['text']!r} is a link: {button}")
        body = {"from": self.id, "data": button["callback_data"], "timeout_s": timeout_s}
        answer: Json = await self._sandbox.post(f"{self._chat(chat)}/messages/{message_id}/tap", body)
        await self._settled(settle)
        return answer

    async def forges(
        self, data: str, message: Json | int, *, chat: int | None = None, settle: bool = True, timeout_s: float = 5.0
    ) -> Json:
        """Send callback data that no button of the message needs to have; return the bot's answer."""
        body = {"from": self.id, "data": data, "timeout_s": timeout_s}
        answer: Json = await self._sandbox.post(f"{self._chat(chat)}/messages/{_message_id(message)}/tap", body)
        await self._settled(settle)
        return answer

    async def screen(self, chat: int | None = None) -> list[Json]:
        """Return the messages that the chat shows now, oldest first."""
        messages: list[Json] = await self._sandbox.get(f"{self._chat(chat)}/messages?last={self.looks_back}")
        return messages

    async def menu(self, chat: int | None = None) -> dict[str, str]:
        """Return the commands that the menu offers there, with what each is said to do."""
        commands: list[Json] = await self._sandbox.get(f"{self._chat(chat)}/commands?user={self.id}")
        return {command["command"]: command["description"] for command in commands}

    async def last(self, chat: int | None = None) -> Json:
        """Return the newest message of the chat."""
        messages = await self.screen(chat)
        assert messages, f"{self.name}'s chat is empty"
        return messages[-1]

    async def sees(self, *fragments: str, chat: int | None = None) -> Json:
        """Return the newest message that contains all the fragments in text, caption or buttons."""
        messages = await self.screen(chat)
        for message in reversed(messages):
            words = _words(message)
            if all(fragment in words for fragment in fragments):
                return message
        raise AssertionError(f"{self.name} sees no message with {fragments!r}.\n{_picture(messages)}")

    async def sees_nothing_of(self, *fragments: str, chat: int | None = None) -> None:
        """Make sure that no message contains any of the fragments."""
        messages = await self.screen(chat)
        for message in messages:
            found = [fragment for fragment in fragments if fragment in _words(message)]
            assert not found, f"{self.name} sees {found!r}.\n{_picture(messages)}"

    async def edits(self, message: Json | int, text: str, *, chat: int | None = None, settle: bool = True) -> Json:
        """Change one's own message."""
        path = f"{self._chat(chat)}/messages/{_message_id(message)}/edit"
        edited: Json = await self._sandbox.post(path, {"from": self.id, "text": text})
        await self._settled(settle)
        return edited

    async def reacts(self, message: Json | int, emoji: str, *, chat: int | None = None, settle: bool = True) -> None:
        """React to a message; an empty emoji takes the reaction back."""
        path = f"{self._chat(chat)}/messages/{_message_id(message)}/react"
        await self._sandbox.post(path, {"from": self.id, "emoji": emoji})
        await self._settled(settle)

    async def blocks(self, *, settle: bool = True) -> None:
        """Block the bot."""
        await self._member(self.id, "kicked", settle)

    async def unblocks(self, *, settle: bool = True) -> None:
        """Unblock the bot."""
        await self._member(self.id, "member", settle)

    async def joins(self, chat: int, *, settle: bool = True) -> None:
        """Become a member of a group."""
        await self._member(chat, "member", settle)

    async def leaves(self, chat: int, *, settle: bool = True) -> None:
        """Leave a group."""
        await self._member(chat, "left", settle)

    async def _member(self, chat: int, status: str, settle: bool) -> None:
        await self._sandbox.post(f"chats/{chat}/members", {"user": self.id, "status": status})
        await self._settled(settle)


def buttons(message: Mapping[str, Any]) -> list[Json]:
    """Return the inline buttons of a message, row by row."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def labels(message: Mapping[str, Any]) -> list[str]:
    """Return what the inline buttons of a message say."""
    return [button["text"] for button in buttons(message)]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _message_id(message: Json | int | None) -> int | None:
    return message["message_id"] if isinstance(message, dict) else message


def _find_button(messages: list[Json], label: str) -> tuple[int, Json] | None:
    """Return message id and button of the newest with exactly this label, else of the newest that contains it."""
    choices = [(message["message_id"], button) for message in reversed(messages) for button in buttons(message)]
    exact = [choice for choice in choices if choice[1]["text"] == label]
    partial = [choice for choice in choices if label in choice[1]["text"]]
    return next(iter(exact + partial), None)


def _reply_labels(messages: list[Json]) -> list[str]:
    """Return what the reply keyboard that is shown now offers."""
    for message in reversed(messages):
        markup = message.get("reply_markup", {})
        if "keyboard" in markup:
            return [button["text"] for row in markup["keyboard"] for button in row]
        if "remove_keyboard" in markup:
            return []
    return []


def _words(message: Json) -> str:
    return "\n".join([message.get("text", ""), message.get("caption", ""), *labels(message)])


def _picture(messages: list[Json]) -> str:
    """Return the chat as it looks, for the error of a test."""
    lines = []
    for message in messages:
        body = message.get("text") or message.get("caption") or ""
        media = [kind for kind in ("photo", "voice", "video", "audio", "document", "sticker") if kind in message]
        lines.append(f"  #{message['message_id']} {message['from']['first_name']}: {' '.join([*media, body])}")
        if shown := labels(message):
            lines.append("      " + " ".join(f"[{label}]" for label in shown))
    if offered := _reply_labels(messages):
        lines.append("  keyboard: " + " ".join(f"[{label}]" for label in offered))
    return "The chat shows:\n" + ("\n".join(lines) or "  nothing")
