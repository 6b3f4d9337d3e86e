"""The history of a ticket as its filer and as staff read it."""

from collections.abc import Iterator
from typing import get_args

import pytest

from bot.domain.events import Event
from bot.domain.people import Role
from bot.domain.policy import Act
from bot.domain.tickets import Ticket
from bot.flows.screen import Action, Quote, Text
from bot.ports.outbox import Notice, Redraw
from bot.services import chronicle
from tests.office import Office, account_of


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office(
        {
            "chan": Role.RESIDENT,
            "wong": Role.RESIDENT,
            "clerk": Role.CLERK,
            "technician": Role.TECHNICIAN,
            "director": Role.DIRECTOR,
        }
    )
    yield opened
    opened.close()


def act(office: Office, name: str, ticket: Ticket, what: Act, choice: str = "", message_id: int | None = None) -> None:
    version = office.work(lambda tx: tx.tickets.get(ticket.id)).version
    office.taps(name, Action(what, ticket.ref, version, choice).encode(), message_id=message_id)


def read(office: Office, name: str, ticket: Ticket, choice: str = "") -> str:
    """Return the page that `name` is shown, in English."""
    act(office, name, ticket, Act.HISTORY, choice, 77 if choice else None)
    contents = [p.letter.content for p in office.letters() if p.letter.chat_id == account_of(name)]
    shown = next(content for content in reversed(contents) if isinstance(content, Notice | Redraw))
    return "\n".join(_english(line) for line in shown.screen.lines)


def _english(line: Text | Quote) -> str:
    if isinstance(line, Quote):
        return line.words
    return line.message.format_map({name: _english(p) if isinstance(p, Text) else p for name, p in line.params.items()})


def says(office: Office, name: str, ticket: Ticket, what: Act, words: str) -> None:
    act(office, name, ticket, what)
    office.writes(name, words)
    office.presses(name, "submit")
    office.delivers()


def test_every_event_is_told_to_staff() -> None:
    told = {*chronicle._BOTH, *chronicle._STAFF}
    assert told == set(get_args(Event))
    assert {*chronicle._FILER} <= set(get_args(Event))


def test_each_reads_what_concerns_them(office: Office) -> None:
    ticket = office.files("chan", "The lift is stuck.")
    office.claims("clerk", ticket)
    says(office, "clerk", ticket, Act.NOTE, "He rings every week.")
    says(office, "clerk", ticket, Act.ANSWER, "A mechanic comes at three.")
    mine, theirs = read(office, "chan", ticket), read(office, "clerk", ticket)
    assert "You told us" in mine
    assert "chan told us" in theirs
    for both in ("The lift is stuck.", "clerk took it on", "clerk answered", "A mechanic comes at three."):
        assert both in mine
        assert both in theirs
    for inside in ("He rings every week.", "noted", "arrived"):
        assert inside not in mine
        assert inside in theirs


def test_nobody_else_reads_it(office: Office) -> None:
    ticket = office.files("chan")
    before = len(office.told("wong"))
    act(office, "wong", ticket, Act.HISTORY)
    assert len(office.told("wong")) == before


def test_it_is_read_page_by_page_the_latest_first(office: Office) -> None:
    ticket = office.files("chan", "The lift is stuck.")
    office.claims("clerk", ticket)
    for number in range(chronicle.PAGE):
        says(office, "clerk", ticket, Act.NOTE, f"note {number}.")
    last, first = read(office, "clerk", ticket), read(office, "clerk", ticket, "1")
    assert f"note {chronicle.PAGE - 1}." in last
    assert "The lift is stuck." not in last
    assert "The lift is stuck." in first
    assert read(office, "clerk", ticket, "0") == last
    for beyond in ("2", "9999", "-1", "x"):
        assert read(office, "clerk", ticket, beyond) in (last, first)


def test_a_name_that_was_kept_back_stays_so(office: Office) -> None:
    office.writes("chan", "They drum at night.")
    for choice in ("c.complaint", "c.neighbours", "c.keep", "c.home", "c.nothing", "skip", "submit"):
        office.presses("chan", choice)
    office.delivers()
    ticket = office.tickets()[-1]
    assert ticket.nameless
    office.claims("clerk", ticket)
    page = read(office, "clerk", ticket)
    assert "a resident (name kept back) told us" in page
    assert "chan" not in page


def test_what_is_about_a_colleague_is_for_its_readers(office: Office) -> None:
    office.writes("chan", "The guard shouted at me.")
    for choice in ("c.complaint", "c.colleague"):
        office.presses("chan", choice)
    for _ in range(4):
        office.presses("chan", "skip")
    office.writes("chan", "At the gate.")
    for choice in ("skip", "skip", "submit"):
        office.presses("chan", choice)
    ticket = office.tickets()[-1]
    before = len(office.letters())
    act(office, "clerk", ticket, Act.HISTORY)
    assert "shouted" not in "\n".join(str(p.letter.content) for p in office.letters()[before:])
    assert "The guard shouted at me." in read(office, "director", ticket)
    assert "You told us" in read(office, "chan", ticket)


def test_what_was_erased_is_gone_from_it(office: Office) -> None:
    ticket = office.files("chan", "My number is 5555.")
    [passage] = office.work(lambda tx: tx.texts.of(ticket.id))
    office.work(lambda tx: tx.texts.erase(passage.id))
    page = read(office, "chan", ticket)
    assert "You told us" in page
    assert "5555" not in page
