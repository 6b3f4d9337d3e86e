"""Whether every ticket's history is whole, and agrees with the ticket as it stands."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection, select

from bot.domain.history import Row, first_break
from storage.schema import history, tickets

_HISTORIES = select(
    history.c.ticket_id,
    history.c.ordinal,
    history.c.at,
    history.c.name,
    history.c.data,
    history.c.previous,
    history.c.digest,
).order_by(history.c.ticket_id, history.c.ordinal)
_TICKETS = select(tickets.c.id, tickets.c.number, tickets.c.version).order_by(tickets.c.id)


def broken_histories(connection: Connection) -> Iterator[str]:
    """Yield a sentence for each ticket whose history was changed, cut or lost; it reads row by row, however many."""
    rows = (Row(*row) for row in connection.execution_options(yield_per=1000).execute(_HISTORIES))
    histories = ((ticket_id, tuple(group)) for ticket_id, group in groupby(rows, attrgetter("ticket_id")))
    pending = next(histories, None)
    for ticket_id, number, version in connection.execution_options(yield_per=1000).execute(_TICKETS):
        kept: tuple[Row, ...] = ()
        if pending is not None and pending[0] == ticket_id:
            kept, pending = pending[1], next(histories, None)
        if broken := first_break(kept):
            yield f"Ticket {number}: its history is broken at entry {broken}."
        elif len(kept) != version:
            yield f"Ticket {number}: its history has {len(kept)} entries instead of {version}."
