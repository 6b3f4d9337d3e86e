"""Admission to the inbox.

Invariants: an update is in here before Telegram is told that it arrived; one that was delivered twice is in here once;
what cannot be read is kept as well, in quarantine from the start.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Connection

from bot.ports.inbox import RawUpdate
from storage.dialect import insert
from storage.schema import InboxState, inbox
from storage.statements import Executor

#: Why an update is in quarantine that nobody has tried to handle.
UNREADABLE = "unreadable"

log = structlog.get_logger()

_IDS = range(-(2**63), 2**63)  # what a column holds
_LONGEST_PART = 64

_ADMIT = insert(inbox).on_conflict_do_nothing(index_elements=[inbox.c.identity])


def admit_updates(connection: Connection, updates: Sequence[RawUpdate], now: datetime) -> int:
    """Put down `updates` in their order, passing over those that are known, and return how many were new."""
    return Executor(connection).execute_many(_ADMIT, [_row(update, now) for update in updates]).rowcount


def _row(update: RawUpdate, now: datetime) -> dict[str, object]:
    content = _content(update.raw)
    row: dict[str, object] = {"raw": update.raw, "received_at": now}
    if content is None or update.update_id is None or update.update_id not in _IDS:
        log.warning("update_quarantined", reason=UNREADABLE, characters=len(update.raw))
        digest = hashlib.sha256(update.raw.encode("utf-8", "surrogatepass")).hexdigest()
        return row | {
            "update_id": None,
            "identity": f"raw|{digest}",
            "state": InboxState.QUARANTINED.value,
            "reason": UNREADABLE,
            "settled_at": now,
        }
    kind = min((name for name in content if name != "update_id"), default="")
    body = content.get(kind)
    return row | {
        "update_id": update.update_id,
        "identity": "|".join(map(_part, (update.update_id, kind, *_distinguishing(body)))),
        "state": InboxState.PENDING.value,
        "reason": None,
        "settled_at": None,
    }


def _content(raw: str) -> dict[str, object] | None:
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _distinguishing(body: object) -> Iterator[object]:
    """Yield what tells an update from another of the same id, since ids may begin anew after a quiet week.

    Only what the update is itself counts: a message that it merely shows (above a tapped button) may have been edited
    between two deliveries.
    """
    if isinstance(body, dict):
        chat = body.get("chat")
        yield chat.get("id") if isinstance(chat, dict) else None
        for name in ("message_id", "date", "edit_date", "id"):
            yield body.get(name)


def _part(value: object) -> str:
    """Return a part of an identity, as ASCII: what comes from outside may hold what no column can (half characters)."""
    if not isinstance(value, int | str):
        return ""
    return str(value)[:_LONGEST_PART].encode("ascii", "backslashreplace").decode("ascii")
