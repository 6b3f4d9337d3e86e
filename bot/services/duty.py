"""Who is on duty, and who must act within a window: every question for a person goes through here.

Invariant: where the one meant is not there the next above is asked, never nobody as long as there is anybody. What is
about a colleague is shown to its readers alone.
"""

from typing import Final

from bot.domain.people import Estate, Permission, Person, Role
from bot.domain.policy import is_confidential, may_know
from bot.domain.regulation import Holder
from bot.domain.tickets import Ticket
from bot.ports.store import Transaction
from bot.services.cards import holder_of, private_chat

#: The line upwards.
_LINE: Final = (Role.DEPARTMENT_HEAD, Role.GENERAL_SUPERVISOR, Role.DIRECTOR)
_ROLES: Final = {
    Holder.DEPARTMENT_HEAD: Role.DEPARTMENT_HEAD,
    Holder.GENERAL_SUPERVISOR: Role.GENERAL_SUPERVISOR,
    Holder.DIRECTOR: Role.DIRECTOR,
}


def on_duty(tx: Transaction, estate: Estate, department_id: int | None, role: Role | None) -> Person | None:
    """Return who is on duty now with that role, or in that department; else who is at the service centre.

    None where there is nobody who can be reached.
    """
    if role is not None:
        able = [person for person in tx.people.with_role(estate.id, role) if private_chat(person)]
        return min(able, key=lambda person: person.department_id != department_id, default=None)
    department = tx.departments.get(department_id) if department_id else None
    numbers = (department.duty_person_id if department else None, estate.duty_person)
    people = (tx.people.get(number) for number in numbers if number)
    return next((person for person in people if private_chat(person) and person.left_at is None), None)


def is_on_duty(tx: Transaction, estate: Estate, person: Person) -> bool:
    """Whether `person` is on duty now: for the estate or a department, or as the one with a role above."""
    if person.id == estate.duty_person:
        return True
    if person.department_id and tx.departments.get(person.department_id).duty_person_id == person.id:
        return True
    for role in _LINE:
        if role in person.roles:
            chief = on_duty(tx, estate, None, role)
            if chief and chief.id == person.id:
                return True
    return False


def stand_in(tx: Transaction, ticket: Ticket, person: Person) -> Person | None:
    """Return who is on duty above `person`, who is not, and may know of `ticket`; None where there is nobody."""
    estate = tx.estates.get(ticket.estate_id)
    candidates = (
        on_duty(tx, estate, person.department_id, None),
        superior(tx, ticket, Role.GENERAL_SUPERVISOR),
    )
    return next(
        (other for other in candidates if other and other.id != person.id and may_know(other, ticket)),
        None,
    )


def superior(tx: Transaction, ticket: Ticket, role: Role) -> Person | None:
    """Return who is told of `ticket` as the one with `role`, or else the next above them, or the highest below."""
    estate = tx.estates.get(ticket.estate_id)
    at = _LINE.index(role) if role in _LINE else 0
    above = _LINE[at:] if role in _LINE else (role, *_LINE)
    for wanted in (*above, *reversed(_LINE[:at])):
        person = on_duty(tx, estate, ticket.department_id, wanted)
        if person and (not is_confidential(ticket) or person.may(Permission.READ_CONFIDENTIAL)):
            return person
    return None


def responsible(tx: Transaction, ticket: Ticket, holder: Holder) -> Person | None:
    """Return who must act within a window of `ticket` that `holder` holds; None where there is nobody at all."""
    match holder:
        case Holder.FIRST_CONTACT if ticket.first_contact_id:
            first = tx.people.get(ticket.first_contact_id)
            return first if first.left_at is None else holder_of(tx, ticket)
        case Holder.RECEIVER if ticket.transfer_to:
            return tx.people.get(ticket.transfer_to)
        case Holder.RECEIVER if ticket.transfer_department:
            return on_duty(tx, tx.estates.get(ticket.estate_id), ticket.transfer_department, None)
        case Holder.REPORTER if not ticket.nameless:
            return tx.people.get(ticket.filer_id)
        case Holder.DUTY if not is_confidential(ticket):
            return on_duty(tx, tx.estates.get(ticket.estate_id), None, None) or holder_of(tx, ticket)
        case Holder.DEPARTMENT_HEAD | Holder.GENERAL_SUPERVISOR | Holder.DIRECTOR:
            return superior(tx, ticket, _ROLES[holder]) or holder_of(tx, ticket)
        case _:
            return holder_of(tx, ticket)
