"""Return visits: planned, due, waiting for rain or for their visitor, made and reviewed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.visits import Answers, Mark, Result, Satisfaction, Visit, VisitState, Way
from bot.ports.visits import Coverage
from tests.contract.stores import NOON, Desk

HOUR = timedelta(hours=1)


def planned(ticket_id: int, estate_id: int, ordinal: int = 1) -> Visit:
    return Visit(0, ticket_id, estate_id, ordinal, 0, "RV-1", VisitState.PLANNED, NOON, NOON, NOON + HOUR, next_at=NOON)


def test_a_visit_is_kept_with_all_that_was_said(desk: Desk) -> None:
    with desk.transaction() as tx:
        visit = tx.visits.add(planned(desk.files(tx).id, desk.estate.id))
        said = Answers(Result.PARTLY, Mark.FAIR, Mark.GOOD, Satisfaction.SATISFIED, "slow", "told")
        done = replace(
            visit,
            state=VisitState.DONE,
            next_at=None,
            asked_at=NOON,
            visitor_id=desk.clerk.id,
            entrusted_at=NOON,
            out_at=NOON,
            way=Way.DOOR,
            answers=said,
            words_id=7,
            answered_by=desk.clerk.id,
            answered_at=NOON + HOUR,
        )
        tx.visits.update(done)
        assert tx.visits.get(visit.id) == done
        assert tx.visits.of(visit.ticket_id) == (done,)
        plain = replace(done, answers=Answers(Result.NOT_SOLVED))
        tx.visits.update(plain)
        assert tx.visits.get(visit.id) == plain
        assert tx.visits.get(999) is None
        with pytest.raises(LookupError):
            tx.visits.update(replace(done, id=999))


def test_visits_fall_due_one_after_the_other(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx)
        assert tx.visits.next_due() is None
        later = tx.visits.add(replace(planned(ticket.id, desk.estate.id, 2), next_at=NOON + HOUR))
        first = tx.visits.add(planned(ticket.id, desk.estate.id, 1))
        assert tx.visits.next_due() == NOON
        assert tx.visits.due(NOON - HOUR, 10) == ()
        assert tx.visits.due(NOON + HOUR, 10) == (first, later)
        assert tx.visits.due(NOON + HOUR, 1) == (first,)
        tx.visits.update(replace(first, next_at=None))
        assert tx.visits.next_due() == NOON + HOUR


def test_visits_wait_for_rain_for_a_visitor_and_for_review(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket, estate = desk.files(tx), desk.estate.id
        blank = replace(planned(ticket.id, estate), next_at=None)
        rain = tx.visits.add(replace(blank, state=VisitState.RAIN))
        sent = tx.visits.add(replace(blank, ordinal=2, state=VisitState.ENTRUSTED, visitor_id=desk.clerk.id))
        made = tx.visits.add(replace(blank, ordinal=3, state=VisitState.DONE, answered_at=NOON))
        assert tx.visits.waiting_for_rain(estate, 10) == (rain,)
        assert tx.visits.waiting_for_rain(estate + 1, 10) == ()
        assert tx.visits.entrusted_to(desk.clerk.id, 10) == (sent,)
        assert tx.visits.entrusted_to(desk.technician.id, 10) == ()
        assert tx.visits.to_review(estate, 10) == (made,)
        tx.visits.update(replace(made, reviewed_by=desk.clerk.id, reviewed_at=NOON))
        assert tx.visits.to_review(estate, 10) == ()


def test_the_rate_of_visits_counts_each_round_of_handling_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        one, other = desk.files(tx), desk.files(tx)
        estate = desk.estate.id
        tx.visits.add(planned(one.id, estate))
        tx.visits.add(planned(one.id, estate, 2))
        tx.visits.add(replace(planned(one.id, estate, 3), round=1))
        tx.visits.add(replace(planned(other.id, estate), state=VisitState.SPARED))
        tx.visits.add(replace(planned(other.id, estate, 2), rule="RV-2/leak", planned_at=NOON + HOUR))
        assert tx.visits.coverage(estate, NOON, NOON + HOUR) == (Coverage("RV-1", 3, 2),)
        assert tx.visits.coverage(estate, NOON, NOON + 2 * HOUR)[1:] == (Coverage("RV-2/leak", 1, 1),)
