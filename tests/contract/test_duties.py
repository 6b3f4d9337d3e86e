"""What waits for people's mornings, and the day's stock-takes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.ports.duties import StockTake, StockTakeState
from tests.contract.stores import NOON, Desk

HOUR = timedelta(hours=1)


def test_a_window_waits_for_a_morning_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx)
        for person in (desk.resident.id, desk.technician.id, desk.resident.id):
            tx.digests.put(person, ticket.id, "FC-9", 1, NOON)
        tx.digests.put(desk.resident.id, ticket.id, "FC-9", 2, NOON + HOUR)
        assert tx.digests.next_due() == NOON
        notes = tx.digests.due(NOON, 10)
        assert [(note.person_id, note.occurrence) for note in notes] == [(desk.resident.id, 1), (desk.technician.id, 1)]
        assert tx.digests.due(NOON, 1) == notes[:1]
        tx.digests.done(notes)
        assert tx.digests.due(NOON, 10) == ()
        assert tx.digests.next_due() == NOON + HOUR


def test_one_stock_take_of_an_estate_is_planned(desk: Desk) -> None:
    estate = desk.estate.id
    with desk.transaction() as tx:
        assert tx.stock_takes.planned(estate) is None
        assert tx.stock_takes.next_due() is None
        tx.stock_takes.plan(estate, NOON)
        tx.stock_takes.plan(estate, NOON + HOUR)
        planned = tx.stock_takes.planned(estate)
        assert planned == StockTake(planned.id if planned else 0, estate, StockTakeState.PLANNED, NOON + HOUR)
        assert tx.stock_takes.next_due() == NOON + HOUR


def test_a_stock_take_waits_to_be_acknowledged_and_then_no_more(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.stock_takes.plan(desk.estate.id, NOON)
        assert tx.stock_takes.due(NOON - HOUR, 10) == ()
        (planned,) = tx.stock_takes.due(NOON, 10)
        asked = replace(
            planned,
            state=StockTakeState.ASKED,
            due_at=NOON + HOUR,
            taken_at=NOON,
            asked_id=desk.technician.id,
        )
        tx.stock_takes.update(asked)
        assert tx.stock_takes.get(asked.id) == asked
        assert tx.stock_takes.due(NOON + HOUR, 10) == (asked,)
        done = replace(
            asked, state=StockTakeState.ACKNOWLEDGED, acknowledged_by=desk.technician.id, acknowledged_at=NOON
        )
        tx.stock_takes.update(done)
        assert tx.stock_takes.due(NOON + HOUR, 10) == ()
        with pytest.raises(LookupError):
            tx.stock_takes.update(replace(done, id=999))
