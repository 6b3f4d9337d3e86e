"""The queue of files also removes those that were erased, and tries again what the disk does not let go."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.clock import MovableClock
from bot.adapters.supervisor import Heartbeat
from bot.adapters.telegram import fetch
from bot.adapters.telegram.download import stored_path
from bot.adapters.telegram.request import open_bot, open_session
from bot.domain.people import Role
from tests.adapters.telegram.scripted import TOKEN, closed_port
from tests.office import MORNING, Office

SHA = "ab" * 32


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office in which Chan's photo, which had been fetched, was erased and is still on the disk."""
    opened = Office({"chan": Role.RESIDENT, "clerk": Role.CLERK})
    opened.writes("chan", "It leaks here.", photo=True)
    opened.presses("chan", "c.enquiry")
    opened.presses("chan", "submit")
    (ticket,) = opened.tickets()
    (due,) = opened.work(lambda tx: tx.fetches.due(9))
    opened.work(lambda tx: tx.fetches.done(due, SHA, 10))
    opened.work(lambda tx: tx.erasure.forget_matter(ticket.id, set()))
    path = stored_path(tmp_path, SHA)
    path.parent.mkdir()
    path.write_bytes(b"a photo")
    yield opened
    opened.close()


async def runs_until(office: Office, directory: Path, done: Callable[[], bool]) -> None:
    """Let the queue work until that is so."""
    heart, arrived = Heartbeat(), asyncio.Event()
    async with open_session() as session:
        bot = open_bot(session, TOKEN, await closed_port())
        fetcher = fetch.Fetcher(bot, session, office, MovableClock(MORNING), directory, arrived)
        working = asyncio.create_task(fetcher.run(heart))
        async with asyncio.timeout(20):
            while not done():
                await asyncio.sleep(0.01)
        heart.stopping.set()
        arrived.set()
        await working


async def test_what_was_erased_is_removed_from_the_disk(office: Office, tmp_path: Path) -> None:
    await runs_until(office, tmp_path, lambda: not office.rows("discards"))
    assert not stored_path(tmp_path, SHA).exists()


async def test_what_the_disk_does_not_let_go_is_tried_again_later(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_directory: Path, _sha256: str) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr(fetch, "discard_file", refuses)
    await runs_until(office, tmp_path, lambda: not office.work(lambda tx: tx.fetches.discards(9)))
    assert office.rows("discards")
    office.passes(hours=1)
    assert office.work(lambda tx: tx.fetches.discards(9)) == (SHA,)
    assert office.work(lambda tx: tx.fetches.next_due()) == MORNING + timedelta(hours=1)
    assert office.work(lambda tx: tx.fetches.due(9)) == ()
