"""How long a window is, and when it ends on an estate's calendar.

Minutes and hours run day and night. "N days" ends at the end of the N-th calendar day after the one it began on,
"same day" at the closing of that day, "until morning" at the next opening. Days are those of the estate's zone, so that
summer time, leap days and the turn of the year need no care elsewhere.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

#: The smallest step of time that is kept; the end of a day is the beginning of the next.
_LAST_INSTANT = timedelta(microseconds=1)
_WRITTEN = re.compile(r"([1-9][0-9]{0,4}) (minute|hour|day)s?")
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """An estate's days: its IANA time zone, at what hour a day closes (None: at its end), and from when it is awake."""

    zone: ZoneInfo
    closes: time | None = None
    opens: time = time()

    def day_of(self, moment: datetime) -> date:
        """Return the estate's day that `moment` lies in."""
        return moment.astimezone(self.zone).date()

    def at(self, day: date, hour: time) -> datetime:
        """Return that hour of that day, in UTC; an hour that summer time leaves out comes as it would have been."""
        return datetime.combine(day, hour, self.zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """Return the moment at which `day` is over."""
        return self.at(day + _DAY, time())

    def said(self, end: datetime) -> datetime:
        """Return how people say the end of a window: midnight as the last minute of the day that it ends."""
        return end - _MINUTE if end == self.end_of(self.day_of(end - _LAST_INSTANT)) else end

    def closing(self, moment: datetime) -> datetime:
        """Return the next closing after `moment`: what comes after hours has the next day."""
        day = self.day_of(moment)
        if self.closes is None:
            return self.end_of(day)
        today = self.at(day, self.closes)
        return today if moment < today else self.at(day + _DAY, self.closes)

    def opening(self, moment: datetime) -> datetime:
        """Return the next opening after `moment`."""
        day = self.day_of(moment)
        today = self.at(day, self.opens)
        return today if moment < today else self.at(day + _DAY, self.opens)


class Unit(StrEnum):
    """What a length is counted in."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    SAME_DAY = "same day"
    MORNING = "until morning"
    PROMISED = "as promised"
    PLANNED = "as planned"


@dataclass(frozen=True, slots=True)
class Length:
    """A length as the regulation writes it: "60 minutes", "24 hours", "2 days", "same day", "until morning"."""

    unit: Unit
    count: int = 0

    @classmethod
    def parse(cls, written: str) -> Self:
        """Return the length that `written` says; raise `ValueError` where it says none."""
        if written in (Unit.SAME_DAY, Unit.MORNING, Unit.PROMISED, Unit.PLANNED):
            return cls(Unit(written))
        found = _WRITTEN.fullmatch(written)
        if found is None:
            forms = "'60 minutes', '24 hours', '2 days', 'same day', 'until morning', 'as promised' or 'as planned'"
            raise ValueError(f"{written!r} is no length; write it like {forms}")
        return cls(Unit(found[2]), int(found[1]))

    def __str__(self) -> str:
        if not self.count:
            return self.unit.value
        return f"{self.count} {self.unit.value}{'' if self.count == 1 else 's'}"

    @property
    def counted(self) -> bool:
        """Whether it is a number of minutes, hours or days."""
        return self.count > 0

    @property
    def by_the_calendar(self) -> bool:
        """Whether it ends with a day, and not after so much time."""
        return self.unit in (Unit.DAY, Unit.SAME_DAY)

    @property
    def roughly(self) -> timedelta:
        """How long it is at least, to compare lengths with."""
        match self.unit:
            case Unit.MINUTE:
                return timedelta(minutes=self.count)
            case Unit.HOUR:
                return timedelta(hours=self.count)
            case Unit.DAY | Unit.SAME_DAY | Unit.MORNING | Unit.PROMISED | Unit.PLANNED:
                return timedelta(days=self.count)

    def after(self, moment: datetime, calendar: Calendar, promised: datetime | None = None) -> datetime:
        """Return when this length is over that begins at `moment`; `promised` is its own end where it was
        promised or planned."""
        match self.unit:
            case Unit.MINUTE | Unit.HOUR:
                return moment + self.roughly
            case Unit.DAY:
                return calendar.end_of(calendar.day_of(moment) + self.roughly)
            case Unit.SAME_DAY:
                return calendar.closing(moment)
            case Unit.MORNING:
                return calendar.opening(moment)
            case Unit.PROMISED | Unit.PLANNED:
                return max(promised or moment, moment)

    def after_end(self, end: datetime, calendar: Calendar) -> datetime:
        """Return when this length is over that begins where another ended.

        What ended with a day has its next day tomorrow: midnight still belongs to the day it ends.
        """
        return self.after(end - _LAST_INSTANT, calendar) if self.by_the_calendar else self.after(end, calendar)

    def put_off(self, due_at: datetime, by: timedelta, calendar: Calendar) -> datetime:
        """Return the end of a window of this length that stood still for `by`; days still end with a day."""
        later = due_at + by
        return calendar.end_of(calendar.day_of(later - _LAST_INSTANT)) if self.unit is Unit.DAY else later
