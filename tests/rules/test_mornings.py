"""Each morning whoever reported something hears how all of theirs stands, in one message (AS-5)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import pytest

from bot.domain.categories import CATEGORIES
from bot.domain.commands import Command, Handle, Merge, Promise, Verify, Words
from bot.domain.errors import DomainError
from bot.domain.people import Person, Role
from bot.domain.tickets import Cause, Channel, Outcome, Ticket
from bot.flows.screen import Text
from bot.ports.outbox import Notice
from bot.ports.store import Transaction
from bot.services import filing, night
from bot.services.filing import Matter
from bot.services.recording import carry_out
from bot.services.writing import store
from tests.office import Office, account_of

CAST: Final = {
    "clerk": Role.CLERK,
    "technician": Role.TECHNICIAN,
    "guard": Role.FRONTLINE,
    "cleaner": Role.FRONTLINE,
    "supervisor": Role.GENERAL_SUPERVISOR,
    "chan": Role.RESIDENT,
}
AFTERNOON: Final = datetime(2026, 3, 2, 7, tzinfo=UTC)  # three on the wall of Hong Kong
EIGHT: Final = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.fixture
def office() -> Iterator[Office]:
    """An office in the afternoon."""
    opened = Office(CAST)
    opened.now = AFTERNOON
    yield opened
    opened.close()


def _next_due(tx: Transaction) -> datetime | None:
    return min((due for due in (tx.obligations.next_due(), tx.digests.next_due()) if due), default=None)


def mornings(office: Office, name: str, until: datetime) -> list[list[str]]:
    """Let time pass until then, and return what `name` was told of reports, message by message, line by line."""
    before = len(office.letters())
    while (due := office.work(_next_due)) is not None and due <= until:
        office.now = max(office.now, due)
        office.fires()
        office.work(lambda tx: night.greet(tx, limit=1))
    office.now = until
    letters = [posted.letter for posted in office.letters()[before:]]
    screens = [
        letter.content.screen.lines
        for letter in letters
        if letter.chat_id == account_of(name) and isinstance(letter.content, Notice)
    ]
    said = [[line.message.format_map(line.params) for line in lines if isinstance(line, Text)] for lines in screens]
    return [lines for lines in said if any("as it stands this morning" in line for line in lines)]


def does(office: Office, name: str, ticket: Ticket, command: Command) -> Ticket:
    """Let `name` do something to a ticket."""
    person = office.person(name)
    now = office.work(lambda tx: tx.tickets.get(ticket.id))
    return office.work(lambda tx: carry_out(tx, office.rules, person, now, command))


def test_all_that_is_open_comes_in_one_message_each_morning_and_nothing_where_nothing_is(office: Office) -> None:
    first, second = office.files("guard", "A lamp is out."), office.files("guard", "The gate squeaks.")
    office.claims("technician", second)
    (message,) = mornings(office, "guard", EIGHT)
    assert [line.partition(" ")[0] for line in message[:3]] == ["📋", "•", "•"]
    assert first.number in message[1]
    assert "with the service centre" in message[1]
    assert second.number in message[2]
    assert "with technician" in message[2]
    does(office, "technician", second, Handle(Outcome.SOLVED, Cause.WEAR))
    does(office, "clerk", second, Verify())
    (message,) = mornings(office, "guard", EIGHT + timedelta(days=1))
    assert second.number not in " ".join(message)
    office.claims("technician", first)
    does(office, "technician", first, Handle(Outcome.SOLVED, Cause.WEAR))
    does(office, "clerk", first, Verify())
    assert mornings(office, "guard", EIGHT + timedelta(days=4)) == []
    assert mornings(office, "clerk", EIGHT + timedelta(days=5)) == []


def test_what_was_promised_is_said_with_its_time(office: Office) -> None:
    lamp = office.files("guard", "A lamp is out.")
    office.claims("technician", lamp)
    technician = office.person("technician")
    reason: Words = office.work(lambda tx: store(tx, lamp, technician, "promise", "Parts come tomorrow."))
    does(office, "technician", lamp, Promise(EIGHT + timedelta(hours=5), reason))
    (message,) = mornings(office, "guard", EIGHT)
    assert "assessed" in message[1] or "received" in message[1]
    assert "by 2026-03-03 05:00" in message[1]


def test_many_reports_stay_one_message(office: Office) -> None:
    for number in range(14):
        office.files("guard", f"Lamp {number} is out.")
        office.passes(minutes=61)
    (message,) = mornings(office, "guard", EIGHT)
    assert sum(line.startswith("•") for line in message) == 10
    assert any("and 4 more" in line for line in message)


def test_everybody_who_told_of_the_same_hears_of_it_and_its_result(office: Office) -> None:
    lamp, again = office.files("guard", "A lamp is out."), office.files("cleaner", "The lamp is dark.")
    office.claims("technician", lamp)
    supervisor = office.person("supervisor")
    event = office.work(lambda tx: tx.tickets.get(lamp.id))
    office.work(lambda tx: carry_out(tx, office.rules, supervisor, again, Merge(event)))
    assert len(mornings(office, "guard", EIGHT)) == 1
    assert "📋 <b>What you reported" in office.told("cleaner")
    assert f"• {again.number}" in office.told("cleaner")
    does(office, "technician", lamp, Handle(Outcome.SOLVED, Cause.WEAR))
    does(office, "clerk", lamp, Verify())
    for name, number in (("guard", lamp.number), ("cleaner", again.number)):
        assert f"✅ No. {number}: what you reported is done and checked." in office.told(name)


def test_what_a_customer_told_somebody_on_site_comes_back_to_them_without_the_customer(office: Office) -> None:
    chan, guard = office.person("chan"), office.person("guard")
    with office.transaction() as tx:
        words = tx.texts.reserve(guard.id, filing.REPORTED, "Her tap drips.")
        matter = Matter(CATEGORIES["water"], Channel.TOLD, (words,), first_contact=guard.id, recorded_by=guard.id)
        told = filing.bring_in(tx, office.rules, chan, matter)
    (message,) = mornings(office, "guard", EIGHT)
    assert told.number in message[1]
    assert "chan" not in " ".join(message)
    assert mornings(office, "chan", EIGHT + timedelta(days=1)) == []


def test_a_customers_matter_does_not_go_on_in_a_finding(office: Office) -> None:
    found, told = office.files("guard", "A lamp is out."), office.files("chan", "A lamp is out.")
    supervisor = office.person("supervisor")
    with pytest.raises(DomainError, match="customers-lead"):
        office.work(partial(_merges, office, supervisor, told, found))
    office.work(partial(_merges, office, supervisor, found, told))
    assert office.work(lambda tx: tx.tickets.get(found.id)).merged_into == told.id


def _merges(office: Office, person: Person, ticket: Ticket, into: Ticket, tx: Transaction) -> None:
    carry_out(tx, office.rules, person, ticket, Merge(into))


def test_who_has_left_hears_no_more(office: Office) -> None:
    office.files("guard", "A lamp is out.")
    with office.transaction() as tx:
        person = tx.people.by_account(account_of("guard"))
        assert person
        tx.people.update(replace(person, left_at=office.now))
    assert mornings(office, "guard", EIGHT) == []
