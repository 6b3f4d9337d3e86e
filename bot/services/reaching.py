"""How far an event reaches that more than one person told us of, or one person more than once (ST-4)."""

from dataclasses import dataclass

from bot.domain.tickets import Ticket
from bot.ports.store import Transaction


@dataclass(frozen=True, slots=True)
class Reach:
    """How many told us of an event, how often, and from how many homes."""

    people: int
    times: int
    homes: int


def reach_of(tx: Transaction, ticket: Ticket) -> Reach | None:
    """Return how far an event reaches; None where nobody else has told us of it, and nobody again."""
    others = tx.tickets.merged_into(ticket.id)
    if not others:
        return None
    people = {told.filer_id for told in (ticket, *others)}
    homes = {unit for unit in (tx.people.get(number).unit for number in people) if unit}
    return Reach(len(people), 1 + len(others), len(homes))
