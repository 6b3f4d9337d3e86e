"""What the service centre is asked to tell HQ about a matter that HQ had passed on (CP-9)."""

from bot.domain.events import Closed, Verified
from bot.domain.policy import Act
from bot.domain.regulation import Holder
from bot.domain.tickets import Ticket
from bot.flows.labels import OUTCOME, subject
from bot.flows.screen import Line, Quote, text
from bot.ports.store import Transaction
from bot.services.addressing import Letters, name_of, to_group, to_person
from bot.services.cards import EXCERPT
from bot.services.duty import responsible
from bot.services.presenting import last_work
from bot.services.rulebook import reason_for

_TELLING = frozenset({Act.TELL_HQ})


def owed(tx: Transaction, ticket: Ticket, event: Verified | Closed) -> Letters:
    """Ask who is on duty at the service centre to tell HQ, with a text they can pass on as it is."""
    if not ticket.hq_waits:
        return ()
    ask = text("🏢 No. {number} came through HQ. Please tell HQ how it stands:", number=ticket.number)
    lines = (ask, *_draft(tx, ticket, event), reason_for("CP-9"))
    person = responsible(tx, ticket, Holder.DUTY)
    return (to_person(tx, ticket, person, lines, _TELLING) if person else ()) or to_group(tx, ticket, lines, _TELLING)


def _draft(tx: Transaction, ticket: Ticket, event: Verified | Closed) -> tuple[Line, ...]:
    """Return what HQ is to be told, in words that can be copied."""
    first = text(
        "No. {number}, {subject}, received {time}:",
        number=ticket.number,
        subject=subject(ticket.kind, ticket.category),
        time=ticket.filed_at,
    )
    return (first, *_measures(tx, ticket), _end(tx, event))


def _measures(tx: Transaction, ticket: Ticket) -> tuple[Line, ...]:
    work = last_work(tx, ticket)
    said = (Quote(tx.texts.get(work.text_id).content, limit=EXCERPT),) if work and work.text_id else ()
    return (OUTCOME[ticket.outcome], *said) if ticket.outcome else said


def _end(tx: Transaction, event: Verified | Closed) -> Line:
    match event:
        case Verified(by=by):
            return text("Checked by {name}. The resident is asked whether it is solved.", name=name_of(tx, by))
        case Closed(how="quiet"):
            return text("Closed: a week has passed without it coming again.")
        case Closed(how="solved" | "visited"):
            return text("Closed: the resident finds it solved.")
        case _:
            return text("Closed after it was checked.")
