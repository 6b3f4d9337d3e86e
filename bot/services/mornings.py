"""Whoever reported something hears every morning how it stands, without asking (AS-5): all of theirs in one message.

What is noted here for somebody's morning is told with whatever else waits for it (`night`). Nothing is said where
nothing is open.
"""

from collections.abc import Sequence

from bot.domain.events import Reminded
from bot.domain.policy import is_on_foot
from bot.domain.regulation import RuleSet, Window
from bot.domain.tickets import Ticket
from bot.flows.labels import STAGE, subject
from bot.flows.screen import Action, Line, Press, Screen, Text, text
from bot.ports.duties import REPORT, Note
from bot.ports.store import Transaction
from bot.services.following import SHOW
from bot.services.recording import record_quietly
from bot.services.ringing import MORNING, WHY
from bot.services.rulebook import reason_for

#: So many reports are named, the oldest first, and so many have a button.
_MOST_NAMED = 10
_MOST_BUTTONS = 4


def note(tx: Transaction, rules: RuleSet, ticket: Ticket, window: Window) -> None:
    """Note that everybody who told us of `ticket` from site hears of it now, also in its history."""
    reporters: list[int] = []
    for told in (ticket, *tx.tickets.merged_into(ticket.id)):
        reporter = _reporter(told)
        person = tx.people.get(reporter)
        if is_on_foot(person) or (told.from_site and person.is_staff):
            tx.digests.put(reporter, told.id, REPORT, 0, tx.now)
            reporters.append(reporter)
    if reporters:  # whoever it was may have left
        record_quietly(tx, rules, ticket, (Reminded(window.rule, MORNING, _reporter(ticket)),))


def _reporter(ticket: Ticket) -> int:
    """Return who reported it: who found it, or whom a customer told."""
    return ticket.recorded_by or ticket.filer_id


def report_screen(tx: Transaction, notes: Sequence[Note]) -> Screen | None:
    """Return how somebody's reports stand; None where none of them is open."""
    reported = [tx.tickets.get(note.ticket_id) for note in notes]
    now = [(own, tx.tickets.get(own.merged_into) if own.merged_into else own) for own in reported]
    still = [(own, event) for own, event in now if event.open]
    if not still:
        return None
    lines: list[Line] = [text("📋 <b>What you reported, as it stands this morning:</b>")]
    lines += [_line(tx, own, event) for own, event in still[:_MOST_NAMED]]
    if len(still) > _MOST_NAMED:
        lines.append(text("… and {count} more: /my shows them all.", count=len(still) - _MOST_NAMED))
    presses = [
        Press(text("🔎 {number}", number=own.number), Action(SHOW, own.ref, own.version))
        for own, _ in still[:_MOST_BUTTONS]
    ]
    rows = tuple(tuple(presses[place : place + 2]) for place in range(0, len(presses), 2))
    why = (Press(text("❓ Why?"), Action(WHY, "-", 0, "AS-5")),)
    return Screen((*lines, reason_for("AS-5")), (*rows, why))


def _line(tx: Transaction, own: Ticket, event: Ticket) -> Text:
    about, stage = subject(own.kind, own.category), STAGE[event.stage]
    if event.promised_until:
        return text(
            "• {number} · {about}: {stage}, by {time}",
            number=own.number,
            about=about,
            stage=stage,
            time=event.promised_until,
        )
    if event.assignee_id:
        name = tx.people.get(event.assignee_id).name
        return text(
            "• {number} · {about}: {stage}, with {name}", number=own.number, about=about, stage=stage, name=name
        )
    return text("• {number} · {about}: {stage}, with the service centre", number=own.number, about=about, stage=stage)
