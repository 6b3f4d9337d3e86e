"""The emulator as a web application: the Bot API, its files, the control interface and the page."""

import asyncio
import json
import math
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from aiohttp import web

from bot.ports.clock import TimeMachine, Workload
from bot.sandbox import editing, methods, sending
from bot.sandbox.cast import Cast
from bot.sandbox.control import Control
from bot.sandbox.emulator import Emulator, failure
from bot.sandbox.faults import Fault
from bot.sandbox.guard import local_only
from bot.sandbox.memory import Memory
from bot.sandbox.params import METHODS, Params, Upload
from bot.sandbox.refusal import Refusal, bad_request, forbidden, too_many_requests
from bot.sandbox.webhook import WebhookPusher

EMULATOR: Final = web.AppKey("emulator", Emulator)
"""Where an application made by `create` keeps its emulator."""
_HANDLER_MODULES: Final = (editing, methods, sending)
"""Importing them has registered the methods of the Bot API."""
_BODY_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of the largest request: an upload of 50 MB, or one of 20 MB as base64 in JSON."""
_LOOK_S: Final = 0.1
_PAGE: Final = Path(__file__).parent / "page"
_PAGE_KINDS: Final = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}
_PAGE_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def create(
    token: str,
    clock: TimeMachine,
    *,
    cast: Cast | None,
    workload: Workload | None = None,
    limits: bool = True,
    public_url: str = "",
    state_file: Path | None = None,
) -> web.Application:
    """Return an application that is the emulator alone; it can be found under the key EMULATOR.

    Args:
        token: The sandbox's own token, `cast.SANDBOX_TOKEN`.
        clock: The clock that the control interface moves; the bot's own, if it shares the process.
        cast: Who is there; None for an empty world.
        workload: What is asked whether the bot has settled; it can be set later as `emulator.workload`.
        limits: Whether Telegram's limits on sending are enforced.
        public_url: Where the page is, for links shown to people.
        state_file: Where chats are kept between runs; None keeps them in memory.

    Raises:
        ValueError: the token is not the sandbox's.
    """
    emulator = Emulator(token, clock, cast=cast, workload=workload, limits=limits, public_url=public_url)
    app = web.Application(client_max_size=_BODY_LIMIT)
    app[EMULATOR] = emulator
    add_routes(app, emulator, state_file=state_file)
    return app


def add_routes(app: web.Application, emulator: Emulator, *, state_file: Path | None = None) -> None:
    """Serve the emulator from an application that may have other routes, and tie it to its start and stop.

    Requests may be larger than the application's `client_max_size`: each is read under the emulator's own limit.
    """
    app.router.add_route("*", "/bot{token}/{method}", local_only(_BotApi(emulator).handle))
    app.router.add_get("/file/bot{token}/{path:.+}", local_only(_Files(emulator).handle))
    control = Control(emulator)
    control.add_routes(app)
    app.router.add_get("/", local_only(_page("index.html", "text/html")))
    for path in _PAGE.iterdir():
        if path.suffix in _PAGE_KINDS:
            app.router.add_get(f"/page/{path.name}", local_only(_page(path.name, _PAGE_KINDS[path.suffix])))
    pusher = WebhookPusher(emulator)
    emulator.webhook_changed = pusher.restart
    memory = Memory(emulator.world, state_file) if state_file is not None else None

    async def running(_app: web.Application) -> AsyncIterator[None]:
        if memory is not None:
            await memory.start()
        await pusher.restart()
        yield
        await pusher.stop()
        if memory is not None:
            await memory.stop()

    async def stopping(_app: web.Application) -> None:
        # Before the server waits for its connections to end: none of them would by itself.
        emulator.world.hub.close()
        emulator.end_poll(Refusal(502, "Bad Gateway"))

    app.cleanup_ctx.append(running)
    app.on_shutdown.append(stopping)


def _page(name: str, kind: str) -> Any:
    async def page(_request: web.Request) -> web.StreamResponse:
        headers = {**_PAGE_HEADERS, "Content-Type": f"{kind}; charset=utf-8"}
        return web.FileResponse(_PAGE / name, headers=headers)

    return page


class _Files:
    """Download of files by the bot."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def handle(self, request: web.Request) -> web.StreamResponse:
        stored = self._emulator.world.files.by_path.get(request.match_info["path"])
        if request.match_info["token"] != self._emulator.token:
            return _answer(failure(Refusal(401, "Unauthorized")))
        if stored is None:
            return _answer(failure(Refusal(404, "Not Found")))
        return web.Response(body=stored.content, content_type="application/octet-stream")


class _BotApi:
    """The Bot API over HTTP."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Carry out one call, unless a failure on purpose strikes it."""
        emulator = self._emulator
        if request.match_info["token"] != emulator.token:
            return _answer(failure(Refusal(401, "Unauthorized")))
        name = request.match_info["method"]
        poll = name.lower() == "getupdates"
        fault = emulator.faults.strike(name)
        if fault is not None and fault.kind == "reset_before":
            return _reset(request)
        if not poll:
            emulator.calls_running += 1
        try:
            if fault is not None and fault.kind in {"429", "500", "403"}:
                return _answer(failure(_refusal(fault)))
            text, status = await self._call(name, request)
            if fault is not None and fault.kind == "reset_after":
                return _reset(request)
            if fault is not None:
                await _held_back(request, fault.delay_s)
            return web.Response(text=text, status=status, content_type="application/json")
        finally:
            if not poll:
                emulator.calls_running -= 1
                emulator.last_call_at = asyncio.get_running_loop().time()

    async def _call(self, name: str, request: web.Request) -> tuple[str, int]:
        """Return the text of the answer and its status."""
        try:
            method = METHODS.get(name.lower())
            if method is None:
                raise Refusal(404, "Not Found: method not found")
            params = await _params(request)
            method.check_names(params.names())
            result = await method.run(self._emulator, params)
        except Refusal as refusal:
            return json.dumps(failure(refusal)), refusal.code
        if method.name == "getUpdates":
            return f'{{"ok":true,"result":[{",".join(result)}]}}', 200
        return json.dumps({"ok": True, "result": result}), 200


def _refusal(fault: Fault) -> Refusal:
    if fault.kind == "429":
        return too_many_requests(max(1, round(fault.delay_s)))
    if fault.kind == "403":
        return forbidden("bot was blocked by the user")
    return Refusal(500, "Internal Server Error")


async def _held_back(request: web.Request, seconds: float) -> None:
    """Return after so many real seconds, or as soon as nobody waits for the answer any more."""
    for _ in range(math.ceil(seconds / _LOOK_S)):
        if request.transport is None:
            return
        await asyncio.sleep(_LOOK_S)


def _reset(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _answer(answer: dict[str, Any]) -> web.Response:
    return web.json_response(answer, status=answer["error_code"])


async def _params(request: web.Request) -> Params:
    """Read the parameters from query and body, whichever form they have."""
    values: dict[str, Any] = dict(request.query)
    kind = request.content_type
    large = request.clone(client_max_size=_BODY_LIMIT)
    if kind == "multipart/form-data":
        return await _multipart(large, values)
    body = await large.read()
    if kind == "application/json" and body:
        try:
            given = json.loads(body)
        except ValueError:
            given = None
        if not isinstance(given, dict):
            raise bad_request("can't parse JSON object")
        values |= {name: value for name, value in given.items() if value is not None}
    elif kind == "application/x-www-form-urlencoded":
        try:
            values |= parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
        except UnicodeDecodeError:
            raise bad_request("strings must be encoded in UTF-8") from None
    return Params(values, {})


async def _multipart(request: web.BaseRequest, values: dict[str, Any]) -> Params:
    files: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.file.read(), value.filename, value.content_type)
            value.file.close()
        else:
            values[name] = value.decode() if isinstance(value, (bytes, bytearray)) else value
    return Params(values, files)
