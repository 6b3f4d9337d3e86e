"""What is looked for, read from a few words."""

from datetime import date

import pytest

from bot.adapters.i18n import catalogue
from bot.domain.people import Language
from bot.domain.tickets import Stage
from bot.flows.labels import STAGE
from bot.flows.queries import Days, Number, Words, understood

TODAY = date(2026, 11, 23)
EN, ZH = Language.ENGLISH, Language.TRADITIONAL


def day(month: int, number: int, year: int = 2026) -> Days:
    return Days(date(year, month, number), date(year, month, number))


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("12", Number(12)),
        ("#12", Number(12)),
        ("No. 12", Number(12)),
        ("2026-12", Number(12, 2026)),
        ("ht-2026-0012", Number(12, 2026, "HT")),
        (" 2026-03-11 ", day(3, 11)),
        ("2026/3/11", day(3, 11)),
        ("3月11日", day(3, 11)),
        ("2025年3月11號", day(3, 11, 2025)),
        ("today", Days(TODAY, TODAY)),
        ("昨天", day(11, 22)),
        ("2026-03-11..2026-03-01", Days(date(2026, 3, 1), date(2026, 3, 11))),
        ("3月1日至3月11日", Days(date(2026, 3, 1), date(2026, 3, 11))),
        ("In Hand", Stage.IN_HAND),
        ("3-12A", Words("3-12A")),
        ("3-12", Words("3-12")),
        ("漏水", Words("漏水")),
        ("32/13", Words("32/13")),
        ("29/2", Words("29/2")),
        ("2026-02-30", Words("2026-02-30")),
        ("0000-01-01", Words("0000-01-01")),
        ("12 to 14", Words("12 to 14")),
        ("1234567", Words("1234567")),
        ("９" * 400, Words("９" * 400)),
    ],
)
@pytest.mark.parametrize("language", [EN, ZH])
def test_a_few_words_mean(query: str, meant: object, language: Language) -> None:
    assert understood(query, TODAY, language) == meant


@pytest.mark.parametrize(
    ("query", "language", "meant"),
    [
        ("3/11", EN, day(11, 3)),
        ("3/11", ZH, day(3, 11)),
        ("30/4", ZH, day(4, 30)),
        ("4/30", EN, day(4, 30)),
        ("31/12", EN, day(12, 31, 2025)),
        ("11/24", ZH, day(11, 24, 2025)),
        ("1/3-3/11", EN, Days(date(2026, 3, 1), date(2026, 11, 3))),
        ("3/1-3/11", ZH, Days(date(2026, 3, 1), date(2026, 3, 11))),
    ],
)
def test_a_day_is_read_as_its_reader_writes_it_and_lies_in_the_past(
    query: str, language: Language, meant: Days
) -> None:
    assert understood(query, TODAY, language) == meant


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("stage", Stage)
def test_a_stage_is_found_by_the_name_that_cards_give_it(stage: Stage, language: Language) -> None:
    assert understood(catalogue(language).gettext(STAGE[stage].message), TODAY, language) is stage
