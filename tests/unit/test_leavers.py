"""Who has left the team may do nothing here, is told so kindly, and comes back by an invitation alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Refusal
from bot.domain.people import Role
from bot.flows.screen import Text
from bot.ports.incoming import MessageEdited
from bot.ports.outbox import Notice
from bot.ports.store import Invitation
from bot.services.households import move_in
from bot.services.joining import digest_of
from bot.services.refusals import SENTENCES
from tests.office import GROUP, Office

KIND_WORDS = SENTENCES[Refusal.HAS_LEFT]


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office({"clerk": Role.CLERK, "lam": Role.CLERK, "chan": Role.RESIDENT})
    yield opened
    opened.close()


def leaves(office: Office, name: str) -> None:
    left = replace(office.person(name), left_at=office.now, roles=office.person(name).roles | {Role.RESIDENT})
    office.work(lambda tx: tx.people.update(left))


def last_said(office: Office) -> Text:
    """Return the first line of the message written last."""
    content = office.letters()[-1].letter.content
    assert isinstance(content, Notice)
    line = content.screen.lines[0]
    assert isinstance(line, Text)
    return line


def test_their_taps_words_and_edits_are_refused_kindly_and_change_nothing(office: Office) -> None:
    ticket = office.files("chan")
    number = office.writes("lam", "A broken tile")
    leaves(office, "lam")
    before = office.rows("tickets", "history", "drafts", "texts")
    answer = office.claims("lam", ticket)
    assert answer is not None
    assert answer.words == KIND_WORDS
    office.presses("lam", "submit")
    for words, command in (("The lift is stuck.", None), ("/new", "new"), ("/team", "team"), ("cancel", None)):
        office.writes("lam", words, command=command)
        assert last_said(office) == KIND_WORDS
    office.writes("lam", "/contact The lift is stuck.", command="contact", argument="The lift is stuck.")
    assert last_said(office) == KIND_WORDS
    office.receives(MessageEdited(office.sender("lam"), office.chat("lam", None), number, "Another tile"))
    assert last_said(office) == KIND_WORDS
    assert office.rows("tickets", "history", "drafts", "texts") == before


def test_their_reply_in_the_group_answers_nobody(office: Office) -> None:
    ticket = office.files("chan")
    office.claims("lam", ticket)
    office.delivers()
    card = next(card for card in office.work(lambda tx: tx.cards.of_ticket(ticket.id)) if card.chat_id == GROUP)
    leaves(office, "lam")
    office.writes("lam", "It is fixed.", chat=GROUP, reply_to=card.message_id)
    assert last_said(office) == KIND_WORDS


@pytest.mark.parametrize("words", ["/contact", "/privacy", "/rules", "电话"])
def test_what_anybody_may_look_up_they_may_too(office: Office, words: str) -> None:
    leaves(office, "lam")
    office.writes("lam", words, command=words[1:] if words.startswith("/") else None)
    assert last_said(office) != KIND_WORDS


def test_they_come_back_by_an_invitation_with_its_role_and_department_alone(office: Office) -> None:
    leaves(office, "lam")
    with office.transaction() as tx:
        security = tx.departments.by_code(office.estate_id, "security")
        assert security
        invitation = Invitation(Role.FRONTLINE, security.id)
        tx.invites.add(digest_of("secret"), office.estate_id, invitation, office.now + timedelta(days=1))
    office.writes("lam", "/start secret", command="start", argument="secret")
    back = office.person("lam")
    assert back.left_at is None
    assert back.roles == {Role.FRONTLINE, Role.RESIDENT}
    assert back.department_id == security.id
    assert back.is_staff


def test_a_wrong_invitation_brings_nobody_back(office: Office) -> None:
    leaves(office, "lam")
    office.writes("lam", "/start secret", command="start", argument="secret")
    assert last_said(office) == SENTENCES[Refusal.INVITE_SPENT]
    assert office.person("lam").left_at is not None


def test_who_comes_to_live_here_is_a_resident_and_of_the_team_no_more(office: Office) -> None:
    leaves(office, "lam")
    left = office.person("lam")
    with office.transaction() as tx:
        move_in(tx, left, tx.units.add(office.estate_id, "3-12A"))
    assert office.person("lam").roles == {Role.RESIDENT}
    assert office.files("lam").filer_id == left.id
