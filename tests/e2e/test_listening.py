"""A speech-to-text command of the operator's: what it hears is suggested to who spoke, and may always fail."""

import asyncio
import shlex
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.adapters.clock import MovableClock
from bot.domain.people import Language
from bot.main import running
from bot.settings import load
from tests.databases import lay_migrated
from tests.e2e.acts import in_words
from tests.e2e.conftest import MORNING
from tests.phones import OGG, Sandbox

TRADITIONAL = Language.TRADITIONAL
HEARS = """import sys
assert open(sys.argv[1], "rb").read().startswith(b"OggS")
sys.stdout.buffer.write("閘門壞了".encode())"""


@asynccontextmanager
async def heard_by(program: str, folder: Path) -> AsyncIterator[Sandbox]:
    """A sandbox whose operator has configured an engine, which is these lines of Python."""
    command = shlex.join((sys.executable, "-c", program))
    known = {"SHOUWEN_DATA_DIR": str(lay_migrated(folder)), "SHOUWEN_HTTP_PORT": "0", "SHOUWEN_SPEECH_COMMAND": command}
    clock = MovableClock(MORNING)
    async with running(load(known, folder), emulated=True, paced=False, clock=clock) as up:
        loops = asyncio.create_task(up.supervisor.run())
        async with aiohttp.ClientSession() as session:
            yield Sandbox(up.url, session)
        up.supervisor.stop()
        await loops


async def test_what_the_engine_heard_is_confirmed_by_who_spoke_and_reaches_the_desk(tmp_path: Path) -> None:
    async with heard_by(HEARS, tmp_path) as sandbox:
        cleaner, clerk = await sandbox.phone("cleaner"), await sandbox.phone("clerk")
        await cleaner.sends(voice=OGG)
        for tap in ("門、閘機", "正門", "📤 傳送"):
            await cleaner.taps(tap)
        await cleaner.sees("HT-2026-0001", "閘門壞了", in_words("👍 That is right", TRADITIONAL))
        assert any("voice" in message for message in await clerk.screen(sandbox.group)), "the sound comes first"
        assert not any("閘門壞了" in str(message) for message in await clerk.screen(sandbox.group))
        await cleaner.taps(in_words("👍 That is right", TRADITIONAL))
        await clerk.sees("HT-2026-0001", "🎤 閘門壞了", chat=sandbox.group)


async def test_an_engine_that_fails_loses_nothing(tmp_path: Path) -> None:
    async with heard_by("import sys; sys.exit(7)", tmp_path) as sandbox:
        cleaner, clerk = await sandbox.phone("cleaner"), await sandbox.phone("clerk")
        await cleaner.sends(voice=OGG)
        for tap in ("門、閘機", "正門", "📤 傳送"):
            await cleaner.taps(tap)
        await sandbox.advance(hours=1)
        await clerk.sees("HT-2026-0001", chat=sandbox.group)
        assert any("voice" in message for message in await clerk.screen(sandbox.group))
        assert not any("🎤" in str(message) for message in await cleaner.screen())
