"""Setting up an estate: its departments, its people, and who is on duty."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.people import STANDARD_DEPARTMENTS, Estate, Language, Person, Role
from bot.sandbox import members
from bot.sandbox.neighbours import DIRECTORY
from bot.services.founding import found
from storage.schema import departments
from tests.contract.stores import SqliteStore

ESTATE = Estate(0, "HT", "Harbour Terrace", "Asia/Hong_Kong", Language.ENGLISH)


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    opened = SqliteStore(None)
    yield opened
    opened.close()


def test_an_estate_begins_with_the_standard_departments(store: SqliteStore) -> None:
    with store.transaction() as tx:
        estate = found(tx, ESTATE)
        assert tuple(department.code for department in tx.departments.of_estate(estate.id)) == STANDARD_DEPARTMENTS


def test_an_estate_of_before_gets_its_departments_once(store: SqliteStore) -> None:
    with store.transaction() as tx:
        before = tx.estates.add(ESTATE)
        assert found(tx, replace(ESTATE, code="XX")) == before
        assert found(tx, ESTATE) == before
        assert len(tx.departments.of_estate(before.id)) == len(STANDARD_DEPARTMENTS)
    with store.connection() as connection:
        assert len(connection.execute(departments.select()).all()) == len(STANDARD_DEPARTMENTS)


def test_members_come_into_their_departments_and_the_first_clerk_is_on_duty(store: SqliteStore) -> None:
    clerk = Person(0, 11, "Lam", 0, frozenset({Role.CLERK}))
    with store.transaction() as tx:
        estate = found(tx, ESTATE, [clerk, replace(clerk, account=12)], works_in={12: "security"})
        security = tx.departments.by_code(estate.id, "security")
        first, second = tx.people.staff(estate.id)
        assert security is not None
        assert (first.department_id, second.department_id) == (None, security.id)
        assert estate.duty_person == first.id


def test_everybody_of_the_sandbox_who_works_there_has_a_department(store: SqliteStore) -> None:
    with store.transaction() as tx:
        estate = found(
            tx,
            members.estate(),
            members.members(),
            works_in=members.works_in(),
            topics=members.topics(),
            directory=DIRECTORY,
        )
        codes = {department.id: department.code for department in tx.departments.of_estate(estate.id)}
        staff = tx.people.staff(estate.id)
        assert len(staff) == 8
        assert all(person.department_id in codes for person in staff)
        head = next(person for person in staff if Role.DEPARTMENT_HEAD in person.roles)
        assert codes[head.department_id or 0] == "engineering"
        threads = {department.code: department.thread_id for department in tx.departments.of_estate(estate.id)}
        assert threads["service"] == estate.group_thread
        assert threads["management"] is None
        assert len(set(threads.values()) - {None}) == 4
        assert len(tx.directory.of_estate(estate.id)) == len(DIRECTORY) == 6
