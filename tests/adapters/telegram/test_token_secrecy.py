"""The token appears in no exception, log line or repr, whatever goes wrong."""

import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import aiohttp
import pytest
import telegram
from structlog.testing import capture_logs

from bot.adapters.telegram.download import download
from bot.adapters.telegram.messenger import TelegramMessenger
from bot.adapters.telegram.poll import poll
from bot.adapters.telegram.request import AiohttpRequest, open_bot, open_session
from bot.ports.inbox import RawUpdate
from bot.ports.messenger import SendText
from tests.adapters.telegram.scripted import (
    TOKEN,
    Answer,
    breaks_off,
    closed_port,
    refuses,
    resets,
    says,
    scripted_telegram,
)

WORDS = "PRIVATE-WORDS-of-a-resident"
ECHO = f"cannot reach /bot{TOKEN}/sendMessage with {WORDS}"
FAILURES: dict[str, Answer] = {
    "reset": resets,
    "half an answer": breaks_off,
    "gateway page": says(ECHO, 502, "text/html"),
    "not JSON": says(ECHO),
    "not an object": says(f'["{ECHO}"]'),
    "redirect": says(ECHO, 302, "text/html"),
    "no HTTP status": says(ECHO, 418, "text/html"),
    "429 as text": says(ECHO, 429, "text/html"),
    "server error": refuses(500, ECHO),
    "unauthorized": refuses(401, ECHO),
    "not found": refuses(404, ECHO),
    "forbidden": refuses(403, f"Forbidden: {ECHO}"),
    "bad request": refuses(400, f'Bad Request: "{ECHO}"'),
    "conflict": refuses(409, ECHO),
}


class _Stop(Exception):
    """Ends a poll at its first delay."""


class _Inbox:
    async def admit(self, updates: Sequence[RawUpdate]) -> None:
        raise AssertionError(len(updates))


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as session:
        yield session


def told_by(error: BaseException) -> str:
    """Return all that could be shown of an exception: text, repr, arguments, and everything chained to it."""
    chain: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        chain += [str(seen), repr(seen), repr(seen.args), *traceback.format_exception_only(seen)]
        seen = seen.__cause__ or seen.__context__
    return "\n".join([*chain, *traceback.format_exception(error)])


async def everything_told(
    session: aiohttp.ClientSession, url: str, directory: Path, caplog: pytest.LogCaptureFixture
) -> str:
    """Meet the failure in each of the ways out, and return all that was said of it."""
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        bot = open_bot(session, TOKEN, url)
        told = [repr(bot), repr(await TelegramMessenger(bot).perform(SendText(5, WORDS, WORDS)))]

        async def stop(_: float) -> None:
            raise _Stop

        async def polls() -> object:
            return await poll(session, url, TOKEN, _Inbox(), lambda: None, established=True, sleep=stop)

        ways: list[Callable[[], Awaitable[object]]] = [
            polls,
            lambda: download(bot, session, "F", directory),
        ]
        for way in ways:
            with pytest.raises(Exception) as caught:
                await way()
            told.append(told_by(caught.value))
    return "\n".join([*told, repr(logs), caplog.text])


@pytest.mark.parametrize("kind", FAILURES)
async def test_no_answer_makes_it_known(
    session: aiohttp.ClientSession, tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    async with scripted_telegram(*[FAILURES[kind]] * 3) as server:
        told = await everything_told(session, server.url, tmp_path, caplog)
        assert len(server.asked) == 3, "each way out met the failure"
    assert TOKEN not in told
    assert WORDS not in told


async def test_no_missing_connection_makes_it_known(
    session: aiohttp.ClientSession, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert TOKEN not in await everything_told(session, await closed_port(), tmp_path, caplog)


async def test_no_wrong_address_makes_it_known(
    session: aiohttp.ClientSession, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert TOKEN not in await everything_told(session, "ftp://127.0.0.1", tmp_path, caplog)


@pytest.mark.parametrize("kind", FAILURES)
async def test_neither_does_python_telegram_bot_when_asked_directly(session: aiohttp.ClientSession, kind: str) -> None:
    async with scripted_telegram(FAILURES[kind]) as server:
        with pytest.raises(telegram.error.TelegramError) as caught:
            await open_bot(session, TOKEN, server.url).get_me()
    # What Telegram itself says in JSON is python-telegram-bot's message; it knows the token, but does not send it.
    if kind not in {"unauthorized", "not found", "forbidden", "bad request", "conflict"}:
        assert TOKEN not in told_by(caught.value)


async def test_a_timeout_does_not_make_it_known(session: aiohttp.ClientSession) -> None:
    async with scripted_telegram() as server:
        request = AiohttpRequest(session, read_s=0.05)
        bot = telegram.Bot(TOKEN, base_url=f"{server.url}/bot", request=request, get_updates_request=request)
        with pytest.raises(telegram.error.TimedOut) as caught:
            await bot.get_me()
    assert TOKEN not in told_by(caught.value)
