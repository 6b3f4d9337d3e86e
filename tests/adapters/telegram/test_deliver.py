"""The way out bears what goes wrong on it: one letter's fault is nobody else's, and nothing waits for ever."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

import pytest

from bot.adapters.metrics import Metrics
from bot.adapters.supervisor import Heartbeat
from bot.adapters.telegram.deliver import Deliverer
from bot.adapters.telegram.lineup import Lineup
from bot.domain.people import Role
from bot.flows.screen import Screen, text
from bot.ports.messenger import Ambiguous, Call, Done, Outcome, SendText, Sent
from bot.ports.outbox import Letter, LetterState, Notice
from bot.ports.store import StoreBusy, Transaction
from tests.office import Office, account_of

T = TypeVar("T")


class Messenger:
    """Sends nothing; keeps what it was to send, and answers as it is told."""

    def __init__(self) -> None:
        self.sent: list[SendText] = []
        self.outcomes: list[Outcome] = []

    async def perform(self, call: Call) -> Outcome:
        if not isinstance(call, SendText):
            return Done()
        self.sent.append(call)
        return self.outcomes.pop(0) if self.outcomes else Sent((len(self.sent),))

    def reached(self) -> set[int]:
        return {call.chat_id for call in self.sent}


class FaultyOffice(Office):
    """An office whose store can be made to fail the next transactions."""

    failures = 0

    async def transact(self, work: Callable[[Transaction], T]) -> T:
        if self.failures:
            self.failures -= 1
            raise StoreBusy("The disk is full.")
        return await super().transact(work)


class OfficeClock:
    """The office's time."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def now(self) -> datetime:
        return self._office.now

    async def sleep_until(self, moment: datetime) -> None:
        while self._office.now < moment:
            await asyncio.sleep(0)


@pytest.fixture
async def office() -> AsyncIterator[FaultyOffice]:
    office = FaultyOffice({"Ada": Role.RESIDENT, "Ben": Role.RESIDENT, "Kit": Role.CLERK})
    yield office
    office.close()


@pytest.fixture
def messenger() -> Messenger:
    return Messenger()


def a_letter_to(office: Office, name: str) -> int:
    letter = Letter(account_of(name), office.estate_id, Notice(Screen((text("Sent."),))), office.person(name).id)
    return office.work(lambda tx: tx.outbox.put(letter))


@asynccontextmanager
async def delivering(office: Office, messenger: Messenger) -> AsyncIterator[tuple[Deliverer, Heartbeat]]:
    deliverer = Deliverer(office, messenger, Lineup(None), OfficeClock(office), office.rules, Metrics())
    heart = Heartbeat()
    loop = asyncio.create_task(deliverer.run(heart))
    try:
        yield deliverer, heart
    finally:
        heart.stopping.set()
        await asyncio.wait({loop}, timeout=5)
        loop.cancel()


async def comes_to_rest(deliverer: Deliverer) -> None:
    async with asyncio.timeout(5):
        while not deliverer.idle(frozen=True):
            await asyncio.sleep(0)


async def test_a_letter_that_cannot_be_composed_is_given_up_and_its_neighbours_go(
    office: FaultyOffice, messenger: Messenger
) -> None:
    poisoned = a_letter_to(office, "Ada")
    sound = a_letter_to(office, "Ben")
    with office.store.connection() as connection:
        connection.exec_driver_sql("UPDATE people SET language = 'tlh' WHERE name = 'Ada'")

    async with delivering(office, messenger) as (deliverer, _):
        await comes_to_rest(deliverer)

    states = {posted.id: posted.state for posted in office.letters() if posted.id in (poisoned, sound)}
    assert states == {poisoned: LetterState.DEAD, sound: LetterState.SENT}
    assert account_of("Ben") in messenger.reached()


async def test_letters_taken_while_the_disk_was_full_go_once_there_is_room(
    office: FaultyOffice, messenger: Messenger
) -> None:
    a_letter_to(office, "Ada")
    a_letter_to(office, "Ben")
    deliverer = Deliverer(office, messenger, Lineup(None), OfficeClock(office), office.rules, Metrics())
    office.failures = 1
    with pytest.raises(StoreBusy):
        await deliverer.run(Heartbeat())

    heart = Heartbeat()
    second_life = asyncio.create_task(deliverer.run(heart))
    await comes_to_rest(deliverer)
    heart.stopping.set()
    await second_life

    assert messenger.reached() == {account_of("Ada"), account_of("Ben")}
    assert len(messenger.sent) == 2


async def test_a_letter_on_its_way_when_the_program_stopped_is_repeated_as_one_of_unknown_outcome(
    office: FaultyOffice, messenger: Messenger
) -> None:
    letter_id = a_letter_to(office, "Ada")
    assert office.take(letter_id)

    async with delivering(office, messenger) as (deliverer, _):
        await comes_to_rest(deliverer)
        assert messenger.sent == [], "not before a pause: an outage should pass first"
        office.passes(seconds=5)
        deliverer.written()
        await comes_to_rest(deliverer)

    assert len(messenger.sent) == 1


async def test_a_message_of_unknown_outcome_is_tried_three_times_and_then_shown_to_staff(
    office: FaultyOffice, messenger: Messenger
) -> None:
    letter_id = a_letter_to(office, "Ada")
    messenger.outcomes = [Ambiguous("reset"), Ambiguous("reset"), Ambiguous("reset")]

    async with delivering(office, messenger) as (deliverer, _):
        for _ in range(5):
            await comes_to_rest(deliverer)
            office.passes(minutes=2)
            deliverer.written()
        await comes_to_rest(deliverer)

    assert [call.chat_id for call in messenger.sent].count(account_of("Ada")) == 3
    assert office.work(lambda tx: tx.outbox.get(letter_id)).state is LetterState.DEAD
    assert any("cannot be sure that a message arrived" in call.plain for call in messenger.sent if call.chat_id < 0)


async def test_a_clock_set_back_by_an_hour_does_not_hold_letters_up_for_an_hour(
    office: FaultyOffice, messenger: Messenger
) -> None:
    a_letter_to(office, "Ada")
    messenger.outcomes = [Ambiguous("reset")]
    async with delivering(office, messenger) as (deliverer, _):
        await comes_to_rest(deliverer)
        office.passes(hours=-1)
        deliverer.written()
        await comes_to_rest(deliverer)
        assert len(messenger.sent) == 1
        office.passes(minutes=5)
        deliverer.written()
        await comes_to_rest(deliverer)
    assert len(messenger.sent) == 2


class BustlingOffice(FaultyOffice):
    """An office in which somebody writes again each time its outbox has been looked at."""

    rounds = 50
    deliverer: Deliverer | None = None

    async def look(self, work: Callable[[Transaction], T]) -> T:
        found = await super().look(work)
        if self.rounds and self.deliverer:
            self.rounds -= 1
            self.deliverer.written()
        return found


async def test_it_is_not_taken_for_stuck_while_letters_keep_coming(messenger: Messenger) -> None:
    office = BustlingOffice({"Ada": Role.RESIDENT})
    async with delivering(office, messenger) as (deliverer, heart):
        office.deliverer = deliverer
        await comes_to_rest(deliverer)
        assert (office.rounds, heart.count >= 50) == (0, True), heart.count
    office.close()
