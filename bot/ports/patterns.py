"""What came again within a quarter, and what is done about it (RV-9)."""

from datetime import date, datetime
from typing import Protocol

from bot.domain.patterns import Fact, Found, Pattern


class Patterns(Protocol):
    """The patterns of the estates."""

    def facts(self, estate_id: int, since: datetime, until: datetime, limit: int) -> tuple[Fact, ...]:
        """Return what is looked at of the matters filed from `since` to before `until` that count, oldest first."""
        ...

    def enter(self, estate_id: int, quarter: date, found: Found, now: datetime, next_at: datetime) -> Pattern | None:
        """Store a pattern and return it; None where it is known in that quarter, whose tickets are renewed then."""
        ...

    def get(self, pattern_id: int) -> Pattern | None: ...
    def update(self, pattern: Pattern) -> None: ...
    def due(self, now: datetime, limit: int) -> tuple[Pattern, ...]:
        """Return patterns of which somebody is to be reminded now, oldest first."""
        ...

    def next_due(self) -> datetime | None: ...
