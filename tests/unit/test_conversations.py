"""What a conversation holds, asks and offers: as much as its summary can show, and only what makes sense."""

from datetime import UTC, datetime

import pytest

from bot.domain.errors import DomainError, Refusal
from bot.flows import engine, showing
from bot.flows.answer import ANSWER, MOST_WORDS
from bot.flows.draft import SUMMARY, Draft, Item
from bot.flows.report import REPORT
from bot.flows.screen import Quote, Screen, Text, units

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BLANK = engine.begin(ANSWER, Draft("abcdefghijkl", ANSWER.id, ANSWER.version, 1, 1, "", NOON))


def test_an_answer_in_two_messages_is_shown_whole_or_refused() -> None:
    half = "x" * (MOST_WORDS // 2)
    draft = engine.add(ANSWER, BLANK, Item(1, half), NOON)
    with pytest.raises(DomainError) as refused:
        engine.add(ANSWER, draft, Item(2, half), NOON)
    assert refused.value.refusal is Refusal.TOO_LONG
    draft = engine.add(ANSWER, draft, Item(2, half[1:]), NOON)
    assert ANSWER.summary is not None
    quote = ANSWER.summary(draft)[-1]
    assert isinstance(quote, Quote)
    assert units(quote.words) == quote.limit == MOST_WORDS


def test_a_correction_is_bounded_like_what_it_replaces() -> None:
    draft = engine.add(ANSWER, BLANK, Item(1, "short"), NOON)
    draft = engine.add(ANSWER, draft, Item(2, "x" * (MOST_WORDS - 6)), NOON)
    with pytest.raises(DomainError):
        engine.correct(ANSWER, draft, 1, "longer", NOON)
    assert engine.correct(ANSWER, draft, 1, "brief", NOON) is not None


def test_no_more_messages_than_a_person_can_review() -> None:
    draft = BLANK
    for number in range(engine.MOST_ITEMS):
        draft = engine.add(ANSWER, draft, Item(number, "x"), NOON)
    with pytest.raises(DomainError) as refused:
        engine.add(ANSWER, draft, Item(99, "x"), NOON)
    assert refused.value.refusal is Refusal.DRAFT_FULL


def a_report(*choices: str) -> Draft:
    """Return a report with words, after some answers."""
    known = Draft("abcdefghijkl", REPORT.id, REPORT.version, 1, 1, "", NOON, items=(Item(1, "It is loud."),))
    draft = engine.begin(REPORT, known)
    for choice in choices:
        draft = engine.choose(REPORT, draft, choice, NOON)
    return draft


def choices_of(draft: Draft) -> set[str]:
    """Return what the buttons of a draft's screen choose."""
    rows = showing.show(REPORT, draft).buttons
    return {press.action.choice for row in rows for press in row}


def sentences(screen: Screen) -> list[str]:
    """Return the sentences of a screen."""
    return [line.message for line in screen.lines if isinstance(line, Text)]


@pytest.mark.parametrize("name", ["keep", "show"])
def test_who_keeps_their_name_back_is_not_offered_a_call(name: str) -> None:
    draft = a_report("complaint", "neighbours", name, "home")
    assert draft.step == "wish"
    assert ("c.call" in choices_of(draft)) == (name == "show")
    if name == "keep":
        with pytest.raises(DomainError) as refused:
            engine.choose(REPORT, draft, "call", NOON)
        assert refused.value.refusal is Refusal.STALE_BUTTON


def test_who_keeps_their_name_back_after_all_is_asked_anew_what_would_help() -> None:
    draft = a_report("complaint", "neighbours", "show", "home", "call")
    assert draft.step == SUMMARY
    draft = engine.choose(REPORT, engine.edit(REPORT, draft, "name", NOON), "keep", NOON)
    assert draft.step == "wish"


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("enquiry", "What would you like to know? One sentence is enough."),
        ("suggestion", "What do you suggest? One sentence is enough."),
        ("praise", "How kind of you. Whom or what would you like to praise?"),
    ],
)
def test_where_nothing_has_happened_nobody_asks_what_happened(kind: str, asked: str) -> None:
    draft = engine.begin(REPORT, Draft("abcdefghijkl", REPORT.id, REPORT.version, 1, 1, "", NOON))
    draft = engine.choose(REPORT, draft, kind, NOON)
    assert asked in sentences(showing.show(REPORT, draft))
    draft = engine.add(REPORT, draft, Item(1, "All of it"), NOON)
    labels = [press.label.params.get("line") for row in showing.show(REPORT, draft).buttons for press in row]
    assert not any(isinstance(label, Text) and label.message == "What happened" for label in labels)


def test_questions_are_counted_once_it_is_known_how_many_there_are_and_not_while_a_line_is_changed() -> None:
    counted = "<i>{number}/{of}</i>"
    draft = a_report()
    assert counted not in sentences(showing.show(REPORT, draft))
    draft = engine.choose(REPORT, draft, "repair", NOON)
    assert counted in sentences(showing.show(REPORT, draft))
    draft = a_report("praise")
    assert draft.step == SUMMARY
    assert counted not in sentences(showing.show(REPORT, engine.edit(REPORT, draft, "kind", NOON)))
