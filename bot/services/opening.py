"""Opening a ticket from a list: its card comes to the end of one's private chat, and lives on there."""

from bot.domain.people import Permission, Person
from bot.domain.policy import OUTSIDERS, relations
from bot.domain.tickets import Ticket
from bot.ports.outbox import Audience
from bot.ports.store import Transaction
from bot.services import cards
from bot.services.presenting import lay_before_outsider, lay_before_person


def open_card(tx: Transaction, person: Person, ticket: Ticket, chat_id: int) -> None:
    """Bring the card of a ticket to the end of the chat of `person`: colleague, filer, or whom it concerns."""
    if not relations(person, ticket) & OUTSIDERS:
        person.require(Permission.READ_LISTS)
    if person.id == ticket.filer_id:
        cards.bring(tx, ticket, Audience.FILER, chat_id, person)
    elif not person.may(Permission.READ_LISTS):
        lay_before_outsider(tx, ticket, person)
    else:
        lay_before_person(tx, ticket, person, at_end=True)
