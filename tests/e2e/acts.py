"""What people do again and again in end-to-end tests, and looks behind the screens where there is no other way."""

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from bot.adapters.clock import MovableClock
from bot.adapters.i18n import catalogue
from bot.domain.people import Estate, Language, Person, Role
from bot.main import Running, running
from bot.ports.store import Invitation, Transaction
from bot.sandbox.cast import SANDBOX_TOKEN
from bot.services.joining import digest_of
from bot.settings import load
from tests.phones import Json, Phone, Sandbox, buttons, labels

#: What the buttons on the shortest way through say, by language.
LABELS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "new": "🆕 Something new",
        "kind": "Question",
        "submit": "Submit",
        "claim": "Claim",
        "answer": "Answer",
        "send": "Send",
    },
    "zh_Hans": {
        "new": "🆕 一件新的事",
        "kind": "咨询",
        "submit": "提交",
        "claim": "认领",
        "answer": "答复",
        "send": "发送",
    },
    "zh_Hant": {
        "new": "🆕 另一件新的事",
        "kind": "查詢",
        "submit": "提交",
        "claim": "認領",
        "answer": "回覆",
        "send": "傳送",
    },
}
_ENGLISH = re.compile(r"(?<![/A-Za-z])[A-Za-z]{4,}")
_NAMES = (
    "Clerk",
    "Supervisor",
    "Technician",
    "Director",
    "Chin",
    "Harbour",
    "Garden",
    "Mon",
    "Chan",
    "English",
    "Telegram",
)


async def files(resident: Phone, words: str, *, photo: bytes | None = None, language: str = "en") -> Json:
    """Have a resident ask something, as a new matter where one is open; return the card that then stands there."""
    await resident.sends(words, photo=photo)
    if LABELS[language]["new"] in labels(await resident.last()):
        await resident.taps(LABELS[language]["new"])
    await resident.taps(LABELS[language]["kind"])
    await resident.taps(LABELS[language]["submit"])
    return await resident.sees("HT-2026-")


async def claims(clerk: Phone, sandbox: Sandbox) -> None:
    """Have a clerk take on the newest ticket of the staff group."""
    answer = await clerk.taps("Claim", chat=sandbox.group)
    assert "is yours now" in answer["text"]


async def answers(clerk: Phone, words: str) -> None:
    """Have a clerk answer the newest ticket they hold."""
    await clerk.taps("Answer")
    await clerk.sends(words)
    await clerk.taps("Send")


async def told(phone: Phone) -> list[Json]:
    """Return the bot's messages in somebody's private chat, oldest first."""
    return [message for message in await phone.screen() if message["from"]["is_bot"]]


def in_words(sentence: str, language: Language) -> str:
    """Return how a sentence of the bot reads, up to its first parameter."""
    return re.sub(r"<[^>]+>", "", catalogue(language).gettext(sentence)).partition("{")[0].rstrip()


def english_in(message: Json) -> list[str]:
    """Return the English words of a message, commands and the names of people and places left out."""
    words = " ".join([message.get("text", ""), *labels(message)])
    return [word for word in _ENGLISH.findall(words) if word not in _NAMES]


@asynccontextmanager
async def working_on(directory: Path, clock: MovableClock) -> AsyncIterator[Sandbox]:
    """Start a bot on a data directory, perhaps one that an earlier bot has left; stop it in good order at the end."""
    settings = load({"SHOUWEN_DATA_DIR": str(directory), "SHOUWEN_HTTP_PORT": "0"}, directory)
    async with (
        running(settings, emulated=True, paced=False, clock=clock) as up,
        aiohttp.ClientSession() as session,
    ):
        loops = asyncio.create_task(up.supervisor.run())
        yield Sandbox(up.url, session)
        up.supervisor.stop()
        await loops


def data_of(message: Json, label: str) -> str:
    """Return the callback data of a message's button."""
    return str(next(button["callback_data"] for button in buttons(message) if label in button["text"]))


async def everybody_but(sandbox: Sandbox, *insiders: Phone) -> list[Phone]:
    """Return the phones of all others."""
    keys = [user["key"] for user in (await sandbox.state())["users"] if user["key"]]
    phones = [await sandbox.phone(key) for key in keys]
    return [phone for phone in phones if phone.id not in {insider.id for insider in insiders}]


async def nobody_else_sees(sandbox: Sandbox, fragment: str, *insiders: Phone) -> None:
    """Make sure that in no private chat but those of `insiders` anything of it is to be seen."""
    others = await everybody_but(sandbox, *insiders)
    assert others
    for phone in others:
        await phone.sees_nothing_of(fragment)


async def api(bot: Running, method: str, **parameters: object) -> Any:
    """Call a method of the Bot API as the bot would, for what people of the sandbox cannot do by themselves."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{bot.url}/bot{SANDBOX_TOKEN}/{method}", json=parameters) as response,
    ):
        answer = json.loads(await response.text())
    assert answer["ok"], answer
    return answer["result"]


async def change_person(bot: Running, account: int, change: Callable[[Person], Person]) -> None:
    """Change what the bot knows of somebody."""

    def work(tx: Transaction) -> None:
        person = tx.people.by_account(account)
        assert person
        tx.people.update(change(person))

    await bot.store.transact(work)


async def change_estate(bot: Running, change: Callable[[Estate], Estate]) -> None:
    """Change what the bot knows of the sandbox's estate."""

    def work(tx: Transaction) -> None:
        estate = tx.estates.first()
        assert estate
        tx.estates.update(change(estate))

    await bot.store.transact(work)


async def estate_of(bot: Running) -> Estate:
    """Return the sandbox's estate as the bot knows it."""
    estate = await bot.store.look(lambda tx: tx.estates.first())
    assert estate
    return estate


async def person_of(bot: Running, account: int) -> Person | None:
    """Return whom the bot takes that account for."""
    return await bot.store.look(lambda tx: tx.people.by_account(account))


async def invite(bot: Running, token: str, role: Role = Role.CLERK) -> None:
    """Make out an invitation that is good for a day."""

    def work(tx: Transaction) -> None:
        estate = tx.estates.first()
        assert estate
        tx.invites.add(digest_of(token), estate.id, Invitation(role), tx.now + timedelta(days=1))

    await bot.store.transact(work)


async def employ(bot: Running, phone: Phone, role: Role = Role.CLERK) -> None:
    """Make somebody who has written to the bot a colleague."""
    await change_person(bot, phone.id, lambda person: replace(person, roles=frozenset({role})))


def rows(data_dir: Path, query: str) -> list[tuple[Any, ...]]:
    """Return what a query finds in the sandbox's database."""
    with closing(sqlite3.connect(f"file:{data_dir / 'sandbox.db'}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def quarantined(data_dir: Path) -> list[tuple[str, str]]:
    """Return the updates that were set aside, as raw text and reason, oldest first."""
    return rows(data_dir, "SELECT raw, reason FROM inbox WHERE state = 'quarantined' ORDER BY seq")


def ringing(stops: Sequence[datetime]) -> list[datetime]:
    """Return at which of a journey's stops something rang, the day's stock-takes left out (CP-7)."""
    local = [stop.astimezone(ZoneInfo("Asia/Hong_Kong")) for stop in stops]
    return [stop for stop in local if stop.time() not in (time(17, 30), time(18, 30))]
