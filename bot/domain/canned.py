"""Answers that an estate keeps ready, by language; one is a beginning and is edited before it is sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.domain.people import Language
from bot.domain.tickets import Kind, Ticket

#: So many are offered at once.
MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Canned:
    """An answer with its title, in each language that it is there in.

    It fits tickets of one of `kinds` and one of `categories`; empty means any. `code` is the estate's own name for it.
    """

    code: str
    titles: Mapping[Language, str]
    words: Mapping[Language, str]
    kinds: frozenset[Kind] = field(default=frozenset())
    categories: frozenset[str] = field(default=frozenset())

    def fits(self, ticket: Ticket) -> bool:
        """Whether it is meant for such a ticket."""
        of_kind = not self.kinds or ticket.kind in self.kinds
        return of_kind and (not self.categories or ticket.category in self.categories)


def offered(known: Iterable[Canned], ticket: Ticket, language: Language) -> tuple[Canned, ...]:
    """Return those that fit `ticket` and are there in `language`: what is for its category first, then for its kind."""
    fitting = [canned for canned in known if canned.fits(ticket) and language in canned.titles]
    fitting.sort(key=lambda canned: (not canned.categories, not canned.kinds))
    return tuple(fitting[:MOST_OFFERED])
