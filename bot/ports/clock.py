"""Time as the rest of the program knows it: aware, UTC, read once per transaction.

Only the composition root decides which clock there is: the machine's own, the sandbox's time machine, or a
test's. Nobody else may ask the operating system for the time of day.
"""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        ...

    async def sleep_until(self, moment: datetime) -> None:
        """Return as soon as `now()` has reached `moment`, also when the clock is moved on in between."""
        ...


class TimeMachine(Clock, Protocol):
    """A clock that can be moved on and held, for the sandbox and for tests. It never goes back."""

    @property
    def frozen(self) -> bool:
        """Whether time stands still until it is moved."""
        ...

    def freeze(self, hold: bool) -> None:
        """Hold the clock at the present moment, or let it run on from there."""
        ...

    def move_to(self, moment: datetime) -> None:
        """Set the clock forward to `moment`; a moment that has passed leaves it where it is."""
        ...


class Workload(Protocol):
    """What a time machine must know of the bot so that moving the clock shows each reminder on its way."""

    async def idle(self) -> bool:
        """Whether nothing is left to do at the present moment: inbox, due timers, outbox and fetches are empty."""
        ...

    async def next_due(self) -> datetime | None:
        """Return the earliest future moment at which something falls due (a timer, a paced or retried send)."""
        ...
