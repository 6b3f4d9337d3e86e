"""The duty roster: set from a file or in chat, shown to staff, and nothing contradictory kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.adapters import roster_file
from bot.domain.errors import Refusal
from bot.domain.people import Person, Role
from bot.domain.rosters import Leave, Post, Roster
from bot.flows.screen import Action, Screen, Text
from bot.ports.outbox import Notice, TapAnswer
from bot.sandbox.grounds import PLACES
from bot.services import posts, rostering, turns
from bot.services.placing import take_over
from bot.services.refusals import SENTENCES
from bot.services.roster import DUTY
from tests.office import Office, account_of

EXAMPLE = Path(__file__).parents[2] / "deploy" / "roster.example.csv"
CAST = {
    "lam": (Role.CLERK, "service"),
    "fong": (Role.CLERK, "service"),
    "head": (Role.DEPARTMENT_HEAD, "engineering"),
    "ho": (Role.TECHNICIAN, "engineering"),
    "guard": (Role.FRONTLINE, "security"),
    "supervisor": (Role.GENERAL_SUPERVISOR, "management"),
    "director": (Role.DIRECTOR, "management"),
    "chan": (Role.RESIDENT, None),
}


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office({name: role for name, (role, _) in CAST.items()})
    for name, (_, code) in CAST.items():
        if code:
            update(opened, replace(opened.person(name), department_id=department(opened, code)))
    update(opened, replace(opened.person("ho"), staff_number="T-9"))
    yield opened
    opened.close()


def update(office: Office, person: Person) -> None:
    office.work(lambda tx: tx.people.update(person))


def department(office: Office, code: str) -> int:
    found = office.work(lambda tx: tx.departments.by_code(office.estate_id, code))
    assert found
    return found.id


def roster(office: Office) -> Roster:
    return office.work(lambda tx: tx.rosters.of_estate(office.estate_id))


def takes(office: Office, *lines: str) -> rostering.TakenOver:
    """Take over a list of these lines."""
    listed = roster_file.parse("\n".join(lines))
    return office.work(lambda tx: rostering.take_over(tx, tx.estates.get(office.estate_id), listed))


def test_a_list_is_taken_over_whole(office: Office) -> None:
    first = ("post,person,when,stand_in", "service,lam,Mon-Fri 8:00-20:00", "director,supervisor,daily 0:00-24:00")
    assert takes(office, *first, "leave,lam,2026-12-20 to 2026-12-31,fong") == rostering.TakenOver(2, 1)
    again = takes(office, "engineering,T-9,2026-12-24 8-16", "请假,lam,2026-12-20 至 2026-12-31,fong")
    assert again == rostering.TakenOver(1, 0), "leave that is known stays as it is"
    (turn,), (leave,) = roster(office).shifts, roster(office).leaves
    assert (turn.post, turn.person_id) == (Post(department(office, "engineering")), office.person("ho").id)
    assert (leave.first, leave.last) == (date(2026, 12, 20), date(2026, 12, 31))
    assert leave.stand_in_id == office.person("fong").id


def test_the_example_can_be_read() -> None:
    assert len(roster_file.read(EXAMPLE)) == 8


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([""], "The list names nobody"),
        (["service"], "Line 1 needs a post and a person"),
        (["service,lam,whenever"], "Line 1: whenever is no turn"),
        (["service,lam,"], "Line 1: nothing is no turn"),
        (["service,lam,Mon 8-9,fong"], "Line 1: only a leave has somebody who stands in"),
        (["service,lam,Mon 8-9,,b3,more"], "Line 1 has more than 5 columns"),
        (["security,guard,Mon 8-9,,b99"], "Line 1: there is no place b99"),
        (["director,supervisor,Mon 8-9,,b3"], "Line 1: only a department has posts at a place"),
        (["leave,lam,2026-12-20,,b3"], "Line 1: only a post is at a place"),
        (["leave,lam,next week"], "Line 1: next week are no days"),
        (["leave,lam,2026-02-30"], "Line 1: 2026-02-30 are no days"),
        (["leave,lam,2026-12-20 to 2026-12-19"], "Line 1: the leave ends before it begins"),
        (["leave,lam,2026-12-20,lam"], "Line 1: lam cannot stand in for themselves"),
        (["leave,lam,2026-12-20", "leave,lam,2026-12-19 to 2026-12-21"], "Line 2: lam is away from 2026-12-20"),
        (["kitchen,lam,Mon 8-9"], "Line 1: there is no post kitchen; expected one of service"),
        (["service,nobody,Mon 8-9"], "Line 1: nobody called nobody works here"),
        (["service,chan,Mon 8-9"], "Line 1: nobody called chan works here"),
        (["service,guard,Mon 8-9"], "Line 1: guard cannot be on duty for service"),
        (["director,ho,Mon 8-9"], "Line 1: ho cannot be on duty for director"),
        (
            ["service,lam,Mon-Fri 8:00-20:00", "", "service,fong,Fri 19:00-23:00"],
            "Line 3: fong would be on duty while line 1 has lam there",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_line_and_reason(office: Office, lines: list[str], reason: str) -> None:
    takes(office, "security,guard,daily 8-20")
    before = roster(office)
    with pytest.raises(ValueError, match=reason):
        takes(office, *lines)
    assert roster(office) == before, "nothing has changed"


def test_two_of_one_name_are_told_apart_by_their_staff_number(office: Office) -> None:
    update(office, replace(office.person("fong"), name="lam"))
    with pytest.raises(ValueError, match="Line 1: 2 people are called lam; write the staff number"):
        takes(office, "service,lam,Mon 8-9")


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        roster_file.read(tmp_path / "none.csv")
    (tmp_path / "odd.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="not a CSV file in UTF-8"):
        roster_file.read(tmp_path / "odd.csv")
    for name in ("roster.xlsx", "Roster.XLS", "roster.et"):
        (tmp_path / name).write_bytes(b"PK")
        with pytest.raises(ValueError, match=r'is a spreadsheet. Please save it with File, Save as, "CSV UTF-8"'):
            roster_file.read(tmp_path / name)
    with pytest.raises(ValueError, match="more than 2000 lines"):
        roster_file.parse("security,guard,Mon 8-9\n" * 2001)


# In chat


def presses(office: Office, name: str, choice: str) -> TapAnswer:
    answer = office.taps(name, Action(turns.TURNS, "-", 0, choice).encode())
    assert answer
    return answer


def asks(office: Office, name: str) -> Screen:
    """Let `name` ask for the roster; return what they are shown."""
    office.writes(name, "/roster", command="roster")
    content = office.letters()[-1].letter.content
    assert isinstance(content, Notice)
    return content.screen


def labels(screen: Screen) -> list[str]:
    return [press.label.message for row in screen.buttons for press in row]


def struck(office: Office, name: str) -> str:
    """Let `name` ask what can be taken out; return what the first button of that names."""
    presses(office, name, "out")
    shown = [posted.letter.content for posted in office.letters() if posted.letter.chat_id == account_of(name)]
    content = next(content for content in reversed(shown) if isinstance(content, Notice))
    return content.screen.buttons[0][0].action.choice


def sets(office: Office, by: str, post: str, whom: str, words: str) -> None:
    """Let `by` set a turn, button by button."""
    presses(office, by, "set")
    office.presses(by, f"c.{post}")
    office.presses(by, f"c.{office.person(whom).id}")
    office.writes(by, words)


def test_a_head_sets_a_turn_by_two_taps_and_a_few_words(office: Office) -> None:
    engineering = f"d{department(office, 'engineering')}"
    sets(office, "head", engineering, "ho", "every weekday")
    assert SENTENCES[Refusal.NO_TURN].message in office.told("head")
    assert roster(office) == Roster()
    office.writes("head", "周一至周五 8:00-18:00")
    (turn,) = roster(office).shifts
    assert turn.person_id == office.person("ho").id
    assert "🗓 You are on duty from now on" in office.told("ho")
    assert "on duty now" in "\n".join(line.message for line in asks(office, "guard").lines if isinstance(line, Text))


def test_another_turn_at_the_same_time_is_refused_until_the_first_is_out(office: Office) -> None:
    engineering = f"d{department(office, 'engineering')}"
    sets(office, "head", engineering, "ho", "Mon-Fri 8:00-18:00")
    sets(office, "supervisor", engineering, "head", "Fri 17:00-19:00")
    assert SENTENCES[Refusal.TURN_TAKEN].message.format(name="ho") in office.told("supervisor")
    strike = struck(office, "head")
    assert not presses(office, "head", strike).alert
    assert roster(office).shifts == ()
    office.writes("supervisor", "Fri 17:00-19:00")
    assert [turn.person_id for turn in roster(office).shifts] == [office.person("head").id]
    assert presses(office, "head", strike).words == SENTENCES[Refusal.STALE_BUTTON], "not another's"


def test_those_above_set_every_post(office: Office) -> None:
    sets(office, "director", "rdirector", "supervisor", "daily 20-8")
    assert roster(office).shifts[0].post == Post(role=Role.DIRECTOR)
    assert labels(asks(office, "lam")) == ["🏖 I am away"]
    assert labels(asks(office, "director")) == [
        "🏖 I am away",
        "🗓 Set a turn",
        "🏖 Somebody is away",
        "✖ Take something out",
    ]


def test_a_post_at_a_place_is_set_with_one_tap_more_and_its_people_are_the_nearest(office: Office) -> None:
    office.work(lambda tx: take_over(tx, office.estate_id, PLACES))
    security = department(office, "security")
    there = office.work(lambda tx: tx.places.by_code(office.estate_id, "b3"))
    assert there
    presses(office, "supervisor", "set")
    office.presses("supervisor", f"c.d{security}")
    office.presses("supervisor", f"c.{there.ref}")
    office.presses("supervisor", f"c.{office.person('guard').id}")
    office.writes("supervisor", "daily 8:00-20:00")
    (turn,) = roster(office).shifts
    assert turn.post == Post(security, zone_id=there.id)
    assert "You are on duty from now on: Security · Block 3" in office.told("guard")
    with office.transaction() as tx:
        at = posts.in_zones(tx, tx.estates.get(office.estate_id), {there.id})
    assert [one.name for one in at] == ["guard"]
    office.passes(hours=12)
    shown = [line.message for line in asks(office, "supervisor").lines if isinstance(line, Text)]
    assert "<b>{post}</b>: nobody is there now, so the whole department is asked" in shown
    assert not presses(office, "supervisor", struck(office, "supervisor")).alert
    assert roster(office).shifts == ()


def test_a_post_of_people_on_their_feet_may_also_be_of_the_whole_department_and_others_have_no_place(
    office: Office,
) -> None:
    office.work(lambda tx: take_over(tx, office.estate_id, PLACES))
    presses(office, "supervisor", "set")
    office.presses("supervisor", f"c.d{department(office, 'security')}")
    office.presses("supervisor", "c.everywhere")
    office.presses("supervisor", f"c.{office.person('guard').id}")
    office.writes("supervisor", "daily 8:00-20:00")
    sets(office, "head", f"d{department(office, 'engineering')}", "ho", "Mon-Fri 8:00-18:00")
    assert [turn.post.zone_id for turn in roster(office).shifts] == [None, None]


def test_a_place_that_is_gone_meanwhile_is_no_post(office: Office) -> None:
    office.work(lambda tx: take_over(tx, office.estate_id, PLACES))
    there = office.work(lambda tx: tx.places.by_code(office.estate_id, "b3"))
    assert there
    presses(office, "supervisor", "set")
    office.presses("supervisor", f"c.d{department(office, 'security')}")
    office.presses("supervisor", f"c.{there.ref}")
    office.presses("supervisor", f"c.{office.person('guard').id}")
    office.work(lambda tx: tx.places.update(replace(there, retired=True)))
    office.writes("supervisor", "daily 8:00-20:00")
    assert roster(office).shifts == ()
    assert SENTENCES[Refusal.STALE_BUTTON].message in office.told("supervisor")


def test_one_notes_ones_own_leave_and_who_stands_in_and_the_head_hear_of_it(office: Office) -> None:
    presses(office, "ho", "me")
    office.writes("ho", "24 December")
    office.writes("ho", "the end of the year")
    office.writes("ho", "31 December")
    office.presses("ho", f"c.{office.person('head').id}")
    (leave,) = roster(office).leaves
    assert replace(leave, id=0) == Leave(
        0, office.estate_id, office.person("ho").id, date(2026, 12, 24), date(2026, 12, 31), office.person("head").id
    )
    assert "🏖 ho is away 2026-12-24 to 2026-12-31; head stands in" in office.told("head")
    assert "✖ Take something out" in labels(asks(office, "ho"))
    presses(office, "ho", "me")
    for words in ("30 December", "2 January"):
        office.writes("ho", words)
    answer = office.presses("ho", "c.nobody")
    assert answer
    assert answer.words
    assert answer.words.message == SENTENCES[Refusal.LEAVE_KNOWN].message


def test_leave_that_ends_before_it_begins_is_refused(office: Office) -> None:
    presses(office, "guard", "me")
    office.writes("guard", "24 December")
    office.writes("guard", "23 December")
    answer = office.presses("guard", "c.nobody")
    assert answer
    assert answer.words == SENTENCES[Refusal.LEAVE_BACKWARDS]
    assert roster(office).leaves == ()


def test_a_supervisor_notes_the_leave_of_somebody_who_is_told(office: Office) -> None:
    presses(office, "supervisor", "away")
    office.presses("supervisor", f"c.{office.person('guard').id}")
    office.presses("supervisor", "c.2026-03-02")
    office.presses("supervisor", "c.2026-03-03")
    answer = office.presses("supervisor", f"c.{office.person('guard').id}")
    assert answer
    assert answer.alert, "nobody stands in for themselves"
    office.presses("supervisor", "c.nobody")
    assert "🏖 guard is away 2026-03-02 to 2026-03-03" in office.told("guard")
    strike = struck(office, "guard")
    assert presses(office, "ho", strike).words == SENTENCES[Refusal.NOT_PERMITTED]
    assert not presses(office, "guard", strike).alert
    assert roster(office).leaves == ()


def test_what_is_written_in_between_and_was_not_asked_for_becomes_a_report(office: Office) -> None:
    presses(office, "director", "set")
    office.writes("director", "The tap in the hall drips.")
    office.presses("director", "c.rdirector")
    office.presses("director", f"c.{office.person('director').id}")
    office.writes("director", "daily 8-20")
    person = office.person("director")
    draft = office.work(lambda tx: tx.drafts.current(person.id, account_of("director"), office.now))
    assert draft
    assert draft.words == "The tap in the hall drips."


def test_a_resident_is_shown_no_roster(office: Office) -> None:
    assert "roster" not in str(asks(office, "chan").lines).casefold()
    assert presses(office, "chan", "me").words == SENTENCES[Refusal.NOT_PERMITTED]
    for name in ("guard", "ho", "lam"):
        for choice in ("set", "away"):
            assert presses(office, name, choice).words == SENTENCES[Refusal.NOT_PERMITTED]
    for choice in ("out", "s1", "lx", "x", ""):
        assert presses(office, "guard", choice).words == SENTENCES[Refusal.STALE_BUTTON]


def test_where_turns_are_set_nobody_is_put_on_duty_by_hand(office: Office) -> None:
    takes(office, "engineering,ho,Mon-Fri 8:00-18:00")
    ref = str(department(office, "engineering"))
    for name, choice in (("head", "me"), ("director", str(office.person("head").id)), ("director", "")):
        answer = office.taps(name, Action(DUTY, ref, 0, choice).encode())
        assert answer
        assert answer.words == SENTENCES[Refusal.ROSTER_SAYS]
    office.writes("head", "/who", command="who")
    content = office.letters()[-1].letter.content
    assert isinstance(content, Notice)
    assert content.screen.buttons == ()
