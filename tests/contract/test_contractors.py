"""Companies under contract, their people, and what is summed up of what these reported."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.contractors import Contractor
from tests.contract.stores import NOON, Desk

HOUR = timedelta(hours=1)


def test_companies_are_found_by_number_by_code_and_by_estate(desk: Desk) -> None:
    with desk.transaction() as tx:
        bright = tx.contractors.add(Contractor(0, desk.estate.id, "brightway", "Brightway 亮潔", "cleaning", NOON))
        steady = tx.contractors.add(Contractor(0, desk.estate.id, "steadfast", "Steadfast", "security"))
        assert tx.contractors.get(bright.id) == bright
        assert tx.contractors.by_code(desk.estate.id, "steadfast") == steady
        assert tx.contractors.by_code(desk.estate.id, "nobody") is None
        assert tx.contractors.of_estate(desk.estate.id) == (bright, steady)
        with pytest.raises(LookupError):
            tx.contractors.get(steady.id + 1)
        with pytest.raises(LookupError):
            tx.contractors.update(replace(steady, id=steady.id + 1))


def test_a_company_is_there_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        tx.contractors.add(Contractor(0, desk.estate.id, "brightway", "Brightway", "cleaning"))
        with pytest.raises(IntegrityError):
            tx.contractors.add(Contractor(0, desk.estate.id, "brightway", "Another", "security"))


def test_what_is_over_waits_until_its_work_was_taken_back(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert tx.contractors.next_end() is None
        first, second, _ = (
            tx.contractors.add(Contractor(0, desk.estate.id, code, code, "cleaning", ends_at))
            for code, ends_at in (("later", NOON + HOUR), ("soon", NOON), ("open", None))
        )
        assert tx.contractors.next_end() == NOON
        assert tx.contractors.ending(NOON - HOUR, 9) == ()
        assert tx.contractors.ending(NOON + HOUR, 9) == (second, first)
        assert tx.contractors.ending(NOON + HOUR, 1) == (second,)
        tx.contractors.update(replace(second, closed_at=NOON))
        assert tx.contractors.next_end() == NOON + HOUR
        assert tx.contractors.ending(NOON + HOUR, 9) == (first,)


def test_the_people_of_a_company_are_those_who_have_not_left(desk: Desk) -> None:
    with desk.transaction() as tx:
        company = tx.contractors.add(Contractor(0, desk.estate.id, "brightway", "Brightway", "cleaning"))
        sent = replace(tx.people.get(desk.clerk.id), contractor_id=company.id)
        tx.people.update(sent)
        assert tx.people.get(desk.clerk.id).contractor_id == company.id
        assert tx.people.of_contractor(company.id) == (sent,)
        tx.people.update(replace(sent, left_at=NOON))
        assert tx.people.of_contractor(company.id) == ()
