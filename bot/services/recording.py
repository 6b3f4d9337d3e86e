"""The one way in which something happens to a ticket: history, clocks, cards and letters in the same transaction."""

from collections.abc import Iterable

from bot.domain.commands import Command
from bot.domain.decisions import decide
from bot.domain.errors import DomainError
from bot.domain.events import Event
from bot.domain.people import Person
from bot.domain.policy import Act, require
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.ports.outbox import Letter
from bot.ports.store import Transaction
from bot.services import cards, notices, obligations, posts, visit_book


def carry_out(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, command: Command) -> Ticket:
    """Have `person` do something to `ticket`; raise the `DomainError` that says why not, naming who has it."""
    try:
        events = decide(ticket, command, posts.with_duties(tx, person), tx.now)
    except DomainError as error:
        raise named(tx, ticket, error) from None
    return record(tx, rules, ticket, events)


def permit(tx: Transaction, person: Person, ticket: Ticket, act: Act) -> None:
    """Refuse before anything is written what `person` cannot do to `ticket` now, naming who has it."""
    try:
        require(posts.with_duties(tx, person), ticket, act, tx.now)
    except DomainError as error:
        raise named(tx, ticket, error) from None


def named(tx: Transaction, ticket: Ticket, error: DomainError) -> DomainError:
    """Return `error` with the name of who has the ticket among its facts, for the sentence that tells them."""
    holder = cards.holder_of(tx, ticket)
    return DomainError(error.refusal, **{"by": holder.name if holder else "—", **error.facts})


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
    doer: int | None = None
    for event in events:
        doer = notices.doer(event) or doer
        ticket = tx.tickets.record(ticket, event)
        obligations.apply(tx, rules, ticket, event)
        visit_book.keep(tx, rules, ticket, event)
        letters.extend(notices.letters(tx, ticket, event, doer))
    cards.refresh(tx, ticket)
    return ticket, tuple(letters)
