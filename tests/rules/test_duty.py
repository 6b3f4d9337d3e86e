"""Who is asked: by the roster and leave, and where nobody is on duty the next above, never nobody (How clocks run)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.events import Claimed, Handled, Judged, Started
from bot.domain.lengths import Calendar
from bot.domain.people import Person, Role
from bot.domain.policy import Act
from bot.domain.regulation import Holder
from bot.domain.rosters import Leave, Post, Shift
from bot.domain.shift_words import read_pattern
from bot.domain.tickets import Cause, Jurisdiction, Outcome, Ticket
from bot.flows.screen import Action
from bot.ports.boards import Listing
from bot.ports.outbox import Notice, TapAnswer
from bot.services import duty, roster
from bot.services.boards import LIST
from bot.services.posts import answerable
from bot.services.recording import record
from tests.office import Office, account_of

MONDAY = date(2026, 3, 2)
HONG_KONG = Calendar(ZoneInfo("Asia/Hong_Kong"))
CAST = {
    "chan": Role.RESIDENT,
    "lam": Role.CLERK,
    "fong": Role.CLERK,
    "head": Role.DEPARTMENT_HEAD,
    "technician": Role.TECHNICIAN,
    "supervisor": Role.GENERAL_SUPERVISOR,
    "director": Role.DIRECTOR,
}
AWAY = "🏖"


@pytest.fixture
def office() -> Iterator[Office]:
    """An office on Monday morning; the technician is of engineering, which has its head."""
    opened = Office(CAST)
    for name in ("head", "technician"):
        update(opened, replace(opened.person(name), department_id=department(opened, "engineering")))
    at(opened, 0, 10)
    yield opened
    opened.close()


def at(office: Office, day: int, hour: int, minute: int = 0) -> None:
    """Let it be that hour of a day of the week, by the clock on the wall."""
    office.now = moment(day, hour, minute)


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return HONG_KONG.at(MONDAY + timedelta(days=day), time(hour, minute))


def department(office: Office, code: str) -> int:
    found = office.work(lambda tx: tx.departments.by_code(office.estate_id, code))
    assert found is not None
    return found.id


def works(office: Office, name: str, post: str, when: str) -> None:
    """Let somebody have a turn at a department, or at what reaches a role."""
    pattern = read_pattern(when)
    assert pattern
    role = next((role for role in Role if role == post), None)
    place = Post(role=role) if role else Post(department(office, post))
    shift = Shift(0, office.estate_id, place, office.person(name).id, pattern)
    office.work(lambda tx: tx.rosters.add_shift(shift))


def leaves(office: Office, name: str, first: int, last: int, stand_in: str | None = None) -> None:
    """Let somebody be away from one day of the week to another."""
    days = (MONDAY + timedelta(days=first), MONDAY + timedelta(days=last))
    covered = office.person(stand_in).id if stand_in else None
    leave = Leave(0, office.estate_id, office.person(name).id, *days, covered)
    office.work(lambda tx: tx.rosters.add_leave(leave))


def asked(office: Office, code: str | None = None, role: Role | None = None) -> str | None:
    """Return who is on duty in a department, or with a role."""
    number = department(office, code) if code else None
    person = office.work(lambda tx: duty.on_duty(tx, tx.estates.get(office.estate_id), number, role))
    return person.name if person else None


def is_on_duty(office: Office, name: str) -> bool:
    person = office.person(name)
    return office.work(lambda tx: duty.is_on_duty(tx, tx.estates.get(office.estate_id), person))


def away_until(office: Office, name: str) -> datetime | None:
    person = office.person(name)
    return office.work(lambda tx: duty.away_until(tx, tx.estates.get(office.estate_id), person, time(8)))


def responsible(office: Office, ticket: Ticket, holder: Holder) -> str | None:
    person = office.work(lambda tx: duty.responsible(tx, tx.tickets.get(ticket.id), holder))
    return person.name if person else None


def update(office: Office, person: Person) -> None:
    office.work(lambda tx: tx.people.update(person))


def blocks(office: Office, *names: str) -> None:
    """Let the bot reach somebody no more."""
    for name in names:
        update(office, replace(office.person(name), reachable=False))


def test_without_a_roster_it_is_who_was_put_there_by_name(office: Office) -> None:
    assert asked(office) == asked(office, "engineering") == "lam"
    assert asked(office, role=Role.DIRECTOR) == "director"
    assert [name for name in CAST if is_on_duty(office, name)] == ["lam", "head", "supervisor", "director"]
    assert all(away_until(office, name) is None for name in CAST)


@pytest.mark.parametrize(
    ("day", "hour", "who"),
    [(0, 8, "lam"), (0, 20, "fong"), (1, 7, "fong"), (5, 12, "supervisor"), (5, 21, "fong")],
)
def test_at_the_service_centre_it_is_whose_turn_it_is_and_in_a_gap_who_is_above(
    office: Office, day: int, hour: int, who: str
) -> None:
    works(office, "lam", "service", "Mon-Fri 8:00-20:00")
    works(office, "fong", "service", "daily 20:00-8:00")
    at(office, day, hour)
    assert asked(office) == asked(office, "engineering") == who
    holder = office.work(lambda tx: answerable(tx, tx.estates.get(office.estate_id)))
    assert holder
    assert holder.name == who
    assert is_on_duty(office, who)


def test_a_department_in_a_gap_is_the_service_centres(office: Office) -> None:
    works(office, "technician", "engineering", "Mon-Fri 8:00-18:00")
    assert asked(office, "engineering") == "technician"
    at(office, 0, 18)
    assert asked(office, "engineering") == "lam"
    assert not is_on_duty(office, "technician")


def test_those_above_have_turns_too_and_beyond_them_it_goes_further_up(office: Office) -> None:
    works(office, "supervisor", "general_supervisor", "Mon-Fri 8:00-20:00")
    assert asked(office, role=Role.GENERAL_SUPERVISOR) == "supervisor"
    ticket = office.files("chan")
    at(office, 0, 21)
    assert asked(office, role=Role.GENERAL_SUPERVISOR) is None
    assert not is_on_duty(office, "supervisor")
    assert responsible(office, ticket, Holder.GENERAL_SUPERVISOR) == "director"


@pytest.mark.parametrize(
    ("worker", "checker"), [("technician", "head"), ("head", "supervisor"), ("supervisor", "director")]
)
def test_nobody_is_asked_to_check_their_own_work(office: Office, worker: str, checker: str) -> None:
    by, whose = office.person(worker).id, "security" if worker == "supervisor" else "engineering"
    ticket = office.files("chan")
    done = (
        Claimed(by=by),
        Judged(by, Jurisdiction.OURS.value, department(office, whose)),
        Started(by=by),
        Handled(by, Outcome.SOLVED.value, Cause.WEAR.value),
    )
    office.work(lambda tx: record(tx, office.rules, ticket, done))
    assert responsible(office, ticket, Holder.DEPARTMENT_HEAD) == checker


def test_where_nobody_at_all_is_on_duty_the_first_who_can_be_reached_is_told(office: Office) -> None:
    for role in ("general_supervisor", "director"):
        works(office, role.removeprefix("general_"), role, "Mon-Fri 8:00-20:00")
    works(office, "lam", "service", "Mon-Fri 8:00-20:00")
    leaves(office, "head", 0, 6)
    ticket = office.files("chan")
    at(office, 5, 12)
    assert asked(office) is None
    assert responsible(office, ticket, Holder.DUTY) == "lam", "the one who was put there by name"
    assert responsible(office, ticket, Holder.GENERAL_SUPERVISOR) == "supervisor"
    blocks(office, "supervisor", "director")
    assert responsible(office, ticket, Holder.DIRECTOR) == "head", "on leave, but nobody else is left"


def test_who_is_away_is_covered_by_who_stands_in(office: Office) -> None:
    works(office, "lam", "service", "daily 0:00-24:00")
    leaves(office, "lam", 0, 1, "fong")
    leaves(office, "director", 0, 1, "supervisor")
    assert asked(office) == "fong"
    assert is_on_duty(office, "fong")
    assert not is_on_duty(office, "lam")
    assert asked(office, role=Role.DIRECTOR) == "supervisor"
    at(office, 2, 0)
    assert asked(office) == "lam"
    assert asked(office, role=Role.DIRECTOR) == "director"


def test_who_stands_in_for_somebody_above_is_somebody_above(office: Office) -> None:
    leaves(office, "supervisor", 0, 1, "fong")
    ticket = office.files("chan")
    assert asked(office, role=Role.GENERAL_SUPERVISOR) is None
    assert responsible(office, ticket, Holder.GENERAL_SUPERVISOR) == "director"


def test_in_the_place_of_a_head_who_is_away_the_next_above_is_asked_and_no_other_head(office: Office) -> None:
    update(office, replace(office.person("fong"), roles=frozenset({Role.DEPARTMENT_HEAD})))
    leaves(office, "head", 0, 1)
    assert asked(office, "engineering", Role.DEPARTMENT_HEAD) is None
    at(office, 2, 0)
    assert asked(office, "engineering", Role.DEPARTMENT_HEAD) == "head"


def test_who_has_left_is_in_no_roster(office: Office) -> None:
    works(office, "fong", "service", "daily 0:00-24:00")
    leaves(office, "lam", 0, 1, "fong")
    gone = replace(office.person("fong"), left_at=office.now)
    update(office, gone)
    assert asked(office) == "supervisor", "even while the roster still names them"
    office.work(lambda tx: roster.relieve(tx, gone))
    left = office.work(lambda tx: tx.rosters.of_estate(office.estate_id))
    assert left.shifts == ()
    assert [leave.stand_in_id for leave in left.leaves] == [None]


def test_when_somebody_is_back(office: Office) -> None:
    works(office, "technician", "engineering", "Mon-Fri 8:00-18:00")
    leaves(office, "fong", 0, 1)
    leaves(office, "head", 0, 1)
    assert away_until(office, "technician") is None
    assert away_until(office, "fong") == away_until(office, "head") == moment(2, 8), "when the office opens"
    at(office, 4, 18)
    assert away_until(office, "technician") == moment(7, 8)
    assert away_until(office, "supervisor") is None, "who has no turns is never off duty"


def test_who_stands_in_can_do_what_is_in_the_hands_of_who_is_away(office: Office) -> None:
    ticket = office.files("chan")
    technician = office.person("technician").id
    office.work(lambda tx: record(tx, office.rules, ticket, (Claimed(technician),)))
    assert does(office, "fong", Act.ANSWER).alert, "not before they are away"
    leaves(office, "technician", 0, 1, "fong")
    assert responsible(office, ticket, Holder.ASSIGNEE_OR_DUTY) == "fong"
    office.passes(minutes=31)
    office.fires()
    office.delivers()
    assert "is waiting for an answer" in office.told("fong"), "who stands in is reminded"
    assert "You stand in for technician today." in office.told("fong"), "and told why"
    assert "is waiting for an answer" not in office.told("technician")

    assert not does(office, "fong", Act.ANSWER, "A mechanic comes at three.", "submit").alert
    assert "A mechanic comes at three." in office.told("chan")
    office.writes("chan", "Which lift?")
    office.presses("chan", "c.that")
    assert not does(office, "fong", Act.START).alert
    assert not does(office, "fong", Act.HANDLE, "A new rope.", "c.solved", "c.wear", "submit").alert
    (now,) = office.tickets()
    assert (now.handled_by, now.assignee_id) == (office.person("fong").id, technician), "it stays whose it is"
    assert does(office, "fong", Act.VERIFY).alert, "nobody checks their own work, nor in another's stead"


def test_who_stands_in_finds_that_work_beside_their_own(office: Office) -> None:
    ticket = office.files("chan")
    technician = office.person("technician").id
    office.work(lambda tx: record(tx, office.rules, ticket, (Claimed(technician),)))
    theirs = Action(LIST, f"{Listing.HELD}.{technician}", 1)
    answer = office.taps("fong", theirs.encode())
    assert answer
    assert answer.alert, "not before they are away"
    leaves(office, "technician", 0, 1, "fong")
    office.writes("fong", "/work", command="work")
    shown = office.letters()[-1].letter.content
    assert isinstance(shown, Notice)
    (press,) = (press for row in shown.screen.buttons for press in row if press.label.message == "👤 With {name}")
    assert press.action == theirs
    office.taps("fong", press.action.encode())
    assert ticket.number in office.told("fong")


def test_who_stands_in_hands_the_work_on_and_takes_what_is_offered(office: Office) -> None:
    ticket = office.files("chan")
    technician = office.person("technician").id
    office.work(lambda tx: record(tx, office.rules, ticket, (Claimed(technician),)))
    leaves(office, "technician", 0, 1, "fong")
    assert not does(office, "fong", Act.TRANSFER, f"c.p{office.person('head').id}", "c.skill").alert
    assert office.tickets()[0].transfer_to == office.person("head").id
    leaves(office, "head", 0, 1, "lam")
    assert not does(office, "lam", Act.ACCEPT).alert
    assert office.tickets()[0].assignee_id == office.person("lam").id
    at(office, 2, 9)
    assert does(office, "fong", Act.ANSWER).alert, "not once they are back"


def does(office: Office, name: str, act: Act, *steps: str) -> TapAnswer:
    """Let somebody tap a button of the only ticket, and go through what it asks; return the tap's answer."""
    (ticket,) = office.tickets()
    answer = office.taps(name, Action(act, ticket.ref, ticket.version).encode())
    assert answer
    for step in steps:
        if step.startswith("c.") or step == "submit":
            office.presses(name, step)
        else:
            office.writes(name, step)
    office.delivers()
    return answer


def test_the_work_of_somebody_on_leave_is_chased_with_who_can_give_it_to_others(office: Office) -> None:
    ticket = office.files("chan")
    technician = office.person("technician").id
    office.work(lambda tx: record(tx, office.rules, ticket, (Claimed(technician),)))
    assert responsible(office, ticket, Holder.ASSIGNEE_OR_DUTY) == "technician"
    leaves(office, "technician", 0, 1)
    assert responsible(office, ticket, Holder.ASSIGNEE_OR_DUTY) == "head"
    office.passes(minutes=31)
    office.fires()
    told = [letter.letter for letter in office.letters() if letter.letter.chat_id == account_of("head")]
    assert any(Act.TRANSFER in str(letter.content) for letter in told)
    assert "No. {number}" not in office.told("technician")
