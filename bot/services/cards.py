"""Live cards: one message per ticket and place, edited in place (UX 5). What they show is drawn by `drawing`."""

from dataclasses import replace

from bot.domain.people import Person, Role
from bot.domain.policy import is_confidential
from bot.domain.tickets import Ticket
from bot.flows.draft import Draft
from bot.flows.screen import Text, text
from bot.ports.outbox import Audience, Card, Lane
from bot.ports.store import Transaction
from bot.services import posts

#: The verbs of the buttons that begin a report anew, and that shows what else can be done.
BEGIN = "new"
MORE = "more"
#: The verb of the button that says of a ticket that goes on in another one: it is not solved.
AGAIN = "again"
#: The verb of the button that says of what a colleague took down: that is right.
RIGHT = "right"
#: How a deep link's payload begins that shows a ticket: t.me/…?start=t-<ref>
LINK = "t-"
#: As much of somebody's words as a card shows; what is longer follows in full in messages of its own.
EXCERPT = 1200
#: As much of a long text as one message carries beside its heading, in UTF-16 units.
CHUNK = 3500


def private_chat(person: Person) -> int | None:
    """Return the chat in which `person` talks to the bot alone; on Telegram it bears the number of the account."""
    return person.account if person.reachable else None


def holder_of(tx: Transaction, ticket: Ticket) -> Person | None:
    """Return who is answerable now: the assignee, or while there is none the person on duty (FC-1).

    What is about a colleague is the director's until somebody takes it on, and nobody else's: it waits for one.
    """
    if ticket.assignee_id is None and is_confidential(ticket):
        return next(iter(tx.people.with_role(ticket.estate_id, Role.DIRECTOR)), None)
    if ticket.assignee_id is not None:
        return tx.people.get(ticket.assignee_id)
    return posts.answerable(tx, tx.estates.get(ticket.estate_id))


def name_of_filer(tx: Transaction, ticket: Ticket) -> str | Text:
    """Return how staff may call who filed the ticket (CP-3)."""
    return text("a resident (name kept back)") if ticket.nameless else called(tx.people.get(ticket.filer_id))


def called(person: Person) -> str | Text:
    """Return what somebody is called, or that they were erased."""
    return text("somebody whose data was erased") if person.erased_at else person.name


def open_for_ticket(
    tx: Transaction,
    ticket: Ticket,
    audience: Audience,
    chat_id: int,
    reader: Person | None,
    thread_id: int | None = None,
) -> Card:
    """Return the ticket's card in that chat and topic, made if there is none, and have it drawn."""
    place = (chat_id, thread_id)
    known = next((card for card in tx.cards.of_ticket(ticket.id) if (card.chat_id, card.thread_id) == place), None)
    card = known or tx.cards.add(
        Card(0, audience, chat_id, thread_id, reader.id if reader else None, ticket.estate_id, ticket_id=ticket.id)
    )
    tx.outbox.show(card)
    return card


def bring(
    tx: Transaction, ticket: Ticket, audience: Audience, chat_id: int, reader: Person, *, silent: bool = False
) -> Card:
    """Bring the ticket's card in that chat to its end, made if there is none."""
    known = next((card for card in tx.cards.of_ticket(ticket.id) if card.chat_id == chat_id), None)
    if known is None:
        known = tx.cards.add(Card(0, audience, chat_id, None, reader.id, ticket.estate_id, ticket_id=ticket.id))
    elif known.message_id is not None:
        known = replace(known, fresh=True)
        tx.cards.update(known)
    tx.outbox.show(known, Lane.TAP, silent=silent)
    return known


def open_for_draft(tx: Transaction, draft: Draft, person: Person, *, fresh: bool, lane: Lane = Lane.TAP) -> Card:
    """Have the draft's screen shown to its writer, in a new message where `fresh`, else in place."""
    card = tx.cards.of_draft(draft.ref)
    if card is None:
        card = tx.cards.add(
            Card(0, Audience.WRITER, draft.chat_id, None, person.id, person.estate_id, draft_ref=draft.ref)
        )
    elif fresh and card.message_id is not None and not card.fresh:
        card = replace(card, fresh=True)
        tx.cards.update(card)
    tx.outbox.show(card, lane)
    return card


def redraw(tx: Transaction, chat_id: int, message_id: int) -> None:
    """Have the ticket's card that is that message, if it is one, drawn anew: time alone has changed it."""
    card = tx.cards.by_message(chat_id, message_id)
    if card is not None and card.ticket_id is not None:
        tx.outbox.show(card, Lane.TAP, silent=True)


def refresh(tx: Transaction, ticket: Ticket) -> None:
    """Have every card of `ticket` drawn anew, without ringing."""
    for card in tx.cards.of_ticket(ticket.id):
        tx.outbox.show(card, silent=True)
