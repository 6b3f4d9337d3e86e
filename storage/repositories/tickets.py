"""Tickets: their state beside their append-only history, both changed by the same event in the same transaction."""

import json
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from bot.domain.events import Event, Filed, Recorded
from bot.domain.evolution import begin, evolve
from bot.domain.history import Row, row_after
from bot.domain.tickets import FIELDS, Cause, Channel, Jurisdiction, Kind, Outcome, Severity, Stage, Ticket
from bot.ports.store import Conflict
from storage.repositories.rows import insert_row
from storage.repositories.search import SqlSearch
from storage.schema import history, is_open, is_unclaimed, tickets
from storage.statements import Executor

_COLUMNS = tuple(tickets.c[name] for name in FIELDS)
_GET = select(*_COLUMNS).where(tickets.c.id == bindparam("ticket"))
_UNCLAIMED = (
    select(*_COLUMNS)
    .where(tickets.c.estate_id == bindparam("estate"), is_unclaimed)
    .order_by(tickets.c.id)
    .limit(bindparam("most"))
)
_OF_FILER = (
    select(*_COLUMNS)
    .where(tickets.c.filer_id == bindparam("filer"))
    .order_by(tickets.c.id.desc())
    .limit(bindparam("most"))
)
_OF_RECORDER = (
    select(*_COLUMNS)
    .where(tickets.c.recorded_by == bindparam("recorder"))
    .order_by(tickets.c.id.desc())
    .limit(bindparam("most"))
)
_MERGED_INTO = select(*_COLUMNS).where(tickets.c.merged_into == bindparam("event")).order_by(tickets.c.id)
_SPLIT_FROM = select(*_COLUMNS).where(tickets.c.split_from == bindparam("origin")).order_by(tickets.c.id)
_HELD = (
    select(*_COLUMNS)
    .where(tickets.c.assignee_id == bindparam("holder"), is_open)
    .order_by(tickets.c.id)
    .limit(bindparam("most"))
)
_OPEN_SINCE = (
    select(*_COLUMNS)
    .where(tickets.c.estate_id == bindparam("estate"), tickets.c.filed_at >= bindparam("since"), is_open)
    .order_by(tickets.c.filed_at.desc(), tickets.c.id.desc())
    .limit(bindparam("most"))
)
_CLOSED_SINCE = (
    select(*_COLUMNS)
    .where(
        tickets.c.estate_id == bindparam("estate"),
        tickets.c.closed_at.is_not(None),
        tickets.c.closed_at >= bindparam("since"),
    )
    .order_by(tickets.c.closed_at.desc(), tickets.c.id.desc())
    .limit(bindparam("most"))
)
_FILED_SINCE = select(func.count()).where(
    tickets.c.estate_id == bindparam("estate"), tickets.c.filed_at >= bindparam("since")
)
_VOIDED_SINCE = _FILED_SINCE.where(tickets.c.voided_at.is_not(None))
_BY_NUMBER = select(*_COLUMNS).where(tickets.c.number == bindparam("readable"))
_BY_REF = select(*_COLUMNS).where(tickets.c.ref == bindparam("named"))
_ADD = insert(tickets).returning(tickets.c.id)
_CHANGE = update(tickets).where(tickets.c.id == bindparam("ticket"), tickets.c.version == bindparam("at_version"))
_ROW_COLUMNS = (
    history.c.ticket_id,
    history.c.ordinal,
    history.c.at,
    history.c.name,
    history.c.data,
    history.c.previous,
    history.c.digest,
)
_HISTORY = select(*_ROW_COLUMNS).where(history.c.ticket_id == bindparam("ticket")).order_by(history.c.ordinal)
_ROW = select(*_ROW_COLUMNS).where(
    history.c.ticket_id == bindparam("ticket"), history.c.ordinal == bindparam("at_ordinal")
)
_APPEND = insert(history)


class SqlTickets:
    """`bot.ports.store.Tickets` in tables. A ticket asked for by number that is not there raises `LookupError`."""

    def __init__(self, sql: Executor, now: datetime, search: SqlSearch) -> None:
        self._sql = sql
        self._search = search
        self._now = now

    def file(self, ref: str, filed: Filed) -> Ticket:
        # The number that the database gives is part of the first row of the history: the state comes first.
        unnumbered = begin(0, ref, filed, self._now)
        number = insert_row(self._sql, _ADD, _row(unnumbered, _KEPT))
        ticket = begin(number, ref, filed, self._now)
        self._append(None, ticket.id, Recorded(self._now, filed))
        self._search.enter(ticket.id)
        return ticket

    def get(self, ticket_id: int) -> Ticket:
        row = self._sql.execute(_GET, {"ticket": ticket_id}).one_or_none()
        if row is None:
            raise LookupError(f"no ticket {ticket_id}")
        return _ticket(row)

    def by_ref(self, ref: str) -> Ticket | None:
        row = self._sql.execute(_BY_REF, {"named": ref}).one_or_none()
        return None if row is None else _ticket(row)

    def unclaimed(self, estate_id: int, limit: int) -> tuple[Ticket, ...]:
        return tuple(_ticket(row) for row in self._sql.execute(_UNCLAIMED, {"estate": estate_id, "most": limit}))

    def of_filer(self, person_id: int, limit: int) -> tuple[Ticket, ...]:
        return tuple(_ticket(row) for row in self._sql.execute(_OF_FILER, {"filer": person_id, "most": limit}))

    def of_recorder(self, person_id: int, limit: int) -> tuple[Ticket, ...]:
        return tuple(_ticket(row) for row in self._sql.execute(_OF_RECORDER, {"recorder": person_id, "most": limit}))

    def by_number(self, number: str) -> Ticket | None:
        row = self._sql.execute(_BY_NUMBER, {"readable": number}).one_or_none()
        return None if row is None else _ticket(row)

    def held_by(self, person_id: int, limit: int) -> tuple[Ticket, ...]:
        return tuple(_ticket(row) for row in self._sql.execute(_HELD, {"holder": person_id, "most": limit}))

    def merged_into(self, ticket_id: int) -> tuple[Ticket, ...]:
        return tuple(_ticket(row) for row in self._sql.execute(_MERGED_INTO, {"event": ticket_id}))

    def split_from(self, ticket_id: int) -> tuple[Ticket, ...]:
        return tuple(_ticket(row) for row in self._sql.execute(_SPLIT_FROM, {"origin": ticket_id}))

    def open_since(self, estate_id: int, since: datetime, limit: int) -> tuple[Ticket, ...]:
        asked = {"estate": estate_id, "since": since, "most": limit}
        return tuple(_ticket(row) for row in self._sql.execute(_OPEN_SINCE, asked))

    def closed_since(self, estate_id: int, since: datetime, limit: int) -> tuple[Ticket, ...]:
        asked = {"estate": estate_id, "since": since, "most": limit}
        return tuple(_ticket(row) for row in self._sql.execute(_CLOSED_SINCE, asked))

    def voided_since(self, estate_id: int, since: datetime) -> tuple[int, int]:
        asked = {"estate": estate_id, "since": since}
        voided: int = self._sql.execute(_VOIDED_SINCE, asked).scalar_one()
        filed: int = self._sql.execute(_FILED_SINCE, asked).scalar_one()
        return voided, filed

    def record(self, ticket: Ticket, event: Event) -> Ticket:
        recorded = Recorded(self._now, event)
        after = evolve(ticket, recorded)
        here = {"ticket": ticket.id, "at_version": ticket.version}
        if self._sql.execute(_CHANGE, here | _row(after, _CHANGING)).rowcount != 1:
            raise Conflict(f"ticket {ticket.id} is no longer at version {ticket.version}")
        last = self._sql.execute(_ROW, {"ticket": ticket.id, "at_ordinal": ticket.version}).one()
        self._append(Row(*last), ticket.id, recorded)
        return after

    def history(self, ticket_id: int) -> tuple[Row, ...]:
        return tuple(Row(*row) for row in self._sql.execute(_HISTORY, {"ticket": ticket_id}))

    def _append(self, last: Row | None, ticket_id: int, recorded: Recorded) -> None:
        row = row_after(last, ticket_id, recorded)
        self._sql.execute(
            _APPEND,
            {
                "ticket_id": row.ticket_id,
                "ordinal": row.ordinal,
                "at": row.at,
                "name": row.name,
                "data": row.data,
                "previous": row.previous,
                "digest": row.digest,
            },
        )


#: Enumerations by the field they stand in.
_ENUMS: dict[str, type[StrEnum]] = {
    "kind": Kind,
    "severity": Severity,
    "stage": Stage,
    "channel": Channel,
    "jurisdiction": Jurisdiction,
    "outcome": Outcome,
    "root_cause": Cause,
}
#: What is fixed when a ticket is filed; everything else events may change.
_FIXED = frozenset(
    {
        "id",
        "ref",
        "number",
        "estate_id",
        "channel",
        "filer_id",
        "filed_at",
        "regulation",
        "category",
        "details",
        "nameless",
        "recorded_by",
        "split_from",
        "contractor_id",
        "squad_id",
    }
)
_CHANGING = tuple(name for name in FIELDS if name not in _FIXED)
_KEPT = tuple(name for name in FIELDS if name != "id")


def _row(ticket: Ticket, names: Sequence[str]) -> dict[str, object]:
    values = {name: getattr(ticket, name) for name in names}
    if "details" in values:
        values["details"] = json.dumps(ticket.details, ensure_ascii=True, separators=(",", ":"))
    return values


_ENUM_PLACES = tuple((FIELDS.index(name), kind) for name, kind in _ENUMS.items())
_DETAILS = FIELDS.index("details")


def _ticket(row: Sequence[Any]) -> Ticket:
    values = list(row)
    for place, kind in _ENUM_PLACES:
        if values[place] is not None:
            values[place] = kind(values[place])
    values[_DETAILS] = tuple((step, code) for step, code in json.loads(values[_DETAILS]))
    return Ticket(*values)
