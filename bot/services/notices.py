"""Who is told what of an event: the one table from events to letters.

What merely changes a card is drawn in place by `cards.refresh`; here stands what somebody must act on or must know.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.domain.events import (
    Amended,
    AnswerDelivered,
    Answered,
    AnswerUndelivered,
    CallRequested,
    Claimed,
    Enclosed,
    Event,
    Filed,
    Reminded,
    WindowBroken,
    Withdrawn,
)
from bot.domain.tickets import Ticket
from bot.flows.answer import MOST_WORDS
from bot.flows.screen import Line, Quote, Screen, chunks, text, units
from bot.ports.outbox import AnswerReceipt, Audience, Letter, Notice
from bot.ports.store import Transaction
from bot.services import ringing
from bot.services.addressing import to_holder
from bot.services.cards import CHUNK, EXCERPT, name_of_filer

#: Whoever changes what they wrote word by word rings its holder no more often than this.
RING_AGAIN = timedelta(minutes=10)


def letters(tx: Transaction, ticket: Ticket, event: Event) -> tuple[Letter, ...]:
    """Return the letters that follow from `event`, which `ticket` already contains."""
    return _TABLE[type(event)](tx, ticket, event)


def _none(_tx: Transaction, _ticket: Ticket, _event: Event) -> tuple[Letter, ...]:
    return ()


def _answered(tx: Transaction, ticket: Ticket, event: Answered) -> tuple[Letter, ...]:
    filer = tx.people.get(ticket.filer_id)
    if filer.account is None:
        return ()
    heading = text(
        "<b>No. {number}</b>: an answer from {name}", number=ticket.number, name=tx.people.get(event.by).name
    )
    thanks = text("Thank you for your patience. If anything is missing, just write to us.")
    screen = Screen((heading, Quote(tx.texts.get(event.text_id).content, limit=MOST_WORDS), thanks))
    return (
        Letter(
            filer.account,
            ticket.estate_id,
            Notice(screen),
            reader_id=filer.id,
            receipt=AnswerReceipt(ticket.id, event.text_id),
        ),
    )


def _undelivered(tx: Transaction, ticket: Ticket, _event: AnswerUndelivered) -> tuple[Letter, ...]:
    if ticket.nameless:
        words = text(
            "📭 No. {number}: the resident, whose name is kept back, does not get our messages at present, "
            "so your answer has not arrived.",
            number=ticket.number,
        )
        return to_holder(tx, ticket, (words,))
    words = text(
        "☎️ No. {number}: {name} does not get our messages at present, so your answer has not arrived. "
        "Please call or visit, and tell them in person.",
        number=ticket.number,
        name=name_of_filer(tx, ticket),
    )
    return to_holder(tx, ticket, (words,))


def _amended(tx: Transaction, ticket: Ticket, event: Amended) -> tuple[Letter, ...]:
    """Ring the holder, once for what comes within minutes; while there is none the group's card shows it.

    The holder's own card shows each change in its place; what is longer than a card holds follows below it in silence.
    """
    words = text("✏️ No. {number}: the sender changed or added something.", number=ticket.number)
    content = tx.texts.get(event.text_id).content
    quotes = [Quote(chunk, limit=CHUNK) for chunk in chunks(content, CHUNK)]
    parts: list[tuple[Line, ...]] = [(words, quote) for quote in quotes] or [(words,)]
    if ticket.assignee_id is not None and not _rung_lately(tx, ticket):
        return tuple(letter for part in parts for letter in to_holder(tx, ticket, part))
    staff = [card for card in tx.cards.of_ticket(ticket.id) if card.audience is not Audience.FILER]
    shown = next(
        (c for c in staff if ticket.assignee_id and c.reader_id == ticket.assignee_id), next(iter(staff), None)
    )
    changes = "\n".join(p.content for p in tx.texts.of(ticket.id) if p.role == "amendment")
    if shown is None or units(changes) <= EXCERPT:
        return ()
    return tuple(
        Letter(
            shown.chat_id,
            shown.estate_id,
            Notice(Screen(part)),
            reader_id=shown.reader_id,
            thread_id=shown.thread_id,
            silent=True,
            reply_to_card=shown.id,
        )
        for part in parts
    )


def _rung_lately(tx: Transaction, ticket: Ticket) -> bool:
    """Whether its holder was rung for another change a short while ago, and has not answered since."""
    for row in reversed(tx.tickets.history(ticket.id)[:-1]):
        if row.name in (Claimed.NAME, Answered.NAME) or row.at <= tx.now - RING_AGAIN:
            return False
        if row.name == Amended.NAME:
            return True
    return False


def _call_requested(tx: Transaction, ticket: Ticket, _event: CallRequested) -> tuple[Letter, ...]:
    words = text(
        "☎️ No. {number}: {name} would like to be called.", number=ticket.number, name=name_of_filer(tx, ticket)
    )
    return to_holder(tx, ticket, (words,))


def _withdrawn(tx: Transaction, ticket: Ticket, _event: Withdrawn) -> tuple[Letter, ...]:
    if ticket.assignee_id is None:
        return ()
    return to_holder(tx, ticket, (text("↩️ No. {number} was taken back by who filed it.", number=ticket.number),))


_TABLE: dict[type[Event], Callable[[Transaction, Ticket, Any], tuple[Letter, ...]]] = {
    Filed: _none,
    Claimed: _none,
    Answered: _answered,
    AnswerDelivered: _none,
    AnswerUndelivered: _undelivered,
    Amended: _amended,
    Enclosed: _none,
    CallRequested: _call_requested,
    Withdrawn: _withdrawn,
    Reminded: ringing.reminded,
    WindowBroken: ringing.broken,
}
