"""The ordeal: residents file complaints while the bot is killed with SIGKILL again and again.

The emulator runs in a process of its own and lives through it all, like Telegram, but for its limits: all complaints
arrive in one group within minutes, and nobody could wait for so many at twenty a minute. Moments are drawn from a
seeded chance: most kills come shortly after the bot is ready, some while it is still starting, when it takes up what
the last life left behind. New complaints arrive with each life, so that somebody is always in the middle of one.
Before, the bot serves somebody in peace (a bot that has never received anything looks for five seconds whether another
is at work with its token). In the end it is left alone until all is said, stopped in order, and the complaints are
counted.
"""

import asyncio
import random
import secrets
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.sandbox.cast import SANDBOX_TOKEN
from tests.durability.counting import Sighting, Tally, doubts, in_store, on_cards, tally
from tests.durability.nursery import Nursery, open_nursery
from tests.durability.processes import running
from tests.durability.residents import Control, Crowd, until

#: How many residents begin a conversation just before the first kill; each life of the bot brings one more.
CROWD = 6
DATABASE = "shouwen.db"
SHARE_WHILE_STARTING = 0.25
STARTING_S = 0.15
SERVING_S = 0.6
#: How long the last life may take until everyone has their number and the group all cards.
CALM_S = 120.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How often to kill, by which chance, and how the bot receives its updates."""

    kills: int
    seed: int
    webhook: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an ordeal came to.

    `under_load` counts the kills that met at least one unfinished conversation, `while_starting` those before the bot
    was ready. `repeats` are cards that the staff group shows once more, `doubts` the sendings to it of which the bot
    never learnt how they ended.
    """

    kills: int
    under_load: int
    while_starting: int
    complaints: int
    by_cards: Tally
    by_store: Tally
    repeats: int
    doubts: int


def _free_port() -> int:
    # A webhook's address must outlive the bot's process, so the port can't be left to each start.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(plan: Plan, api: str, data: Path) -> dict[str, str]:
    settings = {
        "SHOUWEN_BOT_TOKEN": SANDBOX_TOKEN,
        "SHOUWEN_BOT_API_URL": api,
        "SHOUWEN_DATA_DIR": str(data),
        "SHOUWEN_DATABASE_URL": f"sqlite:///{data / DATABASE}",
        "SHOUWEN_HTTP_PORT": "0",
        "SHOUWEN_LOG_LEVEL": "warning",
    }
    if plan.webhook:
        port = str(_free_port())
        settings["SHOUWEN_HTTP_PORT"] = port
        settings["SHOUWEN_WEBHOOK_URL"] = f"http://127.0.0.1:{port}/webhook"
        settings["SHOUWEN_WEBHOOK_SECRET"] = secrets.token_hex(16)
    return settings


async def _live_and_die(
    nursery: Nursery, settings: Mapping[str, str], chance: random.Random, crowd: Crowd
) -> tuple[bool, bool]:
    """Run the bot for a moment and kill it; returns whether that met a conversation, and whether the start."""
    early = chance.random() < SHARE_WHILE_STARTING
    async with nursery.life(settings) as bot:
        if not early:
            await bot.ready()
        await bot.goes_on(chance.uniform(0, STARTING_S if early else SERVING_S))
        return crowd.busy, not bot.serving


async def _live_in_peace(settings: Mapping[str, str], crowd: Crowd, control: Control, group: int) -> list[Sighting]:
    """Run the bot until everybody was served, or the patience is over; returns what the staff group then shows."""

    async def all_shown() -> bool:
        return not tally(crowd.cases, on_cards(await control.shown(group))).lost

    async with running("bot", "-m", "bot", "run", env=settings) as bot:
        await bot.ready()
        with suppress(TimeoutError):
            async with asyncio.timeout(CALM_S):
                await crowd.done()
                await until(all_shown)
        await bot.stop()
        return on_cards(await control.shown(group))


async def ordeal(plan: Plan, directory: Path) -> Outcome:
    """Carry out a plan with all data in `directory`.

    Raises ChildFailedError where a program ends by itself or out of order. What never arrives is no error here: it is
    for the counting to say.
    """
    chance = random.Random(plan.seed)
    data = directory / "bot"
    data.mkdir()
    emulator_settings = {"SHOUWEN_DATA_DIR": str(directory / "emulator"), "SHOUWEN_HTTP_PORT": "0"}
    async with (
        running("emulator", "-m", "bot", "emulator", "--no-limits", env=emulator_settings) as emulator,
        open_nursery() as nursery,
    ):
        api = await emulator.ready()
        settings = _settings(plan, api, data)
        async with aiohttp.ClientSession(api) as session:
            control = Control(session)
            group = await control.staff_group()
            crowd = Crowd(control)
            try:
                crowd.grow()
                await _live_in_peace(settings, crowd, control, group)
                for _ in range(CROWD):
                    crowd.grow()
                deaths = []
                for _ in range(plan.kills):
                    deaths.append(await _live_and_die(nursery, settings, chance, crowd))
                    crowd.grow()
                cards = await _live_in_peace(settings, crowd, control, group)
            finally:
                await crowd.disperse()
    return Outcome(
        kills=len(deaths),
        under_load=sum(busy for busy, _ in deaths),
        while_starting=sum(starting for _, starting in deaths),
        complaints=len(crowd.cases),
        by_cards=tally(crowd.cases, cards),
        by_store=tally(crowd.cases, in_store(data / DATABASE)),
        repeats=len(cards) - len({card.ticket for card in cards}),
        doubts=doubts(data / DATABASE, group),
    )
