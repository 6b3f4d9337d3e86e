"""The outbox: what waits to be delivered.

Invariant: at most one letter that waits draws a given card, unless it owes a receipt. A further wish to have the card
drawn joins it, and so does a letter that comes back from a send that has to be repeated: what counts is the present
state, and it goes out once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, func, literal_column, or_, select, update

from bot.ports.outbox import AnswerReceipt, Card, Head, IfUnknown, Lane, Letter, LetterState, Posted, ShowCard
from storage.dialect import insert
from storage.packing import dump_content, load_content
from storage.repositories.redirecting import leave_topic, move_chat
from storage.repositories.rows import insert_row
from storage.schema import CARD, is_in, outbox, waiting_card
from storage.statements import Executor

_SETTLED = frozenset({LetterState.SENT, LetterState.UNREACHABLE, LetterState.DROPPED, LetterState.DEAD})
#: The outcome of a letter whose card is drawn by another one.
JOINED = "joined"

_PUT = insert(outbox)
_POST = _PUT.returning(outbox.c.id)
_DRAW = _PUT.on_conflict_do_update(
    index_elements=[outbox.c.card_id],
    index_where=waiting_card,
    set_={
        "lane": case((_PUT.excluded.lane < outbox.c.lane, _PUT.excluded.lane), else_=outbox.c.lane),
        "silent": and_(outbox.c.silent, _PUT.excluded.silent),
    },
).returning(outbox.c.id)
_GET = select(
    outbox.c.id,
    outbox.c.chat_id,
    outbox.c.estate_id,
    outbox.c.kind,
    outbox.c.body,
    outbox.c.card_id,
    outbox.c.reader_id,
    outbox.c.thread_id,
    outbox.c.lane,
    outbox.c.silent,
    outbox.c.reply_to_card,
    outbox.c.if_unknown,
    outbox.c.receipt_ticket,
    outbox.c.receipt_text,
    outbox.c.state,
    outbox.c.not_before,
    outbox.c.attempts,
    outbox.c.tries,
    outbox.c.plain,
    outbox.c.edits,
).where(outbox.c.id == bindparam("letter"))
_STANDING = select(outbox.c.state, outbox.c.chat_id, outbox.c.lane, outbox.c.not_before).where(
    outbox.c.id == bindparam("letter")
)
_MARK = (
    update(outbox)
    .where(outbox.c.id == bindparam("letter"))
    .values(
        state=bindparam("new_state"),
        outcome=bindparam("new_outcome"),
        settled_at=bindparam("new_settled_at"),
        not_before=func.coalesce(bindparam("new_not_before", type_=outbox.c.not_before.type), outbox.c.not_before),
        attempts=func.coalesce(bindparam("new_attempts"), outbox.c.attempts),
        tries=func.coalesce(bindparam("new_tries"), outbox.c.tries),
        plain=func.coalesce(bindparam("new_plain"), outbox.c.plain),
        edits=bindparam("new_edits"),
    )
)
_returning = outbox.alias("returning_letter")
_DISPLACE = (
    update(outbox)
    .where(
        outbox.c.card_id
        == select(_returning.c.card_id)
        .where(
            _returning.c.id == bindparam("letter"),
            _returning.c.kind == literal_column(f"'{CARD}'"),
            _returning.c.receipt_text.is_(None),
        )
        .scalar_subquery(),
        outbox.c.id != bindparam("letter"),
        waiting_card,
    )
    .values(state=LetterState.DROPPED.value, outcome=JOINED, settled_at=bindparam("at"))
    .returning(outbox.c.lane, outbox.c.silent)
)
_HASTEN = (
    update(outbox)
    .where(outbox.c.id == bindparam("letter"))
    .values(
        lane=case((outbox.c.lane > bindparam("other_lane"), bindparam("other_lane")), else_=outbox.c.lane),
        silent=and_(outbox.c.silent, bindparam("other_silent")),
    )
)
_HEADS = (
    select(outbox.c.id, outbox.c.chat_id, outbox.c.lane, outbox.c.not_before)
    .where(is_in(outbox.c.state, LetterState.PENDING), outbox.c.id > bindparam("after"))
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
)
_INTERRUPTED = select(outbox.c.id).where(is_in(outbox.c.state, LetterState.SENDING)).order_by(outbox.c.id)
_ANSWERS_UNDER_WAY = select(outbox.c.id).where(
    is_in(outbox.c.state, LetterState.PENDING, LetterState.SENDING),
    outbox.c.receipt_text.is_not(None),
    or_(is_in(outbox.c.state, LetterState.SENDING), outbox.c.attempts == 0),
)
_WAITING = select(outbox.c.lane, func.count()).where(is_in(outbox.c.state, LetterState.PENDING)).group_by(outbox.c.lane)


class SqlOutbox:
    """`bot.ports.outbox.Outbox` in a table. A letter that is asked for and is not there raises `LookupError`."""

    def __init__(self, sql: Executor, now: datetime) -> None:
        self._sql = sql
        self._now = now

    def heads(self, after_id: int, limit: int) -> tuple[Head, ...]:
        rows = self._sql.execute(_HEADS, {"after": after_id, "most": limit})
        return tuple(Head(number, chat_id, Lane(lane), not_before) for number, chat_id, lane, not_before in rows)

    def waiting(self) -> Mapping[Lane, int]:
        found = dict.fromkeys(Lane, 0)
        for lane, number in self._sql.execute(_WAITING):
            found[Lane(lane)] = number
        return found

    def interrupted(self) -> tuple[int, ...]:
        return tuple(self._sql.execute(_INTERRUPTED).scalars())

    def answers_under_way(self) -> tuple[int, ...]:
        return tuple(self._sql.execute(_ANSWERS_UNDER_WAY).scalars())

    def put(self, letter: Letter) -> int:
        kind, body = dump_content(letter.content)
        fields = {
            "estate_id": letter.estate_id,
            "chat_id": letter.chat_id,
            "thread_id": letter.thread_id,
            "reader_id": letter.reader_id,
            "lane": letter.lane.value,
            "kind": kind,
            "body": body,
            "card_id": letter.content.card_id if isinstance(letter.content, ShowCard) else None,
            "reply_to_card": letter.reply_to_card,
            "silent": letter.silent,
            "if_unknown": letter.if_unknown.value,
            "receipt_ticket": letter.receipt and letter.receipt.ticket_id,
            "receipt_text": letter.receipt and letter.receipt.text_id,
            "state": LetterState.PENDING.value,
            "not_before": self._now,
            "attempts": 0,
            "tries": 0,
            "plain": False,
            "created_at": self._now,
        }
        if isinstance(letter.content, ShowCard):
            number: int = self._sql.execute(_DRAW, fields).scalar_one()
            return number
        return insert_row(self._sql, _POST, fields)

    def show(self, card: Card, lane: Lane = Lane.NOTICE, *, silent: bool = False) -> None:
        self.put(
            Letter(
                chat_id=card.chat_id,
                estate_id=card.estate_id,
                content=ShowCard(card.id),
                reader_id=card.reader_id,
                thread_id=card.thread_id,
                lane=lane,
                silent=silent,
            )
        )

    def get(self, letter_id: int) -> Posted:
        row = self._sql.execute(_GET, {"letter": letter_id}).one_or_none()
        if row is None:
            raise LookupError(f"no letter {letter_id}")
        return _posted(row)

    def standing(self, letter_id: int) -> tuple[LetterState, Head]:
        row = self._sql.execute(_STANDING, {"letter": letter_id}).one_or_none()
        if row is None:
            raise LookupError(f"no letter {letter_id}")
        state, chat_id, lane, not_before = row
        return LetterState(state), Head(letter_id, chat_id, Lane(lane), not_before)

    def mark(
        self,
        letter_id: int,
        state: LetterState,
        *,
        not_before: datetime | None = None,
        outcome: str = "",
        attempts: int | None = None,
        tries: int | None = None,
        plain: bool | None = None,
        edits: int | None = None,
    ) -> None:
        if state is LetterState.PENDING:
            self._displace_others(letter_id)
        fields = {
            "letter": letter_id,
            "new_state": state.value,
            "new_outcome": outcome or None,
            "new_settled_at": self._now if state in _SETTLED else None,
            "new_not_before": not_before,
            "new_attempts": attempts,
            "new_tries": tries,
            "new_plain": plain,
            "new_edits": edits,
        }
        if self._sql.execute(_MARK, fields).rowcount != 1:
            raise LookupError(f"no letter {letter_id}")

    def rechat(self, old_chat_id: int, new_chat_id: int) -> None:
        move_chat(self._sql, old_chat_id, new_chat_id, self._now)

    def unthread(self, chat_id: int, thread_id: int) -> None:
        leave_topic(self._sql, chat_id, thread_id)

    def _displace_others(self, letter_id: int) -> None:
        """Join to a letter that comes back the one for the same card that was put meanwhile.

        The older one stays, for it knows how often the card was tried.
        """
        other = self._sql.execute(_DISPLACE, {"letter": letter_id, "at": self._now}).one_or_none()
        if other is not None:
            lane, silent = other
            self._sql.execute(_HASTEN, {"letter": letter_id, "other_lane": lane, "other_silent": silent})


def _posted(row: Sequence[Any]) -> Posted:
    (
        number,
        chat_id,
        estate_id,
        kind,
        body,
        card_id,
        reader_id,
        thread_id,
        lane,
        silent,
        reply_to_card,
        if_unknown,
        receipt_ticket,
        receipt_text,
        state,
        not_before,
        attempts,
        tries,
        plain,
        edits,
    ) = row
    letter = Letter(
        chat_id=chat_id,
        estate_id=estate_id,
        content=load_content(kind, body, card_id),
        reader_id=reader_id,
        thread_id=thread_id,
        lane=Lane(lane),
        silent=silent,
        reply_to_card=reply_to_card,
        if_unknown=IfUnknown(if_unknown),
        receipt=None if receipt_text is None else AnswerReceipt(receipt_ticket, receipt_text),
    )
    return Posted(number, letter, LetterState(state), not_before, attempts, tries, plain, edits)
