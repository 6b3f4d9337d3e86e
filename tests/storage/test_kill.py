"""kill -9 in the middle of writing: everything that was acknowledged is there, each transaction whole or not at all."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

KILLS = 10

WRITER = """
import asyncio, os, pathlib, sys
from storage.engine import Database
from storage.writer import Tuning
from tests.storage.tables import note, with_table

async def main(path, run):
    # Small bounds, so that kills meet checkpoints too.
    tuning = Tuning(idle_seconds=0, busy_rows=50, wal_bytes=200_000, wal_kept=50_000)
    async with await Database.open(path, tuning) as opened:
        database = await with_table(opened)

        async def write_on(name):
            number = 0
            while True:
                number += 1
                key = f"{run}.{name}.{number}"

                def two(connection):
                    note(f"{key} left")(connection)
                    note(f"{key} right")(connection)

                await database.write(two)
                os.write(1, f"{key}\\n".encode())  # the acknowledgement; small writes to a pipe are not torn

        await asyncio.gather(*(write_on(name) for name in range(8)))

asyncio.run(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
"""


def test_what_was_acknowledged_survives_kills(tmp_path: Path) -> None:
    chance = random.Random(9)
    path = tmp_path / "notes.db"
    acknowledged: set[str] = set()
    for run in range(KILLS):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(run)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            for _ in range(chance.randrange(1, 400)):
                acknowledged.add(writer.stdout.readline().decode().strip())
            os.kill(writer.pid, signal.SIGKILL)
            acknowledged |= {line.decode().strip() for line in writer.stdout if line.endswith(b"\n")}
    assert "" not in acknowledged
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        kept = [text for (text,) in connection.execute("SELECT text FROM notes")]
    left = {text.removesuffix(" left") for text in kept if text.endswith(" left")}
    right = {text.removesuffix(" right") for text in kept if text.endswith(" right")}
    assert left == right
    assert acknowledged <= left
    assert len(acknowledged) > KILLS
