"""Return visits: planned, under way, and what was said at them (RV-1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.visits import Visit


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many matters a rule of return visits was meant for, and how many of them it visits (RV-3)."""

    rule: str
    meant: int
    visited: int


class Visits(Protocol):
    """The return visits of the tickets."""

    def add(self, visit: Visit) -> Visit:
        """Store a new visit (its `id` is ignored) and return it as stored."""
        ...

    def get(self, visit_id: int) -> Visit | None: ...
    def of(self, ticket_id: int) -> tuple[Visit, ...]:
        """Return all visits of a ticket, those of its earlier rounds and those not drawn included, by ordinal."""
        ...

    def update(self, visit: Visit) -> None: ...
    def due(self, now: datetime, limit: int) -> tuple[Visit, ...]:
        """Return visits whose next step is due, oldest first."""
        ...

    def next_due(self) -> datetime | None: ...
    def waiting_for_rain(self, estate_id: int, limit: int) -> tuple[Visit, ...]:
        """Return visits that wait for rain, oldest first."""
        ...

    def entrusted_to(self, person_id: int, limit: int) -> tuple[Visit, ...]:
        """Return visits that somebody is to make, oldest first."""
        ...

    def to_review(self, estate_id: int, limit: int) -> tuple[Visit, ...]:
        """Return visits that were made and that nobody has reviewed yet, oldest first (RV-8)."""
        ...

    def coverage(self, estate_id: int, since: datetime, until: datetime) -> tuple[Coverage, ...]:
        """Return for each rule how many handlings it was meant for in that time, and how many it visits (RV-3)."""
        ...
