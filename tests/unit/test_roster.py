"""Who does what, and who is on duty: `/who` and its buttons (FC-17)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.errors import Refusal
from bot.domain.people import STANDARD_DEPARTMENTS, Department, Person, Role
from bot.flows.screen import Action, Screen, Text
from bot.ports.outbox import Notice, TapAnswer
from bot.services import roster
from bot.services.refusals import SENTENCES
from tests.office import Office, account_of

CAST = {
    "clerk": (Role.CLERK, "service"),
    "fong": (Role.CLERK, "service"),
    "head": (Role.DEPARTMENT_HEAD, "engineering"),
    "technician": (Role.TECHNICIAN, "engineering"),
    "guard": (Role.FRONTLINE, "security"),
    "director": (Role.DIRECTOR, "management"),
    "chan": (Role.RESIDENT, None),
}


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office({name: role for name, (role, _) in CAST.items()})
    for name, (_, code) in CAST.items():
        if code:
            belongs(opened, name, code)
    opened.work(lambda tx: tx.estates.update(replace(tx.estates.get(opened.estate_id), phone="2345 6700")))
    yield opened
    opened.close()


def belongs(office: Office, name: str, code: str) -> None:
    """Let somebody belong to a department."""
    changed = replace(office.person(name), department_id=department(office, code).id)
    office.work(lambda tx: tx.people.update(changed))


def department(office: Office, code: str) -> Department:
    found = office.work(lambda tx: tx.departments.by_code(office.estate_id, code))
    assert found is not None
    return found


def on_duty(office: Office, code: str) -> str | None:
    """Return the name of who is on duty there."""
    wanted = department(office, code)
    with office.transaction() as tx:
        person = roster.on_duty_in(tx, tx.estates.get(office.estate_id), wanted)
    return person.name if person else None


def asks(office: Office, name: str) -> Screen:
    """Let `name` ask who does what; return what they are shown."""
    office.writes(name, "/who", command="who")
    content = office.letters()[-1].letter.content
    assert isinstance(content, Notice)
    return content.screen


def lines(screen: Screen) -> list[str]:
    """Return the lines in English, one level of parameters filled in."""
    return [
        line.message.format_map({k: v.message if isinstance(v, Text) else v for k, v in line.params.items()})
        for line in screen.lines
        if isinstance(line, Text)
    ]


def presses(office: Office, name: str, code: str, choice: str = "") -> TapAnswer:
    answer = office.taps(name, Action(roster.DUTY, str(department(office, code).id), 0, choice).encode())
    assert answer is not None
    return answer


def test_a_resident_sees_departments_duties_and_numbers_and_no_person(office: Office) -> None:
    screen = asks(office, "chan")
    shown = lines(screen)
    assert len([line for line in shown if line.startswith("<b>")]) == len(STANDARD_DEPARTMENTS) + 1
    assert "<b>Engineering</b>: lifts, water, power, lights, doors and everything that breaks" in shown
    assert "☎️ Service centre: 2345 6700" in shown
    assert not any(name in line for line in shown for name in CAST if name != "guard")
    assert screen.buttons == ()


def test_staff_see_who_is_where_and_who_is_on_duty(office: Office) -> None:
    shown = lines(asks(office, "guard"))
    assert "🕑 On duty: clerk" in shown
    assert "👥 fong" in shown
    assert "👥 head · technician" in shown


def test_one_puts_oneself_on_duty_in_ones_own_department_alone(office: Office) -> None:
    assert [row[0].label.message for row in asks(office, "guard").buttons] == ["🙋 Put me on duty: {department}"]
    assert not presses(office, "guard", "security", "me").alert
    assert on_duty(office, "security") == "guard"
    assert asks(office, "guard").buttons == ()
    assert presses(office, "guard", "engineering", "me").words == SENTENCES[Refusal.NOT_PERMITTED]
    assert on_duty(office, "engineering") is None


def test_the_service_centres_duty_is_the_estates(office: Office) -> None:
    presses(office, "fong", "service", "me")
    estate = office.work(lambda tx: tx.estates.get(office.estate_id))
    assert estate.duty_person == office.person("fong").id
    assert on_duty(office, "service") == "fong"
    assert department(office, "service").duty_person_id is None


def test_who_cannot_take_tickets_on_does_not_answer_for_the_service_centre(office: Office) -> None:
    belongs(office, "guard", "service")
    assert presses(office, "guard", "service", "me").words == SENTENCES[Refusal.NOT_PERMITTED]
    assert on_duty(office, "service") == "clerk"


def test_a_head_chooses_in_their_own_department_and_who_is_chosen_is_told(office: Office) -> None:
    presses(office, "head", "engineering")
    content = office.letters()[-2].letter.content
    assert isinstance(content, Notice)
    assert [row[0].label.params["name"] for row in content.screen.buttons] == ["head", "technician"]
    presses(office, "head", "engineering", str(office.person("technician").id))
    assert on_duty(office, "engineering") == "technician"
    told = [posted.letter for posted in office.letters() if posted.letter.chat_id == account_of("technician")]
    assert len(told) == 1


@pytest.mark.parametrize("choice", ["", "somebody"])
def test_a_head_has_no_say_elsewhere_and_others_none_at_all(office: Office, choice: str) -> None:
    wanted = choice and str(office.person("guard").id)
    for name in ("head", "guard", "clerk", "chan"):
        assert presses(office, name, "security", wanted).words == SENTENCES[Refusal.NOT_PERMITTED]
    assert on_duty(office, "security") is None


def test_a_director_chooses_anywhere_but_only_whom_the_department_has(office: Office) -> None:
    assert len(asks(office, "director").buttons) == len(STANDARD_DEPARTMENTS) + 1
    presses(office, "director", "security", str(office.person("guard").id))
    assert on_duty(office, "security") == "guard"
    stranger = str(office.person("clerk").id)
    assert presses(office, "director", "security", stranger).words == SENTENCES[Refusal.STALE_BUTTON]
    assert on_duty(office, "security") == "guard"


def test_a_department_without_people_says_so(office: Office) -> None:
    assert not presses(office, "director", "greening").alert
    content = office.letters()[-2].letter.content
    assert isinstance(content, Notice)
    assert content.screen.buttons == ()


@pytest.mark.parametrize("ref", ["", "0", "x", "99999"])
def test_a_button_of_no_department_of_ours_is_stale(office: Office, ref: str) -> None:
    answer = office.taps("director", f"{roster.DUTY}:{ref}:0:me")
    assert answer is not None
    assert answer.words == SENTENCES[Refusal.STALE_BUTTON]


def test_without_a_group_what_waits_goes_to_the_new_person_on_duty(office: Office) -> None:
    office.work(lambda tx: tx.estates.update(replace(tx.estates.get(office.estate_id), group_chat=None)))
    ticket = office.files("chan")
    presses(office, "fong", "service", "me")
    chats = {card.chat_id for card in office.work(lambda tx: tx.cards.of_ticket(ticket.id))}
    assert account_of("fong") in chats


def test_a_department_of_the_estates_own_is_listed_by_its_name(office: Office) -> None:
    office.work(lambda tx: tx.departments.add(Department(0, office.estate_id, "pool", "泳池 Pool")))
    assert asks(office, "chan").lines[-3] == Text(
        "<b>{department}</b>", {"department": Text("{name}", {"name": "泳池 Pool"})}
    )


def test_a_department_of_many_lists_them_on_several_lines(office: Office) -> None:
    security = department(office, "security").id
    with office.transaction() as tx:
        for number in range(14):
            guard = Person(0, None, f"Guard {number}", office.estate_id, frozenset({Role.FRONTLINE}))
            tx.people.add(replace(guard, department_id=security))
    named = [line for line in lines(asks(office, "clerk")) if "Guard 1" in line or "guard" in line]
    assert len(named) == 3


def test_who_is_relieved_is_off_every_duty_and_a_clerk_steps_in(office: Office) -> None:
    presses(office, "guard", "security", "me")
    for name in ("guard", "clerk"):
        person = office.person(name)
        with office.transaction() as tx:
            roster.relieve(tx, person)
    assert on_duty(office, "security") is None
    assert on_duty(office, "service") == "fong"
    assert any(posted.letter.chat_id == account_of("fong") for posted in office.letters())


def test_without_a_clerk_the_next_above_steps_in_and_at_last_nobody(office: Office) -> None:
    for expected in ("fong", "director", "head", "technician", None):
        with office.transaction() as tx:
            duty = tx.estates.get(office.estate_id).duty_person
            assert duty
            left = replace(tx.people.get(duty), left_at=office.now)
            tx.people.update(left)
        assert on_duty(office, "service") is None, "who has left is on duty nowhere"
        with office.transaction() as tx:
            roster.relieve(tx, left)
        assert on_duty(office, "service") == expected
