"""Cards: which message shows what."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.flows.draft import Draft
from bot.ports.outbox import Audience, Card
from tests.contract.stores import GROUP, NOON, RESIDENT_CHAT, Desk


def test_the_cards_of_a_ticket_are_found_in_the_order_they_were_made(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket, other = desk.files(tx), desk.files(tx)
        group = tx.cards.add(Card(0, Audience.GROUP, GROUP, 7, None, desk.estate.id, ticket_id=ticket.id))
        filer = tx.cards.add(
            Card(0, Audience.FILER, RESIDENT_CHAT, None, desk.resident.id, desk.estate.id, ticket_id=ticket.id)
        )
        tx.cards.add(Card(0, Audience.GROUP, GROUP, 7, None, desk.estate.id, ticket_id=other.id))
        assert tx.cards.of_ticket(ticket.id) == (group, filer)
        assert tx.cards.get(filer.id) == filer


def test_a_card_learns_where_it_stands(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx)
        card = tx.cards.add(Card(0, Audience.GROUP, GROUP, 7, None, desk.estate.id, ticket_id=ticket.id, fresh=True))
        assert tx.cards.by_message(GROUP, 33) is None
        sent = replace(card, message_id=33, fresh=False)
        tx.cards.update(sent)
        assert tx.cards.by_message(GROUP, 33) == sent
        assert tx.cards.by_message(RESIDENT_CHAT, 33) is None


def test_the_card_of_a_draft_is_the_last_one_made(desk: Desk) -> None:
    draft = Draft("d1", "report", 1, desk.resident.id, RESIDENT_CHAT, "kind", NOON + timedelta(days=1))
    card = Card(0, Audience.WRITER, RESIDENT_CHAT, None, desk.resident.id, desk.estate.id, draft_ref="d1")
    with desk.transaction() as tx:
        tx.drafts.save(draft)
        assert tx.cards.of_draft("d1") is None
        tx.cards.add(card)
        last = tx.cards.add(card)
        assert tx.cards.of_draft("d1") == last


def test_a_card_that_was_never_made_cannot_be_had_or_changed(desk: Desk) -> None:
    with desk.transaction() as tx:
        with pytest.raises(LookupError):
            tx.cards.get(999)
        with pytest.raises(LookupError):
            tx.cards.update(Card(999, Audience.GROUP, GROUP, None, None, desk.estate.id))
