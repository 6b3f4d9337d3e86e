"""How windows run: their lengths on the calendar, for whom they are meant, their ladder, and when they stand still."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from bot.domain.clocks import Obligation, ObligationState, stages
from bot.domain.events import AnswerDelivered, AnswerUndelivered, CallRequested, Enclosed, Event, Withdrawn
from bot.domain.lengths import Calendar, Length
from bot.domain.people import Role
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows.screen import Text, text
from bot.ports.outbox import Notice
from bot.regulations import loader
from bot.services.recording import record
from tests.office import Office, account_of

CAST: Final = {
    "chan": Role.RESIDENT,
    "clerk": Role.CLERK,
    "supervisor": Role.GENERAL_SUPERVISOR,
    "director": Role.DIRECTOR,
}
HONG_KONG, BERLIN, SAO_PAULO = "Asia/Hong_Kong", "Europe/Berlin", "America/Sao_Paulo"


def local(zone: str, *moment: int) -> datetime:
    """Return a moment of the wall clock of `zone`, in UTC."""
    year, month, day, *rest = moment
    return datetime(year, month, day, *rest, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("length", "zone", "begun", "over"),
    [
        ("60 minutes", HONG_KONG, (2026, 3, 2, 23, 30), (2026, 3, 3, 0, 30)),
        ("24 hours", BERLIN, (2026, 3, 28, 12), (2026, 3, 29, 13)),  # the wall clock lost an hour
        ("24 hours", BERLIN, (2026, 10, 24, 12), (2026, 10, 25, 11)),
        ("2 days", HONG_KONG, (2026, 3, 2, 9), (2026, 3, 5)),  # the end of the 4th
        ("2 days", HONG_KONG, (2026, 3, 2, 0), (2026, 3, 5)),
        ("2 days", HONG_KONG, (2026, 3, 2, 23, 59), (2026, 3, 5)),
        ("1 day", BERLIN, (2026, 3, 28, 12), (2026, 3, 30)),  # over the change of the clocks
        ("1 day", HONG_KONG, (2028, 2, 28, 12), (2028, 3, 1)),  # the 29th is a day
        ("1 day", HONG_KONG, (2026, 2, 28, 12), (2026, 3, 2)),
        ("2 days", HONG_KONG, (2026, 12, 30, 12), (2027, 1, 2)),
        ("same day", HONG_KONG, (2026, 3, 2, 9), (2026, 3, 3)),
        ("same day", BERLIN, (2026, 3, 29, 1), (2026, 3, 30)),
        ("same day", SAO_PAULO, (2018, 11, 3, 12), (2018, 11, 4, 1)),  # that day had no midnight
    ],
)
def test_when_a_length_is_over(length: str, zone: str, begun: tuple[int, ...], over: tuple[int, ...]) -> None:
    written = Length.parse(length)
    assert str(written) == length
    assert written.after(local(zone, *begun), Calendar(ZoneInfo(zone))) == local(zone, *over)


@pytest.mark.parametrize(
    ("begun", "over"),
    [((2026, 3, 2, 9), (2026, 3, 2, 18)), ((2026, 3, 2, 18), (2026, 3, 3, 18)), ((2026, 3, 2, 23), (2026, 3, 3, 18))],
)
def test_an_estate_may_close_its_day_before_midnight(begun: tuple[int, ...], over: tuple[int, ...]) -> None:
    calendar = Calendar(ZoneInfo(HONG_KONG), closes=time(18))
    assert Length.parse("same day").after(local(HONG_KONG, *begun), calendar) == local(HONG_KONG, *over)


@pytest.mark.parametrize("written", ["", "an hour", "0 minutes", "-1 days", "1.5 hours", "60", "minutes", "60 Minutes"])
def test_what_is_no_length_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is no length; write it like"):
        Length.parse(written)


def test_the_ladder_counts_its_days_from_the_day_that_ended() -> None:
    rules = loader.parse(
        """
        version = "test"
        [[windows]]
        rule = "AS-6"
        source = "S4"
        started_by = ["filed"]
        met_by = ["claimed"]
        length = "same day"
        reminders = [0.5]
        ladder = [
            { after = "90 minutes", to = "general_supervisor" },
            { after = "1 day", to = "director" },
            { after = "2 days", to = "hq" },
        ]
        """,
        "rules.toml",
    )
    (window,) = rules.windows
    calendar = Calendar(ZoneInfo(HONG_KONG))
    begun = local(HONG_KONG, 2026, 3, 2, 12)
    planned = stages(window, begun, window.length.after(begun, calendar), calendar)
    assert [(stage.name, stage.due_at) for stage in planned] == [
        ("reminder-50", local(HONG_KONG, 2026, 3, 2, 18)),
        ("breach", local(HONG_KONG, 2026, 3, 3)),
        ("ladder-1", local(HONG_KONG, 2026, 3, 3, 1, 30)),
        ("ladder-2", local(HONG_KONG, 2026, 3, 4)),  # the next day is over
        ("ladder-3", local(HONG_KONG, 2026, 3, 5)),
    ]


def test_the_end_of_a_day_is_said_as_its_last_minute() -> None:
    calendar = Calendar(ZoneInfo(HONG_KONG))
    assert calendar.said(local(HONG_KONG, 2026, 3, 3)) == local(HONG_KONG, 2026, 3, 2, 23, 59)
    for other in (local(HONG_KONG, 2026, 3, 3, 0, 1), local(HONG_KONG, 2026, 3, 3, 10, 30)):
        assert calendar.said(other) == other


RULES: Final = """
version = "test"
ended_by = ["withdrawn"]

[[windows]]
rule = "FC-9"
source = "S0 §10"
started_by = ["filed"]
met_by = ["answer_delivered"]
length = "60 minutes"
reminders = [0.5]
tells = ["general_supervisor"]
ladder = [{ after = "60 minutes", to = "director" }]
"""
#: With a pause that begins when the filer asks to be called and lasts until they send a file.
PAUSED: Final = (
    RULES.replace("FC-9", "CP-6") + 'pauses = [{ by = "call_requested", until = ["enclosed"], reason = "question" }]\n'
)


def office_under(rules: str) -> Office:
    """Return an office that works by `rules`."""
    office = Office(CAST)
    office.rules = rule_set(rules)
    return office


def rule_set(rules: str) -> RuleSet:
    """Return the rule set written in `rules`."""
    return loader.parse(rules, "rules.toml")


@pytest.fixture
def office() -> Iterator[Office]:
    """An office in which a broken hour goes up a ladder."""
    opened = office_under(RULES)
    yield opened
    opened.close()


def run_of(office: Office, ticket: Ticket) -> Obligation:
    """Return the only window of `ticket`."""
    (run,) = office.work(lambda tx: tx.obligations.of(ticket.id))
    return run


def told_after(office: Office, minutes: int) -> list[int]:
    """Let time pass, fire what is due, and return to which chats something is said, everything sent."""
    office.delivers()
    before = len(office.letters())
    office.passes(minutes=minutes)
    office.fires()
    new = office.letters()[before:]
    office.delivers()
    return [posted.letter.chat_id for posted in new if isinstance(posted.letter.content, Notice)]


def test_a_window_nobody_meets_goes_up_the_ladder_and_no_further(office: Office) -> None:
    chan, clerk, supervisor, director = (account_of(name) for name in ("chan", "clerk", "supervisor", "director"))
    office.files("chan")
    assert told_after(office, 30) == [clerk]
    assert told_after(office, 30) == [clerk, supervisor, chan]
    assert told_after(office, 59) == []
    assert told_after(office, 1) == [director, chan]
    assert told_after(office, 60 * 24 * 7) == []


def test_who_waits_is_told_by_when_they_hear_next_and_at_the_ladders_end_who_has_it(
    office: Office,
) -> None:
    office.files("chan")
    told_after(office, 60)
    (late, following) = last_notice(office, "chan").screen.lines
    assert isinstance(late, Text)
    assert isinstance(following, Text)
    assert late.params["time"] == office.now
    assert following.params == {"time": office.now + timedelta(minutes=60)}
    told_after(office, 60)
    (_, following) = last_notice(office, "chan").screen.lines
    assert isinstance(following, Text)
    assert "management" in following.message


def test_an_escalation_says_what_was_last_done(office: Office) -> None:
    ticket = office.files("chan")
    told_after(office, 30)
    office.claims("clerk", ticket)
    taken_at = office.now
    told_after(office, 30)
    said = [line for line in last_notice(office, "supervisor").screen.lines if isinstance(line, Text)]
    (last,) = (line for line in said if line.message.startswith("🕘"))
    assert last.params["time"] == taken_at
    assert last.params["deed"] == text("{name} took it on", name="clerk")
    asked = next(line for line in said if line.message.startswith("🔔"))
    assert asked.params == {"name": "clerk", "time": taken_at}


def last_notice(office: Office, name: str) -> Notice:
    """Return what `name` was told last."""
    told = (p.letter.content for p in reversed(office.letters()) if p.letter.chat_id == account_of(name))
    return next(content for content in told if isinstance(content, Notice))


def test_what_is_met_late_goes_no_further_up(office: Office) -> None:
    ticket = office.files("chan")
    told_after(office, 61)
    office.claims("clerk", ticket)
    office.begins_answer("clerk", ticket)
    office.writes("clerk", "The technician comes at three.")
    office.presses("clerk", "submit")
    office.delivers()
    run = run_of(office, ticket)
    assert (run.state, run.broken_at, run.settled_at) == (ObligationState.MET_LATE, office.now, office.now)
    assert told_after(office, 60 * 24) == []


def test_what_was_withdrawn_goes_no_further_up(office: Office) -> None:
    ticket = office.files("chan")
    told_after(office, 61)
    happens(office, ticket, Withdrawn(1))
    run = run_of(office, office.tickets()[0])
    assert run.state is ObligationState.ENDED
    assert run.broken_at is not None
    assert told_after(office, 60 * 24) == []


def test_of_stages_missed_in_a_stop_each_reader_hears_the_last(office: Office) -> None:
    office.files("chan")
    told = told_after(office, 60 * 20)
    assert sorted(told) == sorted(account_of(name) for name in ("chan", "clerk", "supervisor", "director"))
    last = {p.letter.chat_id: p.letter.content for p in office.letters() if isinstance(p.letter.content, Notice)}
    for name in ("clerk", "supervisor", "director"):
        notice = last[account_of(name)]
        assert isinstance(notice, Notice)
        (heading, *_) = notice.screen.lines
        assert isinstance(heading, Text)
        assert heading.message.startswith("🔴")


def test_where_there_is_no_director_the_ladder_does_not_lead_into_the_void() -> None:
    office = Office({name: role for name, role in CAST.items() if name != "supervisor"})
    office.rules = rule_set(RULES)
    office.files("chan")
    told_after(office, 30)
    assert told_after(office, 30) == [account_of("clerk"), account_of("director"), account_of("chan")]
    office.close()


@pytest.mark.parametrize(
    ("condition", "meant"),
    [
        ('when = [{ kinds = ["enquiry"] }]', True),
        ('when = [{ kinds = ["complaint", "enquiry"] }]', True),
        ('when = [{ kinds = ["complaint"] }]', False),
        ('when = [{ kinds = ["complaint"] }, { channels = ["chat"] }]', True),
        ('when = [{ kinds = ["enquiry"], channels = ["on_site"] }]', False),
        ('when = [{ severities = ["urgent"] }]', False),
        ('unless = [{ severities = ["urgent"] }]', True),
        ('unless = [{ categories = ["enquiry"] }]', False),
        ('when = [{ kinds = ["enquiry"] }]\nunless = [{ channels = ["chat"] }]', False),
    ],
)
def test_a_window_starts_only_for_what_it_is_meant_for(condition: str, meant: bool) -> None:
    office = office_under(RULES + condition)
    ticket = office.files("chan")
    assert bool(office.work(lambda tx: tx.obligations.of(ticket.id))) is meant
    office.close()


def happens(office: Office, ticket: Ticket, event: Event) -> None:
    """Let `event` be true of `ticket` now."""
    office.work(lambda tx: record(tx, office.rules, tx.tickets.get(ticket.id), (event,)))
    office.delivers()


def test_waiting_for_the_resident_stands_still_and_goes_on_where_it_stopped() -> None:
    office = office_under(PAUSED)
    chan, clerk, supervisor = (account_of(name) for name in ("chan", "clerk", "supervisor"))
    asked, replied = CallRequested(chan), Enclosed(chan, ())
    ticket = office.files("chan")
    begun = run_of(office, ticket).due_at
    assert told_after(office, 20) == []
    happens(office, ticket, asked)
    assert run_of(office, ticket).state is ObligationState.PAUSED
    assert told_after(office, 60 * 24) == []
    happens(office, ticket, asked)
    run = run_of(office, ticket)
    assert len(office.work(lambda tx: tx.obligations.standstills(run))) == 1
    happens(office, ticket, replied)
    assert run_of(office, ticket).due_at == begun + timedelta(days=1)
    assert told_after(office, 9) == []
    assert told_after(office, 1) == [clerk]  # half of its hour, without the day it stood still
    happens(office, ticket, asked)
    assert told_after(office, 5) == []
    happens(office, ticket, replied)
    assert told_after(office, 29) == []
    assert told_after(office, 1) == [clerk, supervisor]
    happens(office, ticket, asked)
    assert run_of(office, ticket).state is ObligationState.BROKEN, "what is late stays late whoever is asked"
    office.close()


def test_a_window_stands_still_until_its_last_reason_is_gone() -> None:
    one = '{ by = "call_requested", until = ["answer_undelivered"], reason = "question" }'
    other = '{ by = "claimed", until = ["enclosed"], reason = "appointment" }'
    office = office_under(RULES.replace("FC-9", "CP-6") + f"pauses = [{one}, {other}]")
    ticket = office.files("chan")
    happens(office, ticket, CallRequested(1))
    office.claims("clerk", ticket)
    office.passes(minutes=50)
    happens(office, ticket, AnswerUndelivered(1, "unreachable"))
    assert run_of(office, ticket).state is ObligationState.PAUSED
    office.passes(minutes=50)
    happens(office, ticket, Enclosed(1, ()))
    run = run_of(office, ticket)
    assert (run.state, run.moved_by) == (ObligationState.RUNNING, timedelta(minutes=100))
    office.close()


def test_days_that_stood_still_end_with_a_day_again() -> None:
    office = office_under(PAUSED.replace("60 minutes", "2 days", 1))
    ticket = office.files("chan")  # at 09:30 on the 2nd
    happens(office, ticket, CallRequested(1))
    office.passes(hours=20)
    happens(office, ticket, Enclosed(1, ()))
    assert run_of(office, ticket).due_at == local(HONG_KONG, 2026, 3, 6)
    office.close()


def test_an_answer_in_a_standstill_is_in_time() -> None:
    office = office_under(PAUSED)
    ticket = office.files("chan")
    happens(office, ticket, CallRequested(1))
    office.passes(days=3)
    happens(office, ticket, AnswerDelivered(1))
    assert run_of(office, ticket).state is ObligationState.MET
    office.close()


def test_a_window_that_begins_anew_leaves_the_one_before_behind() -> None:
    office = office_under(RULES.replace('["filed"]', '["filed", "claimed"]\nrestarts = true'))
    ticket = office.files("chan")
    office.passes(minutes=20)
    office.claims("clerk", ticket)
    first, second = office.work(lambda tx: tx.obligations.of(ticket.id))
    assert (first.state, first.settled_at) == (ObligationState.ENDED, office.now)
    assert (second.state, second.occurrence) == (ObligationState.RUNNING, 2)
    assert second.due_at == office.now + timedelta(minutes=60)
    office.close()
