"""Asking the nearest: those on duty nearby are asked, the first who goes has it (AS-4)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.adapters import roster_file
from bot.domain.errors import Refusal
from bot.domain.people import Role
from bot.domain.places import Place, PlaceKind
from bot.domain.policy import Act
from bot.domain.tickets import Stage, Ticket
from bot.flows.screen import Action
from bot.ports.outbox import Audience, TapAnswer
from bot.services import placing, rostering
from bot.services.refusals import SENTENCES
from tests.office import Office, account_of

CAST = {
    "clerk": Role.CLERK,
    "fang": Role.FRONTLINE,
    "wang": Role.FRONTLINE,
    "zhou": Role.FRONTLINE,
    "gardener": Role.FRONTLINE,
    "chan": Role.RESIDENT,
}
WORKS_IN = {"fang": "cleaning", "wang": "security", "zhou": "security", "gardener": "greening"}


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office(CAST)
    for name, code in WORKS_IN.items():
        department = opened.work(lambda tx, code=code: tx.departments.by_code(opened.estate_id, code))  # type: ignore[misc]
        person = replace(opened.person(name), department_id=department.id)
        opened.work(lambda tx, person=person: tx.people.update(person))  # type: ignore[misc]
    yield opened
    opened.close()


def taps(office: Office, name: str, act: Act, ticket: Ticket) -> TapAnswer:
    """Let somebody press a button of a ticket."""
    answer = office.taps(name, Action(act, ticket.ref, ticket.version).encode())
    assert answer
    office.delivers()
    return answer


def now(office: Office, ticket: Ticket) -> Ticket:
    """Return a ticket as it stands."""
    return office.work(lambda tx: tx.tickets.get(ticket.id))


def test_the_first_who_goes_has_it(office: Office) -> None:
    glass = office.files("fang", "Mrs Ho dropped a bottle, there is glass.")
    taps(office, "fang", Act.ASK_NEAREST, glass)
    for name in ("wang", "zhou"):
        assert f"No. {glass.number}: who is near" in office.told(name)
        assert "Mrs Ho" not in office.told(name), "what was written is for the office"
    assert glass.number not in office.told("gardener") + office.told("chan")
    assert taps(office, "chan", Act.GO, glass).alert
    assert not taps(office, "zhou", Act.GO, glass).alert
    late = taps(office, "wang", Act.GO, glass)
    assert late.alert
    assert late.words
    assert late.words.message == SENTENCES[Refusal.HELP_GIVEN].message
    assert now(office, glass).helper_id == office.person("zhou").id
    for name in ("fang", "clerk"):
        assert f"🏃 No. {glass.number}: zhou goes there." in office.told(name)
    assert taps(office, "fang", Act.ASK_NEAREST, glass).alert


def test_who_went_says_with_a_photo_that_it_is_done_and_somebody_else_checks(office: Office) -> None:
    glass = office.files("fang", "There is glass on the floor.")
    taps(office, "fang", Act.ASK_NEAREST, glass)
    taps(office, "zhou", Act.GO, glass)
    cards = office.work(lambda tx: tx.cards.of_ticket(glass.id))
    assert [card.reader_id for card in cards if card.audience is Audience.ON_SITE] == [office.person("zhou").id]
    assert taps(office, "wang", Act.HANDLE, glass).alert
    assert not taps(office, "zhou", Act.HANDLE, glass).alert
    office.writes("zhou", "Swept.", photo=True)
    office.writes("zhou", photo=True)
    office.presses("zhou", "submit")
    assert now(office, glass).stage is Stage.HANDLED
    assert len(office.work(lambda tx: tx.attachments.of(glass.id))) == 2, "a second photo joins the first"
    assert now(office, glass).handled_by == office.person("zhou").id
    assert not taps(office, "clerk", Act.VERIFY, glass).alert


ZONED = (
    (Place(0, 0, PlaceKind.ZONE, "north", "North", position=1), None),
    (Place(0, 0, PlaceKind.BUILDING, "b3", "Block 3", position=2), "north"),
    (Place(0, 0, PlaceKind.BUILDING, "b5", "Block 5", position=3), None),
)


def reports_at(office: Office, name: str, code: str) -> Ticket:
    """Let somebody report glass at a place of the estate."""
    place = office.work(lambda tx: tx.places.by_code(office.estate_id, code))
    assert place
    office.writes(name, "There is glass on the floor.")
    for choice in ("c.finding", f"c.{place.ref}", "submit"):
        office.presses(name, choice)
    return office.tickets()[-1]


@pytest.fixture
def zoned(office: Office) -> Office:
    """Zhou has the post of the northern zone, Wang the one of Block 5."""
    office.work(lambda tx: placing.take_over(tx, office.estate_id, ZONED))
    lines = "security,zhou,daily 0:00-24:00,,north\nsecurity,wang,daily 0:00-24:00,,b5"
    listed = roster_file.parse(lines)
    office.work(lambda tx: rostering.take_over(tx, tx.estates.get(office.estate_id), listed))
    return office


def test_those_at_a_post_in_the_zone_are_asked_first_and_later_the_others(zoned: Office) -> None:
    glass = reports_at(zoned, "fang", "b3")
    asked = f"No. {glass.number}: who is near"
    taps(zoned, "fang", Act.ASK_NEAREST, glass)
    assert asked in zoned.told("zhou"), "what lies in the zone is of the zone"
    assert asked not in zoned.told("wang")
    zoned.passes(minutes=7)
    zoned.fires()
    assert asked in zoned.told("wang"), "nobody has gone, so the whole department hears of it"
    assert zoned.told("zhou").count(asked) == 1, "nobody is asked twice"


def test_who_goes_in_time_spares_the_others(zoned: Office) -> None:
    glass = reports_at(zoned, "fang", "b5")
    taps(zoned, "fang", Act.ASK_NEAREST, glass)
    taps(zoned, "wang", Act.GO, glass)
    zoned.passes(minutes=7)
    zoned.fires()
    assert "who is near" not in zoned.told("zhou")


def test_a_zone_is_no_place_that_anybody_has_to_know(zoned: Office) -> None:
    zoned.writes("zhou", photo=True)
    zoned.presses("zhou", "c.found_light")
    person = zoned.person("zhou")
    draft = zoned.work(lambda tx: tx.drafts.current(person.id, account_of("zhou"), zoned.now))
    assert draft
    assert [name for _, name in draft.options["where"]] == ["Block 3", "Block 5"]
    zoned.writes("wang", photo=True)
    zoned.presses("wang", "c.found_light")
    wang = zoned.person("wang")
    own = zoned.work(lambda tx: tx.drafts.current(wang.id, account_of("wang"), zoned.now))
    assert own
    assert [name for _, name in own.options["where"]] == ["Block 5", "Block 3"], "one's own post comes first"


def test_the_roster_shows_who_is_at_which_place(zoned: Office) -> None:
    zoned.writes("clerk", "/roster", command="roster")
    assert "Security · North</b>, on duty now: zhou" in zoned.told("clerk")


def test_where_nobody_is_near_the_service_centre_hears_it(office: Office) -> None:
    for name in ("wang", "zhou"):
        person = replace(office.person(name), left_at=office.now)
        office.work(lambda tx, person=person: tx.people.update(person))  # type: ignore[misc]
    glass = office.files("fang", "There is glass on the floor.")
    taps(office, "fang", Act.ASK_NEAREST, glass)
    assert f"No. {glass.number}: nobody on duty nearby could be asked" in office.told("clerk")
