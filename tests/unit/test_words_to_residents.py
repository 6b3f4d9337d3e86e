"""What staff say to a resident, on a real database: promises, answers with files, calls, and the reply."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.domain.events import AnswerDelivered, Called, Promised
from bot.domain.history import event_of
from bot.domain.people import Role
from bot.domain.policy import Act
from bot.domain.tickets import Ticket
from bot.flows.draft import Draft
from bot.flows.screen import Action
from bot.ports.outbox import Enclosure, TapAnswer
from tests.office import Office, account_of


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office(
        {"chan": Role.RESIDENT, "wong": Role.RESIDENT, "clerk": Role.CLERK, "head": Role.GENERAL_SUPERVISOR}
    )
    yield opened
    opened.close()


@pytest.fixture
def ticket(office: Office) -> Ticket:
    """What chan asked, taken on by the clerk."""
    filed = office.files("chan")
    office.claims("clerk", filed)
    office.delivers()
    return now(office, filed)


def now(office: Office, ticket: Ticket) -> Ticket:
    return office.work(lambda tx: tx.tickets.get(ticket.id))


def act(office: Office, name: str, ticket: Ticket, what: Act) -> TapAnswer | None:
    return office.taps(name, Action(what, ticket.ref, now(office, ticket).version).encode())


def draft_of(office: Office, name: str) -> Draft:
    person = office.person(name)
    draft = office.work(lambda tx: tx.drafts.current(person.id, account_of(name), office.now))
    assert draft is not None
    return draft


def offered(office: Office, name: str) -> list[datetime]:
    return [datetime.fromtimestamp(int(code), UTC) for code, _ in draft_of(office, name).options["until"]]


def events(office: Office, ticket: Ticket) -> list[object]:
    return [event_of(row).event for row in office.work(lambda tx: tx.tickets.history(ticket.id))]


# Promises (FC-4)


def test_of_the_usual_times_those_still_to_come_are_offered(office: Office, ticket: Ticket) -> None:
    act(office, "clerk", ticket, Act.PROMISE)
    noon = datetime(2026, 3, 3, 4, tzinfo=UTC)
    at_six = [datetime(2026, 3, day, 10, tzinfo=UTC) for day in (2, 4, 9)]
    assert offered(office, "clerk") == [at_six[0], noon, *at_six[1:]]
    office.passes(hours=10)
    act(office, "clerk", ticket, Act.PROMISE)
    assert offered(office, "clerk") == [noon, *at_six[1:]]


def test_a_promise_reaches_the_resident_with_its_reason_and_counts_as_the_answer(
    office: Office, ticket: Ticket
) -> None:
    act(office, "clerk", ticket, Act.PROMISE)
    office.presses("clerk", f"c.{int(offered(office, 'clerk')[1].timestamp())}")
    office.presses("clerk", "c.parts")
    assert now(office, ticket).answered_at is None
    office.delivers()
    after = now(office, ticket)
    assert (after.promised_until, after.promises) == (datetime(2026, 3, 3, 4, tzinfo=UTC), 1)
    assert after.answered_at == office.now
    assert isinstance(events(office, ticket)[-1], AnswerDelivered)
    assert "We are waiting for parts." in office.told("chan")


def test_a_time_can_be_written_and_the_reason_as_well(office: Office, ticket: Ticket) -> None:
    act(office, "clerk", ticket, Act.PROMISE)
    office.writes("clerk", "5/3 14:00")
    office.writes("clerk", "The mechanic is in Macau until Wednesday.")
    office.delivers()
    assert now(office, ticket).promised_until == datetime(2026, 3, 5, 6, tzinfo=UTC)
    assert "in Macau until Wednesday" in office.told("chan")


@pytest.mark.parametrize("words", ["soon", "1/3/2026 10:00", "1/3/2028"])
def test_what_is_no_time_to_count_on_is_refused_and_asked_again(office: Office, ticket: Ticket, words: str) -> None:
    act(office, "clerk", ticket, Act.PROMISE)
    before = draft_of(office, "clerk")
    office.writes("clerk", words)
    assert draft_of(office, "clerk") == before
    assert ("We could not read a time" in office.told("clerk")) == (words == "soon")
    assert ("has passed or is more than a year" in office.told("clerk")) == (words != "soon")


def test_a_time_that_passed_before_the_reason_was_given_is_not_promised(office: Office, ticket: Ticket) -> None:
    act(office, "clerk", ticket, Act.PROMISE)
    office.writes("clerk", "in 10 minutes")
    office.passes(minutes=11)
    before = office.rows("texts", "history", "tickets")
    refused = office.presses("clerk", "c.parts")
    assert refused is not None
    assert refused.alert
    assert office.rows("texts", "history", "tickets") == before


def test_a_promise_is_moved_with_a_reason_and_that_counts(office: Office, ticket: Ticket) -> None:
    for words in ("tomorrow 10:00", "in 3 days"):
        act(office, "clerk", ticket, Act.PROMISE)
        office.writes("clerk", words)
        office.presses("clerk", "c.specialist")
        office.delivers()
    after = now(office, ticket)
    assert after.promises == 2
    assert after.promised_until == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert sum(isinstance(event, Promised) for event in events(office, ticket)) == 2
    assert "we are sorry, it takes longer" in office.told("chan")
    assert office.told("chan").count("A specialist has to come.") == 2


# Answers with files


def test_photos_go_to_the_resident_below_the_answer(office: Office, ticket: Ticket) -> None:
    act(office, "clerk", ticket, Act.ANSWER)
    office.writes("clerk", photo=True)
    office.writes("clerk", "This is the part we wait for.")
    office.presses("clerk", "submit")
    letters = [posted.letter for posted in office.letters() if posted.letter.chat_id == account_of("chan")]
    assert isinstance(letters[-1].content, Enclosure)
    assert len(letters[-1].content.media) == 1
    assert letters[-2].receipt is not None
    assert not any(isinstance(posted.letter.content, Enclosure) for posted in office.letters() if
                   posted.letter.chat_id == account_of("wong"))  # fmt: skip


def test_a_photo_in_a_note_stays_inside(office: Office, ticket: Ticket) -> None:
    act(office, "clerk", ticket, Act.NOTE)
    office.writes("clerk", "Seen on site.", photo=True)
    office.presses("clerk", "submit")
    to_chan = [posted.letter for posted in office.letters() if posted.letter.chat_id == account_of("chan")]
    assert not any(isinstance(letter.content, Enclosure) for letter in to_chan)
    assert len(office.work(lambda tx: tx.attachments.of(ticket.id))) == 1


def test_answering_twice_goes_on_with_the_same_draft_and_asking_is_another(office: Office, ticket: Ticket) -> None:
    act(office, "clerk", ticket, Act.ANSWER)
    office.writes("clerk", "A mechanic is on the way.")
    first = draft_of(office, "clerk")
    act(office, "clerk", ticket, Act.ANSWER)
    again = draft_of(office, "clerk")
    assert (again.ref, again.words) == (first.ref, "A mechanic is on the way.")
    act(office, "clerk", ticket, Act.ASK)
    assert draft_of(office, "clerk").ref != first.ref


# Calls


def test_a_call_keeps_what_was_said_or_nothing(office: Office, ticket: Ticket) -> None:
    act(office, "clerk", ticket, Act.CALLED)
    office.writes("clerk", "She is at home from six.")
    act(office, "clerk", ticket, Act.CALLED)
    office.presses("clerk", "skip")
    calls = [event for event in events(office, ticket) if isinstance(event, Called)]
    assert [call.text_id is None for call in calls] == [False, True]
    assert calls[0].text_id is not None
    assert office.work(lambda tx: tx.texts.get(calls[0].text_id or 0)).content == "She is at home from six."


# What was asked


@pytest.fixture
def asked(office: Office, ticket: Ticket) -> Ticket:
    """The ticket, with a question to chan."""
    act(office, "clerk", ticket, Act.ASK)
    office.writes("clerk", "Which lift is it?")
    office.presses("clerk", "submit")
    office.delivers()
    return now(office, ticket)


def test_a_plain_message_while_something_was_asked_is_the_reply(office: Office, asked: Ticket) -> None:
    office.writes("chan", "The left one.")
    assert draft_of(office, "chan").flow == "reply"
    office.presses("chan", "submit")
    assert now(office, asked).asked_id is None
    assert "The left one." in office.told("clerk")
    assert len(office.tickets()) == 1


def test_it_may_be_about_something_else_and_is_then_a_report(office: Office, asked: Ticket) -> None:
    office.writes("chan", "The garden gate is broken.")
    office.presses("chan", "submit.else")
    assert draft_of(office, "chan").flow == "report"
    office.presses("chan", "c.enquiry")
    office.presses("chan", "submit")
    assert len(office.tickets()) == 2
    assert now(office, asked).asked_id is not None
    newest = office.tickets()[-1]
    texts = office.work(lambda tx: tx.texts.of(newest.id))
    assert [passage.content for passage in texts] == ["The garden gate is broken."]


def test_nobody_elses_message_is_taken_for_the_reply(office: Office, asked: Ticket) -> None:
    office.writes("wong", "The left one.")
    assert draft_of(office, "wong").flow == "report"
    assert now(office, asked).asked_id is not None
