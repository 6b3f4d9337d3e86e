"""At night nothing rings but what is urgent, for those on duty; the morning brings one message (UX 11)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest

from bot.domain.events import (
    AnswerDelivered,
    Handled,
    Started,
    ToldHq,
    Transferred,
    Verified,
    VisitSpared,
    Withdrawn,
)
from bot.domain.people import Role
from bot.domain.tickets import Ticket
from bot.flows.screen import Action, Text
from bot.ports.outbox import Notice
from bot.services import night, ringing
from bot.services.recording import record
from tests.office import GROUP, Office, account_of

CAST: Final = {
    "chan": Role.RESIDENT,
    "li": Role.RESIDENT,
    "clerk": Role.CLERK,
    "technician": Role.TECHNICIAN,
    "supervisor": Role.GENERAL_SUPERVISOR,
}
EVENING: Final = datetime(2026, 3, 2, 13, 50, tzinfo=UTC)  # ten to ten on the wall of Hong Kong
WAITS, LATE, MORNING = "⏰", "🔴", "🌅"


@pytest.fixture
def office() -> Iterator[Office]:
    """An office in the evening; the clerk is on duty, the technician is not."""
    opened = Office(CAST)
    opened.now = EVENING
    yield opened
    opened.close()


def said(office: Office) -> list[tuple[int, str, bool]]:
    """Fire what is due, say good morning, and return what is said as (chat, its icons, whether silently)."""
    office.delivers()
    before = len(office.letters())
    office.fires()
    office.work(lambda tx: night.greet(tx, limit=100))
    heard = []
    for posted in office.letters()[before:]:
        if isinstance(posted.letter.content, Notice):
            lines = [line.message for line in posted.letter.content.screen.lines if isinstance(line, Text)]
            icons = "".join(line[0] for line in lines if line[0] in WAITS + LATE + MORNING)
            heard.append((posted.letter.chat_id, icons, posted.letter.silent))
    office.delivers()
    return heard


def later(office: Office, **duration: float) -> list[tuple[int, str, bool]]:
    """Let time pass and return what is said then."""
    office.passes(**duration)
    return said(office)


def grave(office: Office, ticket: Ticket) -> None:
    """Make a ticket an emergency from the beginning."""
    with office.store.connection() as connection:
        connection.exec_driver_sql("UPDATE tickets SET severity = 'urgent' WHERE id = ?", (ticket.id,))


def test_who_is_on_duty_hears_silently_at_night(office: Office) -> None:
    office.files("chan")
    chan, clerk, supervisor = (account_of(name) for name in ("chan", "clerk", "supervisor"))
    assert later(office, minutes=30) == [(clerk, WAITS, True)]
    assert later(office, minutes=18) == [(clerk, WAITS, True)]
    assert later(office, minutes=12) == [(clerk, LATE, True), (supervisor, LATE, True), (chan, "", True)]
    assert later(office, hours=1) == [(supervisor, LATE, True), (chan, "", True)]
    assert later(office, hours=12) == []


def test_an_emergency_rings_for_those_on_duty(office: Office) -> None:
    grave(office, office.files("chan"))
    assert later(office, minutes=30) == [(account_of("clerk"), WAITS, False)]


def test_who_is_off_duty_sleeps_and_hears_of_it_in_the_morning_in_one_message(office: Office) -> None:
    chan, li = account_of("chan"), account_of("li")
    clerk, supervisor, technician = (account_of(name) for name in ("clerk", "supervisor", "technician"))
    for name in ("chan", "li"):
        office.claims("technician", office.files(name))
    assert later(office, minutes=30) == [(clerk, WAITS * 2, True)]
    assert later(office, minutes=18) == [(clerk, WAITS * 2, True)]
    residents = [(chan, "", True), (li, "", True)]
    assert later(office, minutes=12) == [(clerk, LATE * 2, True), (supervisor, LATE * 2, True), *residents]
    assert later(office, hours=1) == [(supervisor, LATE * 2, True), *residents]
    assert later(office, hours=8) == []
    assert later(office, minutes=10) == [(technician, MORNING + LATE * 2, False)]
    assert later(office, hours=24) == []


def test_an_emergency_of_somebody_off_duty_rings_for_who_is_on_duty(office: Office) -> None:
    ticket = office.files("chan")
    office.claims("technician", ticket)
    grave(office, ticket)
    assert later(office, minutes=30) == [(account_of("clerk"), WAITS, False)]
    assert later(office, hours=9, minutes=40)[-1] == (account_of("technician"), MORNING + LATE, False)


def test_what_was_settled_at_night_is_no_news_in_the_morning(office: Office) -> None:
    for name, event in (("chan", AnswerDelivered(1)), ("li", Withdrawn(1))):
        ticket = office.files(name)
        office.claims("technician", ticket)
        said(office)
        office.passes(minutes=31)
        office.fires()
        office.work(lambda tx, t=ticket, e=event: record(tx, office.rules, tx.tickets.get(t.id), (e,)))  # type: ignore[misc]
        office.now = EVENING
    assert office.rows("digests")
    office.passes(hours=12)
    assert all(chat != account_of("technician") for chat, *_ in said(office))
    assert office.rows("digests") == ()


def test_where_nobody_is_on_duty_it_goes_to_the_holder_all_the_same() -> None:
    office = Office({"chan": Role.RESIDENT, "technician": Role.TECHNICIAN})
    office.now = EVENING
    office.claims("technician", office.files("chan"))
    assert later(office, minutes=30) == [(account_of("technician"), WAITS, True)]
    office.close()


def test_where_the_person_on_duty_cannot_be_reached_it_goes_up_the_line(office: Office) -> None:
    office.claims("technician", office.files("chan"))
    clerk = office.person("clerk")
    office.work(lambda tx: tx.people.update(replace(clerk, reachable=False)))
    assert later(office, minutes=30) == [(account_of("supervisor"), WAITS, True)]


def test_the_group_is_not_rung_at_night_either() -> None:
    office = Office({"chan": Role.RESIDENT, "technician": Role.TECHNICIAN})
    office.now = EVENING
    office.files("chan")
    assert later(office, minutes=30) == [(GROUP, WAITS, True)]
    office.close()


@pytest.mark.parametrize("severity", ["normal", "urgent"])
def test_a_quiet_week_that_ends_at_midnight_wakes_nobody(office: Office, severity: str) -> None:
    office.now = EVENING.replace(hour=4)
    ticket = office.files("chan")
    office.claims("technician", ticket)
    with office.store.connection() as connection:
        connection.exec_driver_sql("UPDATE tickets SET channel = 'hq', severity = ?", (severity,))
    clerk = office.person("clerk").id
    events = (Started(clerk), Handled(clerk, "solved", "wear"), Verified(clerk), ToldHq(clerk), VisitSpared(""))
    office.work(lambda tx: record(tx, office.rules, tx.tickets.get(ticket.id), events))
    office.delivers()
    office.now = datetime(2026, 3, 9, 16, tzinfo=UTC)  # midnight on the wall, a week and a day's end later
    before = len(office.letters())
    office.fires()
    said = [posted.letter for posted in office.letters()[before:] if isinstance(posted.letter.content, Notice)]
    assert {letter.chat_id for letter in said} == {account_of("chan"), account_of("clerk")}, "HQ is to be told too"
    assert all(letter.silent for letter in said)


def test_an_offer_that_lapses_at_night_rings_only_if_it_is_urgent(office: Office) -> None:
    for name, severity, silent in (("chan", "normal", True), ("li", "urgent", False)):
        ticket = office.files(name)
        office.claims("clerk", ticket)
        with office.store.connection() as connection:
            connection.exec_driver_sql("UPDATE tickets SET severity = ? WHERE id = ?", (severity, ticket.id))
        clerk, technician = office.person("clerk").id, office.person("technician").id
        offer = Transferred(clerk, "skill", technician)
        office.work(lambda tx, t=ticket, o=offer: record(tx, office.rules, tx.tickets.get(t.id), (o,)))  # type: ignore[misc]
        office.delivers()
        before = len(office.letters())
        office.passes(minutes=30)
        office.fires()
        lapsed = [p.letter for p in office.letters()[before:] if "nobody has accepted" in str(p.letter.content)]
        assert [letter.silent for letter in lapsed if letter.chat_id == account_of("clerk")] == [silent]
        office.delivers()


def test_by_day_everything_rings(office: Office) -> None:
    office.now = EVENING.replace(hour=4)
    office.claims("technician", office.files("chan"))
    assert later(office, minutes=30) == [(account_of("technician"), WAITS, False)]


def test_the_button_why_shows_the_rule_with_its_source(office: Office) -> None:
    office.taps("clerk", Action(ringing.WHY, "-", 0, "FC-9").encode())
    notice = office.letters()[-2].letter.content
    assert isinstance(notice, Notice)
    rule, source = notice.screen.lines
    assert isinstance(rule, Text)
    assert isinstance(source, Text)
    assert "Rule FC-9" in rule.message
    assert source.params == {"source": "S0 §10"}
    answer = office.taps("clerk", Action(ringing.WHY, "-", 0, "XX-9").encode())
    assert answer is not None
    assert answer.alert
