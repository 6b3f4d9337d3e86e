"""How the page bears a crowd: eight phones at fifty messages a second, then ten thousand messages in one chat.

`python -m tests.browser.measure [seconds]` prints how long frames took, and how much memory the page held before and
after. Browser, bot and emulator share the machine, so that the figures are those of a page that shares it too.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
from typer import echo

from bot.adapters import logging
from bot.main import running
from bot.sandbox.cast import ESTATE, SANDBOX_TOKEN
from bot.settings import load
from tests.browser.chromium import Tab, open_browser, open_tab

_A_SECOND: Final = 50
_PHONES: Final = 8
_LONG_CHAT: Final = 10_000
#: Notes the time between frames from now on.
_WATCH: Final = """(() => {
    const frames = globalThis.frames_ms = [];
    let last = performance.now();
    const note = (now) => { frames.push(now - last); last = now; requestAnimationFrame(note); };
    requestAnimationFrame((now) => { last = now; requestAnimationFrame(note); });
})()"""
#: Reads a chat from its newest message to its oldest, a screen a frame.
_SCROLL: Final = """(async () => {
    const list = document.querySelector(".phone[data-key=chan] .messages");
    for (let still = 0, was = ""; still < 30;) {
        list.scrollTop -= list.clientHeight;
        await new Promise(requestAnimationFrame);
        const now = `${list.scrollTop} ${list.firstChild.textContent}`;
        still = now === was ? still + 1 : 0;
        was = now;
    }
    return list.firstChild.textContent;
})()"""


class Sender:
    """Sends as the bot does, by its API."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = f"{url}/bot{SANDBOX_TOKEN}/sendMessage"

    async def say(self, chat: int, text: str) -> None:
        """Send a text."""
        async with self._session.post(self._url, json={"chat_id": chat, "text": text}) as answer:
            answer.raise_for_status()


@asynccontextmanager
async def _page() -> AsyncIterator[tuple[Tab, Sender]]:
    with tempfile.TemporaryDirectory() as data, open_browser() as browser:
        settings = load({"SHOUWEN_DATA_DIR": data, "SHOUWEN_HTTP_PORT": "0"}, Path(data))
        async with (
            running(settings, emulated=True, paced=False) as up,
            open_tab(browser) as tab,
            aiohttp.ClientSession() as session,
        ):
            loops = asyncio.create_task(up.supervisor.run())
            await tab.open(up.url, width=2400)
            await tab.until("document.querySelector('.phone')")
            yield tab, Sender(session, up.url)
            up.supervisor.stop()
            await loops


async def _frames(tab: Tab) -> str:
    times: list[float] = await tab.evaluate("globalThis.frames_ms.splice(0)")
    cut = statistics.quantiles(times, n=100)
    shares = f"median {cut[49]:.0f} ms, p95 {cut[94]:.0f} ms, p99 {cut[98]:.0f} ms"
    return f"{len(times)} frames, {shares}, longest {max(times):.0f} ms"


async def _held(tab: Tab) -> str:
    await tab.command("HeapProfiler.collectGarbage")
    heap: dict[str, Any] = await tab.command("Runtime.getHeapUsage")
    nodes = await tab.evaluate("document.querySelectorAll('*').length")
    return f"{heap['usedSize'] / 1e6:.1f} MB of JavaScript, {nodes} elements"


async def _crowd(tab: Tab, sender: Sender, seconds: int) -> None:
    chats = [person.id for person in ESTATE.people][:_PHONES]
    await tab.evaluate(
        f"localStorage.setItem('phones', JSON.stringify({[person.key for person in ESTATE.people][:_PHONES]!r}))"
    )
    await tab.command("Page.reload")
    await tab.until(f"document.querySelectorAll('.phone').length === {_PHONES}")
    echo(f"before: {await _held(tab)}")
    await tab.evaluate(_WATCH)
    await asyncio.sleep(2)
    echo(f"at rest: {await _frames(tab)}")
    began = time.monotonic()
    for number in range(seconds * _A_SECOND):
        await sender.say(chats[number % _PHONES], f"Message {number}: the light on floor {number % 30} is out again")
        await asyncio.sleep(max(0.0, began + (number + 1) / _A_SECOND - time.monotonic()))
    rate = seconds * _A_SECOND / (time.monotonic() - began)
    echo(f"{_PHONES} phones, {rate:.0f} messages a second for {seconds} s: {await _frames(tab)}")
    echo(f"after: {await _held(tab)}")


async def _long_chat(tab: Tab, sender: Sender) -> None:
    chat = ESTATE.people[0].id
    for begin in range(0, _LONG_CHAT, 100):
        await asyncio.gather(*(sender.say(chat, f"Message {begin + at} of many") for at in range(100)))
    await tab.until(
        f"document.querySelector('.phone[data-key=chan] .messages').textContent.includes('Message {_LONG_CHAT - 1} ')"
    )
    await tab.evaluate("globalThis.frames_ms.splice(0)")
    oldest = await tab.evaluate(_SCROLL)
    echo(f"{_LONG_CHAT} messages scrolled to {oldest[:12]!r}: {await _frames(tab)}")
    echo(f"after: {await _held(tab)}")


async def main(seconds: int) -> None:
    """Measure, and print."""
    logging.configure(level="warning", form="console")
    async with _page() as (tab, sender):
        await _crowd(tab, sender, seconds)
        await _long_chat(tab, sender)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
