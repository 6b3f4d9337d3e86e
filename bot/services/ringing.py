"""What is said when a window rings: what waits, until when, why; of a late one who was asked, and what happened since.

Each letter carries the buttons that settle the matter, and one that shows the rule with its source (UX 10).
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.clocks import LADDER, Obligation, ObligationState
from bot.domain.events import Reminded, WindowBroken
from bot.domain.history import event_of
from bot.domain.lengths import Calendar
from bot.domain.people import Person
from bot.domain.policy import Act
from bot.domain.tickets import Kind, Ticket
from bot.flows.screen import Action, Line, Param, Press, Screen, text, text_with
from bot.ports.outbox import Letter, Notice
from bot.ports.store import Transaction
from bot.services.addressing import in_whose_stead, to_holder, to_person
from bot.services.cards import holder_of, private_chat
from bot.services.recapping import last_deed
from bot.services.rulebook import reason_for, words_of

#: The verb of the button that shows a rule.
WHY = "why"
#: The stage of a reminder that is told in the morning, in one message with everything else of who hears it.
MORNING = "morning"
#: What those above can do besides: give it to somebody.
_ABOVE = frozenset({Act.TRANSFER})
#: Of who was asked the last so many are named.
_MOST_ASKED = 3


def reminded(tx: Transaction, ticket: Ticket, event: Reminded) -> tuple[Letter, ...]:
    """Return the reminder to who is answerable, or on the ladder the word to who is next and to the resident."""
    if event.stage == MORNING:
        return ()
    obligation = _last_run(tx, ticket, event.rule)
    lines, settling = standing(tx, ticket, obligation), words_of(event.rule).settling
    person = tx.people.get(event.holder) if event.holder else None
    if event.stage.startswith(LADDER):
        above = to_person(tx, ticket, person, lines, settling | _ABOVE) if person else ()
        return tuple(explained(letter, ticket, event.rule) for letter in above) + _to_resident(tx, ticket, obligation)
    letters = (_to_answerable(tx, ticket, person, lines, settling) if person else ()) or to_holder(
        tx, ticket, lines, settling
    )
    return tuple(explained(letter, ticket, event.rule) for letter in letters)


def broken(tx: Transaction, ticket: Ticket, event: WindowBroken) -> tuple[Letter, ...]:
    """Return what is said of a window that broke: to who is answerable, to those above, honestly to the resident."""
    obligation = _last_run(tx, ticket, event.rule)
    lines, settling = standing(tx, ticket, obligation), words_of(event.rule).settling
    holder = tx.people.get(event.holder) if event.holder else None
    letters = (_to_answerable(tx, ticket, holder, lines, settling) if holder else ()) or to_holder(
        tx, ticket, lines, settling
    )
    for number in event.told:
        if number != event.holder:
            letters += to_person(tx, ticket, tx.people.get(number), lines, settling | _ABOVE)
    explaining = tuple(explained(letter, ticket, event.rule) for letter in letters)
    return explaining + _to_resident(tx, ticket, obligation)


def _to_answerable(
    tx: Transaction, ticket: Ticket, person: Person, lines: tuple[Line, ...], settling: frozenset[Act]
) -> tuple[Letter, ...]:
    """Address who must act, and where they do so in another's stead say so."""
    said_why = (*lines, *in_whose_stead(tx, ticket, person))
    return to_person(tx, ticket, person, said_why, _for(ticket, person, settling))


def _for(ticket: Ticket, person: Person, settling: frozenset[Act]) -> frozenset[Act]:
    """Return what `person` is offered: who hears of it in the place of its holder can give it to somebody."""
    return settling if person.id == ticket.assignee_id else settling | _ABOVE


def standing(tx: Transaction, ticket: Ticket, obligation: Obligation) -> tuple[Line, ...]:
    """Return how a window stands, for those who work on it."""
    facts: dict[str, Param] = {"number": ticket.number, "time": said(tx, ticket, obligation.due_at)}
    words = words_of(obligation.rule)
    if obligation.state is not ObligationState.BROKEN:
        return (text_with(words.waits, facts), reason_for(obligation.rule))
    holder = holder_of(tx, ticket)
    who = (
        text("It is with {name}.", name=holder.name)
        if ticket.assignee_id and holder
        else text("Nobody has taken it on yet.")
    )
    since = (*_asked(tx, ticket, obligation), *last_deed(tx, ticket, obligation.started_at))
    return (text_with(words.late, facts), who, *since, reason_for(obligation.rule))


def said(tx: Transaction, ticket: Ticket, end: datetime) -> datetime:
    """Return the end of a window of `ticket` as people of its estate say it."""
    return Calendar(ZoneInfo(tx.estates.get(ticket.estate_id).timezone)).said(end)


def explained(letter: Letter, ticket: Ticket, rule: str) -> Letter:
    """Return `letter` with the button that shows the rule below its others; several may share a message."""
    if not isinstance(letter.content, Notice):
        return letter
    screen = letter.content.screen
    label = text("❓ Why? {rule}, {number}", rule=rule.partition("/")[0], number=ticket.number)
    why = (Press(label, Action(WHY, ticket.ref, 0, rule)),)
    return replace(letter, content=Notice(Screen(screen.lines, (*screen.buttons, why))))


def _asked(tx: Transaction, ticket: Ticket, obligation: Obligation) -> tuple[Line, ...]:
    """Return who was asked when within this window, the last time each."""
    asked: dict[int, Line] = {}
    for row in tx.tickets.history(ticket.id):
        event = event_of(row).event
        if isinstance(event, Reminded) and event.rule == obligation.rule and event.holder:
            if row.at < obligation.started_at or row.at == tx.now:  # what is said in this very message is no news
                continue
            asked.pop(event.holder, None)
            name = tx.people.get(event.holder).name
            asked[event.holder] = text("🔔 {name} was reminded {time}", name=name, time=row.at)
    return tuple(asked.values())[-_MOST_ASKED:]


def _to_resident(tx: Transaction, ticket: Ticket, obligation: Obligation) -> tuple[Letter, ...]:
    """Say honestly to who brought the matter what was not kept, and by when they hear next, where the rule has words.

    They hear by the next step of the ladder: where nothing was settled by then, that step tells who is above, and them.
    A colleague who reported something hears of it daily anyhow (AS-5).
    """
    words = words_of(obligation.rule).resident
    filer = tx.people.get(ticket.filer_id)
    chat = private_chat(filer)
    if words is None or chat is None or not ticket.open or ticket.kind is Kind.FINDING:
        return ()
    step = tx.obligations.next_stage(obligation, tx.now)
    following = (
        text("You will hear from us by {time} at the latest.", time=said(tx, ticket, step))
        if step
        else text("Our management looks into it now and will see that you hear from us.")
    )
    missed = text_with(words, {"number": ticket.number, "time": said(tx, ticket, obligation.due_at)})
    lines = (missed, following)
    return (Letter(chat, ticket.estate_id, Notice(Screen(lines)), reader_id=filer.id),)


def _last_run(tx: Transaction, ticket: Ticket, rule: str) -> Obligation:
    return [obligation for obligation in tx.obligations.of(ticket.id) if obligation.rule == rule][-1]
