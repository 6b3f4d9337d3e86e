"""Who is on duty, and who must act within a window: every question for a person goes through here.

Invariant: where the one meant is not there the next above is asked, never nobody as long as there is anybody. What is
about a colleague is shown to its readers alone.
"""

from typing import Final

from bot.domain.people import Estate, Permission, Person, Role
from bot.domain.regulation import Holder
from bot.domain.tickets import Ticket
from bot.ports.store import Transaction
from bot.services.cards import holder_of, is_confidential, private_chat

#: The line upwards.
_LINE: Final = (Role.DEPARTMENT_HEAD, Role.GENERAL_SUPERVISOR, Role.DIRECTOR)
_ROLES: Final = {
    Holder.DEPARTMENT_HEAD: Role.DEPARTMENT_HEAD,
    Holder.GENERAL_SUPERVISOR: Role.GENERAL_SUPERVISOR,
    Holder.DIRECTOR: Role.DIRECTOR,
}


def on_duty(tx: Transaction, estate: Estate, department_id: int | None, role: Role | None) -> Person | None:
    """Return who is on duty now with that role, in that department; the service centre's person where neither is given.

    None where there is nobody who can be reached.
    """
    if role is None:
        person = tx.people.get(estate.duty_person) if estate.duty_person else None
        return person if person and private_chat(person) else None
    return next((person for person in tx.people.with_role(estate.id, role) if private_chat(person)), None)


def superior(tx: Transaction, ticket: Ticket, role: Role) -> Person | None:
    """Return who is told of `ticket` as the one with `role`, or else the next above them."""
    estate = tx.estates.get(ticket.estate_id)
    line = _LINE[_LINE.index(role) :] if role in _LINE else (role, *_LINE)
    for wanted in line:
        person = on_duty(tx, estate, None, wanted)
        if person and (not is_confidential(ticket) or person.may(Permission.READ_CONFIDENTIAL)):
            return person
    return None


def responsible(tx: Transaction, ticket: Ticket, holder: Holder) -> Person | None:
    """Return who must act within a window of `ticket` that `holder` holds; None where there is nobody at all."""
    match holder:
        case Holder.FIRST_CONTACT if ticket.first_contact_id:
            return tx.people.get(ticket.first_contact_id)
        case Holder.REPORTER if not ticket.nameless:
            return tx.people.get(ticket.filer_id)
        case Holder.DUTY if not is_confidential(ticket):
            return on_duty(tx, tx.estates.get(ticket.estate_id), None, None) or holder_of(tx, ticket)
        case Holder.DEPARTMENT_HEAD | Holder.GENERAL_SUPERVISOR | Holder.DIRECTOR:
            return superior(tx, ticket, _ROLES[holder]) or holder_of(tx, ticket)
        case _:
            return holder_of(tx, ticket)
