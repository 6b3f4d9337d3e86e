"""Who is on duty, and what falls due for people and not for a ticket: the morning's digest, the day's stock-take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from bot.domain.rosters import Leave, Roster, Shift


class Rosters(Protocol):
    """The duty rosters of the estates."""

    def of_estate(self, estate_id: int) -> Roster:
        """Return the shifts and leaves that still matter, in the order in which they were set."""
        ...

    def add_shift(self, shift: Shift) -> Shift: ...
    def strike_shift(self, estate_id: int, shift_id: int) -> bool:
        """Take a shift out; return whether it was there."""
        ...

    def take_over(self, estate_id: int, turns: Sequence[Shift]) -> None:
        """Make `turns` all the shifts of an estate; leaves stay."""
        ...

    def add_leave(self, leave: Leave) -> Leave: ...
    def strike_leave(self, estate_id: int, leave_id: int) -> bool:
        """Take a leave out; return whether it was there."""
        ...

    def forget(self, estate_id: int, person_id: int) -> None:
        """Take somebody out of the roster: their shifts, their leaves, and where they stand in."""
        ...


@dataclass(frozen=True, slots=True)
class Note:
    """A window that somebody hears of in the morning, since it rang at night while they were off duty."""

    id: int
    person_id: int
    ticket_id: int
    rule: str
    occurrence: int
    due_at: datetime


#: Stands for a rule in a note that is about how a report stands, and about no window.
REPORT: Final = "report"


class Digests(Protocol):
    """What waits for people's mornings."""

    def put(self, person_id: int, ticket_id: int, rule: str, occurrence: int, due_at: datetime) -> None:
        """Have somebody told of a window at `due_at`; nothing happens where they will be already."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[Note, ...]:
        """Return notes that are due, oldest first."""
        ...

    def due_to(self, person_id: int, now: datetime) -> tuple[Note, ...]:
        """Return everything that is due to one person, oldest first."""
        ...

    def done(self, notes: Sequence[Note]) -> None:
        """Forget notes that were told."""
        ...

    def next_due(self) -> datetime | None: ...


class StockTakeState(StrEnum):
    """How a day's stock-take stands."""

    PLANNED = "planned"
    ASKED = "asked"
    ACKNOWLEDGED = "acknowledged"  # somebody went through it, or it was empty
    RAISED = "raised"  # nobody acknowledged it in time, so the next level has it


@dataclass(frozen=True, slots=True)
class StockTake:
    """A day's count of an estate's matters.

    `due_at` is when it is taken, and once it was, by when it must be acknowledged; `asked_id` is who was asked.
    """

    id: int
    estate_id: int
    state: StockTakeState
    due_at: datetime
    taken_at: datetime | None = None
    asked_id: int | None = None
    acknowledged_by: int | None = None
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """What is open at an estate: in all, filed since the day began, unanswered, late, with nobody; those named.

    Nobody waits for an answer to what a colleague has found on site.
    """

    open: int
    of_today: int
    unanswered: int
    overdue: int
    unassigned: int
    named: tuple[str, ...]


class StockTakes(Protocol):
    """The stock-takes of the estates."""

    def get(self, stock_take_id: int) -> StockTake | None: ...
    def plan(self, estate_id: int, due_at: datetime) -> None:
        """Have the next one of an estate taken at `due_at`, in place of one that was planned."""
        ...

    def planned(self, estate_id: int) -> StockTake | None: ...
    def due(self, now: datetime, limit: int) -> tuple[StockTake, ...]:
        """Return those to be taken or raised now, oldest first."""
        ...

    def count(self, estate_id: int, since: datetime, most_named: int) -> Stock:
        """Count what is open, a day having begun at `since`; of what nobody has taken on name the oldest."""
        ...

    def update(self, stock_take: StockTake) -> None: ...
    def next_due(self) -> datetime | None: ...
