"""Different matters of one resident count apart: what else was in a ticket becomes one of its own (ST-3)."""

from bot.domain.commands import SplitOff
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Permission, Person
from bot.domain.policy import Act, may_know, require
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Kind, Ticket
from bot.flows.desk import SPLIT
from bot.flows.draft import Draft
from bot.flows.matter import category_of
from bot.flows.screen import Text, text
from bot.ports.outbox import Audience
from bot.ports.store import Transaction
from bot.services import cards, filing, presenting
from bot.services.drafting import finish, start
from bot.services.filing import REPORTED, Matter
from bot.services.recording import carry_out, named


def begin(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask what the other matter is; what was found on site is of that kind again."""
    found = ticket.kind is Kind.FINDING
    start(tx, person, ticket, SPLIT, answers={"kind": Kind.FINDING} if found else None)
    return text("What is the other matter? Please write it in your chat with me.")


def submit(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """File the other matter for the same person, by the same channel, with the same first contact."""
    try:
        require(person, ticket, Act.SPLIT, tx.now)
    except DomainError as error:
        raise named(tx, ticket, error) from None
    if not draft.words:
        raise DomainError(Refusal.WORDS_WANTED)
    filer, category = tx.people.get(ticket.filer_id), category_of(draft)
    contact = tx.people.get(ticket.first_contact_id) if ticket.first_contact_id else None
    if category.confidential and contact and not contact.may(Permission.READ_CONFIDENTIAL):
        contact = None
    other = filing.bring_in(
        tx,
        rules,
        filer,
        Matter(
            category,
            ticket.channel,
            (tx.texts.reserve(person.id, REPORTED, draft.words),),
            tuple(tx.attachments.reserve(item.media, item.album) for item in draft.items if item.media),
            first_contact=contact.id if contact else None,
            nameless=ticket.nameless,  # who kept their name back once is not given away by what came of it
            recorded_by=ticket.recorded_by,
            split_from=ticket.id,
        ),
    )
    presenting.lay_before_staff(tx, other)
    chat = cards.private_chat(filer)
    if chat is not None and not filer.is_staff:
        cards.open_for_ticket(tx, other, Audience.FILER, chat, filer)
    carry_out(tx, rules, person, ticket, SplitOff(other.id))
    finish(tx, person, draft)
    if not may_know(person, other):
        return text("Thank you. The director has the other matter now.")
    return text("The other matter is no. {number} now.", number=other.number)
