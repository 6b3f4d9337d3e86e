"""Receiving updates that Telegram delivers itself (Bot API setWebhook).

Answered with 200 only when the inbox has committed the update; anything else makes Telegram deliver it again. For the
same reason what can never be understood is committed as it is and answered with 200: refused, it would come again for
ever and hold up those behind it.

The path holds no token. Who calls is proved by the secret header, compared in constant time, before a byte of the body
is read.
"""

import asyncio
import hmac
import json
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.adapters.telegram.raw import raw_update
from bot.ports.inbox import Inbox, RawUpdate

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
BODY_LIMIT: Final = 2**20
"""Bytes of a body that are read at most, however it is sent; Telegram's updates have a few thousand."""
BODY_TIMEOUT_S: Final = 20.0
"""How long a body may take to arrive, in seconds."""

log = structlog.get_logger(__name__)


def webhook_handler(inbox: Inbox, secret: str) -> Handler:
    """Return the handler for POST requests of Telegram, which must carry `secret` in `SECRET_HEADER`.

    Answers: 200 committed · 403 wrong or no secret · 408 body too slow · 413 body too large · 503 not committed,
    come again. All but 200 and 503 close the connection, unread body and all.

    Raises:
        ValueError: `secret` is empty; then anybody could write into the inbox.
    """
    if not secret:
        raise ValueError("the webhook's secret is empty")
    expected = secret.encode()

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, expected):
            log.warning("webhook.refused", status=403)
            return _refusal(403)
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                body = await _read_at_most(request, BODY_LIMIT)
        except TimeoutError:
            return _refusal(408)
        if body is None:
            log.warning("webhook.refused", status=413)
            return _refusal(413)
        try:
            await inbox.admit([_update_of(body)])
        except Exception as error:
            log.error("webhook.not_committed", error=type(error).__name__)
            return web.Response(status=503, headers={"Retry-After": "5"})
        return web.Response()

    return receive


async def _read_at_most(request: web.Request, limit: int) -> bytes | None:
    """Return the body, or None as soon as it proves longer than `limit`: declared, chunked or compressed."""
    if (request.content_length or 0) > limit:
        return None
    body = bytearray()
    while chunk := await request.content.readany():
        if len(body) + len(chunk) > limit:
            return None
        body += chunk
    return bytes(body)


def _update_of(body: bytes) -> RawUpdate:
    text = body.decode("utf-8", "replace")
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return RawUpdate(None, text)
    return raw_update(value, text)


def _refusal(status: int) -> web.Response:
    response = web.Response(status=status)
    response.force_close()
    return response
