"""How long somebody waits for the answer to a tap, in the sandbox at rest.

What it measures: from the press on a phone (the control interface) to the bot's answer there, through everything that
lies between: emulator, long poll, inbox on the disk, handling, outbox, delivery at Telegram's own pace. Before each tap
the bot has nothing left to do. `python -m tests.bench.taps --taps 300`
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import aiohttp
from typer import echo

from bot.main import running
from bot.settings import load
from tests.bench.run import machine
from tests.phones import Sandbox, buttons

#: Pressed in turn: the way forth and back between two questions.
PRESSED = ("Repair", "Back")


async def measure(taps: int, where: Path) -> list[float]:
    """Return the milliseconds that each of `taps` taps waited for its answer."""
    settings = load({"SHOUWEN_DATA_DIR": str(where), "SHOUWEN_HTTP_PORT": "0"}, where)
    waited: list[float] = []
    async with running(settings, emulated=True) as up, aiohttp.ClientSession() as session:
        loops = asyncio.create_task(up.supervisor.run())
        sandbox = Sandbox(up.url, session)
        smith = await sandbox.phone("smith")
        await smith.sends("/new")
        for number in range(taps):
            label = PRESSED[number % len(PRESSED)]
            screen = await smith.last()
            data = next(button["callback_data"] for button in buttons(screen) if label in button["text"])
            path = f"chats/{smith.id}/messages/{screen['message_id']}/tap"
            began = time.perf_counter()
            answer = await sandbox.post(path, {"from": smith.id, "data": data, "timeout_s": 5})
            waited.append(1000 * (time.perf_counter() - began))
            if not answer["answered"]:
                raise RuntimeError("a tap was not answered within 5 s")
            await sandbox.settle()
        up.supervisor.stop()
        await loops
    return waited


def report(waited: Sequence[float]) -> str:
    """Return the figures as a line."""
    ordered = sorted(waited)
    p99 = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return f"{len(ordered)} taps: p50 {median(ordered):.0f} ms, p99 {p99:.0f} ms, most {ordered[-1]:.0f} ms"


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--taps", type=int, default=300)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="shouwen-bench-") as where:
        echo("\n".join(machine(Path(where))))
        echo(report(asyncio.run(measure(options.taps, Path(where)))))


if __name__ == "__main__":
    main()
