"""Voice messages to be heard by a speech-to-text engine, and what it made of them until that is confirmed."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from bot.flows.draft import MediaKind
from bot.ports.hearings import Heard, Hearing
from storage.dialect import insert
from storage.schema import HearingState, attachments, fetches, hearings, is_in
from storage.statements import Executor

_PENDING = is_in(hearings.c.state, HearingState.PENDING)
_VOICES = select(attachments.c.id, attachments.c.ticket_id).where(
    attachments.c.unique_id == bindparam("file"),
    is_in(attachments.c.kind, MediaKind.VOICE),
    attachments.c.ticket_id.is_not(None),
)
_ASK = insert(hearings).on_conflict_do_nothing(index_elements=[hearings.c.attachment_id])
_DUE = (
    select(hearings.c.attachment_id, hearings.c.ticket_id, fetches.c.sha256, hearings.c.attempts)
    .select_from(hearings.join(attachments).join(fetches))
    .where(_PENDING, hearings.c.not_before <= bindparam("at", type_=hearings.c.not_before.type))
    .order_by(hearings.c.not_before)
    .limit(bindparam("most"))
)
_NEXT_DUE = select(hearings.c.not_before).where(_PENDING).order_by(hearings.c.not_before).limit(1)
_PUT_OFF = (
    update(hearings)
    .where(hearings.c.attachment_id == bindparam("file"))
    .values(attempts=hearings.c.attempts + 1, not_before=bindparam("until"))
)
_SUGGEST = (
    update(hearings)
    .where(hearings.c.attachment_id == bindparam("file"))
    .values(state=HearingState.SUGGESTED.value, words=bindparam("heard"))
)
_SUGGESTED = select(hearings.c.attachment_id, hearings.c.ticket_id, hearings.c.words).where(
    hearings.c.attachment_id == bindparam("file"), is_in(hearings.c.state, HearingState.SUGGESTED)
)
_END = delete(hearings).where(hearings.c.attachment_id == bindparam("file"))


class SqlHearings:
    """`bot.ports.hearings.Hearings` in a table."""

    def __init__(self, sql: Executor, now: datetime) -> None:
        self._sql = sql
        self._now = now

    def ask(self, unique_id: str) -> None:
        for attachment_id, ticket_id in tuple(self._sql.execute(_VOICES, {"file": unique_id})):
            fields = {
                "attachment_id": attachment_id,
                "ticket_id": ticket_id,
                "state": HearingState.PENDING.value,
                "attempts": 0,
                "not_before": self._now,
            }
            self._sql.execute(_ASK, fields)

    def due(self, limit: int) -> tuple[Hearing, ...]:
        return tuple(Hearing(*row) for row in self._sql.execute(_DUE, {"at": self._now, "most": limit}))

    def next_due(self) -> datetime | None:
        due: datetime | None = self._sql.execute(_NEXT_DUE).scalar_one_or_none()
        return due

    def put_off(self, hearing: Hearing, not_before: datetime) -> None:
        self._sql.execute(_PUT_OFF, {"file": hearing.attachment_id, "until": not_before})

    def suggest(self, hearing: Hearing, words: str) -> None:
        self._sql.execute(_SUGGEST, {"file": hearing.attachment_id, "heard": words})

    def suggested(self, attachment_id: int) -> Heard | None:
        row = self._sql.execute(_SUGGESTED, {"file": attachment_id}).one_or_none()
        return None if row is None else Heard(*row)

    def end(self, attachment_id: int) -> None:
        self._sql.execute(_END, {"file": attachment_id})
