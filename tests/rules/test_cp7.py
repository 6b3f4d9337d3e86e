"""CP-7: the day's matters are counted at the estate's hour, and somebody confirms that they went through them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bot.domain.commands import Withdraw
from bot.domain.people import Role
from bot.flows.screen import Action, Text
from bot.ports.duties import StockTakeState
from bot.ports.outbox import Notice
from bot.ports.store import Transaction
from bot.services import stock_taking
from bot.services.recording import carry_out
from tests.office import GROUP, Office, account_of
from tests.rules.registering import registered

CAST: Final = {"chan": Role.RESIDENT, "clerk": Role.CLERK, "supervisor": Role.GENERAL_SUPERVISOR}
HALF_PAST_FIVE: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)


def opened_in_the_morning(cast: dict[str, Role]) -> Office:
    """Return an office with its first stock-take planned, and nothing open."""
    office = Office(cast)
    office.work(lambda tx: stock_taking.plan(tx, office.rules, tx.estates.get(office.estate_id)))
    return office


def began(cast: dict[str, Role]) -> Office:
    """Return an office with its first stock-take planned, and one open matter."""
    office = opened_in_the_morning(cast)
    chan = office.person("chan")
    office.work(lambda tx: registered(tx, office.rules, chan))
    return office


@pytest.fixture
def office() -> Iterator[Office]:
    """An office in the morning."""
    opened = began(CAST)
    yield opened
    opened.close()


def fires(office: Office) -> list[tuple[int, list[str]]]:
    """Fire what is due; return to which chats what is said."""
    before = len(office.letters())
    office.work(lambda tx: stock_taking.fire(tx, office.rules, 10))
    return [
        (p.letter.chat_id, [_said(line) for line in p.letter.content.screen.lines if isinstance(line, Text)])
        for p in office.letters()[before:]
        if isinstance(p.letter.content, Notice)
    ]


def _said(line: Text) -> str:
    return line.message.format(
        **{name: value for name, value in line.params.items() if isinstance(value, str | int)}
        | ({"time": ""} if "time" in line.params else {})
    )


def due(office: Office) -> datetime | None:
    """Return when the next falls due."""
    return office.work(_next_due)


def _next_due(tx: Transaction) -> datetime | None:
    return tx.stock_takes.next_due()


def confirms(office: Office, name: str, number: int = 1) -> bool:
    """Let somebody press the button; return whether it was accepted."""
    answer = office.taps(name, Action(stock_taking.COUNTED, str(number), 0).encode())
    assert answer is not None
    return not answer.alert


def test_it_comes_at_its_hour_with_what_is_open_and_names_what_nobody_has_taken_on(office: Office) -> None:
    assert due(office) == HALF_PAST_FIVE
    assert fires(office) == []
    office.now = HALF_PAST_FIVE
    ((chat, lines),) = fires(office)
    assert chat == account_of("clerk")
    assert lines[1:6] == [
        "Open: 1",
        "Of these from today: 1",
        "Not answered yet: 1",
        "Late: 0",
        "Taken on by nobody: 1",
    ]
    assert "　• No. HT-2026-0001" in lines
    assert "CP-7" in lines[-1]


def test_what_was_found_on_site_is_open_and_waits_for_no_answer(office: Office) -> None:
    chan = office.person("chan")
    office.work(lambda tx: registered(tx, office.rules, chan, kind="finding"))
    office.now = HALF_PAST_FIVE
    ((_, lines),) = fires(office)
    assert {"Open: 2", "Not answered yet: 1"} <= set(lines)


def test_confirmed_it_rests_until_tomorrow(office: Office) -> None:
    office.now = HALF_PAST_FIVE
    fires(office)
    assert due(office) == HALF_PAST_FIVE + HOUR
    assert not confirms(office, "chan")
    assert confirms(office, "clerk")
    assert confirms(office, "clerk"), "twice does nothing twice"
    assert due(office) == HALF_PAST_FIVE + timedelta(days=1)


def test_not_confirmed_it_goes_up(office: Office) -> None:
    office.now = HALF_PAST_FIVE
    fires(office)
    office.passes(hours=1)
    ((chat, lines),) = fires(office)
    assert chat == account_of("supervisor")
    assert lines[0] == "🔴 Nobody has confirmed the day's count yet. Asked: clerk."
    assert fires(office) == []
    assert confirms(office, "supervisor")


def test_with_nothing_open_nobody_is_told_and_the_count_goes_on() -> None:
    office = opened_in_the_morning(CAST)
    office.now = HALF_PAST_FIVE
    assert fires(office) == []
    assert due(office) == HALF_PAST_FIVE + timedelta(days=1)
    counted = office.work(lambda tx: tx.stock_takes.get(1))
    assert counted is not None
    assert (counted.state, counted.taken_at) == (StockTakeState.ACKNOWLEDGED, HALF_PAST_FIVE)
    office.close()


def test_what_is_closed_within_the_hour_does_not_go_up(office: Office) -> None:
    office.now = HALF_PAST_FIVE
    fires(office)
    (matter,), chan = office.tickets(), office.person("chan")
    office.work(lambda tx: carry_out(tx, office.rules, chan, matter, Withdraw()))
    office.passes(hours=1)
    assert fires(office) == []
    assert due(office) == HALF_PAST_FIVE + timedelta(days=1)


def test_after_days_of_standstill_it_comes_once(office: Office) -> None:
    office.now = HALF_PAST_FIVE + timedelta(days=5)
    assert len(fires(office)) == 1
    assert office.work(lambda tx: tx.stock_takes.planned(office.estate_id)) is not None
    assert due(office) == office.now + HOUR


def test_with_nobody_on_duty_the_next_level_is_asked_and_else_the_group() -> None:
    office = began({"chan": Role.RESIDENT, "supervisor": Role.GENERAL_SUPERVISOR})
    office.now = HALF_PAST_FIVE
    assert [chat for chat, _ in fires(office)] == [account_of("supervisor")]
    office.close()
    office = began({"chan": Role.RESIDENT})
    office.now = HALF_PAST_FIVE
    assert [chat for chat, _ in fires(office)] == [GROUP]
    office.close()


def test_one_that_cannot_be_taken_does_not_stop_the_next(office: Office) -> None:
    office.now = HALF_PAST_FIVE
    assert office.work(stock_taking.set_aside) == 1
    assert due(office) == HALF_PAST_FIVE + timedelta(days=1)
    assert office.work(lambda tx: tx.stock_takes.get(1)).state is StockTakeState.RAISED  # type: ignore[union-attr]
    assert not confirms(office, "clerk", 99)
