"""Lets a command of the operator's hear voice messages: a file's path goes in, what was said comes out.

The command is run outside any transaction, within a time and with a bound on what it prints, and knows none of our
settings. Whatever it does, nothing is lost: the recording stays, and what it prints is but a suggestion.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import structlog

from bot.adapters.supervisor import Heartbeat
from bot.adapters.telegram.download import stored_path
from bot.ports.clock import Clock
from bot.ports.hearings import Hearing
from bot.ports.store import Store, Transaction
from bot.services import listening

log = structlog.get_logger()

#: A voice message is heard within this time, or not at all.
LONGEST_S: Final = 120.0
#: As much as it may print, in bytes; more is no voice message's words.
_MOST_BYTES: Final = 16_000
#: As much of it as is shown.
_MOST_WORDS: Final = 2_000
#: The pauses after an attempt that failed; then it is left as sound.
_AGAIN_AFTER: Final = (timedelta(minutes=1), timedelta(minutes=10))
_GLANCE_S: Final = 5.0


class SpeechError(Exception):
    """The command did not do its work; the text is a stable code."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The operator's command with its arguments, the environment that it sees, and how long it may take."""

    command: Sequence[str]
    environ: Mapping[str, str]
    longest_s: float = LONGEST_S


async def hear(engine: Engine, path: Path) -> str:
    """Return what `engine` prints of the voice message at `path`; raise `SpeechError` where it fails."""
    try:
        process = await asyncio.create_subprocess_exec(
            *engine.command,
            str(path),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=engine.environ,
            start_new_session=True,
        )
    except OSError:
        raise SpeechError("cannot be run") from None
    try:
        async with asyncio.timeout(engine.longest_s):
            printed = await _read(process)
            status = await process.wait()
    except TimeoutError:
        raise SpeechError("too slow") from None
    finally:
        with suppress(ProcessLookupError):  # whatever it has begun itself is ended with it
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    if status != 0:
        raise SpeechError("failed")
    return " ".join(printed.decode("utf-8", "replace").split())[:_MOST_WORDS]


async def _read(process: asyncio.subprocess.Process) -> bytes:
    printed = b""
    while process.stdout and (chunk := await process.stdout.read(_MOST_BYTES)):
        printed += chunk
        if len(printed) > _MOST_BYTES:
            raise SpeechError("printed too much")
    return printed


class Listener:
    """Has what waits heard, one after the other."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        engine: Engine,
        directory: Path,
        arrived: asyncio.Event,
        suggested: Callable[[], None],
    ) -> None:
        """`directory` holds the files; `arrived` is set when there may be new ones; `suggested` is told of letters."""
        self._store = store
        self._clock = clock
        self._engine = engine
        self._directory = directory
        self._arrived = arrived
        self._suggested = suggested

    async def run(self, heart: Heartbeat) -> None:
        """Listen until told to stop."""
        while not heart.stopping.is_set():
            self._arrived.clear()
            hearings, due = await self._store.look(lambda tx: (tx.hearings.due(1), tx.hearings.next_due()))
            for hearing in hearings:
                hearing_it = asyncio.create_task(self._hear(hearing))
                try:
                    while not hearing_it.done():  # it takes its time, and that is no reason to be taken for dead
                        await asyncio.wait({hearing_it}, timeout=_GLANCE_S)
                        heart.beat()
                finally:
                    hearing_it.cancel()
                hearing_it.result()
            heart.beat()
            if not hearings:
                await self._pause(heart, due)

    async def _hear(self, hearing: Hearing) -> None:
        try:
            words = await hear(self._engine, stored_path(self._directory, hearing.sha256))
        except SpeechError as error:
            log.warning("voice_not_heard", reason=str(error))
            await self._store.transact(partial(_failed, hearing))
        else:
            await self._store.transact(partial(_suggest, hearing, words))
            self._suggested()

    async def _pause(self, heart: Heartbeat, due: datetime | None) -> None:
        waits: set[asyncio.Task[object]] = {
            asyncio.create_task(self._arrived.wait()),
            asyncio.create_task(heart.stopping.wait()),
        }
        if due is not None:
            waits.add(asyncio.create_task(self._clock.sleep_until(due)))
        try:
            await asyncio.wait(waits, timeout=_GLANCE_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


def _suggest(hearing: Hearing, words: str, tx: Transaction) -> None:
    listening.suggest(tx, hearing, words)


def _failed(hearing: Hearing, tx: Transaction) -> None:
    if hearing.attempts < len(_AGAIN_AFTER):
        tx.hearings.put_off(hearing, tx.now + _AGAIN_AFTER[hearing.attempts])
    else:
        tx.hearings.end(hearing.attachment_id)
