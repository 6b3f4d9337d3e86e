"""The roster as it is set: what contradicts it, or names somebody who cannot do it, is refused before anything is kept.

A list takes the place of all shifts at once; leaves that it names are added to those that are known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import SERVICE, Department, Estate, Permission, Person, Role
from bot.domain.rosters import ROLES_ON_DUTY, Leave, Pattern, Post, Shift, first_conflict, leave_conflict
from bot.ports.store import Transaction
from bot.services.posts import ABOVE


@dataclass(frozen=True, slots=True)
class Turn:
    """A line of a list: who is at a post when; post, person and the place that the post is at, as written there."""

    line: int
    post: str
    person: str
    pattern: Pattern
    place: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """A line of a list: who is away from when until when, and who stands in, as they are written there."""

    line: int
    person: str
    first: date
    last: date
    stand_in: str = ""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """How many shifts the roster has now, and how many leaves a list has added."""

    shifts: int
    leaves: int


def can_be_at(tx: Transaction, person: Person, post: Post) -> bool:
    """Whether somebody can be on duty there: at the service centre who takes tickets on, above who is above."""
    if not person.is_staff:
        return False
    if post.role is not None:
        return bool(person.roles & ABOVE)
    department = tx.departments.get(post.department_id or 0)
    return department.code != SERVICE or person.may(Permission.CLAIM)


def set_shift(tx: Transaction, shift: Shift) -> Shift:
    """Add a turn to the roster; refuse one of somebody who cannot do it, or while it is another's at that post."""
    if not can_be_at(tx, tx.people.get(shift.person_id), shift.post):
        raise DomainError(Refusal.CANNOT_BE_ON_DUTY, name=tx.people.get(shift.person_id).name)
    conflict = first_conflict([shift, *tx.rosters.of_estate(shift.estate_id).shifts])
    if conflict and shift in conflict:
        other = next(one for one in conflict if one is not shift)
        raise DomainError(Refusal.TURN_TAKEN, name=tx.people.get(other.person_id).name)
    return tx.rosters.add_shift(shift)


def set_leave(tx: Transaction, leave: Leave, today: date) -> Leave:
    """Note somebody's leave; refuse one that ends before it begins or has passed, or meets another of theirs."""
    if leave.last < leave.first or leave.last < today:
        raise DomainError(Refusal.LEAVE_BACKWARDS)
    if leave.stand_in_id == leave.person_id:
        raise DomainError(Refusal.CANNOT_STAND_IN, name=tx.people.get(leave.person_id).name)
    known = leave_conflict(tx.rosters.of_estate(leave.estate_id).leaves, leave)
    if known:
        raise DomainError(Refusal.LEAVE_KNOWN, first=known.first.isoformat(), last=known.last.isoformat())
    return tx.rosters.add_leave(leave)


def take_over(tx: Transaction, estate: Estate, listed: Sequence[Turn | Absence]) -> TakenOver:
    """Make the turns of a list the estate's whole roster, and add its leaves.

    Raises `ValueError` with line and reason where one cannot be; then nothing is to be kept.
    """
    shifts: list[Shift] = []
    added = 0
    for one in listed:
        if isinstance(one, Turn):
            shifts.append(_shift(tx, estate, one))
            _refuse_conflict(tx, shifts, [known.line for known in listed if isinstance(known, Turn)])
    tx.rosters.take_over(estate.id, shifts)
    for one in listed:
        if isinstance(one, Absence):
            added += _add_leave(tx, estate, one)
    return TakenOver(len(shifts), added)


def _shift(tx: Transaction, estate: Estate, turn: Turn) -> Shift:
    post = _post(tx, estate, turn)
    person = _person(tx, estate, turn.line, turn.person)
    if not can_be_at(tx, person, post):
        raise ValueError(f"Line {turn.line}: {person.name} cannot be on duty for {turn.post}: their role does not fit.")
    return Shift(0, estate.id, post, person.id, turn.pattern)


def _refuse_conflict(tx: Transaction, shifts: Sequence[Shift], lines: Sequence[int]) -> None:
    conflict = first_conflict(shifts)
    if conflict:
        first, second = (next(i for i, shift in enumerate(shifts) if shift is one) for one in conflict)
        names = [tx.people.get(one.person_id).name for one in conflict]
        raise ValueError(
            f"Line {lines[second]}: {names[1]} would be on duty while line {lines[first]} has {names[0]} there."
        )


def _add_leave(tx: Transaction, estate: Estate, absence: Absence) -> int:
    """Add a leave that is not known yet; return how many that is."""
    person = _person(tx, estate, absence.line, absence.person)
    stand_in = _person(tx, estate, absence.line, absence.stand_in) if absence.stand_in else None
    if stand_in and stand_in.id == person.id:
        raise ValueError(f"Line {absence.line}: {person.name} cannot stand in for themselves.")
    if absence.last < absence.first:
        raise ValueError(f"Line {absence.line}: the leave ends before it begins.")
    leave = Leave(0, estate.id, person.id, absence.first, absence.last, stand_in.id if stand_in else None)
    known = leave_conflict(tx.rosters.of_estate(estate.id).leaves, leave)
    if known is None:
        tx.rosters.add_leave(leave)
        return 1
    if (known.first, known.last, known.stand_in_id) == (leave.first, leave.last, leave.stand_in_id):
        return 0
    raise ValueError(f"Line {absence.line}: {person.name} is away from {known.first} to {known.last} already.")


def _post(tx: Transaction, estate: Estate, turn: Turn) -> Post:
    role = next((role for role in ROLES_ON_DUTY if role == turn.post), None)
    if role is not None and turn.place:
        raise ValueError(f"Line {turn.line}: only a department has posts at a place.")
    if role is not None:
        return Post(role=role)
    departments = tx.departments.of_estate(estate.id)
    found = next((one for one in departments if turn.post in (one.code, one.name)), None)
    if found is None:
        known = ", ".join([*(one.code for one in departments), *ROLES_ON_DUTY])
        raise ValueError(f"Line {turn.line}: there is no post {turn.post}; expected one of {known}.")
    return Post(found.id, zone_id=_zone(tx, estate, turn) if turn.place else None)


def _zone(tx: Transaction, estate: Estate, turn: Turn) -> int:
    place = tx.places.by_code(estate.id, turn.place)
    if place is None or place.retired:
        raise ValueError(
            f"Line {turn.line}: there is no place {turn.place}; write the code that the list of places has."
        )
    return place.id


def _person(tx: Transaction, estate: Estate, line: int, written: str) -> Person:
    """Return the one who works there of that staff number, or of that name if only one has it."""
    staff = tx.people.staff(estate.id)
    found = [one for one in staff if one.staff_number == written] or [one for one in staff if one.name == written]
    if not found:
        raise ValueError(f"Line {line}: nobody called {written} works here; write a name or a staff number.")
    if len(found) > 1:
        raise ValueError(f"Line {line}: {len(found)} people are called {written}; write the staff number.")
    return found[0]


def posts_set_by(person: Person, departments: Sequence[Department]) -> tuple[Post, ...]:
    """Return the posts for which somebody may set turns: a head of their own department, their superiors of all."""
    if not person.may(Permission.ROSTER):
        return ()
    if person.roles & {Role.GENERAL_SUPERVISOR, Role.DIRECTOR}:
        return (*(Post(one.id) for one in departments), *(Post(role=role) for role in ROLES_ON_DUTY))
    return tuple(Post(one.id) for one in departments if one.id == person.department_id)
