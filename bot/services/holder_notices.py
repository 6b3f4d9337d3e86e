"""What the holder of a ticket is told: what the resident says, what failed, what came back."""

from datetime import timedelta

from bot.domain.events import (
    Agreed,
    Amended,
    Answered,
    AnswerUndelivered,
    CallRequested,
    Chased,
    Claimed,
    Disagreed,
    Joined,
    MadeSafe,
    Noted,
    Reached,
    Rejected,
    Reopened,
    ReopeningUndone,
    Replied,
    Withdrawn,
)
from bot.domain.history import event_of
from bot.domain.policy import Act
from bot.domain.tickets import Ticket
from bot.flows.answer import MOST_WORDS
from bot.flows.labels import SAFE
from bot.flows.screen import Line, Quote, Screen, chunks, text, units
from bot.ports.outbox import Letter, Notice
from bot.ports.store import Transaction
from bot.services.addressing import ANSWERING, NOTHING, Letters, name_of, to_holder, to_person
from bot.services.cards import CHUNK, EXCERPT, holder_of, name_of_filer
from bot.services.presenting import STAFF
from bot.services.resembling import words_of

#: Whoever changes what they wrote word by word rings its holder no more often than this.
RING_AGAIN = timedelta(minutes=10)


def undelivered(tx: Transaction, ticket: Ticket, _event: AnswerUndelivered) -> Letters:
    if ticket.nameless:
        words = text(
            "📭 No. {number}: the resident, whose name is kept back, does not get our messages at present, "
            "so what you wrote has not arrived.",
            number=ticket.number,
        )
        return to_holder(tx, ticket, (words,))
    words = text(
        "☎️ No. {number}: {name} does not get our messages at present, so what you wrote has not arrived. "
        "Please call or visit, and tell them in person.",
        number=ticket.number,
        name=name_of_filer(tx, ticket),
    )
    return to_holder(tx, ticket, (words,))


def amended(tx: Transaction, ticket: Ticket, event: Amended) -> Letters:
    """Ring the holder, once for what comes within minutes; while there is none the group's card shows it.

    The holder's own card shows each change in its place; what is longer than a card holds follows below it in silence.
    What was merged into an event rings who has that: no card of theirs shows it.
    """
    if ticket.merged_into is not None:
        whole = tx.tickets.get(ticket.merged_into)
        words = text("✏️ No. {number}: one of those who told us of it changed or added something.", number=whole.number)
        said = Quote(tx.texts.get(event.text_id).content, limit=MOST_WORDS)
        return to_holder(tx, whole, (words, said))
    words = text("✏️ No. {number}: the sender changed or added something.", number=ticket.number)
    content = tx.texts.get(event.text_id).content
    quotes = [Quote(chunk, limit=CHUNK) for chunk in chunks(content, CHUNK)]
    parts: list[tuple[Line, ...]] = [(words, quote) for quote in quotes] or [(words,)]
    if ticket.assignee_id is not None and not _rung_lately(tx, ticket):
        return tuple(letter for part in parts for letter in to_holder(tx, ticket, part))
    staff = [card for card in tx.cards.of_ticket(ticket.id) if card.audience in STAFF]
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


def replied(tx: Transaction, ticket: Ticket, event: Replied) -> Letters:
    words = text("💬 No. {number}: the reply to your question", number=ticket.number)
    said = tx.texts.get(event.text_id).content if event.text_id else "📎"
    return to_holder(tx, ticket, (words, Quote(said, limit=MOST_WORDS)))


def agreed(tx: Transaction, ticket: Ticket, _event: Agreed) -> Letters:
    words = text("👍 No. {number}: the resident agrees to what was proposed.", number=ticket.number)
    return to_holder(tx, ticket, (words,), frozenset({Act.HANDLE}))


def disagreed(tx: Transaction, ticket: Ticket, event: Disagreed) -> Letters:
    words = text("✏️ No. {number}: the resident finds something missing in the proposal.", number=ticket.number)
    said = Quote(tx.texts.get(event.text_id).content, limit=MOST_WORDS)
    return to_holder(tx, ticket, (words, said), frozenset({Act.PROPOSE}))


def call_requested(tx: Transaction, ticket: Ticket, _event: CallRequested) -> Letters:
    words = text(
        "☎️ No. {number}: {name} would like to be called.", number=ticket.number, name=name_of_filer(tx, ticket)
    )
    return to_holder(tx, ticket, (words,), ANSWERING | {Act.CALLED})


def chased(tx: Transaction, ticket: Ticket, event: Chased) -> Letters:
    """Ask who has it how it stands, for who reported it or a chief of theirs (AS-5)."""
    words = text("🔔 No. {number}: {name} asks how it stands.", number=ticket.number, name=name_of(tx, event.by))
    return to_holder(tx, ticket, (words,), ANSWERING | {Act.PROMISE, Act.HANDLE})


def made_safe(tx: Transaction, ticket: Ticket, event: MadeSafe) -> Letters:
    if ticket.assignee_id is None or ticket.assignee_id == event.by:
        return ()
    words = text("🚧 No. {number}: {name} made it safe.", number=ticket.number, name=name_of(tx, event.by))
    return to_holder(tx, ticket, (words, SAFE[tx.texts.get(event.text_id).content]))


def withdrawn(tx: Transaction, ticket: Ticket, _event: Withdrawn) -> Letters:
    if ticket.assignee_id is None:
        return ()
    return to_holder(tx, ticket, (text("↩️ No. {number} was taken back by whoever filed it.", number=ticket.number),))


def rejected(tx: Transaction, ticket: Ticket, event: Rejected) -> Letters:
    words = text("❌ No. {number} is not done yet, {name} found:", number=ticket.number, name=name_of(tx, event.by))
    said = Quote(tx.texts.get(event.text_id).content, limit=MOST_WORDS)
    return to_holder(tx, ticket, (words, said), frozenset({Act.HANDLE}))


def noted(tx: Transaction, ticket: Ticket, event: Noted) -> Letters:
    if ticket.assignee_id is None:
        return ()
    words = text("📝 No. {number}: a note by {name}", number=ticket.number, name=name_of(tx, event.by))
    return to_holder(tx, ticket, (words, Quote(tx.texts.get(event.text_id).content, limit=MOST_WORDS)), NOTHING)


def reached(tx: Transaction, ticket: Ticket, event: Reached) -> Letters:
    """Tell who has it and the first contact who was reached (FC-5)."""
    words = text(
        "🤝 No. {number}: {name} has reached the sister unit", number=ticket.number, name=name_of(tx, event.by)
    )
    lines = (words, Quote(tx.texts.get(event.text_id).content, limit=MOST_WORDS))
    concerned = dict.fromkeys((ticket.assignee_id, ticket.first_contact_id))
    people = (tx.people.get(number) for number in concerned if number is not None)
    return tuple(letter for person in people for letter in to_person(tx, ticket, person, lines))


def joined(tx: Transaction, ticket: Ticket, event: Joined) -> Letters:
    """Tell the holder that somebody told us of it too, or again, in their words; not who did it themselves."""
    other = tx.tickets.get(event.other)
    if event.by == ticket.assignee_id or (ticket.assignee_id is None and event.by != other.filer_id):
        return ()
    again = other.filer_id == ticket.filer_id
    words = (
        text(
            "🔁 No. {number}: the resident has told us of it again, as no. {other}.",
            number=ticket.number,
            other=other.number,
        )
        if again
        else text(
            "🔗 No. {number}: somebody has told us of the same, as no. {other}.",
            number=ticket.number,
            other=other.number,
        )
    )
    said = words_of(tx, other)
    return to_holder(tx, ticket, (words, Quote(said, limit=EXCERPT)) if said else (words,))


def reopened(tx: Transaction, ticket: Ticket, event: Reopened) -> Letters:
    """The first contact has it again, and each time one more of those above hears of it, the director always (RV-7)."""
    words = text("🔁 No. {number} is not solved for the resident; it is open again.", number=ticket.number)
    said = (Quote(tx.texts.get(event.text_id).content, limit=MOST_WORDS),) if event.text_id else ()
    holder = holder_of(tx, ticket)
    again = text("{name} has it.", name=holder.name) if holder else text("Nobody has taken it on yet.")
    times = (text("🔁 Opened again: {count}", count=event.level),)
    above = (tx.people.get(number) for number in event.told)
    told = (letter for one in above for letter in to_person(tx, ticket, one, (words, *said, again, *times)))
    return to_holder(tx, ticket, (words, *said)) + tuple(told)


def reopening_undone(tx: Transaction, ticket: Ticket, _event: ReopeningUndone) -> Letters:
    """Tell everybody who heard that it was open again that this was a mistake."""
    words = text(
        "↩️ No. {number}: that it was not solved was a mistake; it is well for the resident. Nothing more is needed.",
        number=ticket.number,
    )
    events = (event_of(row).event for row in reversed(tx.tickets.history(ticket.id)) if row.name == Reopened.NAME)
    opened = next((one for one in events if isinstance(one, Reopened)), None)
    heard = dict.fromkeys((ticket.assignee_id, *(opened.told if opened else ())))
    people = (tx.people.get(number) for number in heard if number is not None)
    return tuple(letter for person in people for letter in to_person(tx, ticket, person, (words,)))
