"""Claiming: exactly one of any number of simultaneous taps takes a ticket on (FC-1, FC-2)."""

from bot.domain.errors import DomainError
from bot.domain.people import Permission, Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Claim, Ticket, decide
from bot.ports.outbox import Audience
from bot.ports.store import Transaction
from bot.services import cards
from bot.services.recording import record


def claim(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Ticket:
    """Make `person` the ticket's assignee and move the work to their private chat; whoever was later is told who."""
    person.require(Permission.CLAIM)
    if cards.is_confidential(ticket):
        person.require(Permission.READ_CONFIDENTIAL)
    try:
        events = decide(ticket, Claim(by=person.id))
    except DomainError as error:
        raise named(tx, ticket, error) from None
    ticket = record(tx, rules, ticket, events)
    chat = cards.private_chat(person)
    if chat is not None and ticket.filer_id != person.id:
        cards.open_for_ticket(tx, ticket, Audience.HOLDER, chat, person)
    return ticket


def named(tx: Transaction, ticket: Ticket, error: DomainError) -> DomainError:
    """Return `error` with the name of who holds the ticket among its facts, for the sentence that tells them."""
    holder = cards.holder_of(tx, ticket)
    return DomainError(error.refusal, **error.facts, by=holder.name if holder else "—")
