"""The same thing from many: likely twins are offered to who reports and to who is answerable, and part again (ST-4)."""

from collections.abc import Iterator

import pytest

from bot.domain.people import Role
from bot.domain.policy import Act
from bot.domain.tickets import Kind, Ticket
from bot.flows.matter import LIKE_OTHERS
from bot.flows.screen import Action
from bot.ports.outbox import Notice, TapAnswer
from bot.services.reaching import Reach, reach_of
from tests.office import Office, account_of

CAST = {
    "clerk": Role.CLERK,
    "guard": Role.FRONTLINE,
    "cleaner": Role.FRONTLINE,
    "chan": Role.RESIDENT,
}


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office(CAST)
    yield opened
    opened.close()


def tells(office: Office, name: str, *, where: str = "c.lobby", what: str = "c.found_light", words: str = "") -> None:
    """Let somebody report what they have found, up to the tap that sends it."""
    office.writes(name, words, photo=not words)
    office.presses(name, what)
    office.presses(name, where)


def sends(office: Office, name: str, way: str = "submit") -> Ticket:
    """Let them send it."""
    office.presses(name, way)
    office.delivers()
    return office.tickets()[-1]


def offered(office: Office, name: str) -> str | None:
    """Return the number of what they are asked about: is it the same?"""
    person = office.person(name)
    draft = office.work(lambda tx: tx.drafts.current(person.id, account_of(name), office.now))
    assert draft
    return next((number for _, number in draft.options.get(LIKE_OTHERS, ())), None)


def taps(office: Office, name: str, act: Act, ticket: Ticket) -> TapAnswer:
    """Let somebody press a button of a ticket."""
    answer = office.taps(name, Action(act, ticket.ref, ticket.version).encode())
    assert answer
    return answer


def now(office: Office, ticket: Ticket) -> Ticket:
    """Return a ticket as it stands."""
    return office.work(lambda tx: tx.tickets.get(ticket.id))


def test_one_tap_joins_what_is_known_and_the_event_counts_once(office: Office) -> None:
    tells(office, "guard")
    lamp = sends(office, "guard")
    tells(office, "cleaner")
    assert offered(office, "cleaner") == lamp.number
    again = sends(office, "cleaner", "submit.same")
    assert again.merged_into == lamp.id
    lamp = now(office, lamp)
    assert office.work(lambda tx: reach_of(tx, lamp)) == Reach(people=2, times=2, homes=0)
    assert len(office.work(lambda tx: tx.tickets.open_since(office.estate_id, lamp.filed_at, 9))) == 1


def test_a_wrong_tap_is_taken_back_within_a_minute_and_later_by_the_office_alone(office: Office) -> None:
    tells(office, "guard")
    lamp = sends(office, "guard")
    tells(office, "cleaner")
    again = sends(office, "cleaner", "submit.same")
    assert taps(office, "guard", Act.UNMERGE, again).alert, "it is the cleaner's"
    assert not taps(office, "cleaner", Act.UNMERGE, again).alert
    assert now(office, again).open
    lamp = now(office, lamp)
    assert office.work(lambda tx: reach_of(tx, lamp)) is None
    tells(office, "cleaner")
    third = sends(office, "cleaner", "submit.same")
    office.passes(minutes=1, seconds=1)
    late = taps(office, "cleaner", Act.UNMERGE, third)
    assert late.alert
    assert "is another matter after all" in str(late.words)
    assert not taps(office, "clerk", Act.UNMERGE, third).alert


@pytest.mark.parametrize(
    ("where", "what", "alike"),
    [
        ("c.lobby", "c.found_light", True),
        ("c.stairs", "c.found_light", False),
        ("c.lobby", "c.found_water", False),
    ],
)
def test_only_the_same_at_the_same_place_is_offered(office: Office, where: str, what: str, *, alike: bool) -> None:
    tells(office, "guard")
    sends(office, "guard")
    tells(office, "cleaner", where=where, what=what)
    assert (offered(office, "cleaner") is not None) == alike


def test_what_a_resident_told_and_somebody_finds_is_one_and_the_residents_leads(office: Office) -> None:
    office.writes("chan", "The lamp is dark.")
    for choice in ("c.repair", "c.light", "c.lobby", "skip", "skip", "submit"):
        office.presses("chan", choice)
    office.delivers()
    told = office.tickets()[-1]
    assert told.kind is Kind.REPAIR
    tells(office, "guard")
    assert offered(office, "guard") == told.number
    found = sends(office, "guard", "submit.same")
    assert found.merged_into == told.id
    tells(office, "cleaner", words="Leaking tap.", what="c.found_water", where="c.carpark")
    sends(office, "cleaner")
    office.passes(hours=1)
    office.writes("chan", "Leaking tap in the car park.")
    for choice in ("c.new", "c.repair", "c.water", "c.carpark", "skip", "skip"):
        office.presses("chan", choice)
    assert offered(office, "chan") is None, "nothing of a resident's goes on in what was found"


def test_two_in_the_same_second_both_live_and_the_clerk_is_asked(office: Office) -> None:
    tells(office, "guard")
    tells(office, "cleaner")
    first, second = sends(office, "guard"), sends(office, "cleaner")
    assert first.open
    assert second.open
    asked = f"🔗 No. {second.number} looks like no. {first.number}, which is open. Is it the same?"
    assert asked in office.told("clerk")
    letters = [p.letter for p in office.letters() if p.letter.chat_id == account_of("clerk")]
    buttons = [
        press.action.verb
        for letter in letters
        if isinstance(letter.content, Notice)
        for row in letter.content.screen.buttons
        for press in row
    ]
    assert Act.MERGE in buttons
    taps(office, "clerk", Act.MERGE, second)
    office.presses("clerk", f"c.{first.ref}")
    assert now(office, second).merged_into == first.id
