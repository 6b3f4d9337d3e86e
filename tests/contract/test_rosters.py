"""The duty rosters of estates."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.domain.people import Department, Role
from bot.domain.places import Place, PlaceKind
from bot.domain.rosters import Leave, Pattern, Post, Roster, Shift
from tests.contract.stores import NOON, Desk

WEEKDAYS = Pattern(time(8), time(20), frozenset(range(5)))
NIGHTS = Pattern(time(20), time(8), frozenset({0, 6}))
TODAY = NOON.date()


def turn(desk: Desk, pattern: Pattern = WEEKDAYS, post: Post | None = None) -> Shift:
    return Shift(0, desk.estate.id, post or Post(role=Role.DIRECTOR), desk.clerk.id, pattern)


def away(desk: Desk, days: int, length: int = 0) -> Leave:
    first = TODAY + timedelta(days=days)
    return Leave(0, desk.estate.id, desk.clerk.id, first, first + timedelta(days=length), desk.technician.id)


def roster(desk: Desk) -> Roster:
    with desk.transaction() as tx:
        return tx.rosters.of_estate(desk.estate.id)


def test_shifts_and_leaves_are_read_as_they_were_stored(desk: Desk) -> None:
    with desk.transaction() as tx:
        at = Post(tx.departments.add(Department(0, desk.estate.id, "service")).id)
        zone = tx.places.add(Place(0, desk.estate.id, PlaceKind.ZONE, "north", "North"))
        shifts = (
            tx.rosters.add_shift(turn(desk)),
            tx.rosters.add_shift(turn(desk, NIGHTS, at)),
            tx.rosters.add_shift(turn(desk, NIGHTS, replace(at, zone_id=zone.id))),
            tx.rosters.add_shift(turn(desk, Pattern(time(0), time(0), on=TODAY))),
        )
        leaves = (
            tx.rosters.add_leave(away(desk, 3, 4)),
            tx.rosters.add_leave(replace(away(desk, 9), stand_in_id=None)),
        )
    assert roster(desk) == Roster(shifts, leaves)
    assert roster(desk).zoned() == (Post(at.department_id, zone_id=zone.id),)


def test_what_is_over_is_read_no_more(desk: Desk) -> None:
    with desk.transaction() as tx:
        for days in (-9, -1, 0):
            tx.rosters.add_shift(turn(desk, Pattern(time(8), time(20), on=TODAY + timedelta(days=days))))
            tx.rosters.add_leave(away(desk, days))
    found = roster(desk)
    assert [shift.pattern.on for shift in found.shifts] == [date(2026, 3, 1), date(2026, 3, 2)]
    assert [leave.last for leave in found.leaves] == [date(2026, 3, 1), date(2026, 3, 2)]


def test_within_a_transaction_the_roster_is_as_it_was_left(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert tx.rosters.of_estate(desk.estate.id) == Roster()
        shift = tx.rosters.add_shift(turn(desk))
        assert tx.rosters.of_estate(desk.estate.id) == Roster((shift,))
        leave = tx.rosters.add_leave(away(desk, 0))
        assert tx.rosters.of_estate(desk.estate.id) == Roster((shift,), (leave,))
        assert tx.rosters.strike_shift(desk.estate.id, shift.id)
        assert tx.rosters.strike_leave(desk.estate.id, leave.id)
        assert tx.rosters.of_estate(desk.estate.id) == Roster()


def test_what_is_not_there_cannot_be_taken_out(desk: Desk) -> None:
    with desk.transaction() as tx:
        other = tx.estates.add(replace(desk.estate, code="HV", group_chat=None))
        shift, leave = tx.rosters.add_shift(turn(desk)), tx.rosters.add_leave(away(desk, 0))
        assert not tx.rosters.strike_shift(other.id, shift.id), "another estate's"
        assert not tx.rosters.strike_leave(other.id, leave.id)
        assert not tx.rosters.strike_shift(desk.estate.id, shift.id + 1)
        assert not tx.rosters.strike_leave(desk.estate.id, leave.id + 1)


def test_a_new_roster_takes_the_place_of_the_shifts_of_one_estate(desk: Desk) -> None:
    with desk.transaction() as tx:
        other = tx.estates.add(replace(desk.estate, code="HV", group_chat=None))
        elsewhere = tx.rosters.add_shift(replace(turn(desk), estate_id=other.id))
        tx.rosters.add_shift(turn(desk))
        leave = tx.rosters.add_leave(away(desk, 0))
        tx.rosters.take_over(desk.estate.id, (turn(desk, NIGHTS),))
        found = tx.rosters.of_estate(desk.estate.id)
        assert [shift.pattern for shift in found.shifts] == [NIGHTS]
        assert found.leaves == (leave,)
        assert tx.rosters.of_estate(other.id).shifts == (elsewhere,)


@pytest.mark.parametrize("who", ["clerk", "technician"])
def test_who_is_forgotten_has_no_shift_and_no_leave_and_stands_in_for_nobody(desk: Desk, who: str) -> None:
    gone = desk.clerk if who == "clerk" else desk.technician
    with desk.transaction() as tx:
        for person in (desk.clerk, desk.technician):
            tx.rosters.add_shift(replace(turn(desk), person_id=person.id))
        tx.rosters.add_leave(away(desk, 0))
        tx.rosters.forget(desk.estate.id, gone.id)
        found = tx.rosters.of_estate(desk.estate.id)
    assert [shift.person_id for shift in found.shifts] == [desk.technician.id if who == "clerk" else desk.clerk.id]
    assert [leave.stand_in_id for leave in found.leaves] == ([] if who == "clerk" else [None])
