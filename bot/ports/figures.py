"""What people on site have reported, counted by person and company (AS-8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reported:
    """What somebody reported from site in a time, and what became of it.

    `fixed` are those they had set right themselves, `confirmed` those that somebody else found done, `repeats` those
    that had been told before and went on with that. `handling` is how long the `handled` ones took in all. What was
    taken back or does not count is in none of them. `contractor_id` is the company they came from then.
    """

    person_id: int
    contractor_id: int | None
    reports: int
    fixed: int
    confirmed: int
    repeats: int
    handled: int
    handling: timedelta


class Figures(Protocol):
    """Sums over the register."""

    def reported(
        self, estate_id: int, since: datetime, until: datetime, contractor_id: int | None = None
    ) -> tuple[Reported, ...]:
        """Return what was reported from `since` (included) to `until` (not included), of each who reported something.

        Of one company where `contractor_id` is given. Who reported most comes first.
        """
        ...
