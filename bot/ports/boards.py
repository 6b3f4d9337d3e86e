"""Lists of tickets as colleagues work through them: by what falls due next, or by when something happened.

Whoever looks is part of the question: nothing that they may not know of is listed or counted. Pages are asked for by
where the last one ended, so that the hundredth costs what the first does, and nothing is skipped or shown twice while
tickets come and go.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.tickets import Stage, Ticket
from bot.ports.search import Reader


class Listing(StrEnum):
    """What is listed. Open tickets come by what is due first, the others by when it happened, the latest first."""

    HELD = "held"  # open, with a person
    DEPARTMENT = "department"  # open, of a department
    OPEN = "open"
    OVERDUE = "overdue"  # open, something was due before `until`
    UNASSIGNED = "unassigned"  # open, and nobody has it
    STAGE = "stage"  # open, at a stage
    RECEIVED = "received"
    ANSWERED = "answered"  # for the first time
    CLOSED = "closed"
    COMPANY = "company"  # reported from site by a company's people
    SQUAD = "squad"  # reported from site by the people of a department
    CAUTIONED = "cautioned"  # something was sent that may sound like a brush-off (FC-3)


@dataclass(frozen=True, slots=True)
class Board:
    """A list to be shown: `listing` with what it asks for.

    `person_id` for `HELD`, `stage` for `STAGE`, `contractor_id` for `COMPANY`, `squad_id` for `SQUAD`, `until` for
    `OVERDUE`, `since` (included) and `until` (not included) for what happened. `department_id` is asked for by
    `DEPARTMENT` and narrows any other.
    """

    listing: Listing
    person_id: int | None = None
    department_id: int | None = None
    stage: Stage | None = None
    since: datetime | None = None
    until: datetime | None = None
    contractor_id: int | None = None
    squad_id: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a list: the moment it is ordered by, and the ticket among those of the same moment."""

    at: datetime
    ticket_id: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A ticket in a list. `due_at` is when the first of what is owed for it falls, or fell, due; None if nothing is."""

    ticket: Ticket
    due_at: datetime | None
    mark: Mark


class Boards(Protocol):
    """Lists of the tickets of an estate."""

    def page(
        self, reader: Reader, board: Board, limit: int, mark: Mark | None = None, *, backwards: bool = False
    ) -> tuple[Entry, ...]:
        """Return at most `limit` entries after `mark`, or with `backwards` before it, always in the list's order."""
        ...

    def count(self, reader: Reader, board: Board, most: int) -> int:
        """Return how many entries the list has, counting no further than `most`."""
        ...
