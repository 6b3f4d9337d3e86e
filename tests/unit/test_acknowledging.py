"""Silent signs: seen, being worked on, on record (UX 18)."""

from collections.abc import Iterator

import pytest

from bot.domain.people import Role
from bot.domain.policy import Act
from bot.flows.screen import Action
from bot.ports.incoming import MessageEdited
from bot.ports.messenger import Gone, Malformed, Outcome, Unreachable
from bot.ports.outbox import LetterState, React
from tests.office import GROUP, Office, account_of


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office({"clerk": Role.CLERK, "guard": Role.FRONTLINE, "chan": Role.RESIDENT})
    yield opened
    opened.close()


def signs(office: Office) -> list[tuple[int, int, str]]:
    """Return chat, message and emoji of the reactions set."""
    posted = [one.letter for one in office.letters() if isinstance(one.letter.content, React)]
    return [
        (one.chat_id, one.content.message_id, one.content.emoji) for one in posted if isinstance(one.content, React)
    ]


def begun(office: Office) -> str:
    """Return the conversation that the resident is in."""
    chan = office.person("chan")
    draft = office.work(lambda tx: tx.drafts.current(chan.id, account_of("chan"), office.now))
    assert draft is not None
    return draft.flow


def test_what_joins_a_ticket_is_seen(office: Office) -> None:
    office.files("chan")
    assert signs(office) == []
    number = office.writes("chan", "It is stuck again.")
    office.presses("chan", "c.that")
    assert signs(office) == [(account_of("chan"), number, "👀")]


@pytest.mark.parametrize("thanks", ["Thank you!", "谢谢！", "唔該晒", "👍", " 🙏 "])
def test_nothing_but_thanks_is_answered_by_a_sign_and_no_question(office: Office, thanks: str) -> None:
    office.files("chan")
    before = len(office.letters())
    number = office.writes("chan", thanks)
    assert signs(office) == [(account_of("chan"), number, "🤝")]
    assert len(office.letters()) == before + 1


def test_thanks_that_may_be_praise_or_a_reply_are_taken_up(office: Office) -> None:
    office.writes("chan", "谢谢")
    assert begun(office) == "report", "they have no matter with us yet"
    office.presses("chan", "cancel")
    ticket = office.files("chan")
    office.claims("clerk", ticket)
    (ticket,) = office.tickets()
    office.taps("clerk", Action(Act.ASK, ticket.ref, ticket.version).encode())
    office.writes("clerk", "Would 15:00 suit you?")
    office.presses("clerk", "submit")
    office.writes("chan", "👍")
    assert begun(office) == "reply"
    assert signs(office) == []


def test_a_change_of_what_was_filed_is_seen(office: Office) -> None:
    number = office.writes("chan", "The lift is stuck.")
    office.presses("chan", "c.enquiry")
    office.presses("chan", "submit")
    office.receives(MessageEdited(office.sender("chan"), office.chat("chan", None), number, "Lift 2 is stuck."))
    assert signs(office) == [(account_of("chan"), number, "👀")]


def test_a_reply_in_the_group_is_being_made_into_an_answer(office: Office) -> None:
    ticket = office.files("chan")
    office.claims("clerk", ticket)
    office.delivers()
    card = next(card for card in office.work(lambda tx: tx.cards.of_ticket(ticket.id)) if card.chat_id == GROUP)
    number = office.writes("clerk", "A mechanic comes at 15:00.", chat=GROUP, reply_to=card.message_id)
    assert signs(office) == [(GROUP, number, "✍")]


def test_a_reply_that_is_refused_gets_words_and_no_sign(office: Office) -> None:
    ticket = office.files("chan")
    card = next(card for card in office.work(lambda tx: tx.cards.of_ticket(ticket.id)) if card.chat_id == GROUP)
    office.writes("guard", "A mechanic comes at 15:00.", chat=GROUP, reply_to=card.message_id)
    assert signs(office) == []


def test_the_photo_of_a_finding_is_on_record(office: Office) -> None:
    number = office.writes("guard", "Broken tile", photo=True)
    office.sends_finding("guard")
    assert signs(office) == [(account_of("guard"), number, "👌")]


@pytest.mark.parametrize(
    "outcome", [Malformed("reaction_invalid"), Gone("message to react not found"), Unreachable("?")]
)
def test_a_sign_that_is_refused_is_let_go_without_a_word(office: Office, outcome: Outcome) -> None:
    office.writes("guard", "Broken tile", photo=True)
    office.sends_finding("guard")
    sign = next(one for one in office.letters() if isinstance(one.letter.content, React))
    before = len(office.letters())
    assert office.take(sign.id)
    assert office.settle(sign.id, outcome).state is LetterState.DROPPED
    assert len(office.letters()) == before
    assert office.person("guard").reachable
