"""Somebody who lives here and works here is asked once as what they write (UX 17)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.people import Role, Standing
from bot.domain.tickets import Kind
from bot.flows.findings import FINDING
from bot.flows.report import REPORT, STANDING
from bot.flows.screen import Action
from bot.services import preferring
from tests.office import Office, account_of


@pytest.fixture
def office() -> Iterator[Office]:
    """`wang` guards the gate and lives in the second tower."""
    opened = Office({"chan": Role.RESIDENT, "clerk": Role.CLERK, "wang": Role.FRONTLINE})
    both = replace(opened.person("wang"), roles=frozenset({Role.FRONTLINE, Role.RESIDENT}))
    opened.work(lambda tx: tx.people.update(both))
    yield opened
    opened.close()


def conversation(office: Office, name: str) -> tuple[str, str]:
    """Return the flow and the step at which somebody's conversation stands."""
    person = office.person(name)
    draft = office.work(lambda tx: tx.drafts.current(person.id, account_of(name), office.now))
    assert draft
    return draft.flow, draft.step


def test_who_lives_and_works_here_is_asked_and_files_as_a_resident(office: Office) -> None:
    office.writes("wang", "My tap drips.")
    assert conversation(office, "wang") == (REPORT.id, STANDING)
    office.presses("wang", f"c.{Standing.RESIDENT}")
    for choice in ("c.repair", "c.water", "c.home", "skip", "skip", "submit"):
        office.presses("wang", choice)
    assert [ticket.kind for ticket in office.tickets()] == [Kind.REPAIR]
    office.writes("wang", "/new", command="new")
    assert conversation(office, "wang") == (REPORT.id, "kind"), "never asked again"


def test_as_a_colleague_the_same_words_are_a_finding(office: Office) -> None:
    office.writes("wang", "A tile is loose at the gate.")
    office.presses("wang", f"c.{Standing.COLLEAGUE}")
    assert conversation(office, "wang")[0] == FINDING.id
    office.sends_finding("wang")
    assert [ticket.kind for ticket in office.tickets()] == [Kind.FINDING]


def test_it_can_be_changed_in_the_settings(office: Office) -> None:
    office.writes("wang", "A tile is loose at the gate.")
    office.presses("wang", f"c.{Standing.COLLEAGUE}")
    office.taps("wang", Action(preferring.SET, "-", 0, Standing.RESIDENT).encode())
    assert office.person("wang").writes_as_resident


@pytest.mark.parametrize(("name", "as_resident"), [("chan", True), ("clerk", False)])
def test_nobody_else_is_asked(office: Office, name: str, as_resident: bool) -> None:
    office.writes(name, "The lift is stuck.")
    assert office.person(name).writes_as_resident is as_resident
    assert conversation(office, name)[1] != STANDING
    office.taps(name, Action(preferring.SET, "-", 0, Standing.RESIDENT).encode())
    assert office.person(name).is_staff is (name == "clerk")
    assert name == "chan" or office.person(name).writes_as_resident is False
