"""A ticket's clocks for who wants to see them: running, met in time, met late, standing still and why."""

from datetime import datetime

from bot.domain.clocks import Obligation, ObligationState
from bot.domain.regulation import PauseReason
from bot.domain.tickets import Ticket
from bot.flows.screen import Line, Text, text
from bot.ports.store import Transaction
from bot.services.ringing import said

#: So many fit one message.
_MOST = 40

_REASONS: dict[str, Text] = {
    PauseReason.QUESTION: text("the resident was asked something"),
    PauseReason.APPOINTMENT: text("the resident chose a later time"),
}


def clocks_of(tx: Transaction, ticket: Ticket) -> tuple[Line, ...]:
    """Return a line for each run of a window of `ticket`, oldest first, with its standstills; of many the newest."""
    lines: list[Line] = [text("🕑 <b>Clocks of no. {number}</b>", number=ticket.number)]
    runs = tx.obligations.of(ticket.id)[-_MOST:]
    for run in runs:
        lines.append(_line(run, said(tx, ticket, run.due_at)))
        for still in tx.obligations.standstills(run):
            reason = _REASONS[still.reason]
            lines.append(
                text("　⏸ from {since} until {until}: {reason}", since=still.since, until=still.until, reason=reason)
                if still.until
                else text("　⏸ since {since}: {reason}", since=still.since, reason=reason)
            )
    return tuple(lines) if runs else (*lines, text("No clock has run yet."))


def _line(run: Obligation, due: datetime) -> Text:
    settled = run.settled_at or due
    match run.state:
        case ObligationState.RUNNING:
            return text("⏳ {rule}: runs until {time}", rule=run.rule, time=due)
        case ObligationState.PAUSED:
            return text("⏸ {rule}: stands still; it would run until {time}", rule=run.rule, time=due)
        case ObligationState.MET:
            return text("✅ {rule}: met in time {time}", rule=run.rule, time=settled)
        case ObligationState.MET_LATE:
            return text("🟠 {rule}: met late {time}, due {due}", rule=run.rule, time=settled, due=due)
        case ObligationState.BROKEN:
            return text("🔴 {rule}: late since {time}", rule=run.rule, time=due)
        case ObligationState.PASSED:
            return text("☑️ {rule}: came to its end {time}", rule=run.rule, time=settled)
        case ObligationState.ENDED if run.broken_at:
            return text("⚪ {rule}: was late since {time}; it no longer counts", rule=run.rule, time=due)
        case ObligationState.ENDED:
            return text("⚪ {rule}: no longer counts since {time}", rule=run.rule, time=settled)
