"""Every place in which something personal is kept, and how it is taken away.

Invariants: a row that others refer to stays and is emptied, any other is deleted; nothing of the histories is touched.
What the platform delivered holds words only until it is handled, what was sent to somebody for a day
(`SqlUpdates`); the files on the disk are removed once this is committed (`discards`).
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import String, bindparam, cast, delete, exists, literal_column, select, update

from bot.domain.patterns import HOME
from bot.domain.people import STAFF, Person
from bot.flows.draft import DraftState
from bot.ports.outbox import LetterState
from storage.dialect import insert
from storage.repositories.people import SqlPeople
from storage.repositories.search import SqlSearch
from storage.repositories.texts import SqlTexts
from storage.schema import (
    InboxState,
    attachments,
    cards,
    discards,
    drafts,
    fetches,
    hearings,
    home_requests,
    inbox,
    is_in,
    media,
    outbox,
    patterns,
    people,
    residencies,
    units,
    wrong_codes,
)
from storage.statements import Executor, Statement

#: The outcome of a letter whose reader was erased before it was sent.
ERASED = "erased"

_DUE = (
    select(people.c.id)
    .where(people.c.erase_at.is_not(None), people.c.erase_at <= bindparam("at", type_=people.c.erase_at.type))
    .order_by(people.c.erase_at, people.c.id)
    .limit(bindparam("most"))
)
_NEXT_DUE = select(people.c.erase_at).where(people.c.erase_at.is_not(None)).order_by(people.c.erase_at).limit(1)
_LAST = (
    select(people.c.erased_at)
    .where(people.c.erased_at.is_not(None), people.c.erased_at >= bindparam("at", type_=people.c.erased_at.type))
    .limit(1)
)

_HEARINGS = delete(hearings).where(hearings.c.ticket_id == bindparam("ticket"))
_FILES = delete(attachments).where(attachments.c.ticket_id == bindparam("ticket")).returning(attachments.c.unique_id)
_FETCH = (
    delete(fetches)
    .where(
        fetches.c.unique_id == bindparam("file"),
        ~exists(select(attachments.c.id).where(attachments.c.unique_id == bindparam("file"))),
    )
    .returning(fetches.c.sha256)
)
_CONTENT = delete(media).where(
    media.c.sha256 == bindparam("content"),
    ~exists(select(fetches.c.unique_id).where(fetches.c.sha256 == bindparam("content"))),
)
_DISCARD = insert(discards).on_conflict_do_nothing(index_elements=[discards.c.sha256])

_EMPTIED = {"items": "[]", "answers": "{}", "options": "{}", "nudge_at": None, "resting": False}
_DRAFTS_ABOUT = update(drafts).where(drafts.c.ticket_id == bindparam("ticket")).values(_EMPTIED)
_CLOSE_DRAFTS = (
    update(drafts)
    .where(drafts.c.person_id == bindparam("person"), is_in(drafts.c.state, DraftState.OPEN))
    .values(state=DraftState.EXPIRED.value, revision=drafts.c.revision + 1)
)
_DRAFTS = update(drafts).where(drafts.c.person_id == bindparam("person")).values(chat_id=0, **_EMPTIED)
# They stay, since letters refer to them, and show nothing.
_CARDS = (
    update(cards)
    .where(cards.c.chat_id == bindparam("chat"))
    .values(chat_id=0, ticket_id=None, draft_ref=None, message_id=None)
)
_LETTERS = (
    update(outbox)
    .where(outbox.c.chat_id == bindparam("chat"), is_in(outbox.c.state, LetterState.PENDING))
    .values(state=LetterState.DROPPED.value, outcome=ERASED, settled_at=bindparam("at"))
)
_WRONG_CODES = delete(wrong_codes).where(wrong_codes.c.account == bindparam("chat"))
_SET_ASIDE = select(inbox.c.seq, inbox.c.raw).where(
    is_in(inbox.c.state, InboxState.QUARANTINED),
    inbox.c.raw.contains(bindparam("account_digits", type_=String())),
)
_EMPTY = (
    update(inbox)
    .where(inbox.c.seq == bindparam("number"))
    .values(raw="", identity=literal_column("'erased|'").concat(cast(inbox.c.seq, String)))
)
_LIVED_IN = (
    select(units.c.label)
    .select_from(residencies.join(units, units.c.id == residencies.c.unit_id))
    .where(residencies.c.person_id == bindparam("person"))
)
# What came again in a home is known on as that of some home; the number only tells it from another.
_PATTERNS = (
    update(patterns)
    .where(patterns.c.estate_id == bindparam("estate"), patterns.c.subject == bindparam("home"))
    .values(subject=literal_column(f"'{HOME}#'").concat(cast(patterns.c.id, String)))
)
_HOMES = delete(residencies).where(residencies.c.person_id == bindparam("person"))
_REQUESTS = delete(home_requests).where(home_requests.c.person_id == bindparam("person"))


class SqlErasure:
    """`bot.ports.erasure.Erasure` over the tables."""

    def __init__(self, sql: Executor, now: datetime, persons: SqlPeople, texts: SqlTexts, search: SqlSearch) -> None:
        self._sql = sql
        self._now = now
        self._people = persons
        self._texts = texts
        self._search = search

    def due(self, now: datetime, limit: int) -> tuple[Person, ...]:
        numbers = list(self._sql.execute(_DUE, {"at": now, "most": limit}).scalars())
        return tuple(self._people.get(number) for number in numbers)

    def next_due(self) -> datetime | None:
        due: datetime | None = self._sql.execute(_NEXT_DUE).scalar_one_or_none()
        return due

    def any_since(self, moment: datetime) -> bool:
        return self._sql.execute(_LAST, {"at": moment}).one_or_none() is not None

    def forget_matter(self, ticket_id: int, keeping: Collection[str]) -> None:
        for passage in self._texts.of(ticket_id):
            if passage.role not in keeping:
                self._texts.erase(passage.id)
        self._search.anonymise(ticket_id)
        self._sql.execute(_DRAFTS_ABOUT, {"ticket": ticket_id})
        self._sql.execute(_HEARINGS, {"ticket": ticket_id})
        files = set(self._sql.execute(_FILES, {"ticket": ticket_id}).scalars())
        discard_unnamed(self._sql, files, self._now)

    def forget_words(self, ticket_id: int, author_id: int) -> None:
        for passage in self._texts.of(ticket_id):
            if passage.author_id == author_id:
                self._texts.erase(passage.id)

    def forget_person(self, person: Person) -> None:
        for label in tuple(self._sql.execute(_LIVED_IN, {"person": person.id}).scalars()):
            self._sql.execute(_PATTERNS, {"estate": person.estate_id, "home": f"{HOME}{label}"})
        theirs: list[Statement] = [_CLOSE_DRAFTS, _DRAFTS, _HOMES, _REQUESTS]
        for statement in theirs:
            self._sql.execute(statement, {"person": person.id})
        if person.account is not None:
            self._sql.execute(_LETTERS, {"chat": person.account, "at": self._now})
            for statement in (_CARDS, _WRONG_CODES):
                self._sql.execute(statement, {"chat": person.account})
            self._empty_what_was_set_aside(str(person.account))
        for colleague in self._people.with_role(person.estate_id, *sorted(STAFF)):
            self._search.forget(colleague.id)
        self._people.update(person.erased(self._now))

    def _empty_what_was_set_aside(self, account: str) -> None:
        """Empty the updates that name an account, which may be no JSON; a longer number is somebody else's."""
        named = re.compile(rf"(?<!\d){account}(?!\d)")
        for number, raw in self._sql.execute(_SET_ASIDE, {"account_digits": account}):
            if named.search(raw):
                self._sql.execute(_EMPTY, {"number": number})


def discard_unnamed(sql: Executor, unique_ids: Iterable[str], now: datetime) -> None:
    """Forget files that no ticket has any more, and have their contents removed which no other file has."""
    for unique_id in sorted(unique_ids):
        for sha256 in sql.execute(_FETCH, {"file": unique_id}).scalars():
            if sha256 is not None:
                discard_content(sql, sha256, now)


def discard_content(sql: Executor, sha256: str, now: datetime) -> None:
    """Have a content removed from the disk, unless a file has it."""
    if sql.execute(_CONTENT, {"content": sha256}).rowcount == 1:
        sql.execute(_DISCARD, {"sha256": sha256, "not_before": now})
