"""Places and the tokens of their stickers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.people import Language
from bot.domain.places import Location, Place, PlaceKind
from tests.contract.stores import NOON, Desk

BLOCK = Place(
    0, 0, PlaceKind.BUILDING, "b3", "Block 3", {Language.SIMPLIFIED: "3栋"}, None, Location(22.3001, 114.1702), 1
)


def block(desk: Desk) -> Place:
    return replace(BLOCK, estate_id=desk.estate.id)


def test_places_are_read_as_they_were_stored_and_in_the_estates_order(desk: Desk) -> None:
    with desk.transaction() as tx:
        gate = tx.places.add(Place(0, desk.estate.id, PlaceKind.SPOT, "gate", "Main gate", position=7))
        three = tx.places.add(block(desk))
        second = tx.places.add(Place(0, desk.estate.id, PlaceKind.FLOOR, "b3-2", "2/F", parent_id=three.id, position=3))
        first = tx.places.add(Place(0, desk.estate.id, PlaceKind.FLOOR, "b3-1", "1/F", parent_id=three.id, position=2))
        assert tx.places.get(three.id) == three
        assert tx.places.by_code(desk.estate.id, "b3-1") == first
        assert tx.places.by_code(desk.estate.id, "b4") is None
        assert tx.places.of_estate(desk.estate.id) == (three, first, second, gate)
        assert tx.places.outermost(desk.estate.id) == (three, gate)
        assert tx.places.within(three.id) == (first, second)
        assert tx.places.within(gate.id) == ()
        assert tx.places.located(desk.estate.id) == (three,)
        with pytest.raises(LookupError):
            tx.places.get(999)
        with pytest.raises(LookupError):
            tx.places.update(replace(three, id=999))


def test_a_retired_place_is_listed_nowhere_but_known(desk: Desk) -> None:
    with desk.transaction() as tx:
        three = tx.places.add(block(desk))
        retired = replace(three, retired=True)
        tx.places.update(retired)
        estate = desk.estate.id
        assert tx.places.of_estate(estate) == tx.places.outermost(estate) == tx.places.located(estate) == ()
        assert tx.places.get(three.id) == tx.places.by_code(estate, "b3") == retired


def test_each_estate_has_its_own_places_with_each_code_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.places.add(block(desk))
        other = tx.estates.add(replace(desk.estate, code="HV", group_chat=None))
        elsewhere = tx.places.add(replace(block(desk), estate_id=other.id))
        assert tx.places.of_estate(other.id) == (elsewhere,)
        with pytest.raises(IntegrityError):
            tx.places.add(block(desk))


def test_a_new_sticker_kills_the_one_before(desk: Desk) -> None:
    with desk.transaction() as tx:
        three = tx.places.add(block(desk))
        assert tx.places.token_of(three.id) is None
        tx.places.issue(three.id, "old", NOON)
        assert tx.places.by_token("old") == (three, True)
        tx.places.issue(three.id, "new", NOON + timedelta(days=1))
        assert tx.places.token_of(three.id) == "new"
        assert tx.places.by_token("old") == (three, False)
        tx.places.revoke(three.id, NOON + timedelta(days=2))
        assert tx.places.token_of(three.id) is None
        assert tx.places.by_token("new") == (three, False)
        assert tx.places.by_token("guessed") is None
