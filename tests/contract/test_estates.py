"""Estates and the numbering of their tickets."""

from dataclasses import replace

import pytest

from tests.contract.stores import GROUP, Desk, SqliteStore


def test_there_is_no_first_estate_before_one_was_set_up(store: SqliteStore) -> None:
    with store.transaction() as tx:
        assert tx.estates.first() is None


def test_an_estate_is_found_by_number_by_group_and_as_the_first(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.estates.add(replace(desk.estate, code="HV", group_chat=None))
        assert tx.estates.get(desk.estate.id) == desk.estate
        assert tx.estates.by_group(GROUP) == desk.estate
        assert tx.estates.first() == desk.estate
        assert tx.estates.by_group(-5) is None


def test_a_group_can_be_given_up_and_a_duty_person_named(desk: Desk) -> None:
    changed = replace(desk.estate, group_chat=None, group_thread=None, duty_person=desk.clerk.id)
    with desk.transaction() as tx:
        tx.estates.update(changed)
        assert tx.estates.get(desk.estate.id) == changed
        assert tx.estates.by_group(GROUP) is None


def test_an_estate_that_was_never_stored_cannot_be_had_or_changed(desk: Desk) -> None:
    with desk.transaction() as tx:
        with pytest.raises(LookupError):
            tx.estates.get(999)
        with pytest.raises(LookupError):
            tx.estates.update(replace(desk.estate, id=999))


def test_numbers_run_from_one_in_each_year_and_estate(desk: Desk) -> None:
    with desk.transaction() as tx:
        other = tx.estates.add(replace(desk.estate, code="HV", group_chat=None))
        assert [tx.estates.next_number(desk.estate.id, 2026) for _ in range(3)] == [1, 2, 3]
        assert tx.estates.next_number(desk.estate.id, 2027) == 1
        assert tx.estates.next_number(other.id, 2026) == 1
        assert tx.estates.next_number(desk.estate.id, 2026) == 4


def test_a_number_whose_ticket_is_not_kept_is_given_again(desk: Desk) -> None:
    with pytest.raises(LookupError), desk.transaction() as tx:
        tx.tickets.get(tx.estates.next_number(desk.estate.id, 2026))
    with desk.transaction() as tx:
        assert tx.estates.next_number(desk.estate.id, 2026) == 1
