"""What colleagues hear of each other's taps, and what a refusal leaves behind."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.people import Role
from bot.domain.policy import Act
from bot.domain.tickets import Stage
from bot.flows.screen import Action, Text
from bot.ports.messenger import Unreachable
from bot.ports.outbox import Notice, TapAnswer
from bot.services import leaving
from tests.office import GROUP, Office, account_of

CAST = {
    "chan": Role.RESIDENT,
    "clerk": Role.CLERK,
    "lau": Role.TECHNICIAN,
    "wong": Role.TECHNICIAN,
    "wu": Role.GENERAL_SUPERVISOR,
    "ho": Role.DIRECTOR,
}


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office(CAST)
    opened.files("chan")
    yield opened
    opened.close()


def does(office: Office, name: str, act: Act, *answers: str) -> TapAnswer:
    """Let somebody press a button of the ticket and go through what it begins; return what the tap was answered."""
    (ticket,) = office.tickets()
    tapped = office.taps(name, Action(act, ticket.ref, ticket.version).encode())
    for answer in answers:
        if answer.startswith(("c.", "submit")):
            office.presses(name, answer)
        else:
            office.writes(name, answer)
    office.delivers()
    assert tapped
    return tapped


def hears(office: Office, name: str) -> list[str]:
    """Return the messages to somebody, each as its first sentence in English."""
    letters = (posted.letter for posted in office.letters() if posted.letter.chat_id == account_of(name))
    screens = (letter.content.screen for letter in letters if isinstance(letter.content, Notice))
    firsts = (screen.lines[0] for screen in screens if screen.lines)
    return [line.message for line in firsts if isinstance(line, Text)]


def offers(office: Office, giver: str, receiver: str) -> None:
    does(office, giver, Act.TRANSFER, f"c.p{office.person(receiver).id}", "c.duty")


def holder(office: Office) -> str | None:
    number = office.tickets()[0].assignee_id
    return next((name for name in CAST if office.person(name).id == number), None)


_WITH = "👍 No. {number} is with {name} now."
_CANNOT = "👎 No. {number}: {name} cannot take it."


def test_who_offered_it_and_who_had_it_hear_that_it_was_taken(office: Office) -> None:
    does(office, "clerk", Act.CLAIM)
    offers(office, "clerk", "lau")
    does(office, "lau", Act.ACCEPT)
    offers(office, "wu", "wong")
    does(office, "wong", Act.ACCEPT)
    assert holder(office) == "wong"
    assert hears(office, "clerk").count(_WITH) == 2, "the first contact, each time"
    assert hears(office, "lau").count(_WITH) == 1, "who had it"
    assert hears(office, "wu").count(_WITH) == 1, "who offered it"
    assert _WITH not in hears(office, "wong") + hears(office, "ho")


def test_a_leader_hears_that_what_they_offered_was_declined(office: Office) -> None:
    does(office, "clerk", Act.CLAIM)
    offers(office, "wu", "lau")
    does(office, "lau", Act.DECLINE, "c.busy")
    assert _CANNOT in hears(office, "clerk")
    assert _CANNOT in hears(office, "wu")


def test_claiming_what_is_offered_to_oneself_is_accepting_it(office: Office) -> None:
    offers(office, "wu", "lau")
    does(office, "lau", Act.CLAIM)
    (ticket,) = office.tickets()
    assert (holder(office), ticket.transfer_open) == ("lau", False)
    office.passes(hours=1)
    office.fires()
    assert "⌛ No. {number}: nobody has accepted it in time; it stays where it was." not in hears(office, "wu")


def test_whoever_is_on_duty_and_gives_back_is_not_told_what_they_did(office: Office) -> None:
    does(office, "clerk", Act.CLAIM)
    does(office, "clerk", Act.GIVE_BACK)
    assert "↩️ No. {number} was given back by {name}." not in hears(office, "clerk")
    does(office, "lau", Act.CLAIM)
    does(office, "lau", Act.GIVE_BACK)
    assert "↩️ No. {number} was given back by {name}." in hears(office, "clerk")


def test_what_comes_back_after_its_first_contact_has_left_waits_for_somebody(office: Office) -> None:
    does(office, "lau", Act.CLAIM)
    does(office, "lau", Act.HANDLE, "Tightened the belt.", "c.solved", "c.wear", "submit")
    does(office, "clerk", Act.VERIFY)
    does(office, "chan", Act.SOLVED)
    lau = office.person("lau")
    office.work(lambda tx: leaving.leave(tx, office.rules, lau))
    office.delivers()
    before = len(hears(office, "lau"))
    does(office, "chan", Act.REOPEN, "It squeaks again.")
    (ticket,) = office.tickets()
    assert (ticket.stage, ticket.assignee_id, ticket.reopened) == (Stage.IN_HAND, None, 1)
    assert len(hears(office, "lau")) == before, "nobody writes to a leaver"
    again = "🔁 No. {number} is not solved for the resident; it is open again."
    assert again in hears(office, "clerk"), "on duty"
    assert again in hears(office, "wu")


def test_the_nearest_above_is_asked_to_check_and_no_more(office: Office) -> None:
    does(office, "clerk", Act.CLAIM)
    does(office, "clerk", Act.HANDLE, "Tightened the belt.", "c.solved", "c.wear", "submit")
    check = "🔎 No. {number} was handled by {name}. Please check it."
    assert check in hears(office, "wu")
    assert check not in hears(office, "ho")


def test_a_refused_answer_does_not_take_a_ticket_on(office: Office) -> None:
    (ticket,) = office.tickets()
    lau = replace(office.person("lau"), reachable=False)
    office.work(lambda tx: tx.people.update(lau))
    office.taps("lau", Action(Act.ANSWER, ticket.ref, ticket.version).encode(), chat=GROUP)
    assert office.tickets() == (ticket,)


def test_what_is_refused_at_its_end_leaves_no_words_behind(office: Office) -> None:
    does(office, "lau", Act.CLAIM)
    does(office, "lau", Act.HANDLE, "Tightened the belt.", "c.solved", "c.wear")
    offers(office, "wu", "wong")
    does(office, "wong", Act.ACCEPT)
    before = office.rows("texts", "history", "attachments")
    refused = office.presses("lau", "submit")
    assert refused
    assert refused.alert
    assert refused.words
    assert refused.words.params["by"] == "wong"
    assert office.rows("texts", "history", "attachments") == before


def test_what_is_about_a_colleague_is_offered_to_nobody_who_may_not_know(office: Office) -> None:
    (ticket,) = office.tickets()
    with office.store.connection() as connection:
        connection.exec_driver_sql("UPDATE tickets SET category = 'colleague', kind = 'complaint'")
    does(office, "ho", Act.CLAIM)
    refused = does(office, "ho", Act.TRANSFER)
    assert refused.alert
    assert refused.words
    assert refused.words.params["number"] == ticket.number


def test_a_question_that_does_not_arrive_is_said_to_who_asked_and_holds_nothing_up(office: Office) -> None:
    does(office, "clerk", Act.CLAIM)
    (ticket,) = office.tickets()
    office.taps("clerk", Action(Act.ASK, ticket.ref, ticket.version).encode())
    office.writes("clerk", "Which tap is it?")
    office.presses("clerk", "submit")
    question = next(posted for posted in office.letters() if posted.letter.receipt)
    assert office.take(question.id)
    office.settle(question.id, Unreachable("bot was blocked by the user"))
    office.delivers()
    (ticket,) = office.tickets()
    assert (ticket.asked_id, ticket.answered_at) == (None, None)
    assert any("does not get our messages" in said for said in hears(office, "clerk"))


def test_a_question_that_arrives_answers_nobody(office: Office) -> None:
    does(office, "clerk", Act.CLAIM)
    does(office, "clerk", Act.ASK, "Which tap is it?", "submit")
    (ticket,) = office.tickets()
    assert ticket.asked_id is not None
    assert ticket.answered_at is None
