"""The regulation as data: which window an event starts, which event meets it, when it reminds.

Code has no window lengths in it. A rule set is checked when it is read (`bot/regulations/loader`) and carries a
version; a ticket keeps the version it began under. Windows of minutes and hours run day and night.
"""

import itertools
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.domain.events import EVENTS


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Holder(StrEnum):
    """Who must act within a window: the assignee, or while there is none the person on duty (FC-1)."""

    ASSIGNEE_OR_DUTY = "assignee_or_duty"


Fraction = Annotated[float, Field(gt=0, lt=1)]


class Window(_Model):
    """One response window.

    `rule` is the RULEBOOK id, `source` the paragraph it comes from. An event in `ended_by` takes the window's reason
    away, as when the matter is withdrawn. `reminders` are fractions of `minutes` at which the holder is reminded; two
    stages closer together than `least_gap_minutes` count as one, the later one.
    """

    rule: str = Field(pattern=r"^[A-Z]{2}-\d+$")
    source: str = Field(min_length=1)
    started_by: tuple[str, ...] = Field(min_length=1)
    met_by: tuple[str, ...] = Field(min_length=1)
    ended_by: tuple[str, ...] = ()
    minutes: int = Field(gt=0)
    reminders: tuple[Fraction, ...] = ()
    least_gap_minutes: int = Field(default=5, ge=0)
    holder: Holder = Holder.ASSIGNEE_OR_DUTY

    @property
    def length(self) -> timedelta:
        """How long the window stays open."""
        return timedelta(minutes=self.minutes)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name in (*self.started_by, *self.met_by, *self.ended_by):
            if name not in EVENTS:
                raise ValueError(f"rule {self.rule}: there is no event {name!r}; known: {', '.join(sorted(EVENTS))}")
        own = {"reminded", "window_broken"} & {*self.started_by, *self.met_by, *self.ended_by}
        if own:
            raise ValueError(
                f"rule {self.rule}: {', '.join(sorted(own))} comes of a window and cannot start, meet or end one"
            )
        sides = {"start": set(self.started_by), "meet": set(self.met_by), "end": set(self.ended_by)}
        for (one, these), (other, those) in itertools.combinations(sides.items(), 2):
            if these & those:
                both = ", ".join(sorted(these & those))
                raise ValueError(f"rule {self.rule}: {both} cannot both {one} and {other} the window")
        if list(self.reminders) != sorted(set(self.reminders)):
            raise ValueError(f"rule {self.rule}: reminders must rise")
        if len({round(fraction * 100) for fraction in self.reminders}) < len(self.reminders):
            raise ValueError(f"rule {self.rule}: reminders must differ by whole hundredths, they are named by them")
        return self


class RuleSet(_Model):
    """A versioned set of rules; `version` is what tickets keep."""

    version: str = Field(min_length=1)
    windows: tuple[Window, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_window_a_rule(self) -> Self:
        rules = [window.rule for window in self.windows]
        twice = {rule for rule in rules if rules.count(rule) > 1}
        if twice:
            raise ValueError(f"rules given twice: {', '.join(sorted(twice))}")
        return self

    def window(self, rule: str) -> Window | None:
        """Return the window of `rule`, or None if this version has none."""
        return next((window for window in self.windows if window.rule == rule), None)
