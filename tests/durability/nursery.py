"""A process that has imported the bot already and gives birth to lives of it, one after the other.

Most of a start is Python reading modules, when there is nothing to be lost. A life that is forked begins where the
program does: a kill soon after the birth meets the opening of the database, the recovery of what the last life left
behind, the first poll; and a thousand lives take minutes. A life is `shouwen run` in a process of its own, and is
killed like any other.

Run as a program this is the nursery itself. Each line of its standard input is the environment of a life, as JSON; it
writes `born PID`, and after that life's own output `died CODE`.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from tests.durability.processes import READY, Child, ChildFailedError, running

_BORN: Final = "born "
_DIED: Final = "died "


class Life:
    """One life of the bot."""

    def __init__(self, nursery: Child) -> None:
        self._nursery = nursery
        loop = asyncio.get_running_loop()
        self._born: asyncio.Future[int] = loop.create_future()
        self._ready: asyncio.Future[None] = loop.create_future()
        self._died: asyncio.Future[None] = loop.create_future()
        nursery.on_line = self._hear

    def _hear(self, line: str) -> None:
        if line.startswith(_BORN):
            self._born.set_result(int(line.removeprefix(_BORN)))
        elif line.startswith(READY):
            self._ready.set_result(None)
        elif line.startswith(_DIED):
            self._died.set_result(None)

    async def begin(self, settings: Mapping[str, str]) -> None:
        """Be born; raises ChildFailedError where even that fails."""
        await self._nursery.say(json.dumps(dict(settings)))
        await self._nursery.tells(self._born, "gave birth")

    @property
    def serving(self) -> bool:
        """Whether the bot has said where it listens."""
        return self._ready.done()

    async def ready(self, timeout_s: float = 60) -> None:
        """Return when the bot serves; raises ChildFailedError when it ends first or takes too long."""
        first: set[asyncio.Future[Any]] = {self._ready, self._died}
        await asyncio.wait(first, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        if not self.serving:
            raise self._failure("did not become ready")

    async def goes_on(self, seconds: float) -> None:
        """Let it live for so long; raises ChildFailedError when it ends by itself."""
        await asyncio.wait({self._died}, timeout=seconds)
        if self._died.done():
            raise self._failure("ended by itself")

    async def end(self) -> None:
        """Kill it with SIGKILL, if it lives."""
        if self._born.done() and not self._died.done():
            with suppress(ProcessLookupError):
                os.kill(self._born.result(), signal.SIGKILL)
            await self._nursery.tells(self._died, "saw the bot die")

    def _failure(self, what: str) -> ChildFailedError:
        return self._nursery.failure(f"lives; the bot {what}")


class Nursery:
    """A nursery, as the harness sees it."""

    def __init__(self, process: Child) -> None:
        self._process = process

    @asynccontextmanager
    async def life(self, settings: Mapping[str, str]) -> AsyncIterator[Life]:
        """Have a bot live for the length of the block, and kill it afterwards."""
        life = Life(self._process)
        try:
            await life.begin(settings)
            yield life
        finally:
            await life.end()


@asynccontextmanager
async def open_nursery() -> AsyncIterator[Nursery]:
    """Run a nursery for the length of the block."""
    async with running("nursery", "-m", "tests.durability.nursery", spoken_to=True) as process:
        yield Nursery(process)


def _give_birth() -> None:
    from bot.__main__ import app

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.environ.update(json.loads(line))
            app(["run"])
        _say(f"{_BORN}{child}")
        _, status = os.waitpid(child, 0)
        _say(f"\n{_DIED}{os.waitstatus_to_exitcode(status)}")  # the killed may have left half a line


def _say(line: str) -> None:
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


if __name__ == "__main__":
    _give_birth()
