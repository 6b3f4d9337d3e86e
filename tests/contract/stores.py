"""Databases and a small front desk for the contract tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from bot.domain.events import Filed
from bot.domain.people import Estate, Language, Person, Role
from bot.domain.tickets import Ticket
from bot.ports.store import Transaction
from storage.dialect import BEGIN_WRITE, STEERED_URL
from storage.sqlite import open_writer
from storage.transaction import SqlTransaction
from tests.databases import fill

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GROUP = -1001234567890
RESIDENT_CHAT = 5000000001


class CountingChance:
    """Chance that gives 1, 2, 3 and so on."""

    def __init__(self) -> None:
        self._given = 0

    def token(self) -> str:
        """Return the next token."""
        self._given += 1
        return f"ref-{self._given:08}"

    def salt(self) -> bytes:
        """Return the next salt."""
        self._given += 1
        return self._given.to_bytes(16, "big")


class SqliteStore:
    """A SQLite database, opened as the program opens it."""

    def __init__(self, path: Path | None) -> None:
        self._raw = open_writer(path)
        self._engine = create_engine(STEERED_URL, creator=lambda: self._raw, poolclass=StaticPool)
        self.chance = CountingChance()
        fill(self._raw)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Give a connection inside a transaction, which is kept unless the block raises."""
        self._raw.execute(BEGIN_WRITE)
        try:
            with self._engine.connect() as connection:
                yield connection
        except BaseException:
            self._raw.execute("ROLLBACK")
            raise
        self._raw.execute("COMMIT")

    @contextmanager
    def transaction(self, now: datetime = NOON) -> Iterator[Transaction]:
        """Give a transaction at `now`, which is kept unless the block raises."""
        with self.connection() as connection:
            yield SqlTransaction(connection, now, self.chance)

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()
        self._raw.close()


@dataclass(frozen=True, slots=True)
class Desk:
    """A front desk: its store, its estate and some of its people."""

    store: SqliteStore
    estate: Estate
    resident: Person
    clerk: Person
    technician: Person

    @contextmanager
    def transaction(self, now: datetime = NOON) -> Iterator[Transaction]:
        """Give a transaction at `now`, which is kept unless the block raises."""
        with self.store.transaction(now) as tx:
            yield tx

    def files(self, tx: Transaction, words: str = "The lift is stuck.", *, recorded_by: int | None = None) -> Ticket:
        """File a repair of the resident's in `tx`, as somebody took it down where that is given."""
        text_id, digest = tx.texts.reserve(self.resident.id, "report", words)
        filed = Filed(
            by=self.resident.id,
            number=f"LF-2026-{tx.estates.next_number(self.estate.id, 2026):05}",
            estate_id=self.estate.id,
            kind="repair",
            severity="normal",
            channel="chat",
            regulation="2026.1",
            texts=((text_id, digest),),
            attachments=(),
            recorded_by=recorded_by,
        )
        ticket = tx.tickets.file(tx.chance.token(), filed)
        tx.texts.own([text_id], ticket.id)
        return ticket


def open_desk(store: SqliteStore) -> Desk:
    """Set up an estate and its people."""
    with store.transaction() as tx:
        estate = tx.estates.add(
            Estate(0, "LF", "Lakefront", "Asia/Shanghai", Language.SIMPLIFIED, group_chat=GROUP, group_thread=7)
        )
        resident = tx.people.add(
            Person(0, RESIDENT_CHAT, "Ms Chan", estate.id, frozenset({Role.RESIDENT}), Language.TRADITIONAL, unit="3A")
        )
        clerk = tx.people.add(Person(0, 5000000002, "Ms Lam", estate.id, frozenset({Role.CLERK})))
        technician = tx.people.add(
            Person(0, 5000000003, "Mr Wu", estate.id, frozenset({Role.TECHNICIAN}), staff_number="T-9")
        )
    return Desk(store, estate, resident, clerk, technician)
