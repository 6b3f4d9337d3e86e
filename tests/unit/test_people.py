"""Who is staff, who may do what, and which departments there are."""

from datetime import UTC, datetime

import pytest

from bot.domain.categories import CATEGORIES
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import STANDARD_DEPARTMENTS, Department, Permission, Person, Role
from bot.flows.labels import DEPARTMENT, department_name

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize("role", Role)
def test_all_but_residents_and_readers_of_the_committee_are_staff(role: Role) -> None:
    person = Person(1, 1, "Lam", 1, frozenset({role}))
    assert person.is_staff == (role not in (Role.RESIDENT, Role.COMMITTEE))


def test_someone_without_a_role_is_not_staff() -> None:
    assert not Person(1, 1, "Lam", 1).is_staff


@pytest.mark.parametrize("permission", Permission)
def test_who_has_left_may_nothing_whatever_they_were(permission: Permission) -> None:
    left = Person(1, 1, "Lam", 1, frozenset(Role), left_at=NOON)
    assert not left.is_staff
    assert not left.may(permission)
    with pytest.raises(DomainError, match=Refusal.NOT_PERMITTED):
        left.require(permission)


def test_a_phone_number_does_not_show_when_a_person_is_printed() -> None:
    assert "5550" not in repr(Person(1, None, "Caller", 1, phone="+852 5550 1234"))


def test_every_category_is_suggested_to_a_department_that_every_estate_has() -> None:
    assert {category.department for category in CATEGORIES.values()} <= set(STANDARD_DEPARTMENTS)
    assert CATEGORIES["lift"].department == "engineering"
    assert CATEGORIES["cleaning"].department == "cleaning"


def test_the_standard_departments_have_names_and_an_estates_own_brings_its_own() -> None:
    assert set(DEPARTMENT) == set(STANDARD_DEPARTMENTS)
    assert department_name(Department(1, 1, "security")) == DEPARTMENT["security"]
    assert department_name(Department(2, 1, "pool", "泳池 Pool")).params == {"name": "泳池 Pool"}
