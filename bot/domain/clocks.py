"""From a window to the moments that matter in it.

An obligation is one run of a window for one ticket; its stages stand as rows in `timers`, unique by ticket, rule,
occurrence and stage, so that nothing fires twice however often it is planned.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.lengths import Calendar
from bot.domain.regulation import Step, Window


class ObligationState(StrEnum):
    """How a run of a window stands."""

    RUNNING = "running"
    PAUSED = "paused"  # the resident holds it up
    MET = "met"
    BROKEN = "broken"  # passed unmet; it waits on to be met late, and goes up the ladder meanwhile
    MET_LATE = "met_late"
    PASSED = "passed"  # came to its end where that is no breach: a quiet week, a transfer that lapsed
    ENDED = "ended"  # its reason went away


@dataclass(frozen=True, slots=True)
class Obligation:
    """One run of a rule's window for a ticket; `occurrence` counts from 1.

    `broken_at` is when it broke, `settled_at` when it was met, passed or ended, `paused_at` since when it stands still;
    None before. `moved_by` is how long it stood still in all.
    """

    id: int
    ticket_id: int
    rule: str
    occurrence: int
    started_at: datetime
    due_at: datetime
    state: ObligationState
    broken_at: datetime | None = None
    settled_at: datetime | None = None
    paused_at: datetime | None = None
    moved_by: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Standstill:
    """A pause of an obligation: since when, for which `PauseReason`; `until` is None while it lasts."""

    reason: str
    since: datetime
    until: datetime | None = None


#: A window that begins only when somebody's duty does is handed to them then.
BEGINS = "begins"
BREACH = "breach"
LADDER = "ladder-"


@dataclass(frozen=True, slots=True)
class Stage:
    """A moment in a window at which something is due.

    A reminder (`reminder-50` at half of it), its end (`breach`), or a step of the ladder after it (`ladder-1`).
    """

    name: str
    due_at: datetime


def stages(window: Window, started_at: datetime, due_at: datetime, calendar: Calendar) -> tuple[Stage, ...]:
    """Return the reminders, the end and the ladder of a window from `started_at` to `due_at`, in order of time.

    A reminder closer than the window's least gap to the next stage is left out: two rings within five minutes say
    nothing more than one.
    """
    following = due_at
    kept = [Stage(BREACH, following)]
    for fraction in reversed(window.reminders):
        at = started_at + (due_at - started_at) * fraction
        if following - at >= window.least_gap:
            kept.append(Stage(f"reminder-{round(fraction * 100)}", at))
            following = at
    ladder = (
        Stage(f"{LADDER}{number}", step.after.after_end(due_at, calendar))
        for number, step in enumerate(window.ladder, start=1)
    )
    return (*reversed(kept), *ladder)


def step_of(window: Window, stage: str) -> Step | None:
    """Return the step of the ladder that `stage` names, None for reminders and the end."""
    if not stage.startswith(LADDER):
        return None
    number = int(stage.removeprefix(LADDER))
    return window.ladder[number - 1] if number <= len(window.ladder) else None
