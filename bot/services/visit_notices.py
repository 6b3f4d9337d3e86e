"""Who is told what of return visits: the resident is asked, the visitor sent, who did the work hears what was said.

Marks are shown to nobody who did the work; what was said in words goes back to them (RV-8).
"""

from datetime import datetime

from bot.domain.events import (
    VisitBegun,
    Visited,
    VisitEntrusted,
    VisitMissed,
    VisitNudged,
    VisitOpened,
    VisitPlanned,
    VisitReviewed,
    VisitSpared,
)
from bot.domain.policy import Act
from bot.domain.tickets import Outcome, Ticket
from bot.domain.visits import UNREACHABLE, Result, Way
from bot.flows.labels import RESULT, subject
from bot.flows.matter import where_line
from bot.flows.screen import Line, Quote, Text, text
from bot.ports.outbox import Enclosure
from bot.ports.store import Transaction
from bot.services import placing
from bot.services.addressing import NOTHING, Letters, to_filer, to_filers, to_group, to_holder, to_person, with_files
from bot.services.cards import EXCERPT, name_of_filer, private_chat
from bot.services.presenting import enclosures, last_work
from bot.services.ringing import said

_VISITING = frozenset({Act.VISIT_CALL, Act.VISIT_GO, Act.VISIT, Act.NOT_REACHED, Act.READ})
_HOW_IT_IS = frozenset({Act.SOLVED, Act.PARTLY, Act.REOPEN})


def planned(tx: Transaction, ticket: Ticket, event: VisitPlanned) -> Letters:
    """Say what was done, with its photo, and when we ask how it is; that it is wrong can be said at once."""
    said = ticket.visited_at is not None and ticket.handled_at is not None and ticket.visited_at > ticket.handled_at
    if not event.opens_at or ticket.visits > 1 or said:  # they know what was done, and are asked once more
        return ()
    opens = datetime.fromisoformat(event.opens_at)

    def words(of: Ticket) -> tuple[Line, ...]:
        later = text("We ask you {time} whether all is well. If it is not, please tell us now.", time=opens)
        return (_done(of, ticket), *_work(tx, ticket), later)

    return with_files(to_filers(tx, ticket, words, frozenset({Act.REOPEN})), _files(tx, ticket))


def spared(tx: Transaction, ticket: Ticket, _event: VisitSpared) -> Letters:
    """Say what was done, with its photo, and ask whether it is solved: nobody asks again (CP-11)."""

    def words(of: Ticket) -> tuple[Line, ...]:
        ask = text("Is it solved for you? If not, we start again at once.")
        return (_done(of, ticket), *_work(tx, ticket), ask)

    return with_files(to_filers(tx, ticket, words, frozenset({Act.SOLVED, Act.REOPEN})), _files(tx, ticket))


def opened(tx: Transaction, ticket: Ticket, event: VisitOpened) -> Letters:
    """Ask the resident how it is: which matter, where, what was done (RV-1)."""
    if private_chat(tx.people.get(ticket.filer_id)) is None:
        return ()
    if event.after_rain:
        ask = text("It has rained since. Is all well, or has it come back?")
    elif tx.visits.of(ticket.id)[event.visit - 1].opens_at is not None and ticket.visited_at is not None:
        ask = text("We ask once more, to be sure. Is it still well?")
    else:
        ask = text("Is it solved for you? Your answer and a few taps more help us to do better.")

    def words(of: Ticket) -> tuple[Line, ...]:
        heading = text("🔎 <b>No. {number}</b>: how is it now?", number=of.number)
        return (heading, subject(ticket.kind, ticket.category), *_place(tx, of), *_work(tx, ticket), ask)

    return with_files(to_filers(tx, ticket, words, _HOW_IT_IS), _files(tx, ticket))


def nudged(tx: Transaction, ticket: Ticket, _event: VisitNudged) -> Letters:
    """Remind the resident, once."""
    words = text(
        "🔎 No. {number}: may we ask once more how it is? One tap will do; otherwise a colleague gets in touch.",
        number=ticket.number,
    )
    return to_filer(tx, ticket, (words,), _HOW_IT_IS)


def entrusted(tx: Transaction, ticket: Ticket, event: VisitEntrusted) -> Letters:
    """Ask the visitor to call the resident or to go and see them (RV-4)."""
    filer = tx.people.get(ticket.filer_id)
    ask = text(
        "🔎 No. {number}: please call {name} or go and see them by {time}, and ask how it is.",
        number=ticket.number,
        name=name_of_filer(tx, ticket),
        time=said(tx, ticket, ticket.visit_due or tx.now),
    )
    where = (text("🏠 {unit}", unit=filer.unit),) if filer.unit and not ticket.nameless else ()
    phone = (text("☎️ {phone}", phone=filer.phone),) if filer.phone and not ticket.nameless else ()
    lines: tuple[Line, ...] = (ask, *where, *phone, *_work(tx, ticket))
    if event.to is None:
        return to_group(tx, ticket, lines, frozenset())
    return to_person(tx, ticket, tx.people.get(event.to), lines, _VISITING)


def begun(tx: Transaction, ticket: Ticket, event: VisitBegun) -> Letters:
    """Tell who is at home that somebody comes; the phone rings by itself."""
    filer = tx.people.get(ticket.filer_id)
    if event.way != Way.DOOR or private_chat(filer) is None or ticket.nameless:
        return ()
    words = text(
        "🚶 No. {number}: {name} is on the way to you, to hear how it is.",
        number=ticket.number,
        name=tx.people.get(event.by).name,
    )
    return to_filer(tx, ticket, (words,), _HOW_IT_IS)


def missed(tx: Transaction, ticket: Ticket, event: VisitMissed) -> Letters:
    """Write to who could not be reached: they can still say how it is."""
    if event.reason != UNREACHABLE or private_chat(tx.people.get(ticket.filer_id)) is None:
        return ()
    words = text(
        "🔎 No. {number}: we have tried to reach you and would still like to know how it is. One tap will do.",
        number=ticket.number,
    )
    return to_filer(tx, ticket, (words,), _HOW_IT_IS)


def reviewed(tx: Transaction, ticket: Ticket, event: VisitReviewed) -> Letters:
    """Pass the opinion on to who did the work and who made the visit (RV-8); where there is none nobody is rung."""
    if event.text_id is None:
        return ()
    words = text("🧐 No. {number}: {name} on the return visit", number=ticket.number, name=tx.people.get(event.by).name)
    lines = (words, Quote(tx.texts.get(event.text_id).content, limit=EXCERPT))
    made = next((visit.answered_by for visit in tx.visits.of(ticket.id) if visit.ordinal == event.visit), None)
    work = last_work(tx, ticket)
    concerned = dict.fromkeys((work.by if work else None, made))
    people = (tx.people.get(number) for number in concerned if number not in (None, event.by, ticket.filer_id))
    return tuple(letter for person in people for letter in to_person(tx, ticket, person, lines))


def noted_for_filer(tx: Transaction, ticket: Ticket, event: Visited) -> Letters:
    """Show a resident with a chat what was noted of what they said in person; they can say that it is not so."""
    filer = tx.people.get(ticket.filer_id)
    if event.by == filer.id or not event.satisfied or private_chat(filer) is None:
        return ()
    words = text(
        "🔎 No. {number}: {name} has noted what you said: it is {result}. Thank you. If that is not so, tell us here.",
        number=ticket.number,
        name=tx.people.get(event.by).name,
        result=RESULT[Result(event.result)],
    )
    return to_filer(tx, ticket, (words,), frozenset({Act.REOPEN}))


def visited(tx: Transaction, ticket: Ticket, event: Visited) -> Letters:
    """Pass on what the resident said to who did the work; what is opened again is told by that.

    Who has what is open again reads what they say in the place of what they said.
    """
    if not event.satisfied and event.text_id:
        changed = text("✏️ No. {number}: the resident has changed what they said.", number=ticket.number)
        return to_holder(tx, ticket, (changed, Quote(tx.texts.get(event.text_id).content, limit=EXCERPT)), NOTHING)
    if not event.satisfied or ticket.handled_by is None:
        return ()
    words = (
        text("➗ No. {number}: partly solved for the resident, and they are content with that.", number=ticket.number)
        if event.result == Result.PARTLY
        else text("💚 No. {number}: the resident finds it solved. Well done.", number=ticket.number)
    )
    quote = (Quote(tx.texts.get(event.text_id).content, limit=EXCERPT),) if event.text_id else ()
    return to_person(tx, ticket, tx.people.get(ticket.handled_by), (words, *quote))


def _done(of: Ticket, ticket: Ticket) -> Text:
    if ticket.outcome is Outcome.EXPLAINED:
        return text("<b>No. {number}</b>: we have looked into it, and this is how it stands.", number=of.number)
    return text("<b>No. {number}</b>: we have dealt with it and checked it.", number=of.number)


def _work(tx: Transaction, ticket: Ticket) -> tuple[Line, ...]:
    work = last_work(tx, ticket)
    return (Quote(tx.texts.get(work.text_id).content, limit=EXCERPT),) if work and work.text_id else ()


def _files(tx: Transaction, ticket: Ticket) -> tuple[Enclosure, ...]:
    work = last_work(tx, ticket)
    return enclosures(tx, ticket, work.attachments if work else ())


def _place(tx: Transaction, ticket: Ticket) -> tuple[Line, ...]:
    place = placing.place_of(tx, ticket)
    if place:
        return (text("📍 {place}", place=placing.label(tx, place, tx.people.get(ticket.filer_id).language)),)
    said_where = next((passage.content for passage in tx.texts.of(ticket.id) if passage.role == "where"), "")
    line = where_line(dict(ticket.details).get("where", ""), said_where)
    return (line,) if line else ()
