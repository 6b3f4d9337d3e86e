"""The inbox as the handler sees it.

Invariant: an update leaves `pending` once, in the very transaction that carries it out or sets it aside; `begin` is
the gate. What an update says goes with that: it stands where it belongs from then on. That there was one is forgotten
after a while, but not before update ids may begin anew (a quiet week): until then a double is recognised by it.
"""

from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from bot.ports.inbox import Received
from storage.schema import InboxState, inbox, is_in, outbox
from storage.statements import Executor

_PENDING = (
    select(inbox.c.seq, inbox.c.raw, inbox.c.received_at)
    .where(is_in(inbox.c.state, InboxState.PENDING), inbox.c.seq > bindparam("after"))
    .order_by(inbox.c.seq)
    .limit(bindparam("most"))
)
_WAITING = select(func.count()).select_from(inbox).where(is_in(inbox.c.state, InboxState.PENDING))
_LATEST = select(inbox.c.seq, inbox.c.received_at).order_by(inbox.c.seq.desc()).limit(1)
_SETTLE = (
    update(inbox)
    .where(inbox.c.seq == bindparam("row"), is_in(inbox.c.state, InboxState.PENDING))
    .values(
        state=bindparam("new_state"),
        reason=bindparam("new_reason"),
        reference=bindparam("new_reference"),
        settled_at=bindparam("at"),
    )
)
_HANDLE = (
    update(inbox)
    .where(inbox.c.seq == bindparam("row"), is_in(inbox.c.state, InboxState.PENDING))
    .values(state=InboxState.DONE.value, raw="", settled_at=bindparam("at"))
)
_FORGET_UPDATES = delete(inbox).where(
    inbox.c.seq.in_(
        select(inbox.c.seq)
        .where(is_in(inbox.c.state, InboxState.DONE), inbox.c.settled_at < bindparam("before"))
        .order_by(inbox.c.settled_at)
        .limit(bindparam("most"))
    )
)
_FORGET_LETTERS = delete(outbox).where(
    outbox.c.id.in_(
        select(outbox.c.id)
        .where(outbox.c.settled_at < bindparam("before"))
        .order_by(outbox.c.settled_at)
        .limit(bindparam("most"))
    )
)


class SqlUpdates:
    """`bot.ports.inbox.Updates`."""

    def __init__(self, sql: Executor, now: datetime) -> None:
        self._sql = sql
        self._now = now

    def pending(self, after_seq: int, limit: int) -> tuple[Received, ...]:
        """Return waiting updates that came after `after_seq`, oldest first."""
        rows = self._sql.execute(_PENDING, {"after": after_seq, "most": limit})
        return tuple(Received(*row) for row in rows)

    def waiting(self) -> int:
        """Return how many wait to be handled."""
        waiting: int = self._sql.execute(_WAITING).scalar_one()
        return waiting

    def latest(self) -> int:
        """Return the `seq` of the update that came last, 0 if none ever came."""
        row = self._sql.execute(_LATEST).one_or_none()
        return 0 if row is None else int(row[0])

    def known_since(self, moment: datetime) -> bool:
        """Return whether any update was received at `moment` or later."""
        row = self._sql.execute(_LATEST).one_or_none()
        return row is not None and bool(row[1] >= moment)

    def begin(self, seq: int) -> bool:
        """Mark a waiting update as handled, before it is; False where it was already."""
        return self._sql.execute(_HANDLE, {"row": seq, "at": self._now}).rowcount == 1

    def quarantine(self, seq: int, reason: str, reference: str) -> bool:
        """Set a waiting update aside for good, kept raw; False where it was settled already."""
        fields = {
            "row": seq,
            "new_state": InboxState.QUARANTINED.value,
            "new_reason": reason,
            "new_reference": reference,
            "at": self._now,
        }
        return self._sql.execute(_SETTLE, fields).rowcount == 1

    def forget(self, updates_before: datetime, letters_before: datetime, limit: int) -> int:
        """Delete at most `limit` handled updates and as many letters settled before then; return how many."""
        cuts = ((_FORGET_UPDATES, updates_before), (_FORGET_LETTERS, letters_before))
        return sum(self._sql.execute(sql, {"before": before, "most": limit}).rowcount for sql, before in cuts)
