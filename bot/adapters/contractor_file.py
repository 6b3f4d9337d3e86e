"""Reads the companies under contract from TOML and refuses a list that cannot be used, saying where and why.

[[company]]
code = "brightway"
name = "Brightway Cleaning 亮潔清潔"
does = "cleaning"          # the department whose work it does
until = 2027-03-31         # the last day of the contract; left out while none is agreed
"""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.domain.contractors import Contractor

#: What a line of a message shows whole.
_LONGEST: Final = 120
_Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]


@dataclass(frozen=True, slots=True)
class Listed:
    """A company as the list has it: `until` is the last day of its contract on the estate's calendar."""

    code: str
    name: str
    trade: str
    until: date | None

    def as_of(self, zone: ZoneInfo) -> Contractor:
        """Return the company with the moment at which its contract is over, by the calendar of `zone`."""
        if self.until is None:
            return Contractor(0, 0, self.code, self.name, self.trade)
        over = datetime.combine(self.until + timedelta(days=1), time(), zone).astimezone(UTC)
        return Contractor(0, 0, self.code, self.name, self.trade, over)


class _Company(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    code: _Code
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=_LONGEST)]
    does: _Code
    until: date | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    company: list[_Company] = Field(max_length=100)


def read(path: Path) -> tuple[Listed, ...]:
    """Return the companies of the file; raise `ValueError` with one plain sentence where it cannot be used."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"), str(path))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not a text in UTF-8.") from None


def parse(content: str, origin: str) -> tuple[Listed, ...]:
    """Return the companies written in `content`; `origin` names it in an error."""
    try:
        listed = _File.model_validate(tomllib.loads(content)).company
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{origin} is not TOML: {error}.") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        raise ValueError(f"{origin}: {where}: {first['msg']}.") from None
    codes = [company.code for company in listed]
    if doubled := next((code for code in codes if codes.count(code) > 1), None):
        raise ValueError(f"{origin}: the code {doubled} is there twice.")
    return tuple(Listed(company.code, company.name, company.does, company.until) for company in listed)
