"""Claiming: exactly one of any number of simultaneous taps takes a ticket on (FC-1, FC-2); it can be given back."""

from bot.domain.commands import Claim, GiveBack, UndoClaim
from bot.domain.people import Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows.screen import Text, text
from bot.ports.store import Transaction
from bot.services.presenting import lay_before_person
from bot.services.recording import carry_out


def claim(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Ticket:
    """Make `person` the ticket's assignee and move the work to their private chat; whoever was later is told who."""
    ticket = carry_out(tx, rules, person, ticket, Claim())
    lay_before_person(tx, ticket, person)
    return ticket


def undo(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Take a wrong tap back within its minute."""
    carry_out(tx, rules, person, ticket, UndoClaim())
    return text("Undone. No. {number} waits for somebody to take it on.", number=ticket.number)


def give_back(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Leave the ticket to the person on duty again."""
    carry_out(tx, rules, person, ticket, GiveBack())
    return text("Given back. The person on duty has no. {number} now.", number=ticket.number)
