"""What squad leaders and site supervisors hear: what their people report, so that nobody need relay it (AS-2, 3).

Of what a resident told one of their people they learn that it is with us, and nothing of the resident.
"""

from dataclasses import replace

from bot.domain.events import Filed
from bot.domain.people import Person, Role
from bot.domain.policy import Act, Relation, relations
from bot.domain.tickets import Severity, Ticket
from bot.flows.labels import subject
from bot.flows.screen import Line, Quote, text
from bot.ports.outbox import Letter
from bot.ports.store import Transaction
from bot.services.addressing import Letters, name_of, to_person
from bot.services.card_lines import place_lines
from bot.services.cards import EXCERPT
from bot.services.resembling import words_of

_CHIEFS = (Role.SQUAD_LEADER, Role.SITE_SUPERVISOR)
_FOLLOWING_UP = frozenset({Act.READ, Act.NOTE})


def reported(tx: Transaction, ticket: Ticket, event: Filed) -> Letters:
    """Tell the chiefs of who reported it, in silence unless it is urgent."""
    if not ticket.from_site or event.split_from is not None:
        return ()
    reporter = event.recorded_by or event.by
    heading = text("👥 {name} has reported no. {number}.", name=name_of(tx, reporter), number=ticket.number)
    said = words_of(tx, ticket) if event.recorded_by is None else ""
    words: tuple[Line, ...] = (Quote(said, limit=EXCERPT),) if said else ()
    last = text("The service centre has it; you need not pass it on. /reports shows how it goes on.")
    letters: list[Letter] = []
    for chief in chiefs_of(tx, ticket):
        if chief.id not in (event.by, event.recorded_by):
            lines = (heading, subject(ticket.kind, ticket.category), *place_lines(tx, ticket, chief), *words, last)
            letters += to_person(tx, ticket, chief, lines, _FOLLOWING_UP)
    return tuple(replace(letter, silent=ticket.severity is Severity.NORMAL) for letter in letters)


def chiefs_of(tx: Transaction, ticket: Ticket) -> tuple[Person, ...]:
    """Return the squad leaders and site supervisors of who reported `ticket` from site."""
    able = tx.people.with_role(ticket.estate_id, *_CHIEFS)
    return tuple(person for person in able if Relation.CHIEF in relations(person, ticket))
