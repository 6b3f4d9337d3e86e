"""Sums over the register, each led by an index of tickets."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Select, and_, bindparam, case, func, literal_column, or_, select, type_coerce

from bot.domain.tickets import Kind
from bot.ports.figures import Reported
from storage.schema import Moment, tickets
from storage.statements import Executor

_REPORTER = func.coalesce(tickets.c.recorded_by, tickets.c.filer_id)
_FROM_SITE = or_(
    tickets.c.contractor_id.is_not(None),
    tickets.c.squad_id.is_not(None),
    tickets.c.kind == literal_column(f"'{Kind.FINDING.value}'"),
)
_COUNTS = and_(tickets.c.withdrawn_at.is_(None), tickets.c.voided_at.is_(None), _FROM_SITE)
_TOOK = type_coerce(tickets.c.handled_at, BigInteger) - type_coerce(tickets.c.filed_at, BigInteger)


def _reported(*narrowed: object) -> Select[tuple[int, int | None, int, int, int, int, int, int]]:
    return (
        select(
            _REPORTER,
            tickets.c.contractor_id,
            func.count(),
            func.count(case((tickets.c.handled_by == _REPORTER, 1))),
            func.count(tickets.c.verified_at),
            func.count(tickets.c.merged_into),
            func.count(tickets.c.handled_at),
            func.coalesce(func.sum(_TOOK), 0),
        )
        .where(
            *narrowed,  # type: ignore[arg-type]
            tickets.c.filed_at >= bindparam("since", type_=Moment()),
            tickets.c.filed_at < bindparam("until", type_=Moment()),
            _COUNTS,
        )
        .group_by(_REPORTER, tickets.c.contractor_id)
        .order_by(func.count().desc(), _REPORTER)
    )


_OF_ESTATE = _reported(tickets.c.estate_id == bindparam("estate"))
_OF_COMPANY = _reported(tickets.c.contractor_id == bindparam("company"), tickets.c.estate_id + 0 == bindparam("estate"))


class SqlFigures:
    """`bot.ports.figures.Figures` on the table of tickets."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def reported(
        self, estate_id: int, since: datetime, until: datetime, contractor_id: int | None = None
    ) -> tuple[Reported, ...]:
        asked = {"estate": estate_id, "since": since, "until": until}
        statement = _OF_ESTATE
        if contractor_id is not None:
            statement, asked = _OF_COMPANY, {**asked, "company": contractor_id}
        return tuple(_figures(*row) for row in self._sql.execute(statement, asked))


def _figures(
    person: int, company: int | None, reports: int, fixed: int, confirmed: int, repeats: int, handled: int, took: int
) -> Reported:
    handling = timedelta(microseconds=int(took))
    return Reported(person, company, reports, fixed, confirmed, repeats, handled, handling)
