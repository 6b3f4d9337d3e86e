"""The whole bot with its emulator in this process, driven through the phones over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.adapters.clock import MovableClock
from bot.domain.people import Language
from bot.main import Running, running
from bot.settings import load
from tests.databases import lay_migrated
from tests.e2e.floor import Floor, speaking
from tests.phones import Phone, Sandbox

#: A Monday morning in Hong Kong.
MORNING = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Running]:
    settings = load({"SHOUWEN_DATA_DIR": str(lay_migrated(tmp_path)), "SHOUWEN_HTTP_PORT": "0"}, tmp_path)
    async with running(settings, emulated=True, paced=False, clock=MovableClock(MORNING)) as up:
        loops = asyncio.create_task(up.supervisor.run())
        yield up
        up.supervisor.stop()
        await loops


@pytest.fixture
async def sandbox(bot: Running) -> AsyncIterator[Sandbox]:
    async with aiohttp.ClientSession() as session:
        yield Sandbox(bot.url, session)


@pytest.fixture
async def chan(sandbox: Sandbox) -> Phone:
    """Ms Chan, a resident who reads Traditional Chinese."""
    return await sandbox.phone("chan")


@pytest.fixture
async def li(sandbox: Sandbox) -> Phone:
    """Mr Li, a resident who reads Simplified Chinese."""
    return await sandbox.phone("li")


@pytest.fixture
async def smith(sandbox: Sandbox) -> Phone:
    """Mr Smith, a resident who reads English."""
    return await sandbox.phone("smith")


@pytest.fixture
async def clerk(sandbox: Sandbox) -> Phone:
    return await sandbox.phone("clerk")


@pytest.fixture
async def technician(sandbox: Sandbox) -> Phone:
    return await sandbox.phone("technician")


@pytest.fixture
async def supervisor(sandbox: Sandbox) -> Phone:
    """The general supervisor, who is told of what is late."""
    return await sandbox.phone("supervisor")


@pytest.fixture
async def director(sandbox: Sandbox) -> Phone:
    """The director, who owns the staff group."""
    return await sandbox.phone("director")


@pytest.fixture(params=Language)
async def floor(request: pytest.FixtureRequest, bot: Running, sandbox: Sandbox) -> AsyncIterator[Floor]:
    """The people on whom a matter depends, once in each language."""
    async with speaking(bot, sandbox, Language(request.param)) as people:
        yield people
