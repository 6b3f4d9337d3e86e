"""What grows with the number of tickets, measured at several sizes: lists, search, claim, reminders, start, memory.

`python -m tests.bench.large` makes each database by `tests.bench.large_estate` (in `--keep` for the next time), and
works on a copy. Two kinds of figures:

- Each task is one update as it comes from the queue: handled whole, until it is on the disk, by one caller at a time;
  the reminder scan is what the ticker asks each second. The times are those that the caller waits.
- The running bot: from the start of the process to its first poll, its resident memory, and the time from an update's
  release by the stub to its reply, at a given rate.

Every statement's plan is asked for on the largest database: none may go through a whole table.

Linux only: the memory is read from /proc.
"""

import argparse
import asyncio
import re
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
from sqlalchemy.dialects import sqlite
from typer import echo

from bot.adapters.chance import SystemChance
from bot.adapters.clock import MovableClock, SystemClock
from bot.domain.policy import Act
from bot.flows.screen import Action
from bot.ports.incoming import Chat, MessageReceived, Sender, Tapped
from bot.ports.store import Transaction
from bot.regulations import loader
from bot.services.handling import handle
from storage.engine import Database
from storage.store import SqlStore
from tests.bench.large_estate import CLERK, DIRECTOR, NOW, make
from tests.bench.run import SHOUWEN, machine, reach
from tests.contract.test_schema import is_scan, statements
from tests.durability.processes import running

_DATABASE = "shouwen.db"
_MB = 1024


@dataclass(frozen=True, slots=True)
class Times:
    """How long a task took, in milliseconds."""

    p50: float
    p99: float


def database(folder: Path, tickets: int, still_open: int) -> Path:
    """Return the database of that size, made if it is not there."""
    path = folder / f"estate-{tickets}-{still_open}.db"
    if not path.exists():
        began = time.perf_counter()
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        make(part, tickets, still_open)
        part.rename(path)
        echo(f"{tickets} tickets made in {time.perf_counter() - began:.0f} s, {path.stat().st_size >> 20} MB")
    return path


async def tasks(path: Path, repeat: int) -> dict[str, Times]:
    """Measure each task `repeat` times on a database that may be changed."""
    rules = loader.default()
    async with await Database.open(path) as opened:
        store = SqlStore(opened, MovableClock(NOW), SystemChance())
        unclaimed = await store.look(lambda tx: tx.tickets.unclaimed(1, repeat))
        message = 10_000

        async def timed(work: Callable[[Transaction], object], *, reads: bool = False) -> float:
            began = time.perf_counter()
            await (store.look(work) if reads else store.transact(work))
            return 1000 * (time.perf_counter() - began)

        async def written(account: int, command: str, argument: str = "") -> float:
            nonlocal message
            message += 1
            words = f"/{command} {argument}".strip()
            sender, chat = Sender(account, "", "en"), Chat(account, private=True)
            incoming = MessageReceived(sender, chat, message, NOW, words, command=command, argument=argument)
            return await timed(lambda tx: handle(tx, rules, incoming))

        async def claimed(ref: str, version: int) -> float:
            data = Action(Act.CLAIM.value, ref, version).encode()
            tap = Tapped(Sender(CLERK, "", "en"), Chat(CLERK, private=True), None, ref, data)
            return await timed(lambda tx: handle(tx, rules, tap))

        found: dict[str, Times] = {}
        for command in ("work", "board", "overview"):
            found[f"/{command}"] = _times([await written(DIRECTOR, command) for _ in range(repeat)])
        for query in ("漏水", "電梯 漏水", "陳先生 77", "leaking kitchen", "3-12A", "泳池", "12", "in hand", "today"):
            found[f"/find {query}"] = _times([await written(DIRECTOR, "find", query) for _ in range(repeat)])
        found["claim"] = _times([await claimed(ticket.ref, ticket.version) for ticket in unclaimed])
        found["reminder scan"] = _times([await timed(_scan, reads=True) for _ in range(repeat)])
        return found


def _scan(tx: Transaction) -> object:
    return tx.obligations.due(tx.now, 100), tx.obligations.next_due()


def _times(each: Sequence[float]) -> Times:
    ordered = sorted(each)
    return Times(ordered[len(ordered) // 2], ordered[int(0.99 * (len(ordered) - 1))])


@dataclass(frozen=True, slots=True)
class Life:
    """A bot on a database: seconds to its first poll, memory in MB when idle and after the load, times to a reply."""

    start_s: float
    idle_mb: float
    loaded_mb: float
    reply: Times


def _moved_to_now(path: Path) -> None:
    """Let what is still to fall due do so from now on, as it would in a bot that was never stopped."""
    passed = (SystemClock().now() - NOW) // timedelta(microseconds=1)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE timers SET due_at = due_at + ? WHERE state = 'waiting'", (passed,))


async def live(folder: Path, updates: int, rate: float) -> Life:
    """Start a bot on the data in `folder`, let updates come at that rate, and return how it was."""
    size = ("--updates", str(updates), "--rate", str(rate))
    async with running("stub", "-m", "tests.bench.stub_server", *size) as stub:
        url = await stub.ready()
        environment = SHOUWEN.environment(url, folder)
        began = time.perf_counter()
        async with (
            aiohttp.ClientSession(url) as session,
            running(SHOUWEN.name, *SHOUWEN.arguments(url), env=environment) as child,
        ):
            warm = await reach("warm", session, child, 300)
            idle = _memory(child.pid)
            await session.post("/bench/release")
            report = await reach("done", session, child, 300)
            return Life(warm.polled_at - began, idle, _memory(child.pid), Times(report.p50_ms, report.p99_ms))


def _memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / _MB


def scans(path: Path) -> tuple[int, list[str]]:
    """Return how many statements were explained, and those whose plan goes through a whole table."""
    explained, bad = 0, []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw:
        for name, statement in statements():
            sql = re.sub(r"__\[POSTCOMPILE_\w+]", "?", str(statement.compile(dialect=sqlite.dialect())))
            plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", [1] * sql.count("?"))]
            bad += [f"{name}: {step}" for step in plan if is_scan(name, step)]
            explained += 1
    return explained, bad


def table(measured: dict[int, dict[str, Times]]) -> list[str]:
    """Lay out p50 and p99 of each task at each size."""
    lines = [f"{'ms (p50 / p99)':<24}" + "".join(f"{size:>20,}" for size in measured)]
    for task in next(iter(measured.values())):
        cells = (f"{times[task].p50:.1f} / {times[task].p99:.1f}" for times in measured.values())
        lines.append(f"{task:<24}" + "".join(f"{cell:>20}" for cell in cells))
    return lines


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.large", description=__doc__.partition("\n")[0])
    parser.add_argument("--tickets", type=int, nargs="+", default=[10_000, 1_000_000], help="sizes (%(default)s)")
    parser.add_argument("--open", type=int, default=5_000, help="how many of them are open (%(default)s)")
    parser.add_argument("--repeat", type=int, default=300, help="how often each task (%(default)s)")
    parser.add_argument("--updates", type=int, default=3_000, help="updates to the running bot (%(default)s)")
    parser.add_argument("--rate", type=float, default=100, help="of them a second (%(default)s)")
    parser.add_argument("--keep", type=Path, help="a directory to keep the databases in (default: none are kept)")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="shouwen-large-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        echo("\n".join(machine(folder)))
        measured: dict[int, dict[str, Times]] = {}
        for size in options.tickets:
            made = database(folder, size, options.open)
            work = Path(temporary) / f"work-{size}"
            work.mkdir()
            shutil.copyfile(made, work / _DATABASE)
            measured[size] = asyncio.run(tasks(work / _DATABASE, options.repeat))
            _moved_to_now(work / _DATABASE)
            life = asyncio.run(live(work, options.updates, options.rate)) if options.updates else None
            if life:
                echo(
                    f"{size} tickets: first poll after {life.start_s:.1f} s; {life.idle_mb:.0f} MB idle,"
                    f" {life.loaded_mb:.0f} MB after the load; replies at {options.rate:g}/s:"
                    f" p50 {life.reply.p50:.1f} ms, p99 {life.reply.p99:.1f} ms"
                )
            explained, bad = scans(work / _DATABASE)
            shutil.rmtree(work)
        echo(f"{explained} statements explained, {len(bad)} go through a whole table")
        echo("\n".join([*bad, *table(measured)]))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
