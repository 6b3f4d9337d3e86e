"""The hash chain of a ticket's history.

Each row carries the hash of the row before; the first carries `GENESIS`. Whoever changes, drops or inserts a row
breaks the chain from there on, and a dropped tail shows against the ticket's version (`shouwen doctor` looks).
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.domain.events import EVENTS, Event, Recorded

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the history: `ordinal` counts from 1 within the ticket, `data` is the event as canonical JSON."""

    ticket_id: int
    ordinal: int
    at: datetime
    name: str
    data: str
    previous: str
    digest: str


def row_after(previous: Row | None, ticket_id: int, recorded: Recorded) -> Row:
    """Return the row that appends `recorded` to the history that ends in `previous`."""
    ordinal = previous.ordinal + 1 if previous else 1
    before = previous.digest if previous else GENESIS
    data = json.dumps(asdict(recorded.event), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    name = recorded.event.NAME
    return Row(
        ticket_id,
        ordinal,
        recorded.at,
        name,
        data,
        before,
        _digest(before, ticket_id, ordinal, recorded.at, name, data),
    )


def event_of(row: Row) -> Recorded:
    """Return the event that `row` holds."""
    fields = json.loads(row.data)
    return Recorded(row.at, _restore(EVENTS[row.name], fields))


def first_break(rows: Iterable[Row]) -> int | None:
    """Return the ordinal at which one ticket's history, oldest row first, stops being whole, or None."""
    before = GENESIS
    for expected, row in enumerate(rows, start=1):
        digest = _digest(before, row.ticket_id, row.ordinal, row.at, row.name, row.data)
        if row.ordinal != expected or row.previous != before or row.digest != digest:
            return expected
        before = digest
    return None


def text_digest(salt: bytes, text: str) -> str:
    """Return the salted hash that stands for an erasable text in the history (hex SHA-256)."""
    return hashlib.sha256(salt + text.encode("utf-8", "surrogatepass")).hexdigest()


def _digest(before: str, ticket_id: int, ordinal: int, at: datetime, name: str, data: str) -> str:
    content = "\n".join((before, str(ticket_id), str(ordinal), at.isoformat(), name, data))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _restore(kind: type[Event], fields: dict[str, object]) -> Event:
    return kind(**{name: _tuples(value) for name, value in fields.items()})  # type: ignore[arg-type]


def _tuples(value: object) -> object:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
