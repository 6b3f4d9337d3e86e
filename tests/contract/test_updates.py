"""The inbox: what is admitted, what is a double, what is set aside and what is forgotten."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.ports.inbox import RawUpdate, Received
from storage.inbox import UNREADABLE, admit_updates
from storage.schema import inbox
from tests.contract.stores import NOON, SqliteStore

MINUTE = timedelta(minutes=1)


def a_message(update_id: int, message_id: int, **changes: object) -> RawUpdate:
    message = {"message_id": message_id, "date": 1_700_000_000, "chat": {"id": 5}, "text": "Good morning", **changes}
    return RawUpdate(update_id, json.dumps({"update_id": update_id, "message": message}))


def a_tap(update_id: int, query_id: str, **shown: object) -> RawUpdate:
    query = {"id": query_id, "from": {"id": 5}, "message": {"message_id": 9, **shown}, "data": "claim:ref:1:"}
    return RawUpdate(update_id, json.dumps({"update_id": update_id, "callback_query": query}))


def admit(store: SqliteStore, *updates: RawUpdate) -> int:
    with store.connection() as connection:
        return admit_updates(connection, updates, NOON)


def test_updates_wait_in_the_order_in_which_they_came(store: SqliteStore) -> None:
    first, second = a_message(11, 1), a_message(10, 2)
    assert admit(store, first, second) == 2
    with store.transaction() as tx:
        one, other = tx.updates.pending(0, 10)
        assert one == Received(one.seq, first.raw, NOON)
        assert other == Received(other.seq, second.raw, NOON)
        assert one.seq < other.seq
        assert tx.updates.pending(one.seq, 10) == (other,)
        assert tx.updates.pending(0, 1) == (one,)
        assert tx.updates.waiting() == 2


def test_nothing_to_admit_is_no_trouble(store: SqliteStore) -> None:
    assert admit(store) == 0


def test_an_update_that_comes_twice_is_there_once(store: SqliteStore) -> None:
    assert admit(store, a_message(10, 1), a_message(10, 1)) == 1
    assert admit(store, a_message(10, 1), a_message(11, 2)) == 1
    with store.transaction() as tx:
        assert tx.updates.waiting() == 2


def test_a_double_is_known_even_if_what_it_shows_has_changed(store: SqliteStore) -> None:
    assert admit(store, a_tap(10, "q1", date=1)) == 1
    assert admit(store, a_tap(10, "q1", date=1, edit_date=2)) == 0
    assert admit(store, a_message(11, 1), a_message(11, 1, text="Good evening")) == 1


def test_a_double_of_a_handled_update_is_not_handled_again(store: SqliteStore) -> None:
    admit(store, a_message(10, 1))
    with store.transaction() as tx:
        assert tx.updates.begin(tx.updates.pending(0, 1)[0].seq)
    assert admit(store, a_message(10, 1)) == 0
    with store.transaction() as tx:
        assert tx.updates.pending(0, 10) == ()


@pytest.mark.parametrize(
    "later", [a_message(10, 2), a_message(10, 1, date=1_800_000_000), a_message(10, 1, chat={"id": 6}), a_tap(10, "q")]
)
def test_update_ids_may_begin_anew(store: SqliteStore, later: RawUpdate) -> None:
    assert admit(store, a_message(10, 1)) == 1
    assert admit(store, later) == 1


def test_an_update_is_begun_once(store: SqliteStore) -> None:
    admit(store, a_message(10, 1))
    with store.transaction() as tx:
        seq = tx.updates.pending(0, 1)[0].seq
        assert tx.updates.begin(seq)
        assert not tx.updates.begin(seq)
        assert not tx.updates.quarantine(seq, "bug", "A1B2")
        assert not tx.updates.begin(seq + 1)
        assert tx.updates.waiting() == 0


def test_an_update_in_quarantine_is_kept_raw_and_waits_no_more(store: SqliteStore) -> None:
    update = a_message(10, 1)
    admit(store, update)
    with store.transaction(NOON + MINUTE) as tx:
        assert tx.updates.quarantine(tx.updates.pending(0, 1)[0].seq, "unknown", "A1B2")
        assert tx.updates.pending(0, 10) == ()
    with store.connection() as connection:
        found = connection.execute(select(inbox.c.raw, inbox.c.reason, inbox.c.reference, inbox.c.settled_at)).one()
        assert found == (update.raw, "unknown", "A1B2", NOON + MINUTE)


@pytest.mark.parametrize(
    "raw",
    ["", "not JSON", "[]", "7", '{"message": {}}', "{", "[" * 100_000, '{"update_id": ' + "9" * 5000 + "}"],
)
def test_what_cannot_be_read_is_kept_apart_from_the_start(store: SqliteStore, raw: str) -> None:
    assert admit(store, RawUpdate(None, raw), a_message(10, 1)) == 2
    assert admit(store, RawUpdate(None, raw)) == 0
    with store.transaction() as tx:
        assert tx.updates.waiting() == 1
    with store.connection() as connection:
        found = connection.execute(select(inbox.c.raw, inbox.c.reason).where(inbox.c.state == "quarantined")).one()
        assert found == (raw, UNREADABLE)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)
_NAMES = st.sampled_from(["message", "edited_message", "callback_query", "chat", "id", "date", "message_id", "future"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(update_id=st.integers(), body=st.dictionaries(_NAMES, st.dictionaries(_NAMES, _JSON, max_size=4) | _JSON))
def test_no_update_hinders_its_neighbours(store: SqliteStore, update_id: int, body: dict[str, object]) -> None:
    raw = json.dumps({"update_id": update_id, **body})
    with store.connection() as connection:
        before = admit_updates(connection, [RawUpdate(update_id, raw)], NOON)
        assert before <= 1
        assert admit_updates(connection, [RawUpdate(update_id, raw)], NOON) == 0
        assert raw in connection.execute(select(inbox.c.raw)).scalars().all() or before == 0
        admit_updates(connection, [RawUpdate(update_id, raw), a_message(10, 1)], NOON)
        assert a_message(10, 1).raw in connection.execute(select(inbox.c.raw)).scalars()


def test_it_is_known_since_when_updates_came(store: SqliteStore) -> None:
    with store.transaction() as tx:
        assert not tx.updates.known_since(NOON)
    admit(store, a_message(10, 1))
    with store.transaction() as tx:
        assert tx.updates.known_since(NOON)
        assert not tx.updates.known_since(NOON + timedelta(microseconds=1))


def test_handled_updates_are_forgotten_in_time_the_others_are_not(store: SqliteStore) -> None:
    admit(store, *(a_message(number, number) for number in range(1, 6)), RawUpdate(None, "?"))
    with store.transaction() as tx:
        one, two, three, four, _ = tx.updates.pending(0, 10)
        tx.updates.quarantine(one.seq, "bug", "A1B2")
        tx.updates.begin(two.seq)
        tx.updates.begin(three.seq)
    with store.transaction(NOON + MINUTE) as tx:
        tx.updates.begin(four.seq)
        assert tx.updates.forget(NOON, NOON, 10) == 0
        assert tx.updates.forget(NOON + MINUTE, NOON + MINUTE, 1) == 1
        assert tx.updates.forget(NOON + MINUTE, NOON + MINUTE, 10) == 1
        assert tx.updates.forget(NOON + MINUTE, NOON + MINUTE, 10) == 0
        assert tx.updates.waiting() == 1
    with store.connection() as connection:
        assert len(connection.execute(select(inbox.c.seq)).all()) == 4
