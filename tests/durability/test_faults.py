"""A network that fails one call in ten, each way it can: nothing is silently missing, and repeats have their reason.

Bot and emulator run as a sandbox, whose clock is moved on so that no retry is waited for. The emulator is the judge:
it knows how many calls it failed and what every chat shows. How many messages there ought to be is learnt from
residents who filed before the faults began.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.durability.counting import Sighting, Tally, in_store, on_cards, tally
from tests.durability.processes import running
from tests.durability.residents import Control, Resident

TICKETS = 30
USUAL = 3
RATE = 0.1
#: The calls that tell somebody something.
METHODS = ("sendMessage", "editMessageText")
#: A conversation takes four rounds without faults. The most that a test moves the clock stays below 30 minutes after
#: the first filing, when the first reminder would add messages that nobody here counts.
ROUNDS = 10
ROUND_S = 90
LAST_S = 300
DATABASE = "sandbox.db"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox: its control interface, the chat of its staff, the bot's database and metrics."""

    control: Control
    group: int
    database: Path
    session: aiohttp.ClientSession

    async def file(self, cases: range, *, insistent: bool = False) -> list[Resident]:
        """Let residents file a complaint each, all together, the clock moved on after each of their steps.

        The insistent write once more when the bot shows them nothing that leads on.
        """
        residents = [await Resident.arrives(self.control, case) for case in cases]
        await asyncio.gather(*(resident.writes() for resident in residents))
        waiting = residents
        for _ in range(ROUNDS):
            await self.control.advance(ROUND_S)
            if insistent:
                unheard = [resident for resident in waiting if await resident.hears_nothing()]
                await asyncio.gather(*(self.control.write(resident.id, "Hello?") for resident in unheard))
            ended = await asyncio.gather(*(resident.goes_on() for resident in waiting))
            waiting = [resident for resident, end in zip(waiting, ended, strict=True) if not end]
            if not waiting:
                break
        return residents

    async def file_among_faults(self, kind: str, *, insistent: bool = False) -> tuple[list[Resident], int]:
        """Let residents file while calls fail; returns them, all retries being done, and how many calls failed."""
        await self.control.faults(kind, RATE, METHODS, seed=3)
        residents = await self.file(range(USUAL, USUAL + TICKETS), insistent=insistent)
        failed = await self.control.no_faults()
        await self.control.advance(LAST_S)
        assert failed >= TICKETS * RATE, "hardly a call met the fault; the test shows nothing"
        return residents, failed

    async def told(self, residents: list[Resident]) -> list[int]:
        """Return how many messages of the bot each resident sees."""
        return [len(await resident.looks()) for resident in residents]

    async def cards(self) -> list[Sighting]:
        """Return the cards in the staff group, repeats included."""
        return on_cards(await self.control.shown(self.group))

    async def sends(self, outcome: str) -> float:
        """Return how many calls the bot itself says came to this outcome."""
        async with self.session.get("/metrics") as answer:
            families = text_string_to_metric_families(await answer.text())
        samples = (sample for family in families for sample in family.samples)
        wanted = ("shouwen_sends_total", {"outcome": outcome})
        return sum(sample.value for sample in samples if (sample.name, sample.labels) == wanted)


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """A sandbox in a process of its own, ended in order."""
    settings = {"SHOUWEN_DATA_DIR": str(tmp_path), "SHOUWEN_HTTP_PORT": "0", "SHOUWEN_LOG_LEVEL": "warning"}
    async with running("sandbox", "-m", "bot", "sandbox", env=settings) as child:
        async with aiohttp.ClientSession(await child.ready()) as session:
            control = Control(session)
            yield Sandbox(control, await control.staff_group(), tmp_path / DATABASE, session)
        await child.stop()


@pytest.mark.parametrize("kind", ["429", "500", "reset_before", "reset_after", "slow"])
async def test_nothing_is_missing_and_every_repeat_has_a_lost_answer(sandbox: Sandbox, kind: str) -> None:
    (usual,) = set(await sandbox.told(await sandbox.file(range(USUAL))))
    residents, failed = await sandbox.file_among_faults(kind)
    told, cards = await sandbox.told(residents), await sandbox.cards()
    cases = range(USUAL + TICKETS)
    assert tally(cases, in_store(sandbox.database)) == Tally()
    assert tally(cases, cards) == Tally()
    assert min(told) >= usual
    repeats = sum(told) - usual * TICKETS + len(cards) - len(cases)
    # Only here did a call take effect whose answer the bot never had.
    assert repeats <= (failed if kind == "reset_after" else 0)


async def test_a_refusal_is_noted_and_costs_nobody_their_complaint(sandbox: Sandbox) -> None:
    await sandbox.file(range(USUAL))
    _, failed = await sandbox.file_among_faults("403", insistent=True)
    assert tally(range(USUAL + TICKETS), in_store(sandbox.database)) == Tally()
    assert await sandbox.sends("unreachable") == failed
