"""Finding tickets by what was said of them.

Whoever looks is part of the question: nothing that they may not know of is found, counted or hinted at.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: they find what lies in their estate; what is confidential only if they read such, or filed it."""

    estate_id: int
    person_id: int
    confidential: bool = False


class Search(Protocol):
    """The words of tickets. What is written or erased in a transaction is found, or not, within it already.

    A ticket is found by the words of its texts, by its number, and, unless it is nameless, by the filer's name and
    unit as they were when it was filed; `bot.domain.terms` says what counts as a word. All words of a query must be
    there; one that names none finds nothing.
    """

    def find(self, reader: Reader, query: str, limit: int, before: int | None = None) -> tuple[int, ...]:
        """Return the ids of at most `limit` tickets, newest first, of those older than the ticket `before`."""
        ...

    def find_newer(self, reader: Reader, query: str, limit: int, after: int) -> tuple[int, ...]:
        """Return the ids of the next `limit` tickets newer than the ticket `after`, oldest first."""
        ...

    def remember(self, person_id: int, token: str, words: str) -> None:
        """Keep what somebody looks for, in the place of what they looked for before."""
        ...

    def recall(self, person_id: int, token: str) -> str | None:
        """Return what somebody looked for under that token, None where they have looked for something else since."""
        ...

    def forget(self, person_id: int) -> None:
        """Forget what somebody looked for last."""
        ...

    def compact(self, *, begin: bool) -> bool:
        """Take out of the index a little of what was erased from it and is only marked so; return whether there may be
        more. `begin` says that this is the first of a row of such steps.
        """
        ...

    def count(self, reader: Reader, query: str, most: int) -> int:
        """Return how many tickets are found, counting no further than `most`."""
        ...
