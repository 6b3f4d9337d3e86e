"""What somebody looks for, read from the few words they typed: a number, days, a stage, or else words.

`3/11` is 3 November to a reader of English here and 11 March to a reader of Chinese; where only one of them is a day,
it is that one. Days without a year are the latest that have been. What is found says which day was understood.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from bot.domain.people import Language
from bot.domain.tickets import Stage


@dataclass(frozen=True, slots=True)
class Number:
    """A ticket's number, in full or the end of it; what was left out is None."""

    running: int
    year: int | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Words:
    """Anything else."""

    words: str


Query: TypeAlias = "Number | Days | Stage | Words"

_NUMBER = re.compile(r"(?:no\.?|nr\.?|#|№)?\s*(?:([a-z][a-z0-9]{0,7})-)?(?:(20\d\d)-)?(\d{1,6})", re.IGNORECASE)
_DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号號]?")
_RANGE = re.compile(r"\s*(?:\.\.|~|–|—|至|到|\bto\b|(?<=\d)\s*-\s*(?=\d{1,4}[/月])|\s-\s)\s*")
_TODAY = frozenset({"today", "今天", "今日"})
_YESTERDAY = frozenset({"yesterday", "昨天", "昨日", "尋日"})

STAGES: Mapping[str, Stage] = {
    **dict.fromkeys(("received", "new", "已受理", "受理", "已接獲", "已收到", "新"), Stage.RECEIVED),
    **dict.fromkeys(("judged", "assessed", "已评估", "评估", "已研判", "研判", "已評估", "評估"), Stage.JUDGED),
    **dict.fromkeys(("in hand", "in progress", "处理中", "處理中", "跟進中", "跟进中"), Stage.IN_HAND),
    **dict.fromkeys(("handled", "done", "已处理", "已處理", "已完成"), Stage.HANDLED),
    **dict.fromkeys(("verified", "已核实", "已核實", "已验证", "已驗證", "已查核"), Stage.VERIFIED),
    **dict.fromkeys(("visited", "return visit done", "已回访", "已回訪"), Stage.VISITED),
    **dict.fromkeys(("closed", "已办结", "办结", "已结案", "已結案", "结案", "結案", "已关闭", "已關閉"), Stage.CLOSED),
}


def understood(query: str, today: date, language: Language) -> Query:
    """Return what `query` looks for; `today` is the estate's day, `language` the reader's."""
    plain = " ".join(query.split())
    if stage := STAGES.get(plain.casefold()):
        return stage
    if days := _days(plain, today, language):
        return days
    if number := _NUMBER.fullmatch(plain):
        code, year, running = number.groups()
        return Number(int(running), int(year) if year else None, code.upper() if code else None)
    return Words(query)


def _days(plain: str, today: date, language: Language) -> Days | None:
    whole = _day(plain, today, language)
    if whole:
        return Days(whole, whole)
    ends = _RANGE.split(plain)
    if len(ends) != 2:
        return None
    first, last = (_day(end, today, language) for end in ends)
    return Days(min(first, last), max(first, last)) if first and last else None


def _day(plain: str, today: date, language: Language) -> date | None:
    if plain.casefold() in _TODAY:
        return today
    if plain.casefold() in _YESTERDAY:
        return today - timedelta(days=1)
    found = _DAY.fullmatch(plain)
    if not found:
        return None
    year, one, other = found.groups()
    if year is None and re.search(r"\d-\d", plain):  # 3-12 is somebody's home
        return None
    day_first = year is None and "月" not in plain and language is Language.ENGLISH
    orders = ((int(other), int(one)), (int(one), int(other))) if day_first else ((int(one), int(other)),)
    if year is None and "月" not in plain and not day_first:
        orders = (*orders, (int(other), int(one)))
    for month, day in orders:
        for of_year in (int(year),) if year else (today.year, today.year - 1):
            with suppress(ValueError):
                meant = date(of_year, month, day)
                if year or meant <= today:
                    return meant
    return None
