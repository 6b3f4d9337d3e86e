"""Chats and topics that are no more: what was meant for them goes where they went."""

from datetime import datetime

from sqlalchemy import bindparam, literal_column, or_, select, update

from bot.flows.draft import DraftState
from bot.ports.outbox import LetterState
from storage.packing import REACTION, STRIP
from storage.schema import cards, departments, drafts, estates, is_in, outbox
from storage.statements import Executor

#: The outcome of a letter about a message that its chat has left behind.
CHAT_MOVED = "chat-moved"

_WAITING = is_in(outbox.c.state, LetterState.PENDING)
_DROP_PAST = (
    update(outbox)
    .where(
        outbox.c.chat_id == bindparam("old_chat"),
        _WAITING,
        or_(outbox.c.kind == literal_column(f"'{STRIP}'"), outbox.c.kind == literal_column(f"'{REACTION}'")),
    )
    .values(state=LetterState.DROPPED.value, outcome=CHAT_MOVED, settled_at=bindparam("at"))
)
_MOVE_LETTERS = (
    update(outbox).where(outbox.c.chat_id == bindparam("old_chat"), _WAITING).values(chat_id=bindparam("new_chat"))
)
_MOVE_CARDS = (
    update(cards).where(cards.c.chat_id == bindparam("old_chat")).values(chat_id=bindparam("new_chat"), message_id=None)
)
_MOVE_DRAFTS = (
    update(drafts)
    .where(drafts.c.chat_id == bindparam("old_chat"), is_in(drafts.c.state, DraftState.OPEN))
    .values(chat_id=bindparam("new_chat"))
)
_MOVE_GROUP = (
    update(estates).where(estates.c.group_chat == bindparam("old_chat")).values(group_chat=bindparam("new_chat"))
)
_UNTHREAD_LETTERS = (
    update(outbox)
    .where(outbox.c.chat_id == bindparam("chat"), outbox.c.thread_id == bindparam("topic"), _WAITING)
    .values(thread_id=None)
)
_UNTHREAD_CARDS = (
    update(cards)
    .where(cards.c.chat_id == bindparam("chat"), cards.c.thread_id == bindparam("topic"))
    .values(thread_id=None)
)
_UNTHREAD_GROUP = (
    update(estates)
    .where(estates.c.group_chat == bindparam("chat"), estates.c.group_thread == bindparam("topic"))
    .values(group_thread=None)
)
_UNTHREAD_DEPARTMENTS = (
    update(departments)
    .where(
        departments.c.estate_id
        == select(estates.c.id).where(estates.c.group_chat == bindparam("chat")).scalar_subquery(),
        departments.c.thread_id == bindparam("topic"),
    )
    .values(thread_id=None)
)


def move_chat(sql: Executor, old_chat_id: int, new_chat_id: int, now: datetime) -> None:
    """Let everything that belongs to one chat belong to another from now on.

    Message ids begin anew there: those that are known would name other messages, so the cards forget theirs and are
    sent afresh, and what was only about an old message is dropped. A letter on its way keeps its chat: its outcome
    is about that one.
    """
    sql.execute(_DROP_PAST, {"old_chat": old_chat_id, "at": now})
    for statement in (_MOVE_LETTERS, _MOVE_CARDS, _MOVE_DRAFTS, _MOVE_GROUP):
        sql.execute(statement, {"old_chat": old_chat_id, "new_chat": new_chat_id})


def leave_topic(sql: Executor, chat_id: int, thread_id: int) -> None:
    """Let everything that belongs to a topic belong to its chat."""
    for statement in (_UNTHREAD_LETTERS, _UNTHREAD_CARDS, _UNTHREAD_GROUP, _UNTHREAD_DEPARTMENTS):
        sql.execute(statement, {"chat": chat_id, "topic": thread_id})
