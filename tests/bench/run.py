"""The benchmark: update in, reply out, through a local stub server; contenders side by side.

What it measures: each update is one text message of a private chat of its own, whose START was answered before; the
clock runs in the stub, from the first measured update served to the last reply received (with `--rate`, for each
update from its release to its reply); the CPU time is that of the contender's whole process, all threads, from the
release of the measured updates to their last reply, so that start-up is in neither figure. Every measurement has a
fresh contender, a fresh stub and a fresh data directory. Contenders take turns (A B C, A B C, …), so that a machine
that slows down slows all of them; ratios are taken within a turn, and medians over the turns.

Linux only: the CPU time is read from /proc.
"""

import argparse
import asyncio
import importlib.util
import os
import platform
import sqlite3
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

import aiohttp
from typer import echo

from tests.bench.stub_server import Report
from tests.durability.processes import Child, ChildFailedError, running


@dataclass(frozen=True, slots=True)
class Contender:
    """A program to measure: its arguments to python and its environment, given the stub's address and a directory."""

    name: str
    arguments: Callable[[str], tuple[str, ...]]
    environment: Callable[[str, Path], Mapping[str, str]] = lambda url, data: {}


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement: updates per second of time, and per second of CPU time used by the contender.

    The times are from the release of an update to its reply.
    """

    per_second: float
    per_cpu_second: float
    p50_ms: float = 0.0
    p99_ms: float = 0.0


def _shouwen_environment(url: str, data: Path) -> dict[str, str]:
    return {
        "SHOUWEN_BOT_TOKEN": "1:bench",
        "SHOUWEN_BOT_API_URL": url,
        "SHOUWEN_DATA_DIR": str(data),
        "SHOUWEN_HTTP_PORT": "0",
        "SHOUWEN_LOG_LEVEL": "WARNING",
    }


STOCK = Contender("stock", lambda url: ("-m", "tests.bench.echo_stock", url))
SHOUWEN = Contender("shouwen", lambda url: ("-m", "bot", "run"), _shouwen_environment)
CONTENDERS = (
    STOCK,
    Contender("stock-256", lambda url: ("-m", "tests.bench.echo_stock", url, "--concurrent-updates", "256")),
    Contender("aiogram", lambda url: ("-m", "tests.bench.echo_aiogram", url)),
    SHOUWEN,
)


def _cpu_ticks(pid: int) -> int:
    # User and system time of all threads; the command, in parentheses, may itself hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


async def reach(point: str, session: aiohttp.ClientSession, contender: Child, timeout_s: float) -> Report:
    """Wait until the stub reports `point` (warm or done), as long as the contender lives and time is left."""
    deadline = time.monotonic() + timeout_s
    while True:
        async with session.get(f"/bench/report/{point}") as answer:
            report = Report(**await answer.json())
        if getattr(report, point):
            return report
        if not contender.running:
            raise contender.failure("ended by itself")
        if time.monotonic() > deadline:
            raise contender.failure(f"still owed {report.waiting} replies after {timeout_s:g} s")


async def measure(
    contender: Contender,
    *,
    updates: int,
    latency_ms: float,
    rate: float = 0.0,
    where: Path | None = None,
    timeout_s: float = 300,
) -> Sample:
    """Measure a contender once; raises ChildFailedError when it ends or does not reply to everything in time.

    `rate` is how many updates come a second; 0 has all of them wait from the beginning.
    """
    size = ("--updates", str(updates))
    pace = ("--latency-ms", str(latency_ms), "--rate", str(rate))
    with tempfile.TemporaryDirectory(prefix="shouwen-bench-", dir=where) as data:
        async with running("stub", "-m", "tests.bench.stub_server", *size, *pace) as stub:
            url = await stub.ready()
            environment = contender.environment(url, Path(data))
            async with (
                aiohttp.ClientSession(url) as session,
                running(contender.name, *contender.arguments(url), env=environment) as child,
            ):
                await reach("warm", session, child, timeout_s)
                before = _cpu_ticks(child.pid)
                await session.post("/bench/release")
                report = await reach("done", session, child, timeout_s)
                ticks = max(1, _cpu_ticks(child.pid) - before)
    per_cpu_second = updates * os.sysconf("SC_CLK_TCK") / ticks
    return Sample(updates / report.seconds, per_cpu_second, report.p50_ms, report.p99_ms)


def table(samples: Mapping[str, Sequence[Sample]]) -> list[str]:
    """Lay out the medians, with ratios to the first contender; each sequence has one sample per turn."""
    first = next(iter(samples.values()))
    lines = [f"{'':<12}{'updates/s':>10}{'(least - most)':>17}{'ratio':>7}{'  updates/CPU-s':>17}{'ratio':>7}"]
    for name, own in samples.items():
        speed = [sample.per_second for sample in own]
        thrift = [sample.per_cpu_second for sample in own]
        speed_ratio = median(a.per_second / b.per_second for a, b in zip(own, first, strict=True))
        thrift_ratio = median(a.per_cpu_second / b.per_cpu_second for a, b in zip(own, first, strict=True))
        spread = f"({min(speed):.0f} - {max(speed):.0f})"
        lines.append(
            f"{name:<12}{median(speed):>10.0f}{spread:>17}{speed_ratio:>7.2f}{median(thrift):>17.0f}{thrift_ratio:>7.2f}"
        )
    return lines


def delays(samples: Mapping[str, Sequence[Sample]]) -> list[str]:
    """Lay out the times to a reply, medians over the turns."""
    lines = [f"{'':<12}{'p50 ms':>10}{'p99 ms':>10}{'(least - most)':>17}{'  updates/CPU-s':>17}"]
    for name, own in samples.items():
        p99 = [sample.p99_ms for sample in own]
        p50 = median(sample.p50_ms for sample in own)
        thrift = median(sample.per_cpu_second for sample in own)
        spread = f"({min(p99):.1f} - {max(p99):.1f})"
        lines.append(f"{name:<12}{p50:>10.1f}{median(p99):>10.1f}{spread:>17}{thrift:>17.0f}")
    return lines


def _filesystem(path: Path) -> str:
    # A durable commit costs nothing on tmpfs: without this the figures would say little.
    mounts = (line.split() for line in Path("/proc/mounts").read_text().splitlines())
    holding = [(len(point), kind) for _, point, kind, *_ in mounts if path.resolve().is_relative_to(point)]
    return max(holding)[1] if holding else "unknown"


def machine(where: Path) -> list[str]:
    """Describe what the figures were measured on, `where` being the directory of the data."""
    cpus = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    model = cpus[0].partition(":")[2].strip() if cpus else platform.machine()
    return [
        f"{len(os.sched_getaffinity(0))} x {model}, {platform.system()} {platform.release()}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, data on {_filesystem(where)}",
        ", ".join(f"{name} {version(name)}" for name in ("python-telegram-bot", "httpx", "aiohttp")),
    ]


async def compare(contenders: Sequence[Contender], options: argparse.Namespace, latency_ms: float) -> list[str]:
    """Let the contenders take turns and return the table of their medians."""
    samples: dict[str, list[Sample]] = {contender.name: [] for contender in contenders}
    for turn in range(options.rounds):
        for contender in contenders:
            sample = await measure(
                contender, updates=options.updates, latency_ms=latency_ms, rate=options.rate, where=options.data
            )
            samples[contender.name].append(sample)
            echo(f"  {turn + 1}/{options.rounds} {contender.name}: {sample.per_second:.0f} updates/s")
    return delays(samples) if options.rate else table(samples)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="shouwen bench", description="Measure speed beside stock bots.")
    names = [contender.name for contender in CONTENDERS]
    parser.add_argument(
        "--updates", type=int, default=3000, help="measured updates, each from its own chat (%(default)s)"
    )
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contender (%(default)s)")
    parser.add_argument("--latency-ms", type=float, nargs="+", default=[0], help="how long the Bot API takes to answer")
    parser.add_argument(
        "--rate", type=float, default=0, help="updates a second, for the times to a reply (all at once)"
    )
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="which contenders; the first is 1.00")
    parser.add_argument("--data", type=Path, help="directory for the data (default: that for temporary files)")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its tables; returns the exit code."""
    options = _parser().parse_args(argv)
    by_name = {contender.name: contender for contender in CONTENDERS}
    if "aiogram" in options.only and importlib.util.find_spec("aiogram") is None:
        echo("aiogram is not installed; it is left out.")
        del by_name["aiogram"]
    contenders = [by_name[name] for name in options.only if name in by_name]
    echo("\n".join(machine(options.data or Path(tempfile.gettempdir()))))
    for latency_ms in options.latency_ms:
        echo(f"\n{options.updates} updates, Bot API answers after {latency_ms:g} ms")
        try:
            lines = asyncio.run(compare(contenders, options, latency_ms))
        except ChildFailedError as failed:
            echo(failed)
            return 1
        echo("\n".join(lines))
    return 0
