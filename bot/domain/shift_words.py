"""When a shift is, as people write it in three languages: "Mon-Fri 8:00-20:00", "每日 20:00-8:00", "2026-12-24 8-16".

Nothing is guessed: where a word is left over that is no day and no hour, there is no shift.
"""

import re
import unicodedata
from datetime import date, time

from bot.domain.rosters import EVERY_DAY, Pattern

_LONGEST = 80
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = (
    "mon(?:days?)?|tue(?:s(?:days?)?)?|wed(?:nesdays?)?|thu(?:r(?:s(?:days?)?)?)?|fri(?:days?)?|"
    "sat(?:urdays?)?|sun(?:days?)?"
)
_ALIKE = (
    ("星期", "周"), ("礼拜", "周"), ("週", "周"), ("禮拜", "周"), ("點", "点"), ("時", "时"), ("號", "号"), ("逢", " "),
    ("周末", " sat-sun "), ("周日", " sun "), ("周天", " sun "), ("周一", " mon "), ("周二", " tue "),
    ("周三", " wed "), ("周四", " thu "), ("周五", " fri "), ("周六", " sat "), ("平日", " mon-fri "),
    ("工作日", " mon-fri "), ("每天", " daily "), ("每日", " daily "), ("到", "-"), ("至", "-"), ("—", "-"),
    ("–", "-"), ("~", "-"), ("、", ","), ("和", ","), ("及", ","), ("weekdays", " mon-fri "),
    ("weekends", " sat-sun "), ("weekend", " sat-sun "), ("every day", " daily "), (" to ", "-"), (" until ", "-"),
    (" and ", ","), ("整", ""), ("正", ""),
)  # fmt: skip
_HOURS = re.compile(
    r"(?<![\d-])(?P<from>\d{1,2})(?:[:.点时](?P<from_minute>\d{2})?分?)?\s*-\s*"
    r"(?P<until>\d{1,2})(?:[:.点时](?P<until_minute>\d{2})?分?)?(?![\d-])"
)
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_RANGE = re.compile(rf"\b({_DAY})\s*-\s*({_DAY})\b")
_ONE = re.compile(rf"\b({_DAY})\b")
_LEFT = re.compile(r"(?:[\s,;:.。的班从由]|\b(?:on|from)\b)*")


def read_pattern(words: str) -> Pattern | None:
    """Return when a shift is that `words` describe: days and hours, or a date and hours; None where they do not."""
    left = _plain(words)
    if not left or len(left) > 2 * _LONGEST:
        return None
    on, left = _date(left)
    hours = list(_HOURS.finditer(left))
    if len(hours) != 1:
        return None
    found = hours[0]
    begins, ends = _time(found["from"], found["from_minute"]), _time(found["until"], found["until_minute"])
    if begins is None or ends is None:
        return None
    left = f"{left[: found.start()]} {left[found.end() :]}"
    days, left = _days(left)
    if _LEFT.fullmatch(left) is None or (on is None) == (not days):
        return None
    return Pattern(begins, ends, days, on)


def _plain(words: str) -> str:
    if len(words) > _LONGEST:
        return ""
    plain = unicodedata.normalize("NFKC", words).casefold().strip()
    for form, known in _ALIKE:
        plain = plain.replace(form, known)
    # "周一-周五" has become " mon - fri "
    return re.sub(r"\s*-\s*", "-", re.sub(r"\s+", " ", plain)).strip()


def _date(words: str) -> tuple[date | None, str]:
    found = _ISO.search(words)
    if found is None:
        return None, words
    try:
        on = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None, "?"
    return on, f"{words[: found.start()]} {words[found.end() :]}"


def _time(hour: str, minute: str | None) -> time | None:
    """Return an hour of the day; 24:00 is the beginning of the next."""
    at = (int(hour), int(minute or 0))
    if at == (24, 0):
        return time()
    return time(*at) if at[0] < 24 and at[1] < 60 else None


def _days(words: str) -> tuple[frozenset[int], str]:
    """Return the days of the week that are named, and what is left of the words."""
    named: set[int] = set()
    if "daily" in words:
        named |= EVERY_DAY
        words = words.replace("daily", " ")

    def through(found: re.Match[str]) -> str:
        first, last = _index(found[1]), _index(found[2])
        named.update((first + ahead) % 7 for ahead in range((last - first) % 7 + 1))
        return " "

    def alone(found: re.Match[str]) -> str:
        named.add(_index(found[1]))
        return " "

    left = _ONE.sub(alone, _RANGE.sub(through, words))
    return frozenset(named), left


def _index(day: str) -> int:
    return _DAYS.index(day[:3])
