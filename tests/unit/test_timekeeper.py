"""The timekeeper fires only once the backlog of a stop is handled, everything that is due, and each timer once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.adapters.metrics import Metrics
from bot.adapters.timekeeper import KEPT, Timekeeper
from bot.domain.people import Role
from bot.ports.inbox import RawUpdate
from bot.ports.outbox import LetterState
from storage import schema
from storage.inbox import admit_updates
from storage.repositories.search import SqlSearch
from tests.office import Office

#: Of a matter's hour: two reminders, its end and what comes after it.
STAGES = 4


class OfficeClock:
    """The office's time."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def now(self) -> datetime:
        """Return the office's present moment."""
        return self._office.now

    async def sleep_until(self, moment: datetime) -> None:
        """Be there at once."""
        self._office.now = max(self._office.now, moment)


class Times:
    """A timekeeper in an office, and what it told."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.arrived = True
        self.told = 0
        clock = OfficeClock(office)
        self.metrics = Metrics()
        self.keeper = Timekeeper(office, office.rules, clock, self.metrics, lambda: self.arrived, self.letters_written)

    async def ticks(self, **duration: float) -> None:
        """Let time pass, and tick."""
        self.office.passes(**duration)
        await self.keeper.tick()

    def letters_written(self) -> None:
        """Count how often it said that there may be letters."""
        self.told += 1

    def waiting(self) -> int:
        """Return how many timers still wait."""
        return sum(row[6] == "waiting" for row in self.office.rows("timers"))


@pytest.fixture
def times() -> Iterator[Times]:
    office = Office({"chan": Role.RESIDENT, "clerk": Role.CLERK})
    yield Times(office)
    office.close()


def arrives(office: Office, number: int) -> None:
    """Put an update into the inbox that nobody has handled yet."""
    with office.store.connection() as connection:
        admit_updates(connection, [RawUpdate(number, f'{{"update_id": {number}}}')], office.now)


async def test_it_waits_for_the_backlog_to_arrive_and_to_be_handled(times: Times) -> None:
    times.office.files("chan")
    times.office.passes(hours=2)
    times.arrived = False
    await times.keeper.tick()
    times.arrived = True
    arrives(times.office, 1)
    await times.keeper.tick()
    assert (times.waiting(), times.told) == (STAGES, 0)

    (update,) = times.office.work(lambda tx: tx.updates.pending(0, 10))
    assert times.office.work(lambda tx: tx.updates.begin(update.seq))
    await times.keeper.tick()
    assert (times.waiting(), times.told) == (0, 1)


async def test_once_open_it_fires_whatever_arrives_meanwhile(times: Times) -> None:
    times.office.files("chan")
    await times.keeper.tick()
    arrives(times.office, 1)
    times.office.passes(minutes=31)
    await times.keeper.tick()
    assert times.waiting() == STAGES - 1


async def test_nothing_fires_before_its_time_or_twice(times: Times) -> None:
    times.office.files("chan")
    times.office.passes(minutes=29)
    await times.keeper.tick()
    assert (times.waiting(), times.told) == (STAGES, 0)
    times.office.passes(minutes=1)
    await times.keeper.tick()
    await times.keeper.tick()
    assert (times.waiting(), times.told) == (STAGES - 1, 1)


async def test_handled_updates_are_forgotten_in_time_and_waiting_ones_never(times: Times) -> None:
    arrives(times.office, 1)
    (update,) = times.office.work(lambda tx: tx.updates.pending(0, 10))
    times.office.work(lambda tx: tx.updates.begin(update.seq))
    await times.keeper.tick()
    arrives(times.office, 2)
    times.office.passes(seconds=KEPT.total_seconds())
    await times.keeper.tick()
    assert len(times.office.rows("inbox")) == 2
    times.office.passes(hours=2)
    await times.keeper.tick()
    ((_, number, *_),) = times.office.rows("inbox")
    assert number == 2


async def test_letters_hold_words_and_are_kept_for_a_day(times: Times) -> None:
    times.office.files("chan", "The lift is stuck.")
    await times.keeper.tick()
    sent = len(times.office.rows("outbox"))
    assert sent
    await times.ticks(hours=23)
    assert len(times.office.rows("outbox")) >= sent
    times.office.delivers()
    await times.ticks(hours=2)
    settled = [posted for posted in times.office.letters() if posted.state is LetterState.SENT]
    assert all(posted.not_before > times.office.now - timedelta(hours=25) for posted in settled)


async def test_who_asked_is_erased_within_a_tick_and_the_index_is_wiped_once(times: Times) -> None:
    steps: list[bool] = []
    compact, wipe = SqlSearch.compact, times.office.wipe
    wiped: list[datetime] = []

    def counted(search: SqlSearch, *, begin: bool) -> bool:
        steps.append(begin)
        return compact(search, begin=begin)

    async def noted() -> bool:
        wiped.append(times.office.now)
        return await wipe()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqlSearch, "compact", counted)
        patch.setattr(times.office, "wipe", noted)
        times.office.writes("chan", "Hello")
        await times.keeper.tick()
        chan = times.office.person("chan")
        times.office.work(lambda tx: tx.people.update(replace(chan, erase_at=times.office.now)))
        await times.keeper.tick()
        assert times.office.work(lambda tx: tx.people.get(chan.id)).erased_at == times.office.now
        assert not steps, "with the hour"
        for _ in range(40):
            await times.ticks(hours=1)
    assert steps.count(True) == 1
    assert 25 <= len(wiped) <= 30, "as long as letters of that day are still being deleted"


async def test_it_shows_what_waits_to_be_sent_and_counts_it_now_and_then(times: Times) -> None:
    def shown() -> str:
        return times.metrics.exposition().decode()

    await times.keeper.tick()
    assert 'shouwen_outbox_pending{lane="tap"} 0.0' in shown()
    times.office.writes("chan", "The lift is stuck.")
    await times.keeper.tick()
    assert 'shouwen_outbox_pending{lane="tap"} 0.0' in shown()
    times.office.passes(seconds=15)
    await times.keeper.tick()
    assert 'shouwen_outbox_pending{lane="tap"} 1.0' in shown()


async def test_it_reminds_of_drafts_and_closes_them_when_they_are_over(times: Times) -> None:
    office = times.office
    office.writes("chan", "The lift is stuck.")
    office.delivers()
    await times.keeper.tick()
    office.passes(hours=12)
    await times.keeper.tick()
    assert (times.told, len(office.waiting())) == (1, 1)
    office.delivers()
    office.passes(hours=12)
    await times.keeper.tick()
    assert (times.told, len(office.waiting())) == (2, 1)
    assert "stuck" not in repr(office.rows("drafts"))


async def test_a_reminder_that_fails_is_set_aside_and_stops_no_other(times: Times) -> None:
    office = times.office
    for name in ("chan", "clerk"):
        office.writes(name, "The lift is stuck.")
    office.delivers()
    poisoned = schema.drafts.c.person_id == office.person("chan").id
    with office.store.connection() as connection:
        connection.execute(update(schema.drafts).where(poisoned).values(items="not JSON"))
    office.passes(hours=12)
    await times.keeper.tick()
    with office.store.connection() as connection:
        resting = connection.execute(select(schema.drafts.c.chat_id).where(schema.drafts.c.resting)).scalars().all()
    assert resting == [office.person("clerk").account]
    assert office.work(lambda tx: tx.drafts.next_nudge()) is None
    office.passes(hours=12)
    await times.keeper.tick()
    assert "not JSON" not in repr(office.rows("drafts")), "what cannot be read is erased like any other"
