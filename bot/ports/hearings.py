"""Voice messages that a speech-to-text engine is to hear, and what it made of them until a person has confirmed it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Hearing:
    """A voice message to be heard; its bytes are kept under `sha256`, `attempts` counts those that failed."""

    attachment_id: int
    ticket_id: int
    sha256: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What the engine made of a voice message of a ticket, as long as nobody has said whether that is right."""

    attachment_id: int
    ticket_id: int
    words: str


class Hearings(Protocol):
    """What is to be heard and was heard. The sound itself is kept in any case."""

    def ask(self, unique_id: str) -> None:
        """Have the voice messages heard that came with tickets as that file; nothing for any other file."""
        ...

    def due(self, limit: int) -> tuple[Hearing, ...]:
        """Return what is to be heard now, what waits longest first."""
        ...

    def next_due(self) -> datetime | None: ...
    def put_off(self, hearing: Hearing, not_before: datetime) -> None:
        """Have it tried again, not before a moment."""
        ...

    def suggest(self, hearing: Hearing, words: str) -> None:
        """Keep what was heard until a person has said whether it is right."""
        ...

    def suggested(self, attachment_id: int) -> Heard | None:
        """Return what was heard and is not confirmed yet."""
        ...

    def end(self, attachment_id: int) -> None:
        """Forget what was heard: it was confirmed, or is of no use."""
        ...
