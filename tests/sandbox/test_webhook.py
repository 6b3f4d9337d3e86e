"""Delivery by webhook: in order, with the secret, until accepted."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox import webhook
from tests.phones import Sandbox
from tests.sandbox.conftest import Api, ApiError


class Hook:
    """A bot that listens: refuses as often as it is told."""

    def __init__(self) -> None:
        self.url = ""
        self.refusals = 0
        self.got: asyncio.Queue[tuple[str | None, str]] = asyncio.Queue()

    async def handle(self, request: web.Request) -> web.Response:
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=503)
        text = (await request.json())["message"]["text"]
        self.got.put_nowait((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), text))
        return web.Response()


@pytest.fixture
async def hook(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hook]:
    monkeypatch.setattr(webhook, "_FIRST_PAUSE_S", 0.0)
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.handle)
    async with TestServer(app) as server:
        hook.url = str(server.make_url("/hook"))
        yield hook


async def test_updates_arrive_in_order_with_the_secret(api: Api, sandbox: Sandbox, hook: Hook) -> None:
    chan = await sandbox.phone("chan")
    await chan.sends("before", settle=False)
    await api("setWebhook", url=hook.url, secret_token="s3cret")
    await chan.sends("after", settle=False)
    async with asyncio.timeout(5):
        assert [await hook.got.get(), await hook.got.get()] == [("s3cret", "before"), ("s3cret", "after")]
        await sandbox.settle()
    assert (await api("getWebhookInfo"))["pending_update_count"] == 0


async def test_a_refused_update_comes_again_before_the_next(api: Api, sandbox: Sandbox, hook: Hook) -> None:
    chan = await sandbox.phone("chan")
    hook.refusals = 3
    await api("setWebhook", url=hook.url)
    await chan.sends("one", settle=False)
    await chan.sends("two", settle=False)
    async with asyncio.timeout(5):
        assert [(await hook.got.get())[1], (await hook.got.get())[1]] == ["one", "two"]
    info = await api("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
    assert info["url"] == hook.url


async def test_what_was_not_delivered_can_be_polled(api: Api, sandbox: Sandbox) -> None:
    chan = await sandbox.phone("chan")
    await api("setWebhook", url="http://127.0.0.1:9/nobody")
    await chan.sends("kept", settle=False)
    await api("deleteWebhook")
    assert (await api.update())["message"]["text"] == "kept"


async def test_the_sandbox_posts_to_this_machine_only(api: Api) -> None:
    with pytest.raises(ApiError, match="this machine only"):
        await api("setWebhook", url="https://example.org/hook")
    with pytest.raises(ApiError, match="secret token contains unallowed characters"):
        await api("setWebhook", url="http://127.0.0.1:9/", secret_token="not allowed")
