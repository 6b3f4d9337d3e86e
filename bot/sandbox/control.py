"""The control interface: JSON over HTTP by which tests and the page act as people, move time and cause failures.

Every answer is JSON; a request that makes no sense gets 400 and `{"error": …}`.
"""

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiohttp import web
from pydantic import ValidationError

from bot.sandbox.bodies import (
    BotOrder,
    ClockOrder,
    FaultOrder,
    MemberOrder,
    NewChat,
    NewMessage,
    NewText,
    NewUser,
    Reaction,
    SettleOrder,
    Tap,
    TopicOrder,
)
from bot.sandbox.commands import shown
from bot.sandbox.emulator import Emulator
from bot.sandbox.faults import Fault
from bot.sandbox.guard import json_only, local_only
from bot.sandbox.people import FILE_KINDS, Mistake, People
from bot.sandbox.time_machine import Traveller, Unsettled
from bot.sandbox.world import BOT, Chat, Json, Query, User

_BODY_LIMIT: Final = 64 * 1024 * 1024
_HEARTBEAT_S: Final = 15.0
_SHOWN_AS: Final = {"photo": "image/jpeg", "voice": "audio/ogg", "audio": "audio/mpeg", "video": "video/mp4"}


class Control:
    """Handlers of the control interface."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._people = People(emulator)
        self._traveller = Traveller(emulator)

    def add_routes(self, app: web.Application) -> None:
        """Add everything below `/sandbox/`."""
        messages = "/sandbox/chats/{chat:-?[0-9]+}/messages"
        one = messages + "/{id:[0-9]+}"
        get, post = app.router.add_get, app.router.add_post
        get("/sandbox/state", local_only(self._json(self._state)))
        get("/sandbox/events", local_only(self._events))
        get("/sandbox/files/{file_id}", local_only(self._file))
        get(messages, local_only(self._json(self._messages)))
        get("/sandbox/chats/{chat:-?[0-9]+}/commands", local_only(self._json(self._commands)))
        for path, handler in (
            ("/sandbox/users", self._new_user),
            ("/sandbox/chats", self._new_chat),
            (messages, self._new_message),
            (one + "/edit", self._edit),
            (one + "/tap", self._tap),
            (one + "/react", self._react),
            ("/sandbox/chats/{chat:-?[0-9]+}/members", self._member),
            ("/sandbox/chats/{chat:-?[0-9]+}/topics/{id:[0-9]+}/delete", self._delete_topic),
            ("/sandbox/chats/{chat:-?[0-9]+}/migrate", self._migrate),
            ("/sandbox/updates", self._update),
            ("/sandbox/clock", self._clock),
            ("/sandbox/settle", self._settle),
            ("/sandbox/faults", self._faults),
            ("/sandbox/bot", self._bot),
        ):
            post(path, json_only(self._json(handler)))

    def _json(
        self, handler: Callable[[web.Request], Awaitable[Any]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            try:
                return web.json_response(await handler(request))
            except Mistake as mistake:
                return web.json_response({"error": str(mistake)}, status=400)
            except ValidationError as invalid:
                problems = [f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in invalid.errors()]
                return web.json_response({"error": "; ".join(problems)}, status=400)
            except Unsettled as unsettled:
                return web.json_response({"error": f"not settled: {unsettled}"}, status=504)

        return answer

    @staticmethod
    async def _body(request: web.Request) -> Any:
        body = await request.clone(client_max_size=_BODY_LIMIT).read()
        try:
            return json.loads(body) if body else {}
        except ValueError:
            raise Mistake("the body is not JSON") from None

    def _where(self, request: web.Request) -> Chat:
        return self._people.chat(int(request.match_info["chat"]))

    def _who(self, chat: Chat, sender: int | None) -> User:
        return self._people.user(chat.id if sender is None and chat.private else sender)

    async def _state(self, _request: web.Request) -> Json:
        emulator = self._emulator
        return {
            "now": emulator.clock.now().isoformat(),
            "time_zone": emulator.world.time_zone,
            "frozen": emulator.clock.frozen,
            "idle": not emulator.world.updates and (emulator.workload is None or await emulator.workload.idle()),
            "bot": BOT.api,
            "alive": emulator.bot_alive,
            "users": [user_json(user) for user in emulator.world.users.values() if not user.is_bot],
            "chats": [chat_json(chat) for chat in emulator.world.chats.values()],
            "pending_updates": len(emulator.world.updates),
            "faults": self._fault_list(),
        }

    async def _new_user(self, request: web.Request) -> Json:
        given = NewUser.model_validate(await self._body(request))
        return user_json(self._people.join(given.first_name, given.language_code))

    async def _new_chat(self, request: web.Request) -> Json:
        given = NewChat.model_validate(await self._body(request))
        supergroup = given.type == "supergroup"
        chat = self._people.found_group(
            given.title,
            supergroup=supergroup,
            member_ids=given.members,
            bot_status=given.bot,
            forum=given.forum,
            reactions=given.reactions,
        )
        return chat_json(chat)

    async def _new_message(self, request: web.Request) -> Json:
        given = NewMessage.model_validate(await self._body(request))
        chat = self._where(request)
        user = self._who(chat, given.sender)
        content = self._content(chat, given)
        if given.media_group_id is not None:
            content["media_group_id"] = given.media_group_id
        return self._people.send(chat, user, content, reply_to=given.reply_to, thread=given.thread)

    def _content(self, chat: Chat, given: NewMessage) -> Json:
        """Return the fields of the one kind of message that is asked for."""
        kinds = [kind for kind in FILE_KINDS if getattr(given, kind) is not None]
        others = [kind for kind in ("text", "location", "contact") if getattr(given, kind) is not None]
        if len(kinds) + len(others) + (given.forward_from_message is not None) != 1:
            raise Mistake("give exactly one of text, a file, location, contact and forward_from_message")
        if given.forward_from_message is not None:
            return self._people.forwarded(chat, given.forward_from_message)
        if given.text is not None:
            if not given.text:
                raise Mistake("no phone sends an empty text")
            return self._people.text(given.text)
        if others:
            return {others[0]: getattr(given, others[0])}
        kind = kinds[0]
        try:
            data = base64.b64decode(getattr(given, kind), validate=True)
        except (ValueError, binascii.Error):
            raise Mistake(f"{kind} is not base64") from None
        named = (
            {}
            if kind in {"photo", "voice", "sticker"}
            else {"file_name": given.file_name, "mime_type": given.mime_type}
        )
        details = {name: value for name, value in named.items() if value is not None}
        caption = self._people.caption(given.caption) if given.caption else {}
        return self._people.file(kind, data, given.file_size, details) | caption

    async def _edit(self, request: web.Request) -> Json:
        given = NewText.model_validate(await self._body(request))
        chat = self._where(request)
        return self._people.edit(chat, self._who(chat, given.sender), int(request.match_info["id"]), given.text)

    async def _tap(self, request: web.Request) -> Json:
        given = Tap.model_validate(await self._body(request))
        chat = self._where(request)
        if (given.data is None) == (given.label is None):
            raise Mistake("give data or label")
        user, message_id = self._who(chat, given.sender), int(request.match_info["id"])
        query = self._people.tap(chat, user, message_id, data=given.data, label=given.label)
        return await self._answer(query, given.timeout_s)

    async def _answer(self, query: Query, timeout_s: float) -> Json:
        """Return the bot's answer to a tap; one that does not come in time is told as not answered."""
        emulator = self._emulator
        try:
            async with asyncio.timeout(timeout_s), emulator.answered:
                await emulator.answered.wait_for(lambda: query.answer is not None)
        except TimeoutError:
            return {"query_id": query.id, "answered": False, "text": "", "show_alert": False}
        return {"query_id": query.id, "answered": True, **(query.answer or {})}

    async def _react(self, request: web.Request) -> Json:
        given = Reaction.model_validate(await self._body(request))
        chat = self._where(request)
        self._people.react(chat, self._who(chat, given.sender), int(request.match_info["id"]), given.emoji)
        return {}

    async def _messages(self, request: web.Request) -> list[Json]:
        chat = self._where(request)
        after, last = (request.query.get(name, "0") for name in ("after", "last"))
        if not (after.isdecimal() and last.isdecimal()):
            raise Mistake("after must be a message id, and last a number of messages")
        there = [stored for message_id, stored in chat.messages.items() if message_id > int(after)]
        return [stored.shown for stored in there[-int(last) :]]

    async def _commands(self, request: web.Request) -> list[Json]:
        chat, user = self._where(request), request.query.get("user")
        return shown(self._emulator.world, chat, self._who(chat, int(user) if user and user.isdigit() else None))

    async def _member(self, request: web.Request) -> Json:
        given = MemberOrder.model_validate(await self._body(request))
        chat = self._where(request)
        self._people.set_member(chat, given.user, given.status, manages_topics=given.can_manage_topics)
        return chat_json(chat)

    async def _delete_topic(self, request: web.Request) -> Json:
        given = TopicOrder.model_validate(await self._body(request))
        chat = self._where(request)
        self._people.delete_topic(chat, self._people.user(given.sender), int(request.match_info["id"]))
        return chat_json(chat)

    async def _migrate(self, request: web.Request) -> Json:
        await self._body(request)
        return chat_json(self._people.migrate(self._where(request)))

    async def _update(self, request: web.Request) -> Json:
        self._emulator.world.updates.put_raw(await self._body(request))
        return {"pending_updates": len(self._emulator.world.updates)}

    async def _clock(self, request: web.Request) -> Json:
        given = ClockOrder.model_validate(await self._body(request))
        clock, traveller = self._emulator.clock, self._traveller
        fired: list[datetime] = []
        if given.freeze is not None:
            await traveller.freeze(given.freeze)
        if given.to_next:
            fired = await traveller.move_to_next(given.timeout_s)
        elif given.advance_s is not None:
            fired = await traveller.move(clock.now() + timedelta(seconds=given.advance_s), given.timeout_s)
        elif given.set is not None:
            fired = await traveller.move(_moment(given.set), given.timeout_s)
        return {
            "now": clock.now().isoformat(), "frozen": clock.frozen, "fired": [moment.isoformat() for moment in fired],
        }  # fmt: skip

    async def _settle(self, request: web.Request) -> Json:
        given = SettleOrder.model_validate(await self._body(request))
        await self._traveller.settle(given.timeout_s)
        return {"now": self._emulator.clock.now().isoformat()}

    async def _faults(self, request: web.Request) -> list[Json]:
        given = FaultOrder.model_validate(await self._body(request))
        if given.kind is None:
            counted = self._fault_list()
            self._emulator.faults.clear()
            return counted
        methods = frozenset(map(str.lower, given.methods))
        self._emulator.faults.add(Fault(given.kind, given.rate, methods, given.seed, given.delay_s))
        return self._fault_list()

    async def _bot(self, request: web.Request) -> Json:
        """Kill the bot in the middle of whatever it does, or start it anew on its data."""
        given = BotOrder.model_validate(await self._body(request))
        process = self._emulator.process
        if process is None:
            raise Mistake("this bot runs elsewhere; end and start it there")
        await (process.start() if given.alive else process.kill())
        self._emulator.world.changed("bot", alive=process.alive)
        return {"alive": process.alive, "pending_updates": len(self._emulator.world.updates)}

    def _fault_list(self) -> list[Json]:
        return [
            {"kind": fault.kind, "rate": fault.rate, "methods": sorted(fault.methods), "injected": fault.injected}
            for fault in self._emulator.faults
        ]

    async def _file(self, request: web.Request) -> web.StreamResponse:
        stored = self._emulator.world.files.by_id.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
        kind = _SHOWN_AS.get(stored.kind, "application/octet-stream")
        return _part(request, stored.content, kind, {**headers, "Accept-Ranges": "bytes"})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Stream the news as server-sent events until one side has enough."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        hub = self._emulator.world.hub
        news = hub.join()
        try:
            await response.write(b": open\n\n")
            while True:
                try:
                    async with asyncio.timeout(_HEARTBEAT_S):
                        line = await news.get()
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if line is None:
                    break
                await response.write(f"data: {line}\n\n".encode())
        except ConnectionResetError:
            pass
        finally:
            hub.leave(news)
        return response


def _part(request: web.Request, content: bytes, kind: str, headers: dict[str, str]) -> web.Response:
    """Return the file, or the bytes of it that are asked for: a browser learns how long a voice is from its end."""
    if "Range" not in request.headers:
        return web.Response(body=content, content_type=kind, headers=headers)
    try:
        start, stop, _ = request.http_range.indices(len(content))
    except ValueError:
        start = stop = 0
    if start >= stop:
        return web.Response(status=416, headers={**headers, "Content-Range": f"bytes */{len(content)}"})
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(content)}"
    return web.Response(status=206, body=content[start:stop], content_type=kind, headers=headers)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Mistake("set must be a moment in ISO 8601") from None
    if moment.tzinfo is None:
        raise Mistake("set must name its offset from UTC")
    return moment.astimezone(UTC)


def user_json(user: User) -> Json:
    """Return a person as the control interface speaks of them."""
    return {
        "id": user.id, "key": user.key, "first_name": user.first_name, "language_code": user.language_code,
        "role": user.role,
    }  # fmt: skip


def chat_json(chat: Chat) -> Json:
    """Return a chat as the control interface speaks of it."""
    return {
        "id": chat.id, "type": chat.type, "title": chat.title, "migrated_to": chat.migrated_to,
        "topics": [{"id": thread_id, "name": name} for thread_id, name in chat.topics.items()],
        "members": {str(user_id): status for user_id, status in chat.members.items()},
    }  # fmt: skip
