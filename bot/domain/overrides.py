"""Where an estate's regulation differs from the one that comes with the program, and what then is in force.

An override names only what differs: windows and return visits that take the place of those of the same rule or come
beside them (visits before them, since the first that is meant for a ticket counts), rules left out, other hours. It is
laid over the program's rule set, so that what an estate did not touch goes on with it.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.regulation import Hours, OnTheSpotRule, PatternRule, RuleSet, StockTakeRule, Window
from bot.domain.visit_rules import VisitRule


class Override(BaseModel):
    """What an estate has decided for itself; `version` is its own count of its decisions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(pattern=r"^[\w.-]{1,40}$")
    hours: Hours | None = None
    without: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    visits: tuple[VisitRule, ...] = ()
    stock_take: StockTakeRule | None = None
    patterns: PatternRule | None = None
    on_the_spot: OnTheSpotRule | None = None


@dataclass(frozen=True, slots=True)
class Adopted:
    """A rule set as it was put in force: the program's text, and an estate's own over it.

    `estate_id`, `own` and `decided_by` are None for the program's rule set as it comes.
    """

    version: str
    toml: str
    since: datetime
    own: str | None = None
    estate_id: int | None = None
    decided_by: str | None = None


def overridden(base: RuleSet, own: Override) -> RuleSet:
    """Return `base` with `own` laid over it; raise `ValueError` where the two do not fit together."""
    unknown = [rule for rule in own.without if base.window(rule) is None and base.visit(rule) is None]
    if unknown:
        raise ValueError(f"there is no rule {unknown[0]} to leave out in {base.version}")
    given = [*(window.rule for window in own.windows), *(visit.rule for visit in own.visits)]
    twice = [rule for rule in given if given.count(rule) > 1]
    if twice:
        raise ValueError(f"rule {twice[0]} is given twice")
    both = [rule for rule in given if rule in own.without]
    if both:
        raise ValueError(f"rule {both[0]} is both given and left out")
    mine = {window.rule: window for window in own.windows}
    kept = tuple(mine.pop(window.rule, window) for window in base.windows if window.rule not in own.without)
    visited = {visit.rule: visit for visit in own.visits}
    visits = tuple(visited.pop(visit.rule, visit) for visit in base.visits if visit.rule not in own.without)
    return RuleSet(
        version=f"{base.version}+{own.version}",
        hours=own.hours or base.hours,
        ended_by=base.ended_by,
        windows=(*kept, *mine.values()),
        visits=(*visited.values(), *visits),
        stock_take=own.stock_take or base.stock_take,
        patterns=own.patterns or base.patterns,
        on_the_spot=own.on_the_spot or base.on_the_spot,
    )


def composed(toml: str, own: str | None) -> RuleSet:
    """Return the rule set that is written in `toml`, with an estate's `own` over it."""
    base = RuleSet.model_validate(tomllib.loads(toml))
    return base if own is None else overridden(base, Override.model_validate(tomllib.loads(own)))
