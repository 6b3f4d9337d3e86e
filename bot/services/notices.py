"""Who is told what of an event: the one table from events to letters.

What merely changes a card is drawn in place by `cards.refresh`; here stands what somebody must act on or must know.
"""

from collections.abc import Callable
from typing import Any

from bot.domain.clocks import LADDER, Obligation
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
from bot.domain.people import Person
from bot.domain.tickets import Ticket
from bot.flows.answer import MOST_WORDS
from bot.flows.screen import Line, Quote, Screen, chunks, text, text_with, units
from bot.ports.outbox import AnswerReceipt, Audience, Letter, Notice
from bot.ports.store import Transaction
from bot.services.cards import CHUNK, EXCERPT, buttons_for, holder_of, is_confidential, name_of_filer, private_chat
from bot.services.rulebook import reason_for, words_of


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
        return _to_holder(tx, ticket, (words,))
    words = text(
        "☎️ No. {number}: {name} does not get our messages at present, so your answer has not arrived. "
        "Please call or visit, and tell them in person.",
        number=ticket.number,
        name=name_of_filer(tx, ticket),
    )
    return _to_holder(tx, ticket, (words,))


def _amended(tx: Transaction, ticket: Ticket, event: Amended) -> tuple[Letter, ...]:
    """Tell the holder; while there is none the group's card shows it, and what is longer follows below."""
    words = text("✏️ No. {number}: the sender changed or added something.", number=ticket.number)
    content = tx.texts.get(event.text_id).content
    quotes = [Quote(chunk, limit=CHUNK) for chunk in chunks(content, CHUNK)]
    parts: list[tuple[Line, ...]] = [(words, quote) for quote in quotes] or [(words,)]
    if ticket.assignee_id is not None:
        return tuple(letter for part in parts for letter in _to_holder(tx, ticket, part))
    shown = next((card for card in tx.cards.of_ticket(ticket.id) if card.audience is not Audience.FILER), None)
    if shown is None or units(content) <= EXCERPT:
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


def _call_requested(tx: Transaction, ticket: Ticket, _event: CallRequested) -> tuple[Letter, ...]:
    words = text(
        "☎️ No. {number}: {name} would like to be called.", number=ticket.number, name=name_of_filer(tx, ticket)
    )
    return _to_holder(tx, ticket, (words,))


def _withdrawn(tx: Transaction, ticket: Ticket, _event: Withdrawn) -> tuple[Letter, ...]:
    if ticket.assignee_id is None:
        return ()
    return _to_holder(tx, ticket, (text("↩️ No. {number} was taken back by who filed it.", number=ticket.number),))


def _reminded(tx: Transaction, ticket: Ticket, event: Reminded) -> tuple[Letter, ...]:
    obligation = _last_run(tx, ticket, event.rule)
    if event.stage.startswith(LADDER):
        person = tx.people.get(event.holder) if event.holder else None
        return _to_person(tx, ticket, person, _late(tx, ticket, obligation)) if person else ()
    waits = text_with(words_of(event.rule).waits, {"number": ticket.number, "time": obligation.due_at})
    return _to_responsible(tx, ticket, event.holder, (waits, reason_for(event.rule)))


def _broken(tx: Transaction, ticket: Ticket, event: WindowBroken) -> tuple[Letter, ...]:
    lines = _late(tx, ticket, _last_run(tx, ticket, event.rule))
    told = _to_responsible(tx, ticket, event.holder, lines)
    above = (tx.people.get(person) for person in event.told if person != event.holder)
    return told + tuple(letter for person in above for letter in _to_person(tx, ticket, person, lines))


def _late(tx: Transaction, ticket: Ticket, obligation: Obligation) -> tuple[Line, ...]:
    holder = holder_of(tx, ticket)
    who = (
        text("It is with {name}.", name=holder.name)
        if ticket.assignee_id and holder
        else text("Nobody has taken it on yet.")
    )
    late = text_with(words_of(obligation.rule).late, {"number": ticket.number, "time": obligation.due_at})
    return (late, who, reason_for(obligation.rule))


def _last_run(tx: Transaction, ticket: Ticket, rule: str) -> Obligation:
    return [obligation for obligation in tx.obligations.of(ticket.id) if obligation.rule == rule][-1]


def _to_responsible(
    tx: Transaction, ticket: Ticket, person_id: int | None, lines: tuple[Line, ...]
) -> tuple[Letter, ...]:
    """Address who is answerable for a window in private; what they cannot get goes where the holder's goes."""
    person = tx.people.get(person_id) if person_id else None
    return (_to_person(tx, ticket, person, lines) if person else ()) or _to_holder(tx, ticket, lines)


def _to_holder(tx: Transaction, ticket: Ticket, lines: tuple[Line, ...]) -> tuple[Letter, ...]:
    """Address the holder in private, or the staff group where there is no holder or they cannot be reached.

    What is about a colleague goes to its holder alone; that it could not be delivered is then reported without a word
    of it.
    """
    holder = holder_of(tx, ticket)
    if holder and (private_chat(holder) or is_confidential(ticket)):
        return _to_person(tx, ticket, holder, lines)
    estate = tx.estates.get(ticket.estate_id)
    if estate.group_chat is None or is_confidential(ticket):
        return ()
    screen = Screen(lines, buttons_for(ticket, Audience.GROUP, named=True))
    return (Letter(estate.group_chat, estate.id, Notice(screen), thread_id=estate.group_thread),)


def _to_person(_tx: Transaction, ticket: Ticket, person: Person, lines: tuple[Line, ...]) -> tuple[Letter, ...]:
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
    Reminded: _reminded,
    WindowBroken: _broken,
}
