"""Free text of tickets."""

from datetime import timedelta

import pytest

from bot.domain.history import text_digest
from bot.ports.store import Passage, Source
from tests.contract.stores import NOON, RESIDENT_CHAT, Desk


def test_the_texts_of_a_ticket_are_read_oldest_first(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx, "The lift is stuck.")
        other = desk.files(tx, "Not this one.")
    with desk.transaction(NOON + timedelta(hours=1)) as tx:
        answer, _ = tx.texts.add(ticket.id, desk.clerk.id, "answer", "On our way. 马上到 🛗")
        report = tx.texts.of(ticket.id)[0]
        assert (report.content, report.author_id, report.written_at) == ("The lift is stuck.", desk.resident.id, NOON)
        assert tx.texts.of(ticket.id)[1:] == (
            Passage(answer, ticket.id, desk.clerk.id, "answer", "On our way. 马上到 🛗", NOON + timedelta(hours=1)),
        )
        assert tx.texts.get(answer) == tx.texts.of(ticket.id)[1]
        assert [passage.content for passage in tx.texts.of(other.id)] == ["Not this one."]


def test_the_history_gets_a_hash_that_the_same_words_do_not_share(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx)
        _, one = tx.texts.add(ticket.id, desk.clerk.id, "answer", "Yes.")
        _, other = tx.texts.add(ticket.id, desk.clerk.id, "answer", "Yes.")
        assert one != other
        assert text_digest((3).to_bytes(16, "big"), "Yes.") == one


def test_a_reserved_text_is_nobodys_until_its_ticket_is_filed(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx)
        text_id, _ = tx.texts.reserve(desk.resident.id, "report", "Also the light.", Source(RESIDENT_CHAT, 8))
        with pytest.raises(LookupError):
            tx.texts.get(text_id)
        assert tx.texts.by_source(Source(RESIDENT_CHAT, 8)) is None
        tx.texts.own([text_id], ticket.id)
        assert tx.texts.get(text_id).ticket_id == ticket.id
        assert tx.texts.by_source(Source(RESIDENT_CHAT, 8)) == tx.texts.get(text_id)


def test_a_text_has_one_ticket_for_good(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket, other = desk.files(tx), desk.files(tx)
        text_id = tx.texts.of(ticket.id)[0].id
        with pytest.raises(LookupError):
            tx.texts.own([text_id], other.id)


def test_words_that_were_edited_are_found_by_their_message_as_they_read_last(desk: Desk) -> None:
    source = Source(RESIDENT_CHAT, 8)
    with desk.transaction() as tx:
        ticket = desk.files(tx)
        tx.texts.add(ticket.id, desk.resident.id, "report", "Teh lift", source)
        last, _ = tx.texts.add(ticket.id, desk.resident.id, "amendment", "The lift", source)
        assert tx.texts.by_source(source) == tx.texts.get(last)
        assert tx.texts.by_source(Source(RESIDENT_CHAT, 9)) is None
