"""The directory of outside bodies and sister units."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.directory import Body, Entry
from bot.domain.people import Language
from tests.contract.stores import Desk

NAMES = {Language.SIMPLIFIED: "自来水公司", Language.TRADITIONAL: "水務署"}


def water(desk: Desk) -> Entry:
    return Entry(
        0,
        desk.estate.id,
        Body.OUTSIDE,
        "water",
        "Water",
        NAMES,
        "1 Reservoir Road",
        "2345 6001",
        "24/7",
        "chat.example",
    )


def test_entries_are_read_as_they_were_stored(desk: Desk) -> None:
    with desk.transaction() as tx:
        full = tx.directory.add(water(desk))
        bare = tx.directory.add(Entry(0, desk.estate.id, Body.SISTER, "heating", "Heating"))
        assert tx.directory.get(full.id) == full
        assert tx.directory.by_code(desk.estate.id, "heating") == bare
        assert tx.directory.by_code(desk.estate.id, "gas") is None
        assert tx.directory.of_estate(desk.estate.id) == (full, bare)
        assert tx.directory.of_estate(desk.estate.id, Body.SISTER) == (bare,)


def test_a_retired_entry_is_listed_no_more_but_known(desk: Desk) -> None:
    with desk.transaction() as tx:
        entry = tx.directory.add(water(desk))
        retired = replace(entry, retired=True)
        tx.directory.update(retired)
        assert tx.directory.of_estate(desk.estate.id) == ()
        assert tx.directory.get(entry.id) == tx.directory.by_code(desk.estate.id, "water") == retired


def test_each_estate_has_its_own_directory_with_each_code_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.directory.add(water(desk))
        other = tx.estates.add(replace(desk.estate, code="HV", group_chat=None))
        elsewhere = tx.directory.add(replace(water(desk), estate_id=other.id))
        assert tx.directory.of_estate(other.id) == (elsewhere,)
        with pytest.raises(IntegrityError):
            tx.directory.add(water(desk))


def test_an_entry_that_was_never_stored_cannot_be_had_or_changed(desk: Desk) -> None:
    with desk.transaction() as tx:
        with pytest.raises(LookupError):
            tx.directory.get(999)
        with pytest.raises(LookupError):
            tx.directory.update(replace(water(desk), id=999))
