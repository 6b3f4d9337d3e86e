"""What colleagues tell each other through a ticket: judged, offered, handled, doubted."""

from zoneinfo import ZoneInfo

from bot.domain.events import (
    CameAgain,
    Claimed,
    ClaimUndone,
    Event,
    Graded,
    Handled,
    Judged,
    Released,
    Reopened,
    SummedUp,
    TransferAccepted,
    TransferDeclined,
    TransferLapsed,
    Transferred,
    VoidDeclined,
    VoidProposed,
)
from bot.domain.history import event_of
from bot.domain.people import Person, Role
from bot.domain.policy import Act
from bot.domain.tickets import Jurisdiction, Severity, Ticket
from bot.flows.answer import MOST_WORDS
from bot.flows.labels import (
    CHANGE,
    DECLINE_REASON,
    OUTCOME,
    VOID_REASON,
    department_name,
)
from bot.flows.screen import Line, Quote, text
from bot.ports.store import Transaction
from bot.services import filer_notices
from bot.services.addressing import (
    ANSWERING,
    LEADERS,
    Letters,
    name_of,
    to_group,
    to_holder,
    to_leaders,
    to_person,
    with_files,
)
from bot.services.card_buttons import buttons
from bot.services.cards import EXCERPT, holder_of
from bot.services.posts import answerable
from bot.services.presenting import enclosures
from bot.services.rulebook import reason_for
from bot.services.staff_card import offer_reason

_OFFER = frozenset({Act.ACCEPT, Act.DECLINE})
_ELSEWHERE = frozenset({Act.TRANSFER, Act.CLAIM})
_CHECKING = frozenset({Act.VERIFY, Act.REJECT})
_DECIDING = frozenset({Act.CONFIRM_VOID, Act.DECLINE_VOID})
_JUDGING = frozenset({Act.JUDGE})


def released(tx: Transaction, ticket: Ticket, event: Released) -> Letters:
    """Tell who has it now; whoever is on duty themselves knows."""
    holder = holder_of(tx, ticket)
    if holder and holder.id == event.by:
        return ()
    words = text("↩️ No. {number} was given back by {name}.", number=ticket.number, name=name_of(tx, event.by))
    return to_holder(tx, ticket, (words,), ANSWERING)


def judged(tx: Transaction, ticket: Ticket, event: Judged) -> Letters:
    """Ask the head whose it is where that is unclear (FC-8); the filer hears of an outside body."""
    if ticket.jurisdiction is not Jurisdiction.UNCLEAR:
        return filer_notices.judged(tx, ticket, event)
    words = text(
        "❔ No. {number}: {name} asks whose matter it is. Please decide.",
        number=ticket.number,
        name=name_of(tx, event.by),
    )
    return to_leaders(tx, ticket, (words,), _JUDGING, but=tx.people.get(event.by))


def graded(tx: Transaction, ticket: Ticket, event: Graded) -> Letters:
    if ticket.severity is not Severity.MAJOR or event.text_id is None:
        return ()
    words = text("❗ No. {number} is major, {name} says:", number=ticket.number, name=name_of(tx, event.by))
    lines = (words, Quote(tx.texts.get(event.text_id).content, limit=MOST_WORDS))
    directors = tx.people.with_role(ticket.estate_id, Role.DIRECTOR)
    return tuple(letter for person in directors for letter in to_person(tx, ticket, person, lines))


def transferred(tx: Transaction, ticket: Ticket, event: Transferred) -> Letters:
    """Tell a department, and who watches; a person finds the offer on the card that is laid before them."""
    why = offer_reason(tx, event)
    giver = name_of(tx, event.by)
    told: Letters = ()
    if event.to_person is not None:
        to = text("{name}", name=name_of(tx, event.to_person))
    else:
        department = tx.departments.get(event.to_department or 0)
        offer = text("➡️ No. {number}: {name} asks you to take it.", number=ticket.number, name=giver)
        told = to_group(tx, ticket, (offer, *why), _OFFER, department.thread_id)
        to = department_name(department)
    words = text("➡️ No. {number} was offered by {giver} to {name}.", number=ticket.number, giver=giver, name=to)
    watching = [ticket.first_contact_id, ticket.assignee_id]
    others = [tx.people.get(i) for i in dict.fromkeys(watching) if i is not None]
    return told + tuple(letter for person in others for letter in to_person(tx, ticket, person, (words, *why)))


def transfer_accepted(tx: Transaction, ticket: Ticket, event: TransferAccepted) -> Letters:
    """Tell the first contact, who offered it, and who had it (FC-11)."""
    words = text("👍 No. {number} is with {name} now.", number=ticket.number, name=name_of(tx, event.by))
    concerned = dict.fromkeys((ticket.first_contact_id, *_before(tx, ticket)))
    people = (tx.people.get(number) for number in concerned if number is not None)
    return tuple(letter for person in people for letter in to_person(tx, ticket, person, (words,)))


def _before(tx: Transaction, ticket: Ticket) -> tuple[int | None, int | None]:
    """Return who made the offer that is just over, and who had the ticket while it was open."""
    giver = holder = None
    for row in tx.tickets.history(ticket.id)[:-1]:
        match event_of(row).event:
            case Transferred(by=by):
                giver = by
            case Claimed(by=by) | TransferAccepted(by=by):
                holder = by
            case Reopened(to=to):
                holder = to
            case Released() | ClaimUndone():
                holder = None
            case _:
                pass
    return giver, holder


def transfer_declined(tx: Transaction, ticket: Ticket, event: TransferDeclined) -> Letters:
    words = text("👎 No. {number}: {name} cannot take it.", number=ticket.number, name=name_of(tx, event.by))
    lines = (words, DECLINE_REASON[event.reason])
    told = to_holder(tx, ticket, lines, _ELSEWHERE)
    giver, holder = _before(tx, ticket)
    if giver is None or giver == holder:
        return told
    return told + to_person(tx, ticket, tx.people.get(giver), lines, _ELSEWHERE)


def transfer_lapsed(tx: Transaction, ticket: Ticket, _event: TransferLapsed) -> Letters:
    words = text("⌛ No. {number}: nobody has accepted it in time; it stays where it was.", number=ticket.number)
    lines = (words, reason_for("FC-11"))
    return to_holder(tx, ticket, lines, _ELSEWHERE) + to_leaders(tx, ticket, lines, but=holder_of(tx, ticket))


def handled(tx: Transaction, ticket: Ticket, event: Handled) -> Letters:
    """Ask a second person to check: the first contact, or whoever at the desk or above may (CP-10).

    What was fixed on the spot is checked where it was drawn to be (AS-4).
    """
    if event.on_the_spot and not event.drawn:
        return ()
    words = text(
        "🔎 No. {number} was handled by {name}. Please check it.", number=ticket.number, name=name_of(tx, event.by)
    )
    done = (Quote(tx.texts.get(event.text_id).content, limit=EXCERPT),) if event.text_id else ()
    lines = (words, OUTCOME[ticket.outcome] if ticket.outcome else words, *done)
    checkers = _checkers(tx, ticket)
    told = tuple(letter for person in checkers for letter in to_person(tx, ticket, person, lines, _CHECKING))
    return with_files(told, enclosures(tx, ticket, event.attachments))


def _checkers(tx: Transaction, ticket: Ticket) -> tuple[Person, ...]:
    """Return who is asked to check it: the first contact where they may, else who is on duty, else who leads next."""
    estate = tx.estates.get(ticket.estate_id)
    first = tx.people.get(ticket.first_contact_id) if ticket.first_contact_id else None
    for person in (first, answerable(tx, estate)):
        if person and buttons(tx, ticket, person, only=_CHECKING):
            return (person,)
    for role in LEADERS:
        able = (p for p in tx.people.with_role(ticket.estate_id, role) if buttons(tx, ticket, p, only=_CHECKING))
        if checkers := tuple(able):
            return checkers
    return ()


def void_proposed(tx: Transaction, ticket: Ticket, event: VoidProposed) -> Letters:
    words = text(
        "🚫 No. {number}: {name} holds that it does not count. Please decide.",
        number=ticket.number,
        name=name_of(tx, event.by),
    )
    why: tuple[Line, ...] = (VOID_REASON[event.reason],)
    said = (Quote(tx.texts.get(event.text_id).content),) if event.text_id else ()
    rate = _void_rate(tx, ticket)
    return to_leaders(tx, ticket, (words, *why, *said, rate), _DECIDING, but=tx.people.get(event.by))


def _void_rate(tx: Transaction, ticket: Ticket) -> Line:
    """Return how much of the year's did not count; it is to stay below half a percent (ST-2)."""
    zone = ZoneInfo(tx.estates.get(ticket.estate_id).timezone)
    new_year = tx.now.astimezone(zone).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    voided, filed = tx.tickets.voided_since(ticket.estate_id, new_year)
    rate = f"{100 * voided / filed if filed else 0:.2f}"
    return text(
        "This year {voided} of {filed} do not count: {rate} %. It should stay below 0.5 %.",
        voided=voided,
        filed=filed,
        rate=rate,
    )


def void_declined(tx: Transaction, ticket: Ticket, event: VoidDeclined) -> Letters:
    if event.by == ticket.assignee_id:  # who had proposed it has thought better of it
        return ()
    words = text("↩️ No. {number} does count, {name} decided.", number=ticket.number, name=name_of(tx, event.by))
    return to_holder(tx, ticket, (words,))


def came_again(tx: Transaction, ticket: Ticket, event: CameAgain) -> Letters:
    """Tell who was answerable for what was dealt with that it has come again (CP-12)."""
    other = tx.tickets.get(event.other)
    words = text(
        "🔁 No. {number}, which was dealt with, has come again as no. {other}.",
        number=ticket.number,
        other=other.number,
    )
    if ticket.first_contact_id is None:
        return ()
    return to_person(tx, ticket, tx.people.get(ticket.first_contact_id), (words,), frozenset({Act.HISTORY}))


def summed_up(tx: Transaction, ticket: Ticket, event: SummedUp) -> Letters:
    """Pass what was learned of it on to who did the work and who was answerable for it (FC-14)."""
    words = text("🧭 No. {number}: what {name} makes of it", number=ticket.number, name=name_of(tx, event.by))
    change = (CHANGE[event.change],) if event.change in CHANGE else ()
    lines: tuple[Line, ...] = (words, Quote(tx.texts.get(event.text_id).content, limit=MOST_WORDS), *change)
    concerned = dict.fromkeys((ticket.handled_by, ticket.first_contact_id))
    people = (tx.people.get(number) for number in concerned if number is not None)
    return tuple(letter for person in people for letter in to_person(tx, ticket, person, lines))


def cautioned(tx: Transaction, ticket: Ticket, event: Event) -> Letters:
    """Tell who leads of words that may sound like a brush-off and were sent all the same (FC-3)."""
    phrase = getattr(event, "caution", "")
    by = getattr(event, "by", None)
    if not phrase or by is None:
        return ()
    words = text(
        "🗣 No. {number}: {name} wrote to the resident “{phrase}”, which may sound as if we brushed them off.",
        number=ticket.number,
        name=name_of(tx, by),
        phrase=phrase,
    )
    return to_leaders(tx, ticket, (words,), frozenset({Act.HISTORY}), but=tx.people.get(by))
