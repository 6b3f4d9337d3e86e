"""Return visits: what is planned when a matter was found done, what is asked, and what the answers come to (RV-1 to 5).

Pure. Which matters are visited where a rule leaves some out is drawn from a seed, so that anybody can draw again and
come to the same. A visit happens once: its row ends `done`, `missed` or `cancelled`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.lengths import Calendar
from bot.domain.quiet import morning_after
from bot.domain.regulation import Hours, RuleSet
from bot.domain.sampling import sampled
from bot.domain.tickets import Ticket
from bot.domain.visit_rules import VisitRule


class VisitState(StrEnum):
    """How a return visit stands; the values are stored."""

    PLANNED = "planned"
    RAIN = "rain"  # waits until a manager says that it has rained
    OPEN = "open"  # the resident is asked
    NUDGED = "nudged"  # and was reminded
    ENTRUSTED = "entrusted"  # the visitor is to call or go; the resident may still answer
    DONE = "done"
    MISSED = "missed"  # nobody could be reached
    CANCELLED = "cancelled"  # its reason went away
    SPARED = "spared"  # not drawn: the row says so, for the rate of visits


#: Those that can still be answered or made.
PENDING = frozenset({VisitState.PLANNED, VisitState.RAIN, VisitState.OPEN, VisitState.NUDGED, VisitState.ENTRUSTED})
#: Those of which somebody was asked.
ASKED = frozenset({VisitState.OPEN, VisitState.NUDGED, VisitState.ENTRUSTED})


#: Why a visit was not made: whoever was to make it could not reach them; the value is stable.
UNREACHABLE = "unreachable"


class Way(StrEnum):
    """How a visit was made."""

    CHAT = "chat"
    PHONE = "phone"
    DOOR = "door"


class Result(StrEnum):
    """Whether the matter is solved for the resident."""

    SOLVED = "solved"
    PARTLY = "partly"
    NOT_SOLVED = "not_solved"


class Mark(StrEnum):
    """How somebody finds the quality of the work or its effect."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class Satisfaction(StrEnum):
    """How satisfied somebody is with how the matter was handled."""

    SATISFIED = "satisfied"
    FAIR = "fair"
    UNSATISFIED = "unsatisfied"


@dataclass(frozen=True, slots=True)
class Answers:
    """What the resident says at a visit (RV-5); what was not asked or passed over is None or empty.

    `shortcoming` and `suggestion` are stable codes of buttons; what was said in words stands in the ticket's texts.
    """

    result: Result
    quality: Mark | None = None
    effect: Mark | None = None
    satisfaction: Satisfaction | None = None
    shortcoming: str = ""
    suggestion: str = ""

    @property
    def satisfied(self) -> bool:
        """Whether it may rest: partly solved suffices where they are content with that (CP-11)."""
        return self.result is not Result.NOT_SOLVED and self.satisfaction is not Satisfaction.UNSATISFIED


@dataclass(frozen=True, slots=True)
class Visit:
    """One return visit. `ordinal` counts from 1 within the ticket, `round` how often it had been opened again by then.

    `next_at` is when its next step falls due by itself, None where nothing does. `visitor_id` is who is to call or go,
    since `entrusted_at`; `out_at` is when they signed out for it. `words_id` and `opinion_id` name texts of the ticket:
    what was said, and what the reviewer found (RV-8).
    """

    id: int
    ticket_id: int
    estate_id: int
    ordinal: int
    round: int
    rule: str
    state: VisitState
    planned_at: datetime
    opens_at: datetime | None = None
    due_at: datetime | None = None
    next_at: datetime | None = None
    asked_at: datetime | None = None
    visitor_id: int | None = None
    entrusted_at: datetime | None = None
    out_at: datetime | None = None
    way: Way | None = None
    answers: Answers | None = None
    words_id: int | None = None
    answered_by: int | None = None
    answered_at: datetime | None = None
    reviewed_by: int | None = None
    reviewed_at: datetime | None = None
    opinion_id: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit to come, by `rule`; one after rain has no times yet."""

    rule: str
    opens_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The visits that follow from a matter's having been found done; none where `spared` (by that rule, or by none)."""

    visits: tuple[Planned, ...] = ()
    spared: str = ""


UNVISITED = Plan()


def plan(rules: RuleSet, ticket: Ticket, calendar: Calendar, now: datetime) -> Plan:
    """Return the visits of `ticket`, which was handled and is found done `now`; none opens before or at night."""
    rule = rules.visits_for(ticket)
    if rule is None:
        return UNVISITED
    if not drawn(ticket, rule):
        return Plan(spared=rule.rule)
    handled = ticket.handled_at or now
    lengths = ((rule.opens, rule.due), *((again.opens, again.due) for again in rule.again))
    return Plan(
        tuple(
            Planned(rule.rule, max(by_day(opens.after(handled, calendar), calendar, rules.hours), now),
                    due.after(handled, calendar))
            if opens
            else Planned(rule.rule, None, None)
            for opens, due in lengths
        )
    )  # fmt: skip


def drawn(ticket: Ticket, rule: VisitRule) -> bool:
    """Whether `ticket` is among those that `rule` visits: by a seed of estate, reference, rule and round (RV-3)."""
    seed = f"{ticket.estate_id}/{ticket.ref}/{rule.rule}/{ticket.reopened}"
    return sampled(seed, rule.coverage)


def after_rain(rule: VisitRule, now: datetime, calendar: Calendar, hours: Hours) -> Planned | None:
    """Return the visit of `rule` that follows rain `now`, None where it has none."""
    again = next((again for again in rule.again if again.after_rain), None)
    if again is None:
        return None
    return Planned(rule.rule, by_day(now, calendar, hours), again.due.after(now, calendar))


def nudge_at(rule: VisitRule, opened: datetime, due: datetime, calendar: Calendar, hours: Hours) -> datetime:
    """Return when a resident who was asked at `opened` is reminded; nobody is at night."""
    return by_day(opened + max(due - opened, due - due) * rule.nudged, calendar, hours)


def entrust_at(rule: VisitRule, opened: datetime, due: datetime, calendar: Calendar, hours: Hours) -> datetime:
    """Return when the visitor is asked in their place; nobody is sent to a door at night."""
    return by_day(opened + max(due - opened, due - due) * rule.entrusted, calendar, hours)


def by_day(moment: datetime, calendar: Calendar, hours: Hours) -> datetime:
    """Return `moment`, or the morning where it lies in the quiet hours."""
    return morning_after(moment, calendar.zone, hours.quiet_from, hours.quiet_until) or moment
