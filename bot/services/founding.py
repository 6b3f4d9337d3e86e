"""Setting up an estate with its departments and its people, once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.contractors import Contractor
from bot.domain.directory import Entry
from bot.domain.people import STANDARD_DEPARTMENTS, Department, Estate, Person, Role
from bot.domain.places import Place
from bot.ports.store import Transaction
from bot.services import placing
from bot.services.directory import take_over


def found(
    tx: Transaction,
    estate: Estate,
    members: Sequence[Person] = (),
    *,
    works_in: Mapping[int, str] | None = None,
    topics: Mapping[str, int] | None = None,
    directory: Sequence[Entry] = (),
    places: Sequence[tuple[Place, str | None]] = (),
    contractors: Sequence[Contractor] = (),
    sent_by: Mapping[int, str] | None = None,
) -> Estate:
    """Return the estate that newcomers belong to, set up with its `members` if there is none yet.

    It has the standard departments from then on, and the units that its members live in. `works_in` is who of the
    members works in which department, by account and department code; `topics` are the departments' threads in the
    staff group; `directory` is whom its matters may belong to besides; `places` are what it consists of, each with the
    code of what it lies in; `contractors` are the companies that work there, `sent_by` who of the members comes from
    which of them, by account and the company's code. The first clerk among the members is on duty for what nobody has
    claimed.
    """
    existing = tx.estates.first()
    if existing:
        if not tx.departments.of_estate(existing.id):
            _add_departments(tx, existing, {})
        return existing
    founded = tx.estates.add(estate)
    departments = _add_departments(tx, founded, topics or {})
    take_over(tx, founded.id, directory)
    placing.take_over(tx, founded.id, places)
    companies = {company.code: tx.contractors.add(replace(company, estate_id=founded.id)) for company in contractors}
    codes, senders = works_in or {}, sent_by or {}
    people = []
    for member in members:
        department = departments.get(codes.get(member.account or 0, ""))
        company = companies.get(senders.get(member.account or 0, ""))
        joining = replace(member, estate_id=founded.id, department_id=department.id if department else None)
        people.append(tx.people.add(replace(joining, contractor_id=company.id if company else None)))
    for person in people:
        if person.unit:
            unit = tx.units.named(founded.id, person.unit) or tx.units.add(founded.id, person.unit)
            tx.households.move_in(unit.id, person.id, tx.now)
    duty = next((person for person in people if Role.CLERK in person.roles), None)
    if duty:
        founded = replace(founded, duty_person=duty.id)
        tx.estates.update(founded)
    return founded


def _add_departments(tx: Transaction, estate: Estate, topics: Mapping[str, int]) -> dict[str, Department]:
    return {
        code: tx.departments.add(Department(0, estate.id, code, thread_id=topics.get(code)))
        for code in STANDARD_DEPARTMENTS
    }
