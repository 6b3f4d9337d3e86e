"""Counting complaints at the end of an ordeal: each exactly once, by two witnesses that know nothing of each other.

A complaint names its case in its words. One witness is the staff group, whose cards show words and ticket number; the
other is the bot's database, where each row of `tickets` has words and an id. A card that came twice is no double, it
shows the same number; two numbers, or two rows, for one case are.
"""

import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: A ticket's number: estate code, year, running number.
NUMBER = re.compile(r"\b[A-Z][A-Z0-9]*-\d{4}-\d{4,}\b")
_CASE = re.compile(r"\bcase (\d+)\b")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A ticket that a witness saw: the words that came with it, and by what it is known."""

    words: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What is wrong: cases without a ticket, cases with several, tickets that nobody asked for."""

    lost: tuple[int, ...] = ()
    doubled: tuple[int, ...] = ()
    stray: tuple[str, ...] = ()


def complaint(case: int) -> str:
    """Return the words of a complaint."""
    return f"The lamp by the lift is broken again (case {case})"


def tally(filed: Collection[int], seen: Iterable[Sighting]) -> Tally:
    """Compare the cases that were filed with the tickets that a witness saw."""
    tickets: dict[int, set[str]] = {case: set() for case in filed}
    stray: set[str] = set()
    for sighting in seen:
        found = _CASE.search(sighting.words)
        if found and int(found[1]) in tickets:
            tickets[int(found[1])].add(sighting.ticket)
        else:
            stray.add(sighting.ticket)
    return Tally(
        lost=tuple(case for case, own in tickets.items() if not own),
        doubled=tuple(case for case, own in tickets.items() if len(own) > 1),
        stray=tuple(sorted(stray)),
    )


def shown_number(message: Mapping[str, Any]) -> str | None:
    """Return the ticket number that a message of the bot shows, if any."""
    found = NUMBER.search(message.get("text", "")) if message["from"]["is_bot"] else None
    return found[0] if found else None


def on_cards(messages: Iterable[Mapping[str, Any]]) -> list[Sighting]:
    """Return the tickets that a chat's messages show together with the words of a complaint."""
    return [
        Sighting(message["text"], number)
        for message in messages
        if (number := shown_number(message)) and _CASE.search(message["text"])
    ]


def in_store(database: Path) -> list[Sighting]:
    """Return the tickets in a SQLite database, opened read-only; one without any words has empty ones."""
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT coalesce((SELECT group_concat(content, ' ') FROM texts WHERE texts.ticket_id = tickets.id), ''), id"
            " FROM tickets"
        ).fetchall()
    return [Sighting(words, str(ticket)) for words, ticket in rows]


def doubts(database: Path, chat: int) -> int:
    """Return how many tries to tell a chat something ended in a way that the bot never learnt."""
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        (tries,) = connection.execute(
            "SELECT coalesce(sum(tries), 0) FROM outbox WHERE chat_id = ?", (chat,)
        ).fetchone()
    return int(tries)
