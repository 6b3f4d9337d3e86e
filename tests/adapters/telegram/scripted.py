"""A Bot API server that answers by a script, breaks connections on demand, and keeps what it was asked."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from aiohttp import web

TOKEN = "123456789:CANARY-abcdefghijklmnopqrstuvwxyz12"
PATIENCE_S = 5.0
"""How long a test waits for what must happen before it fails."""

Answer: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


def says(body: bytes | str, status: int = 200, content_type: str = "application/json") -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        raw = body.encode() if isinstance(body, str) else body
        return web.Response(body=raw, status=status, content_type=content_type)

    return answer


def ok(result: object) -> Answer:
    return says(json.dumps({"ok": True, "result": result}))


def refuses(code: int, description: str, **parameters: int) -> Answer:
    answer: dict[str, object] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        answer["parameters"] = parameters
    return says(json.dumps(answer), code)


async def resets(request: web.Request) -> web.StreamResponse:
    """Break the connection after the request was read: it may have taken effect."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def breaks_off(request: web.Request) -> web.StreamResponse:
    """Break the connection in the middle of the answer."""
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'{"ok":true')
    assert request.transport is not None
    request.transport.abort()
    return response


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    path: str
    fields: dict[str, str]
    files: dict[str, tuple[str, bytes]]

    @property
    def method(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass(slots=True)
class ScriptedTelegram:
    """Answers one by one from `script`; once that is used up, it leaves every request waiting."""

    url: str
    script: deque[Answer]
    asked: list[Asked] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        fields: dict[str, str] = {}
        files: dict[str, tuple[str, bytes]] = {}
        if request.content_type == "application/json":
            for name, value in (await request.json()).items():
                fields[name] = value if isinstance(value, str) else json.dumps(value)
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = (value.filename, value.file.read())
            else:
                assert isinstance(value, str)
                fields[name] = value
        self.asked.append(Asked(request.path, fields, files))
        async with self._news:
            self._news.notify_all()
        if self.script:
            return await self.script.popleft()(request)
        await self._closing.wait()
        return web.Response(status=503)

    async def has_been_asked(self, times: int) -> None:
        """Wait until that many requests have come."""
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(lambda: len(self.asked) >= times)

    def close(self) -> None:
        self._closing.set()


@asynccontextmanager
async def scripted_telegram(*script: Answer) -> AsyncIterator[ScriptedTelegram]:
    """Run a server on a free port of this machine."""
    server = ScriptedTelegram("", deque(script))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        server.close()
        await runner.cleanup()


async def closed_port() -> str:
    """Return an address of this machine at which nothing listens."""
    listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    host, port = listener.sockets[0].getsockname()[:2]
    listener.close()
    await listener.wait_closed()
    return f"http://{host}:{port}"
