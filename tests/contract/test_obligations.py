"""Windows that run for tickets, and their timers."""

from datetime import timedelta

import pytest

from bot.domain.clocks import Obligation, ObligationState, Stage, Standstill
from bot.domain.tickets import Ticket
from bot.ports.store import Transaction
from tests.contract.stores import NOON, Desk

MINUTE = timedelta(minutes=1)
HALFWAY, DUE = NOON + 15 * MINUTE, NOON + 30 * MINUTE
STAGES = (Stage("reminder-50", HALFWAY), Stage("breach", DUE))


def a_running_window(desk: Desk, tx: Transaction) -> tuple[Ticket, Obligation]:
    ticket = desk.files(tx)
    tx.obligations.start(ticket.id, "FC-9", NOON, DUE, STAGES)
    (obligation,) = tx.obligations.running(ticket.id)
    return ticket, obligation


def test_a_window_starts_with_a_timer_for_each_stage(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert tx.obligations.next_due() is None
        ticket, obligation = a_running_window(desk, tx)
        assert obligation == Obligation(obligation.id, ticket.id, "FC-9", 1, NOON, DUE, ObligationState.RUNNING)
        assert tx.obligations.of(ticket.id) == (obligation,)
        assert [(timer.stage, timer.due_at) for timer in tx.obligations.due(DUE, 10)] == [
            ("reminder-50", HALFWAY),
            ("breach", DUE),
        ]
        assert tx.obligations.next_due() == HALFWAY


def test_a_timer_is_due_at_its_moment_and_fires_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        a_running_window(desk, tx)
        assert tx.obligations.due(HALFWAY - timedelta(microseconds=1), 10) == ()
        (timer,) = tx.obligations.due(HALFWAY, 10)
        assert tx.obligations.fired(timer)
        assert tx.obligations.due(HALFWAY, 10) == ()
        assert tx.obligations.next_due() == DUE
        assert not tx.obligations.fired(timer)
        with pytest.raises(LookupError):
            tx.obligations.failed(timer)


def test_what_was_settled_or_moved_meanwhile_does_not_fire(desk: Desk) -> None:
    with desk.transaction() as tx:
        _, moved = a_running_window(desk, tx)
        _, settled = a_running_window(desk, tx)
        seen = tx.obligations.due(DUE, 10)
        tx.obligations.begin(moved, DUE, DUE + 30 * MINUTE, (Stage("breach", DUE + 30 * MINUTE),))
        tx.obligations.settle(settled, ObligationState.MET, DUE)
        assert [tx.obligations.fired(timer) for timer in seen] == [True, False, False, False]
        assert [timer.stage for timer in tx.obligations.due(DUE + 30 * MINUTE, 10)] == ["breach"]
        (anew,) = tx.obligations.of(moved.ticket_id)
        assert (anew.started_at, anew.due_at, anew.occurrence) == (DUE, DUE + 30 * MINUTE, 1)


def test_the_next_stage_of_a_window_is_the_first_that_still_waits(desk: Desk) -> None:
    with desk.transaction() as tx:
        _, obligation = a_running_window(desk, tx)
        tx.obligations.start(desk.files(tx).id, "FC-9", NOON, DUE, (Stage("breach", NOON + MINUTE),))
        assert tx.obligations.next_stage(obligation, NOON) == HALFWAY
        assert tx.obligations.next_stage(obligation, HALFWAY) == DUE
        assert tx.obligations.next_stage(obligation, DUE) is None
        tx.obligations.settle(obligation, ObligationState.MET, NOON)
        assert tx.obligations.next_stage(obligation, NOON) is None


def test_due_timers_come_oldest_first(desk: Desk) -> None:
    with desk.transaction() as tx:
        for delay in (3, 1, 2):
            late = NOON + delay * MINUTE
            tx.obligations.start(desk.files(tx).id, "FC-9", NOON, late, (Stage("breach", late),))
        assert [timer.due_at for timer in tx.obligations.due(DUE, 10)] == [NOON + n * MINUTE for n in (1, 2, 3)]
        assert [timer.due_at for timer in tx.obligations.due(DUE, 2)] == [NOON + n * MINUTE for n in (1, 2)]


def test_nothing_starts_while_the_window_runs(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket, obligation = a_running_window(desk, tx)
        tx.obligations.start(ticket.id, "FC-9", NOON + MINUTE, DUE + MINUTE, STAGES)
        assert tx.obligations.of(ticket.id) == (obligation,)
        assert len(tx.obligations.due(DUE + MINUTE, 10)) == 2


def test_rules_and_tickets_do_not_hinder_each_other(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket, _ = a_running_window(desk, tx)
        tx.obligations.start(ticket.id, "CP-6", NOON, DUE, STAGES)
        assert [obligation.rule for obligation in tx.obligations.running(ticket.id)] == ["FC-9", "CP-6"]
        other, _ = a_running_window(desk, tx)
        assert len(tx.obligations.running(other.id)) == 1


@pytest.mark.parametrize("state", [ObligationState.MET, ObligationState.MET_LATE])
def test_when_a_window_is_met_its_waiting_timers_are_struck_out(desk: Desk, state: ObligationState) -> None:
    with desk.transaction() as tx:
        ticket, obligation = a_running_window(desk, tx)
        tx.obligations.start(ticket.id, "CP-6", NOON, DUE, STAGES)
        tx.obligations.settle(obligation, state, DUE)
        assert {timer.rule for timer in tx.obligations.due(DUE, 10)} == {"CP-6"}
        assert [running.rule for running in tx.obligations.running(ticket.id)] == ["CP-6"]
        assert tx.obligations.of(ticket.id)[0].state is state


def test_a_broken_window_still_waits_to_be_met(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket, obligation = a_running_window(desk, tx)
        for timer in tx.obligations.due(DUE, 10):
            tx.obligations.fired(timer)
        tx.obligations.breaks(obligation, DUE)
        (broken,) = tx.obligations.running(ticket.id)
        assert broken.state is ObligationState.BROKEN
        tx.obligations.start(ticket.id, "FC-9", NOON, DUE, STAGES)
        assert tx.obligations.running(ticket.id) == (broken,)
        with pytest.raises(LookupError):
            tx.obligations.breaks(Obligation(999, ticket.id, "FC-9", 1, NOON, DUE, broken.state), DUE)


def test_after_it_was_met_the_window_may_run_again(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket, obligation = a_running_window(desk, tx)
        tx.obligations.settle(obligation, ObligationState.MET, DUE)
        tx.obligations.start(ticket.id, "FC-9", DUE, DUE + MINUTE, (Stage("breach", DUE + MINUTE),))
        (again,) = tx.obligations.running(ticket.id)
        assert again.occurrence == 2
        assert [(timer.occurrence, timer.stage) for timer in tx.obligations.due(DUE + MINUTE, 10)] == [(2, "breach")]


def test_a_window_that_stands_still_holds_its_timers_and_gives_them_back_later(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket, obligation = a_running_window(desk, tx)
        (reminder, _) = tx.obligations.due(DUE, 10)
        tx.obligations.fired(reminder)
        tx.obligations.stop(obligation, "question", HALFWAY)
        (stopped,) = tx.obligations.running(ticket.id)
        assert (stopped.state, stopped.paused_at) == (ObligationState.PAUSED, HALFWAY)
        assert tx.obligations.due(DUE, 10) == ()
        assert tx.obligations.next_due() is None
        tx.obligations.stop(stopped, "appointment", HALFWAY + MINUTE)
        tx.obligations.go_on(stopped, "question", DUE)
        assert tx.obligations.standstills(stopped) == (
            Standstill("question", HALFWAY, DUE),
            Standstill("appointment", HALFWAY + MINUTE, None),
        )
        later = (Stage("reminder-50", DUE), Stage("breach", DUE + 15 * MINUTE))
        tx.obligations.resume(stopped, DUE + 15 * MINUTE, 15 * MINUTE, later)
        (running,) = tx.obligations.running(ticket.id)
        assert running.state is ObligationState.RUNNING
        assert (running.due_at, running.paused_at, running.moved_by) == (DUE + 15 * MINUTE, None, 15 * MINUTE)
        (waiting,) = tx.obligations.due(DUE + 15 * MINUTE, 10)
        assert (waiting.stage, waiting.due_at) == ("breach", DUE + 15 * MINUTE)


def test_a_window_that_ends_while_it_stands_still_keeps_nothing_waiting(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket, obligation = a_running_window(desk, tx)
        tx.obligations.stop(obligation, "question", HALFWAY)
        (stopped,) = tx.obligations.running(ticket.id)
        tx.obligations.settle(stopped, ObligationState.MET, HALFWAY + MINUTE)
        (met,) = tx.obligations.of(ticket.id)
        assert (met.state, met.settled_at, met.paused_at) == (ObligationState.MET, HALFWAY + MINUTE, None)
        tx.obligations.resume(met, DUE, MINUTE, STAGES)
        assert tx.obligations.next_due() is None


def test_it_is_kept_when_a_window_broke_and_when_it_was_met_late(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket, obligation = a_running_window(desk, tx)
        tx.obligations.breaks(obligation, DUE)
        (broken,) = tx.obligations.running(ticket.id)
        tx.obligations.settle(broken, ObligationState.MET_LATE, DUE + MINUTE)
        (late,) = tx.obligations.of(ticket.id)
        assert (late.broken_at, late.settled_at) == (DUE, DUE + MINUTE)
