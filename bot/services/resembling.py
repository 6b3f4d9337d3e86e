"""Which tickets, open or dealt with lately, a matter resembles: its twin, for staff (ST-4) and who tells us (CP-12).

A resident is never shown a word of what somebody else wrote, nor that there is something that they may not know of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.categories import CATEGORIES, theme_of
from bot.domain.likeness import LIKELY, likeness
from bot.domain.people import Person
from bot.domain.policy import is_confidential, may_know
from bot.domain.tickets import Kind, Stage, Ticket
from bot.ports.store import Transaction

#: What was told longer ago is another event; so many of the newest are looked at.
WITHIN = timedelta(days=14)
_MOST_COMPARED = 100
_MOST_OFFERED = 6
#: Being of the same category, or at the same place, says as much as some words that are shared.
_SAME_CATEGORY = 0.3
_SAME_PLACE = 0.2
#: Places that are the same for everybody; a home is not.
_HOME = "home"
_OVER = frozenset({Stage.VERIFIED, Stage.VISITED, Stage.CLOSED})


@dataclass(frozen=True, slots=True)
class Matter:
    """What is compared: what it is about, where, in which words."""

    category: str
    details: Mapping[str, str]
    words: str


def matter_of(tx: Transaction, ticket: Ticket) -> Matter:
    """Return what of `ticket` is compared."""
    return Matter(ticket.category, dict(ticket.details), words_of(tx, ticket))


def words_of(tx: Transaction, ticket: Ticket) -> str:
    """Return what the ticket was filed with, in its words."""
    return "\n".join(passage.content for passage in tx.texts.of(ticket.id) if passage.role == "report")


def twins(tx: Transaction, person: Person, ticket: Ticket) -> tuple[Ticket, ...]:
    """Return the open tickets that `person` may know of and `ticket` may be the same as, the likeliest first."""
    mine = matter_of(tx, ticket)
    rated: list[tuple[float, Ticket]] = []
    for other in tx.tickets.open_since(ticket.estate_id, tx.now - WITHIN, _MOST_COMPARED):
        if other.kind is Kind.FINDING and ticket.kind is not Kind.FINDING:  # a customer's matter leads (CP-11)
            continue
        if other.id == ticket.id or is_confidential(other) != is_confidential(ticket) or not may_know(person, other):
            continue
        related = _related(mine, dict(other.details), other.category)
        if related:
            rated.append((related + likeness(mine.words, words_of(tx, other)), other))
    rated.sort(key=lambda pair: -pair[0])
    return tuple(other for _, other in rated[:_MOST_OFFERED])


def is_over(ticket: Ticket) -> bool:
    """Whether it was dealt with, so that what is like it has come again."""
    return ticket.stage in _OVER


def told_before(tx: Transaction, writer: Person, filer: Person | None, matter: Matter) -> Ticket | None:
    """Return the ticket that `matter` seems to repeat: one of the filer's own, else one of the same place.

    What is still worked on comes before what was dealt with lately. `writer` writes it down, for themselves or for the
    filer, who may be somebody new.
    """
    since = tx.now - WITHIN
    lately = (
        *tx.tickets.open_since(writer.estate_id, since, _MOST_COMPARED),
        *tx.tickets.closed_since(writer.estate_id, since, _MOST_COMPARED),
    )
    found = CATEGORIES[matter.category].kind is Kind.FINDING
    best: tuple[float, Ticket] | None = None
    for other in lately:
        if theme_of(other.category) != theme_of(matter.category) or not may_know(writer, other):
            continue
        if is_over(other) if found else other.kind is Kind.FINDING:  # a customer's matter leads (CP-11)
            continue
        own = filer is not None and other.filer_id == filer.id
        near = _same_spot(tx, filer, other, matter)
        if not own and (is_confidential(other) or other.nameless or not near):
            continue
        alike = likeness(matter.words, words_of(tx, other))
        if alike < _least(found=found, own=own, near=near):
            continue
        rate = alike + (1.0 if own else 0.0) + (0.0 if is_over(other) else 2.0)
        if best is None or rate > best[0]:
            best = rate, other
    return best[1] if best else None


def _least(*, found: bool, own: bool, near: bool) -> float:
    """Return how alike the words must be at least: a photo says what and where without a word."""
    if found and near:
        return 0.0
    return LIKELY / 2 if own and near else LIKELY


def likeliest(tx: Transaction, ticket: Ticket) -> Ticket | None:
    """Return the open ticket, older than `ticket`, that is of its theme and place or tells it in its words (ST-4)."""
    mine = matter_of(tx, ticket)
    best: tuple[float, Ticket] | None = None
    for other in tx.tickets.open_since(ticket.estate_id, tx.now - WITHIN, _MOST_COMPARED):
        if other.id >= ticket.id or theme_of(other.category) != theme_of(ticket.category):
            continue
        if other.nameless or is_confidential(other) or is_confidential(ticket):
            continue
        if other.kind is Kind.FINDING and ticket.kind is not Kind.FINDING:
            continue
        near = _same_spot(tx, tx.people.get(ticket.filer_id), other, mine)
        alike = likeness(mine.words, words_of(tx, other))
        if (near or alike >= LIKELY) and (best is None or alike > best[0]):
            best = alike, other
    return best[1] if best else None


def _related(mine: Matter, details: Mapping[str, str], category: str) -> float:
    where = mine.details.get("where")
    place = _SAME_PLACE if where and where == details.get("where") else 0.0
    return place + (_SAME_CATEGORY if theme_of(category) == theme_of(mine.category) else 0.0)


def _same_spot(tx: Transaction, filer: Person | None, other: Ticket, matter: Matter) -> bool:
    """Whether it is at the same place: one that all share, or the home of both."""
    where = matter.details.get("where")
    if where is None or where != dict(other.details).get("where"):
        return False
    if where != _HOME:
        return True
    return filer is not None and (
        other.filer_id == filer.id or (filer.unit is not None and filer.unit == tx.people.get(other.filer_id).unit)
    )
