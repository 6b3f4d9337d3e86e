"""What has happened to a ticket, in the past tense: the rows of its append-only history (AR-1).

Nothing personal and no free text stands in an event: it names a text by id and carries the text's salted hash, so
that the text can be erased while the history stays whole. Field names and `NAME`s are stable, they are stored.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Filed:
    """A matter was confirmed by who brought it and has its number (FC-10)."""

    NAME: ClassVar[str] = "filed"
    by: int
    number: str
    estate_id: int
    kind: str
    severity: str
    channel: str
    regulation: str
    texts: tuple[tuple[int, str], ...]
    attachments: tuple[int, ...]
    first_contact: int | None = None
    category: str = "finding"
    details: tuple[tuple[str, str], ...] = ()
    nameless: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """Somebody took the ticket on."""

    NAME: ClassVar[str] = "claimed"
    by: int


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to the filer was given out for sending; it counts once delivered (CP-6)."""

    NAME: ClassVar[str] = "answered"
    by: int
    text_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class AnswerDelivered:
    """The platform accepted the answer for the filer's chat."""

    NAME: ClassVar[str] = "answer_delivered"
    text_id: int


@dataclass(frozen=True, slots=True)
class AnswerUndelivered:
    """The filer cannot be reached by chat; staff must call (CP-6). `reason` is a stable code."""

    NAME: ClassVar[str] = "answer_undelivered"
    text_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Amended:
    """The filer changed or added words after filing."""

    NAME: ClassVar[str] = "amended"
    by: int
    text_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The filer sent files after filing."""

    NAME: ClassVar[str] = "enclosed"
    by: int
    attachments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CallRequested:
    """The filer asked to be called (UX 15)."""

    NAME: ClassVar[str] = "call_requested"
    by: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The filer took the matter back."""

    NAME: ClassVar[str] = "withdrawn"
    by: int


@dataclass(frozen=True, slots=True)
class Reminded:
    """The holder of a window was reminded of it."""

    NAME: ClassVar[str] = "reminded"
    rule: str
    stage: str
    holder: int | None


@dataclass(frozen=True, slots=True)
class WindowBroken:
    """A window ended unmet. `told` are those who hear of it beside the holder."""

    NAME: ClassVar[str] = "window_broken"
    rule: str
    holder: int | None
    told: tuple[int, ...] = ()


Event = (
    Filed
    | Claimed
    | Answered
    | AnswerDelivered
    | AnswerUndelivered
    | Amended
    | Enclosed
    | CallRequested
    | Withdrawn
    | Reminded
    | WindowBroken
)

EVENTS: dict[str, type[Event]] = {
    kind.NAME: kind
    for kind in (
        Filed,
        Claimed,
        Answered,
        AnswerDelivered,
        AnswerUndelivered,
        Amended,
        Enclosed,
        CallRequested,
        Withdrawn,
        Reminded,
        WindowBroken,
    )
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its time, as the history holds it."""

    at: datetime
    event: Event
