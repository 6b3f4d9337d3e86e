"""Who is on duty, and who must act within a window: every question for a person goes through here.

Invariant: where the one meant is not there the next above is asked, never nobody as long as there is anybody. What is
about a colleague is shown to its readers alone.
"""

from datetime import datetime, time
from typing import Final

from bot.domain.people import SERVICE, Estate, Permission, Person, Role
from bot.domain.policy import Relation, is_confidential, may_know, relations
from bot.domain.regulation import Holder
from bot.domain.rosters import ROLES_ON_DUTY, Post
from bot.domain.tickets import Stage, Ticket
from bot.ports.store import Transaction
from bot.services import posts
from bot.services.addressing import stand_in_of
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

    Where a roster leaves the service centre empty, the next above who is on duty. None where nobody can be reached.
    """
    if role is not None:
        return _with_role(tx, estate, department_id, role)
    departments = [tx.departments.get(department_id)] if department_id else []
    service = tx.departments.by_code(estate.id, SERVICE)
    for department in (*departments, *((service,) if service else ())):
        person = posts.at_department(tx, estate, department)
        if person and private_chat(person):
            return person
    if service is None or not tx.rosters.of_estate(estate.id).knows(Post(service.id)):
        return None
    above = (_with_role(tx, estate, None, higher) for higher in ROLES_ON_DUTY)
    return next((person for person in above if person), None)


def _with_role(tx: Transaction, estate: Estate, department_id: int | None, role: Role) -> Person | None:
    """Return who has the duties of a role now, in that department first.

    Where its own head is away and nobody stands in, the next above is asked and not another department's head.
    """
    able = [(whose, person) for whose, person in posts.of_role(tx, estate, role) if private_chat(person)]
    if role is Role.DEPARTMENT_HEAD and any(
        head.department_id == department_id and posts.on_leave(tx, estate, head)
        for head in tx.people.with_role(estate.id, role)
    ):
        able = [(whose, person) for whose, person in able if whose.department_id == department_id]
    ranked = sorted(able, key=lambda pair: pair[0].department_id != department_id)
    return ranked[0][1] if ranked else None


def is_on_duty(tx: Transaction, estate: Estate, person: Person) -> bool:
    """Whether `person` is on duty now: for the estate, a department or a zone, or as the one with a role above."""
    for department in tx.departments.of_estate(estate.id):
        at_post = posts.at_department(tx, estate, department)
        if at_post and at_post.id == person.id:
            return True
    if any(one.id == person.id for one in posts.in_zones(tx, estate)):
        return True
    chiefs = (on_duty(tx, estate, None, role) for role in _LINE)
    return any(chief.id == person.id for chief in chiefs if chief)


def away_until(tx: Transaction, estate: Estate, person: Person, opens: time) -> datetime | None:
    """Return when the duty of somebody begins again who is off duty by the roster or on leave; None for all others.

    Who has no shifts is back when the office `opens`.
    """
    roster, days = tx.rosters.of_estate(estate.id), posts.days_of(estate)
    today = days.day_of(tx.now)
    away = roster.leave_of(person.id, today) is not None
    if not away and (not roster.posts_of(person.id) or is_on_duty(tx, estate, person)):
        return None
    begins = roster.next_duty(person.id, tx.now, days)
    if begins is not None:
        return begins if begins > tx.now else None
    return days.at(roster.back_on(person.id, today), opens) if away else None


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
    """Return who is told of `ticket` as the one with `role`, or else the next above them, or the highest below.

    Where by the roster none of them is on duty it is the first of them who can be reached: never nobody.
    """
    estate = tx.estates.get(ticket.estate_id)
    at = _LINE.index(role) if role in _LINE else 0
    above = _LINE[at:] if role in _LINE else (role, *_LINE)
    for ask in (_with_role, _whether_on_duty_or_not):
        for wanted in (*above, *reversed(_LINE[:at])):
            person = ask(tx, estate, ticket.department_id, wanted)
            if person and (not is_confidential(ticket) or person.may(Permission.READ_CONFIDENTIAL)):
                return person
    return None


def _whether_on_duty_or_not(tx: Transaction, estate: Estate, department_id: int | None, role: Role) -> Person | None:
    able = [person for person in tx.people.with_role(estate.id, role) if private_chat(person)]
    return min(able, key=lambda person: person.department_id != department_id, default=None)


def responsible(tx: Transaction, ticket: Ticket, holder: Holder) -> Person | None:
    """Return who must act within a window of `ticket` that `holder` holds; None where there is nobody at all.

    Where they are on leave it is who stands in for them, else the next above, who can give it to somebody.
    """
    person = _meant(tx, ticket, holder)
    estate = tx.estates.get(ticket.estate_id)
    if person is None or holder in (Holder.REPORTER, Holder.RECEIVER) or not posts.on_leave(tx, estate, person):
        return person
    return stand_in_of(tx, ticket, person) or superior(tx, ticket, Role.DEPARTMENT_HEAD) or person


def _meant(tx: Transaction, ticket: Ticket, holder: Holder) -> Person | None:
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
        case Holder.VISITOR if ticket.visitor_id and tx.people.get(ticket.visitor_id).left_at is None:
            return tx.people.get(ticket.visitor_id)
        case Holder.DUTY if not is_confidential(ticket):
            return on_duty(tx, tx.estates.get(ticket.estate_id), None, None) or holder_of(tx, ticket)
        case Holder.DEPARTMENT_HEAD:
            return _who_leads(tx, ticket) or holder_of(tx, ticket)
        case Holder.GENERAL_SUPERVISOR | Holder.DIRECTOR:
            return superior(tx, ticket, _ROLES[holder]) or holder_of(tx, ticket)
        case _:
            return holder_of(tx, ticket)


def _who_leads(tx: Transaction, ticket: Ticket) -> Person | None:
    """Return the head whose department has `ticket`; else the next above who can act in their place."""
    line = [superior(tx, ticket, role) for role in _LINE]
    return next((one for one in line if one and _can_lead(one, ticket)), line[0])


def _can_lead(person: Person, ticket: Ticket) -> bool:
    """Whether `person` leads where it is; nobody does while what they have handled themselves is to be checked."""
    own_work = ticket.stage is Stage.HANDLED and ticket.handled_by == person.id
    return Relation.LEADER in relations(person, ticket) and not own_work
