"""The HTTP side of the bot: health and metrics, and the application that webhook and sandbox add their routes to."""

import dataclasses
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import hdrs, web

from bot.adapters.metrics import Metrics
from bot.adapters.supervisor import Fatal, Health

MAX_BODY: Final = 1024 * 1024
_SHUTDOWN_S: Final = 2.0

# For what is not a page. A handler that serves one sets its own policy, and is not overruled.
_DEFAULT_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that listens; `port` is the one it really has."""

    host: str
    port: int
    _runner: web.AppRunner

    async def close(self) -> None:
        """Stop to listen, give requests under way two seconds, and release the port."""
        await self._runner.cleanup()


def create(health: Callable[[], Health], metrics: Metrics, *, max_body: int = MAX_BODY) -> web.Application:
    """Return an application with /health (200 or 503) and /metrics; bodies over `max_body` bytes are refused."""

    async def show_health(request: web.Request) -> web.Response:
        now = health()
        return web.json_response(dataclasses.asdict(now), status=200 if now.ok else 503)

    async def show_metrics(request: web.Request) -> web.Response:
        return web.Response(body=metrics.exposition(), headers={hdrs.CONTENT_TYPE: metrics.content_type})

    application = web.Application(client_max_size=max_body)
    application.add_routes([web.get("/health", show_health), web.get("/metrics", show_metrics)])
    application.on_response_prepare.append(_set_headers)
    return application


async def serve(application: web.Application, host: str, port: int) -> Server:
    """Listen on `host` and `port` (0: any free one); raise `Fatal` when that cannot be had."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        # asyncio says address and port once more; an error of the resolver has no number of the system's.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise Fatal(
            f"Cannot listen on {host} port {port}: {reason}; choose another SHOUWEN_HTTP_HOST or SHOUWEN_HTTP_PORT."
        ) from None
    return Server(host, runner.addresses[0][1], runner)


async def _set_headers(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _DEFAULT_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.popall(hdrs.SERVER, None)  # names versions
