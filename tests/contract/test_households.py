"""Who lives where, and who asks the office to confirm it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.homes import Request, Residency, Unit
from bot.ports.store import Transaction
from tests.contract.stores import NOON, Desk

HOUR = timedelta(hours=1)


def unit(tx: Transaction, desk: Desk, label: str = "3-12A") -> Unit:
    """Return a new unit of the estate."""
    return tx.units.add(desk.estate.id, label)


def test_who_moves_in_lives_there_and_shares_nothing_yet(desk: Desk) -> None:
    with desk.transaction() as tx:
        home = unit(tx, desk)
        assert tx.households.home_of(desk.resident.id) is None
        lives = tx.households.move_in(home.id, desk.resident.id, NOON)
        assert lives == Residency(lives.id, home.id, desk.resident.id, NOON)
        assert tx.households.home_of(desk.resident.id) == tx.households.get(lives.id) == lives
        assert tx.households.get(lives.id + 1) is None


def test_a_household_stands_in_the_order_in_which_they_registered(desk: Desk) -> None:
    with desk.transaction() as tx:
        home, elsewhere = unit(tx, desk), unit(tx, desk, "3-12B")
        second = tx.households.move_in(home.id, desk.technician.id, NOON)
        third = tx.households.move_in(home.id, desk.resident.id, NOON)
        tx.households.move_in(elsewhere.id, desk.clerk.id, NOON)
        assert tx.households.living_in(home.id) == (second, third)
        tx.households.update(replace(second, until=NOON + HOUR))
        assert tx.households.living_in(home.id) == (third,)


def test_one_lives_in_one_place_at_a_time(desk: Desk) -> None:
    with desk.transaction() as tx:
        home, elsewhere = unit(tx, desk), unit(tx, desk, "3-12B")
        lives = tx.households.move_in(home.id, desk.resident.id, NOON)
        with pytest.raises(IntegrityError):
            tx.households.move_in(elsewhere.id, desk.resident.id, NOON)
        tx.households.update(replace(lives, until=NOON + HOUR))
        assert tx.households.home_of(desk.resident.id) is None
        assert tx.households.last_home_of(desk.resident.id) == replace(lives, until=NOON + HOUR)
        later = tx.households.move_in(elsewhere.id, desk.resident.id, NOON + HOUR)
        assert tx.households.home_of(desk.resident.id) == later == tx.households.last_home_of(desk.resident.id)


def test_sharing_and_doubt_are_kept(desk: Desk) -> None:
    with desk.transaction() as tx:
        lives = tx.households.move_in(unit(tx, desk).id, desk.resident.id, NOON)
        changed = replace(lives, shares=True, contested_at=NOON + HOUR)
        tx.households.update(changed)
        assert tx.households.get(lives.id) == changed
        with pytest.raises(LookupError):
            tx.households.update(replace(lives, id=999))


def test_a_request_waits_until_it_is_decided(desk: Desk) -> None:
    first = Request("ref-a", desk.estate.id, desk.resident.id, "3座12A", NOON)
    second = Request("ref-b", desk.estate.id, desk.technician.id, "3-12B", NOON + HOUR)
    with desk.transaction() as tx:
        for request in (second, first):
            tx.households.ask(request)
        assert tx.households.request("ref-a") == first
        assert tx.households.request("ref-c") is None
        assert tx.households.open_requests(desk.estate.id, 5) == (first, second)
        assert tx.households.open_requests(desk.estate.id, 1) == (first,)
        assert tx.households.open_request_of(desk.resident.id) == first
        decided = replace(first, decided_at=NOON + HOUR, decided_by=desk.clerk.id)
        tx.households.decide(decided)
        assert tx.households.request("ref-a") == decided
        assert tx.households.open_request_of(desk.resident.id) is None
        assert tx.households.open_requests(desk.estate.id, 5) == (second,)
        with pytest.raises(LookupError):
            tx.households.decide(decided)


def test_one_asks_once_at_a_time(desk: Desk) -> None:
    request = Request("ref-a", desk.estate.id, desk.resident.id, "3座12A", NOON)
    with desk.transaction() as tx:
        tx.households.ask(request)
        with pytest.raises(IntegrityError):
            tx.households.ask(replace(request, ref="ref-b"))
