"""Screens keep their meaning in storage, buttons in the client, and words their every character."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.flows.screen import (
    CALLBACK_BYTES,
    Action,
    Press,
    Quote,
    Screen,
    Text,
    chunks,
    clip,
    decode,
    dump,
    dump_text,
    load,
    load_text,
    text,
    units,
)

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)  # lone surrogates too
NAMES = st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=1, max_size=8)
MOMENTS = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
PARAMS = st.recursive(
    ANY_TEXT | st.integers(-(2**53), 2**53) | MOMENTS,
    lambda inner: st.builds(Text, ANY_TEXT, st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=4,
)
TEXTS = st.builds(Text, ANY_TEXT, st.dictionaries(NAMES, PARAMS, max_size=3))
REFS = st.text(st.characters(codec="ascii", exclude_characters=":"), max_size=12)
ACTIONS = st.builds(Action, NAMES, REFS, st.integers(0, 999_999_999), REFS)
PRESSES = st.builds(Press, TEXTS, ACTIONS, st.sampled_from([None, "success", "danger", "primary"]))
SCREENS = st.builds(
    Screen,
    st.lists(TEXTS | st.builds(Quote, ANY_TEXT, st.integers(0, 5000)), max_size=5).map(tuple),
    st.lists(st.lists(PRESSES, max_size=2).map(tuple), max_size=3).map(tuple),
)
QUICK = settings(max_examples=100, deadline=None)


@QUICK
@given(SCREENS)
def test_a_screen_is_read_back_as_it_was_stored(screen: Screen) -> None:
    stored = dump(screen)
    assert stored.isascii()
    assert load(stored) == screen


@QUICK
@given(TEXTS)
def test_a_text_is_read_back_as_it_was_stored(sentence: Text) -> None:
    assert load_text(dump_text(sentence)) == sentence


def test_the_stored_form_stays_what_it_was() -> None:
    screen = Screen(
        (
            text("No. {number} {at}", number="A-1", at=datetime(2026, 3, 2, 12, tzinfo=UTC), kind=text("Repair"), n=3),
            Quote("電梯", 300),
        ),
        ((Press(text("Go"), Action("d", "ref", 7, "c.yes"), "primary"),),),
    )
    assert dump(screen) == (
        '{"lines": [{"m": "No. {number} {at}", "p": {"number": "A-1", "at": {"at": 1772452800.0}, '
        '"kind": {"m": "Repair", "p": {}}, "n": 3}}, {"q": "\\u96fb\\u68af", "l": 300}], '
        '"buttons": [[[{"m": "Go", "p": {}}, "d:ref:7:c.yes", "primary"]]]}'
    )
    assert load(dump(screen)) == screen


@pytest.mark.parametrize("stored", ["[]", "3", '{"q": "x", "l": 1}', '"words"'])
def test_what_is_no_text_is_not_read_as_one(stored: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        load_text(stored)


@QUICK
@given(ACTIONS)
def test_a_button_comes_back_as_it_was_drawn(action: Action) -> None:
    data = action.encode()
    assert 1 <= len(data.encode()) <= CALLBACK_BYTES
    assert decode(data) == action


@pytest.mark.parametrize(
    "action",
    [
        Action("", "ref", 1),
        Action("d", "re:f", 1),
        Action("d", "ref", -1),
        Action("d", "ref", 10**9),
        Action("d", "ref", 1, "a:b"),
        Action("d", "r" * 60, 1),
        Action("d", "升降機" * 7, 1),
    ],
)
def test_a_button_that_would_not_come_back_is_not_drawn(action: Action) -> None:
    with pytest.raises(ValueError, match="no callback data"):
        action.encode()


@QUICK
@given(ANY_TEXT | st.sampled_from(["", ":::", "d:r:١:c", "d:r:²:c", "d:r: 1:c", "d:r:+1:c", "d:r:1", "d:r:1:c:x"]))
def test_whatever_a_client_sends_is_an_action_or_none(data: str) -> None:
    action = decode(data)
    assert action is None or action.version in range(10**9)


@pytest.mark.parametrize(
    "data", ["", ":::", "d:r:١:c", "d:r:²:c", "d:r: 1:c", "d:r:+1:c", "d:r:1", "d:r:1:c:x", "d:r::c"]
)
def test_data_that_was_never_ours(data: str) -> None:
    assert decode(data) is None


WIDE = st.text(st.sampled_from("ab電😀\ud800 \n"), max_size=200)


@QUICK
@given(WIDE, st.integers(1, 250))
def test_clipping_keeps_the_beginning_within_the_limit_and_says_so(words: str, most: int) -> None:
    kept = clip(words, most)
    assert units(kept) <= most
    if units(words) <= most:
        assert kept == words
    else:
        assert kept.endswith("…")
        assert words.startswith(kept[:-1])
        assert units(kept) >= most - 1, "no more is taken away than must be"


@QUICK
@given(WIDE, st.integers(2, 250))
def test_pieces_lose_nothing_and_fit(words: str, most: int) -> None:
    pieces = list(chunks(words, most))
    assert "".join(pieces) == words
    assert all(1 <= units(piece) <= most for piece in pieces)


@pytest.mark.parametrize(("words", "length"), [("", 0), ("a", 1), ("電", 1), ("😀", 2), ("👨‍👩‍👧", 8), ("\ud800", 1)])
def test_lengths_are_counted_as_the_platform_counts(words: str, length: int) -> None:
    assert units(words) == length == len(words.encode("utf-16-le", "surrogatepass")) // 2
