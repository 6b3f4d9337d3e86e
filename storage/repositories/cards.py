"""Cards: which message shows what, and where."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.ports.outbox import Audience, Card
from storage.repositories.rows import insert_row
from storage.schema import cards
from storage.statements import Executor

_COLUMNS = (
    cards.c.id,
    cards.c.audience,
    cards.c.chat_id,
    cards.c.thread_id,
    cards.c.reader_id,
    cards.c.estate_id,
    cards.c.ticket_id,
    cards.c.draft_ref,
    cards.c.message_id,
    cards.c.fresh,
)
_GET = select(*_COLUMNS).where(cards.c.id == bindparam("card"))
_OF_TICKET = select(*_COLUMNS).where(cards.c.ticket_id == bindparam("ticket")).order_by(cards.c.id)
_OF_DRAFT = select(*_COLUMNS).where(cards.c.draft_ref == bindparam("draft")).order_by(cards.c.id.desc()).limit(1)
_BY_MESSAGE = (
    select(*_COLUMNS)
    .where(cards.c.chat_id == bindparam("chat"), cards.c.message_id == bindparam("message"))
    .order_by(cards.c.id.desc())
    .limit(1)
)
_ADD = insert(cards).returning(cards.c.id)
_UPDATE = update(cards).where(cards.c.id == bindparam("card"))


class SqlCards:
    """`bot.ports.outbox.Cards` in a table. A card asked for by number that is not there raises `LookupError`."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def get(self, card_id: int) -> Card:
        row = self._sql.execute(_GET, {"card": card_id}).one_or_none()
        if row is None:
            raise LookupError(f"no card {card_id}")
        return _card(row)

    def add(self, card: Card) -> Card:
        return replace(card, id=insert_row(self._sql, _ADD, _fields(card)))

    def update(self, card: Card) -> None:
        if self._sql.execute(_UPDATE, {"card": card.id, **_fields(card)}).rowcount != 1:
            raise LookupError(f"no card {card.id}")

    def of_ticket(self, ticket_id: int) -> tuple[Card, ...]:
        return tuple(_card(row) for row in self._sql.execute(_OF_TICKET, {"ticket": ticket_id}))

    def of_draft(self, draft_ref: str) -> Card | None:
        row = self._sql.execute(_OF_DRAFT, {"draft": draft_ref}).one_or_none()
        return None if row is None else _card(row)

    def by_message(self, chat_id: int, message_id: int) -> Card | None:
        row = self._sql.execute(_BY_MESSAGE, {"chat": chat_id, "message": message_id}).one_or_none()
        return None if row is None else _card(row)


def _fields(card: Card) -> dict[str, object]:
    return {
        "audience": card.audience.value,
        "chat_id": card.chat_id,
        "thread_id": card.thread_id,
        "reader_id": card.reader_id,
        "estate_id": card.estate_id,
        "ticket_id": card.ticket_id,
        "draft_ref": card.draft_ref,
        "message_id": card.message_id,
        "fresh": card.fresh,
    }


def _card(row: Sequence[Any]) -> Card:
    number, audience, *rest = row
    return Card(number, Audience(audience), *rest)
