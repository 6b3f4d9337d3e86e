"""The one way in which something happens to a ticket: history, clocks, cards and letters in the same transaction."""

from collections.abc import Iterable

from bot.domain.events import Event
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.ports.outbox import Letter
from bot.ports.store import Transaction
from bot.services import cards, notices, obligations


def record(tx: Transaction, rules: RuleSet, ticket: Ticket, events: Iterable[Event]) -> Ticket:
    """Record `events` of `ticket` with all that follows from them; return the ticket after the last."""
    ticket, letters = record_quietly(tx, rules, ticket, events)
    for letter in letters:
        tx.outbox.put(letter)
    return ticket


def record_quietly(
    tx: Transaction, rules: RuleSet, ticket: Ticket, events: Iterable[Event]
) -> tuple[Ticket, tuple[Letter, ...]]:
    """Like `record`, but leave it to the caller to post the letters (timers join what goes to one reader)."""
    letters: list[Letter] = []
    for event in events:
        ticket = tx.tickets.record(ticket, event)
        obligations.apply(tx, rules, ticket, event)
        letters.extend(notices.letters(tx, ticket, event))
    cards.refresh(tx, ticket)
    return ticket, tuple(letters)
