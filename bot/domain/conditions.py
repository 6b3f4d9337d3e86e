"""What rules of a regulation are written in: lengths in words, fractions, and conditions on a ticket."""

from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.domain.categories import CATEGORIES
from bot.domain.lengths import Length
from bot.domain.sampling import sampled
from bot.domain.tickets import Channel, Jurisdiction, Kind, Severity, Ticket


class Model(BaseModel):
    """A part of a rule set: it never changes, and says nothing that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _length(written: object) -> Length:
    if isinstance(written, Length):
        return written
    if not isinstance(written, str):
        raise ValueError("a length is written in words, like '60 minutes'")
    return Length.parse(written)


WrittenLength = Annotated[Length, BeforeValidator(_length)]
Fraction = Annotated[float, Field(gt=0, lt=1)]


class Condition(Model):
    """What is true of a ticket: in each field that is given, one of the values.

    `again` is a matter that was opened again, or that its resident had to tell us of again. `sample` is so much of all
    tickets, by lot: the same ones whenever it is asked.
    """

    kinds: tuple[Kind, ...] = ()
    severities: tuple[Severity, ...] = ()
    channels: tuple[Channel, ...] = ()
    categories: tuple[str, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()
    again: bool = False
    sample: Fraction | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any(given for _, given in self):
            raise ValueError("a condition says something of the ticket")
        unknown = [code for code in self.categories if code not in CATEGORIES]
        if unknown:
            raise ValueError(f"there is no category {unknown[0]!r}; known: {', '.join(sorted(CATEGORIES))}")
        return self

    def holds(self, ticket: Ticket, rule: str) -> bool:
        """Whether it is true of `ticket`; each `rule` draws its own lots."""
        facts: tuple[tuple[tuple[str, ...], str | None], ...] = (
            (self.kinds, ticket.kind),
            (self.severities, ticket.severity),
            (self.channels, ticket.channel),
            (self.categories, ticket.category),
            (self.jurisdictions, ticket.jurisdiction),
        )
        if self.again and not (ticket.reopened or ticket.repeats or ticket.came_before):
            return False
        if self.sample is not None and not sampled(f"{rule} {ticket.ref}", self.sample):
            return False
        return all(fact in wanted for wanted, fact in facts if wanted)
