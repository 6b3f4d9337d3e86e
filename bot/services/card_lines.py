"""Lines that the cards of a ticket have in common, whoever reads them: what it is, what was said, where, by when."""

from bot.domain.clocks import ObligationState
from bot.domain.people import Person
from bot.domain.tickets import Severity, Ticket
from bot.flows.labels import subject
from bot.flows.matter import WHERE, since_line, where_line, wish_line
from bot.flows.screen import Line, Quote, text
from bot.ports.store import Passage, Transaction
from bot.services import placing


def place_lines(tx: Transaction, ticket: Ticket, reader: Person) -> tuple[Line, ...]:
    """Return where it is, for who does not work with tickets: a place of the estate, never what a resident said."""
    place = placing.place_of(tx, ticket)
    if place:
        return (text("📍 {place}", place=placing.label(tx, place, reader.language)),)
    if ticket.recorded_by is not None:
        return ()
    said = {passage.role: passage.content for passage in tx.texts.of(ticket.id)}
    line = where_line(dict(ticket.details).get(WHERE, ""), said.get(WHERE, ""))
    return (line,) if line else ()


def heading(ticket: Ticket) -> Line:
    """Return the first line: the number, what it is about, and whether it is urgent or major."""
    kind = subject(ticket.kind, ticket.category)
    match ticket.severity:
        case Severity.URGENT:
            return text("🚨 <b>No. {number}</b> · {kind}", number=ticket.number, kind=kind)
        case Severity.MAJOR:
            return text("❗ <b>No. {number}</b> · {kind}", number=ticket.number, kind=kind)
        case Severity.NORMAL:
            return text("<b>No. {number}</b> · {kind}", number=ticket.number, kind=kind)


def detail_lines(
    tx: Transaction, ticket: Ticket, passages: tuple[Passage, ...], reader: Person | None
) -> tuple[Line, ...]:
    """Return where it is, since when and what would help, by button or in the filer's words."""
    coded = dict(ticket.details)
    said = {passage.role: passage.content for passage in passages}
    place = placing.place_of(tx, ticket)
    where = (
        text("📍 {place}", place=placing.label(tx, place, reader.language if reader else None))
        if place
        else where_line(coded.get(WHERE, ""), said.get(WHERE, ""))
    )
    lines = (
        where,
        since_line(coded.get("since", ""), said.get("since", "")),
        wish_line(coded.get("wish", ""), said.get("wish", "")),
    )
    return tuple(line for line in lines if line)


def word_lines(passages: tuple[Passage, ...], limit: int) -> tuple[Line, ...]:
    """Return what was reported and what was changed of it afterwards, each up to `limit` UTF-16 units."""
    report = "\n".join(passage.content for passage in passages if passage.role == "report")
    lines: list[Line] = [Quote(report, limit)] if report else []
    amended = [passage for passage in passages if passage.role in ("amendment", "reopening")]
    if amended:
        # Newest first: what is clipped is the older.
        changed = "\n".join(passage.content for passage in reversed(amended))
        lines += [text("✏️ Changed afterwards:"), Quote(changed, limit)]
    return tuple(lines)


def due_lines(tx: Transaction, ticket: Ticket) -> tuple[Line, ...]:
    """Return what comes next and by when: what was promised, the answer that was given, or until when it is due."""
    if ticket.promised_until:
        late = ticket.promised_until < tx.now
        return (
            text("⚠️ Promised for {time}, and late", time=ticket.promised_until)
            if late
            else text("🤝 Promised for {time}", time=ticket.promised_until),
        )
    if ticket.answered_at:
        return (text("✅ Answered {time}", time=ticket.answered_at),)
    for obligation in tx.obligations.running(ticket.id):
        broken = obligation.state is ObligationState.BROKEN
        match obligation.rule, broken:
            case "FC-9", False:
                return (text("⏳ Answer due by {time}", time=obligation.due_at),)
            case "FC-9", True:
                return (text("⚠️ The answer was due by {time} and is late", time=obligation.due_at),)
            case "FC-9/found", False:
                return (text("⏳ Somebody begins by {time}", time=obligation.due_at),)
            case "FC-9/found", True:
                return (text("⚠️ Somebody was to begin by {time}; that is late", time=obligation.due_at),)
    return ()
