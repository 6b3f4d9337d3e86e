"""The stored form of the history: digests computed years ago must still come out the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.events import (
    EVENTS,
    Agreed,
    Amended,
    AnswerDelivered,
    Answered,
    AnswerUndelivered,
    Asked,
    Called,
    CallRequested,
    CameAgain,
    CameBefore,
    Chased,
    Claimed,
    ClaimUndone,
    Closed,
    Disagreed,
    Enclosed,
    Erased,
    Event,
    Filed,
    FoundSolved,
    Graded,
    HandedOver,
    Handled,
    HelpAsked,
    HelpTaken,
    Joined,
    Judged,
    MadeSafe,
    Merged,
    Noted,
    Parted,
    Promised,
    Proposed,
    Reached,
    Recorded,
    Rejected,
    Released,
    Reminded,
    Reopened,
    ReopeningUndone,
    Replied,
    Split,
    Started,
    SummedUp,
    ToldHq,
    TransferAccepted,
    TransferDeclined,
    TransferLapsed,
    TransferRecalled,
    Transferred,
    Unmerged,
    Verified,
    VisitBegun,
    Visited,
    VisitEntrusted,
    VisitMissed,
    VisitNudged,
    VisitOpened,
    VisitPlanned,
    VisitReviewed,
    VisitsCancelled,
    VisitSpared,
    VisitTried,
    VoidDeclined,
    Voided,
    VoidProposed,
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
    HelpAsked(by=3),
    HelpTaken(by=5),
    MadeSafe(by=3, text_id=30, digest="15", attachments=(13,)),
    Reminded(rule="FC-9", stage="reminder-50", holder=None),
    WindowBroken(rule="FC-9", holder=4, told=(6,)),
    ClaimUndone(by=4),
    Released(by=4, reason="shift"),
    Judged(by=4, jurisdiction="sister", department_id=2, entry_id=8),
    Graded(by=4, severity="major", text_id=11, digest="02"),
    Transferred(by=4, reason="words", to_person=5, text_id=12, digest="03"),
    Transferred(by=4, reason="skill", to_person=5, later="2026-03-03T00:00:00+00:00"),
    HandedOver(),
    TransferAccepted(by=5),
    TransferDeclined(by=5, reason="busy"),
    TransferRecalled(by=4),
    TransferLapsed(),
    Noted(by=4, text_id=13, digest="04"),
    Reached(by=4, text_id=13, digest="04"),
    Asked(by=4, text_id=14, digest="05"),
    Replied(by=3, text_id=15, digest="06", attachments=(8,)),
    Promised(by=4, until="2026-03-03T04:00:00+00:00", text_id=16, digest="07"),
    Proposed(by=4, text_id=17, digest="08"),
    Agreed(by=3),
    Disagreed(by=3, text_id=18, digest="09"),
    Started(by=5),
    Handled(by=5, outcome="solved", root_cause="wear", text_id=19, digest="0a", attachments=(9,)),
    Rejected(by=4, text_id=20, digest="0b"),
    Verified(by=4, attachments=(10,)),
    VisitPlanned(
        visit=1, rule="RV-1/complaints", opens_at="2026-03-03T04:00:00+00:00", due_at="2026-03-04T16:00:00+00:00"
    ),
    VisitSpared(rule="RV-2/others"),
    VisitOpened(visit=1, due_at="2026-03-04T16:00:00+00:00"),
    VisitNudged(visit=1),
    VisitEntrusted(visit=1, to=4),
    Visited(by=4, visit=1, way="door", result="partly", satisfied=True, text_id=26, digest="11", attachments=(11,)),
    VisitBegun(by=4, visit=2, way="door"),
    VisitTried(by=4, visit=2),
    VisitReviewed(by=6, visit=1, text_id=27, digest="12"),
    VisitMissed(visit=2, reason="overtaken"),
    VisitsCancelled(reason="moved_out"),
    FoundSolved(by=3),
    Closed(how="solved", until="2026-03-09T12:00:00+00:00"),
    Reopened(by=3, text_id=21, digest="0c", to=7, level=2, told=(6,)),
    ReopeningUndone(
        by=3,
        outcome="solved",
        handled_by=8,
        handled_at="2026-03-02T10:00:00+00:00",
        verified_at="2026-03-02T11:00:00+00:00",
    ),
    VoidProposed(by=4, reason="other", text_id=22, digest="0d"),
    VoidDeclined(by=6),
    Voided(by=6),
    Split(by=4, into=13),
    Merged(by=4, into=14),
    Joined(by=4, other=15, again=True),
    Unmerged(by=4),
    Parted(by=4, other=15, again=True),
    Chased(by=3),
    CameAgain(by=3, other=16, again=True),
    CameBefore(by=3, earlier=17),
    ToldHq(by=4, text_id=24, digest="0f"),
    SummedUp(by=4, change="plan", text_id=25, digest="10"),
    Called(by=4, text_id=23, digest="0e"),
    Withdrawn(by=3),
    Erased(by=3),
)


def chain() -> list[Row]:
    """Return a history in which every event occurs once, a second apart."""
    rows: list[Row] = []
    for second, event in enumerate(ALL):
        rows.append(row_after(rows[-1] if rows else None, 12, Recorded(NOON + timedelta(seconds=second), event)))
    return rows


def test_every_event_is_read_back_as_it_was_recorded() -> None:
    assert {type(event) for event in ALL} == set(EVENTS.values())
    assert [event_of(row).event for row in chain()] == list(ALL)
    assert first_break(chain()) is None


def test_the_stored_form_stays_what_it_was() -> None:
    first, *_, last = chain()
    assert first.previous == GENESIS
    assert first.data == (
        '{"attachments":[5],"by":3,"category":"lift","channel":"chat","contractor_id":null,'
        '"details":[["where","lobby"],["wish","call"]],'
        '"estate_id":1,"first_contact":null,"kind":"repair","nameless":false,"number":"HT-2026-0001",'
        '"recorded_by":null,"regulation":"2026-1","severity":"normal","split_from":null,"squad_id":null,'
        '"texts":[[7,"ab"],[8,"cd"]]}'
    )
    assert first.digest == "a2d644dc102444188ff6243e1c0351883c7719498179399f160ec16cb82538a1"
    assert last.digest == "70d93fbe4ff68ca9554268ff1728f468adf65fe83b2e5bc20f922b188223d367"
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
