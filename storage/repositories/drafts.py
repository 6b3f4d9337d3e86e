"""Running conversations."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from bot.flows.draft import Draft, DraftState
from storage.dialect import insert
from storage.packing import dump_items, load_items
from storage.schema import drafts, is_in, to_be_emptied, to_be_nudged
from storage.statements import Executor

_COLUMNS = (
    drafts.c.ref,
    drafts.c.flow,
    drafts.c.flow_version,
    drafts.c.person_id,
    drafts.c.chat_id,
    drafts.c.step,
    drafts.c.expires_at,
    drafts.c.answers,
    drafts.c["items"],
    drafts.c.ticket_id,
    drafts.c.revision,
    drafts.c.state,
    drafts.c.editing,
    drafts.c.nudge_at,
    drafts.c.resting,
    drafts.c.options,
)
_BY_REF = select(*_COLUMNS).where(drafts.c.ref == bindparam("named"))
_OPEN = (
    select(*_COLUMNS)
    .where(
        drafts.c.chat_id == bindparam("chat"),
        drafts.c.person_id == bindparam("person"),
        is_in(drafts.c.state, DraftState.OPEN),
        drafts.c.expires_at > bindparam("at", type_=drafts.c.expires_at.type),
    )
    .order_by(drafts.c.touch.desc())
    .limit(bindparam("most"))
)
_others = drafts.alias("others")
_NEXT_TOUCH = (
    select(func.coalesce(func.max(_others.c.touch), 0) + 1)
    .where(
        _others.c.chat_id == bindparam("chat"),
        _others.c.person_id == bindparam("person"),
        is_in(_others.c.state, DraftState.OPEN),
    )
    .scalar_subquery()
)
_INSERTED: dict[str, object] = {column.name: bindparam(column.name) for column in drafts.c if column.name != "touch"}
_SAVE = insert(drafts).values(touch=_NEXT_TOUCH, **_INSERTED)
_SAVE = _SAVE.on_conflict_do_update(
    index_elements=[drafts.c.ref],
    set_={column.name: _SAVE.excluded[column.name] for column in drafts.c if column.name != "ref"},
)
_KEEP = update(drafts).where(drafts.c.ref == bindparam("named"))
_NUDGES = (
    select(*_COLUMNS)
    .where(to_be_nudged, drafts.c.nudge_at <= bindparam("at", type_=drafts.c.nudge_at.type))
    .order_by(drafts.c.nudge_at)
    .limit(bindparam("most"))
)
_NEXT_NUDGE = select(drafts.c.ref, drafts.c.nudge_at).where(to_be_nudged).order_by(drafts.c.nudge_at).limit(1)
_DROP_NUDGE = update(drafts).where(drafts.c.ref == bindparam("named")).values(nudge_at=None)
_EXPIRED = (
    select(drafts.c.ref)
    .where(to_be_emptied, drafts.c.expires_at <= bindparam("at", type_=drafts.c.expires_at.type))
    .order_by(drafts.c.expires_at)
    .limit(bindparam("most"))
)
_EMPTY = update(drafts).where(drafts.c.ref == bindparam("named")).values(items="[]", answers="{}", options="{}")
_CLOSE = (
    update(drafts)
    .where(drafts.c.ref == bindparam("named"), drafts.c.state == DraftState.OPEN.value)
    .values(state=DraftState.EXPIRED.value, nudge_at=None, resting=False, revision=drafts.c.revision + 1)
)


class SqlDrafts:
    """`bot.ports.store.Drafts` in a table."""

    def __init__(self, sql: Executor) -> None:
        self._sql = sql

    def by_ref(self, ref: str) -> Draft | None:
        row = self._sql.execute(_BY_REF, {"named": ref}).one_or_none()
        return None if row is None else _draft(row)

    def current(self, person_id: int, chat_id: int, now: datetime) -> Draft | None:
        return next(iter(self.open(person_id, chat_id, now, 1)), None)

    def open(self, person_id: int, chat_id: int, now: datetime, limit: int) -> tuple[Draft, ...]:
        there = {"chat": chat_id, "person": person_id, "at": now, "most": limit}
        return tuple(_draft(row) for row in self._sql.execute(_OPEN, there))

    def save(self, draft: Draft) -> None:
        touched = {"chat": draft.chat_id, "person": draft.person_id}
        self._sql.execute(_SAVE, {**touched, "ref": draft.ref, **_fields(draft)})

    def keep(self, draft: Draft) -> None:
        self._sql.execute(_KEEP, {"named": draft.ref, **_fields(draft)})

    def nudges(self, now: datetime, limit: int) -> tuple[Draft, ...]:
        return tuple(_draft(row) for row in self._sql.execute(_NUDGES, {"at": now, "most": limit}))

    def next_nudge(self) -> datetime | None:
        row = self._sql.execute(_NEXT_NUDGE).one_or_none()
        return None if row is None else row[1]

    def drop_nudge(self) -> str | None:
        row = self._sql.execute(_NEXT_NUDGE).one_or_none()
        if row is None:
            return None
        ref: str = row[0]
        self._sql.execute(_DROP_NUDGE, {"named": ref})
        return ref

    def expired(self, now: datetime, limit: int) -> tuple[str, ...]:
        return tuple(self._sql.execute(_EXPIRED, {"at": now, "most": limit}).scalars())

    def empty(self, ref: str) -> bool:
        self._sql.execute(_EMPTY, {"named": ref})
        return self._sql.execute(_CLOSE, {"named": ref}).rowcount == 1


def _fields(draft: Draft) -> dict[str, object]:
    return {
        "flow": draft.flow,
        "flow_version": draft.flow_version,
        "person_id": draft.person_id,
        "chat_id": draft.chat_id,
        "step": draft.step,
        "answers": json.dumps(dict(draft.answers), separators=(",", ":")),
        "items": dump_items(draft.items),
        "ticket_id": draft.ticket_id,
        "revision": draft.revision,
        "state": draft.state.value,
        "editing": draft.editing,
        "expires_at": draft.expires_at,
        "nudge_at": draft.nudge_at,
        "resting": draft.resting,
        "options": json.dumps(dict(draft.options), ensure_ascii=True, separators=(",", ":")),
    }


def _draft(row: Sequence[Any]) -> Draft:
    ref, flow, flow_version, person_id, chat_id, step, expires_at, answers, items, *rest = row
    ticket_id, revision, state, editing, nudge_at, resting, options = rest
    return Draft(
        ref,
        flow,
        flow_version,
        person_id,
        chat_id,
        step,
        expires_at,
        json.loads(answers),
        load_items(items),
        ticket_id,
        revision,
        DraftState(state),
        editing,
        nudge_at,
        resting,
        {step: tuple((code, label) for code, label in given) for step, given in json.loads(options).items()},
    )
