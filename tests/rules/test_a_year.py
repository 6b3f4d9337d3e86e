"""A year of an estate with a thousand tickets: each window rings as often as the regulation says, and no more."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import pytest
from sqlalchemy import func, select

from bot.domain.events import AnswerDelivered
from bot.domain.people import Role
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.ports.store import Transaction
from bot.regulations import loader
from bot.services import night, reminding
from bot.services.recording import record
from storage.schema import timers
from tests.office import MORNING, Office
from tests.rules.registering import registered

TICKETS: Final = 1000
YEAR: Final = timedelta(days=365)
#: How many minutes pass until a ticket is answered.
DELAYS: Final = (5, 29, 31, 47, 50, 59, 61, 119, 121, 2000, 5000)
#: What the program comes with; a complaint has the hour and the day and night.
RULES: Final = loader.default()


@pytest.fixture
def office() -> Iterator[Office]:
    """An office that goes by the rules as they come."""
    opened = Office(
        {
            "chan": Role.RESIDENT,
            "clerk": Role.CLERK,
            "supervisor": Role.GENERAL_SUPERVISOR,
            "director": Role.DIRECTOR,
        }
    )
    yield opened
    opened.close()


def _next_due(tx: Transaction) -> datetime | None:
    return min((due for due in (tx.obligations.next_due(), tx.digests.next_due()) if due), default=None)


def _answered(rules: RuleSet, number: int, tx: Transaction) -> Ticket:
    return record(tx, rules, tx.tickets.get(number), (AnswerDelivered(1),))


def run_until(office: Office, moment: datetime) -> None:
    """Let time pass to `moment`, stopping at everything that falls due on the way."""
    while (due := office.work(_next_due)) is not None and due <= moment:
        office.now = max(office.now, due)
        assert office.work(partial(reminding.fire, rules=office.rules, limit=200)) + office.work(
            partial(night.greet, limit=200)
        )
    office.now = moment


def test_a_year_with_a_thousand_tickets(office: Office) -> None:
    chance = random.Random(2026)
    filings = sorted(MORNING + YEAR * chance.random() for _ in range(TICKETS))
    delays = [chance.choice(DELAYS) for _ in filings]
    chan = office.person("chan")
    plan: list[tuple[datetime, int | None]] = [(moment, None) for moment in filings]
    plan += [(filings[at] + timedelta(minutes=delay), at) for at, delay in enumerate(delays)]
    numbers: list[int] = []
    for moment, index in sorted(plan, key=lambda step: (step[0], step[1] is None)):
        run_until(office, moment)
        if index is None:
            numbers.append(office.work(lambda tx: registered(tx, RULES, chan, kind="complaint")).id)
        else:
            office.work(partial(_answered, RULES, numbers[index]))
    run_until(office, MORNING + YEAR + timedelta(days=30))

    rung: Counter[tuple[str, str]] = Counter()
    with office.store.connection() as connection:
        of, state = (timers.c.rule, timers.c.stage), timers.c.state
        fired = select(*of, func.count()).where(state == "fired").group_by(*of)
        for rule, stage, times in connection.execute(fired):
            rung[rule, stage] = times
        left = connection.execute(select(func.count()).where(state == "waiting")).scalar_one()
    due = {
        ("FC-9", "reminder-50"): 30,
        ("FC-9", "reminder-80"): 48,
        ("FC-9", "breach"): 60,
        ("FC-9", "ladder-1"): 120,
        ("CP-6", "reminder-50"): 12 * 60,
        ("CP-6", "reminder-80"): 0.8 * 24 * 60,
        ("CP-6", "breach"): 24 * 60,
    }
    assert rung == {stage: sum(delay > after for delay in delays) for stage, after in due.items()}
    assert left == 0
    assert len(office.tickets()) == TICKETS
