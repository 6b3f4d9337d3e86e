"""Codes on letters and the ways of writing a home, as tables."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.homes import (
    ALPHABET,
    code_as_printed,
    code_from,
    is_label,
    key_of,
    printed,
    read_code,
    waits_until,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CODES = st.binary(min_size=16, max_size=16).map(code_from).filter(bool)


@given(CODES)
def test_a_code_is_read_as_it_was_printed(code: str) -> None:
    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    for typed in (code, printed(code), printed(code).lower(), code_in_full_width(printed(code)), " ".join(code)):
        assert read_code(typed) == code
    assert code_as_printed(printed(code)) == code


def code_in_full_width(code: str) -> str:
    """Return `code` as a Chinese keyboard in full width types it."""
    return "".join(chr(ord(symbol) + 0xFEE0) for symbol in code)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("k7qx-2m9t", "K7QX2M9T"),
        ("  K7QX2M9T\n", "K7QX2M9T"),
        ("K7QX—2M9T", "K7QX2M9T"),
        ("Ｋ７ＱＸ－２Ｍ９Ｔ", "K7QX2M9T"),
        ("K7QX.2M9T", "K7QX2M9T"),
        ("K7QX ー 2M9T", "K7QX2M9T"),
        ("K7QX-2M9", None),
        ("K7QX-2M9TT", None),
        ("K7QX-2M9O", None),
        ("K7QX-2M9T!", None),
        ("", None),
        ("🔑", None),
        ("٣٤٦٧-٣٤٦٧", None),
        ("電梯壞了請派人來看", None),
    ],
)
def test_a_typed_code(typed: str, code: str | None) -> None:
    assert read_code(typed) == code


@pytest.mark.parametrize(
    ("words", "is_code"),
    [
        ("K7QX-2M9T", True),
        ("ｋ７ｑｘ ２ｍ９ｔ", True),
        ("K7QX2M9T", False),
        ("2346 7893", False),
        ("2346-7893", False),
        ("DRYP-PTRT", False),
        ("K7-QX2M9T", False),
        ("K7QX-2M9T please", False),
    ],
)
def test_only_what_looks_like_a_printed_code_is_one_outside_of_a_conversation(words: str, is_code: bool) -> None:
    assert (code_as_printed(words) is not None) == is_code


@pytest.mark.parametrize(
    "written",
    [
        "3-12A",
        "3-12a",
        " 3 - 12 A ",
        "Block 3, Flat 12A",
        "block3 flat12a",
        "3座12樓A室",
        "３座１２楼Ａ室",
        "Tower 3 12/F A",
    ],
)
def test_one_home_is_written_in_many_ways(written: str) -> None:
    assert key_of(written) == "3-12-a"


@pytest.mark.parametrize("other", ["31-2A", "3-12B", "3-12", "3-1-2A", "A-3-12", "Tower", "3-12F A"])
def test_different_homes_stay_different(other: str) -> None:
    assert key_of(other) not in ("3-12-a", "")


@pytest.mark.parametrize("label", ["3-12A", "三座 12樓 A室", "Shop G/F #2", "A", "B1 (P.12)"])
def test_labels(label: str) -> None:
    assert is_label(label)


@pytest.mark.parametrize("label", ["", " 3A", "=1+1", "@SUM(A1)", "3A|cmd", "+852", "3A\n", "x" * 41, '3"A', "\t3A"])
def test_what_is_no_label(label: str) -> None:
    assert not is_label(label)


def test_five_wrong_codes_within_an_hour_make_one_wait() -> None:
    wrong = tuple(NOON + timedelta(minutes=minute) for minute in (0, 10, 20, 30, 40))
    assert waits_until(wrong[:4]) is None
    assert waits_until(wrong) == NOON + timedelta(hours=1)
    assert waits_until((*wrong, NOON + timedelta(minutes=50))) == NOON + timedelta(minutes=70)


def test_a_code_is_never_a_word_or_a_number() -> None:
    assert code_from(bytes(16)) is None
    found = [code for number in range(200) if (code := code_from(number.to_bytes(16)))]
    assert found
    assert not any(code.isalpha() or code.isdigit() for code in found)
