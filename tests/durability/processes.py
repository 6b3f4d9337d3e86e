"""A program of ours as a child process: started, heard to be ready, killed, and never left behind.

A program that serves says so by one line on its standard output, `listening on http://127.0.0.1:PORT`.
"""

import asyncio
import os
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parents[2]
READY = "listening on "

T = TypeVar("T")


class ChildFailedError(Exception):
    """A child process ended by itself, or did not become ready; the message carries the end of its output."""


class Child:
    """A running program, its output drained so that it never blocks on a full pipe."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self.process = process
        self.on_line: Callable[[str], None] = lambda line: None
        self._tail: deque[str] = deque(maxlen=40)
        self._url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._reader = asyncio.create_task(self._drain())

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether the program has not ended yet."""
        return self.process.returncode is None

    @property
    def serving(self) -> bool:
        """Whether the program has said where it listens."""
        return self._url.done()

    async def _drain(self) -> None:
        assert self.process.stdout is not None
        async for raw in self.process.stdout:
            line = raw.decode(errors="replace").rstrip()
            self._tail.append(line)
            if line.startswith(READY) and not self._url.done():
                self._url.set_result(line.removeprefix(READY))
            self.on_line(line)

    async def say(self, line: str) -> None:
        """Write a line to the program's standard input, which it was started with."""
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        await self.process.stdin.drain()

    async def ready(self, timeout_s: float = 60) -> str:
        """Return the address the program serves at; raises ChildFailedError when it ends first or takes too long."""
        return await self.tells(self._url, "was ready", timeout_s)

    async def tells(self, news: asyncio.Future[T], what: str, timeout_s: float = 60) -> T:
        """Return what a line of output brings; raises ChildFailedError when the program ends before, or is too slow."""
        either: set[asyncio.Future[Any]] = {self._reader, news}
        await asyncio.wait(either, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        if news.done():
            return news.result()
        if self._reader.done():
            await self.process.wait()
            raise self.failure(f"ended before it {what}")
        raise self.failure(f"took more than {timeout_s:g} s before it {what}")

    async def stays(self, seconds: float) -> None:
        """Return after so long; raises ChildFailedError when the program ends before."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), seconds)
        if not self.running:
            await self._reader
            raise self.failure("ended by itself")

    def failure(self, what: str) -> ChildFailedError:
        """Describe a failure of this program, with the last lines it wrote."""
        return ChildFailedError(f"{self.name} {what} (exit code {self.process.returncode})\n" + "\n".join(self._tail))

    async def kill(self) -> None:
        """End the program by SIGKILL, at once and without its doing."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self._gone()

    async def stop(self, timeout_s: float = 30) -> None:
        """Ask the program to end by SIGTERM; raises ChildFailedError unless it does so in time with exit code 0."""
        with suppress(ProcessLookupError):
            self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), timeout_s)
        except TimeoutError:
            raise self.failure(f"did not end within {timeout_s:g} s of SIGTERM") from None
        await self._gone()
        if self.process.returncode != 0:
            raise self.failure("did not end in order")

    async def _gone(self) -> None:
        await self.process.wait()
        await self._reader
        self._url.cancel()


async def start(name: str, *arguments: str, env: Mapping[str, str] | None = None, spoken_to: bool = False) -> Child:
    """Start `python ARGUMENTS` in the checkout; the caller ends it.

    Of this process's own SHOUWEN_ settings the child sees none, only those in `env`. One that is not `spoken_to` has
    an empty standard input.
    """
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("SHOUWEN_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        env={**inherited, "PYTHONUNBUFFERED": "1", **(env or {})},
        stdin=asyncio.subprocess.PIPE if spoken_to else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    return Child(name, process)


@asynccontextmanager
async def running(
    name: str, *arguments: str, env: Mapping[str, str] | None = None, spoken_to: bool = False
) -> AsyncIterator[Child]:
    """Run `python ARGUMENTS` for the length of the block, as `start` does, and kill it afterwards."""
    child = await start(name, *arguments, env=env, spoken_to=spoken_to)
    try:
        yield child
    finally:
        await child.kill()
