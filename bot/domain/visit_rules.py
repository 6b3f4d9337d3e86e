"""Return visits as the regulation has them: for which tickets, from when to when, by whom, and how many of them (RV-1
to RV-4).

A visit is counted from when the matter was handled. First the resident is asked in the chat; who stays silent is
reminded once, and then the visitor calls or goes to see them before it ends. What contradicts itself, or visits fewer
than the sources demand, is refused here, with the reason.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from bot.domain.conditions import Condition, Fraction, Model, WrittenLength
from bot.domain.tickets import Kind, Ticket

#: So many of the matters of a kind are visited at least (RV-3).
LEAST_COVERAGE: Final = {Kind.COMPLAINT: 1.0, Kind.REPAIR: 0.3}


class Visitor(StrEnum):
    """Who calls or goes where the resident stays silent (RV-4); whoever did the work is stood in for by a clerk."""

    FIRST_CONTACT = "first_contact"
    CLERK = "clerk"
    DEPARTMENT_HEAD = "department_head"
    DIRECTOR = "director"


class Again(Model):
    """A further visit: `opens` so long after handling, or once a manager says that it has rained.

    `due` counts from handling as well, of one after rain from the rain.
    """

    opens: WrittenLength | None = None
    after_rain: bool = False
    due: WrittenLength

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.opens is None) != self.after_rain:
            raise ValueError("a further visit opens after so long or after rain: one of both")
        return self


class VisitRule(Model):
    """The return visits of one kind of matter.

    `opens` and `due` count from handling. At `nudged` and `entrusted`, fractions of the time between the two, the
    resident is reminded and then the visitor asked. `coverage` is the part of such matters that is visited. After so
    many `tries` to reach them in vain a visit ends unmade.
    """

    rule: str = Field(pattern=r"^[A-Z]{2}-\d+(/[a-z]+)?$")
    source: str = Field(min_length=1)
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    opens: WrittenLength
    due: WrittenLength
    again: tuple[Again, ...] = ()
    visitor: Visitor = Visitor.FIRST_CONTACT
    coverage: Annotated[float, Field(gt=0, le=1)] = 1.0
    tries: int = Field(default=3, ge=1)
    nudged: Fraction = 0.3
    entrusted: Fraction = 0.6

    def concerns(self, ticket: Ticket) -> bool:
        """Whether `ticket`, as it stands, is visited by this rule; what was found on site is nobody's to be asked."""
        wanted = not self.when or any(condition.holds(ticket, self.rule) for condition in self.when)
        unless = any(condition.holds(ticket, self.rule) for condition in self.unless)
        return ticket.kind is not Kind.FINDING and wanted and not unless

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for wrong in (*_wrong_times(self), *_wrong_coverage(self)):
            raise ValueError(f"rule {self.rule}: {wrong}")
        return self


def _wrong_times(visits: VisitRule) -> Iterator[str]:
    timed = [(visits.opens, visits.due), *((again.opens, again.due) for again in visits.again if again.opens)]
    lengths = [length for pair in timed for length in pair]
    if not all(length.counted for length in (*lengths, *(again.due for again in visits.again))):
        yield "visits are counted in minutes, hours or days"
    if [length.roughly for length in lengths] != sorted(length.roughly for length in lengths):
        yield "each visit opens before it is due, and one after the other"
    if visits.nudged >= visits.entrusted:
        yield "the resident is reminded before somebody goes to see them"


def _wrong_coverage(visits: VisitRule) -> Iterator[str]:
    for kind, least in LEAST_COVERAGE.items():
        meant = not visits.when or any(not condition.kinds or kind in condition.kinds for condition in visits.when)
        if meant and visits.coverage < least:
            yield f"of matters of the kind {kind.value} at least {least:.0%} are visited (RV-3)"
