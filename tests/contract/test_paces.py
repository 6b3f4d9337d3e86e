"""How fast people write."""

from datetime import timedelta

from bot.ports.store import Pace
from tests.contract.stores import NOON, Desk

MINUTE = timedelta(minutes=1)


def count(desk: Desk, after: timedelta, person: int | None = None) -> Pace:
    """Count a message sent so long after noon."""
    now = NOON + after
    with desk.transaction(now) as tx:
        return tx.paces.count(person or desk.resident.id, now - MINUTE)


def test_messages_are_counted_from_the_first_of_a_minute(desk: Desk) -> None:
    assert count(desk, timedelta()) == Pace(1, NOON)
    assert count(desk, timedelta(seconds=30)) == Pace(2, NOON)
    assert count(desk, timedelta(seconds=59)) == Pace(3, NOON)
    assert count(desk, MINUTE) == Pace(1, NOON + MINUTE)
    assert count(desk, MINUTE) == Pace(2, NOON + MINUTE)


def test_each_person_has_a_count_of_their_own(desk: Desk) -> None:
    count(desk, timedelta())
    assert count(desk, timedelta(), desk.clerk.id) == Pace(1, NOON)


def test_a_clock_that_was_set_back_begins_anew(desk: Desk) -> None:
    count(desk, MINUTE * 60)
    assert count(desk, timedelta()) == Pace(1, NOON)
