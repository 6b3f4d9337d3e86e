"""What the filer can do with a ticket of theirs: look at it, add to it, ask for a call, take it back (UX 15, 17)."""

from dataclasses import replace

from bot.domain.errors import DomainError, Refusal
from bot.domain.events import Amended, Enclosed, Event
from bot.domain.people import Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import AskForCall, Ticket, Withdraw, decide
from bot.flows.engine import Draft
from bot.flows.labels import KIND, STAGE, stage_line
from bot.flows.screen import Action, Line, Press, Quote, Screen, Text, text
from bot.ports.outbox import Audience, Card, Lane, Letter, Notice
from bot.ports.store import Source, Transaction
from bot.services import cards, drafting, households
from bot.services.acknowledging import Sign, acknowledge_items
from bot.services.presenting import enclose
from bot.services.recording import record
from bot.services.telling import tell

#: Verbs of the buttons that a filer has.
SHOW = "show"
_YES = "yes"
_MOST_LISTED = 8
_EXCERPT = 300


def mine(tx: Transaction, person: Person, chat_id: int) -> None:
    """List what `person` has begun and filed, newest first, each a button that shows it, and what others share."""
    tickets = (*tx.tickets.of_filer(person.id, _MOST_LISTED), *households.matters_of_others(tx, person))
    filed = tuple((Press(_named(ticket, person), Action(SHOW, ticket.ref, ticket.version)),) for ticket in tickets)
    if rows := drafting.listed(tx, person, chat_id) + filed:
        screen = Screen((text("These are your matters with us. Tap one to see how it stands."),), rows)
    else:
        screen = Screen((text("You have nothing open with us. Just write what happened, and we will look after it."),))
    tx.outbox.put(Letter(chat_id, person.estate_id, Notice(screen), person.id, lane=Lane.TAP))


def show(tx: Transaction, person: Person, ticket: Ticket, chat_id: int) -> None:
    """Bring the card of one's own ticket to the end of the chat; another's of the household can only be read."""
    if ticket.filer_id != person.id:
        _show_to_household(tx, person, ticket)
        return
    card = next((card for card in tx.cards.of_ticket(ticket.id) if card.chat_id == chat_id), None)
    if card is None:
        card = tx.cards.add(Card(0, Audience.FILER, chat_id, None, person.id, ticket.estate_id, ticket_id=ticket.id))
    elif card.message_id is not None:
        card = replace(card, fresh=True)
        tx.cards.update(card)
    tx.outbox.show(card, Lane.TAP)


def ask_for_call(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Have whoever holds the ticket call the filer."""
    record(tx, rules, ticket, decide(ticket, AskForCall(by=person.id)))
    return text("A colleague will call you.")


def withdraw(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, choice: str, chat_id: int) -> Text | None:
    """Take the matter back, after asking once whether that is meant."""
    events = decide(ticket, Withdraw(by=person.id))
    if choice == _YES:
        record(tx, rules, ticket, events)
        return text("Taken back. Thank you for telling us.")
    screen = Screen(
        (text("Shall we take no. {number} back? Nobody will work on it then.", number=ticket.number),),
        (
            (Press(text("↩️ Yes, take it back"), Action(cards.WITHDRAW, ticket.ref, ticket.version, _YES), "danger"),),
            (Press(text("Keep it"), Action(SHOW, ticket.ref, ticket.version)),),
        ),
    )
    tx.outbox.put(Letter(chat_id, ticket.estate_id, Notice(screen), person.id, lane=Lane.TAP))
    return None


def add(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Ticket:
    """Add the words and files of `draft` to the ticket; staff see them where they see the ticket."""
    if ticket.filer_id != person.id:
        raise DomainError(Refusal.NOT_PERMITTED)
    if not ticket.open:
        raise DomainError(Refusal.TICKET_ENDED, number=ticket.number)
    events: list[Event] = []
    for item in draft.items:
        if item.words:
            source = Source(draft.chat_id, item.message_id)
            text_id, digest = tx.texts.add(ticket.id, person.id, "amendment", item.words, source)
            events.append(Amended(by=person.id, text_id=text_id, digest=digest))
    files = tuple(tx.attachments.reserve(item.media, item.album) for item in draft.items if item.media)
    if files:
        tx.attachments.own(files, ticket.id)
        events.append(Enclosed(by=person.id, attachments=files))
        enclose(tx, ticket, draft.media)
    acknowledge_items(tx, ticket.estate_id, draft.chat_id, draft.items, Sign.SEEN)
    return record(tx, rules, ticket, events)


def _show_to_household(tx: Transaction, person: Person, ticket: Ticket) -> None:
    if not households.sees(tx, person, ticket):
        raise DomainError(Refusal.NO_SUCH_TICKET)
    words = "\n".join(passage.content for passage in tx.texts.of(ticket.id) if passage.role == "report")
    lines: list[Line] = [
        text("👪 <b>No. {number}</b>, from {name}", number=ticket.number, name=tx.people.get(ticket.filer_id).name),
        KIND[ticket.kind],
    ]
    if words:
        lines.append(Quote(words, limit=_EXCERPT))
    lines.append(
        text("↩️ Taken back by who filed it {time}", time=ticket.withdrawn_at)
        if ticket.withdrawn_at
        else stage_line(ticket.stage)
    )
    tell(tx, person, *lines)


def _named(ticket: Ticket, reader: Person) -> Text:
    stage = text("withdrawn") if ticket.withdrawn_at else STAGE[ticket.stage]
    if ticket.filer_id != reader.id:
        return text("👪 {number} · {kind} · {stage}", number=ticket.number, kind=KIND[ticket.kind], stage=stage)
    return text("{number} · {kind} · {stage}", number=ticket.number, kind=KIND[ticket.kind], stage=stage)
