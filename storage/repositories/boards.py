"""Lists of tickets, each led by an index of its own; those of open tickets by partial ones, which stay small.

A page is found by the key at which the last one ended. Whatever else narrows a list (a department, what the reader may
know of) narrows what the index has led to.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, and_, bindparam, func, literal_column, or_, select, tuple_

from bot.ports.boards import Board, Entry, Listing, Mark
from bot.ports.search import Reader
from storage.dialect import led_by
from storage.repositories.tickets import SqlTickets
from storage.repositories.visible import VISIBLE, reading
from storage.schema import NEVER, Moment, is_open, is_unclaimed, tickets
from storage.statements import Executor

_FIRST = Mark(datetime.min.replace(tzinfo=UTC), -1)
_LAST = Mark(datetime.max.replace(tzinfo=UTC), 2**62)

_IN_ESTATE = tickets.c.estate_id == bindparam("estate")
_BEFORE = tickets.c.due_at < bindparam("until")
#: What each list holds, and the column it is ordered by.
_LISTS: Mapping[Listing, tuple[ColumnElement[bool], Column[Any]]] = {
    Listing.HELD: (and_(tickets.c.assignee_id == bindparam("person"), is_open), tickets.c.due_at),
    Listing.DEPARTMENT: (and_(tickets.c.department_id == bindparam("department"), is_open), tickets.c.due_at),
    Listing.OPEN: (and_(_IN_ESTATE, is_open), tickets.c.due_at),
    Listing.OVERDUE: (and_(_IN_ESTATE, is_open, _BEFORE), tickets.c.due_at),
    Listing.UNASSIGNED: (and_(_IN_ESTATE, is_unclaimed), tickets.c.due_at),
    Listing.STAGE: (and_(_IN_ESTATE, is_open, tickets.c.stage == bindparam("stage")), tickets.c.due_at),
    Listing.RECEIVED: (_IN_ESTATE, tickets.c.filed_at),
    Listing.ANSWERED: (_IN_ESTATE, tickets.c.answered_at),
    Listing.CLOSED: (_IN_ESTATE, tickets.c.closed_at),
    Listing.CAUTIONED: (_IN_ESTATE, tickets.c.cautioned_at),
    Listing.COMPANY: (tickets.c.contractor_id == bindparam("company"), tickets.c.filed_at),
    Listing.SQUAD: (tickets.c.squad_id == bindparam("squad"), tickets.c.filed_at),
}
_HAPPENED = frozenset({Listing.RECEIVED, Listing.ANSWERED, Listing.CLOSED, Listing.CAUTIONED})
_LATEST_FIRST = _HAPPENED | {Listing.COMPANY, Listing.SQUAD}
_NARROWED = and_(
    # The sums keep the planner from beginning with everything of the estate or the department.
    tickets.c.estate_id + 0 == bindparam("estate"),
    or_(bindparam("department") == literal_column("0"), tickets.c.department_id + 0 == bindparam("department")),
    VISIBLE,
)


def _listed(listing: Listing) -> Select[Any]:
    held, order = _LISTS[listing]
    rows = select(tickets.c.id, tickets.c.due_at, order).where(held, _NARROWED)
    if listing is Listing.UNASSIGNED:  # what is open promises as much, and holds far more
        rows = led_by(rows, tickets, "ix_tickets_unclaimed_due")
    return rows.where(order >= bindparam("since"), order < bindparam("until")) if listing in _HAPPENED else rows


def _page(listing: Listing, *, rising: bool) -> Select[Any]:
    _, order = _LISTS[listing]
    key = tuple_(order, tickets.c.id)
    mark = tuple_(bindparam("at", type_=Moment()), bindparam("beyond"))
    rows = _listed(listing).limit(bindparam("most"))
    if rising:
        return rows.where(key > mark).order_by(order, tickets.c.id)
    return rows.where(key < mark).order_by(order.desc(), tickets.c.id.desc())


_RISING = {listing: _page(listing, rising=True) for listing in Listing}
_FALLING = {listing: _page(listing, rising=False) for listing in Listing}
# The order makes no difference to the count, but leads the planner to the list's own index.
_COUNT = {
    listing: select(func.count()).select_from(
        _listed(listing).order_by(order).limit(bindparam("most")).subquery("counted")
    )
    for listing, (_, order) in _LISTS.items()
}


class SqlBoards:
    """`bot.ports.boards.Boards` on the table of tickets."""

    def __init__(self, sql: Executor, tickets: SqlTickets) -> None:
        self._sql = sql
        self._tickets = tickets

    def page(
        self, reader: Reader, board: Board, limit: int, mark: Mark | None = None, *, backwards: bool = False
    ) -> tuple[Entry, ...]:
        rising = (board.listing in _LATEST_FIRST) == backwards
        start = mark or (_FIRST if rising else _LAST)
        statement = (_RISING if rising else _FALLING)[board.listing]
        asked = {**_asked(reader, board, limit), "at": start.at, "beyond": start.ticket_id}
        rows = list(self._sql.execute(statement, asked))
        return tuple(self._entry(*row) for row in (reversed(rows) if backwards else rows))

    def count(self, reader: Reader, board: Board, most: int) -> int:
        counted: int = self._sql.execute(_COUNT[board.listing], _asked(reader, board, most)).scalar_one()
        return counted

    def _entry(self, ticket_id: int, due_at: datetime, at: datetime) -> Entry:
        return Entry(self._tickets.get(ticket_id), None if due_at == NEVER else due_at, Mark(at, ticket_id))


def _asked(reader: Reader, board: Board, limit: int) -> dict[str, object]:
    asked = {"estate": reader.estate_id, "department": board.department_id or 0, "most": limit, **reading(reader)}
    match board.listing:
        case Listing.HELD:
            asked["person"] = board.person_id
        case Listing.STAGE:
            asked["stage"] = board.stage and board.stage.value
        case Listing.COMPANY:
            asked["company"] = board.contractor_id
        case Listing.SQUAD:
            asked["squad"] = board.squad_id
        case Listing.OVERDUE:
            asked["until"] = board.until
        case Listing.RECEIVED | Listing.ANSWERED | Listing.CLOSED | Listing.CAUTIONED:
            asked |= {"since": board.since, "until": board.until}
    return asked
