"""A program of ours as a child process: started, heard to be ready, killed, and never left behind.

A program that serves says so by one line on its standard output, `listening on http://127.0.0.1:PORT`.
"""

import asyncio
import os
import sys
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
READY = "listening on "


class ChildFailedError(Exception):
    """A child process ended by itself, or did not become ready; the message carries the end of its output."""


class Child:
    """A running program, its output drained so that it never blocks on a full pipe."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self.process = process
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

    async def ready(self, timeout_s: float = 60) -> str:
        """Return the address the program serves at; raises ChildFailedError when it ends first or takes too long."""
        either: set[asyncio.Future[Any]] = {self._reader, self._url}
        await asyncio.wait(either, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        if self._reader.done():
            await self.process.wait()
            raise self.failure("ended before it was ready")
        if not self.serving:
            raise self.failure(f"was not ready within {timeout_s:g} s")
        return self._url.result()

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


async def start(name: str, *arguments: str, env: Mapping[str, str] | None = None) -> Child:
    """Start `python ARGUMENTS` in the checkout; the caller ends it.

    Of this process's own SHOUWEN_ settings the child sees none, only those in `env`.
    """
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("SHOUWEN_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        env={**inherited, "PYTHONUNBUFFERED": "1", **(env or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    return Child(name, process)


@asynccontextmanager
async def running(name: str, *arguments: str, env: Mapping[str, str] | None = None) -> AsyncIterator[Child]:
    """Run `python ARGUMENTS` for the length of the block and kill it afterwards."""
    child = await start(name, *arguments, env=env)
    try:
        yield child
    finally:
        await child.kill()
