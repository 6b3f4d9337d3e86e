"""Companies that work on an estate under contract: their people are our people on site, for as long as it lasts (AS-3).

What somebody of a company reported is seen by the company's own chiefs and by the office, by no other company.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Contractor:
    """A company under contract.

    `code` is by which it is known again in a list; `trade` is the code of the department whose work it does. `ends_at`
    is when the contract is over, None while no end is agreed; `closed_at` is when its work was taken back.
    """

    id: int
    estate_id: int
    code: str
    name: str
    trade: str
    ends_at: datetime | None = None
    closed_at: datetime | None = None

    def ended(self, now: datetime) -> bool:
        """Whether the contract is over at `now`."""
        return self.closed_at is not None or (self.ends_at is not None and self.ends_at <= now)
