"""Answers kept ready: read from a file, offered where they fit in the resident's language, edited before they go."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters import canned_file
from bot.domain.people import Language, Role
from bot.domain.policy import Act
from bot.domain.tickets import Ticket
from bot.flows.draft import Draft
from bot.flows.screen import Action
from tests.office import Office, account_of

EXAMPLE = Path(__file__).parents[2] / "deploy" / "canned.example.toml"

WRONG = {
    "code = 1": "not TOML|answer",
    '[[answer]]\ncode = "a"\ntitles = { en = "A" }\nwords = { zh_Hant = "甲" }': "same languages",
    '[[answer]]\ncode = "a"\ntitles = { en = "A" }\nwords = { en = "B" }\ncategories = ["roof"]': "no category roof",
    '[[answer]]\ncode = "a"\ntitles = { en = "A" }\nwords = { en = "B" }\nkinds = ["rumour"]': "kinds",
    '[[answer]]\ncode = "A b"\ntitles = { en = "A" }\nwords = { en = "B" }': "code",
    '[[answer]]\ncode = "a"\ntitles = { en = "A" }\nwords = { en = "B" }\n' * 2: "twice",
    "[[answer": "not TOML",
}


def test_the_example_can_be_used() -> None:
    mechanic, look = canned_file.read(EXAMPLE)
    assert (mechanic.code, look.code) == ("mechanic", "look")
    assert set(mechanic.titles) == set(Language)


@pytest.mark.parametrize(("written", "why"), WRONG.items())
def test_what_cannot_be_used_is_refused_in_one_sentence(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        canned_file.parse(written, "answers.toml")
    assert str(refused.value).startswith("answers.toml")


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office({"chan": Role.RESIDENT, "clerk": Role.CLERK})
    opened.work(lambda tx: tx.canned.take_over(opened.estate_id, canned_file.read(EXAMPLE)))
    yield opened
    opened.close()


def claimed(office: Office, *, lift: bool) -> Ticket:
    office.writes("chan", "It is stuck.")
    for choice in ("c.repair", "c.lift", "c.lobby", "skip", "skip") if lift else ("c.enquiry",):
        office.presses("chan", choice)
    office.presses("chan", "submit")
    ticket = office.tickets()[-1]
    office.claims("clerk", ticket)
    office.delivers()
    return ticket


def begins(office: Office, ticket: Ticket, act: Act = Act.ANSWER) -> Draft:
    version = office.work(lambda tx: tx.tickets.get(ticket.id)).version
    office.taps("clerk", Action(act, ticket.ref, version).encode())
    return draft_of(office)


def draft_of(office: Office) -> Draft:
    clerk = office.person("clerk")
    draft = office.work(lambda tx: tx.drafts.current(clerk.id, account_of("clerk"), office.now))
    assert draft is not None
    return draft


def titles(draft: Draft) -> list[str]:
    return [title for _, title in draft.options.get("words", ())]


@pytest.mark.parametrize(
    ("lift", "found"), [(True, ["Lift: mechanic called", "We come and look"]), (False, ["We come and look"])]
)
def test_what_fits_is_offered_what_is_nearest_first(office: Office, lift: bool, found: list[str]) -> None:
    assert titles(begins(office, claimed(office, lift=lift))) == found


@pytest.mark.parametrize(("language", "title"), [(Language.SIMPLIFIED, "上门查看"), (Language.TRADITIONAL, "上門查看")])
def test_it_is_in_the_residents_language(office: Office, language: Language, title: str) -> None:
    chan = office.person("chan")
    office.work(lambda tx: tx.people.update(replace(chan, language=language)))
    assert titles(begins(office, claimed(office, lift=False))) == [title]


def test_a_tap_fills_the_words_which_can_be_rewritten_and_are_sent(office: Office) -> None:
    ticket = claimed(office, lift=False)
    begins(office, ticket)
    office.presses("clerk", "c.look")
    assert "A colleague comes and looks at it today" in draft_of(office).words
    office.presses("clerk", "e.words")
    office.writes("clerk", "A colleague comes at five.")
    assert draft_of(office).words == "A colleague comes at five."
    office.presses("clerk", "e.words")
    office.presses("clerk", "c.look")
    office.presses("clerk", "submit")
    assert "comes and looks at it today, and calls you before" in office.told("chan")


def test_a_note_or_a_question_is_not_answered_from_the_list(office: Office) -> None:
    ticket = claimed(office, lift=False)
    for act in (Act.NOTE, Act.ASK, Act.PROPOSE):
        assert titles(begins(office, ticket, act)) == []


def test_what_is_no_longer_kept_ready_is_a_stale_button(office: Office) -> None:
    begins(office, claimed(office, lift=False))
    office.work(lambda tx: tx.canned.take_over(office.estate_id, ()))
    refused = office.presses("clerk", "c.look")
    assert refused is not None
    assert refused.alert
    assert draft_of(office).words == ""
