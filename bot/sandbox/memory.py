"""Keeps the chats of the sandbox in a file, so that the page shows them again after a restart.

Written at most every few seconds, only after a change, and by replacing the file whole. What happened after the
last writing is lost when the process is killed: this is a convenience of the sandbox, the bot relies on none of it but
this: no number of a message or an update is ever used again, or it would take the new for what it has seen.
"""

import asyncio
import base64
import contextlib
import json
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bot.sandbox.files import StoredFile
from bot.sandbox.world import Chat, Stored, User, World

_FORMAT: Final = 1
_PAUSE_S: Final = 2.0
_SKIPPED: Final = 1_000
"""Numbers left out at a restart: more than a killed run can have used after its last writing."""


class Memory:
    """Reads the world from a file at the start and writes it back now and then."""

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        self._path = path
        self._task: asyncio.Task[None] | None = None
        self._written = 0

    async def start(self) -> None:
        """Restore the world if there is a file, and begin to keep it."""
        with contextlib.suppress(FileNotFoundError):
            restore(self._world, _read(await asyncio.to_thread(self._path.read_bytes)))
            self._world.changes += 1
            await self._write()  # from which numbers this run goes on, before it uses any
        self._written = self._world.changes
        self._task = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Write for the last time."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._write()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE_S)
            await self._write()

    async def _write(self) -> None:
        if self._written == self._world.changes:
            return
        self._written = self._world.changes
        await asyncio.to_thread(_replace, self._path, snapshot(self._world))


def _read(content: bytes) -> dict[str, Any]:
    """Return the snapshot in a file; what is none counts as one of another format."""
    try:
        saved = json.loads(content)
    except ValueError:
        return {}
    return saved if isinstance(saved, dict) else {}


def _replace(path: Path, saved: dict[str, Any]) -> None:
    text = json.dumps(saved, default=lambda content: base64.b64encode(content).decode())
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def snapshot(world: World) -> dict[str, Any]:
    """Return the world as JSON, but for the bytes of files; taps are not kept, they would be too old to answer.

    Nothing in it is changed afterwards, so that another thread may write it.
    """
    return {
        "format": _FORMAT,
        "now": world.clock.now().isoformat(),
        "shared_message_id": world.shared_message_id,
        "next_query": world.next_query,
        "commands": dict(world.commands),
        "webhook": dict(world.webhook),
        "users": [asdict(user) for user in world.users.values()],
        "chats": [_chat_json(chat) for chat in world.chats.values()],
        "files": [
            {name: getattr(stored, name) for name in ("file_id", "kind", "content", "size", "path", "media")}
            for stored in world.files.by_id.values()
        ],
        "updates": {
            "next": world.updates.next_number,
            "pending": [[entry.number, entry.raw, entry.loose] for entry in world.updates.entries()],
            "allowed": sorted(world.updates.allowed or ()),
        },
    }


def _chat_json(chat: Chat) -> dict[str, Any]:
    messages = [
        {
            "body": stored.body, "by_bot": stored.by_bot, "reply_keyboard": stored.reply_keyboard,
            "reactions": list(stored.reactions.items()), "editable": stored.editable, "silent": stored.silent,
            "sent_at": stored.sent_at.isoformat() if stored.sent_at else None,
        }
        for stored in chat.messages.values()
    ]  # fmt: skip
    names = (
        "id", "type", "title", "last_message_id", "migrated_to", "started", "forum", "bot_manages_topics",
        "available_reactions",
    )  # fmt: skip
    return {
        **{name: getattr(chat, name) for name in names},
        "members": list(chat.members.items()), "topics": list(chat.topics.items()), "messages": messages,
    }  # fmt: skip


def restore(world: World, saved: dict[str, Any]) -> None:
    """Put a snapshot in place of what the world holds; a snapshot of another format is left aside."""
    if saved.get("format") != _FORMAT:
        return
    world.shared_message_id = saved["shared_message_id"] + _SKIPPED
    world.next_query = saved["next_query"] + _SKIPPED
    world.commands = saved["commands"]
    world.webhook = saved["webhook"]
    world.users = {user["id"]: User(**user) for user in saved["users"]}
    world.chats = {chat["id"]: _chat(chat) for chat in saved["chats"]}
    for entry in saved["files"]:
        stored = StoredFile(**{**entry, "content": base64.b64decode(entry["content"])})
        world.files.restore(stored)
    updates = saved["updates"]
    world.updates.restored(updates["next"] + _SKIPPED, [tuple(entry) for entry in updates["pending"]])
    world.updates.allow(updates["allowed"])
    world.clock.move_to(datetime.fromisoformat(saved["now"]))


def _chat(saved: dict[str, Any]) -> Chat:
    chat = Chat(
        saved["id"], saved["type"], saved["title"], dict(saved["members"]),
        saved.get("forum", bool(saved["topics"])), dict(saved["topics"]),
        saved.get("bot_manages_topics", True), saved.get("available_reactions"),
        last_message_id=saved["last_message_id"] + _SKIPPED, migrated_to=saved["migrated_to"], started=saved["started"],
    )  # fmt: skip
    for message in saved["messages"]:
        sent_at = datetime.fromisoformat(message["sent_at"]) if message["sent_at"] else None
        chat.messages[message["body"]["message_id"]] = Stored(
            message["body"], message["by_bot"], message["reply_keyboard"], dict(message["reactions"]), sent_at,
            message["editable"], message.get("silent", False),
        )  # fmt: skip
    chat.describe()
    return chat
