"""Tickets: the state beside the history, the chain of the history, and who comes too late."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.domain.commands import Answer, AskForCall, Claim, Command, Withdraw, Words
from bot.domain.decisions import decide
from bot.domain.errors import DomainError
from bot.domain.events import (
    AnswerDelivered,
    AnswerUndelivered,
    CallRequested,
    Claimed,
    Closed,
    Enclosed,
    Event,
    Filed,
    Reminded,
    Voided,
    WindowBroken,
    Withdrawn,
)
from bot.domain.evolution import rebuild
from bot.domain.history import event_of, first_break
from bot.domain.people import Person
from bot.domain.tickets import Ticket
from bot.ports.store import Conflict, Transaction
from storage.schema import history
from tests.contract.stores import NOON, Desk


def test_a_filed_ticket_is_read_as_it_was_filed(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx)
    with desk.transaction() as tx:
        assert tx.tickets.get(ticket.id) == ticket
        assert tx.tickets.by_ref(ticket.ref) == ticket
        assert (ticket.version, ticket.filed_at, ticket.number) == (1, NOON, "LF-2026-00001")


def test_what_a_ticket_is_about_is_read_as_it_was_filed(desk: Desk) -> None:
    filed = Filed(
        by=desk.resident.id,
        number="LF-2026-00009",
        estate_id=desk.estate.id,
        kind="complaint",
        severity="normal",
        channel="chat",
        regulation="2026.1",
        texts=(),
        attachments=(),
        category="neighbours",
        details=(("where", "home"), ("wish", "know")),
        nameless=True,
    )
    with desk.transaction() as tx:
        ticket = tx.tickets.file("ref-a", filed)
    with desk.transaction() as tx:
        assert tx.tickets.get(ticket.id) == ticket
        assert (ticket.category, ticket.details, ticket.nameless) == ("neighbours", filed.details, True)


def test_a_call_asked_for_and_a_ticket_taken_back_are_kept(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx)
        assert (ticket.call_asked_at, ticket.withdrawn_at) == (None, None)
    with desk.transaction(NOON + timedelta(minutes=1)) as tx:
        ticket = tx.tickets.record(ticket, CallRequested(desk.resident.id))
    with desk.transaction(NOON + timedelta(minutes=2)) as tx:
        ticket = tx.tickets.record(ticket, Withdrawn(desk.resident.id))
    with desk.transaction() as tx:
        assert tx.tickets.get(ticket.id) == ticket
        moments = (ticket.call_asked_at, ticket.withdrawn_at)
        assert moments == (NOON + timedelta(minutes=1), NOON + timedelta(minutes=2))
        assert not ticket.open


def test_what_somebody_filed_comes_newest_first_and_as_much_as_was_asked_for(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert tx.tickets.of_filer(desk.resident.id, 10) == ()
        first, second, third = (desk.files(tx) for _ in range(3))
        second = tx.tickets.record(second, Withdrawn(desk.resident.id))
        assert tx.tickets.of_filer(desk.resident.id, 10) == (third, second, first), "what has ended too"
        assert tx.tickets.of_filer(desk.resident.id, 2) == (third, second)
        assert tx.tickets.of_filer(desk.clerk.id, 10) == (), "nobody else's"


def test_what_somebody_took_down_for_others_comes_newest_first(desk: Desk) -> None:
    with desk.transaction() as tx:
        first, _, second = (desk.files(tx, recorded_by=number) for number in (desk.clerk.id, None, desk.clerk.id))
        assert tx.tickets.of_recorder(desk.clerk.id, 10) == (second, first)
        assert tx.tickets.of_recorder(desk.clerk.id, 1) == (second,)
        assert tx.tickets.of_recorder(desk.resident.id, 10) == (), "what they filed themselves is theirs already"


def test_unclaimed_is_what_is_open_and_nobody_s_oldest_first(desk: Desk) -> None:
    with desk.transaction() as tx:
        claimed, withdrawn, first, second = (desk.files(tx) for _ in range(4))
        tx.tickets.record(claimed, Claimed(desk.clerk.id))
        tx.tickets.record(withdrawn, Withdrawn(desk.resident.id))
        first = tx.tickets.record(first, CallRequested(desk.resident.id))
        assert tx.tickets.unclaimed(desk.estate.id, 10) == (first, second)
        assert tx.tickets.unclaimed(desk.estate.id, 1) == (first,)
        assert tx.tickets.unclaimed(desk.estate.id + 1, 10) == ()


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert tx.tickets.by_ref("nothing") is None
        assert tx.tickets.history(999) == ()
        with pytest.raises(LookupError):
            tx.tickets.get(999)


def test_an_event_changes_the_state_and_stands_in_the_history(desk: Desk) -> None:
    later = NOON + timedelta(minutes=5)
    with desk.transaction() as tx:
        ticket = desk.files(tx)
    with desk.transaction(later) as tx:
        claimed = tx.tickets.record(ticket, Claimed(desk.clerk.id))
    with desk.transaction() as tx:
        assert tx.tickets.get(ticket.id) == claimed
        assert (claimed.assignee_id, claimed.first_contact_id, claimed.version) == (desk.clerk.id, desk.clerk.id, 2)
        filed, last = tx.tickets.history(ticket.id)
        assert (last.at, event_of(last).event, last.previous) == (later, Claimed(desk.clerk.id), filed.digest)


def test_of_two_who_saw_the_same_ticket_the_second_is_refused_and_leaves_nothing(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx)
        tx.tickets.record(ticket, Claimed(desk.clerk.id))
    with pytest.raises(Conflict), desk.transaction() as tx:
        tx.tickets.record(ticket, Claimed(desk.technician.id))
    with desk.transaction() as tx:
        assert tx.tickets.get(ticket.id).assignee_id == desk.clerk.id
        assert len(tx.tickets.history(ticket.id)) == 2


def test_histories_of_different_tickets_are_chains_of_their_own(desk: Desk) -> None:
    with desk.transaction() as tx:
        one, other = desk.files(tx), desk.files(tx)
        one = tx.tickets.record(one, Claimed(desk.clerk.id))
        other = tx.tickets.record(other, Claimed(desk.technician.id))
        for ticket in (one, other):
            rows = tx.tickets.history(ticket.id)
            assert first_break(rows) is None
            assert rebuild(ticket.id, ticket.ref, map(event_of, rows)) == ticket


@pytest.mark.parametrize("change", [{"data": "{}"}, {"at": NOON + timedelta(microseconds=1)}, {"name": "answered"}])
def test_a_row_that_was_tampered_with_is_found(desk: Desk, change: dict[str, object]) -> None:
    with desk.transaction() as tx:
        ticket = tx.tickets.record(desk.files(tx), Claimed(desk.clerk.id))
        tx.tickets.record(ticket, WindowBroken("FC-9", desk.clerk.id))
        assert first_break(tx.tickets.history(ticket.id)) is None
    with desk.store.connection() as connection:
        connection.execute(update(history).where(history.c.ordinal == 2).values(change))
    with desk.transaction() as tx:
        assert first_break(tx.tickets.history(ticket.id)) == 2


_WHO = st.sampled_from(["clerk", "technician"])
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), _WHO),
        st.tuples(st.just("answer"), _WHO),
        st.tuples(st.sampled_from(["call", "withdraw"]), st.just("resident")),
        st.tuples(st.sampled_from(["delivered", "undelivered", "reminded", "broken", "enclosed"]), st.just("clerk")),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_the_state_can_always_be_rebuilt_from_the_history(desk: Desk, steps: list[tuple[str, str]]) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx)
    for minute, (what, who) in enumerate(steps):
        with desk.transaction(NOON + timedelta(minutes=minute, microseconds=1)) as tx:
            person = {"clerk": desk.clerk, "technician": desk.technician, "resident": desk.resident}[who]
            for event in _events(tx, ticket, what, person):
                ticket = tx.tickets.record(ticket, event)
    with desk.transaction() as tx:
        rows = tx.tickets.history(ticket.id)
        assert first_break(rows) is None
        assert len(rows) == ticket.version
        assert rebuild(ticket.id, ticket.ref, map(event_of, rows)) == ticket == tx.tickets.get(ticket.id)


def _events(tx: Transaction, ticket: Ticket, what: str, by: Person) -> tuple[Event, ...]:
    if what in ("claim", "answer", "call", "withdraw"):
        asked: dict[str, Command] = {"call": AskForCall(), "withdraw": Withdraw()}
        command = asked.get(what, Claim())
        if what == "answer":
            command = Answer(Words(*tx.texts.add(ticket.id, by.id, "answer", "We are on our way.")))
        try:
            return decide(ticket, command, by, tx.now)
        except DomainError:
            return ()
    happened: dict[str, Event] = {
        "delivered": AnswerDelivered(1),
        "undelivered": AnswerUndelivered(1, "unreachable"),
        "reminded": Reminded("FC-9", "reminder-50", ticket.assignee_id),
        "broken": WindowBroken("FC-9", None),
        "enclosed": Enclosed(ticket.filer_id, (1, 2)),
    }
    return (happened[what],)


def test_what_is_open_since_then_comes_newest_first(desk: Desk) -> None:
    with desk.transaction() as tx:
        old, ended, new = (desk.files(tx) for _ in range(3))
        tx.tickets.record(ended, Withdrawn(desk.resident.id))
    with desk.transaction(NOON + timedelta(hours=1)) as tx:
        newest = desk.files(tx)
    with desk.transaction() as tx:
        found = tx.tickets.open_since(desk.estate.id, NOON, 10)
        assert [ticket.id for ticket in found] == [newest.id, new.id, old.id]
        assert tx.tickets.open_since(desk.estate.id, NOON, 1) == found[:1]
        assert tx.tickets.open_since(desk.estate.id, NOON + timedelta(minutes=1), 10) == found[:1]
        assert tx.tickets.open_since(desk.estate.id + 1, NOON, 10) == ()


def test_what_was_closed_since_then_comes_latest_first(desk: Desk) -> None:
    with desk.transaction() as tx:
        first, second, still_open = (desk.files(tx) for _ in range(3))
        tx.tickets.record(second, Closed("quiet"))
    with desk.transaction(NOON + timedelta(hours=1)) as tx:
        tx.tickets.record(first, Closed("quiet"))
    with desk.transaction() as tx:
        found = tx.tickets.closed_since(desk.estate.id, NOON, 10)
        assert [ticket.id for ticket in found] == [first.id, second.id]
        assert still_open.id not in {ticket.id for ticket in found}
        assert tx.tickets.closed_since(desk.estate.id, NOON, 1) == found[:1]
        assert tx.tickets.closed_since(desk.estate.id, NOON + timedelta(minutes=1), 10) == found[:1]
        assert tx.tickets.closed_since(desk.estate.id + 1, NOON, 10) == ()


def test_what_does_not_count_is_counted_among_what_was_filed_since(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert tx.tickets.voided_since(desk.estate.id, NOON) == (0, 0)
        first, *_ = [desk.files(tx) for _ in range(3)]
        tx.tickets.record(first, Voided(desk.clerk.id))
    with desk.transaction() as tx:
        assert tx.tickets.voided_since(desk.estate.id, NOON) == (1, 3)
        assert tx.tickets.voided_since(desk.estate.id, NOON + timedelta(seconds=1)) == (0, 0)
        assert tx.tickets.voided_since(desk.estate.id + 1, NOON) == (0, 0)


def test_what_came_out_of_a_ticket_is_found_by_it(desk: Desk) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx)
        filed = Filed(
            by=desk.resident.id,
            number="LF-2026-77777",
            estate_id=desk.estate.id,
            kind="complaint",
            severity="normal",
            channel="chat",
            regulation="2026.1",
            texts=(),
            attachments=(),
            category="security",
            split_from=ticket.id,
        )
        other = tx.tickets.file("ref-s", filed)
        assert tx.tickets.split_from(ticket.id) == (other,)
        assert tx.tickets.split_from(other.id) == ()
