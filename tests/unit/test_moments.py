"""Times as people write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.lengths import Calendar
from bot.domain.moments import read_moment

HONG_KONG = Calendar(ZoneInfo("Asia/Hong_Kong"))
#: A Monday, half past nine in the morning.
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)

WRITTEN = {
    "2026-03-05 14:00": "03-05 14:00",
    "2026-03-05T14:00": "03-05 14:00",
    "2026-03-05T14:00:00": "03-05 14:00",
    "2026/3/5 8:05": "03-05 08:05",
    "5/3 14:00": "03-05 14:00",
    "25/3": "03-25 18:00",
    "3/25 9:15": "03-25 09:15",
    "14:00": "03-02 14:00",
    "8:00": "03-03 08:00",
    "3pm": "03-02 15:00",
    "3.30 p.m.": "03-02 15:30",
    "today at 6pm": "03-02 18:00",
    "Tomorrow 3 pm": "03-03 15:00",
    "by tomorrow, 12:30 pm": "03-03 12:30",
    "tomorrow": "03-03 18:00",
    "tomorrow morning": "03-03 12:00",
    "tonight": "03-02 21:00",
    "tonight at 8": None,
    "tonight at 8:00": "03-02 20:00",
    "the day after tomorrow at 10am": "03-04 10:00",
    "in two days": "03-04 18:00",
    "in 3 days at 9:00": "03-05 09:00",
    "in a week": "03-09 18:00",
    "in 2 hours": "03-02 11:30",
    "45 minutes": "03-02 10:15",
    "Friday 14:00": "03-06 14:00",
    "next Friday": "03-13 18:00",
    "Mon": "03-09 18:00",
    "5 March, 2pm": "03-05 14:00",
    "March 5th 14:00": "03-05 14:00",
    "Mar 5 2026": "03-05 18:00",
    "今天下午六点": "03-02 18:00",
    "今晚8点": "03-02 20:00",
    "明天下午3点": "03-03 15:00",
    "明天下午三点半之前": "03-03 15:30",
    "明天上午": "03-03 12:00",
    "后天中午": "03-04 12:00",
    "3月5日14点": "03-05 14:00",
    "三月十二号上午十点一刻": "03-12 10:15",
    "2026年3月5日": "03-05 18:00",
    "三天后": "03-05 18:00",
    "两天内": "03-04 18:00",
    "2小时内": "03-02 11:30",
    "一周后": "03-09 18:00",
    "周五上午十点": "03-06 10:00",
    "下周三14:00": "03-11 14:00",
    "星期日": "03-08 18:00",
    "聽日下晝三點": "03-03 15:00",
    "聽日晏晝三點前": "03-03 15:00",
    "後日朝早9點半": "03-04 09:30",
    "今晚八點": "03-02 20:00",
    "下星期五上午十點": "03-13 10:00",
    "兩個鐘頭後": "03-02 11:30",
    "５／３　１４：００": "03-05 14:00",
    "1/3 10:00": "2027-03-01 10:00",
    "2026-03-01 10:00": "03-01 10:00",
    "soon": None,
    "as soon as we can": None,
    "尽快": None,
    "明天师傅来": None,
    "tomorrow the plumber comes": None,
    "31/2 10:00": None,
    "25:00": None,
    "14:75": None,
    "13pm": None,
    "2 15": None,
    "": None,
    "5": None,
    "9" * 200: None,
    "九十九百日后": None,
}  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), WRITTEN.items())
def test_a_time_is_read_as_it_is_meant_or_not_at_all(words: str, expected: str | None) -> None:
    found = read_moment(words, NOW, HONG_KONG)
    if expected is None:
        assert found is None
    else:
        full = expected if expected.startswith("20") else f"2026-{expected}"
        assert found is not None
        assert found.astimezone(HONG_KONG.zone).strftime("%Y-%m-%d %H:%M") == full


def test_who_writes_the_month_first_is_read_so() -> None:
    first, second = (
        read_moment("5/12 14:00", NOW, HONG_KONG, month_first=month_first) for month_first in (True, False)
    )
    assert (first, second) == (datetime(2026, 5, 12, 6, tzinfo=UTC), datetime(2026, 12, 5, 6, tzinfo=UTC))
