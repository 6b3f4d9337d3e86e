"""How long it takes until what falls due in one second is in the outbox, on the disk, beside very many waiting timers.

`python -m tests.bench.clocks` makes an estate by `tests.bench.large_estate`, lets so many timers wait on its open
tickets, and so many of them fall due at once: first reminders, then on other tickets the ends of windows (letters to
the holder, to who is above and to the resident; what goes to one reader is joined). The timekeeper fires them as in the
running bot, in its batches, each commit durable; the time is that of its ticks until nothing is due.
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer import echo

from bot.adapters.chance import SystemChance
from bot.adapters.clock import MovableClock
from bot.adapters.metrics import Metrics
from bot.adapters.timekeeper import Timekeeper
from bot.regulations import loader
from storage.engine import Database
from storage.store import SqlStore
from tests.bench.large_estate import NOW, make
from tests.bench.run import machine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
#: The stages of a window that wait, in the order of their time.
STAGES = ("reminder-50", "reminder-80", "breach", "ladder-1")


@dataclass(frozen=True, slots=True)
class Fired:
    """How many timers fell due at once, how many letters that made, and the seconds until all were on the disk.

    `busy_s` is the processor's time of them: where it is much less, others were at work on the machine.
    """

    stage: str
    timers: int
    letters: int
    seconds: float
    busy_s: float


def lay(path: Path, waiting: int, due: int) -> None:
    """Make an estate at `path` with so many waiting timers; of each kind of stage so many are due at once."""
    tickets = waiting // len(STAGES) * 3  # about two of five open tickets are not answered yet
    make(path, tickets, tickets)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("DELETE FROM timers")
        runs = [row[0] for row in raw.execute("SELECT ticket_id FROM obligations WHERE state = 'running' ORDER BY id")]
        rows = [
            (ticket, stage, _stored(order + place / len(runs)))
            for place, ticket in enumerate(runs)
            for order, stage in enumerate(STAGES, start=1)
        ][:waiting]
        if len(rows) < waiting:
            raise ValueError(f"only {len(rows)} timers wait on the {len(runs)} tickets that are not answered")
        raw.executemany(
            "INSERT INTO timers (ticket_id, rule, occurrence, stage, due_at, state)"
            " VALUES (?, 'FC-9', 1, ?, ?, 'waiting')",
            rows,
        )
        for number, (stage, first) in enumerate((("reminder-50", 0), ("breach", due)), start=1):
            raw.executemany(
                "UPDATE timers SET due_at = ? WHERE stage = ? AND ticket_id = ?",
                [(_stored(number / 3600), stage, ticket) for ticket in runs[first : first + due]],
            )


def _stored(hours: float) -> int:
    return (NOW + timedelta(hours=hours) - _EPOCH) // _MICROSECOND


async def fire(path: Path) -> list[Fired]:
    """Let first the reminders, then the ends of windows fall due at once; return what became of each."""
    clock = MovableClock(NOW)
    clock.freeze(True)
    found: list[Fired] = []
    async with await Database.open(path) as opened:
        store = SqlStore(opened, clock, SystemChance())
        keeper = Timekeeper(store, loader.default(), clock, Metrics(), lambda: True, lambda: None)
        await keeper.tick()
        for number, stage in ((1, "reminder-50"), (2, "breach")):
            before = _counts(path)
            clock.move_to(NOW + timedelta(seconds=number))
            began, busy = time.perf_counter(), time.process_time()
            while (due := await store.look(lambda tx: tx.obligations.next_due())) and due <= clock.now():
                await keeper.tick()
            seconds, busy_s = time.perf_counter() - began, time.process_time() - busy
            after = _counts(path)
            found.append(Fired(stage, after[0] - before[0], after[1] - before[1], seconds, busy_s))
    return found


def _counts(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw:
        (fired,) = raw.execute("SELECT count(*) FROM timers WHERE state = 'fired'").fetchone()
        (letters,) = raw.execute("SELECT count(*) FROM outbox").fetchone()
        return fired, letters


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.clocks", description=__doc__.partition("\n")[0])
    parser.add_argument("--waiting", type=int, default=100_000, help="timers that wait (%(default)s)")
    parser.add_argument("--due", type=int, default=1_000, help="of them due in the same second (%(default)s)")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="shouwen-bench-") as where:
        path = Path(where) / "estate.db"
        echo("\n".join(machine(Path(where))))
        lay(path, options.waiting, options.due)
        for fired in asyncio.run(fire(path)):
            took = (
                f"{fired.letters} letters in the outbox after {fired.seconds:.2f} s, of these busy {fired.busy_s:.2f} s"
            )
            echo(f"{fired.timers} × {fired.stage}: {took}")


if __name__ == "__main__":
    main()
