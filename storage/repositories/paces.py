"""How fast people write: one row a person, counted on with each message."""

from datetime import datetime

from sqlalchemy import and_, bindparam, case

from bot.ports.store import Pace
from storage.dialect import insert
from storage.schema import paces
from storage.statements import Executor

_ADD = insert(paces)
# A moment in the future was counted before the clock was set back.
_goes_on = and_(paces.c.since > bindparam("earliest", type_=paces.c.since.type), paces.c.since <= _ADD.excluded.since)
_COUNT = _ADD.on_conflict_do_update(
    index_elements=[paces.c.person_id],
    set_={
        "messages": case((_goes_on, paces.c.messages + 1), else_=1),
        "since": case((_goes_on, paces.c.since), else_=_ADD.excluded.since),
    },
).returning(paces.c.messages, paces.c.since)


class SqlPaces:
    """`bot.ports.store.Paces` in a table."""

    def __init__(self, sql: Executor, now: datetime) -> None:
        self._sql = sql
        self._now = now

    def count(self, person_id: int, since: datetime) -> Pace:
        row = {"person_id": person_id, "since": self._now, "messages": 1, "earliest": since}
        return Pace(*self._sql.execute(_COUNT, row).one())
