"""Letters about a ticket to those who work on it, with the buttons that move it on."""

from bot.domain.people import Person
from bot.domain.tickets import Ticket
from bot.flows.screen import Line, Screen
from bot.ports.outbox import Audience, Letter, Notice
from bot.ports.store import Transaction
from bot.services.cards import buttons_for, holder_of, is_confidential, private_chat


def to_holder(tx: Transaction, ticket: Ticket, lines: tuple[Line, ...]) -> tuple[Letter, ...]:
    """Address the holder in private, or the staff group where there is no holder or they cannot be reached.

    What is about a colleague goes to its holder alone; that it could not be delivered is then reported without a word
    of it.
    """
    holder = holder_of(tx, ticket)
    if holder and (private_chat(holder) or is_confidential(ticket)):
        return to_person(tx, ticket, holder, lines)
    estate = tx.estates.get(ticket.estate_id)
    if estate.group_chat is None or is_confidential(ticket):
        return ()
    screen = Screen(lines, buttons_for(ticket, Audience.GROUP, named=True))
    return (Letter(estate.group_chat, estate.id, Notice(screen), thread_id=estate.group_thread),)


def to_person(_tx: Transaction, ticket: Ticket, person: Person, lines: tuple[Line, ...]) -> tuple[Letter, ...]:
    """Address one of the staff in private; nothing where they cannot be reached."""
    chat = person.account if is_confidential(ticket) else private_chat(person)
    if chat is None:
        return ()
    audience = Audience.HOLDER if person.id == ticket.assignee_id else Audience.GROUP
    return (
        Letter(
            chat,
            ticket.estate_id,
            Notice(Screen(lines, buttons_for(ticket, audience, named=True))),
            reader_id=person.id,
        ),
    )
