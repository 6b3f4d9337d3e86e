"""From a window to the moments that matter in it.

An obligation is one run of a window for one ticket; its stages stand as rows in `timers`, unique by ticket, rule,
occurrence and stage, so that nothing fires twice however often it is planned.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.regulation import Window


class ObligationState(StrEnum):
    """How a run of a window stands."""

    RUNNING = "running"
    MET = "met"
    BROKEN = "broken"
    MET_LATE = "met_late"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Obligation:
    """One run of a rule's window for a ticket; `occurrence` counts from 1."""

    id: int
    ticket_id: int
    rule: str
    occurrence: int
    started_at: datetime
    due_at: datetime
    state: ObligationState


BREACH = "breach"


@dataclass(frozen=True, slots=True)
class Stage:
    """A moment in a window at which something is due: a reminder (`reminder-50` at half of it) or its breach."""

    name: str
    due_at: datetime


def stages(window: Window, started_at: datetime) -> tuple[Stage, ...]:
    """Return the reminders and the breach of a window that began at `started_at`, in order of time.

    A reminder closer than the window's least gap to the next stage is left out: two rings within five minutes say
    nothing more than one.
    """
    gap = timedelta(minutes=window.least_gap_minutes)
    following = started_at + window.length
    kept = [Stage(BREACH, following)]
    for fraction in reversed(window.reminders):
        due_at = started_at + window.length * fraction
        if following - due_at >= gap:
            kept.append(Stage(f"reminder-{round(fraction * 100)}", due_at))
            following = due_at
    return tuple(reversed(kept))
