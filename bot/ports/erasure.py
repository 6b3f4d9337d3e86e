"""Taking away for good what tells who somebody is and what they said, wherever it is kept.

What happened stays: numbers, times, kinds, stages, marks and the chain of the histories, in which nothing personal
stands. So the record is kept for ever, and is nobody's (AR-1; PIPL Art. 47, PDPO s. 26, PDPA Art. 11).
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.people import Person


class Erasure(Protocol):
    """Who asked to be erased, and what is done about it."""

    def due(self, now: datetime, limit: int) -> tuple[Person, ...]:
        """Return who is to be looked at by now, those who are due first first."""
        ...

    def next_due(self) -> datetime | None: ...
    def any_since(self, moment: datetime) -> bool:
        """Return whether anybody was erased at `moment` or later."""
        ...

    def forget_matter(self, ticket_id: int, keeping: Collection[str]) -> None:
        """Take away the words of a ticket but those whose role is among `keeping`, its files, and what begun
        conversations about it hold; by name, home or words it is found no more.
        """
        ...

    def forget_words(self, ticket_id: int, author_id: int) -> None:
        """Take away what somebody wrote in another's ticket, into which theirs had gone (ST-4)."""
        ...

    def forget_person(self, person: Person) -> None:
        """Take away who `person` is, in every place but their matters: what they began, where they lived, what they
        asked, and what waits to be sent to them. What a colleague looked for last goes as well: it may be a name.
        """
        ...
