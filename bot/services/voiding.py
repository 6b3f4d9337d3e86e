"""What does not count: somebody holds so with a reason, a second person decides (ST-2)."""

from bot.domain.commands import ConfirmVoid, DeclineVoid, ProposeVoid
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows.desk import VOID
from bot.flows.draft import Draft
from bot.flows.screen import Text, text
from bot.ports.store import Transaction
from bot.services.addressing import leaders
from bot.services.drafting import finish, start
from bot.services.recording import carry_out
from bot.services.writing import words_of


def begin(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask why it does not count, where there is a second person to decide it."""
    if not leaders(tx, ticket, but=person):
        raise DomainError(Refusal.NOBODY_DECIDES, number=ticket.number)
    start(tx, person, ticket, VOID)
    return text("Why does it not count? Please say in your chat with me.")


def submit(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Lay it before a second person."""
    words = words_of(tx, ticket, person, "reason", draft)
    carry_out(tx, rules, person, ticket, ProposeVoid(draft.answers["why"], words))
    finish(tx, person, draft)
    return text("Asked. A second person decides.")


def confirm(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Decide that it does not count."""
    carry_out(tx, rules, person, ticket, ConfirmVoid())
    return text("No. {number} does not count.", number=ticket.number)


def decline(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Decide that it does count."""
    carry_out(tx, rules, person, ticket, DeclineVoid())
    return text("No. {number} does count.", number=ticket.number)
