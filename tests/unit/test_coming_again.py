"""Nobody has to tell us the same thing twice: what was dealt with and comes again is recognised (CP-12)."""

from collections.abc import Iterator

import pytest

from bot.domain.people import Role
from bot.domain.policy import Act
from bot.domain.tickets import Stage, Ticket
from bot.flows.matter import LIKE_BEFORE, LIKE_OWN
from bot.flows.screen import Action
from tests.office import Office, account_of


@pytest.fixture
def office() -> Iterator[Office]:
    """A resident and a neighbour, a clerk on duty, and a technician."""
    residents = dict.fromkeys(("chan", "li"), Role.RESIDENT)
    opened = Office({**residents, "clerk": Role.CLERK, "technician": Role.TECHNICIAN, "head": Role.GENERAL_SUPERVISOR})
    yield opened
    opened.close()


def taps(office: Office, name: str, ticket: Ticket, act: Act) -> None:
    now = standing(office, ticket)
    office.taps(name, Action(act, now.ref, now.version).encode())


def standing(office: Office, ticket: Ticket) -> Ticket:
    return office.work(lambda tx: tx.tickets.get(ticket.id))


def tells(office: Office, name: str, words: str = "The lift in block 2 is stuck again", *last: str) -> None:
    """Let `name` tell of a broken lift in the lobby, up to the summary, and press what comes last."""
    office.writes(name, words)
    for choice in ("c.new", "c.repair", "c.lift", "c.lobby", "skip", "skip", *last):
        if choice != "c.new" or asked(office, name):
            office.presses(name, choice)
    office.delivers()


def asked(office: Office, name: str) -> bool:
    """Whether `name` is asked whether it is about something they told us before."""
    person = office.person(name)
    draft = office.work(lambda tx: tx.drafts.current(person.id, account_of(name), office.now))
    return draft is not None and draft.step in ("about", "returned")


def options(office: Office, name: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return what the running conversation of `name` offers as the same."""
    person = office.person(name)
    draft = office.work(lambda tx: tx.drafts.current(person.id, account_of(name), office.now))
    assert draft is not None
    return {key: offered for key, offered in draft.options.items() if offered}


def dealt_with(office: Office, name: str = "chan", *, closed: bool = True) -> Ticket:
    """File a broken lift and have it handled and checked; `closed` once its resident found it solved."""
    tells(office, name, "The lift in block 2 is stuck", "submit")
    ticket = office.tickets()[-1]
    taps(office, "technician", ticket, Act.CLAIM)
    taps(office, "technician", ticket, Act.HANDLE)
    office.writes("technician", "A new rope.")
    for choice in ("c.solved", "c.wear", "submit"):
        office.presses("technician", choice)
    taps(office, "clerk", ticket, Act.VERIFY)
    if closed:
        taps(office, name, ticket, Act.SOLVED)
        for choice in ("c.fine", "submit"):
            office.presses(name, choice)
    office.delivers()
    return standing(office, ticket)


def test_a_message_about_what_was_closed_lately_asks_whether_it_has_come_again(office: Office) -> None:
    ticket = dealt_with(office)
    assert ticket.stage is Stage.CLOSED
    office.passes(days=2)
    office.writes("chan", "Now it is stuck between floors")
    assert asked(office, "chan")
    office.presses("chan", "c.that")
    (again,) = office.tickets()
    assert (again.stage, again.reopened) == (Stage.IN_HAND, 1)
    assert again.assignee_id == office.person("technician").id, "its first contact has it again"
    assert "Now it is stuck between floors" in office.told("technician")


def test_what_is_something_new_is_filed_as_before(office: Office) -> None:
    ticket = dealt_with(office)
    office.writes("chan", "When is the pool open?")
    office.presses("chan", "c.new")
    office.presses("chan", "c.enquiry")
    office.presses("chan", "submit")
    assert [t.came_before for t in office.tickets()] == [None, None]
    assert standing(office, ticket).stage is Stage.CLOSED


def test_a_week_after_its_closing_nothing_is_asked_of_a_first_message(office: Office) -> None:
    dealt_with(office)
    office.passes(days=9)
    office.writes("chan", "When is the pool open?")
    assert not asked(office, "chan")


def test_what_is_like_one_closed_lately_opens_that_again_when_its_resident_says_so(office: Office) -> None:
    ticket = dealt_with(office)
    office.passes(days=2)
    tells(office, "chan")
    assert options(office, "chan") == {LIKE_BEFORE: ((ticket.ref, ticket.number),)}
    office.presses("chan", "submit.came")
    (again,) = office.tickets()
    assert (again.stage, again.reopened) == (Stage.IN_HAND, 1)


def test_after_more_than_a_week_it_is_a_matter_of_its_own_that_knows_the_earlier_one(office: Office) -> None:
    ticket = dealt_with(office)
    office.passes(days=10)
    tells(office, "chan")
    assert options(office, "chan") == {LIKE_BEFORE: ((ticket.ref, ticket.number),)}
    office.presses("chan", "submit.came")
    earlier, later = office.tickets()
    assert later.came_before == earlier.id
    assert earlier.repeats == 1, "it is counted"
    assert f"No. {earlier.number}, which was dealt with, has come again as no. {later.number}." in office.told(
        "technician"
    )


def test_a_neighbour_whose_lift_it_is_too_is_asked_and_nobody_is_opened_again_for_them(office: Office) -> None:
    ticket = dealt_with(office)
    tells(office, "li")
    assert options(office, "li") == {LIKE_BEFORE: ((ticket.ref, ticket.number),)}
    office.presses("li", "submit.came")
    earlier, later = office.tickets()
    assert (earlier.stage, earlier.repeats) == (Stage.CLOSED, 0)
    assert later.came_before == earlier.id


def test_after_a_fortnight_nothing_is_offered(office: Office) -> None:
    dealt_with(office)
    office.passes(days=15)
    tells(office, "chan")
    assert options(office, "chan") == {}


def test_what_is_still_open_comes_before_what_was_closed(office: Office) -> None:
    dealt_with(office)
    tells(office, "chan", "The lift in block 2 is stuck", "submit")
    still_open = office.tickets()[-1]
    tells(office, "chan")
    assert options(office, "chan") == {LIKE_OWN: ((still_open.ref, still_open.number),)}
