"""A time as people write it, in three languages: "5/12 14:00", "tomorrow 3pm", "明天下午3点", "聽日晏晝三點", ISO.

Nothing is guessed: where a word is left over that is no part of a time, there is no time. A day without an hour ends
with the office's day; an hour without a day is the next such hour; a day without a year is the next such day.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.lengths import Calendar

#: When the office's day is over, for a day that was named without an hour.
END_OF_OFFICE = time(18)
#: What is written fits a line.
_LONGEST = 80
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: Traditional signs, and the Simplified ones that the patterns below know.
_SIGNS = str.maketrans("點時號後週禮兩晝聽鐘個內頭", "点时号后周礼两昼听钟个内头")
#: Other words for the same, as the patterns know them, in this order.
_ALIKE = (
    ("天内", "天后"), ("周内", "周后"), ("之内", "后"),
    ("以内", "后"), ("时内", "时后"), ("钟内", "钟后"), ("之后", "后"), ("以后", "后"), ("之前", "前"), ("以前", "前"),
    ("听日", "明天"), ("听朝", "明天早上"), ("听晚", "明天晚上"), ("明日", "明天"), ("明早", "明天早上"),
    ("明晚", "明天晚上"), ("今日", "今天"), ("今晚", "今天晚上"), ("今早", "今天早上"), ("后日", "后天"),
    ("大后天", "3天后"), ("星期", "周"), ("礼拜", "周"), ("下个周", "下周"), ("周天", "周7"), ("周日", "周7"),
    ("点钟", "点"), ("点正", "点"), ("点整", "点"), ("点半", "点30分"), ("点1刻", "点15分"), ("点3刻", "点45分"),
    ("tonight", "today evening"), ("the day after tomorrow", "后天"), ("day after tomorrow", "后天"),
)  # fmt: skip
_PERIODS = {
    **dict.fromkeys(("凌晨",), (time(6), False)),
    **dict.fromkeys(("早上", "上午", "朝早", "morning"), (time(12), False)),
    **dict.fromkeys(("中午", "noon", "midday"), (time(12), True)),
    **dict.fromkeys(("下午", "下昼", "晏昼", "afternoon"), (time(18), True)),
    **dict.fromkeys(("傍晚", "晚上", "夜晚", "evening"), (time(21), True)),
}
#: What may stand beside a time and says nothing.
_FILLERS = re.compile(r"\b(at|by|before|on|the|of|until|till|about|around|in|this)\b|[\s,.。，、的前在大约約]|o'?clock")
_PERIOD = "|".join(_PERIODS)
_HOUR = re.compile(
    rf"(?P<period>{_PERIOD})?\s*(?P<hour>\d{{1,2}})(?:\s*[:.点时]\s*(?P<minute>\d{{1,2}})?分?|(?=\s*[ap]\.?m))"
    r"(?::(?P<second>\d{2}))?\s*(?P<half>[ap]\.?m\b\.?)?"
)
_VAGUE = re.compile(rf"{_PERIOD}")


@dataclass(frozen=True, slots=True)
class _Now:
    """From where a time is looked at: the day it is, and whether a month comes before its day."""

    today: date
    month_first: bool


_Reader = Callable[[re.Match[str], _Now], date | None]


def read_moment(words: str, now: datetime, calendar: Calendar, *, month_first: bool = False) -> datetime | None:
    """Return the moment that `words` name, in UTC, which may be past; None where they name none.

    `month_first` says how "5/12" is read where both are possible.
    """
    left = _plain(words)
    if not left or len(left) > _LONGEST:
        return None
    if length := re.fullmatch(r"(?:in\s+)?(\d{1,3})\s*个?\s*(minutes?|hours?|分钟|小时|钟头)\s*后?", left):
        unit = timedelta(hours=1) if length[2][0] in "h小钟" else timedelta(minutes=1)
        return now + int(length[1]) * unit
    day, left = _day(left, _Now(calendar.day_of(now), month_first))
    hour, left = _hour(left)
    if _FILLERS.sub("", left) or (day is None and hour is None):
        return None
    if day is not None:
        return calendar.at(day, hour or END_OF_OFFICE)
    today = calendar.at(calendar.day_of(now), hour or END_OF_OFFICE)
    return today if today > now else calendar.at(calendar.day_of(now) + timedelta(days=1), hour or END_OF_OFFICE)


def _plain(words: str) -> str:
    """Return `words` in the forms that the patterns know: half-width, lower case, digits, one word for each thing."""
    plain = unicodedata.normalize("NFKC", words).casefold().strip().rstrip("!。")
    plain = plain.translate(_SIGNS)
    plain = re.sub(r"[零〇一二两三四五六七八九十]+", lambda found: str(_number(found[0])), plain)
    for form, known in _ALIKE:
        plain = plain.replace(form, known)
    for number, word in enumerate(_NUMBERS, start=1):
        plain = re.sub(rf"\b{word}\b", str(number), plain)
    return re.sub(r"\ban?(?=\s+(hour|week|day|minute))", "1", plain)


def _number(written: str) -> int:
    """Return a number below a hundred in Chinese numerals, or digit by digit: 十二, 二十, 二〇二六."""
    tens, ten, ones = written.partition("十")
    if not ten:
        return int("".join(str(_DIGITS[sign]) for sign in written))
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return 100  # no day and no hour
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _day(words: str, now: _Now) -> tuple[date | None, str]:
    """Return the day that `words` name and what is left of them."""
    for pattern, reader in _DAYS:
        found = pattern.search(words)
        if found:
            try:
                day = reader(found, now)
            except (ValueError, OverflowError):
                return None, "?"
            if day is not None:
                return day, f"{words[: found.start()]} {words[found.end() :]}"
    return None, words


def _hour(words: str) -> tuple[time | None, str]:
    found = _HOUR.search(words)
    if found is None:
        vague = _VAGUE.search(words)
        return (None, words) if vague is None else (_PERIODS[vague[0]][0], words.replace(vague[0], " ", 1))
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "")[:1]
    left = f"{words[: found.start()]} {words[found.end() :]}"
    if found["period"] is None and (said := _VAGUE.search(left)):
        half, left = half or ("p" if _PERIODS[said[0]][1] else "a"), left.replace(said[0], " ", 1)
    elif found["period"]:
        half = "p" if _PERIODS[found["period"]][1] else "a"
        half = "" if found["period"] == "中午" and hour == 11 else half
    if hour > 24 or minute > 59 or (found["half"] and hour > 12):
        return None, "?"
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    return (None, "?") if hour == 24 else (time(hour, minute), left)


def _written(year: int | None, month: int, day: int, now: _Now) -> date:
    if year is not None:
        return date(year, month, day)
    this_year = date(now.today.year, month, day)
    return this_year if this_year >= now.today else date(now.today.year + 1, month, day)


def _slashed(found: re.Match[str], now: _Now) -> date:
    one, other = int(found[1]), int(found[2])
    month_first = other > 12 or (now.month_first and one <= 12)
    month, day = (one, other) if month_first else (other, one)
    return _written(int(found[3]) if found[3] else None, month, day, now)


def _named(month: str, day: str, year: str | None, now: _Now) -> date:
    return _written(int(year) if year else None, _MONTHS.index(month[:3]) + 1, int(day), now)


def _weekday(day: int, now: _Now, *, next_week: bool) -> date:
    """Return the next such day after today; of next week, if that was said."""
    if next_week:
        return now.today + timedelta(days=7 - now.today.weekday() + day)
    return now.today + timedelta(days=(day - now.today.weekday() - 1) % 7 + 1)


def _after(days: int) -> _Reader:
    return lambda _, now: now.today + timedelta(days=days)


_MONTH = "|".join(f"{month}[a-z]*" for month in _MONTHS)
_WEEKDAY = r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th)?"
_DAYS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (
            r"(?<!\d)(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:[日号]|t(?=\d)|(?!\d))",
            lambda found, now: _written(int(found[1]), int(found[2]), int(found[3]), now),
        ),
        (
            r"(?<!\d)(\d{1,2})月(\d{1,2})[日号]?",
            lambda found, now: _written(None, int(found[1]), int(found[2]), now),
        ),
        (r"(?<!\d)(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}))?(?!\d)", _slashed),
        (rf"\b{_ORDINAL}\s+(?:of\s+)?({_MONTH})\b\s*(\d{{4}})?", lambda f, now: _named(f[2], f[1], f[3], now)),
        (rf"\b({_MONTH})\s+{_ORDINAL}\b(?!:)(?:,?\s*(\d{{4}}))?", lambda f, now: _named(f[1], f[2], f[3], now)),
        (r"(\d{1,2})\s*个?周后|\b(?:in\s+)?(\d{1,2})\s+weeks?\b", lambda f, now: _in(f, 7, now)),
        (r"(\d{1,3})[天日]后|\b(?:in\s+)?(\d{1,3})\s+days?\b", lambda f, now: _in(f, 1, now)),
        (r"后天", _after(2)),
        (r"明天|\btomorrow\b", _after(1)),
        (r"今天|\btoday\b", _after(0)),
        (r"(下)?周([1-7])", lambda f, now: _weekday(int(f[2]) - 1, now, next_week=bool(f[1]))),
        (
            rf"\b(next\s+)?({_WEEKDAY})\b",
            lambda f, now: _weekday(_WEEKDAYS.index(f[2][:3]), now, next_week=bool(f[1])),
        ),
    )
)


def _in(found: re.Match[str], days: int, now: _Now) -> date:
    return now.today + timedelta(days=int(found[1] or found[2]) * days)
