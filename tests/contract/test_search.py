"""Tickets found by their words: what is there, what was erased, and what the reader may not know of."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pytest

from bot.domain.events import Filed
from bot.domain.tickets import Ticket
from bot.ports.search import Reader
from bot.ports.store import Transaction
from storage.reindex import forget_words, index_words
from tests.contract.stores import Desk


@pytest.fixture
def clerk(desk: Desk) -> Reader:
    """The clerk, who does not read what is confidential."""
    return Reader(desk.estate.id, desk.clerk.id)


def files(
    desk: Desk, tx: Transaction, words: Sequence[str], *, category: str = "other_repair", nameless: bool = False
) -> Ticket:
    """File a ticket of the resident's with these texts."""
    reserved = tuple(tx.texts.reserve(desk.resident.id, "report", each) for each in words)
    filed = Filed(
        by=desk.resident.id,
        number=f"LF-2026-{tx.estates.next_number(desk.estate.id, 2026):04}",
        estate_id=desk.estate.id,
        kind="repair",
        severity="normal",
        channel="chat",
        regulation="2026.1",
        texts=reserved,
        attachments=(),
        category=category,
        nameless=nameless,
    )
    ticket = tx.tickets.file(tx.chance.token(), filed)
    tx.texts.own([text_id for text_id, _ in reserved], ticket.id)
    return ticket


@pytest.mark.parametrize(
    "query",
    ["電梯", "电梯", "電", "壞", "三楼电梯", "停電", "LIFT", "lifts", "leak", "café", "ｃａｆｅ", "leak 電梯", "3-12b"],
)
def test_a_word_is_found_however_it_is_written(desk: Desk, clerk: Reader, query: str) -> None:
    with desk.transaction() as tx:
        wanted = files(desk, tx, ["三樓電梯壞了，又停電", "The lift by the Cafe is leaking, ask at 3-12B"])
        files(desk, tx, ["樓梯的燈", "stairs 3-12"])
        assert tx.search.find(clerk, query, 9) == (wanted.id,)
        assert tx.search.count(clerk, query, 9) == 1


@pytest.mark.parametrize(
    "query", ["", "  ", "?!", "「」", '"', "'", "*", "NOT", "電梯 泳池", "梯電", "312b", "-", "lift OR"]
)
def test_what_is_not_there_is_not_found_and_no_query_is_an_error(desk: Desk, clerk: Reader, query: str) -> None:
    with desk.transaction() as tx:
        files(desk, tx, ["三樓電梯壞了", "The lift at 3-12B"])
        assert tx.search.find(clerk, query, 9) == ()
        assert tx.search.find_newer(clerk, query, 9, 0) == ()
        assert tx.search.count(clerk, query, 9) == 0


def test_a_ticket_is_found_by_its_number_and_by_who_filed_it(desk: Desk, clerk: Reader) -> None:
    with desk.transaction() as tx:
        ticket = files(desk, tx, ["The lift."])
        for query in (ticket.number, ticket.number.lower(), "Chan", "ms chan", "3A", "chan lift"):
            assert tx.search.find(clerk, query, 9) == (ticket.id,), query


def test_who_keeps_their_name_back_is_not_found_by_it(desk: Desk, clerk: Reader) -> None:
    with desk.transaction() as tx:
        ticket = files(desk, tx, ["The neighbours."], nameless=True)
        assert tx.search.find(clerk, "neighbours", 9) == (ticket.id,)
        assert tx.search.find(clerk, "Chan", 9) == tx.search.find(clerk, "3A", 9) == ()


def test_the_unit_stays_as_it_was_when_the_ticket_was_filed(desk: Desk, clerk: Reader) -> None:
    with desk.transaction() as tx:
        ticket = files(desk, tx, ["The lift."])
        tx.people.update(replace(desk.resident, unit="9Z"))
        tx.texts.add(ticket.id, desk.resident.id, "amendment", "And the light.")
        assert tx.search.find(clerk, "3A light", 9) == (ticket.id,)
        assert tx.search.find(clerk, "9Z", 9) == ()


def test_pages_lead_through_everything_and_back(desk: Desk, clerk: Reader) -> None:
    with desk.transaction() as tx:
        ids = [files(desk, tx, ["電梯"]).id for _ in range(7)][::-1]
        first = tx.search.find(clerk, "電梯", 3)
        second = tx.search.find(clerk, "電梯", 3, before=first[-1])
        third = tx.search.find(clerk, "電梯", 3, before=second[-1])
        assert [*first, *second, *third] == ids
        assert tx.search.find(clerk, "電梯", 3, before=third[-1]) == ()
        assert tx.search.find_newer(clerk, "電梯", 3, after=third[0]) == second[::-1]
        assert tx.search.count(clerk, "電梯", 99) == 7
        assert tx.search.count(clerk, "電梯", 5) == 5, "no further than asked"


def test_what_is_added_is_found_in_the_same_transaction_and_what_is_undone_is_not(desk: Desk, clerk: Reader) -> None:
    with desk.transaction() as tx:
        ticket = files(desk, tx, ["The lift."])
        tx.texts.add(ticket.id, desk.clerk.id, "answer", "A mechanic comes.")
        assert tx.search.find(clerk, "mechanic lift", 9) == (ticket.id,)
    with suppress(ZeroDivisionError), desk.transaction() as tx:
        tx.texts.add(ticket.id, desk.clerk.id, "answer", "Tomorrow.")
        assert tx.search.find(clerk, "tomorrow", 9) == (ticket.id,)
        raise ZeroDivisionError
    with desk.transaction() as tx:
        assert tx.search.find(clerk, "tomorrow", 9) == ()
        assert tx.search.find(clerk, "mechanic", 9) == (ticket.id,)


def test_what_was_erased_is_found_no_more_while_the_rest_is(desk: Desk, clerk: Reader) -> None:
    with desk.transaction() as tx:
        ticket = files(desk, tx, ["The lift.", "My illness."])
        erased = tx.texts.of(ticket.id)[1]
        tx.texts.erase(erased.id)
        assert tx.texts.get(erased.id).content == ""
        assert tx.search.find(clerk, "illness", 9) == ()
        assert tx.search.find(clerk, "lift", 9) == (ticket.id,)
    with desk.store.connection() as connection:
        kept = connection.exec_driver_sql("SELECT header || body FROM ticket_terms").scalars().all()
        assert "ill" not in " ".join(kept)
        connection.exec_driver_sql("INSERT INTO ticket_words(ticket_words) VALUES ('integrity-check')")
    with desk.transaction() as tx, pytest.raises(LookupError):
        tx.texts.erase(erased.id + 99)


def test_what_is_about_a_colleague_is_found_by_its_readers_and_its_filer_alone(desk: Desk, clerk: Reader) -> None:
    with desk.transaction() as tx:
        secret = files(desk, tx, ["The guard shouted."], category="colleague")
        plain = files(desk, tx, ["The guard helped."])
        director, filer = replace(clerk, confidential=True), replace(clerk, person_id=desk.resident.id)
        assert tx.search.find(clerk, "guard", 9) == (plain.id,)
        assert tx.search.find(clerk, secret.number, 9) == tx.search.find_newer(clerk, "shouted", 9, 0) == ()
        assert (tx.search.count(clerk, "guard", 9), tx.search.count(director, "guard", 9)) == (1, 2)
        for reader in (director, filer):
            assert tx.search.find(reader, "guard", 9) == (plain.id, secret.id)


def test_another_estate_finds_nothing(desk: Desk, clerk: Reader) -> None:
    with desk.transaction() as tx:
        files(desk, tx, ["The lift."])
        elsewhere = replace(clerk, estate_id=clerk.estate_id + 1, confidential=True)
        assert tx.search.find(elsewhere, "lift", 9) == ()
        assert tx.search.count(elsewhere, "lift", 9) == 0


def test_the_index_can_be_filled_anew_also_with_what_was_filed_before_there_was_one(desk: Desk, clerk: Reader) -> None:
    with desk.transaction() as tx:
        ids = [files(desk, tx, ["電梯"]).id for _ in range(3)]
    with desk.store.connection() as connection:
        connection.exec_driver_sql("INSERT INTO ticket_words(ticket_words) VALUES ('delete-all')")
        connection.exec_driver_sql("DELETE FROM ticket_terms WHERE ticket_id > 1")
    with desk.transaction() as tx:
        assert tx.search.find(clerk, "電梯", 9) == ()
    with desk.store.connection() as connection:
        forget_words(connection)
        assert index_words(connection, after=0, most=2) == tuple(ids[:2])
        assert index_words(connection, after=ids[1], most=2) == tuple(ids[2:])
        assert index_words(connection, after=ids[2], most=2) == ()
    with desk.transaction() as tx:
        assert tx.search.find(clerk, "電梯 chan", 9) == tuple(ids[::-1])
