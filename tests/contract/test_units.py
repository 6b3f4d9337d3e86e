"""Units, the codes on their letters, and who typed wrong ones."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from tests.contract.stores import NOON, Desk

HOUR = timedelta(hours=1)


def test_a_unit_is_found_however_it_is_written(desk: Desk) -> None:
    with desk.transaction() as tx:
        unit = tx.units.add(desk.estate.id, "3-12A")
        assert tx.units.get(unit.id) == unit
        assert tx.units.named(desk.estate.id, "Block 3, Flat 12a") == unit
        assert tx.units.named(desk.estate.id, "3-12B") is None
        assert tx.units.named(desk.estate.id + 1, "3-12A") is None


def test_an_estate_has_a_unit_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.units.add(desk.estate.id, "3-12A")
        other = tx.estates.add(replace(desk.estate, code="HV", group_chat=None))
        tx.units.add(other.id, "3-12A")
        with pytest.raises(IntegrityError):
            tx.units.add(desk.estate.id, "3座12樓A室")


def test_a_unit_that_was_never_stored_cannot_be_had(desk: Desk) -> None:
    with desk.transaction() as tx, pytest.raises(LookupError):
        tx.units.get(999)


def test_a_new_code_ends_the_one_before_which_is_still_known(desk: Desk) -> None:
    with desk.transaction() as tx:
        unit = tx.units.add(desk.estate.id, "3-12A")
        assert not tx.units.has_code(unit.id)
        tx.units.issue(unit.id, "first", NOON)
        assert tx.units.by_code("first") == (unit, True)
        tx.units.issue(unit.id, "second", NOON + HOUR)
        assert tx.units.by_code("first") == (unit, False)
        assert tx.units.by_code("second") == (unit, True)
        assert tx.units.by_code("third") is None
        assert tx.units.has_code(unit.id)
        tx.units.revoke(unit.id, NOON + HOUR)
        assert tx.units.by_code("second") == (unit, False)
        assert not tx.units.has_code(unit.id)


def test_a_code_is_given_out_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        units = [tx.units.add(desk.estate.id, label) for label in ("3-12A", "3-12B")]
        tx.units.issue(units[0].id, "first", NOON)
        with pytest.raises(IntegrityError):
            tx.units.issue(units[1].id, "first", NOON)


def test_wrong_codes_are_counted_by_account_and_forgotten_in_time(desk: Desk) -> None:
    with desk.transaction() as tx:
        moments = [NOON, NOON, NOON + HOUR / 2]
        for moment in moments:
            tx.units.count_wrong_code(1, moment, moment - HOUR)
        tx.units.count_wrong_code(2, NOON, NOON - HOUR)
        assert tx.units.wrong_codes(1, NOON - HOUR) == tuple(moments)
        assert tx.units.wrong_codes(1, NOON) == (NOON + HOUR / 2,)
        assert tx.units.wrong_codes(3, NOON - HOUR) == ()
        tx.units.count_wrong_code(1, NOON + HOUR, NOON)
        assert tx.units.wrong_codes(1, NOON - HOUR) == (NOON + HOUR / 2, NOON + HOUR)
        assert tx.units.wrong_codes(2, NOON - HOUR) == (NOON,)
