"""The large estate of the benchmarks is what the program itself would have written."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.pool import StaticPool

from bot.adapters.chance import SystemChance
from bot.domain.evolution import rebuild
from bot.domain.history import event_of
from bot.ports.boards import Board, Listing
from bot.ports.search import Reader
from storage.audit import broken_histories
from storage.dialect import BEGIN_READ, STEERED_URL
from storage.repositories.search import SqlSearch
from storage.schema import ticket_terms
from storage.sqlite import open_writer
from storage.statements import Executor
from storage.transaction import SqlTransaction
from tests.bench.large_estate import NOW, make

TICKETS, OPEN = 400, 80


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "estate.db"
    make(path, TICKETS, OPEN)
    return path


def test_it_is_sound_and_every_history_makes_its_ticket(estate: Path) -> None:
    with closing(open_writer(estate)) as raw:
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        raw.execute(BEGIN_READ)
        engine = create_engine(STEERED_URL, creator=lambda: raw, poolclass=StaticPool)
        with engine.connect() as connection:
            assert list(broken_histories(connection)) == []
            tx = SqlTransaction(connection, NOW, SystemChance())
            director = Reader(1, 30, confidential=True)
            assert tx.boards.count(director, Board(Listing.OPEN), 999) == OPEN
            assert 0 < tx.boards.count(director, Board(Listing.OVERDUE, until=NOW), 999) < OPEN
            assert tx.search.find(director, "漏水", 9)
            assert 0 < len(tx.obligations.due(NOW, 999)) <= OPEN or tx.obligations.next_due()
            for ticket_id in range(1, TICKETS + 1):
                ticket = tx.tickets.get(ticket_id)
                assert rebuild(ticket_id, ticket.ref, map(event_of, tx.tickets.history(ticket_id))) == ticket


def test_its_words_are_those_that_the_program_would_have_indexed(estate: Path) -> None:
    with closing(open_writer(estate)) as raw:
        engine = create_engine(STEERED_URL, creator=lambda: raw, poolclass=StaticPool)
        raw.execute("INSERT INTO ticket_words(ticket_words) VALUES ('integrity-check')")
        raw.execute("BEGIN")
        with engine.connect() as connection:
            before = connection.execute(select(ticket_terms).order_by(ticket_terms.c.ticket_id)).all()
            connection.execute(ticket_terms.delete())
            search = SqlSearch(Executor(connection))
            search.forget_all()
            assert len(search.refill(0, TICKETS)) == TICKETS
            assert connection.execute(select(ticket_terms).order_by(ticket_terms.c.ticket_id)).all() == before
        raw.execute("ROLLBACK")


def test_it_is_the_same_each_time(estate: Path, tmp_path: Path) -> None:
    make(tmp_path / "again.db", TICKETS, OPEN)
    with closing(open_writer(estate)) as one, closing(open_writer(tmp_path / "again.db")) as other:
        for table in ("tickets", "history", "texts", "people", "obligations"):
            rows = f"SELECT * FROM {table} ORDER BY 1, 2"
            assert one.execute(rows).fetchall() == other.execute(rows).fetchall()
