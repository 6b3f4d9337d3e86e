"""The words of tickets: kept beside what they were taken from, by whoever writes it, in the same transaction.

Invariants: a ticket's words are always those of its present texts, so that what was erased finds nothing; and every
query asks whether its reader may know of the ticket.
"""

from sqlalchemy import bindparam, delete, func, insert, select, update

from bot.domain.terms import terms_of, wanted
from bot.ports.search import Reader
from storage.dialect import DROP_ALL_WORDS, DROP_WORDS, MERGE_WORDS, ChangesSoFar, holds_all, ticket_words
from storage.dialect import insert as dialect_insert
from storage.repositories.visible import VISIBLE, reading
from storage.schema import people, searches, texts, ticket_terms, tickets
from storage.statements import Executor

#: Above every ticket.
_NEWEST = 2**62

_FILED = (
    select(tickets.c.number, tickets.c.nameless, people.c.name, people.c.unit)
    .select_from(tickets.join(people, people.c.id == tickets.c.filer_id))
    .where(tickets.c.id == bindparam("ticket"))
)
_SAID = select(texts.c.content).where(texts.c.ticket_id == bindparam("ticket"))
_KEPT = select(ticket_terms.c.header, ticket_terms.c.body).where(ticket_terms.c.ticket_id == bindparam("ticket"))
_ENTER = insert(ticket_terms)
_INDEX = insert(ticket_words)
_UNINDEX = insert(ticket_words).values(ticket_words=DROP_WORDS)
_UNINDEX_ALL = insert(ticket_words).values(ticket_words=DROP_ALL_WORDS)
#: So many pages are merged in one step: some milliseconds.
_PAGES = 64
_MERGE = insert(ticket_words)
_CHANGES = select(ChangesSoFar())
_NEXT = select(tickets.c.id).where(tickets.c.id > bindparam("after")).order_by(tickets.c.id).limit(bindparam("most"))
_NUMBER = select(tickets.c.number).where(tickets.c.id == bindparam("ticket"))
_RENAME = (
    update(ticket_terms).where(ticket_terms.c.ticket_id == bindparam("ticket")).values(header=bindparam("new_header"))
)
_RENEW = update(ticket_terms).where(ticket_terms.c.ticket_id == bindparam("ticket")).values(body=bindparam("new_body"))

_HITS = (
    select(ticket_words.c.rowid)
    .select_from(ticket_words.join(tickets, tickets.c.id == ticket_words.c.rowid))
    # The sum keeps the planner from beginning with all tickets of the estate.
    .where(holds_all("terms"), tickets.c.estate_id + 0 == bindparam("estate"), VISIBLE)
)
_FIND = (
    _HITS.where(ticket_words.c.rowid < bindparam("before"))
    .order_by(ticket_words.c.rowid.desc())
    .limit(bindparam("most"))
)
_FIND_NEWER = (
    _HITS.where(ticket_words.c.rowid > bindparam("after")).order_by(ticket_words.c.rowid).limit(bindparam("most"))
)
_COUNT = select(func.count()).select_from(_HITS.limit(bindparam("most")).subquery("counted"))
_LOOKED_FOR = dialect_insert(searches)
_REMEMBER = _LOOKED_FOR.on_conflict_do_update(
    index_elements=[searches.c.person_id],
    set_={"token": _LOOKED_FOR.excluded.token, "words": _LOOKED_FOR.excluded.words},
)
_FORGET = delete(searches).where(searches.c.person_id == bindparam("person"))
_RECALL = select(searches.c.words).where(
    searches.c.person_id == bindparam("person"), searches.c.token == bindparam("wanted_token")
)


class SqlSearch:
    """`bot.ports.search.Search` on the index of words; `enter` and `renew` are for the repositories that write."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def enter(self, ticket_id: int) -> None:
        """Let a ticket just filed be found by its number, and by who filed it unless they keep their name back."""
        number, nameless, name, unit = self._sql.execute(_FILED, {"ticket": ticket_id}).one()
        header = set(wanted(number))
        if not nameless:
            header |= terms_of(f"{name} {unit or ''}")
        kept = {"header": " ".join(sorted(header)), "body": ""}
        self._sql.execute(_ENTER, {"ticket_id": ticket_id, **kept})
        self._sql.execute(_INDEX, {"rowid": ticket_id, **kept})

    def renew(self, ticket_id: int) -> None:
        """Let a ticket be found by the words of its texts as they are now."""
        kept = self._sql.execute(_KEPT, {"ticket": ticket_id}).one_or_none()
        if kept is None:  # filed before there was an index
            self.enter(ticket_id)
            self.renew(ticket_id)
            return
        header, before = kept
        self._sql.execute(_UNINDEX, {"rowid": ticket_id, "header": header, "body": before})
        self._index(ticket_id, header)

    def anonymise(self, ticket_id: int) -> None:
        """Let a ticket be found by its number and the words of its texts alone, no more by who filed it."""
        header, body = self._sql.execute(_KEPT, {"ticket": ticket_id}).one_or_none() or ("", "")
        self._sql.execute(_UNINDEX, {"rowid": ticket_id, "header": header, "body": body})
        header = " ".join(sorted(set(wanted(self._sql.execute(_NUMBER, {"ticket": ticket_id}).scalar_one()))))
        self._sql.execute(_RENAME, {"ticket": ticket_id, "new_header": header})
        self._index(ticket_id, header)

    def forget_all(self) -> None:
        """Empty the index, to fill it anew by `refill`."""
        self._sql.execute(_UNINDEX_ALL)

    def refill(self, after: int, limit: int) -> tuple[int, ...]:
        """Index at most `limit` tickets beyond `after` in the emptied index; return their ids."""
        following = tuple(self._sql.execute(_NEXT, {"after": after, "most": limit}).scalars())
        for ticket_id in following:
            kept = self._sql.execute(_KEPT, {"ticket": ticket_id}).one_or_none()
            if kept is None:
                self.enter(ticket_id)
                self.renew(ticket_id)
            else:
                self._index(ticket_id, kept[0])
        return following

    def _index(self, ticket_id: int, header: str) -> None:
        found = frozenset[str]().union(*map(terms_of, self._sql.execute(_SAID, {"ticket": ticket_id}).scalars()))
        body = " ".join(sorted(found))
        self._sql.execute(_RENEW, {"ticket": ticket_id, "new_body": body})
        self._sql.execute(_INDEX, {"rowid": ticket_id, "header": header, "body": body})

    def find(self, reader: Reader, query: str, limit: int, before: int | None = None) -> tuple[int, ...]:
        asked = _asked(reader, query, limit)
        below = _NEWEST if before is None else before
        return tuple(self._sql.execute(_FIND, {**asked, "before": below}).scalars()) if asked["terms"] else ()

    def find_newer(self, reader: Reader, query: str, limit: int, after: int) -> tuple[int, ...]:
        asked = _asked(reader, query, limit)
        return tuple(self._sql.execute(_FIND_NEWER, {**asked, "after": after}).scalars()) if asked["terms"] else ()

    def remember(self, person_id: int, token: str, words: str) -> None:
        self._sql.execute(_REMEMBER, {"person_id": person_id, "token": token, "words": words})

    def recall(self, person_id: int, token: str) -> str | None:
        words: str | None = self._sql.execute(
            _RECALL, {"person": person_id, "wanted_token": token}
        ).scalar_one_or_none()
        return words

    def forget(self, person_id: int) -> None:
        self._sql.execute(_FORGET, {"person": person_id})

    def compact(self, *, begin: bool) -> bool:
        before = self._sql.execute(_CHANGES).scalar_one()
        self._sql.execute(_MERGE, {"ticket_words": MERGE_WORDS, "rank": -_PAGES if begin else _PAGES})
        done: int = self._sql.execute(_CHANGES).scalar_one() - before
        return done > 1  # the wish itself counts as one

    def count(self, reader: Reader, query: str, most: int) -> int:
        asked = _asked(reader, query, most)
        counted: int = self._sql.execute(_COUNT, asked).scalar_one() if asked["terms"] else 0
        return counted


def _asked(reader: Reader, query: str, limit: int) -> dict[str, object]:
    return {"terms": wanted(query), "estate": reader.estate_id, "most": limit, **reading(reader)}
