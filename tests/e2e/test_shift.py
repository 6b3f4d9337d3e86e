"""A whole shift on the phones: no message is lost, none reaches the wrong person, each claim has one winner."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.main import Running
from tests.e2e.acts import rows
from tests.e2e.shift import LEADERS, STAFF, Recorder, Shift, marks, numbers
from tests.phones import Sandbox


@pytest.fixture
async def recorder(bot: Running) -> AsyncIterator[Recorder]:
    """See what every phone shows from now on."""
    recorder = Recorder()
    async with aiohttp.ClientSession() as session:
        listening = asyncio.create_task(recorder.listen(session, bot.url))
        await recorder.begun.wait()
        yield recorder
        listening.cancel()


def _every_story_is_told(shift: Shift, recorder: Recorder) -> None:
    """Each resident was shown what concerns their matter, whole and in its order."""
    for matter in shift.matters:
        assert matter.over, matter
        own = [
            words for words in recorder.words(matter.resident.id) if matter.number in words or matter.mark("") in words
        ]
        rest = iter(own)
        for wanted in matter.told:
            assert any(wanted in words for words in rest), (matter, wanted, own)


def _nobody_is_shown_what_is_not_for_them(shift: Shift, recorder: Recorder) -> None:
    """A resident sees their own matters and no internal note; a colleague what they had a part in."""
    for phone in shift.residents:
        own = [matter for matter in shift.matters if matter.resident is phone]
        seen = recorder.words(phone.id)
        assert numbers(seen) == {matter.number for matter in own}
        assert {index for index, _ in marks(seen)} == {matter.index for matter in own}
        assert "note" not in {what for _, what in marks(seen)}
    for phone in shift.colleagues.values():
        known = {matter.index for matter in shift.matters if phone.id in matter.insiders}
        assert {index for index, _ in marks(recorder.words(phone.id))} <= known
    everybody = {phone.id for phone in (*shift.residents, *shift.colleagues.values(), *shift.leaders.values())}
    others = set(recorder.shown) - everybody - {shift.sandbox.group}
    assert not any(marks(recorder.words(chat)) for chat in others)


def _nothing_is_said_twice(shift: Shift, recorder: Recorder) -> None:
    """No message that names a ticket came a second time, to a person or to the group."""
    for chat in list(recorder.shown):
        named = [words for words in recorder.began(chat) if numbers([words])]
        doubled = {words for words in named if named.count(words) > 1}
        assert not doubled, doubled
    assert len(numbers(recorder.words(shift.sandbox.group))) == len(shift.matters)


async def _lives(shift: Shift, bot: Running, recorder: Recorder, data: Path, *, matters: int, residents: int) -> None:
    await shift.opens(bot, residents)
    assert len(STAFF) + len(LEADERS) + 3 == 30
    await shift.goes(matters, at_once=30)
    assert not recorder.cut, "the test itself was too slow to see everything"
    _every_story_is_told(shift, recorder)
    _nobody_is_shown_what_is_not_for_them(shift, recorder)
    _nothing_is_said_twice(shift, recorder)
    assert sum(matter.contested > 1 for matter in shift.matters) >= matters / 2
    assert rows(data, "SELECT DISTINCT state FROM outbox") == [("sent",)]
    assert rows(data, "SELECT count(*) FROM tickets WHERE closed_at IS NULL") == [(0,)]


async def test_a_busy_hour(bot: Running, sandbox: Sandbox, recorder: Recorder, tmp_path: Path) -> None:
    await _lives(Shift(sandbox, seed=1), bot, recorder, tmp_path, matters=20, residents=8)


@pytest.mark.long
async def test_a_shift_of_five_hundred_tickets(
    bot: Running, sandbox: Sandbox, recorder: Recorder, tmp_path: Path
) -> None:
    await _lives(Shift(sandbox, seed=2), bot, recorder, tmp_path, matters=500, residents=120)
