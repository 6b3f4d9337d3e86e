"""The counting has power: a ledger that loses or doubles is caught by each witness, an honest one passes."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.durability.counting import Sighting, Tally, complaint, doubts, in_store, on_cards, tally

CASES = range(4)

#: Which cases' complaints became tickets, in the order of filing, and what is wrong with that.
LEDGERS = pytest.mark.parametrize(
    ("filed", "wrong"),
    [
        ([0, 1, 2, 3], Tally()),
        ([0, 1, 3], Tally(lost=(2,))),
        ([0, 1, 2, 3, 1], Tally(doubled=(1,))),
        ([0, 0, 3, 3, 3], Tally(lost=(1, 2), doubled=(0, 3))),
        ([], Tally(lost=(0, 1, 2, 3))),
    ],
    ids=["honest", "lossy", "doubling", "both", "empty"],
)


def card(text: str, *, by_bot: bool = True) -> dict[str, Any]:
    """A message of the staff group."""
    return {"from": {"is_bot": by_bot}, "text": text}


def store(path: Path, tickets: Sequence[str]) -> Path:
    """A database with a ticket for each of the words; an empty text is none."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE tickets (id INTEGER PRIMARY KEY, number TEXT)")
        connection.execute("CREATE TABLE texts (id INTEGER PRIMARY KEY, ticket_id INTEGER, content TEXT)")
        for ticket, words in enumerate(tickets, 1):
            connection.execute("INSERT INTO tickets VALUES (?, ?)", (ticket, f"E-2026-{ticket:04}"))
            if words:
                connection.execute("INSERT INTO texts (ticket_id, content) VALUES (?, ?)", (ticket, words))
    return path


@LEDGERS
def test_cards_tell_what_was_lost_and_doubled(filed: list[int], wrong: Tally) -> None:
    cards = [card(f"💬 Complaint E-2026-{n:04}\n{complaint(case)}") for n, case in enumerate(filed, 1)]
    assert tally(CASES, on_cards(cards)) == wrong


@LEDGERS
def test_the_store_tells_what_was_lost_and_doubled(filed: list[int], wrong: Tally, tmp_path: Path) -> None:
    assert tally(CASES, in_store(store(tmp_path / "ledger.db", [complaint(case) for case in filed]))) == wrong


def test_a_card_sent_twice_is_no_second_ticket() -> None:
    cards = [card(f"E-2026-0001 {complaint(0)}"), card(f"E-2026-0001 {complaint(0)}")]
    assert tally([0], on_cards(cards)) == Tally()


def test_what_people_write_is_no_card() -> None:
    cards = [card(f"Is E-2026-0001 about this? {complaint(0)}", by_bot=False), card(f"no number: {complaint(0)}")]
    assert tally([0], on_cards(cards)) == Tally(lost=(0,))


def test_two_rows_are_two_tickets_though_they_bear_one_number(tmp_path: Path) -> None:
    path = store(tmp_path / "ledger.db", [complaint(0), complaint(0)])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE tickets SET number = 'E-2026-0001'")
    assert tally([0], in_store(path)) == Tally(doubled=(0,))


def test_a_ticket_of_no_case_is_a_stray(tmp_path: Path) -> None:
    path = store(tmp_path / "ledger.db", [complaint(0), "", complaint(77)])
    assert tally([0], in_store(path)) == Tally(stray=("2", "3"))


def test_two_cases_in_one_ticket_are_one_lost() -> None:
    assert tally([0, 1], [Sighting(f"{complaint(0)} {complaint(1)}", "1")]) == Tally(lost=(1,))


def test_doubts_are_counted_by_chat(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE outbox (chat_id INTEGER, tries INTEGER)")
        assert doubts(path, -7) == 0
        connection.executemany("INSERT INTO outbox VALUES (?, ?)", [(-7, 0), (-7, 2), (-7, 1), (5, 4)])
    assert doubts(path, -7) == 3
