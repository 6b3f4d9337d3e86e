"""The stored form of the history: digests computed years ago must still come out the same."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.events import (
    EVENTS,
    Amended,
    AnswerDelivered,
    Answered,
    AnswerUndelivered,
    CallRequested,
    Claimed,
    Enclosed,
    Event,
    Filed,
    Recorded,
    Reminded,
    WindowBroken,
    Withdrawn,
)
from bot.domain.history import GENESIS, Row, event_of, first_break, row_after, text_digest

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FILED = Filed(
    by=3,
    number="HT-2026-0001",
    estate_id=1,
    kind="repair",
    severity="normal",
    channel="chat",
    regulation="2026-1",
    texts=((7, "ab"), (8, "cd")),
    attachments=(5,),
    category="lift",
    details=(("where", "lobby"), ("wish", "call")),
)
ALL: tuple[Event, ...] = (
    FILED,
    Claimed(by=4),
    Answered(by=4, text_id=9, digest="ef"),
    AnswerUndelivered(text_id=9, reason="unreachable"),
    AnswerDelivered(text_id=9),
    Amended(by=3, text_id=10, digest="01"),
    Enclosed(by=3, attachments=(6, 7)),
    CallRequested(by=3),
    Reminded(rule="FC-9", stage="reminder-50", holder=None),
    WindowBroken(rule="FC-9", holder=4, told=(6,)),
    Withdrawn(by=3),
)


def chain() -> list[Row]:
    """Return a history in which every event occurs once, a second apart."""
    rows: list[Row] = []
    for second, event in enumerate(ALL):
        rows.append(row_after(rows[-1] if rows else None, 12, Recorded(NOON.replace(second=second), event)))
    return rows


def test_every_event_is_read_back_as_it_was_recorded() -> None:
    assert {type(event) for event in ALL} == set(EVENTS.values())
    assert [event_of(row).event for row in chain()] == list(ALL)
    assert first_break(chain()) is None


def test_the_stored_form_stays_what_it_was() -> None:
    first, *_, last = chain()
    assert first.previous == GENESIS
    assert first.data == (
        '{"attachments":[5],"by":3,"category":"lift","channel":"chat","details":[["where","lobby"],["wish","call"]],'
        '"estate_id":1,"first_contact":null,"kind":"repair","nameless":false,"number":"HT-2026-0001",'
        '"regulation":"2026-1","severity":"normal","texts":[[7,"ab"],[8,"cd"]]}'
    )
    assert first.digest == "abe6383473cbb0548d375f0177cd26dc15da2699118b25d35b26c81b827cee7f"
    assert last.digest == "74134ef21643ff9e320c8e88ffb8e47187e8917f15b9246404ae56f1c2b50ae3"
    assert text_digest(b"salt", "電梯\ud800") == "e216f12cee65d9f540bb74341798fd44a93d3bb90bf07e55c415e664727589ad"


def test_a_row_that_an_earlier_program_stored_is_read_with_what_was_true_then() -> None:
    stored = (
        '{"attachments":[5],"by":3,"channel":"chat","estate_id":1,"first_contact":null,"kind":"repair",'
        '"number":"HT-2026-0001","regulation":"2026-1","severity":"normal","texts":[[7,"ab"],[8,"cd"]]}'
    )
    row = replace(chain()[0], data=stored)
    assert event_of(row).event == replace(FILED, category="finding", details=(), nameless=False)


@pytest.mark.parametrize("ordinal", range(1, len(ALL) + 1))
def test_a_row_that_is_dropped_or_doubled_shows_where_it_was(ordinal: int) -> None:
    rows = chain()
    dropped = rows[: ordinal - 1] + rows[ordinal:]
    assert first_break(dropped) == (ordinal if ordinal < len(ALL) else None), "a lost tail shows against the version"
    assert first_break([*rows[:ordinal], *rows[ordinal - 1 :]]) == ordinal + 1
