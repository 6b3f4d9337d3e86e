"""Quiet hours end in the morning of the estate, whatever its clocks do in between."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.quiet import morning_after

HONG_KONG = "Asia/Hong_Kong"
BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("zone", "wall", "until"),
    [
        (HONG_KONG, "2026-03-02 08:00", None),
        (HONG_KONG, "2026-03-02 21:59", None),
        (HONG_KONG, "2026-03-02 22:00", "2026-03-03 08:00"),
        (HONG_KONG, "2026-03-02 23:59", "2026-03-03 08:00"),
        (HONG_KONG, "2026-03-03 00:00", "2026-03-03 08:00"),
        (HONG_KONG, "2026-03-03 07:59", "2026-03-03 08:00"),
        (HONG_KONG, "2028-02-28 22:00", "2028-02-29 08:00"),
        (HONG_KONG, "2026-12-31 22:00", "2027-01-01 08:00"),
        (BERLIN, "2026-03-28 23:00", "2026-03-29 08:00"),  # the clocks go forward in that night
        (BERLIN, "2026-10-24 23:00", "2026-10-25 08:00"),  # and back
    ],
)
def test_the_morning_after(zone: str, wall: str, until: str | None) -> None:
    there = ZoneInfo(zone)
    moment = datetime.fromisoformat(wall).replace(tzinfo=there).astimezone(UTC)
    expected = datetime.fromisoformat(until).replace(tzinfo=there).astimezone(UTC) if until else None
    assert morning_after(moment, there) == expected


@pytest.mark.parametrize(("hour", "quiet"), [(0, True), (5, True), (6, False), (12, False), (22, False), (23, False)])
def test_an_estate_may_have_quiet_hours_of_its_own(hour: int, quiet: bool) -> None:
    there = ZoneInfo(HONG_KONG)
    moment = datetime(2026, 3, 2, hour, tzinfo=there)
    morning = datetime(2026, 3, 2, 6, tzinfo=there).astimezone(UTC)
    assert morning_after(moment.astimezone(UTC), there, time(0), time(6)) == (morning if quiet else None)
