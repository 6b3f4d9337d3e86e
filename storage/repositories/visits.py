"""Return visits in a table (RV-1)."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, distinct, func, insert, select, update

from bot.domain.visits import Answers, Mark, Result, Satisfaction, Visit, VisitState, Way
from bot.ports.visits import Coverage
from storage.repositories.rows import insert_row
from storage.schema import is_in, visits
from storage.statements import Executor

#: The columns that never change once a visit is stored.
_FIXED = ("ticket_id", "estate_id", "ordinal", "round", "rule", "planned_at")
_CHANGING = (
    "state",
    "opens_at",
    "due_at",
    "next_at",
    "asked_at",
    "visitor_id",
    "entrusted_at",
    "out_at",
    "way",
    "answers",
    "words_id",
    "answered_by",
    "answered_at",
    "reviewed_by",
    "reviewed_at",
    "opinion_id",
)
_NAMES = ("id", *_FIXED, *_CHANGING)
_COLUMNS = tuple(visits.c[name] for name in _NAMES)
_ADD = insert(visits).returning(visits.c.id)
_GET = select(*_COLUMNS).where(visits.c.id == bindparam("number"))
_OF = select(*_COLUMNS).where(visits.c.ticket_id == bindparam("ticket")).order_by(visits.c.ordinal)
_UPDATE = (
    update(visits)
    .where(visits.c.id == bindparam("number"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)
_DUE = (
    select(*_COLUMNS)
    .where(visits.c.next_at.is_not(None), visits.c.next_at <= bindparam("at"))
    .order_by(visits.c.next_at, visits.c.id)
    .limit(bindparam("most"))
)
_NEXT_DUE = select(visits.c.next_at).where(visits.c.next_at.is_not(None)).order_by(visits.c.next_at).limit(1)
_RAIN = (
    select(*_COLUMNS)
    .where(visits.c.estate_id == bindparam("estate"), is_in(visits.c.state, VisitState.RAIN))
    .order_by(visits.c.id)
    .limit(bindparam("most"))
)
_ENTRUSTED = (
    select(*_COLUMNS)
    .where(visits.c.visitor_id == bindparam("visitor"), is_in(visits.c.state, VisitState.ENTRUSTED))
    .order_by(visits.c.id)
    .limit(bindparam("most"))
)
_TO_REVIEW = (
    select(*_COLUMNS)
    .where(
        visits.c.estate_id == bindparam("estate"),
        is_in(visits.c.state, VisitState.DONE),
        visits.c.reviewed_at.is_(None),
    )
    .order_by(visits.c.answered_at, visits.c.id)
    .limit(bindparam("most"))
)
#: A round of handling counts once, however many visits follow it; no ticket is opened again so often.
_ROUND = visits.c.ticket_id * 1000 + visits.c.round
_COVERAGE = (
    select(
        visits.c.rule,
        func.count(distinct(_ROUND)),
        func.count(distinct(case((is_in(visits.c.state, VisitState.SPARED), None), else_=_ROUND))),
    )
    .where(
        visits.c.estate_id == bindparam("estate"),
        visits.c.planned_at >= bindparam("since"),
        visits.c.planned_at < bindparam("until"),
    )
    .group_by(visits.c.rule)
    .order_by(visits.c.rule)
)


class SqlVisits:
    """`bot.ports.visits.Visits` in a table."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def add(self, visit: Visit) -> Visit:
        number = insert_row(self._sql, _ADD, _row(visit, (*_FIXED, *_CHANGING)))
        stored = self.get(number)
        if stored is None:
            raise LookupError(f"visit {number} was not stored")
        return stored

    def get(self, visit_id: int) -> Visit | None:
        row = self._sql.execute(_GET, {"number": visit_id}).one_or_none()
        return None if row is None else _visit(row)

    def of(self, ticket_id: int) -> tuple[Visit, ...]:
        return tuple(_visit(row) for row in self._sql.execute(_OF, {"ticket": ticket_id}))

    def update(self, visit: Visit) -> None:
        fields = {f"new_{name}": value for name, value in _row(visit, _CHANGING).items()}
        if self._sql.execute(_UPDATE, {"number": visit.id, **fields}).rowcount != 1:
            raise LookupError(f"no visit {visit.id}")

    def due(self, now: datetime, limit: int) -> tuple[Visit, ...]:
        return tuple(_visit(row) for row in self._sql.execute(_DUE, {"at": now, "most": limit}))

    def next_due(self) -> datetime | None:
        due: datetime | None = self._sql.execute(_NEXT_DUE).scalar_one_or_none()
        return due

    def waiting_for_rain(self, estate_id: int, limit: int) -> tuple[Visit, ...]:
        return tuple(_visit(row) for row in self._sql.execute(_RAIN, {"estate": estate_id, "most": limit}))

    def entrusted_to(self, person_id: int, limit: int) -> tuple[Visit, ...]:
        return tuple(_visit(row) for row in self._sql.execute(_ENTRUSTED, {"visitor": person_id, "most": limit}))

    def to_review(self, estate_id: int, limit: int) -> tuple[Visit, ...]:
        return tuple(_visit(row) for row in self._sql.execute(_TO_REVIEW, {"estate": estate_id, "most": limit}))

    def coverage(self, estate_id: int, since: datetime, until: datetime) -> tuple[Coverage, ...]:
        rows = self._sql.execute(_COVERAGE, {"estate": estate_id, "since": since, "until": until})
        return tuple(Coverage(*row) for row in rows)


def _row(visit: Visit, names: Sequence[str]) -> dict[str, object]:
    fields = {name: getattr(visit, name) for name in names}
    said = visit.answers and json.dumps(asdict(visit.answers), sort_keys=True)
    return fields | {"state": visit.state.value, "way": visit.way and visit.way.value, "answers": said}


def _visit(row: Sequence[Any]) -> Visit:
    fields = dict(zip(_NAMES, row, strict=True))
    way, said = fields["way"], fields["answers"]
    return Visit(
        **fields
        | {
            "state": VisitState(fields["state"]),
            "way": Way(way) if way else None,
            "answers": _answers(json.loads(said)) if said else None,
        }
    )


def _answers(said: dict[str, str]) -> Answers:
    quality, effect, satisfaction = said["quality"], said["effect"], said["satisfaction"]
    return Answers(
        Result(said["result"]),
        Mark(quality) if quality else None,
        Mark(effect) if effect else None,
        Satisfaction(satisfaction) if satisfaction else None,
        said["shortcoming"],
        said["suggestion"],
    )
