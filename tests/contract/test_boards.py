"""Lists of tickets: what is on them, in which order, page by page, and what the reader may not know of."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.domain.clocks import ObligationState
from bot.domain.events import AnswerDelivered, Claimed, Withdrawn
from bot.domain.people import Department
from bot.domain.tickets import Stage, Ticket
from bot.ports.boards import Board, Listing
from bot.ports.search import Reader
from bot.ports.store import Transaction
from storage.schema import NEVER, tickets
from tests.contract.stores import NOON, Desk
from tests.contract.test_search import files

HOUR = timedelta(hours=1)


@pytest.fixture
def clerk(desk: Desk) -> Reader:
    """The clerk, who does not read what is confidential."""
    return Reader(desk.estate.id, desk.clerk.id)


def listed(tx: Transaction, reader: Reader, board: Board) -> list[int]:
    """Return the tickets of a list, after making sure that it is counted and paged alike."""
    whole = tx.boards.page(reader, board, 99)
    assert tx.boards.count(reader, board, 99) == len(whole)
    paged, mark = list[int](), None
    while page := tx.boards.page(reader, board, 2, mark):
        paged += [entry.ticket.id for entry in page]
        mark = page[-1].mark
    back, mark = list[int](), None
    while page := tx.boards.page(reader, board, 3, mark, backwards=True):
        back = [*(entry.ticket.id for entry in page), *back]
        mark = page[0].mark
    assert paged == back == [entry.ticket.id for entry in whole]
    return paged


def between(listing: Listing, since: datetime, until: datetime, department_id: int | None = None) -> Board:
    """Return the list of what happened in a time."""
    return Board(listing, department_id=department_id, since=since, until=until)


def owes(tx: Transaction, ticket: Ticket, due_at: datetime, rule: str = "FC-9") -> None:
    """Begin a window that ends at `due_at`."""
    tx.obligations.start(ticket.id, rule, NOON, due_at, ())


def puts(desk: Desk, ticket: Ticket, **values: object) -> None:
    """Write what no event of these tests does."""
    with desk.store.connection() as connection:
        connection.execute(update(tickets).where(tickets.c.id == ticket.id).values(**values))


def test_work_comes_by_what_is_due_first_and_what_owes_nothing_last(desk: Desk, clerk: Reader) -> None:
    with desk.transaction() as tx:
        idle, late, soon, same, other, gone = (desk.files(tx) for _ in range(6))
        for ticket in (idle, late, soon, same, gone):
            tx.tickets.record(ticket, Claimed(desk.clerk.id))
        tx.tickets.record(other, Claimed(desk.technician.id))
        tx.tickets.record(tx.tickets.get(gone.id), Withdrawn(desk.resident.id))
        for ticket, hours in ((late, -1), (soon, 2), (same, 2), (other, 1), (gone, 1)):
            owes(tx, ticket, NOON + hours * HOUR)
        mine = Board(Listing.HELD, person_id=desk.clerk.id)
        assert listed(tx, clerk, mine) == [late.id, soon.id, same.id, idle.id]
        due = {entry.ticket.id: entry.due_at for entry in tx.boards.page(clerk, mine, 9)}
        assert due == {late.id: NOON - HOUR, soon.id: NOON + 2 * HOUR, same.id: NOON + 2 * HOUR, idle.id: None}
        overdue = Board(Listing.OVERDUE, until=NOON)
        assert listed(tx, clerk, overdue) == [late.id]
        assert listed(tx, clerk, Board(Listing.OPEN)) == [late.id, other.id, soon.id, same.id, idle.id]


def test_nobody_s_is_what_is_open_and_unclaimed(desk: Desk, clerk: Reader) -> None:
    with desk.transaction() as tx:
        claimed, withdrawn, first, second = (desk.files(tx) for _ in range(4))
        tx.tickets.record(claimed, Claimed(desk.clerk.id))
        tx.tickets.record(withdrawn, Withdrawn(desk.resident.id))
        owes(tx, second, NOON + HOUR)
        assert listed(tx, clerk, Board(Listing.UNASSIGNED)) == [second.id, first.id]
        assert listed(tx, clerk, Board(Listing.STAGE, stage=Stage.RECEIVED)) == [second.id, claimed.id, first.id]
        assert listed(tx, clerk, Board(Listing.STAGE, stage=Stage.HANDLED)) == []


def test_a_department_has_its_own_and_narrows_any_other_list(desk: Desk, clerk: Reader) -> None:
    with desk.transaction() as tx:
        department = tx.departments.add(Department(0, desk.estate.id, "engineering"))
        theirs, nobodys = desk.files(tx), desk.files(tx)
    puts(desk, theirs, department_id=department.id)
    with desk.transaction() as tx:
        for listing in (Listing.DEPARTMENT, Listing.OPEN, Listing.UNASSIGNED):
            assert listed(tx, clerk, Board(listing, department_id=department.id)) == [theirs.id]
        assert listed(tx, clerk, between(Listing.RECEIVED, NOON - HOUR, NOON + HOUR, department.id)) == [theirs.id]
        assert listed(tx, clerk, between(Listing.RECEIVED, NOON - HOUR, NOON + HOUR)) == [nobodys.id, theirs.id]


def test_what_happened_in_a_time_comes_latest_first(desk: Desk, clerk: Reader) -> None:
    times = [NOON + number * HOUR for number in range(4)]
    filed = []
    for moment in times:
        with desk.transaction(moment) as tx:
            filed.append(desk.files(tx))
    for moment, ticket in zip(times, filed, strict=True):
        with desk.transaction(moment + HOUR) as tx:
            text_id, _ = tx.texts.add(ticket.id, desk.clerk.id, "answer", "Soon.")
            tx.tickets.record(ticket, AnswerDelivered(text_id))
    puts(desk, filed[3], closed_at=times[3])
    ids = [ticket.id for ticket in filed]
    with desk.transaction() as tx:
        assert listed(tx, clerk, between(Listing.RECEIVED, times[1], times[3])) == [ids[2], ids[1]]
        assert listed(tx, clerk, between(Listing.ANSWERED, times[1], times[3])) == [ids[1], ids[0]]
        assert listed(tx, clerk, between(Listing.CLOSED, times[1], times[3])) == []
        assert listed(tx, clerk, Board(Listing.CLOSED, since=times[3], until=times[3] + HOUR)) == [ids[3]]


@pytest.mark.parametrize(
    "board",
    [
        Board(Listing.HELD, person_id=3),
        Board(Listing.DEPARTMENT, department_id=1),
        Board(Listing.OPEN),
        Board(Listing.OVERDUE, until=NOON + 9 * HOUR),
        Board(Listing.STAGE, stage=Stage.RECEIVED),
        Board(Listing.RECEIVED, since=NOON - HOUR, until=NOON + HOUR),
        Board(Listing.ANSWERED, since=NOON - HOUR, until=NOON + HOUR),
        Board(Listing.CLOSED, since=NOON - HOUR, until=NOON + HOUR),
        Board(Listing.CAUTIONED, since=NOON - HOUR, until=NOON + HOUR),
    ],
    ids=lambda board: str(board.listing),
)
def test_what_is_about_a_colleague_stands_on_no_list_but_its_readers_and_filers(desk: Desk, board: Board) -> None:
    with desk.transaction() as tx:
        tx.departments.add(Department(0, desk.estate.id, "engineering"))
        secret = files(desk, tx, ["The guard shouted."], category="colleague")
        tx.tickets.record(secret, Claimed(desk.technician.id))
        owes(tx, secret, NOON + HOUR)
    puts(desk, secret, department_id=1, answered_at=NOON, closed_at=NOON, cautioned_at=NOON)
    clerk = Reader(desk.estate.id, desk.clerk.id)
    elsewhere = Reader(desk.estate.id + 1, desk.clerk.id, confidential=True)
    with desk.transaction() as tx:
        assert desk.technician.id == 3
        assert listed(tx, clerk, board) == listed(tx, elsewhere, board) == []
        assert listed(tx, replace(clerk, confidential=True), board) == [secret.id]
        assert listed(tx, replace(clerk, person_id=desk.resident.id), board) == [secret.id]


_RULES = st.sampled_from(["FC-9", "FC-5", "CP-8"])
_STEPS = st.lists(
    st.tuples(_RULES, st.sampled_from(["start", "met", "break", "pause", "resume"]), st.integers(-3, 9)), max_size=12
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_when_something_is_due_is_always_the_first_of_what_is_owed(
    desk: Desk, steps: list[tuple[str, str, int]]
) -> None:
    with desk.transaction() as tx:
        ticket = desk.files(tx)
        for rule, step, hours in steps:
            running = next((one for one in tx.obligations.running(ticket.id) if one.rule == rule), None)
            if step == "start":
                owes(tx, ticket, NOON + hours * HOUR, rule)
            elif running and step == "met":
                tx.obligations.settle(running, ObligationState.MET, NOON)
            elif running and step == "break" and running.state is ObligationState.RUNNING:
                tx.obligations.breaks(running, NOON)
            elif running and step == "pause" and running.state is ObligationState.RUNNING:
                tx.obligations.stop(running, "asked", NOON)
            elif running and step == "resume" and running.state is ObligationState.PAUSED:
                tx.obligations.resume(running, NOON + hours * HOUR, HOUR, ())
            owed = [
                one.due_at
                for one in tx.obligations.running(ticket.id)
                if one.state in (ObligationState.RUNNING, ObligationState.BROKEN)
            ]
            page = tx.boards.page(Reader(desk.estate.id, desk.clerk.id), Board(Listing.OPEN), 999)
            (entry,) = (entry for entry in page if entry.ticket.id == ticket.id)
            assert entry.due_at == min(owed, default=None)
            assert entry.mark.at == min(owed, default=NEVER)
