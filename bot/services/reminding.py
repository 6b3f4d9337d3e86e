"""What happens when a stage of a window falls due: a reminder, or its breach (FC-9; How clocks run).

After a stop all that was missed comes at once; what concerns one reader is then one message.
"""

from collections.abc import Callable

from bot.domain.categories import CATEGORIES
from bot.domain.clocks import BEGINS, BREACH, Obligation, ObligationState, step_of
from bot.domain.events import Reminded, WindowBroken
from bot.domain.regulation import Consequence, RuleSet, Window
from bot.domain.tickets import Ticket
from bot.flows.screen import Screen, text
from bot.ports.outbox import Letter, Notice
from bot.ports.store import Timer, Transaction
from bot.services import closing, mornings, obligations, transferring
from bot.services.bundling import joined
from bot.services.cards import holder_of
from bot.services.duty import responsible, superior
from bot.services.night import hushed, softly
from bot.services.recording import record_quietly
from bot.services.regulations import of_ticket

#: The stage at which a window that repeats itself tells how it stands.
REPEAT = "repeat"
#: What follows when a window has passed that cannot be broken; what it writes is returned, to be joined.
CONSEQUENCES: dict[Consequence, Callable[[Transaction, RuleSet, Ticket], tuple[Letter, ...]]] = {
    Consequence.RETURN_TRANSFER: transferring.lapse,
    Consequence.CLOSE: closing.close_quietly,
}


def fire(tx: Transaction, rules: RuleSet, limit: int) -> int:
    """Fire at most `limit` due timers, oldest first; return how many."""
    timers = tx.obligations.due(tx.now, limit)
    letters: dict[tuple[object, ...], Letter] = {}
    for timer in timers:
        if not tx.obligations.fired(timer):
            continue
        for letter in _stage(tx, rules, timer):
            # Of a window's stages that were all missed, the last one says it all to each of its readers.
            key = (_run_of(timer), letter.chat_id, letter.thread_id, letter.reader_id)
            letters.pop(key, None)
            letters[key] = letter
    for letter in joined(list(letters.values())):
        tx.outbox.put(letter)
    return len(timers)


def set_aside(tx: Transaction) -> Timer | None:
    """Set the oldest due timer aside, which a fault of ours keeps from firing; staff look after its ticket.

    Little is read of the ticket: it may be what the fault is in. The number of one about a colleague goes to its holder
    alone; one of a category that nobody knows stays in the log.
    """
    timer = next(iter(tx.obligations.due(tx.now, 1)), None)
    if timer is None:
        return None
    tx.obligations.failed(timer)
    ticket = tx.tickets.get(timer.ticket_id)
    estate = tx.estates.get(ticket.estate_id)
    words = text("⚠️ No. {number}: a reminder failed on our side. Please look after it.", number=ticket.number)
    notice = Notice(Screen((words,)))
    category = CATEGORIES.get(ticket.category)
    if category is None or category.confidential:
        holder = holder_of(tx, ticket) if category else None
        if holder and holder.account is not None:
            tx.outbox.put(Letter(holder.account, estate.id, notice, reader_id=holder.id))
    elif estate.group_chat is not None:
        tx.outbox.put(Letter(estate.group_chat, estate.id, notice, thread_id=estate.group_thread))
    return timer


def _stage(tx: Transaction, rules: RuleSet, timer: Timer) -> tuple[Letter, ...]:
    obligation = _unmet(tx, timer)
    ticket = tx.tickets.get(timer.ticket_id)
    window = of_ticket(tx, rules, ticket).window(timer.rule)
    if obligation is None or window is None:
        return ()
    if timer.stage == BEGINS:
        obligations.begin(tx, rules, obligation, ticket, transferring.begins(tx, rules, ticket))
        return transferring.hand_over(tx, rules, ticket)
    if timer.stage == BREACH:
        return _passes(tx, rules, window, ticket, obligation)
    step = step_of(window, timer.stage)
    told = superior(tx, ticket, step.to) if step else responsible(tx, ticket, window.holder)
    reminded = Reminded(timer.rule, timer.stage, told.id if told else None)
    letters = record_quietly(tx, rules, ticket, (reminded,))[1]
    return hushed(tx, rules, ticket, obligation, letters)


def _passes(
    tx: Transaction, rules: RuleSet, window: Window, ticket: Ticket, obligation: Obligation
) -> tuple[Letter, ...]:
    """Break the window, or where that is no breach let its consequence follow."""
    if window.consequence is not Consequence.BREACH:
        tx.obligations.settle(obligation, ObligationState.PASSED, tx.now)
    if window.consequence is Consequence.REPEAT:
        obligations.begin_anew(tx, of_ticket(tx, rules, ticket), window, ticket)
        holder = responsible(tx, ticket, window.holder)
        again = Reminded(window.rule, REPEAT, holder.id if holder else None)
        return hushed(tx, rules, ticket, obligation, record_quietly(tx, rules, ticket, (again,))[1])
    if window.consequence is Consequence.DIGEST:
        obligations.begin_anew(tx, of_ticket(tx, rules, ticket), window, ticket)
        mornings.note(tx, rules, ticket, window)
        return ()
    if window.consequence is not Consequence.BREACH:
        return softly(tx, rules, ticket, CONSEQUENCES[window.consequence](tx, rules, ticket))
    tx.obligations.breaks(obligation, tx.now)
    holder = responsible(tx, ticket, window.holder)
    above = (superior(tx, ticket, role) for role in window.tells)
    told = tuple(dict.fromkeys(person.id for person in above if person))
    broken = WindowBroken(window.rule, holder.id if holder else None, told)
    letters = record_quietly(tx, rules, ticket, (broken,))[1]
    return hushed(tx, rules, ticket, obligation, letters)


def _run_of(timer: Timer) -> tuple[int, str, int]:
    return timer.ticket_id, timer.rule, timer.occurrence


def _unmet(tx: Transaction, timer: Timer) -> Obligation | None:
    return next(
        (
            obligation
            for obligation in tx.obligations.running(timer.ticket_id)
            if (obligation.rule, obligation.occurrence) == (timer.rule, timer.occurrence)
        ),
        None,
    )
