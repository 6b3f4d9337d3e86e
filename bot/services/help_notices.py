"""Who is asked to go where help is wanted, and who hears that somebody does (AS-4).

Those who are asked learn what it is and where, and nothing of what anybody wrote: they may be of several companies.
"""

from datetime import time

from bot.domain.categories import CATEGORIES
from bot.domain.events import HelpAsked, HelpTaken
from bot.domain.people import Person
from bot.domain.policy import Act, is_on_foot
from bot.domain.tickets import Ticket
from bot.flows.labels import CATEGORY
from bot.flows.screen import text
from bot.ports.store import Transaction
from bot.services.addressing import ANSWERING, NOTHING, Letters, name_of, to_holder, to_person
from bot.services.drawing import place_lines
from bot.services.duty import away_until

#: Whoever is asked besides the department that a matter is for: they are everywhere.
_EVERYWHERE = "security"


def asked(tx: Transaction, ticket: Ticket, event: HelpAsked) -> Letters:
    """Ask those on their feet who are on duty now; where there is nobody the service centre hears that."""
    near = nearest(tx, ticket, event.by)
    if not near:
        nobody = text("📣 No. {number}: nobody on duty nearby could be asked to go there.", number=ticket.number)
        return to_holder(tx, ticket, (nobody,), ANSWERING)
    heading = text("📣 <b>No. {number}: who is near and can go there?</b>", number=ticket.number)
    lines = (heading, CATEGORY[ticket.category])
    return tuple(
        letter
        for person in near
        for letter in to_person(tx, ticket, person, (*lines, *place_lines(tx, ticket, person)), frozenset({Act.GO}))
    )


def taken(tx: Transaction, ticket: Ticket, event: HelpTaken) -> Letters:
    """Tell who reported it, or was told of it on their feet, and who has it that somebody goes."""
    words = text("🏃 No. {number}: {name} goes there.", number=ticket.number, name=name_of(tx, event.by))
    finder = tx.people.get(ticket.recorded_by or ticket.filer_id)
    on_site = ticket.recorded_by is None or is_on_foot(finder)
    return (to_person(tx, ticket, finder, (words,)) if on_site else ()) + to_holder(tx, ticket, (words,), NOTHING)


def nearest(tx: Transaction, ticket: Ticket, asker: int) -> tuple[Person, ...]:
    """Return who is on their feet now, of the department that it is for or of the guards, without who asks."""
    estate = tx.estates.get(ticket.estate_id)
    codes = dict.fromkeys((CATEGORIES[ticket.category].department, _EVERYWHERE))
    departments = (tx.departments.by_code(estate.id, code) for code in codes)
    people = (person for one in departments if one for person in tx.people.in_department(one.id))
    return tuple(
        person
        for person in people
        if is_on_foot(person) and person.id != asker and away_until(tx, estate, person, time()) is None
    )
