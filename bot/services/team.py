"""The team, from chat: who works here, in which department, as what, and who has left (/team).

Only who manages the team gets here, nobody changes themselves, and administrators are changed by administrators alone:
a team must not lock itself out. One message turns from screen to screen. Each change is said so that pressing twice
does nothing twice.
"""

from dataclasses import replace
from enum import StrEnum

from bot.domain.contractors import Contractor
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import STAFF, Department, Permission, Person, Role
from bot.domain.regulation import RuleSet
from bot.flows.labels import ROLE, department_name
from bot.flows.screen import Action, Line, Press, Screen, Text, text
from bot.ports.store import Transaction
from bot.services import leaving, menus, roster
from bot.services.boards import Place, put

#: The verb of the team's buttons; the reference is a person's number, "-" for the list.
TEAM = "team"
_LIST = "-"
_A_PAGE = 8


class _Wish(StrEnum):
    """What a button under somebody's name asks for."""

    DEPARTMENT = "dep"
    ROLES = "roles"
    COMPANY = "company"
    LEFT = "left"
    LEFT_INDEED = "left!"


#: Roles that only an administrator gives and takes.
_HIGH = frozenset({Role.ADMINISTRATOR, Role.HQ})


def begin(tx: Transaction, person: Person, chat_id: int) -> None:
    """List who works here."""
    person.require(Permission.MANAGE_TEAM)
    put(tx, person, Place(chat_id), _listed(tx, person, 0))


def chosen(tx: Transaction, rules: RuleSet, person: Person, action: Action, place: Place) -> Text | None:
    """Carry out a button of the team; return what to show as the tap's answer."""
    person.require(Permission.MANAGE_TEAM)
    if action.ref == _LIST:
        put(tx, person, place, _listed(tx, person, int(action.choice) if _is_number(action.choice) else 0))
        return None
    colleague = _colleague(tx, person, action.ref)
    match action.choice:
        case "":
            put(tx, person, place, _described(tx, person, colleague))
            return None
        case _ if not _may_change(person, colleague):
            raise DomainError(Refusal.NOT_PERMITTED)
        case _Wish.DEPARTMENT:
            put(tx, person, place, _departments(tx, colleague))
        case _Wish.COMPANY:
            put(tx, person, place, _companies(tx, colleague))
        case _Wish.ROLES:
            put(tx, person, place, _roles(person, colleague))
        case _Wish.LEFT:
            put(tx, person, place, _asked_once_more(tx, colleague))
        case _Wish.LEFT_INDEED:
            handed_over = leaving.leave(tx, rules, colleague)
            put(tx, person, place, _listed(tx, person, 0))
            return text("Noted. Tickets handed over: {count}", count=handed_over)
        case choice:
            return _changed(tx, person, colleague, choice, place)
    return None


def _changed(tx: Transaction, person: Person, colleague: Person, choice: str, place: Place) -> Text:
    """Put somebody into a department ("d4"; "d0": into none) or a company ("k4"), give or take a role ("+clerk")."""
    sign, rest = choice[:1], choice[1:]
    if sign == "d" and _is_number(rest):
        department = _department(tx, person, int(rest)) if int(rest) else None
        changed = replace(colleague, department_id=department.id if department else None)
        tx.people.update(changed)
        if department is None or department.id != colleague.department_id:
            roster.leave_department(tx, colleague)
        put(tx, person, place, _described(tx, person, changed))
        return text("Changed.")
    if sign == "k" and _is_number(rest):
        company = _company(tx, person, int(rest)) if int(rest) else None
        changed = replace(colleague, contractor_id=company.id if company else None)
        tx.people.update(changed)
        put(tx, person, place, _described(tx, person, changed))
        return text("Changed.")
    if sign not in ("+", "-") or rest not in ROLE:
        raise DomainError(Refusal.STALE_BUTTON)
    role = Role(rest)
    if role not in _grantable(person):
        raise DomainError(Refusal.NOT_PERMITTED)
    changed = replace(colleague, roles=colleague.roles | {role} if sign == "+" else colleague.roles - {role})
    if not changed.is_staff:
        return text("That is their only role. Has {name} left? Then say so.", name=colleague.name)
    tx.people.update(changed)
    menus.renew(tx, changed)
    if roster.answers_for_service(tx, colleague) and not changed.may(Permission.CLAIM):
        roster.relieve(tx, changed)
    put(tx, person, place, _roles(person, changed))
    return text("Changed.")


def _colleague(tx: Transaction, person: Person, ref: str) -> Person:
    """Return the colleague whom a button names, as far as they work in the person's own estate still."""
    found = (one for one in tx.people.staff(person.estate_id) if str(one.id) == ref)
    colleague = next(found, None)
    if colleague is None:
        raise DomainError(Refusal.STALE_BUTTON)
    return colleague


def _department(tx: Transaction, person: Person, number: int) -> Department:
    found = (one for one in tx.departments.of_estate(person.estate_id) if one.id == number)
    department = next(found, None)
    if department is None:
        raise DomainError(Refusal.STALE_BUTTON)
    return department


def _company(tx: Transaction, person: Person, number: int) -> Contractor:
    for company in tx.contractors.of_estate(person.estate_id):
        if company.id == number and not company.ended(tx.now):
            return company
    raise DomainError(Refusal.STALE_BUTTON)


def _may_change(person: Person, colleague: Person) -> bool:
    return person.id != colleague.id and (Role.ADMINISTRATOR in person.roles or not colleague.roles & _HIGH)


def _grantable(person: Person) -> frozenset[Role]:
    return STAFF if Role.ADMINISTRATOR in person.roles else STAFF - _HIGH


def _listed(tx: Transaction, person: Person, page: int) -> Screen:
    staff = tx.people.staff(person.estate_id)
    pages = -(-len(staff) // _A_PAGE)
    page = min(page, pages - 1)
    names = {one.id: department_name(one) for one in tx.departments.of_estate(person.estate_id)}
    rows: list[tuple[Press, ...]] = []
    for one in staff[page * _A_PAGE : (page + 1) * _A_PAGE]:
        place = names.get(one.department_id or 0)
        label = (
            text("{name} · {department}", name=one.name, department=place) if place else text("{name}", name=one.name)
        )
        rows.append((Press(label, Action(TEAM, str(one.id), 0)),))
    turns: list[Press] = []
    if page > 0:
        turns.append(Press(text("◀ {page}/{pages}", page=page, pages=pages), Action(TEAM, _LIST, 0, str(page - 1))))
    if page < pages - 1:
        turns.append(Press(text("{page}/{pages} ▶", page=page + 2, pages=pages), Action(TEAM, _LIST, 0, str(page + 1))))
    if turns:
        rows.append(tuple(turns))
    return Screen((text("<b>Who works here</b>"), text("Tap a name to see or change something.")), tuple(rows))


def _described(tx: Transaction, person: Person, colleague: Person) -> Screen:
    lines: list[Line] = [text("<b>{name}</b>", name=colleague.name)]
    department = tx.departments.get(colleague.department_id) if colleague.department_id else None
    if department:
        lines.append(text("🏢 {department}", department=department_name(department)))
    else:
        lines.append(text("🏢 No department yet"))
    if colleague.contractor_id is not None:
        lines.append(text("🏭 Sent by {company}", company=tx.contractors.get(colleague.contractor_id).name))
    lines.extend(text("👤 {role}", role=ROLE[role]) for role in ROLE if role in colleague.roles)
    ref = str(colleague.id)
    rows: list[tuple[Press, ...]] = []
    if _may_change(person, colleague):
        rows.append(
            (
                Press(text("🏢 Department"), Action(TEAM, ref, 0, _Wish.DEPARTMENT)),
                Press(text("👤 Roles"), Action(TEAM, ref, 0, _Wish.ROLES)),
            )
        )
        left = Press(text("🚪 Has left"), Action(TEAM, ref, 0, _Wish.LEFT), "danger")
        if tx.contractors.of_estate(person.estate_id):
            rows.append((Press(text("🏭 Company"), Action(TEAM, ref, 0, _Wish.COMPANY)), left))
        else:
            rows.append((left,))
    rows.append((Press(text("◀ Everybody"), Action(TEAM, _LIST, 0)),))
    return Screen(tuple(lines), tuple(rows))


def _departments(tx: Transaction, colleague: Person) -> Screen:
    ref = str(colleague.id)
    rows: list[tuple[Press, ...]] = [
        (Press(_ticked(department_name(one), one.id == colleague.department_id), Action(TEAM, ref, 0, f"d{one.id}")),)
        for one in tx.departments.of_estate(colleague.estate_id)
    ]
    rows.append((Press(_ticked(text("No department"), colleague.department_id is None), Action(TEAM, ref, 0, "d0")),))
    rows.append((Press(text("◀ Back"), Action(TEAM, ref, 0)),))
    return Screen((text("In which department does {name} work?", name=colleague.name),), tuple(rows))


def _companies(tx: Transaction, colleague: Person) -> Screen:
    ref = str(colleague.id)
    there = (one for one in tx.contractors.of_estate(colleague.estate_id) if not one.ended(tx.now))
    labels = ((one.id, _ticked(text("{name}", name=one.name), one.id == colleague.contractor_id)) for one in there)
    rows = [(Press(label, Action(TEAM, ref, 0, f"k{number}")),) for number, label in labels]
    rows.append((Press(_ticked(text("Our own"), colleague.contractor_id is None), Action(TEAM, ref, 0, "k0")),))
    rows.append((Press(text("◀ Back"), Action(TEAM, ref, 0)),))
    return Screen((text("Which company sends {name}?", name=colleague.name),), tuple(rows))


def _roles(person: Person, colleague: Person) -> Screen:
    ref = str(colleague.id)
    rows: list[tuple[Press, ...]] = []
    for role in (role for role in ROLE if role in _grantable(person)):
        has = role in colleague.roles
        rows.append((Press(_ticked(ROLE[role], has), Action(TEAM, ref, 0, f"{'-' if has else '+'}{role}")),))
    rows.append((Press(text("◀ Back"), Action(TEAM, ref, 0)),))
    return Screen((text("What is {name}? Tap to give a role or to take it away.", name=colleague.name),), tuple(rows))


def _asked_once_more(tx: Transaction, colleague: Person) -> Screen:
    ref = str(colleague.id)
    lines = (
        text("Has {name} left? They can do nothing here from then on.", name=colleague.name),
        text("Tickets of theirs that will be handed over: {count}", count=leaving.work_of(tx, colleague)),
    )
    rows = (
        (
            Press(
                text("🚪 Yes, {name} has left", name=colleague.name), Action(TEAM, ref, 0, _Wish.LEFT_INDEED), "danger"
            ),
        ),
        (Press(text("◀ Back"), Action(TEAM, ref, 0)),),
    )
    return Screen(lines, rows)


def _ticked(label: Text, on: bool) -> Text:
    return text("✅ {label}", label=label) if on else label


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) <= 9
