"""The regulation as data: which window an event starts, which event meets it, whom it reminds, who is told then.

Code has no window lengths in it. A rule set is checked when it is read (`bot/regulations/loader`) and carries a
version; a ticket keeps the version it began under. What contradicts itself is refused here, with the reason.
"""

import itertools
from collections.abc import Iterator
from datetime import time, timedelta
from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from bot.domain.conditions import Condition, Fraction, Model, WrittenLength
from bot.domain.events import EVENTS
from bot.domain.patterns import Thresholds
from bot.domain.people import Role
from bot.domain.sampling import sampled
from bot.domain.screening import BrushOff
from bot.domain.tickets import Ticket
from bot.domain.visit_rules import VisitRule

#: These windows stand still for nobody: the resident hears something within the hour, whatever is still open.
NEVER_PAUSED: Final = frozenset({"FC-9"})
#: Events that come of a window; none can start, meet, pause or end one.
_OF_WINDOWS: Final = frozenset({"reminded", "window_broken"})


class Holder(StrEnum):
    """Who must act within a window. Whoever is meant but is not there is stood in for by who is on duty."""

    ASSIGNEE_OR_DUTY = "assignee_or_duty"  # the assignee; while there is none, the person on duty (FC-1)
    FIRST_CONTACT = "first_contact"  # answerable to the end (FC-2)
    RECEIVER = "receiver"  # to whom it is to be transferred, a person or a department
    DUTY = "duty"
    DEPARTMENT_HEAD = "department_head"
    GENERAL_SUPERVISOR = "general_supervisor"
    DIRECTOR = "director"
    REPORTER = "reporter"  # who brought the matter
    VISITOR = "visitor"  # who is to call or see the resident (RV-4)


class Consequence(StrEnum):
    """What follows when a window has passed unmet."""

    BREACH = "breach"  # the holder and the next level are told
    RETURN_TRANSFER = "return_transfer"  # a transfer nobody accepted goes back to its giver (FC-11)
    CLOSE = "close"  # a quiet week closes the ticket (CP-11): nothing was missed
    REPEAT = "repeat"  # the holder is told how it stands, and the window runs again
    DIGEST = "digest"  # so, in one message of the morning with everything else of theirs


class PauseReason(StrEnum):
    """Why a window stands still: the resident holds it up."""

    QUESTION = "question"  # they were asked something
    APPOINTMENT = "appointment"  # they chose a later time


class Pause(Model):
    """From `by` until one of `until` the window stands still."""

    by: str
    until: tuple[str, ...] = Field(min_length=1)
    reason: PauseReason


class Step(Model):
    """A step of the ladder: so long after the window broke, `to` is told."""

    after: WrittenLength
    to: Role

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if not self.after.counted:
            raise ValueError("a step of the ladder comes after minutes, hours or days")
        return self


class Window(Model):
    """One response window.

    `rule` is the RULEBOOK id; where one rule has several windows, each has a name behind a slash ("FC-5/chase").
    `source` is the paragraph it comes from. It starts for tickets of which one of `when` (if given) and none of
    `unless` holds, and ends when that ceases; with `met_when_over` that meets it. An event in `ended_by` takes its
    reason away. With `restarts` a starting event begins it anew while it runs. `reminders` are fractions of its length
    at which the holder is reminded; two stages closer together than `least_gap_minutes` count as one, the later one.
    With `outlasts` it goes on when the matter has come to its end: only its own `ended_by` ends it.
    `tells` hear of a breach beside the holder; `ladder` says who after them, and when.
    """

    rule: str = Field(pattern=r"^[A-Z]{2}-\d+(/[a-z]+)?$")
    source: str = Field(min_length=1)
    started_by: tuple[str, ...] = Field(min_length=1)
    met_by: tuple[str, ...] = ()
    ended_by: tuple[str, ...] = ()
    restarts: bool = False
    met_when_over: bool = False
    outlasts: bool = False
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    length: WrittenLength
    pauses: tuple[Pause, ...] = ()
    reminders: tuple[Fraction, ...] = ()
    least_gap_minutes: int = Field(default=5, ge=0)
    holder: Holder = Holder.ASSIGNEE_OR_DUTY
    tells: tuple[Role, ...] = ()
    ladder: tuple[Step, ...] = ()
    consequence: Consequence = Consequence.BREACH

    @property
    def least_gap(self) -> timedelta:
        """How far apart two stages are at least."""
        return timedelta(minutes=self.least_gap_minutes)

    def concerns(self, ticket: Ticket) -> bool:
        """Whether the window is meant for `ticket` as it stands."""
        wanted = not self.when or any(condition.holds(ticket, self.rule) for condition in self.when)
        return wanted and not any(condition.holds(ticket, self.rule) for condition in self.unless)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for wrong in itertools.chain(_wrong_events(self), _wrong_pauses(self), _wrong_stages(self)):
            raise ValueError(f"rule {self.rule}: {wrong}")
        return self


def _wrong_events(window: Window) -> Iterator[str]:
    paused = {name for pause in window.pauses for name in (pause.by, *pause.until)}
    sides = {"start": {*window.started_by}, "meet": {*window.met_by}, "end": {*window.ended_by}}
    for name in (*window.started_by, *window.met_by, *window.ended_by, *sorted(paused)):
        if name not in EVENTS:
            yield f"there is no event {name!r}; known: {', '.join(sorted(EVENTS))}"
    own = _OF_WINDOWS & set().union(paused, *sides.values())
    if own:
        yield f"{', '.join(sorted(own))} comes of a window and cannot start, meet, pause or end one"
    for (one, these), (other, those) in itertools.combinations(sides.items(), 2):
        if these & those:
            yield f"{', '.join(sorted(these & those))} cannot both {one} and {other} the window"
    met = window.met_by or window.ended_by or window.met_when_over
    if not met and window.consequence is Consequence.BREACH:
        yield "nothing meets or ends it, so everybody would always be late"


def _wrong_pauses(window: Window) -> Iterator[str]:
    if window.pauses and window.rule.partition("/")[0] in NEVER_PAUSED:
        yield "this window is never paused: the resident hears something in time, whatever is still open"
    for pause in window.pauses:
        if pause.by in pause.until:
            yield f"{pause.by} cannot both pause and resume the window"
        settling = {pause.by, *pause.until} & {*window.met_by, *window.ended_by}
        if settling:
            yield f"{', '.join(sorted(settling))} cannot both pause or resume the window and settle it"
    reasons = [pause.reason for pause in window.pauses]
    if len(set(reasons)) < len(reasons):
        yield "each reason to pause is given once"


def _wrong_stages(window: Window) -> Iterator[str]:
    if list(window.reminders) != sorted(set(window.reminders)):
        yield "reminders must rise"
    if len({round(fraction * 100) for fraction in window.reminders}) < len(window.reminders):
        yield "reminders must differ by whole hundredths, they are named by them"
    if (window.ladder or window.tells) and window.consequence is not Consequence.BREACH:
        yield f"nothing is missed where the consequence is {window.consequence.value}, so nobody further up is told"
    for one, other in itertools.pairwise(window.ladder):
        if one.after.roughly >= other.after.roughly:
            yield f"the ladder must rise: {other.after} does not come after {one.after}"


class Hours(Model):
    """The estate's day: when it closes for "same day" (midnight if not given), and between which hours it is quiet."""

    closes: time | None = None
    quiet_from: time = time(22)
    quiet_until: time = time(8)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        given = (self.closes, self.quiet_from, self.quiet_until)
        if any(hour is not None and hour.tzinfo is not None for hour in given):
            raise ValueError("hours are those of the estate's own zone; write them without one")
        if self.quiet_from == self.quiet_until:
            raise ValueError("the quiet hours begin and end at the same time, so nothing would ever ring")
        return self


class StockTakeRule(Model):
    """The day's count of matters (CP-7): when it comes by the estate's clock, and by when it must be acknowledged."""

    source: str = Field(min_length=1)
    at: time
    acknowledged_within: WrittenLength
    tells: Role


class PatternRule(Model):
    """From how many on, within a quarter, something is a pattern, and by when it is decided what is done (RV-9)."""

    source: str = Field(min_length=1)
    failed_visits: int = Field(ge=1)
    complaints: int = Field(ge=2)
    repairs: int = Field(ge=2)
    decided_within: WrittenLength

    @property
    def thresholds(self) -> Thresholds:
        """The numbers as the domain counts by them."""
        return Thresholds(self.failed_visits, self.complaints, self.repairs)


class OnTheSpotRule(Model):
    """How much of what was fixed on the spot a second person looks at (AS-4); its photo closes the rest."""

    source: str = Field(min_length=1)
    checked: Fraction


class RuleSet(Model):
    """A versioned set of rules; `version` is what tickets keep. What is in `ended_by` ends every other window.

    Of `visits` the first that is meant for a ticket counts.
    """

    version: str = Field(min_length=1)
    hours: Hours = Hours()
    ended_by: tuple[str, ...] = ()
    windows: tuple[Window, ...] = Field(min_length=1)
    visits: tuple[VisitRule, ...] = ()
    stock_take: StockTakeRule | None = None
    patterns: PatternRule | None = None
    on_the_spot: OnTheSpotRule | None = None
    brush_offs: tuple[BrushOff, ...] = Field((), exclude=True)
    """Not a rule that tickets keep: those that come with the program hold for all of them (FC-3)."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        rules = [*(window.rule for window in self.windows), *(visit.rule for visit in self.visits)]
        twice = {rule for rule in rules if rules.count(rule) > 1}
        if twice:
            raise ValueError(f"rules given twice: {', '.join(sorted(twice))}")
        for name in self.ended_by:
            if name not in EVENTS or name in _OF_WINDOWS:
                raise ValueError(f"{name!r} cannot end every window: there is no such event of a ticket")
        return self

    def window(self, rule: str) -> Window | None:
        """Return the window of `rule`, or None if this version has none."""
        return next((window for window in self.windows if window.rule == rule), None)

    def visits_for(self, ticket: Ticket) -> VisitRule | None:
        """Return the first rule of return visits that is meant for `ticket`, None where no visit is needed."""
        return next((visit for visit in self.visits if visit.concerns(ticket)), None)

    def visit(self, rule: str) -> VisitRule | None:
        """Return the return visits of `rule`, or None if this version has none."""
        return next((visit for visit in self.visits if visit.rule == rule), None)

    def is_drawn_on_the_spot(self, ticket: Ticket) -> bool:
        """Whether a second person looks at `ticket`, fixed on the spot: its number draws the lot; all where no rule."""
        rule = self.on_the_spot
        return rule is None or sampled(f"{ticket.number} fixed on the spot", rule.checked)

    def ends(self, window: Window, name: str) -> bool:
        """Whether an event of that name takes the reason of `window` away, which it neither starts nor meets."""
        ended = not window.outlasts and name in self.ended_by
        return name in window.ended_by or (ended and name not in window.started_by and name not in window.met_by)
