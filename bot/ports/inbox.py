"""Where updates are put down before anyone is told that they arrived.

The one promise of the way in: an update is confirmed to Telegram only after `admit` has returned, and `admit` returns
only when it is committed. Updates may be admitted more than once (after a crash, or on both sides of a change between
polling and webhook); the inbox removes the doubles by update id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """One update as it came, before anybody has tried to understand it."""

    update_id: int | None
    """Telegram's running number; None if what came does not carry one: it is kept and goes to quarantine."""
    raw: str
    """The update's own JSON text, or, where the whole was not JSON, the text received. Always encodable as UTF-8."""


class Inbox(Protocol):
    """The durable queue of updates to be handled."""

    async def admit(self, updates: Sequence[RawUpdate]) -> None:
        """Commit `updates` in their order, all or none; those already known by their id are passed over.

        Raises whatever keeps the store from committing (disk full, file locked): then nothing may be confirmed.
        """
        ...
