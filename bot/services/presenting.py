"""Laying a ticket before the staff: the card where they look for it, its files and the whole of a long text below."""

from collections.abc import Iterator

from bot.domain import policy
from bot.domain.events import Handled
from bot.domain.history import event_of
from bot.domain.people import Person
from bot.domain.tickets import Ticket
from bot.flows.draft import Media, MediaKind
from bot.flows.screen import Quote, Screen, chunks, text, units
from bot.ports.outbox import Audience, Card, Enclosure, Letter, Notice
from bot.ports.store import Transaction
from bot.services import cards

#: The cards that those look at who work with tickets.
STAFF = frozenset({Audience.GROUP, Audience.HOLDER})
#: An album holds at most so many files (Bot API sendMediaGroup).
ALBUM_MOST = 10
_IN_ALBUMS = (MediaKind.PHOTO, MediaKind.VIDEO)
#: So many unclaimed tickets are laid before new staff at once; the rest come as they fall due.
MOST_AT_ONCE = 50


def lay_before_staff(tx: Transaction, ticket: Ticket) -> None:
    """Put the card before the staff group, or where there is none, or it is confidential, before the holder."""
    estate = tx.estates.get(ticket.estate_id)
    holder = cards.holder_of(tx, ticket)
    if estate.group_chat is not None and not policy.is_confidential(ticket):
        _lay(tx, ticket, Audience.GROUP, estate.group_chat, None, estate.group_thread)
    elif holder and holder.account is not None and holder.id != ticket.filer_id:
        _lay(tx, ticket, Audience.HOLDER, holder.account, holder)


def lay_before_department(tx: Transaction, ticket: Ticket, department_id: int) -> None:
    """Put the card also where that department looks: in the topic of the staff group that is theirs."""
    estate = tx.estates.get(ticket.estate_id)
    if estate.group_chat is None or policy.is_confidential(ticket):
        return
    thread = tx.departments.get(department_id).thread_id or estate.group_thread
    _lay(tx, ticket, Audience.GROUP, estate.group_chat, None, thread)


def lay_before_person(
    tx: Transaction, ticket: Ticket, person: Person, *, at_end: bool = False, silent: bool = False
) -> None:
    """Put the card before one of the staff in private, `at_end` of their chat even if it stands there already."""
    chat = cards.private_chat(person)
    if chat is not None and person.id != ticket.filer_id:
        _lay(tx, ticket, Audience.HOLDER, chat, person, at_end=at_end, silent=silent)


def lay_before_outsider(tx: Transaction, ticket: Ticket, person: Person) -> None:
    """Put the card before a chief of who reported it, or who goes there; files and words only where no resident's."""
    chat = cards.private_chat(person)
    if chat is None:
        return
    if ticket.recorded_by is None:
        _lay(tx, ticket, Audience.ON_SITE, chat, person, at_end=True)
    else:
        cards.bring(tx, ticket, Audience.ON_SITE, chat, person)


def _lay(
    tx: Transaction,
    ticket: Ticket,
    audience: Audience,
    chat_id: int,
    reader: Person | None,
    thread_id: int | None = None,
    *,
    at_end: bool = False,
    silent: bool = False,
) -> None:
    """Put the card there; where it was not before, with the files and the whole of a long text below it."""
    known = {(card.chat_id, card.thread_id) for card in tx.cards.of_ticket(ticket.id)}
    if at_end and reader is not None:
        card = cards.bring(tx, ticket, audience, chat_id, reader, silent=silent)
    else:
        card = cards.open_for_ticket(tx, ticket, audience, chat_id, reader, thread_id)
    if (chat_id, thread_id) in known:
        return
    for batch in _albums(tuple(attachment.media for attachment in tx.attachments.of(ticket.id))):
        _below(tx, card, Enclosure(batch))
    words = "\n".join(passage.content for passage in tx.texts.of(ticket.id) if passage.role == "report")
    if units(words) > cards.EXCERPT:
        heading = text("No. {number}, in full:", number=ticket.number)
        for part in chunks(words, cards.CHUNK):
            _below(tx, card, Notice(Screen((heading, Quote(part, limit=cards.CHUNK)))))


def enclosures(tx: Transaction, ticket: Ticket, attachment_ids: tuple[int, ...]) -> tuple[Enclosure, ...]:
    """Return some of the ticket's files as they are sent, albums together."""
    wanted = [attachment.media for attachment in tx.attachments.of(ticket.id) if attachment.id in attachment_ids]
    return tuple(Enclosure(batch) for batch in _albums(tuple(wanted)))


def last_work(tx: Transaction, ticket: Ticket) -> Handled | None:
    """Return what the ticket's history says of how it was dealt with last."""
    events = (event_of(row).event for row in reversed(tx.tickets.history(ticket.id)) if row.name == Handled.NAME)
    return next((event for event in events if isinstance(event, Handled)), None)


def enclose(tx: Transaction, ticket: Ticket, media: tuple[Media, ...]) -> None:
    """Send files below the cards that staff look at: the group's first, and the one of who has it."""
    staff = [card for card in tx.cards.of_ticket(ticket.id) if card.audience in STAFF]
    theirs = [card for card in staff if card.reader_id is not None and card.reader_id == ticket.assignee_id]
    for card in dict.fromkeys((*staff[:1], *theirs)):
        for batch in _albums(media):
            _below(tx, card, Enclosure(batch))


def _below(tx: Transaction, card: Card, content: Notice | Enclosure) -> None:
    tx.outbox.put(
        Letter(
            card.chat_id,
            card.estate_id,
            content,
            reader_id=card.reader_id,
            thread_id=card.thread_id,
            silent=True,
            reply_to_card=card.id,
        )
    )


def lay_before_newcomers(tx: Transaction, estate_id: int, *, confidential: bool = False) -> None:
    """Put what nobody has taken on yet before a staff group, or a person on duty, that the estate has only now.

    What is confidential goes before a director who has only now come.
    """
    for ticket in tx.tickets.unclaimed(estate_id, MOST_AT_ONCE):
        if policy.is_confidential(ticket) == confidential:
            lay_before_staff(tx, ticket)


def _albums(media: tuple[Media, ...]) -> Iterator[tuple[Media, ...]]:
    """Yield files as they are sent: group photos and videos by up to ten, everything else alone, in their order."""
    batch: list[Media] = []
    for item in media:
        if batch and (len(batch) == ALBUM_MOST or item.kind not in _IN_ALBUMS):
            yield tuple(batch)
            batch = []
        if item.kind in _IN_ALBUMS:
            batch.append(item)
        else:
            yield (item,)
    if batch:
        yield tuple(batch)
