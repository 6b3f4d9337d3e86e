"""Quiet hours: at night nothing rings but what is urgent or major, and that for those on duty (UX 11).

What falls due at night for somebody off duty goes silently to who is on duty above them, and to them in one message in
the morning. Where nobody is on duty it goes to them all the same: nothing falls into the void.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.clocks import Obligation, ObligationState
from bot.domain.people import Estate, Person
from bot.domain.quiet import morning_after
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Severity, Ticket
from bot.flows.screen import Screen, text
from bot.ports.duties import REPORT, Note
from bot.ports.outbox import Letter, Notice
from bot.ports.store import Transaction
from bot.services.addressing import to_person
from bot.services.bundling import joined
from bot.services.cards import private_chat
from bot.services.duty import is_on_duty, stand_in
from bot.services.mornings import report_screen
from bot.services.regulations import in_force
from bot.services.ringing import explained, standing
from bot.services.rulebook import words_of


def hushed(
    tx: Transaction, rules: RuleSet, ticket: Ticket, obligation: Obligation, letters: Sequence[Letter]
) -> tuple[Letter, ...]:
    """Return `letters` about a window as they go out now: by day as they are, at night as the quiet hours have it."""
    estate = tx.estates.get(ticket.estate_id)
    morning = morning_of(tx, rules, estate)
    if morning is None:
        return tuple(letters)
    grave = ticket.severity is not Severity.NORMAL
    told: dict[tuple[int, int | None], Letter] = {}
    for letter in letters:
        reader = tx.people.get(letter.reader_id) if letter.reader_id else None
        if reader is None or is_on_duty(tx, estate, reader):
            kept = replace(letter, silent=not grave)
        elif not reader.is_staff or reader.id == ticket.filer_id:
            kept = replace(letter, silent=True)
        else:
            tx.digests.put(reader.id, ticket.id, obligation.rule, obligation.occurrence, morning)
            kept = _to_stand_in(tx, ticket, obligation.rule, reader, letter, grave=grave)
        told.setdefault((kept.chat_id, kept.thread_id), kept)
    return tuple(told.values())


def softly(tx: Transaction, rules: RuleSet, ticket: Ticket, letters: Sequence[Letter]) -> tuple[Letter, ...]:
    """Return `letters` about what came to its end by itself: at night in silence.

    Only what is urgent or major and goes on rings, for those on duty.
    """
    estate = tx.estates.get(ticket.estate_id)
    if morning_of(tx, rules, estate) is None:
        return tuple(letters)
    now = tx.tickets.get(ticket.id)
    rings = now.open and now.severity is not Severity.NORMAL
    readers = [tx.people.get(letter.reader_id) if letter.reader_id else None for letter in letters]
    return tuple(
        replace(letter, silent=letter.silent or not (rings and (reader is None or is_on_duty(tx, estate, reader))))
        for letter, reader in zip(letters, readers, strict=True)
    )


def morning_of(tx: Transaction, rules: RuleSet, estate: Estate) -> datetime | None:
    """Return when the quiet hours of `estate` end in which this moment lies, None by day."""
    hours = in_force(tx, rules, estate.id).hours
    return morning_after(tx.now, ZoneInfo(estate.timezone), hours.quiet_from, hours.quiet_until)


def greet(tx: Transaction, *, limit: int) -> int:
    """Tell people in one message what fell due at night and still stands, and how what they reported stands.

    At most `limit` notes say who is told; of each of these everything is. Returns how many notes were gone through.
    """
    gone_through = 0
    for number in dict.fromkeys(note.person_id for note in tx.digests.due(tx.now, limit)):
        theirs = tx.digests.due_to(number, tx.now)
        _greet(tx, tx.people.get(number), theirs)
        tx.digests.done(theirs)
        gone_through += len(theirs)
    return gone_through


def drop(tx: Transaction) -> int | None:
    """Forget the oldest note that is due, which a fault of ours keeps from being told; return its number."""
    notes = tx.digests.due(tx.now, 1)
    tx.digests.done(notes)
    return notes[0].id if notes else None


def _to_stand_in(tx: Transaction, ticket: Ticket, rule: str, reader: Person, letter: Letter, *, grave: bool) -> Letter:
    """Return `letter` as who is on duty above `reader` gets it; where there is nobody, `reader` gets it silently."""
    other = stand_in(tx, ticket, reader)
    if other and isinstance(letter.content, Notice):
        for addressed in to_person(tx, ticket, other, letter.content.screen.lines, words_of(rule).settling):
            return replace(explained(addressed, ticket, rule), silent=not grave)
    return replace(letter, silent=not grave)


def _greet(tx: Transaction, person: Person, notes: Sequence[Note]) -> None:
    chat = private_chat(person)
    if chat is None or person.left_at is not None:
        return
    letters = [letter for note in notes if note.rule != REPORT for letter in _told(tx, person, note)]
    screens = [Screen((text("🌅 <b>Good morning. This came up during the night:</b>"),))] if letters else []
    told = [*(Letter(chat, person.estate_id, Notice(screen), reader_id=person.id) for screen in screens), *letters]
    reports = report_screen(tx, [note for note in notes if note.rule == REPORT])
    if reports:
        told.append(Letter(chat, person.estate_id, Notice(reports), reader_id=person.id))
    for letter in joined(told):
        tx.outbox.put(letter)


def _told(tx: Transaction, person: Person, note: Note) -> tuple[Letter, ...]:
    """Return what is said of a window in the morning: how it stands now; nothing where it has been met."""
    ticket = tx.tickets.get(note.ticket_id)
    for obligation in tx.obligations.running(ticket.id):
        if (obligation.rule, obligation.occurrence) == (note.rule, note.occurrence):
            if obligation.state is ObligationState.PAUSED:
                return ()
            letters = to_person(tx, ticket, person, standing(tx, ticket, obligation), words_of(note.rule).settling)
            return tuple(explained(letter, ticket, note.rule) for letter in letters)
    return ()
