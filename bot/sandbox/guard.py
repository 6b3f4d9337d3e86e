"""Who may talk to the sandbox: programs and browsers of this machine, and no web page from elsewhere."""

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def local_only(handler: Handler) -> Handler:
    """Refuse peers that are not on this machine, foreign host names (DNS rebinding) and foreign origins (CSRF)."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not is_local(request):
            raise web.HTTPForbidden(text="The sandbox serves this machine only.\n")
        return await handler(request)

    return guarded


def json_only(handler: Handler) -> Handler:
    """As `local_only`, and refuse bodies that a foreign page's form could post."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="Post application/json.\n")
        return await handler(request)

    return local_only(guarded)


def is_local(request: web.Request) -> bool:
    """Whether a request comes from this machine, for this machine, and not from a foreign page."""
    peer = request.transport.get_extra_info("peername") if request.transport is not None else None
    if not isinstance(peer, tuple) or not _is_loopback(str(peer[0])):
        return False
    if urlsplit(f"//{request.host}").hostname not in _NAMES:
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).hostname in _NAMES


def _is_loopback(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback
