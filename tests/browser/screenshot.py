"""Take the pictures that the README shows. `python -m tests.browser.screenshot`; it needs an installed Chromium.

They are written to docs/ (or into the folder that is named): the tour as its technician has the matter done, an
emergency at night in the dark look, and the tour's beginning on a phone's screen in Traditional Chinese.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.adapters.clock import MovableClock
from bot.main import running
from bot.settings import load
from tests.browser.chromium import Tab, open_browser, open_tab
from tests.browser.touring import begin, follow

_FOLDER: Final = Path(__file__).parents[2] / "docs"
_MORNING: Final = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


async def _tour(tab: Tab) -> None:
    await tab.resize(1440, 900)
    await begin(tab)
    await follow(tab, until="document.getElementById('tour-bar').value >= 5")


async def _night(tab: Tab) -> None:
    await tab.resize(1440, 900, dark=True)
    await tab.click("document.getElementById('tour-end')")
    await tab.click("document.querySelector('.tools summary')")
    await tab.click("document.querySelector('[data-scene=night]')")
    await tab.until("document.getElementById('scene').textContent.startsWith('It rang')")


async def _phone(tab: Tab) -> None:
    await tab.resize(390, 844)
    await begin(tab, "zh_Hant")
    await follow(tab, until="document.getElementById('tour-bar').value >= 2")


SCENES: Final[dict[str, Callable[[Tab], Awaitable[None]]]] = {
    "sandbox.png": _tour,
    "sandbox-night.png": _night,
    "sandbox-phone.png": _phone,
}


async def take(scene: Callable[[Tab], Awaitable[None]], browser: str) -> bytes:
    """Play a scene in a sandbox of its own, and return what the page shows then, as PNG."""
    with tempfile.TemporaryDirectory() as data:
        settings = load({"SHOUWEN_DATA_DIR": data, "SHOUWEN_HTTP_PORT": "0"}, Path(data))
        clock = MovableClock(_MORNING)
        async with running(settings, emulated=True, paced=False, clock=clock) as up, open_tab(browser) as tab:
            loops = asyncio.create_task(up.supervisor.run())
            await tab.open(up.url)
            await tab.until("document.querySelector('.phone')")
            await scene(tab)
            # The last word of each tap goes away by itself, so do bells and animations; where to tap stays shown.
            await tab.until("[...document.querySelectorAll('.toast')].every((toast) => toast.hidden)")
            await tab.until("!document.querySelector('.rings')")
            await tab.until("document.getAnimations().every(({ animationName: one }) => one === 'here')")
            picture = await tab.picture()
            up.supervisor.stop()
            await loops
    return picture


def main() -> None:
    """Write the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        for name, scene in SCENES.items():
            (folder / name).write_bytes(asyncio.run(take(scene, browser)))


if __name__ == "__main__":
    main()
