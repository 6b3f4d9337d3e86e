"""Where updates are put down before anyone is told that they arrived.

The one promise of the way in: an update is confirmed to Telegram only after `admit` has returned, and `admit` returns
only when it is committed. Updates may be admitted more than once (after a crash, or on both sides of a change between
polling and webhook); the inbox removes the doubles by update id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, slots=True)
class Received:
    """An update in the inbox; `seq` is the order of arrival."""

    seq: int
    raw: str
    received_at: datetime


class Updates(Protocol):
    """The inbox: updates as they came, until they are handled or set aside."""

    def pending(self, after_seq: int, limit: int) -> tuple[Received, ...]: ...
    def waiting(self) -> int:
        """Return how many wait to be handled."""
        ...

    def latest(self) -> int:
        """Return the `seq` of the update that came last, 0 if none ever came."""
        ...

    def known_since(self, moment: datetime) -> bool:
        """Return whether any update was received at `moment` or later."""
        ...

    def begin(self, seq: int) -> bool:
        """Mark a waiting update as handled, before it is; False where it was handled already, perhaps by a repeat.

        What it said is kept here no longer.
        """
        ...

    def quarantine(self, seq: int, reason: str, reference: str) -> bool:
        """Set a waiting update aside for good, kept raw; `reference` is the short code that people are told."""
        ...

    def forget(self, updates_before: datetime, letters_before: datetime, limit: int) -> int:
        """Delete at most `limit` handled updates and as many letters settled before then; return how many."""
        ...
