"""How much waits, for those who watch over the program."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from bot.ports.outbox import Lane, LetterState
from storage.schema import is_in, outbox

_COUNTS = select(outbox.c.lane, func.count()).where(is_in(outbox.c.state, LetterState.PENDING)).group_by(outbox.c.lane)


def counts(connection: Connection) -> Mapping[Lane, int]:
    """Return how many letters wait in each lane."""
    found = dict.fromkeys(Lane, 0)
    for lane, number in connection.execute(_COUNTS):
        found[Lane(lane)] = number
    return found
