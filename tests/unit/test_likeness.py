"""How alike two matters are told: a table of what people write."""

import pytest

from bot.domain.likeness import LIKELY, likeness


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The lift in block 1 is stuck", "Lift stuck in block 1"),
        ("LIFT STUCK!!", "lift stuck"),
        ("三号楼电梯坏了", "三号楼电梯又坏了"),
        ("三號樓電梯壞了", "三号楼电梯坏了"),
        ("地库漏水", "B2地库又漏水"),
    ],
)
def test_the_same_in_other_words(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one) >= LIKELY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The lift in block 1 is stuck", "There is rubbish at the gate"),
        ("三号楼电梯坏了", "停车场灯不亮"),
        ("电", "三号楼电梯坏了"),
        ("", "The lift is stuck"),
        ("😡😡😡", "!!!"),
        ("", ""),
    ],
)
def test_something_else(one: str, other: str) -> None:
    assert likeness(one, other) < LIKELY
