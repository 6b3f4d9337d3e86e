"""Those outside of the management office to whom a matter may belong: outside bodies and sister units (FC-5, FC-7).

An entry is never deleted, since the history of tickets names it: what is in the estate's list no more is retired.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.people import Language


class Body(StrEnum):
    """What an entry is to the estate."""

    OUTSIDE = "outside"
    """Not of ours: the owner is told where to go, with everything they need for it."""
    SISTER = "sister"
    """Of the same undertaking or bound to it by contract: we reach it and bring the result back."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One outside body or sister unit.

    `code` is the estate's own stable name for it. `name` is what it is called where no other is known; `names` are its
    names by language. `hours` and `chat` (how it is reached by chat or on the web) are as the estate wrote them.
    """

    id: int
    estate_id: int
    kind: Body
    code: str
    name: str
    names: Mapping[Language, str] = field(default_factory=dict)
    address: str | None = None
    phone: str | None = None
    hours: str | None = None
    chat: str | None = None
    retired: bool = False

    def name_in(self, language: Language) -> str:
        """Return its name for a reader of `language`."""
        return self.names.get(language, self.name)
