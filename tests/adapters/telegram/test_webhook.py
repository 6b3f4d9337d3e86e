"""The webhook: who may speak, how much, and that 200 means committed."""

import asyncio
import gzip
import io
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.adapters.telegram import webhook
from bot.adapters.telegram.webhook import BODY_LIMIT, SECRET_HEADER, webhook_handler
from bot.ports.inbox import RawUpdate
from tests.adapters.telegram.scripted import PATIENCE_S

SECRET = "a-secret-of-the-operator"
Client = TestClient[web.Request, web.Application]

PATH = "/telegram/webhook"


@dataclass(slots=True)
class MemoryInbox:
    admitted: list[RawUpdate] = field(default_factory=list)
    broken: bool = False

    async def admit(self, updates: Sequence[RawUpdate]) -> None:
        if self.broken:
            raise OSError(28, "No space left on device")
        self.admitted += updates


@pytest.fixture
def inbox() -> MemoryInbox:
    return MemoryInbox()


@pytest.fixture
async def client(inbox: MemoryInbox) -> AsyncIterator[Client]:
    app = web.Application()
    app.router.add_post(PATH, webhook_handler(inbox, SECRET))
    async with TestClient(TestServer(app)) as client:
        yield client


def headers(secret: str = SECRET) -> dict[str, str]:
    return {SECRET_HEADER: secret, "Content-Type": "application/json"}


async def test_200_means_committed(client: Client, inbox: MemoryInbox) -> None:
    raw = '{"update_id": 7, "message": {"text": "陳 \\ud83d"}}'
    response = await client.post(PATH, data=raw.encode(), headers=headers())
    assert response.status == 200
    assert inbox.admitted == [RawUpdate(7, raw)]


async def test_what_is_not_committed_is_asked_for_again(client: Client, inbox: MemoryInbox) -> None:
    inbox.broken = True
    assert (await client.post(PATH, data=b'{"update_id": 7}', headers=headers())).status == 503


@pytest.mark.parametrize(
    ("body", "raw"),
    [
        (b"not JSON", "not JSON"),
        (b"", ""),
        (b"[1]", "[1]"),
        (b"{}", "{}"),
        (b'{"update_id": "x"}', '{"update_id": "x"}'),
        (b'{"update_id": 99999999999999999999}', '{"update_id": 99999999999999999999}'),
        (b"\xff\xfe{", "��{"),
        (b"[" * 50_000, "[" * 50_000),
    ],
)
async def test_what_cannot_be_understood_is_kept_and_not_sent_again(
    client: Client, inbox: MemoryInbox, body: bytes, raw: str
) -> None:
    assert (await client.post(PATH, data=body, headers=headers())).status == 200
    assert inbox.admitted == [RawUpdate(None, raw)]


@pytest.mark.parametrize("given", ["", "wrong", SECRET[:-1], SECRET + "x", "é"])
async def test_without_the_secret_nothing_is_read(client: Client, inbox: MemoryInbox, given: str) -> None:
    never_sent = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"{"
        await never_sent.wait()

    async with asyncio.timeout(PATIENCE_S):
        assert (await client.post(PATH, data=body(), headers=headers(given))).status == 403
        assert (await client.post(PATH, data=b"{}")).status == 403
    assert not inbox.admitted


@pytest.mark.parametrize("how", ["declared", "chunked", "compressed"])
async def test_the_limit_holds_however_the_body_is_sent(client: Client, inbox: MemoryInbox, how: str) -> None:
    large = json.dumps({"update_id": 1, "x": "y" * BODY_LIMIT}).encode()

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 65_536):
            yield large[start : start + 65_536]

    with_headers = headers()
    if how == "compressed":
        with_headers["Content-Encoding"] = "gzip"
    data = {"declared": io.BytesIO(large), "chunked": chunks(), "compressed": gzip.compress(large)}[how]
    async with asyncio.timeout(PATIENCE_S):
        assert (await client.post(PATH, data=data, headers=with_headers)).status == 413
    assert not inbox.admitted


async def test_a_body_that_does_not_come_is_not_waited_for(
    client: Client, inbox: MemoryInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "BODY_TIMEOUT_S", 0.05)
    never_sent = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"{"
        await never_sent.wait()

    async with asyncio.timeout(PATIENCE_S):
        assert (await client.post(PATH, data=body(), headers=headers())).status == 408
    assert not inbox.admitted


async def test_a_body_up_to_the_limit_is_taken(client: Client, inbox: MemoryInbox) -> None:
    body = b'{"update_id": 1, "x": "%s"}'
    body %= b"y" * (BODY_LIMIT - len(body) + len("%s"))
    assert len(body) == BODY_LIMIT
    assert (await client.post(PATH, data=body, headers=headers())).status == 200
    assert [update.update_id for update in inbox.admitted] == [1]


async def test_a_body_that_breaks_off_is_not_kept(
    client: Client, inbox: MemoryInbox, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 100\r\n\r\n{{".encode()
    )
    await writer.drain()
    writer.write_eof()
    async with asyncio.timeout(PATIENCE_S):
        await reader.read()
    writer.close()
    assert not inbox.admitted
    assert not caplog.records


def test_an_empty_secret_is_refused(inbox: MemoryInbox) -> None:
    with pytest.raises(ValueError, match="secret"):
        webhook_handler(inbox, "")
