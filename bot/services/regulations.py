"""Which rule set applies: what is in force at an estate now, and the one a ticket began under.

Invariant: a ticket keeps its rule set to its end, whatever the program or the estate decides meanwhile.
"""

from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.ports.store import Transaction


def in_force(tx: Transaction, rules: RuleSet, estate_id: int) -> RuleSet:
    """Return what an estate goes by now: its own over the program's, or the program's `rules` as they come."""
    adopted = tx.regulations.latest_of(estate_id)
    return rules if adopted is None else tx.regulations.get(adopted.version) or rules


def of_ticket(tx: Transaction, rules: RuleSet, ticket: Ticket) -> RuleSet:
    """Return the rule set that `ticket` began under; `rules` are the program's own, the usual case."""
    if ticket.regulation == rules.version:
        return rules
    return tx.regulations.get(ticket.regulation) or rules
