"""From a confirmed draft to a ticket: number, history, clocks, cards (FC-1, FC-9, FC-10).

Filing is one transaction: either the ticket with its number, its texts and files, its first history row, its clock
and its cards all exist, or nothing does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.domain.categories import Category
from bot.domain.commands import AskForCall
from bot.domain.errors import DomainError, Refusal
from bot.domain.events import Filed
from bot.domain.people import Permission, Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Channel, Kind, Severity, Ticket
from bot.flows.draft import Draft, Item
from bot.flows.matter import category_of, details, nameless
from bot.ports.outbox import Audience
from bot.ports.store import Source, Transaction
from bot.services import cards, drafting, merging, notices, obligations
from bot.services.acknowledging import Sign, acknowledge_items
from bot.services.presenting import lay_before_staff
from bot.services.recording import carry_out
from bot.services.regulations import in_force

#: The role of texts that tell the matter itself; what answers a question has the question's step as its role.
REPORTED = "report"


@dataclass(frozen=True, slots=True)
class Matter:
    """What is filed, as it was taken down: texts as (id, salted hash), files by their ids, answers as (step, code)."""

    category: Category
    channel: Channel
    texts: tuple[tuple[int, str], ...]
    attachments: tuple[int, ...] = ()
    first_contact: int | None = None
    details: tuple[tuple[str, str], ...] = ()
    nameless: bool = False
    recorded_by: int | None = None
    split_from: int | None = None


def reserve(
    tx: Transaction, person: Person, chat_id: int, items: Sequence[Item]
) -> tuple[tuple[tuple[int, str], ...], tuple[int, ...]]:
    """Store the texts and files of a ticket about to be filed; return what `Matter` wants to know of them."""
    texts = tuple(
        tx.texts.reserve(person.id, item.step or REPORTED, item.words, Source(chat_id, item.message_id))
        for item in items
        if item.words
    )
    return texts, tuple(tx.attachments.reserve(item.media, item.album) for item in items if item.media)


def submit(
    tx: Transaction,
    rules: RuleSet,
    person: Person,
    draft: Draft,
    same: Ticket | None = None,
    earlier: Ticket | None = None,
) -> Ticket:
    """File what `draft` holds, or let it go on in `same` (CP-12); the draft's card becomes the ticket's in place.

    `earlier` was dealt with before and has come again.
    """
    person.require(Permission.FILE)
    category = category_of(draft)
    if not draft.items and not category.urgent:
        raise DomainError(Refusal.NOTHING_TO_FILE)
    texts, files = reserve(tx, person, draft.chat_id, draft.items)
    found = category.kind is Kind.FINDING
    ticket = bring_in(
        tx,
        rules,
        person,
        Matter(
            category,
            Channel.ON_SITE if found else Channel.CHAT,
            texts,
            files,
            first_contact=person.id if found else None,
            details=tuple(details(draft).items()),
            nameless=nameless(draft),
        ),
    )
    tx.drafts.save(drafting.ended(draft, ticket_id=ticket.id))
    show_in_place(tx, ticket, draft, person, Audience.FILER)
    if same:
        return merging.join_at_filing(tx, rules, ticket, same)
    if earlier:
        ticket = merging.link_at_filing(tx, rules, ticket, earlier)
    lay_before_staff(tx, ticket)
    merging.point_out(tx, ticket)
    if found:
        photos = (item for item in draft.items if item.media)
        acknowledge_items(tx, ticket.estate_id, draft.chat_id, photos, Sign.DONE)
    if dict(ticket.details).get("wish") == "call" and not ticket.nameless:
        ticket = carry_out(tx, rules, person, ticket, AskForCall())
    return ticket


def bring_in(tx: Transaction, rules: RuleSet, filer: Person, matter: Matter) -> Ticket:
    """Give a matter of `filer` its number, its history and its clocks; texts and files that were reserved are its."""
    estate = tx.estates.get(filer.estate_id)
    rules = in_force(tx, rules, estate.id)
    reporter = _reporter(tx, filer, matter)
    year = tx.now.astimezone(ZoneInfo(estate.timezone)).year
    filed = Filed(
        by=filer.id,
        number=f"{estate.code}-{year}-{tx.estates.next_number(estate.id, year):04d}",
        estate_id=estate.id,
        kind=matter.category.kind,
        severity=Severity.URGENT if matter.category.urgent else Severity.NORMAL,
        channel=matter.channel,
        regulation=rules.version,
        texts=matter.texts,
        attachments=matter.attachments,
        first_contact=matter.first_contact,
        category=matter.category.code,
        details=matter.details,
        nameless=matter.nameless,
        recorded_by=matter.recorded_by,
        split_from=matter.split_from,
        contractor_id=reporter.contractor_id if reporter else None,
        squad_id=reporter.department_id if reporter else None,
    )
    ticket = tx.tickets.file(tx.chance.token(), filed)
    tx.texts.own([text_id for text_id, _ in matter.texts], ticket.id)
    tx.attachments.own(matter.attachments, ticket.id)
    obligations.apply(tx, rules, ticket, filed)
    for letter in notices.letters(tx, ticket, filed):
        tx.outbox.put(letter)
    return ticket


def _reporter(tx: Transaction, filer: Person, matter: Matter) -> Person | None:
    """Return who reported it from site, in their own name or as somebody told them; None where nobody did (AS-8)."""
    if matter.recorded_by is None:
        return filer if matter.channel is Channel.ON_SITE else None
    recorder = tx.people.get(matter.recorded_by)
    return None if recorder.may(Permission.CLAIM) else recorder


def show_in_place(tx: Transaction, ticket: Ticket, draft: Draft, person: Person, audience: Audience) -> None:
    """Let the screen of the conversation in which it was sent be the ticket's card from now on."""
    card = tx.cards.of_draft(draft.ref)
    if card is None:
        cards.open_for_ticket(tx, ticket, audience, draft.chat_id, person)
        return
    card = replace(card, audience=audience, draft_ref=None, ticket_id=ticket.id)
    tx.cards.update(card)
    tx.outbox.show(card)
