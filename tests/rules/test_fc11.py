"""An offer to somebody off duty is handed over when their duty begins, and its window begins then (FC-11)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from bot.domain.people import Role
from bot.domain.policy import Act
from bot.domain.rosters import Leave, Post, Shift
from bot.domain.shift_words import read_pattern
from bot.domain.tickets import Ticket
from bot.flows.screen import Action
from bot.ports.outbox import Audience, TapAnswer
from bot.services.clock_list import clocks_of
from tests.office import GROUP, Office, account_of

CAST = {
    "chan": Role.RESIDENT,
    "clerk": Role.CLERK,
    "technician": Role.TECHNICIAN,
    "supervisor": Role.GENERAL_SUPERVISOR,
}
#: Monday, seven in the evening on the wall of Hong Kong; the technician works from eight to six.
SEVEN = datetime(2026, 3, 2, 11, tzinfo=UTC)
#: Tuesday, eight in the morning.
BEGINS = datetime(2026, 3, 3, 0, tzinfo=UTC)
WAITS = "⏰ No. HT-2026-0001 was passed to you; please accept it by"
LAPSED = "⌛ No. HT-2026-0001: nobody has accepted it in time; it stays where it was."


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office(CAST)
    opened.now = SEVEN
    pattern = read_pattern("Mon-Fri 8:00-18:00")
    assert pattern
    turn = Shift(0, opened.estate_id, Post(role=Role.GENERAL_SUPERVISOR), opened.person("technician").id, pattern)
    opened.work(lambda tx: tx.rosters.add_shift(turn))
    yield opened
    opened.close()


def act(office: Office, name: str, what: Act) -> TapAnswer | None:
    (ticket,) = office.tickets()
    return office.taps(name, Action(what, ticket.ref, ticket.version).encode(), chat=account_of(name))


def offered(office: Office) -> Ticket:
    """Let the clerk take a matter on and offer it to the technician."""
    office.files("chan")
    act(office, "clerk", Act.CLAIM)
    act(office, "clerk", Act.TRANSFER)
    office.presses("clerk", f"c.p{office.person('technician').id}")
    office.presses("clerk", "c.skill")
    office.delivers()
    (ticket,) = office.tickets()
    return ticket


def until(office: Office, moment: datetime) -> None:
    """Let time pass step by step, each thing happening when it is due."""
    while (due := office.work(lambda tx: tx.obligations.next_due())) and due <= moment:
        office.now = max(office.now, due)
        office.fires()
        office.delivers()
    office.now = moment


def before(office: Office, name: str) -> bool:
    """Whether the ticket has been laid before somebody."""
    (ticket,) = office.tickets()
    held = office.work(lambda tx: tx.cards.of_ticket(ticket.id))
    return any(card.audience is Audience.HOLDER and card.chat_id == account_of(name) for card in held)


def test_it_waits_with_who_gave_it_until_the_duty_begins(office: Office) -> None:
    ticket = offered(office)
    assert (ticket.transfer_open, ticket.handover_at) == (True, BEGINS)
    assert ticket.assignee_id == office.person("clerk").id
    assert not before(office, "technician")
    until(office, BEGINS)
    (ticket,) = office.tickets()
    assert ticket.handover_at is None
    assert before(office, "technician")
    assert WAITS not in office.told("technician")
    until(office, BEGINS.replace(minute=15))
    assert WAITS in office.told("technician")
    until(office, BEGINS.replace(minute=29))
    assert LAPSED not in office.told("clerk")
    until(office, BEGINS.replace(minute=30))
    assert LAPSED in office.told("clerk")
    (ticket,) = office.tickets()
    assert not ticket.transfer_open


def test_after_a_stop_across_both_its_window_begins_when_it_is_handed_over(office: Office) -> None:
    offered(office)
    office.now = BEGINS.replace(hour=3)  # the duty had begun at eight, its half hour was over by half past
    office.fires()
    office.delivers()
    (ticket,) = office.tickets()
    assert (ticket.transfer_open, ticket.handover_at) == (True, None)
    assert before(office, "technician")
    assert LAPSED not in office.told("clerk")
    until(office, BEGINS.replace(hour=3, minute=15))
    assert office.told("technician").count(WAITS) == 1
    until(office, BEGINS.replace(hour=3, minute=29))
    assert LAPSED not in office.told("clerk")
    until(office, BEGINS.replace(hour=3, minute=30))
    assert office.told("clerk").count(LAPSED) == 1


def test_after_a_stop_across_a_whole_duty_there_is_time_to_accept_it_in_the_next(office: Office) -> None:
    offered(office)
    office.now = BEGINS.replace(hour=11)  # seven in the evening: the duty is over again
    office.fires()
    office.delivers()
    assert before(office, "technician")
    until(office, BEGINS.replace(day=4, minute=29))
    assert LAPSED not in office.told("clerk")
    until(office, BEGINS.replace(day=4, minute=30))
    assert office.told("clerk").count(LAPSED) == 1


def test_taken_on_before_the_duty_begins_nothing_rings(office: Office) -> None:
    offered(office)
    office.taps("technician", Action(Act.ACCEPT, office.tickets()[0].ref, 1).encode(), chat=GROUP)
    (ticket,) = office.tickets()
    assert (ticket.assignee_id, ticket.handover_at) == (office.person("technician").id, None)
    until(office, BEGINS.replace(hour=2))
    assert WAITS not in office.told("technician")
    assert LAPSED not in office.told("clerk")


def test_taken_back_before_the_duty_begins_nothing_is_handed_over(office: Office) -> None:
    offered(office)
    act(office, "clerk", Act.RECALL)
    until(office, BEGINS.replace(hour=2))
    assert not before(office, "technician")
    assert WAITS not in office.told("technician")


def test_on_duty_it_is_handed_over_at_once(office: Office) -> None:
    office.now = SEVEN.replace(hour=9)
    ticket = offered(office)
    assert ticket.handover_at is None
    assert before(office, "technician")


def test_who_is_on_leave_gets_it_on_the_first_day_back_when_duty_begins(office: Office) -> None:
    leave = Leave(0, office.estate_id, office.person("technician").id, date(2026, 3, 3), date(2026, 3, 5))
    office.work(lambda tx: tx.rosters.add_leave(leave))
    assert offered(office).handover_at == BEGINS.replace(day=6)


def test_the_clock_is_shown_and_who_gave_it_sees_when(office: Office) -> None:
    ticket = offered(office)
    assert any("FC-11" in str(line) for line in office.work(lambda tx: clocks_of(tx, ticket)))
    labels = [str(posted.letter.content) for posted in office.letters()]
    assert any("Offered. They are off duty" in label for label in labels)
