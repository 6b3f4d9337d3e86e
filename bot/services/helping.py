"""Asking the nearest: one of those on their feet goes there, the first who says so (AS-4)."""

from bot.domain.commands import AskNearest, Go
from bot.domain.people import Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows.screen import Text, text
from bot.ports.store import Transaction
from bot.services.presenting import lay_before_outsider
from bot.services.recording import carry_out


def ask(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Have those on duty nearby asked."""
    carry_out(tx, rules, person, ticket, AskNearest())
    return text("📣 Asked. You will hear who goes.")


def go(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Be the one who goes; whoever says so later is told that somebody does."""
    ticket = carry_out(tx, rules, person, ticket, Go())
    lay_before_outsider(tx, ticket, person)
    return text("Thank you! Make it safe first. When it is done, tap Done and send a photo.")
