"""Departments, and who belongs to them."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.people import Department, Role
from tests.contract.stores import NOON, Desk


def test_departments_are_found_by_number_by_code_and_by_estate(desk: Desk) -> None:
    with desk.transaction() as tx:
        service = tx.departments.add(Department(0, desk.estate.id, "service"))
        pool = tx.departments.add(Department(0, desk.estate.id, "pool", "泳池 Pool", thread_id=12))
        assert tx.departments.get(pool.id) == pool
        assert tx.departments.by_code(desk.estate.id, "pool") == pool
        assert tx.departments.by_code(desk.estate.id, "garage") is None
        assert tx.departments.of_estate(desk.estate.id) == (service, pool)


def test_the_departments_of_another_estate_are_its_own(desk: Desk) -> None:
    with desk.transaction() as tx:
        other = tx.estates.add(replace(desk.estate, code="HV", group_chat=None))
        elsewhere = tx.departments.add(Department(0, other.id, "service"))
        assert tx.departments.of_estate(desk.estate.id) == ()
        assert tx.departments.by_code(desk.estate.id, "service") is None
        assert tx.departments.of_estate(other.id) == (elsewhere,)


def test_an_estate_has_a_department_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.departments.add(Department(0, desk.estate.id, "service"))
        with pytest.raises(IntegrityError):
            tx.departments.add(Department(0, desk.estate.id, "service"))


def test_a_department_gets_a_topic_and_somebody_on_duty(desk: Desk) -> None:
    with desk.transaction() as tx:
        department = tx.departments.add(Department(0, desk.estate.id, "service"))
        changed = replace(department, thread_id=9, duty_person_id=desk.clerk.id)
        tx.departments.update(changed)
        assert tx.departments.get(department.id) == changed


def test_a_department_that_was_never_stored_cannot_be_had_or_changed(desk: Desk) -> None:
    with desk.transaction() as tx:
        with pytest.raises(LookupError):
            tx.departments.get(999)
        with pytest.raises(LookupError):
            tx.departments.update(Department(999, desk.estate.id, "service"))


def test_those_of_a_department_are_found_with_all_their_roles(desk: Desk) -> None:
    with desk.transaction() as tx:
        department = tx.departments.add(Department(0, desk.estate.id, "engineering"))
        head = replace(
            desk.technician,
            roles=frozenset({Role.TECHNICIAN, Role.DEPARTMENT_HEAD}),
            department_id=department.id,
            phone="+852 5550 1234",
        )
        tx.people.update(head)
        assert tx.people.in_department(department.id) == (head,)
        assert tx.people.get(head.id) == head


def test_staff_are_all_who_work_there_and_no_resident(desk: Desk) -> None:
    with desk.transaction() as tx:
        other = tx.estates.add(replace(desk.estate, code="HV", group_chat=None))
        tx.people.add(replace(desk.clerk, account=None, estate_id=other.id))
        both = replace(desk.technician, roles=frozenset({Role.TECHNICIAN, Role.RESIDENT}))
        tx.people.update(both)
        assert tx.people.staff(desk.estate.id) == (desk.clerk, both)


def test_who_has_left_is_kept_but_found_among_staff_no_more(desk: Desk) -> None:
    with desk.transaction() as tx:
        department = tx.departments.add(Department(0, desk.estate.id, "service"))
        left = replace(desk.clerk, department_id=department.id, left_at=NOON)
        tx.people.update(left)
        assert tx.people.get(left.id) == left
        assert tx.people.by_account(left.account or 0) == left
        assert tx.people.staff(desk.estate.id) == (desk.technician,)
        assert tx.people.with_role(desk.estate.id, Role.CLERK) == ()
        assert tx.people.in_department(department.id) == ()
