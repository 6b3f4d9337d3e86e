"""What came again within a quarter, and what is done about it (RV-9)."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.domain.patterns import HOME, Decision, Fact, Found, Pattern, PatternState, Recurrence
from bot.domain.tickets import Kind
from storage.repositories.rows import insert_row
from storage.schema import patterns, people, tickets
from storage.statements import Executor

_FACTS = (
    select(
        tickets.c.id,
        tickets.c.kind,
        tickets.c.category,
        tickets.c.details,
        people.c.unit,
        tickets.c.filer_id,
        tickets.c.nameless,
        tickets.c.reopened,
    )
    .join_from(tickets, people, people.c.id == tickets.c.filer_id)
    .where(
        tickets.c.estate_id == bindparam("estate"),
        tickets.c.filed_at >= bindparam("since"),
        tickets.c.filed_at < bindparam("until"),
        tickets.c.voided_at.is_(None),
        tickets.c.withdrawn_at.is_(None),
        tickets.c.merged_into.is_(None),
    )
    .order_by(tickets.c.filed_at, tickets.c.id)
    .limit(bindparam("most"))
)
_COLUMNS = tuple(
    patterns.c[name]
    for name in (
        "id",
        "estate_id",
        "quarter",
        "recurrence",
        "category",
        "subject",
        "tickets",
        "state",
        "found_at",
        "next_at",
        "decision",
        "decided_by",
        "department_id",
        "owner_id",
        "deadline",
        "words_id",
        "done_by",
        "done_at",
    )
)
_GET = select(*_COLUMNS).where(patterns.c.id == bindparam("number"))
_KNOWN = select(*_COLUMNS).where(
    patterns.c.estate_id == bindparam("estate"),
    patterns.c.quarter == bindparam("day"),
    patterns.c.recurrence == bindparam("way"),
    patterns.c.category == bindparam("code"),
    patterns.c.subject == bindparam("about"),
)
_ADD = insert(patterns).returning(patterns.c.id)
_CHANGING = (
    "tickets",
    "state",
    "next_at",
    "decision",
    "decided_by",
    "department_id",
    "owner_id",
    "deadline",
    "words_id",
    "done_by",
    "done_at",
)
_UPDATE = (
    update(patterns)
    .where(patterns.c.id == bindparam("number"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)
_DUE = (
    select(*_COLUMNS)
    .where(patterns.c.next_at.is_not(None), patterns.c.next_at <= bindparam("at"))
    .order_by(patterns.c.next_at, patterns.c.id)
    .limit(bindparam("most"))
)
_NEXT_DUE = select(patterns.c.next_at).where(patterns.c.next_at.is_not(None)).order_by(patterns.c.next_at).limit(1)
#: The answer that names the place, and the one that says it is in somebody's home.
_WHERE, _HOME = "where", "home"


class SqlPatterns:
    """`bot.ports.patterns.Patterns` in a table."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def facts(self, estate_id: int, since: datetime, until: datetime, limit: int) -> tuple[Fact, ...]:
        asked = {"estate": estate_id, "since": since, "until": until, "most": limit}
        return tuple(_fact(row) for row in self._sql.execute(_FACTS, asked))

    def enter(self, estate_id: int, quarter: date, found: Found, now: datetime, next_at: datetime) -> Pattern | None:
        key = {
            "estate": estate_id,
            "day": quarter,
            "way": found.recurrence.value,
            "code": found.category,
            "about": found.subject,
        }
        known = self._sql.execute(_KNOWN, key).one_or_none()
        if known is not None:
            pattern = _pattern(known)
            if pattern.found != found:
                fields = {f"new_{name}": value for name, value in _row(pattern).items()}
                self._sql.execute(_UPDATE, {"number": pattern.id, **fields, "new_tickets": json.dumps(found.tickets)})
            return None
        pattern = Pattern(0, estate_id, quarter, found, PatternState.FOUND, now, next_at)
        fixed = {
            "estate_id": estate_id,
            "quarter": quarter,
            "recurrence": found.recurrence.value,
            "category": found.category,
            "subject": found.subject,
            "found_at": now,
        }
        return self.get(insert_row(self._sql, _ADD, {**fixed, **_row(pattern)}))

    def get(self, pattern_id: int) -> Pattern | None:
        row = self._sql.execute(_GET, {"number": pattern_id}).one_or_none()
        return None if row is None else _pattern(row)

    def update(self, pattern: Pattern) -> None:
        fields = {f"new_{name}": value for name, value in _row(pattern).items()}
        if self._sql.execute(_UPDATE, {"number": pattern.id, **fields}).rowcount != 1:
            raise LookupError(f"no pattern {pattern.id}")

    def due(self, now: datetime, limit: int) -> tuple[Pattern, ...]:
        return tuple(_pattern(row) for row in self._sql.execute(_DUE, {"at": now, "most": limit}))

    def next_due(self) -> datetime | None:
        due: datetime | None = self._sql.execute(_NEXT_DUE).scalar_one_or_none()
        return due


def _fact(row: Sequence[Any]) -> Fact:
    ticket_id, kind, category, details, unit, filer_id, nameless, reopened = row
    place = dict(json.loads(details)).get(_WHERE, "")
    if place == _HOME:
        place = f"{HOME}{unit}" if unit else ""
    return Fact(ticket_id, Kind(kind), category, place, filer_id, nameless, reopened)


def _row(pattern: Pattern) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(pattern, name) for name in _CHANGING if name != "tickets"}
    values["state"] = pattern.state.value
    values["decision"] = pattern.decision.value if pattern.decision else None
    return {**values, "tickets": json.dumps(pattern.found.tickets)}


def _pattern(row: Sequence[Any]) -> Pattern:
    number, estate_id, quarter, recurrence, category, subject, listed, state, found_at, next_at, decision, *rest = row
    found = Found(Recurrence(recurrence), category, subject, tuple(json.loads(listed)))
    chosen = Decision(decision) if decision else None
    return Pattern(number, estate_id, quarter, found, PatternState(state), found_at, next_at, chosen, *rest)
