"""Quiet hours: at night nothing rings that can wait for the morning (UX 11).

They are the estate's own hours by the clock on its wall, whatever that does on the days when it is changed.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

QUIET_FROM: Final = time(22)
QUIET_UNTIL: Final = time(8)


def morning_after(
    moment: datetime, zone: ZoneInfo, begin: time = QUIET_FROM, end: time = QUIET_UNTIL
) -> datetime | None:
    """Return when the quiet hours end in which `moment` (aware) lies, in UTC; None where it lies in none."""
    local = moment.astimezone(zone)
    hour = local.time()
    quiet = begin <= hour < end if begin < end else hour >= begin or hour < end
    if not quiet:
        return None
    day = local.date() + timedelta(days=hour >= end)
    return datetime.combine(day, end, zone).astimezone(UTC)
