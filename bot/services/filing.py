"""From a confirmed draft to a ticket: number, history, clocks, cards (FC-1, FC-9, FC-10).

Filing is one transaction: either the ticket with its number, its texts and files, its first history row, its clock
and its cards all exist, or nothing does.
"""

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.errors import DomainError, Refusal
from bot.domain.events import Filed
from bot.domain.people import Permission, Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Channel, Kind, Severity, Ticket
from bot.flows.engine import Draft, DraftState, Media, MediaKind
from bot.flows.report import kind_of
from bot.flows.screen import Quote, Screen, chunks, text, units
from bot.ports.store import Audience, Enclosure, Letter, Notice, Source, Transaction
from bot.services import cards, obligations

#: An album holds at most so many files (Bot API sendMediaGroup).
ALBUM_MOST = 10
#: As much of a long text as one message carries beside its heading, in UTF-16 units.
CHUNK = 3500
_IN_ALBUMS = (MediaKind.PHOTO, MediaKind.VIDEO)


def submit(tx: Transaction, rules: RuleSet, person: Person, draft: Draft) -> Ticket:
    """File what `draft` holds; the draft's card becomes the ticket's card in place."""
    person.require(Permission.FILE)
    if not draft.items:
        raise DomainError(Refusal.NOTHING_TO_FILE)
    kind = kind_of(draft)
    texts = tuple(
        tx.texts.reserve(person.id, "report", item.words, Source(draft.chat_id, item.message_id))
        for item in draft.items
        if item.words
    )
    attachments = tuple(tx.attachments.reserve(item.media, item.album) for item in draft.items if item.media)
    estate = tx.estates.get(person.estate_id)
    year = tx.now.astimezone(ZoneInfo(estate.timezone)).year
    number = f"{estate.code}-{year}-{tx.estates.next_number(estate.id, year):04d}"
    found = kind is Kind.FINDING
    filed = Filed(
        by=person.id,
        number=number,
        estate_id=estate.id,
        kind=kind,
        severity=Severity.NORMAL,
        channel=Channel.ON_SITE if found else Channel.CHAT,
        regulation=rules.version,
        texts=texts,
        attachments=attachments,
        first_contact=person.id if found else None,
    )
    ticket = tx.tickets.file(tx.chance.token(), filed)
    tx.texts.own([text_id for text_id, _ in texts], ticket.id)
    tx.attachments.own(attachments, ticket.id)
    tx.drafts.save(replace(draft, state=DraftState.DONE, ticket_id=ticket.id, revision=draft.revision + 1))
    obligations.apply(tx, rules, ticket, filed)
    _show_to_filer(tx, ticket, draft, person)
    _show_to_staff(tx, ticket, draft)
    return ticket


def _show_to_filer(tx: Transaction, ticket: Ticket, draft: Draft, person: Person) -> None:
    card = tx.cards.of_draft(draft.ref)
    if card is None:
        cards.open_for_ticket(tx, ticket, Audience.FILER, draft.chat_id, person)
        return
    card = replace(card, audience=Audience.FILER, draft_ref=None, ticket_id=ticket.id)
    tx.cards.update(card)
    tx.outbox.show(card)


def _show_to_staff(tx: Transaction, ticket: Ticket, draft: Draft) -> None:
    """Put the card before the staff group, or before the person on duty where there is no group, files below it."""
    estate = tx.estates.get(ticket.estate_id)
    duty = tx.people.get(estate.duty_person) if estate.duty_person else None
    if estate.group_chat is not None:
        chat, thread, reader = estate.group_chat, estate.group_thread, None
        card = cards.open_for_ticket(tx, ticket, Audience.GROUP, chat, None, thread)
    elif duty and duty.account is not None and duty.account != draft.chat_id:
        chat, thread, reader = duty.account, None, duty.id
        card = cards.open_for_ticket(tx, ticket, Audience.HOLDER, chat, duty)
    else:
        return
    contents: list[Notice | Enclosure] = [Enclosure(batch) for batch in _albums(draft.media)]
    if units(draft.words) > cards.EXCERPT:
        contents += [
            Notice(Screen((text("No. {number}, in full:", number=ticket.number), Quote(chunk, limit=CHUNK))))
            for chunk in chunks(draft.words, CHUNK)
        ]
    for content in contents:
        tx.outbox.put(
            Letter(chat, estate.id, content, reader_id=reader, thread_id=thread, silent=True, reply_to_card=card.id)
        )


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
