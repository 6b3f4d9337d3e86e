"""The whole bot with its page, and a browser that looks at it; skipped where no Chromium is installed."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.adapters.clock import MovableClock
from bot.main import running
from bot.settings import load
from tests.browser.chromium import Tab, find, open_browser, open_tab
from tests.databases import lay_migrated
from tests.phones import Sandbox

#: A Monday morning in Hong Kong.
MORNING = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def browser() -> Iterator[str]:
    """One Chromium for all tests; each has a profile of its own in it."""
    if find() is None:
        pytest.skip("no Chromium is installed")
    with open_browser() as address:
        yield address


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a running sandbox."""
    settings = load({"SHOUWEN_DATA_DIR": str(lay_migrated(tmp_path)), "SHOUWEN_HTTP_PORT": "0"}, tmp_path)
    async with running(settings, emulated=True, paced=False, clock=MovableClock(MORNING)) as up:
        loops = asyncio.create_task(up.supervisor.run())
        yield up.url
        up.supervisor.stop()
        await loops


@pytest.fixture
async def sandbox(url: str) -> AsyncIterator[Sandbox]:
    async with aiohttp.ClientSession() as session:
        yield Sandbox(url, session)


@pytest.fixture
async def tab(browser: str, url: str) -> AsyncIterator[Tab]:
    """The page, open in a window of a laptop's size."""
    async with open_tab(browser) as tab:
        await tab.open(url)
        await tab.until("document.querySelector('.phone')")
        yield tab
