"""Laying a ticket before the staff: the card where they look for it, its files and the whole of a long text below."""

from collections.abc import Iterator

from bot.domain.tickets import Ticket
from bot.flows.engine import Media, MediaKind
from bot.flows.screen import Quote, Screen, chunks, text, units
from bot.ports.store import Audience, Enclosure, Letter, Notice, Transaction
from bot.services import cards

#: An album holds at most so many files (Bot API sendMediaGroup).
ALBUM_MOST = 10
_IN_ALBUMS = (MediaKind.PHOTO, MediaKind.VIDEO)
#: So many unclaimed tickets are laid before new staff at once; the rest come as they fall due.
MOST_AT_ONCE = 50


def lay_before_staff(tx: Transaction, ticket: Ticket) -> None:
    """Put the card before the staff group, or where there is none before the person on duty."""
    estate = tx.estates.get(ticket.estate_id)
    duty = tx.people.get(estate.duty_person) if estate.duty_person else None
    if estate.group_chat is not None:
        chat, thread, reader = estate.group_chat, estate.group_thread, None
        card = cards.open_for_ticket(tx, ticket, Audience.GROUP, chat, None, thread)
    elif duty and duty.account is not None and duty.id != ticket.filer_id:
        chat, thread, reader = duty.account, None, duty.id
        card = cards.open_for_ticket(tx, ticket, Audience.HOLDER, chat, duty)
    else:
        return
    media = tuple(attachment.media for attachment in tx.attachments.of(ticket.id))
    contents: list[Notice | Enclosure] = [Enclosure(batch) for batch in _albums(media)]
    words = "\n".join(passage.content for passage in tx.texts.of(ticket.id) if passage.role == "report")
    if units(words) > cards.EXCERPT:
        heading = text("No. {number}, in full:", number=ticket.number)
        contents += [Notice(Screen((heading, Quote(part, limit=cards.CHUNK)))) for part in chunks(words, cards.CHUNK)]
    for content in contents:
        tx.outbox.put(
            Letter(chat, estate.id, content, reader_id=reader, thread_id=thread, silent=True, reply_to_card=card.id)
        )


def lay_before_newcomers(tx: Transaction, estate_id: int) -> None:
    """Put what nobody has taken on yet before a staff group, or a person on duty, that the estate has only now."""
    for ticket in tx.tickets.unclaimed(estate_id, MOST_AT_ONCE):
        lay_before_staff(tx, ticket)


def _albums(media: tuple[Media, ...]) -> Iterator[tuple[Media, ...]]:
    """Group photos and videos by up to ten, everything else alone, in their order."""
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
