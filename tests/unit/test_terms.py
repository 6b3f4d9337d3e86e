"""How words are cut into the terms they are found by."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.terms import JOINT, MOST_WANTED, terms_of, wanted
from bot.domain.variants import SIMPLER


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ("電梯壞了", {"电", "梯", "坏", "了", "电梯", "梯坏", "坏了"}),
        ("燈", {"灯"}),
        ("Lift3 lifts LIFTING", {"lift3", "lift"}),
        ("house houses gas glass", {"hous", "gas", "glass"}),
        ("Café Ａ１", {"caf", "a1"}),
        ("3-12A", {"3", "12a", f"3{JOINT}12a"}),
        ("a_b", {"a", "b"}),
        ("B座lift", {"b", "座", "lift"}),
        ("…?! \n", set()),
    ],
)
def test_a_text_is_kept_by(words: str, terms: set[str]) -> None:
    assert terms_of(words) == terms


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("電梯壞了", ("电梯", "梯坏", "坏了")),
        ("燈 lifts", ("灯", "lift")),
        ("3-12A", (f"3{JOINT}12a",)),
        ("lift Lift", ("lift",)),
        ("", ()),
    ],
)
def test_a_query_asks_for(query: str, terms: tuple[str, ...]) -> None:
    assert wanted(query) == terms


_WORDS = st.text(st.one_of(st.characters(), st.sampled_from("電梯燈樓 ab-/.\"'*·\u0130ß")), max_size=60)


@given(_WORDS)
def test_whatever_was_written_is_found_by_its_own_words(words: str) -> None:
    assert set(wanted(words)) <= terms_of(words)
    assert len(wanted(words)) <= MOST_WANTED


@given(_WORDS)
def test_no_term_holds_what_a_database_could_take_for_its_syntax(words: str) -> None:
    for term in terms_of(words) | set(wanted(words)):
        assert term
        assert not re.search(r"[\x00-/:-@\[-`{-\x7f]", term), term


def test_each_character_has_one_simpler_form_which_is_final() -> None:
    assert len(SIMPLER) > 900
    assert not set(SIMPLER) & set(SIMPLER.values())
