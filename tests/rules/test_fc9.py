"""FC-9: within 60 minutes an owner has an answer; the holder is reminded, and a window that breaks is told upwards."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from bot.domain.clocks import ObligationState, Stage, stages
from bot.domain.lengths import Calendar, Length, Unit
from bot.domain.people import Role
from bot.domain.policy import Act
from bot.domain.regulation import Window
from bot.domain.tickets import Ticket
from bot.flows.screen import Text
from bot.ports.messenger import Sent
from bot.ports.outbox import Notice
from bot.regulations import loader
from bot.services import ringing
from tests.office import GROUP, Office, account_of

CAST: Final = {
    "chan": Role.RESIDENT,
    "clerk": Role.CLERK,
    "technician": Role.TECHNICIAN,
    "supervisor": Role.GENERAL_SUPERVISOR,
}
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def office() -> Iterator[Office]:
    """An office with one report that nobody has claimed, everything sent."""
    opened = Office(CAST)
    opened.files("chan")
    yield opened
    opened.close()


def planned_stages(window: Window, started_at: datetime, zone: str = "Asia/Hong_Kong") -> tuple[Stage, ...]:
    """Return the stages of a window that begins then, by the calendar of `zone`."""
    calendar = Calendar(ZoneInfo(zone))
    return stages(window, started_at, window.length.after(started_at, calendar), calendar)


def window(minutes: int, reminders: tuple[float, ...], least_gap: int = 5) -> Window:
    """Return a window of those figures."""
    return Window(
        rule="FC-9",
        source="S0 §10",
        started_by=("filed",),
        met_by=("answer_delivered",),
        length=Length(Unit.MINUTE, minutes),
        reminders=reminders,
        least_gap_minutes=least_gap,
    )


@pytest.mark.parametrize(
    ("minutes", "reminders", "least_gap", "expected"),
    [
        (60, (0.5, 0.8), 5, {"reminder-50": 30, "reminder-80": 48, "breach": 60}),
        (60, (), 5, {"breach": 60}),
        (20, (0.5, 0.8), 5, {"reminder-50": 10, "breach": 20}),  # 16 is too close to 20
        (8, (0.5, 0.8), 5, {"breach": 8}),
        (60, (0.5, 0.55), 5, {"reminder-55": 33, "breach": 60}),  # of two close together the later one
        (60, (0.5, 0.55), 0, {"reminder-50": 30, "reminder-55": 33, "breach": 60}),
        (25, (0.8,), 5, {"reminder-80": 20, "breach": 25}),  # just as far as it must be
        (1440, (0.5, 0.9), 5, {"reminder-50": 720, "reminder-90": 1296, "breach": 1440}),
    ],
)
def test_the_stages_of_a_window(
    minutes: int, reminders: tuple[float, ...], least_gap: int, expected: dict[str, int]
) -> None:
    planned = planned_stages(window(minutes, reminders, least_gap), NOON)
    assert {stage.name: stage.due_at - NOON for stage in planned} == {
        name: timedelta(minutes=after) for name, after in expected.items()
    }
    assert [stage.due_at for stage in planned] == sorted(stage.due_at for stage in planned)


@pytest.mark.parametrize(
    ("zone", "before"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 0, 45, tzinfo=UTC)),  # the clocks go forward at 01:00 UTC
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 45, tzinfo=UTC)),  # and back
        ("Asia/Hong_Kong", datetime(2028, 2, 28, 15, 45, tzinfo=UTC)),  # into a leap day
    ],
)
def test_an_hour_is_an_hour_whatever_the_clocks_on_the_wall_do(zone: str, before: datetime) -> None:
    (*_, breach) = planned_stages(window(60, (0.5,)), before, zone)
    assert breach.due_at - before == timedelta(minutes=60)


def test_the_rule_set_that_comes_with_the_program_says_what_the_regulation_says() -> None:
    fc9 = loader.default().window("FC-9")
    assert fc9 is not None
    assert (str(fc9.length), fc9.reminders, fc9.started_by, fc9.met_by) == (
        "60 minutes",
        (0.5, 0.8),
        ("filed", "reopened"),
        ("answer_delivered", "called", "verified"),
    )


def told(office: Office) -> list[tuple[int, str]]:
    """Return who is told what now, as (chat, first sentence), and send it."""
    now = set(office.waiting())
    letters = [posted.letter for posted in office.letters() if posted.id in now]
    notices = [
        (letter.chat_id, letter.content.screen.lines[0]) for letter in letters if isinstance(letter.content, Notice)
    ]
    office.delivers()
    return [(chat, line.message) for chat, line in notices if isinstance(line, Text)]


def after(office: Office, minutes: int) -> list[tuple[int, str]]:
    """Let time pass, fire what is due, and return who is told what."""
    office.passes(minutes=minutes)
    office.fires()
    return told(office)


def the_ticket(office: Office) -> Ticket:
    (ticket,) = office.tickets()
    return ticket


WAITS = "⏰ No. {number} is waiting for an answer, due by {time}."
LATE = "🔴 No. {number}: the answer was due by {time} and is late."
SORRY = "We were to answer you on no. {number} by {time} and have not done so. We are sorry. Our supervisor knows now."


def test_the_person_on_duty_is_reminded_while_nobody_has_claimed_and_the_supervisor_hears_of_the_breach(
    office: Office,
) -> None:
    chan, clerk, supervisor = (account_of(name) for name in ("chan", "clerk", "supervisor"))
    assert after(office, 29) == []
    assert after(office, 1) == [(clerk, WAITS)]
    assert after(office, 17) == []
    assert after(office, 1) == [(clerk, WAITS)]
    assert after(office, 11) == []
    assert after(office, 1) == [(clerk, LATE), (supervisor, LATE), (chan, SORRY)]
    assert after(office, 59) == []
    assert after(office, 1) == [(supervisor, LATE), (chan, SORRY)], "there is no director: the highest below hears it"
    assert after(office, 24 * 60) == []


def test_whoever_claimed_is_reminded_instead(office: Office) -> None:
    office.claims("technician", the_ticket(office))
    office.delivers()
    assert after(office, 30) == [(account_of("technician"), WAITS)]


def test_a_holder_who_cannot_be_reached_is_reminded_in_the_group(office: Office) -> None:
    clerk = office.person("clerk")
    office.work(lambda tx: tx.people.update(replace(clerk, reachable=False)))
    assert after(office, 30) == [(GROUP, WAITS)]


def test_an_answer_counts_when_it_was_delivered_and_nothing_rings_after_it(office: Office) -> None:
    ticket = the_ticket(office)
    office.claims("clerk", ticket)
    office.begins_answer("clerk", ticket)
    office.writes("clerk", "The technician comes at three.")
    office.presses("clerk", "submit")
    letter = next(p.id for p in office.letters() if p.letter.receipt)

    (run,) = office.work(lambda tx: tx.obligations.of(ticket.id))
    assert run.state is ObligationState.RUNNING, "sent is not delivered"
    office.passes(minutes=10)
    assert office.take(letter)
    office.settle(letter, Sent((77,)))
    (run,) = office.work(lambda tx: tx.obligations.of(ticket.id))
    assert run.state is ObligationState.MET
    assert the_ticket(office).answered_at == office.now
    office.delivers()
    assert after(office, 24 * 60) == []


def test_what_was_missed_during_a_stop_comes_as_one_message_to_each_with_each_button_once(office: Office) -> None:
    office.passes(hours=20)
    assert office.fires() == 4
    notices = [p.letter for p in office.letters() if p.state == "pending" and isinstance(p.letter.content, Notice)]
    told = {letter.chat_id: letter for letter in notices}
    assert set(told) == {account_of(name) for name in ("chan", "clerk", "supervisor")}
    assert len(notices) == len(told)
    for letter, acts in (
        (told[account_of("clerk")], [Act.CLAIM]),
        (told[account_of("supervisor")], [Act.CLAIM, Act.TRANSFER]),
    ):
        assert isinstance(letter.content, Notice)
        presses = [(p.action.verb, p.action.ref) for row in letter.content.screen.buttons for p in row]
        assert [verb for verb, _ in presses] == [*acts, ringing.WHY]
