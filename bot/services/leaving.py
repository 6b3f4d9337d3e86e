"""When somebody leaves the team: their work goes back whole, their duties to others, and they may do nothing any more.

Name and roles stay for the record. Who lives here is a resident from then on, with all that residents may. First
contact stays theirs, too (FC-2): it is a fact of the past.
"""

from dataclasses import replace

from bot.domain.events import Released
from bot.domain.people import Permission, Person, Role
from bot.domain.regulation import RuleSet
from bot.flows.labels import department_name
from bot.flows.screen import Screen, Text, text
from bot.ports.outbox import Letter, Notice
from bot.ports.store import Transaction
from bot.services import menus, roster, visiting
from bot.services.cards import private_chat
from bot.services.recording import record

#: The reason that stands in the history of the tickets which a leaver had.
LEFT = "left"
#: More than anybody has in hand.
_ALL = 10_000


def work_of(tx: Transaction, person: Person) -> int:
    """Return how many open tickets somebody has."""
    return len(tx.tickets.held_by(person.id, _ALL))


def leave(tx: Transaction, rules: RuleSet, person: Person) -> int:
    """Let `person` be no longer of the team; return how many tickets were handed over.

    Whoever is on duty has those from then on and is told of each; their head, or who stands above, how many they are.
    """
    department = tx.departments.get(person.department_id) if person.department_id else None
    told = _superiors(tx, person)
    released = release(tx, rules, person)
    place = department_name(department) if department else text("no department")
    lines: tuple[Text, ...] = (
        text("🚪 {name} ({department}) has left the team.", name=person.name, department=place),
        text("Tickets of theirs that wait for somebody else now: {count}", count=released),
        text("Please take them out of the staff group as well; I may not do that."),
    )
    for superior in told:
        chat = private_chat(superior)
        if chat is not None:
            tx.outbox.put(Letter(chat, person.estate_id, Notice(Screen(lines)), superior.id))
    return released


def release(tx: Transaction, rules: RuleSet, person: Person) -> int:
    """Take `person` out of the team and tell nobody of it; return how many tickets went back to who is on duty."""
    left = replace(person, left_at=tx.now, department_id=None)
    if tx.households.home_of(person.id):
        left = replace(left.back(), roles=frozenset({Role.RESIDENT}))
    tx.people.update(left)
    menus.renew(tx, left)
    roster.relieve(tx, left)
    tickets = tx.tickets.held_by(person.id, _ALL)
    for ticket in tickets:
        record(tx, rules, ticket, (Released(by=person.id, reason=LEFT),))
    visiting.entrust_to_others(tx, rules, left)
    return len(tickets)


def _superiors(tx: Transaction, person: Person) -> tuple[Person, ...]:
    """Return the heads of the person's department, where there are none who manages the team."""
    colleagues = tx.people.in_department(person.department_id) if person.department_id else ()
    heads = tuple(one for one in colleagues if Role.DEPARTMENT_HEAD in one.roles and one.id != person.id)
    managers = (one for one in tx.people.staff(person.estate_id) if one.may(Permission.MANAGE_TEAM))
    return heads or tuple(one for one in managers if one.id != person.id)
