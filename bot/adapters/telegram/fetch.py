"""Files are fetched by a queue of their own, so that a large one holds up nobody; the file_id is kept in any case.

The same queue removes those that were erased, never while another is fetched: so none goes that has come again.
"""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import aiohttp
import structlog
import telegram

from bot.adapters.supervisor import Heartbeat
from bot.adapters.telegram.download import (
    PermanentDownloadError,
    TemporaryDownloadError,
    discard_file,
    discard_partial_files,
    download,
)
from bot.ports.clock import Clock
from bot.ports.store import Fetch, Store, Transaction

log = structlog.get_logger()

#: After so many attempts a file is given up: Telegram calls files that are gone "temporarily unavailable".
MOST_ATTEMPTS: Final = 12
_LONGEST_PAUSE: Final = timedelta(hours=1)
_AT_ONCE: Final = 4
#: So many are removed before it is looked again what is to be fetched.
_DISCARDS: Final = 50
_GLANCE_S: Final = 5.0
#: News comes with every update handled, files seldom: there is so long at least between two looks for them.
_REST_S: Final = 0.1


class Fetcher:
    """Fetches the bytes of what people sent into the media directory."""

    def __init__(
        self,
        bot: telegram.Bot,
        session: aiohttp.ClientSession,
        store: Store,
        clock: Clock,
        directory: Path,
        arrived: asyncio.Event,
        to_hear: asyncio.Event | None = None,
    ) -> None:
        """`arrived` is set when there may be new files; `to_hear` is set when there are, where somebody hears them."""
        self._bot = bot
        self._session = session
        self._store = store
        self._clock = clock
        self._directory = directory
        self._arrived = arrived
        self._to_hear = to_hear

    async def run(self, heart: Heartbeat) -> None:
        """Fetch until told to stop."""
        await asyncio.to_thread(self._prepare)
        while not heart.stopping.is_set():
            self._arrived.clear()
            await self._discard()
            fetches, due = await self._store.look(lambda tx: (tx.fetches.due(_AT_ONCE), tx.fetches.next_due()))
            async with asyncio.TaskGroup() as group:
                left = {group.create_task(self._fetch(fetch)) for fetch in fetches}
                while left:  # a large file takes its time, and that is no reason to be taken for dead
                    _, left = await asyncio.wait(left, timeout=_GLANCE_S)
                    heart.beat()
            heart.beat()
            if not fetches:
                await asyncio.sleep(_REST_S)
                await self._pause(heart, due)

    def _prepare(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        discard_partial_files(self._directory)

    async def _discard(self) -> None:
        """Remove from the disk what nobody's file is any more; a crash in between only has it done again."""
        for sha256 in await self._store.look(lambda tx: tx.fetches.discards(_DISCARDS)):
            try:
                await asyncio.to_thread(discard_file, self._directory, sha256)
            except OSError as error:
                log.warning("file_not_removed", reason=type(error).__name__)
                await self._store.transact(partial(_kept_for_now, sha256))
            else:
                await self._store.transact(partial(_discarded, sha256))

    async def _fetch(self, fetch: Fetch) -> None:
        try:
            fetched = await download(self._bot, self._session, fetch.file_id, self._directory)
        except PermanentDownloadError as error:
            await self._give_up(fetch, error.reason)
        except TemporaryDownloadError as error:
            if fetch.attempts + 1 >= MOST_ATTEMPTS:
                await self._give_up(fetch, error.reason)
            else:
                pause = min(_LONGEST_PAUSE, timedelta(seconds=max(error.retry_after_s, 2**fetch.attempts)))
                await self._store.transact(partial(_put_off, fetch, pause, error.reason))
        else:
            heard = self._to_hear is not None
            await self._store.transact(partial(_done, fetch, fetched.sha256, fetched.size, heard))
            if self._to_hear is not None:
                self._to_hear.set()

    async def _give_up(self, fetch: Fetch, reason: str) -> None:
        log.warning("file_not_fetched", reason=reason)
        await self._store.transact(partial(_given_up, fetch, reason))

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


def _done(fetch: Fetch, sha256: str, size: int, heard: bool, tx: Transaction) -> None:
    tx.fetches.done(fetch, sha256, size)
    if heard:
        tx.hearings.ask(fetch.unique_id)


def _put_off(fetch: Fetch, pause: timedelta, reason: str, tx: Transaction) -> None:
    tx.fetches.put_off(fetch, tx.now + pause, reason)


def _discarded(sha256: str, tx: Transaction) -> None:
    tx.fetches.discarded(sha256)


def _kept_for_now(sha256: str, tx: Transaction) -> None:
    tx.fetches.keep_for_now(sha256, tx.now + _LONGEST_PAUSE)


def _given_up(fetch: Fetch, reason: str, tx: Transaction) -> None:
    tx.fetches.give_up(fetch, reason)
