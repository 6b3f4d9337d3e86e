"""A Bot API stub that is never the bottleneck: prepared bytes over a bare asyncio protocol, in its own process.

It hands out text messages of many private chats through getUpdates, answers every other method plausibly and at
once (or after a fixed latency), and notes when the replies arrive. First everybody presses START, as Telegram's apps
ask of whoever opens a chat with a bot: that is the warm-up. The measured updates, something in words, are held until
they are released, so that neither imports nor connection set-up nor a cautious first poll nor getting to know
somebody is counted. They are released all at once, to find how many can be carried, or at a given rate, to
find how long each takes under that load.

Control: `POST /bench/release` lets the measured updates go; `GET /bench/report/warm` and `GET /bench/report/done`
answer with a `Report` as soon as that point is reached, or after a second with what there is.
"""

import argparse
import asyncio
import json
import re
import time
from collections import defaultdict, deque
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

FIRST_CHAT = 10_000
REPORT_PATIENCE_S = 1.0

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
# The three shapes of a parameter: form or query, JSON, multipart.
_VALUE = rb"(?:=|\" ?: ?\"?|\"\r\n(?:[^\r\n]+\r\n)*\r\n)(-?\d+)"
_OFFSET = re.compile(rb"offset" + _VALUE)
_LIMIT = re.compile(rb"limit" + _VALUE)
_TIMEOUT = re.compile(rb"timeout" + _VALUE)
_CHAT = re.compile(rb"chat_id" + _VALUE)

_ME = {
    "id": 1,
    "is_bot": True,
    "first_name": "Bench",
    "username": "bench_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
_FIXED = {
    b"getMe": _ME,
    b"getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
    b"getMyCommands": [],
    b"getChatAdministrators": [],
}
_MESSAGE = (
    b'{"ok":true,"result":{"message_id":%d,"date":1760000000,"text":"reply",'
    b'"from":{"id":1,"is_bot":true,"first_name":"Bench","username":"bench_bot"},'
    b'"chat":{"id":%b,"type":"private","first_name":"Resident"}}}'
)


@dataclass(frozen=True, slots=True)
class Report:
    """What has happened so far.

    `waiting` counts the served or still held updates without a reply; `seconds` runs from the first measured update
    served to the last reply received and is 0 before that. The times from release to reply, in milliseconds, are 0
    before the first.
    """

    warm: bool
    done: bool
    waiting: int
    seconds: float
    p50_ms: float
    p99_ms: float
    polled_at: float = 0.0
    """When it was first asked for updates, by the monotonic clock that all processes of the machine share."""


def _answer(body: bytes, status: bytes = b"200 OK") -> bytes:
    return (
        b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nConnection: keep-alive\r\nContent-Length: %d\r\n\r\n%b"
        % (status, len(body), body)
    )


def _result(value: object) -> bytes:
    return _answer(json.dumps({"ok": True, "result": value}).encode())


def _update(number: int, chat: int, words: Mapping[str, Any]) -> bytes:
    person = {"id": chat, "first_name": "Resident", "language_code": "en"}
    message = {
        "message_id": number,
        "date": 1760000000,
        "chat": {"id": chat, "type": "private", "first_name": "Resident"},
        "from": {**person, "is_bot": False},
        **words,
    }
    return json.dumps({"update_id": number, "message": message}).encode()


def _start(number: int, chat: int) -> bytes:
    command = {"type": "bot_command", "offset": 0, "length": len("/start")}
    return _update(number, chat, {"text": "/start", "entities": [command]})


def _report(number: int, chat: int) -> bytes:
    return _update(number, chat, {"text": f"The lamp on floor {number} is broken"})


class Stub:
    """The state of one measurement: updates, their replies, and the polls that wait for updates."""

    def __init__(self, updates: int, chats: int, latency_s: float = 0.0, rate: float = 0.0) -> None:
        """`rate` is how many measured updates are let go a second; 0 lets all go at once."""
        self.latency_s = latency_s
        self._rate = rate
        # Update ids are 1, 2, 3, …
        known = range(FIRST_CHAT, FIRST_CHAT + chats)
        senders = [*known, *(known[n % chats] for n in range(updates))]
        self._updates = [
            (_start if number <= chats else _report)(number, chat) for number, chat in enumerate(senders, 1)
        ]
        self._senders = [b"%d" % chat for chat in senders]
        self._released_at: defaultdict[bytes, deque[float]] = defaultdict(deque)
        self._delays: list[float] = []
        self._waiting = len(senders)
        self._measured = updates
        self._released = 0
        self._confirmed = 0
        self._message_id = 1_000_000
        self._first_served: float | None = None
        self._polled_at = 0.0
        self._last_reply = 0.0
        self._polls: dict[asyncio.Future[None], None] = {}
        self._warm = asyncio.Event()
        self._done = asyncio.Event()
        self._fixed = {name: _result(value) for name, value in _FIXED.items()}
        self._true = _result(True)
        self._no_updates = _result([])
        self._let_go(chats)

    def report(self) -> Report:
        """Return what has happened so far."""
        seconds = 0.0 if self._first_served is None else max(0.0, self._last_reply - self._first_served)
        delays = sorted(self._delays) or [0.0]
        p50_ms, p99_ms = (1000 * delays[int(share * (len(delays) - 1))] for share in (0.5, 0.99))
        return Report(self._warm.is_set(), self._done.is_set(), self._waiting, seconds, p50_ms, p99_ms, self._polled_at)

    def release(self) -> None:
        """Let the measured updates go to whoever polls, at their rate."""
        self._delays.clear()
        if self._rate:
            self._let_go_by(asyncio.get_running_loop().time())
        else:
            self._let_go(len(self._updates))

    def _let_go_by(self, moment: float) -> None:
        """Let one go, and the next in its time, counted from the moment at which this one was due."""
        self._let_go(self._released + 1)
        if self._released < len(self._updates):
            following = moment + 1 / self._rate
            asyncio.get_running_loop().call_at(following, self._let_go_by, following)

    def _let_go(self, count: int) -> None:
        now = time.perf_counter()
        for chat in self._senders[self._released : count]:
            self._released_at[chat].append(now)
        self._released = count
        for poll in self._polls:
            if not poll.done():
                poll.set_result(None)

    async def control(self, path: bytes) -> bytes:
        """Answer a request of the control interface."""
        if path == b"/bench/release":
            self.release()
        else:
            point = self._warm if path.endswith(b"/warm") else self._done
            with suppress(TimeoutError):
                await asyncio.wait_for(point.wait(), REPORT_PATIENCE_S)
        return _answer(json.dumps(asdict(self.report())).encode())

    def call(self, method: bytes, query: bytes, body: bytes) -> bytes:
        """Answer a Bot API method other than getUpdates."""
        if fixed := self._fixed.get(method):
            return fixed
        if not method.startswith((b"send", b"edit", b"copy", b"forward")) or method == b"sendChatAction":
            return self._true
        found = _CHAT.search(body) or _CHAT.search(query)
        chat = found[1] if found else b"0"
        if method.startswith(b"send"):
            self._note_reply(chat)
        self._message_id += 1
        return _answer(_MESSAGE % (self._message_id, chat))

    async def poll(self, query: bytes, body: bytes) -> bytes:
        """Answer getUpdates: at once when there are updates, else when some are released or its timeout is over."""
        self._polled_at = self._polled_at or time.perf_counter()
        offset, limit, timeout = (
            int(found[1]) if (found := name.search(body) or name.search(query)) else default
            for name, default in ((_OFFSET, 0), (_LIMIT, 100), (_TIMEOUT, 0))
        )
        self._confirmed = max(self._confirmed, offset - 1)
        if self._confirmed >= self._released and timeout > 0:
            wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._polls[wake] = None
            try:
                await asyncio.wait({wake}, timeout=timeout)
            finally:
                del self._polls[wake]
        batch = self._updates[self._confirmed : min(self._confirmed + limit, self._released)]
        if not batch:
            return self._no_updates
        if self._first_served is None and self._confirmed + len(batch) > len(self._updates) - self._measured:
            self._first_served = time.perf_counter()
        return _answer(b'{"ok":true,"result":[%b]}' % b",".join(batch))

    def _note_reply(self, chat: bytes) -> None:
        if not self._released_at[chat]:
            return
        self._waiting -= 1
        self._last_reply = time.perf_counter()
        self._delays.append(self._last_reply - self._released_at[chat].popleft())
        self._note_progress()

    def _note_progress(self) -> None:
        if self._waiting <= self._measured:
            self._warm.set()
        if not self._waiting:
            self._done.set()


class _Connection(asyncio.Protocol):
    """One keep-alive connection. Its client sends the next request only after the answer to the last."""

    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._task:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end]
        found = _LENGTH.search(head)
        if not found and _CHUNKED.search(head):
            self._write(_answer(b"", b"411 Length Required"))
            return
        whole = end + 4 + (int(found[1]) if found else 0)
        if len(self._buffer) < whole:
            return
        body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
        target = head.split(b" ", 2)[1]
        path, _, query = target.partition(b"?")
        if path.startswith(b"/bench/"):
            self._task = asyncio.create_task(self._later(self._stub.control(path)))
            return
        method = path.rpartition(b"/")[2]
        if method == b"getUpdates":
            self._task = asyncio.create_task(self._later(self._stub.poll(query, body), self._stub.latency_s))
        elif self._stub.latency_s:
            answer = self._stub.call(method, query, body)
            asyncio.get_running_loop().call_later(self._stub.latency_s, self._write, answer)
        else:
            self._write(self._stub.call(method, query, body))

    async def _later(self, answer: Coroutine[Any, Any, bytes], latency_s: float = 0.0) -> None:
        ready = await answer
        if latency_s:
            await asyncio.sleep(latency_s)
        self._write(ready)

    def _write(self, answer: bytes) -> None:
        if self._transport:
            self._transport.write(answer)


async def serve(stub: Stub) -> tuple[asyncio.Server, str]:
    """Listen on a free port of the loopback; returns the server and its address."""
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(stub), "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _main(options: argparse.Namespace) -> None:
    stub = Stub(options.updates, options.chats or options.updates, options.latency_ms / 1000, options.rate)
    server, url = await serve(stub)
    print(f"listening on {url}", flush=True)  # noqa: T201 - the agreed line on which the caller waits
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A fast Bot API stub for measurements.")
    parser.add_argument("--updates", type=int, default=3000, help="how many measured updates")
    parser.add_argument("--chats", type=int, default=0, help="from how many private chats (0: each its own)")
    parser.add_argument("--latency-ms", type=float, default=0, help="how long each answer takes")
    parser.add_argument("--rate", type=float, default=0, help="how many are released a second (0: all at once)")
    asyncio.run(_main(parser.parse_args()))
