"""Any history, any stop, any clock: no stage is missed, none comes twice, too early, or after its window was met.

When what is due is worked out here anew, from what happened alone, and compared with what has rung.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.clocks import Obligation
from bot.domain.events import AnswerDelivered, CallRequested, Enclosed, Event, Reminded, WindowBroken, Withdrawn
from bot.domain.history import event_of
from bot.domain.people import Role
from bot.domain.tickets import Ticket
from bot.ports.store import Transaction
from bot.regulations import loader
from bot.services import reminding
from bot.services.recording import record
from storage.schema import timers
from tests.office import Office
from tests.rules.registering import registered

#: An hour that nothing stops, a day that a question stops, and days by the calendar.
RULES: Final = loader.parse(
    """
    version = "clocks"
    ended_by = ["withdrawn"]

    [[windows]]
    rule = "FC-9"
    source = "S0"
    started_by = ["filed"]
    met_by = ["answer_delivered"]
    length = "60 minutes"
    reminders = [0.5, 0.8]
    ladder = [{ after = "60 minutes", to = "director" }]

    [[windows]]
    rule = "CP-6"
    source = "S3"
    started_by = ["filed"]
    met_by = ["answer_delivered"]
    length = "24 hours"
    reminders = [0.5]
    pauses = [{ by = "call_requested", until = ["enclosed"], reason = "question" }]

    [[windows]]
    rule = "AS-7"
    source = "S4"
    started_by = ["filed"]
    ended_by = ["answer_delivered"]
    length = "2 days"
    tells = ["director"]
    ladder = [{ after = "1 day", to = "director" }]
    """,
    "clocks.toml",
)
ZONES: Final = {
    "Asia/Hong_Kong": datetime(2028, 2, 28, 1, tzinfo=UTC),  # the day before a leap day
    "Europe/Berlin": datetime(2026, 3, 28, 9, tzinfo=UTC),  # the day before the clocks change
    "America/Santiago": datetime(2026, 12, 31, 20, tzinfo=UTC),  # the last hours of a year
}
HAPPENINGS: Final[dict[str, Event]] = {
    "asked": CallRequested(1),
    "replied": Enclosed(1, ()),
    "answered": AnswerDelivered(1),
    "withdrawn": Withdrawn(1),
}
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

_LONG: Final = st.one_of(st.integers(1, 7200), st.integers(1, 20 * 3600))
_STEPS: Final = st.one_of(
    st.tuples(st.sampled_from(["asked", "asked", "replied", "replied", "answered", "withdrawn"]), st.just(0)),
    st.tuples(st.just("passes"), _LONG),  # seconds, and at their end all that is due is fired
    st.tuples(st.just("stopped"), _LONG),  # seconds, and nothing is fired
    st.tuples(st.just("jumps"), st.sampled_from([-86400, 86400])),
    st.tuples(st.just("fires"), st.integers(1, 3)),  # so many timers at most
)


@dataclass
class Life:
    """A ticket's life in an office whose clock goes as it likes."""

    office: Office
    ticket: Ticket
    asked_at: datetime | None = None
    stood: timedelta = timedelta()
    settled: bool = False
    rings_at_end: list[tuple[str, str]] = field(default_factory=list)

    def step(self, what: str, how_much: int) -> None:
        """Carry out one step."""
        match what:
            case "passes":
                self.office.passes(seconds=how_much)
                self.fires(1000)
            case "stopped" | "jumps":
                self.office.passes(seconds=how_much)
            case "fires":
                self.fires(how_much)
            case _ if not self.settled:
                self._happens(what)

    def fires(self, most: int) -> None:
        """Fire at most so many timers; when all were asked for, none that is due is left waiting."""
        before = len(self.rung())
        self.office.work(partial(reminding.fire, rules=self.office.rules, limit=most))
        planned = self.due()
        assert all(planned[stage] <= self.office.now for _, stage in self.rung()[before:]), "too early"
        if most >= 1000:
            waiting = [due for due, state in self.timers().values() if state == "waiting"]
            assert all(due > self.office.now for due in waiting)

    def due(self) -> dict[tuple[str, str], datetime]:
        """Return when each stage is due, worked out from what happened."""
        began, zone = self.ticket.filed_at, ZoneInfo(self.office.work(_zone))
        day = began.astimezone(zone).date()
        answer = began + 24 * HOUR + self.stood
        return {
            ("FC-9", "reminder-50"): began + 30 * MINUTE,
            ("FC-9", "reminder-80"): began + 48 * MINUTE,
            ("FC-9", "breach"): began + 60 * MINUTE,
            ("FC-9", "ladder-1"): began + 120 * MINUTE,
            ("CP-6", "reminder-50"): answer - 12 * HOUR,
            ("CP-6", "breach"): answer,
            ("AS-7", "breach"): datetime.combine(day + 3 * DAY, time(), zone).astimezone(UTC),
            ("AS-7", "ladder-1"): datetime.combine(day + 4 * DAY, time(), zone).astimezone(UTC),
        }

    def rung(self) -> list[tuple[datetime, tuple[str, str]]]:
        """Return what rang, with its moment, in its order."""
        found: list[tuple[datetime, tuple[str, str]]] = []
        for recorded in map(event_of, self.office.work(lambda tx: tx.tickets.history(self.ticket.id))):
            match recorded.event:
                case Reminded(rule=rule, stage=stage):
                    found.append((recorded.at, (rule, stage)))
                case WindowBroken(rule=rule):
                    found.append((recorded.at, (rule, "breach")))
        return found

    def timers(self) -> dict[tuple[str, str], tuple[datetime, str]]:
        """Return each timer's due time and state."""
        statement = select(timers.c.rule, timers.c.stage, timers.c.due_at, timers.c.state)
        with self.office.store.connection() as connection:
            return {(rule, stage): (due, state) for rule, stage, due, state in connection.execute(statement)}

    def _happens(self, what: str) -> None:
        number, rules = self.ticket.id, self.office.rules
        runs = {run.rule: run for run in self.office.work(partial(_runs, number))}
        if what == "asked" and self.asked_at is None and self._stoppable(runs["CP-6"]):
            self.asked_at = self.office.now
        elif what == "replied" and self.asked_at is not None:
            self.stood += max(self.office.now - self.asked_at, timedelta())
            self.asked_at = None
        elif what in ("answered", "withdrawn"):
            self.settled = True
            self.rings_at_end = [stage for _, stage in self.rung()]
        self.office.work(lambda tx: record(tx, rules, tx.tickets.get(number), (HAPPENINGS[what],)))

    def _stoppable(self, run: Obligation) -> bool:
        return run.broken_at is None and self.office.now <= run.due_at


def _zone(tx: Transaction) -> str:
    estate = tx.estates.first()
    assert estate is not None
    return estate.timezone


def _runs(number: int, tx: Transaction) -> tuple[Obligation, ...]:
    return tx.obligations.of(number)


@contextmanager
def life(zone: str) -> Iterator[Life]:
    """Give a life that begins with the filing of a ticket in that zone."""
    office = Office({"chan": Role.RESIDENT, "clerk": Role.CLERK, "director": Role.DIRECTOR})
    office.rules, office.now = RULES, ZONES[zone]
    chan = office.person("chan")
    office.work(lambda tx: tx.estates.update(replace(tx.estates.get(office.estate_id), timezone=zone)))
    try:
        yield Life(office, office.work(lambda tx: registered(tx, RULES, chan)))
    finally:
        office.close()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(ZONES)), st.lists(_STEPS, max_size=14))
@example("Europe/Berlin", [("stopped", 20 * 3600), ("jumps", -86400), ("passes", 1), ("jumps", 86400)])
@example("Asia/Hong_Kong", [("asked", 0), ("jumps", -86400), ("replied", 0), ("passes", 30 * 60)])
@example("Asia/Hong_Kong", [("asked", 0), ("stopped", 60), ("replied", 0)] * 3)
@example("America/Santiago", [("asked", 0), ("stopped", 3600), ("answered", 0)])
def test_no_stage_is_missed_doubled_early_or_late(zone: str, steps: list[tuple[str, int]]) -> None:
    with life(zone) as one:
        for what, how_much in steps:
            one.step(what, how_much)
            waiting = one.timers()
            for stage, due_at in one.due().items():
                planned, state = waiting[stage]
                assert state != "waiting" or planned == due_at, stage
            assert not one.settled or not any(state in ("waiting", "held") for _, state in waiting.values())
        one.office.now = max(one.office.now, ZONES[zone])
        one.step("passes", 40 * 86400)

        rung = one.rung()
        assert max(Counter(stage for _, stage in rung).values(), default=1) == 1
        assert all(at >= one.ticket.filed_at for at, _ in rung)
        if one.settled:
            assert [stage for _, stage in rung] == one.rings_at_end, "after the end"
        else:
            held = {stage for stage, (_, state) in one.timers().items() if state == "held"}
            assert {stage for _, stage in rung} == set(one.due()) - held
            assert bool(held) == (one.asked_at is not None)
