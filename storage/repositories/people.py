"""Persons and their roles."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from bot.domain.people import STAFF, Language, Person, Role, Standing
from storage import dialect
from storage.repositories.rows import insert_row
from storage.schema import asked_once, people, roles
from storage.statements import Executor

_COLUMNS = (
    people.c.id,
    people.c.account,
    people.c.name,
    people.c.estate_id,
    people.c.language,
    people.c.language_chosen,
    people.c.unit,
    people.c.staff_number,
    people.c.reachable,
    people.c.phone,
    people.c.department_id,
    people.c.left_at,
    people.c.contractor_id,
    people.c.writes_as,
    people.c.erase_at,
    people.c.erased_at,
    roles.c.role,
)
_wanted = roles.alias("wanted")

_GET = select(*_COLUMNS).select_from(people.outerjoin(roles)).where(people.c.id == bindparam("person"))
_BY_ACCOUNT = (
    select(*_COLUMNS).select_from(people.outerjoin(roles)).where(people.c.account == bindparam("platform_account"))
)
_BY_PHONE = (
    select(*_COLUMNS)
    .select_from(people.outerjoin(roles))
    .where(people.c.estate_id == bindparam("estate"), people.c.phone == bindparam("called"))
    .order_by(people.c.id)
)
# From the few who hold a role to their persons, never through everyone of an estate.
_WITH_ROLE = (
    select(*_COLUMNS)
    .select_from(_wanted.join(people, people.c.id == _wanted.c.person_id).join(roles, roles.c.person_id == people.c.id))
    .where(
        _wanted.c.role.in_(bindparam("wanted_roles", expanding=True)),
        people.c.estate_id == bindparam("estate"),
        people.c.left_at.is_(None),
    )
    .order_by(people.c.id)
)
_IN_DEPARTMENT = (
    select(*_COLUMNS)
    .select_from(people.outerjoin(roles))
    .where(people.c.department_id == bindparam("department"), people.c.left_at.is_(None))
    .order_by(people.c.id)
)
_OF_CONTRACTOR = (
    select(*_COLUMNS)
    .select_from(people.outerjoin(roles))
    .where(people.c.contractor_id == bindparam("contractor"), people.c.left_at.is_(None))
    .order_by(people.c.id)
)
_ADD = insert(people).returning(people.c.id)
_UPDATE = update(people).where(people.c.id == bindparam("person"))
_ROLES = select(roles.c.role).where(roles.c.person_id == bindparam("person"))
_GRANT = insert(roles)
_REVOKE = delete(roles).where(roles.c.person_id == bindparam("person"), roles.c.role == bindparam("revoked"))
_ASK_ONCE = dialect.insert(asked_once).on_conflict_do_nothing(
    index_elements=[asked_once.c.person_id, asked_once.c.what]
)


class SqlPeople:
    """`bot.ports.store.People` in tables. Who is asked for by number and is not there raises `LookupError`."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def get(self, person_id: int) -> Person:
        for person in _persons(self._sql.execute(_GET, {"person": person_id})):
            return person
        raise LookupError(f"no person {person_id}")

    def by_account(self, account: int) -> Person | None:
        for person in _persons(self._sql.execute(_BY_ACCOUNT, {"platform_account": account})):
            return person
        return None

    def by_phone(self, estate_id: int, phone: str) -> tuple[Person, ...]:
        return _persons(self._sql.execute(_BY_PHONE, {"estate": estate_id, "called": phone}))

    def with_role(self, estate_id: int, *wanted: Role) -> tuple[Person, ...]:
        names = [role.value for role in wanted]
        return _persons(self._sql.execute(_WITH_ROLE, {"wanted_roles": names, "estate": estate_id}))

    def staff(self, estate_id: int) -> tuple[Person, ...]:
        return self.with_role(estate_id, *sorted(STAFF))

    def in_department(self, department_id: int) -> tuple[Person, ...]:
        return _persons(self._sql.execute(_IN_DEPARTMENT, {"department": department_id}))

    def of_contractor(self, contractor_id: int) -> tuple[Person, ...]:
        return _persons(self._sql.execute(_OF_CONTRACTOR, {"contractor": contractor_id}))

    def add(self, person: Person) -> Person:
        stored = replace(person, id=insert_row(self._sql, _ADD, _fields(person)))
        self._grant(stored.id, stored.roles)
        return stored

    def update(self, person: Person) -> None:
        if self._sql.execute(_UPDATE, {"person": person.id, **_fields(person)}).rowcount != 1:
            raise LookupError(f"no person {person.id}")
        held = {Role(name) for name in self._sql.execute(_ROLES, {"person": person.id}).scalars()}
        for role in held - person.roles:
            self._sql.execute(_REVOKE, {"person": person.id, "revoked": role.value})
        self._grant(person.id, person.roles - held)

    def ask_once(self, person_id: int, what: str, now: datetime) -> bool:
        asked = {"person_id": person_id, "what": what, "asked_at": now}
        return self._sql.execute(_ASK_ONCE, asked).rowcount == 1

    def _grant(self, person_id: int, granted: Iterable[Role]) -> None:
        rows = [{"person_id": person_id, "role": role.value} for role in sorted(granted)]
        self._sql.execute_many(_GRANT, rows)


def _fields(person: Person) -> dict[str, object]:
    return {
        "account": person.account,
        "name": person.name,
        "estate_id": person.estate_id,
        "language": person.language.value,
        "language_chosen": person.language_chosen,
        "unit": person.unit,
        "staff_number": person.staff_number,
        "reachable": person.reachable,
        "phone": person.phone,
        "department_id": person.department_id,
        "left_at": person.left_at,
        "writes_as": person.writes_as and person.writes_as.value,
        "contractor_id": person.contractor_id,
        "erase_at": person.erase_at,
        "erased_at": person.erased_at,
    }


def _persons(rows: Iterable[Sequence[Any]]) -> tuple[Person, ...]:
    """Return the persons of `rows`, in which one stands as often as there are roles of theirs."""
    held: dict[int, set[Role]] = {}
    found: dict[int, Sequence[Any]] = {}
    for row in rows:
        found.setdefault(row[0], row)
        of_person = held.setdefault(row[0], set())
        if row[-1] is not None:
            of_person.add(Role(row[-1]))
    return tuple(_person(row, frozenset(held[number])) for number, row in found.items())


def _person(row: Sequence[Any], held: frozenset[Role]) -> Person:
    *known, contractor_id, writes_as, erase_at, erased_at, _ = row
    number, account, name, estate_id, language, *rest = known
    person = Person(number, account, name, estate_id, held, Language(language), *rest)
    standing = Standing(writes_as) if writes_as else None
    return replace(person, writes_as=standing, contractor_id=contractor_id, erase_at=erase_at, erased_at=erased_at)
