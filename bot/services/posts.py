"""Who is at a post now, as the roster and leave have it. Who is asked where nobody is, is `duty`'s to say.

Where no shifts are set for a post, the one who was put there by name is on duty, and all who hold a role are. Who is on
leave is nowhere; their stand-in is, for a post above only if they are somebody above themselves.
"""

from collections.abc import Collection
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.lengths import Calendar
from bot.domain.people import SERVICE, Department, Estate, Permission, Person, Role, StandingIn
from bot.domain.rosters import ROLES_ON_DUTY, Post
from bot.ports.store import Transaction

#: Who stands in for somebody above must be one of these.
ABOVE = frozenset({Role.DEPARTMENT_HEAD, *ROLES_ON_DUTY})


def days_of(estate: Estate) -> Calendar:
    """Return the days of an estate, each of which ends at midnight."""
    return Calendar(ZoneInfo(estate.timezone))


def at_department(tx: Transaction, estate: Estate, department: Department) -> Person | None:
    """Return who is on duty in a department now; None in a gap of its roster, or where its one is away."""
    roster, days = tx.rosters.of_estate(estate.id), days_of(estate)
    post = Post(department_id=department.id)
    if roster.knows(post):
        number = roster.at(post, tx.now, days)
    else:
        number = estate.duty_person if department.code == SERVICE else department.duty_person_id
    return _present(tx, estate, number)


def at_post(tx: Transaction, estate: Estate, post: Post) -> Person | None:
    """Return whose turn it is at a post of the roster now, or who stands in for them."""
    return _present(tx, estate, tx.rosters.of_estate(estate.id).at(post, tx.now, days_of(estate)))


def in_zones(tx: Transaction, estate: Estate, zones: Collection[int] | None = None) -> tuple[Person, ...]:
    """Return who is at a post in one of these zones now, or in any."""
    wanted = (post for post in tx.rosters.of_estate(estate.id).zoned() if zones is None or post.zone_id in zones)
    there = (at_post(tx, estate, post) for post in wanted)
    return tuple({person.id: person for person in there if person}.values())


def of_role(tx: Transaction, estate: Estate, role: Role) -> tuple[tuple[Person, Person], ...]:
    """Return who has the duties of a role now: each time whose they are, and who has them."""
    roster, days = tx.rosters.of_estate(estate.id), days_of(estate)
    post = Post(role=role)
    if roster.knows(post):
        number = roster.at(post, tx.now, days)
        holders = [tx.people.get(number)] if number else []
    else:
        holders = [*tx.people.with_role(estate.id, role)]
    found = ((holder, _present(tx, estate, holder.id)) for holder in holders)
    return tuple(
        (holder, person)
        for holder, person in found
        if person and (person.id == holder.id or role not in ABOVE or person.roles & ABOVE)
    )


def answerable(tx: Transaction, estate: Estate) -> Person | None:
    """Return who is answerable for what nobody has taken on (FC-1): at the service centre, else the next above.

    Where nobody is on duty at all it is who was put there by name; None only where nobody ever was.
    """
    roster = tx.rosters.of_estate(estate.id)
    if not roster.shifts and not roster.leaves:
        return tx.people.get(estate.duty_person) if estate.duty_person else None
    service = tx.departments.by_code(estate.id, SERVICE)
    person = at_department(tx, estate, service) if service else None
    if person:
        return person
    for role in ROLES_ON_DUTY:
        for _, above in of_role(tx, estate, role):
            return above
    return tx.people.get(estate.duty_person) if estate.duty_person else None


def with_duties(tx: Transaction, person: Person) -> Person:
    """Return somebody with the duties that they have today in others' stead: those above only if they are that too."""
    if not person.may(Permission.CLAIM):
        return person
    estate = tx.estates.get(person.estate_id)
    stood = tx.rosters.of_estate(estate.id).stood_in_for(person.id, days_of(estate).day_of(tx.now))
    if not stood:
        return person
    away = [tx.people.get(number) for number in stood] if person.roles & ABOVE else []
    heads = {one.department_id for one in away if Role.DEPARTMENT_HEAD in one.roles and one.department_id is not None}
    everywhere = any(one.roles & {*ROLES_ON_DUTY} for one in away)
    return replace(person, stands_in=StandingIn(stood, frozenset(heads), everywhere))


def on_leave(tx: Transaction, estate: Estate, person: Person) -> bool:
    """Whether somebody is away today."""
    return tx.rosters.of_estate(estate.id).leave_of(person.id, days_of(estate).day_of(tx.now)) is not None


def _present(tx: Transaction, estate: Estate, number: int | None) -> Person | None:
    """Return who has somebody's duties today, as far as they have not left."""
    covering = tx.rosters.of_estate(estate.id).covering(number, days_of(estate).day_of(tx.now)) if number else None
    person = tx.people.get(covering) if covering else None
    return person if person and person.left_at is None else None
