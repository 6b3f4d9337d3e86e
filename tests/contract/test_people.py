"""People and their roles."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.people import Language, Role
from tests.contract.stores import NOON, Desk


def test_a_person_is_read_as_they_were_stored(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert tx.people.get(desk.technician.id) == desk.technician
        assert tx.people.get(desk.resident.id) == desk.resident


def test_a_person_is_known_by_their_account(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert tx.people.by_account(5000000002) == desk.clerk
        assert tx.people.by_account(1) is None


def test_an_account_belongs_to_one_person(desk: Desk) -> None:
    with desk.transaction() as tx, pytest.raises(IntegrityError):
        tx.people.add(replace(desk.resident, account=desk.clerk.account))


def test_those_without_an_account_are_told_apart_by_number(desk: Desk) -> None:
    with desk.transaction() as tx:
        first, second = (tx.people.add(replace(desk.resident, account=None)) for _ in range(2))
        assert first.id != second.id
        assert tx.people.get(second.id) == second


def test_someone_who_was_never_stored_cannot_be_had_or_changed(desk: Desk) -> None:
    with desk.transaction() as tx:
        with pytest.raises(LookupError):
            tx.people.get(999)
        with pytest.raises(LookupError):
            tx.people.update(replace(desk.clerk, id=999))


def test_roles_language_and_reachability_change(desk: Desk) -> None:
    changed = replace(
        desk.clerk,
        roles=frozenset({Role.DIRECTOR, Role.ADMINISTRATOR}),
        language=Language.TRADITIONAL,
        language_chosen=True,
        reachable=False,
        account=None,
    )
    with desk.transaction() as tx:
        tx.people.update(changed)
        assert tx.people.get(desk.clerk.id) == changed


def test_one_may_lose_every_role(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.people.update(replace(desk.clerk, roles=frozenset()))
        assert tx.people.get(desk.clerk.id).roles == frozenset()
        assert tx.people.with_role(desk.estate.id, Role.CLERK) == ()


def test_people_are_found_by_any_of_some_roles_with_all_that_they_hold(desk: Desk) -> None:
    both = frozenset({Role.CLERK, Role.TECHNICIAN, Role.RESIDENT})
    with desk.transaction() as tx:
        tx.people.update(replace(desk.technician, roles=both))
        found = tx.people.with_role(desk.estate.id, Role.CLERK, Role.TECHNICIAN)
        assert found == (desk.clerk, replace(desk.technician, roles=both))


def test_people_of_another_estate_are_not_found_by_role(desk: Desk) -> None:
    with desk.transaction() as tx:
        other = tx.estates.add(replace(desk.estate, code="HV", group_chat=None))
        elsewhere = tx.people.add(replace(desk.clerk, account=None, estate_id=other.id))
        assert tx.people.with_role(desk.estate.id, Role.CLERK) == (desk.clerk,)
        assert tx.people.with_role(other.id, Role.CLERK) == (elsewhere,)


def test_somebody_is_asked_a_thing_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert tx.people.ask_once(desk.resident.id, "home", NOON)
        assert not tx.people.ask_once(desk.resident.id, "home", NOON)
        assert tx.people.ask_once(desk.resident.id, "voice", NOON)
        assert tx.people.ask_once(desk.clerk.id, "home", NOON)


def test_who_calls_is_found_by_their_number(desk: Desk) -> None:
    with desk.transaction() as tx:
        caller = tx.people.add(replace(desk.resident, account=None, phone="85291234567"))
        assert tx.people.by_phone(desk.estate.id, "85291234567") == (caller,)
        assert tx.people.by_phone(desk.estate.id, "91234567") == ()
        assert tx.people.by_phone(desk.estate.id + 1, "85291234567") == ()
