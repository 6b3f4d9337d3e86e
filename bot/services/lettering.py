"""Letters to homes: the units of an estate and the codes that it prints for them.

A code is known to the letter alone; what is stored is its digest. Whoever loses it gets a new one, and the old one is
dead from then on.
"""

import csv
import io
from collections.abc import Sequence

from bot.domain.homes import LONGEST_LABEL, Unit, code_from, digest_of_code, is_label, key_of, printed
from bot.ports.store import Transaction

_HEADINGS = {"unit", "units", "label", "房号", "房號", "单位", "單位", "单元", "單元"}


def new_code(tx: Transaction, unit: Unit) -> str:
    """Give `unit` a code and return it as it is printed; the one before is dead."""
    while True:
        code = code_from(tx.chance.salt())
        if code and tx.units.by_code(digest_of_code(code)) is None:
            tx.units.issue(unit.id, digest_of_code(code), tx.now)
            return printed(code)


def write_letters(tx: Transaction, estate_id: int, labels: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return label and code of each unit that has none yet, units made where there are none; others keep theirs."""
    letters = []
    for label in labels:
        unit = tx.units.named(estate_id, label) or tx.units.add(estate_id, label)
        if not tx.units.has_code(unit.id):
            letters.append((unit.label, new_code(tx, unit)))
    return tuple(letters)


def read_labels(content: str) -> tuple[str, ...]:
    """Return the units that a CSV file lists in its first column, with a heading or without.

    Raises `ValueError` with one plain sentence where a line is no unit, or is the same as another.
    """
    lines: dict[str, tuple[int, str]] = {}
    rows = csv.reader(io.StringIO(content.removeprefix("\ufeff")))
    for number, row in enumerate(rows, start=1):
        label = row[0].strip() if row else ""
        if not label or (number == 1 and label.casefold() in _HEADINGS):
            continue
        if not is_label(label):
            raise ValueError(
                f"Line {number} is not a unit: expected up to {LONGEST_LABEL} letters, digits and - / . # , ( ) &."
            )
        earlier = lines.setdefault(key_of(label), (number, label))
        if earlier[0] != number:
            raise ValueError(f"Line {number}, {label}, is the same unit as line {earlier[0]}, {earlier[1]}.")
    if not lines:
        raise ValueError("There is no unit in it; expected one in each line, such as 3-12A.")
    return tuple(label for _, label in lines.values())
