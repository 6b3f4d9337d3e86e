"""The team from chat: departments, roles, and who has left."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.errors import Refusal
from bot.domain.people import STANDARD_DEPARTMENTS, Person, Role
from bot.flows.screen import Action, Screen, Text
from bot.ports.outbox import Menu, Notice, TapAnswer
from bot.services import team
from bot.services.refusals import SENTENCES
from tests.office import Office, account_of

CAST = {
    "clerk": Role.CLERK,
    "fong": Role.CLERK,
    "head": Role.DEPARTMENT_HEAD,
    "technician": Role.TECHNICIAN,
    "director": Role.DIRECTOR,
    "root": Role.ADMINISTRATOR,
    "chan": Role.RESIDENT,
    "li": Role.RESIDENT,
    "smith": Role.RESIDENT,
}


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office(CAST)
    for name in ("head", "technician"):
        belongs(opened, name, "engineering")
    yield opened
    opened.close()


def number_of(office: Office, code: str) -> int:
    department = office.work(lambda tx: tx.departments.by_code(office.estate_id, code))
    assert department
    return department.id


def belongs(office: Office, name: str, code: str) -> None:
    """Let somebody belong to a department."""
    changed = replace(office.person(name), department_id=number_of(office, code))
    office.work(lambda tx: tx.people.update(changed))


def presses(office: Office, name: str, whom: str, choice: str = "") -> TapAnswer:
    """Let `name` press a button under the name of `whom`."""
    answer = office.taps(name, Action(team.TEAM, str(office.person(whom).id), 0, choice).encode())
    assert answer is not None
    return answer


def shown_to(office: Office, name: str) -> Screen:
    """Return the screen that `name` was shown last."""
    for posted in reversed(office.letters()):
        content = posted.letter.content
        if isinstance(content, Notice) and posted.letter.chat_id == account_of(name):
            return content.screen
    raise AssertionError(f"{name} was shown nothing")


def labels(screen: Screen) -> list[str]:
    return [_english(press.label) for row in screen.buttons for press in row]


def _english(label: Text) -> str:
    params = {name: _english(value) if isinstance(value, Text) else value for name, value in label.params.items()}
    return label.message.format_map(params)


def test_the_director_sees_all_who_work_here_and_no_resident(office: Office) -> None:
    office.writes("director", "/team", command="team")
    assert labels(shown_to(office, "director")) == [
        "clerk",
        "fong",
        "head · Engineering",
        "technician · Engineering",
        "director",
        "root",
    ]


@pytest.mark.parametrize("name", ["clerk", "head", "technician", "chan"])
def test_others_are_told_kindly_that_it_is_not_theirs(office: Office, name: str) -> None:
    office.writes(name, "/team", command="team")
    assert shown_to(office, name).lines == (SENTENCES[Refusal.NOT_PERMITTED],)


def test_a_large_team_has_pages(office: Office) -> None:
    with office.transaction() as tx:
        for number in range(14):
            tx.people.add(Person(0, None, f"Guard {number}", office.estate_id, frozenset({Role.FRONTLINE})))
    office.writes("director", "/team", command="team")
    assert labels(shown_to(office, "director"))[-1] == "2/3 ▶"
    office.taps("director", Action(team.TEAM, "-", 0, "1").encode())
    assert labels(shown_to(office, "director"))[-2:] == ["◀ 1/3", "3/3 ▶"]
    for choice in ("2", "99", "999999999"):
        office.taps("director", Action(team.TEAM, "-", 0, choice).encode())
        assert labels(shown_to(office, "director"))[-1] == "◀ 2/3"
    office.taps("director", Action(team.TEAM, "-", 0, "-3").encode())
    assert labels(shown_to(office, "director"))[0] == "clerk"


def test_somebody_is_put_into_a_department_and_out_of_it(office: Office) -> None:
    presses(office, "director", "fong", "dep")
    assert len(labels(shown_to(office, "director"))) == len(STANDARD_DEPARTMENTS) + 2
    assert not presses(office, "director", "fong", f"d{number_of(office, 'security')}").alert
    assert office.person("fong").department_id == number_of(office, "security")
    assert "🏢 Security" in [_english(line) for line in shown_to(office, "director").lines if isinstance(line, Text)]
    presses(office, "director", "fong", "d0")
    assert office.person("fong").department_id is None


def test_who_changes_departments_is_not_on_duty_in_the_old_one(office: Office) -> None:
    engineering, technician = number_of(office, "engineering"), office.person("technician")
    with office.transaction() as tx:
        department = replace(tx.departments.get(engineering), duty_person_id=technician.id)
        tx.departments.update(department)
    presses(office, "director", "technician", f"d{department.id}")
    assert office.work(lambda tx: tx.departments.get(department.id)).duty_person_id is not None, (
        "where they are already"
    )
    presses(office, "director", "technician", "d0")
    assert office.work(lambda tx: tx.departments.get(department.id)).duty_person_id is None


def test_roles_are_given_and_taken_and_pressing_twice_does_nothing_twice(office: Office) -> None:
    presses(office, "director", "technician", "roles")
    assert "✅ Technician" in labels(shown_to(office, "director"))
    assert "Administrator" not in labels(shown_to(office, "director"))
    for _ in range(2):
        assert not presses(office, "director", "technician", "+clerk").alert
    assert office.person("technician").roles == {Role.TECHNICIAN, Role.CLERK}
    for _ in range(2):
        assert not presses(office, "director", "technician", "-technician").alert
    assert office.person("technician").roles == {Role.CLERK}
    presses(office, "director", "technician", "-clerk")
    assert office.person("technician").roles == {Role.CLERK}, "the only one stays"


def test_who_may_take_no_tickets_on_any_more_answers_no_more_for_the_service_centre(office: Office) -> None:
    presses(office, "director", "clerk", "+frontline")
    presses(office, "director", "clerk", "-clerk")
    duty = office.work(lambda tx: tx.estates.get(office.estate_id)).duty_person
    assert duty == office.person("fong").id


def test_administrators_are_made_and_changed_by_administrators_alone(office: Office) -> None:
    for choice in ("+administrator", "+hq"):
        assert presses(office, "director", "clerk", choice).words == SENTENCES[Refusal.NOT_PERMITTED]
    for choice in ("-administrator", "+clerk", "left!", "d0"):
        assert presses(office, "director", "root", choice).words == SENTENCES[Refusal.NOT_PERMITTED]
    assert not presses(office, "root", "clerk", "+administrator").alert
    assert Role.ADMINISTRATOR in office.person("clerk").roles


def test_nobody_changes_themselves(office: Office) -> None:
    presses(office, "director", "director")
    assert labels(shown_to(office, "director")) == ["◀ Everybody"]
    for choice in ("-director", "+administrator", "left", "left!", "d0", "roles", "dep"):
        assert presses(office, "director", "director", choice).words == SENTENCES[Refusal.NOT_PERMITTED]
    assert office.person("director").is_staff


@pytest.mark.parametrize("choice", ["d", "dx", "d999", "+", "+king", "+resident", "~", "left?", "d9999999999"])
def test_a_button_that_was_never_ours_is_stale(office: Office, choice: str) -> None:
    before = office.rows("people", "roles")
    assert presses(office, "director", "clerk", choice).words == SENTENCES[Refusal.STALE_BUTTON]
    assert office.rows("people", "roles") == before


def test_a_resident_is_not_of_the_team(office: Office) -> None:
    assert presses(office, "director", "chan", "+clerk").words == SENTENCES[Refusal.STALE_BUTTON]


def test_it_is_asked_once_more_whether_somebody_has_left(office: Office) -> None:
    presses(office, "director", "technician", "left")
    assert labels(shown_to(office, "director"))[0] == "🚪 Yes, technician has left"
    assert office.person("technician").left_at is None


def test_who_has_left_is_out_and_their_head_is_told(office: Office) -> None:
    presses(office, "director", "technician", "left!")
    left = office.person("technician")
    assert left.left_at == office.now
    assert not left.is_staff
    assert left.roles == {Role.TECHNICIAN}
    assert shown_to(office, "head").lines[0] == Text(
        "🚪 {name} ({department}) has left the team.", {"name": "technician", "department": Text("Engineering")}
    )
    assert presses(office, "director", "technician", "left!").words == SENTENCES[Refusal.STALE_BUTTON]


def test_where_there_is_no_head_who_manages_the_team_is_told(office: Office) -> None:
    presses(office, "root", "head", "left!")
    assert "has left" in _english(next(line for line in shown_to(office, "director").lines if isinstance(line, Text)))


def test_the_duty_of_who_has_left_goes_to_somebody_else(office: Office) -> None:
    presses(office, "director", "clerk", "left!")
    duty = office.work(lambda tx: tx.estates.get(office.estate_id)).duty_person
    assert duty == office.person("fong").id


def test_who_lives_here_stays_a_resident(office: Office) -> None:
    technician = office.person("technician")
    with office.transaction() as tx:
        tx.households.move_in(tx.units.add(office.estate_id, "3-12A").id, technician.id, tx.now)
    presses(office, "director", "technician", "left!")
    left = office.person("technician")
    assert not left.is_staff
    assert left.roles == {Role.RESIDENT}
    assert left.department_id is None
    ticket = office.files("technician", "The lift is stuck.")
    assert ticket.filer_id == left.id


@pytest.mark.parametrize(("name", "told"), [("director", True), ("root", True), ("clerk", False), ("chan", False)])
def test_help_names_the_team_to_who_manages_it(office: Office, name: str, told: bool) -> None:
    office.writes(name, "/help", command="help")
    said = " ".join(_english(line) for line in shown_to(office, name).lines if isinstance(line, Text))
    assert ("/team" in said) == told
    assert ("/who" in said) == (name != "chan")


def test_whose_role_changes_gets_the_menu_of_the_new_one(office: Office) -> None:
    for choice in ("+clerk", "left!"):
        presses(office, "director", "technician", choice)
        menus = [posted for posted in office.letters() if isinstance(posted.letter.content, Menu)]
        assert menus[-1].letter.chat_id == account_of("technician")
        assert len(menus) == (1 if choice == "+clerk" else 2)


def test_their_work_goes_back_whole_and_is_laid_before_who_is_on_duty(office: Office) -> None:
    first, second, another = (office.files(name) for name in ("chan", "li", "smith"))
    office.claims("technician", first)
    office.claims("technician", second)
    office.claims("fong", another)
    presses(office, "director", "technician", "left")
    assert (
        Text("Tickets of theirs that will be handed over: {count}", {"count": 2}) in shown_to(office, "director").lines
    )
    assert presses(office, "director", "technician", "left!").words == Text(
        "Noted. Tickets handed over: {count}", {"count": 2}
    )
    one, two, three = office.tickets()
    assert (one.assignee_id, two.assignee_id, three.assignee_id) == (None, None, office.person("fong").id)
    assert one.first_contact_id == office.person("technician").id, "a fact of the past stays (FC-2)"
    assert [office.work(lambda tx: tx.tickets.history(first.id))[-1].name] == ["released"]
    told = [line for line in shown_to(office, "clerk").lines if isinstance(line, Text)]
    assert any(two.number in str(line.params) for line in told)
    assert (
        Text("Tickets of theirs that wait for somebody else now: {count}", {"count": 2})
        in shown_to(office, "head").lines
    )
    office.delivers()
    assert not (office.claims("fong", one) or pytest.fail("no answer")).alert
