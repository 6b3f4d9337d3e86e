"""Who called, as colleagues type it: a table."""

import pytest

from bot.domain.callers import LONGEST, Caller, read_caller


@pytest.mark.parametrize(
    ("typed", "words", "name", "places", "phone"),
    [
        ("3-12A Mr Chan 9123 4567", "3-12A Mr Chan", "Mr Chan", ("3-12A Mr Chan", "3-12A"), "91234567"),
        ("Mr Chan, 3-12A, +852 9123-4567", "Mr Chan, 3-12A", "Mr Chan", ("3-12A",), "85291234567"),
        ("Mr Chan; Block 3 Flat 12A", "Mr Chan, Block 3 Flat 12A", "Mr Chan", ("Block 3 Flat 12A", "3", "12A"), None),
        ("陈先生，3-12A，13800138000", "陈先生, 3-12A", "陈先生", ("3-12A",), "13800138000"),
        ("陈先生3-12A", "陈先生3-12A", "", ("陈先生3-12A", "3-12A"), None),
        ("陳太 ３－１２Ａ", "陳太 3-12A", "陳太", ("陳太 3-12A", "3-12A"), None),
        ("0086 138 0013 8000", "", "", (), "8613800138000"),
        ("Wong", "Wong", "Wong", (), None),
        ("(9123 4567)", "", "", (), "91234567"),
        ("=1+1", "=1+1", "", ("=1+1", "1"), None),
        ("  ", "", "", (), None),
    ],
)
def test_what_was_typed_of_a_caller(
    typed: str, words: str, name: str, places: tuple[str, ...], phone: str | None
) -> None:
    assert read_caller(typed) == Caller(words, name, places, phone)


def test_a_long_story_is_no_name() -> None:
    caller = read_caller("x " * 500)
    assert len(caller.words) <= LONGEST
    assert len(caller.name) <= LONGEST
