"""What comes again within a quarter (RV-9): failed visits, complaints in a row about one matter, repairs of one kind.

Pure: `recurring` finds them among the quarter's matters. Each is analysed once a quarter, and who leads the estate
decides on corrective or preventive action, or none; an action has an owner and a deadline.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.categories import CATEGORIES
from bot.domain.tickets import Kind


class Recurrence(StrEnum):
    """In which way something comes again; the values are stored."""

    FAILED_VISITS = "failed_visits"
    COMPLAINTS = "complaints"
    REPAIRS = "repairs"


class PatternState(StrEnum):
    """How a pattern stands."""

    FOUND = "found"  # who decides is asked
    ACTING = "acting"  # somebody does something about it
    REMINDED = "reminded"  # and was reminded that it is due
    LATE = "late"
    DONE = "done"
    NOTHING = "nothing"  # it was decided that nothing is needed


class Decision(StrEnum):
    """What is done about it."""

    CORRECTIVE = "corrective"  # what is wrong is put right
    PREVENTIVE = "preventive"  # it is kept from coming again
    NONE = "none"


#: How a subject begins that is somebody's home; its label follows, or `#` and a number where nobody is to know it.
HOME = "home:"
#: Those of which something is still to be done.
UNFINISHED = frozenset({PatternState.ACTING, PatternState.REMINDED, PatternState.LATE})


@dataclass(frozen=True, slots=True)
class Fact:
    """What is looked at of a matter: `place` is empty where it is not known, `reopened` counts its failed visits."""

    ticket_id: int
    kind: Kind
    category: str
    place: str
    filer_id: int
    nameless: bool
    reopened: int


@dataclass(frozen=True, slots=True)
class Found:
    """Something that came again: in which way, of which category, whose or where it is; the tickets, oldest first."""

    recurrence: Recurrence
    category: str
    subject: str
    tickets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Something that came again in a quarter, and what is done about it.

    `quarter` is its first day; `next_at` is when somebody is reminded next. `words_id` names the text that says what is
    to be done.
    """

    id: int
    estate_id: int
    quarter: date
    found: Found
    state: PatternState
    found_at: datetime
    next_at: datetime | None = None
    decision: Decision | None = None
    decided_by: int | None = None
    department_id: int | None = None
    owner_id: int | None = None
    deadline: datetime | None = None
    words_id: int | None = None
    done_by: int | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many on something is a pattern."""

    failed_visits: int
    complaints: int
    repairs: int


def quarter_of(day: date) -> date:
    """Return the first day of the quarter that `day` lies in."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def next_quarter(quarter: date) -> date:
    """Return the first day of the quarter after `quarter`, which begins one."""
    return quarter_of(quarter + timedelta(days=95))


def recurring(facts: Iterable[Fact], least: Thresholds) -> tuple[Found, ...]:
    """Return what came again among `facts`, which come oldest first; what is about a colleague is nobody's pattern."""
    groups: defaultdict[tuple[Recurrence, str, str], list[int]] = defaultdict(list)
    for fact in facts:
        if not CATEGORIES[fact.category].confidential:
            for recurrence, subject in _subjects(fact):
                groups[recurrence, fact.category, subject].append(fact.ticket_id)
    wanted = {
        Recurrence.FAILED_VISITS: least.failed_visits,
        Recurrence.COMPLAINTS: least.complaints,
        Recurrence.REPAIRS: least.repairs,
    }
    found = (
        Found(recurrence, category, subject, tuple(tickets))
        for (recurrence, category, subject), tickets in groups.items()
        if len(tickets) >= wanted[recurrence]
    )
    return tuple(_distinct(found))


def _subjects(fact: Fact) -> Iterator[tuple[Recurrence, str]]:
    if fact.reopened:
        yield Recurrence.FAILED_VISITS, ""
    if fact.kind is Kind.COMPLAINT and fact.place:
        yield Recurrence.COMPLAINTS, fact.place
    if fact.kind is Kind.COMPLAINT and not fact.nameless:
        yield Recurrence.COMPLAINTS, f"#{fact.filer_id}"
    if fact.kind is Kind.REPAIR and fact.place:
        yield Recurrence.REPAIRS, fact.place


def _distinct(found: Iterable[Found]) -> Iterator[Found]:
    """Yield each once: the same complaints of one resident at one place are one pattern."""
    seen: set[tuple[Recurrence, tuple[int, ...]]] = set()
    for one in found:
        if (one.recurrence, one.tickets) not in seen:
            seen.add((one.recurrence, one.tickets))
            yield one
