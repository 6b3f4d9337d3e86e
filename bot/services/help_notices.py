"""Who is asked to go where help is wanted, and who hears that somebody does (AS-4).

Those at a post in the zone are asked first, and when its reminder rings the others of the department: the regulation
says when. Where nobody is at such a post all of them are asked at once.

Those who are asked learn what it is and where, and nothing of what anybody wrote: they may be of several companies.
"""

from collections.abc import Iterable
from datetime import time

from bot.domain.categories import CATEGORIES
from bot.domain.events import HelpAsked, HelpTaken, Reminded
from bot.domain.history import event_of
from bot.domain.people import Person
from bot.domain.policy import Act, is_on_foot
from bot.domain.tickets import Ticket
from bot.flows.labels import CATEGORY
from bot.flows.screen import text
from bot.ports.store import Transaction
from bot.services import placing, posts
from bot.services.addressing import ANSWERING, NOTHING, Letters, name_of, to_holder, to_person
from bot.services.card_lines import place_lines
from bot.services.duty import away_until

#: Whoever is asked besides the department that a matter is for: they are everywhere.
_EVERYWHERE = "security"
#: The rule whose window runs until somebody goes.
_NEAREST = "AS-4"


def asked(tx: Transaction, ticket: Ticket, event: HelpAsked) -> Letters:
    """Ask those on their feet who are on duty now; where there is nobody the service centre hears that."""
    near = in_zone(tx, ticket, event.by) or nearest(tx, ticket, event.by)
    if not near:
        nobody = text("📣 No. {number}: nobody on duty nearby could be asked to go there.", number=ticket.number)
        return to_holder(tx, ticket, (nobody,), ANSWERING)
    return _ask(tx, ticket, near)


def asked_further(tx: Transaction, ticket: Ticket, event: Reminded) -> Letters:
    """Ask the others of the department too, as nobody of the zone has gone yet."""
    asker = _asker(tx, ticket)
    if event.rule != _NEAREST or asker is None:
        return ()
    first = {person.id for person in in_zone(tx, ticket, asker)}
    return _ask(tx, ticket, [one for one in nearest(tx, ticket, asker) if one.id not in first]) if first else ()


def _asker(tx: Transaction, ticket: Ticket) -> int | None:
    events = (event_of(row).event for row in reversed(tx.tickets.history(ticket.id)) if row.name == HelpAsked.NAME)
    return next((event.by for event in events if isinstance(event, HelpAsked)), None)


def _ask(tx: Transaction, ticket: Ticket, near: Iterable[Person]) -> Letters:
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


def in_zone(tx: Transaction, ticket: Ticket, asker: int) -> tuple[Person, ...]:
    """Return who is on their feet at a post where it is now, or in what that lies in, without who asks."""
    place = placing.place_of(tx, ticket)
    if place is None:
        return ()
    way = {step.id for step in placing.way_to(tx, place)}
    there = posts.in_zones(tx, tx.estates.get(ticket.estate_id), way)
    return tuple(person for person in there if is_on_foot(person) and person.id != asker)


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
