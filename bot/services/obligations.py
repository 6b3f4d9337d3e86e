"""Windows begin and are met by events, as the regulation says; nothing here knows a length or a rule."""

from bot.domain.clocks import ObligationState, stages
from bot.domain.events import Event
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.ports.store import Transaction


def apply(tx: Transaction, rules: RuleSet, ticket: Ticket, event: Event) -> None:
    """Start the windows that `event` starts and settle those that it meets."""
    for window in rules.windows:
        if event.NAME in window.started_by:
            tx.obligations.start(ticket.id, window.rule, tx.now, tx.now + window.length, stages(window, tx.now))
        if event.NAME in window.ended_by:
            for obligation in tx.obligations.running(ticket.id):
                if obligation.rule == window.rule and obligation.state is ObligationState.RUNNING:
                    tx.obligations.settle(obligation, ObligationState.ENDED)
        if event.NAME in window.met_by:
            for obligation in tx.obligations.running(ticket.id):
                if obligation.rule == window.rule:
                    late = obligation.state is ObligationState.BROKEN or tx.now > obligation.due_at
                    tx.obligations.settle(obligation, ObligationState.MET_LATE if late else ObligationState.MET)
