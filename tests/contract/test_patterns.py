"""What came again within a quarter, and what is done about it."""

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.events import Reopened, Withdrawn
from bot.domain.patterns import Decision, Found, PatternState, Recurrence
from tests.contract.stores import NOON, Desk

DAY = timedelta(days=1)
QUARTER = date(2026, 1, 1)
LIFT = Found(Recurrence.REPAIRS, "lift", "lobby", (1, 2, 3))


def test_what_counts_of_a_quarter_is_looked_at_oldest_first(desk: Desk) -> None:
    with desk.transaction() as tx:
        first, second, taken_back = (desk.files(tx) for _ in range(3))
        tx.tickets.record(taken_back, Withdrawn(desk.resident.id))
        tx.tickets.record(second, Reopened(desk.resident.id))
    with desk.transaction() as tx:
        facts = tx.patterns.facts(desk.estate.id, NOON, NOON + DAY, 10)
        assert [(fact.ticket_id, fact.reopened) for fact in facts] == [(first.id, 0), (second.id, 1)]
        assert {fact.filer_id for fact in facts} == {desk.resident.id}
        assert tx.patterns.facts(desk.estate.id, NOON, NOON + DAY, 1) == facts[:1]
        assert tx.patterns.facts(desk.estate.id, NOON - DAY, NOON, 10) == ()
        assert tx.patterns.facts(desk.estate.id + 1, NOON, NOON + DAY, 10) == ()


def test_a_pattern_is_entered_once_a_quarter_and_its_tickets_are_renewed(desk: Desk) -> None:
    with desk.transaction() as tx:
        entered = tx.patterns.enter(desk.estate.id, QUARTER, LIFT, NOON, NOON + DAY)
        assert entered is not None
        assert (entered.found, entered.state, entered.next_at) == (LIFT, PatternState.FOUND, NOON + DAY)
        more = replace(LIFT, tickets=(1, 2, 3, 4))
        assert tx.patterns.enter(desk.estate.id, QUARTER, more, NOON + DAY, NOON) is None
        assert tx.patterns.get(entered.id) == replace(entered, found=more)
        assert tx.patterns.enter(desk.estate.id, date(2026, 4, 1), LIFT, NOON, NOON) is not None
        assert tx.patterns.enter(desk.estate.id, QUARTER, replace(LIFT, subject="stairs"), NOON, NOON) is not None
        assert tx.patterns.get(0) is None


def test_a_pattern_waits_for_its_time_and_keeps_what_was_decided(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert tx.patterns.next_due() is None
        entered = tx.patterns.enter(desk.estate.id, QUARTER, LIFT, NOON, NOON + DAY)
        assert entered is not None
        assert tx.patterns.next_due() == NOON + DAY
        assert tx.patterns.due(NOON, 10) == ()
        assert tx.patterns.due(NOON + DAY, 10) == (entered,)
        decided = replace(
            entered,
            state=PatternState.ACTING,
            decision=Decision.PREVENTIVE,
            decided_by=desk.technician.id,
            owner_id=desk.technician.id,
            deadline=NOON + 7 * DAY,
            next_at=NOON + 5 * DAY,
            words_id=9,
        )
        tx.patterns.update(decided)
        assert tx.patterns.get(entered.id) == decided
        tx.patterns.update(replace(decided, state=PatternState.DONE, next_at=None, done_by=1, done_at=NOON))
        assert tx.patterns.next_due() is None
