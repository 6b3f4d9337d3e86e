"""Ends that are in order, starts that are refused, and a disk that is full for a while: nothing is lost by any.

One office lives through it all, in whatever order: each test finds it whole and leaves it whole.
"""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.cast import SANDBOX_TOKEN
from tests.durability.counting import Tally, in_store, on_cards, tally
from tests.durability.processes import Child, ChildFailedError, running
from tests.durability.residents import Control, Crowd, until

#: An end by SIGTERM takes no longer.
END_S = 20
#: By then a second instance has begun, looked for five seconds whether there is a first, and given up, on any machine.
REFUSAL_S = 60
#: After so long nobody takes a bot for a newcomer any more.
NEWCOMER_S = 6
PATIENCE_S = 90
DATABASE = "shouwen.db"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True, slots=True)
class Office:
    """An emulator with a crowd of residents, and where the bot keeps its data."""

    api: str
    data: Path
    control: Control
    crowd: Crowd
    group: int

    @asynccontextmanager
    async def bot(self, data: Path | None = None) -> AsyncIterator[Child]:
        """Run a bot for this office; by default on its own data."""
        settings = {
            "SHOUWEN_BOT_TOKEN": SANDBOX_TOKEN,
            "SHOUWEN_BOT_API_URL": self.api,
            "SHOUWEN_DATA_DIR": str(data or self.data),
            "SHOUWEN_HTTP_PORT": "0",
            "SHOUWEN_LOG_LEVEL": "warning",
        }
        async with running("bot", "-m", "bot", "run", env=settings) as child:
            yield child

    async def serves(self) -> None:
        """Return when everybody has their number and the staff group all cards."""

        async def all_shown() -> bool:
            return not tally(self.crowd.cases, on_cards(await self.control.shown(self.group))).lost

        async with asyncio.timeout(PATIENCE_S):
            await self.crowd.done()
            await until(all_shown)

    async def has_filed_all(self) -> bool:
        """Whether each complaint is a ticket."""
        return not tally(self.crowd.cases, in_store(self.data / DATABASE)).lost

    async def is_whole(self) -> None:
        """Assert that each complaint is a ticket and a card, once."""
        cards = on_cards(await self.control.shown(self.group))
        assert tally(self.crowd.cases, cards) == Tally()
        assert tally(self.crowd.cases, in_store(self.data / DATABASE)) == Tally()
        assert len(cards) == len(self.crowd.cases)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """An office in which somebody has been served, so that the bot knows the token to be its own."""
    where = tmp_path_factory.mktemp("office")
    settings = {"SHOUWEN_DATA_DIR": str(where / "emulator"), "SHOUWEN_HTTP_PORT": "0"}
    async with running("emulator", "-m", "bot", "emulator", "--no-limits", env=settings) as emulator:
        api = await emulator.ready()
        async with aiohttp.ClientSession(api) as session:
            control = Control(session)
            office = Office(api, where / "bot", control, Crowd(control), await control.staff_group())
            office.crowd.grow()
            async with office.bot() as bot:
                await bot.ready()
                await office.serves()
                await bot.stop()
            try:
                yield office
            finally:
                await office.crowd.disperse()


async def refusal(bot: Child) -> str:
    """Return what a bot says that does not want to serve."""
    with pytest.raises(ChildFailedError) as failure:
        await bot.stays(REFUSAL_S)
    assert bot.process.returncode not in (0, None)
    return str(failure.value)


async def test_sigterm_under_load_ends_in_order_and_leaves_nothing_in_doubt(office: Office) -> None:
    for _ in range(3):
        for _ in range(4):
            office.crowd.grow()
        async with office.bot() as bot:
            await bot.ready()
            await asyncio.sleep(0.4)
            assert office.crowd.busy
            await bot.stop(END_S)
    async with office.bot() as bot:
        await bot.ready()
        await office.serves()
        await bot.stop()
    await office.is_whole()


async def test_a_second_bot_on_the_same_data_is_refused(office: Office) -> None:
    async with office.bot() as first:
        await first.ready()
        async with office.bot() as second:
            assert f"Shouwen is already running on {office.data} (process {first.pid}, " in await refusal(second)
        office.crowd.grow()
        await office.serves()
        await first.stop()
    await office.is_whole()


async def test_a_second_bot_with_the_same_token_is_refused(office: Office, tmp_path: Path) -> None:
    async with office.bot() as first:
        await first.ready()
        await first.stays(NEWCOMER_S)
        office.crowd.grow()
        async with office.bot(tmp_path / "other") as second:
            assert "Another instance is polling with this bot token." in await refusal(second)
        await office.serves()
        await first.stop()
    await office.is_whole()
    assert in_store(tmp_path / "other" / DATABASE) == [], "what was the first's has been taken by the second"


async def test_a_full_disk_holds_everybody_up_and_nothing_is_lost(office: Office) -> None:
    async with office.bot() as bot:
        await bot.ready()
        for _ in range(6):
            office.crowd.grow()
        await until(office.has_filed_all)  # most cards wait, because the group gets them at Telegram's pace
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        late = [office.crowd.grow() for _ in range(3)]
        await bot.stays(4)
        assert list(tally(office.crowd.cases, in_store(office.data / DATABASE)).lost) == late
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await office.serves()
        await bot.stop()
    await office.is_whole()
