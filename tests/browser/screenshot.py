"""Take the picture that the README shows: one report's way over three phones. `python -m tests.browser.screenshot`.

It writes docs/sandbox.png (or the file that is named), and needs an installed Chromium.
"""

import asyncio
import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.adapters.clock import MovableClock
from bot.main import running
from bot.settings import load
from tests.browser.chromium import Tab, open_tab
from tests.browser.page import ShownPhone

_PICTURE: Final = Path(__file__).parents[2] / "docs" / "sandbox.png"
_SHOWN: Final = ("smith", "group", "clerk")
_MORNING: Final = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


async def take() -> bytes:
    """Carry a report from the resident's photo to the answer, and return what the page shows then, as PNG."""
    with tempfile.TemporaryDirectory() as data:
        settings = load({"SHOUWEN_DATA_DIR": data, "SHOUWEN_HTTP_PORT": "0"}, Path(data))
        clock = MovableClock(_MORNING)
        async with running(settings, emulated=True, clock=clock) as up, open_tab() as tab:
            loops = asyncio.create_task(up.supervisor.run())
            await tab.open(up.url, width=1180, height=860)
            await tab.evaluate(f"localStorage.setItem('phones', {json.dumps(json.dumps(_SHOWN))})")
            await tab.open(up.url, width=1180, height=860)
            await _report(tab)
            picture = await tab.picture()
            up.supervisor.stop()
            await loops
    return picture


async def _report(tab: Tab) -> None:
    await tab.until("document.querySelector('.phone')")
    smith, group, clerk = (ShownPhone(tab, key) for key in _SHOWN)
    await smith.writes("The staircase light on floor 3 is out", send=False)
    await smith.sends_the_sample_photo()
    for label in ("Repair", "Lights", "Corridor or stairs", "Since today", "Have it fixed soon", "Submit"):
        await smith.taps(label)
    await group.taps("Claim")
    await clerk.taps("Answer")
    await clerk.shows("What shall we tell the resident?")
    await clerk.writes("We are changing the lamp today before 18:00.")
    await clerk.taps("Send")
    await smith.shows("We are changing the lamp today", "Answered")
    await group.shows("Answered")
    await clerk.shows("Sent to the resident")
    # The last word of each tap goes away by itself, and so do the animations.
    await tab.until("[...document.querySelectorAll('.toast')].every((toast) => toast.hidden)")
    await tab.until("document.getAnimations().length === 0")


def main() -> None:
    """Write the picture."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else _PICTURE
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(asyncio.run(take()))


if __name__ == "__main__":
    main()
