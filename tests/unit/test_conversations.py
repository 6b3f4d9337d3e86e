"""How much a conversation holds: what its summary can show in full, and not one character more."""

from datetime import UTC, datetime

import pytest

from bot.domain.errors import DomainError, Refusal
from bot.flows import engine
from bot.flows.answer import ANSWER, MOST_WORDS
from bot.flows.engine import Draft, Item
from bot.flows.screen import Quote, units

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BLANK = engine.begin(ANSWER, Draft("abcdefghijkl", ANSWER.id, ANSWER.version, 1, 1, "", NOON))


def test_an_answer_in_two_messages_is_shown_whole_or_refused() -> None:
    half = "x" * (MOST_WORDS // 2)
    draft = engine.add(ANSWER, BLANK, Item(1, half), NOON)
    with pytest.raises(DomainError) as refused:
        engine.add(ANSWER, draft, Item(2, half), NOON)
    assert refused.value.refusal is Refusal.TOO_LONG
    draft = engine.add(ANSWER, draft, Item(2, half[1:]), NOON)
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
