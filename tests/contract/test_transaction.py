"""A transaction: what it offers, and that it happens whole or not at all."""

from datetime import datetime, timedelta, timezone

import pytest

from bot.ports.store import Transaction
from storage.transaction import SqlTransaction
from tests.contract.stores import NOON, Desk, SqliteStore


def test_it_offers_what_services_ask_for(store: SqliteStore) -> None:
    with store.connection() as connection:
        tx: Transaction = SqlTransaction(connection, NOON, store.chance)
        assert (tx.now, tx.chance) == (NOON, store.chance)


@pytest.mark.parametrize("now", [datetime(2026, 3, 2), NOON.astimezone(timezone(timedelta(hours=8)))])  # noqa: DTZ001
def test_its_moment_is_in_utc(store: SqliteStore, now: datetime) -> None:
    with store.connection() as connection, pytest.raises(ValueError, match="UTC"):
        SqlTransaction(connection, now, store.chance)


def test_a_transaction_that_fails_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(LookupError), desk.transaction() as tx:
        tx.people.get(-desk.files(tx).id)
    with desk.transaction() as tx:
        assert tx.tickets.history(1) == ()
