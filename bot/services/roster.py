"""Who does what, and who is on duty in each department (FC-17).

One person a department is on duty, until somebody else is put there. For the service centre that is the estate's person
on duty, who is answerable for what nobody has taken on (FC-1); it is kept there and nowhere else.
"""

from dataclasses import replace

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import SERVICE, Department, Estate, Permission, Person, Role
from bot.domain.rosters import Post
from bot.flows.labels import DUTIES, department_name
from bot.flows.screen import Action, Line, Press, Screen, Text, text
from bot.ports.outbox import Lane, Letter, Notice
from bot.ports.store import Transaction
from bot.services.cards import private_chat
from bot.services.posts import at_department
from bot.services.presenting import lay_before_newcomers

#: The verb of the buttons that put somebody on duty; the reference is the department's number.
DUTY = "duty"
_ME = "me"
#: So many names at most under a department, and so many buttons to choose from.
_MOST_NAMES = 30
#: So many of them on a line: what is longer than a line is clipped.
_NAMES_A_LINE = 6


def who(tx: Transaction, person: Person, chat_id: int) -> None:
    """Say who does what: to residents which department and by which number, to staff which persons as well."""
    estate = tx.estates.get(person.estate_id)
    lines: list[Line] = [text("<b>Who does what</b>")]
    rows: list[tuple[Press, ...]] = []
    for department in tx.departments.of_estate(estate.id):
        lines.append(_line(department))
        if person.is_staff:
            on_duty = on_duty_in(tx, estate, department)
            lines.extend(_persons(tx, department, on_duty))
            if not _has_turns(tx, department):
                rows.extend((press,) for press in _presses(person, department, on_duty))
    if estate.phone:
        lines.append(text("☎️ Service centre: {phone}", phone=estate.phone))
    if estate.emergency_phone:
        lines.append(text("🚨 Emergencies: {phone}", phone=estate.emergency_phone))
    if not person.is_staff:
        lines.append(text("You need not look for the right one: just write here, and we will pass it on."))
    _show(tx, person, chat_id, Screen(tuple(lines), tuple(rows)))


def on_duty_in(tx: Transaction, estate: Estate, department: Department) -> Person | None:
    """Return who is on duty in a department now; None where nobody is, or only somebody who has left."""
    return at_department(tx, estate, department)


def chosen(tx: Transaction, person: Person, action: Action, chat_id: int) -> Text | None:
    """Carry out a button of the roster; return what to show as the tap's answer."""
    department = _department(tx, person, action.ref)
    if action.choice == _ME:
        if not person.is_staff or person.department_id != department.id:
            raise DomainError(Refusal.NOT_PERMITTED)
        _require_no_turns(tx, department)
        put_on_duty(tx, department, person)
        return text("You are on duty now. Thank you.")
    if not may_set(person, department):
        raise DomainError(Refusal.NOT_PERMITTED)
    _require_no_turns(tx, department)
    members = tx.people.in_department(department.id)
    if not action.choice:
        _ask(tx, person, department, members, chat_id)
        return None
    colleague = next((one for one in members if str(one.id) == action.choice), None)
    if colleague is None:
        raise DomainError(Refusal.STALE_BUTTON)
    put_on_duty(tx, department, colleague)
    if colleague.id != person.id:
        _tell(tx, colleague, department)
    return text("{name} is on duty now.", name=colleague.name)


def _has_turns(tx: Transaction, department: Department) -> bool:
    """Whether the roster has turns for that department: then it says who is on duty, and nobody else does."""
    return tx.rosters.of_estate(department.estate_id).knows(Post(department.id))


def _require_no_turns(tx: Transaction, department: Department) -> None:
    if _has_turns(tx, department):
        raise DomainError(Refusal.ROSTER_SAYS)


def may_set(person: Person, department: Department) -> bool:
    """Whether `person` may say who is on duty there: a head in their own department, their superiors in any."""
    if not person.may(Permission.ROSTER) or person.estate_id != department.estate_id:
        return False
    return bool(person.roles & {Role.GENERAL_SUPERVISOR, Role.DIRECTOR}) or person.department_id == department.id


def put_on_duty(tx: Transaction, department: Department, person: Person) -> None:
    """Make `person` the one on duty; who answers for the service centre must be able to take tickets on.

    Without a staff group, what nobody has taken on is laid before the new person on duty.
    """
    if department.code != SERVICE:
        tx.departments.update(replace(department, duty_person_id=person.id))
        return
    person.require(Permission.CLAIM)
    estate = tx.estates.get(department.estate_id)
    tx.estates.update(replace(estate, duty_person=person.id))
    if estate.group_chat is None and estate.duty_person != person.id:
        lay_before_newcomers(tx, estate.id)


def answers_for_service(tx: Transaction, person: Person) -> bool:
    """Whether `person` is on duty for what nobody has taken on."""
    return tx.estates.get(person.estate_id).duty_person == person.id


def leave_department(tx: Transaction, person: Person) -> None:
    """Take `person` off the duty of the department that they belonged to; the service centre's is the estate's."""
    department = tx.departments.get(person.department_id) if person.department_id else None
    if department and department.duty_person_id == person.id:
        tx.departments.update(replace(department, duty_person_id=None))


def relieve(tx: Transaction, person: Person) -> None:
    """Take `person` off every duty, and out of the roster.

    For the service centre somebody who can take tickets on steps in at once.
    """
    tx.rosters.forget(person.estate_id, person.id)
    for department in tx.departments.of_estate(person.estate_id):
        if department.code != SERVICE and department.duty_person_id == person.id:
            tx.departments.update(replace(department, duty_person_id=None))
    estate = tx.estates.get(person.estate_id)
    if estate.duty_person != person.id:
        return
    tx.estates.update(replace(estate, duty_person=None))
    successor = _successor(tx, estate, person)
    service = tx.departments.by_code(estate.id, SERVICE)
    if successor and service:
        put_on_duty(tx, service, successor)
        _tell(tx, successor, service)


def _successor(tx: Transaction, estate: Estate, person: Person) -> Person | None:
    """Return who answers for the service centre in the place of `person`: a clerk, else the next above."""
    for role in (Role.CLERK, Role.GENERAL_SUPERVISOR, Role.DIRECTOR, Role.DEPARTMENT_HEAD, Role.TECHNICIAN):
        for candidate in tx.people.with_role(estate.id, role):
            if candidate.id != person.id:
                return candidate
    return None


def _department(tx: Transaction, person: Person, ref: str) -> Department:
    """Return the department that a button names, as far as it is one of the person's own estate."""
    found = (one for one in tx.departments.of_estate(person.estate_id) if str(one.id) == ref)
    department = next(found, None)
    if department is None:
        raise DomainError(Refusal.STALE_BUTTON)
    return department


def _line(department: Department) -> Line:
    duties = DUTIES.get(department.code)
    if duties is None:
        return text("<b>{department}</b>", department=department_name(department))
    return text("<b>{department}</b>: {duties}", department=department_name(department), duties=duties)


def _persons(tx: Transaction, department: Department, on_duty: Person | None) -> tuple[Line, ...]:
    lines: list[Line] = [text("🕑 On duty: {name}", name=on_duty.name)] if on_duty else []
    others = [one.name for one in tx.people.in_department(department.id) if on_duty is None or one.id != on_duty.id]
    batches = (others[start : start + _NAMES_A_LINE] for start in range(0, _MOST_NAMES, _NAMES_A_LINE))
    return (*lines, *(text("👥 {names}", names=" · ".join(batch)) for batch in batches if batch))


def _presses(person: Person, department: Department, on_duty: Person | None) -> tuple[Press, ...]:
    ref, name = str(department.id), department_name(department)
    presses: list[Press] = []
    if person.department_id == department.id and (on_duty is None or on_duty.id != person.id):
        presses.append(Press(text("🙋 Put me on duty: {department}", department=name), Action(DUTY, ref, 0, _ME)))
    if may_set(person, department):
        presses.append(Press(text("🕑 Who is on duty: {department}", department=name), Action(DUTY, ref, 0)))
    return tuple(presses)


def _ask(tx: Transaction, person: Person, department: Department, members: tuple[Person, ...], chat_id: int) -> None:
    name = department_name(department)
    if not members:
        _show(
            tx,
            person,
            chat_id,
            Screen((text("Nobody belongs to {department} yet. /team changes that.", department=name),)),
        )
        return
    rows = tuple(
        (Press(text("{name}", name=one.name), Action(DUTY, str(department.id), 0, str(one.id))),)
        for one in members[:_MOST_NAMES]
    )
    _show(tx, person, chat_id, Screen((text("Who is on duty for {department} from now on?", department=name),), rows))


def _tell(tx: Transaction, person: Person, department: Department) -> None:
    """Tell somebody whom another has put on duty."""
    chat = private_chat(person)
    if chat is not None:
        told = text("🕑 You are on duty now: {department}.", department=department_name(department))
        tx.outbox.put(Letter(chat, person.estate_id, Notice(Screen((told,))), person.id))


def _show(tx: Transaction, person: Person, chat_id: int, screen: Screen) -> None:
    tx.outbox.put(Letter(chat_id, person.estate_id, Notice(screen), person.id, lane=Lane.TAP))
