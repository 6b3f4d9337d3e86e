"""Windows begin, stand still and are met by events, as the regulation says; nothing here knows a length or a rule."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.clocks import BEGINS, Obligation, ObligationState, Stage, stages
from bot.domain.events import Event, Merged
from bot.domain.lengths import Calendar, Unit
from bot.domain.regulation import Holder, RuleSet, Window
from bot.domain.tickets import Ticket
from bot.ports.store import Transaction
from bot.services.regulations import of_ticket


def apply(tx: Transaction, rules: RuleSet, ticket: Ticket, event: Event) -> None:
    """Settle, stop and resume the windows of `ticket` as `event` demands, then start those that it starts."""
    rules = of_ticket(tx, rules, ticket)
    calendar = calendar_of(tx, rules, ticket.estate_id)
    for obligation in tx.obligations.running(ticket.id):
        window = rules.window(obligation.rule)
        if window is not None:
            _go_through(tx, rules, window, obligation, ticket, event, calendar)
    for window in rules.windows:
        if event.NAME in window.started_by and window.concerns(ticket):
            _start(tx, window, ticket, calendar)


def begin_anew(tx: Transaction, rules: RuleSet, window: Window, ticket: Ticket) -> None:
    """Start the next run of a window whose last one is over."""
    _start(tx, window, ticket, calendar_of(tx, rules, ticket.estate_id))


def begin(tx: Transaction, rules: RuleSet, obligation: Obligation, ticket: Ticket, at: datetime) -> None:
    """Count a window that begins with somebody's duty from `at`: after a stop that is later than it was to begin."""
    effective = of_ticket(tx, rules, ticket)
    window = effective.window(obligation.rule)
    if window is None:
        return
    calendar = calendar_of(tx, effective, ticket.estate_id)
    due_at = window.length.after(at, calendar, None)
    tx.obligations.begin(obligation, at, due_at, stages(window, at, due_at, calendar))


def take_up_again(tx: Transaction, rules: RuleSet, ticket: Ticket) -> None:
    """Start anew what had ended because the ticket went on in another one, now that it goes on by itself (ST-4)."""
    rules = of_ticket(tx, rules, ticket)
    merged = {row.at for row in tx.tickets.history(ticket.id) if row.name == Merged.NAME}
    latest = {obligation.rule: obligation for obligation in tx.obligations.of(ticket.id)}
    for obligation in latest.values():
        window = rules.window(obligation.rule)
        ended = obligation.state is ObligationState.ENDED and obligation.settled_at in merged
        if window and ended and window.concerns(ticket):
            _start(tx, window, ticket, calendar_of(tx, rules, ticket.estate_id))


def _start(tx: Transaction, window: Window, ticket: Ticket, calendar: Calendar) -> None:
    own = ticket.visit_due if window.length.unit is Unit.PLANNED else ticket.promised_until
    begin = tx.now
    planned: tuple[Stage, ...] = ()
    if window.holder is Holder.RECEIVER and ticket.handover_at and ticket.handover_at > tx.now:
        begin = ticket.handover_at
        planned = (Stage(BEGINS, begin),)
    due_at = window.length.after(begin, calendar, own)
    planned += stages(window, begin, due_at, calendar)
    tx.obligations.start(ticket.id, window.rule, begin, due_at, planned)


def calendar_of(tx: Transaction, rules: RuleSet, estate_id: int) -> Calendar:
    """Return the days of an estate, as `rules` have them end."""
    return Calendar(ZoneInfo(tx.estates.get(estate_id).timezone), rules.hours.closes, rules.hours.quiet_until)


def _go_through(
    tx: Transaction,
    rules: RuleSet,
    window: Window,
    obligation: Obligation,
    ticket: Ticket,
    event: Event,
    calendar: Calendar,
) -> None:
    begun_anew = window.restarts and event.NAME in window.started_by
    over = not window.concerns(ticket)
    if event.NAME in window.met_by or (over and window.met_when_over):
        late = obligation.state is ObligationState.BROKEN or _is_past(tx, obligation)
        tx.obligations.settle(obligation, ObligationState.MET_LATE if late else ObligationState.MET, tx.now)
    elif begun_anew or rules.ends(window, event.NAME) or over:
        tx.obligations.settle(obligation, ObligationState.ENDED, tx.now)
    else:
        _stop_or_resume(tx, window, obligation, event, calendar)


def _is_past(tx: Transaction, obligation: Obligation) -> bool:
    return obligation.state is ObligationState.RUNNING and tx.now > obligation.due_at


def _stop_or_resume(tx: Transaction, window: Window, obligation: Obligation, event: Event, calendar: Calendar) -> None:
    """What is broken already stands still no more: it goes up the ladder whoever is asked what."""
    if obligation.state is ObligationState.BROKEN or _is_past(tx, obligation):
        return
    paused_at = obligation.paused_at
    lasting = {still.reason for still in tx.obligations.standstills(obligation) if still.until is None}
    for pause in window.pauses:
        if pause.by == event.NAME and pause.reason not in lasting:
            tx.obligations.stop(obligation, pause.reason, tx.now)
            return
        if event.NAME in pause.until and pause.reason in lasting:
            tx.obligations.go_on(obligation, pause.reason, tx.now)
            if paused_at is not None and lasting == {pause.reason}:
                stood = max(tx.now - paused_at, timedelta())  # the clock may have been set back meanwhile
                due_at = window.length.put_off(obligation.due_at, stood, calendar)
                moved_by = obligation.moved_by + stood
                planned = stages(window, obligation.started_at + moved_by, due_at, calendar)
                tx.obligations.resume(obligation, due_at, moved_by, planned)
            return
