"""Setting up an estate with its people, once."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.people import Estate, Person, Role
from bot.ports.store import Transaction


def found(tx: Transaction, estate: Estate, members: Sequence[Person] = ()) -> Estate:
    """Return the estate that newcomers belong to, set up with its `members` if there is none yet.

    The first clerk among the members is on duty for what nobody has claimed.
    """
    existing = tx.estates.first()
    if existing:
        return existing
    founded = tx.estates.add(estate)
    people = [tx.people.add(replace(member, estate_id=founded.id)) for member in members]
    duty = next((person for person in people if Role.CLERK in person.roles), None)
    if duty:
        founded = replace(founded, duty_person=duty.id)
        tx.estates.update(founded)
    return founded
