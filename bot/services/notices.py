"""Who is told what of an event: the one table from events to letters.

What merely changes a card is drawn in place by `cards.refresh`; here stands what somebody must act on or must know.
"""

from collections.abc import Callable
from typing import Any

from bot.domain.clocks import ObligationState
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
from bot.domain.people import Person, Role
from bot.domain.tickets import Ticket
from bot.flows.answer import MOST_WORDS
from bot.flows.screen import Line, Quote, Screen, Text, chunks, text, units
from bot.ports.outbox import AnswerReceipt, Audience, Letter, Notice
from bot.ports.store import Transaction
from bot.services.cards import CHUNK, EXCERPT, buttons_for, holder_of, is_confidential, name_of_filer, private_chat


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
    due = next(o.due_at for o in tx.obligations.of(ticket.id) if o.rule == event.rule)
    lines = (
        text("⏰ No. {number} is waiting for an answer, due by {time}.", number=ticket.number, time=due),
        reason_for(event.rule),
    )
    return _to_holder(tx, ticket, lines)


def _broken(tx: Transaction, ticket: Ticket, event: WindowBroken) -> tuple[Letter, ...]:
    obligation = next(o for o in tx.obligations.of(ticket.id) if o.rule == event.rule)
    if obligation.state is not ObligationState.BROKEN:
        return ()
    holder = holder_of(tx, ticket)
    who = (
        text("It is with {name}.", name=holder.name)
        if ticket.assignee_id and holder
        else text("Nobody has taken it on yet.")
    )
    late = text(
        "🔴 No. {number}: the answer was due by {time} and is late.", number=ticket.number, time=obligation.due_at
    )
    lines = (late, who, reason_for(event.rule))
    above = () if is_confidential(ticket) else tx.people.with_role(ticket.estate_id, Role.GENERAL_SUPERVISOR)
    told = _to_holder(tx, ticket, lines)
    others = tuple(person for person in above if holder is None or person.id != holder.id)
    return told + tuple(letter for person in others for letter in _to_person(tx, ticket, person, lines))


def reason_for(rule: str) -> Text:
    """Return the sentence that says by which rule somebody is reminded ("why did I get this?")."""
    return RULES[rule]


#: What each rule demands, in one sentence with its id.
RULES: dict[str, Text] = {
    "FC-9": text("<i>Rule FC-9: within 60 minutes a resident hears what happens next, or by when they will know.</i>"),
}


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
