"""What comes again within a quarter: found, laid before the director, decided, done by its deadline (RV-9)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.patterns import (
    Fact,
    PatternState,
    Recurrence,
    Thresholds,
    next_quarter,
    quarter_of,
    recurring,
)
from bot.domain.people import Language, Role
from bot.domain.places import Place, PlaceKind
from bot.domain.tickets import Kind
from bot.flows.screen import Action
from bot.ports.outbox import TapAnswer
from bot.services import recurring as service
from bot.services import stock_taking
from bot.services.recurring import RECURS
from tests.office import Office

LEAST = Thresholds(failed_visits=2, complaints=2, repairs=3)


def fact(number: int, kind: Kind, category: str, place: str = "", filer: int = 1, **more: object) -> Fact:
    return replace(Fact(number, kind, category, place, filer, nameless=False, reopened=0), **more)  # type: ignore[arg-type]


def repairs(*places: str, category: str = "lift") -> list[Fact]:
    return [fact(number, Kind.REPAIR, category, place, number) for number, place in enumerate(places, start=1)]


def complaints(*filers: int, place: str = "", category: str = "cleaning", **more: object) -> list[Fact]:
    return [fact(n, Kind.COMPLAINT, category, place, filer, **more) for n, filer in enumerate(filers, start=1)]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (repairs("lobby", "lobby"), []),
        (repairs("lobby", "lobby", "lobby"), [(Recurrence.REPAIRS, "lobby", (1, 2, 3))]),
        (repairs("lobby", "stairs", "lobby"), []),
        (repairs("", "", ""), []),
        (repairs("lobby", "lobby") + repairs("lobby", category="light"), []),
        (complaints(7), []),
        (complaints(7, 7), [(Recurrence.COMPLAINTS, "#7", (1, 2))]),
        (complaints(7, 8), []),
        (complaints(7, 8, place="lobby"), [(Recurrence.COMPLAINTS, "lobby", (1, 2))]),
        (complaints(7, 7, place="lobby"), [(Recurrence.COMPLAINTS, "lobby", (1, 2))]),
        (complaints(7, 7, nameless=True, category="neighbours"), []),
        (complaints(7, 7, category="colleague"), []),
        ([fact(n, Kind.REPAIR, "water", reopened=1) for n in (1, 2)], [(Recurrence.FAILED_VISITS, "", (1, 2))]),
        ([fact(1, Kind.REPAIR, "water", reopened=2)], []),
    ],
)
def test_what_is_a_pattern(facts: list[Fact], found: list[tuple[Recurrence, str, tuple[int, ...]]]) -> None:
    assert [(one.recurrence, one.subject, one.tickets) for one in recurring(facts, LEAST)] == found


@pytest.mark.parametrize(
    ("day", "quarter", "following"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 3, 31), date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2027, 1, 1)),
        (date(2028, 2, 29), date(2028, 1, 1), date(2028, 4, 1)),
    ],
)
def test_quarters(day: date, quarter: date, following: date) -> None:
    assert quarter_of(day) == quarter
    assert next_quarter(quarter) == following


@pytest.fixture
def office() -> Iterator[Office]:
    """A resident whose lift breaks down again and again, and who leads."""
    staff = {"clerk": Role.CLERK, "head": Role.DEPARTMENT_HEAD, "director": Role.DIRECTOR}
    opened = Office({"chan": Role.RESIDENT, **staff})
    department = opened.work(lambda tx: tx.departments.by_code(opened.estate_id, "engineering"))
    assert department is not None
    head = replace(opened.person("head"), department_id=department.id)
    opened.work(lambda tx: tx.people.update(head))
    yield opened
    opened.close()


def breaks_down(office: Office, times: int) -> None:
    """Let the lift in the lobby break down so many times."""
    for number in range(times):
        office.passes(hours=2)
        office.writes("chan", f"The lift stops at floor {number}")
        for choice in (
            *(("c.new",) if office.tickets() else ()),
            "c.repair",
            "c.lift",
            "c.lobby",
            "skip",
            "skip",
            "submit",
        ):
            office.presses("chan", choice)
        office.delivers()


def looks(office: Office) -> None:
    """Look for patterns, as each day's count does."""
    estate = office.work(lambda tx: tx.estates.get(office.estate_id))
    office.work(lambda tx: service.look(tx, office.rules, estate))
    office.delivers()


def taps(office: Office, name: str, choice: str) -> TapAnswer:
    answer = office.taps(name, Action(RECURS, "1", 0, choice).encode())
    assert answer is not None
    office.delivers()
    return answer


def state(office: Office) -> PatternState:
    pattern = office.work(lambda tx: tx.patterns.get(1))
    assert pattern is not None
    return pattern.state


def fires(office: Office) -> None:
    """Fire what is due, at its own time."""
    due = office.work(lambda tx: tx.patterns.next_due())
    assert due is not None
    office.now = max(office.now, due)
    office.work(lambda tx: service.fire(tx, 10))
    office.delivers()


def decides(office: Office) -> None:
    """Let the director have engineering keep it from coming again."""
    taps(office, "director", "preventive")
    office.writes("director", "Have the maker look at the doors.")
    department = office.work(lambda tx: tx.departments.by_code(office.estate_id, "engineering"))
    assert department is not None
    office.presses("director", f"c.{department.id}")
    person = office.person("director")
    draft = office.work(lambda tx: tx.drafts.current(person.id, person.account or 0, office.now))
    assert draft is not None
    office.presses("director", f"c.{draft.options['by'][1][0]}")
    office.delivers()


def test_three_repairs_of_one_kind_at_one_place_are_laid_before_the_director_once(office: Office) -> None:
    breaks_down(office, 2)
    looks(office)
    assert "This comes again and again" not in office.told("director")
    breaks_down(office, 1)
    looks(office)
    looks(office)
    told = office.told("director")
    assert told.count("This comes again and again in this quarter") == 1
    assert "3 repairs" in told
    for ticket in office.tickets():
        assert f"No. {ticket.number}" in told, "what it is drawn from"
    fires(office)
    assert office.told("director").count("This comes again and again") == 2, "a week later it is asked once more"


def test_a_place_of_the_estates_list_is_called_by_its_name(office: Office) -> None:
    spot = Place(0, office.estate_id, PlaceKind.SPOT, "b3", "Block 3", {Language.TRADITIONAL: "3座"})
    lobby = office.work(lambda tx: tx.places.add(spot))
    breaks_down(office, 3)
    with office.store.connection() as connection:
        connection.exec_driver_sql("UPDATE tickets SET details = ?", (f'[["where", "{lobby.ref}"]]',))
    looks(office)
    assert "3 repairs, 📍 Block 3" in office.told("director")
    director = replace(office.person("director"), language=Language.TRADITIONAL)
    office.work(lambda tx: tx.people.update(director))
    fires(office)
    assert "3 repairs, 📍 3座" in office.told("director"), "asked once more, in their language"


def test_what_was_decided_is_tracked_to_its_deadline_and_done_by_its_owner(office: Office) -> None:
    breaks_down(office, 3)
    looks(office)
    decides(office)
    assert state(office) is PatternState.ACTING
    asked = office.told("head")
    assert "director asks you to see to this by" in asked
    assert "Have the maker look at the doors." in asked
    fires(office)
    assert "This is due by" in office.told("head")
    assert state(office) is PatternState.REMINDED
    fires(office)
    assert state(office) is PatternState.LATE
    for name in ("head", "director"):
        assert "is not reported done" in office.told(name)
    assert not taps(office, "head", "done").alert
    assert state(office) is PatternState.DONE
    assert "head reports it done" in office.told("director")
    assert taps(office, "head", "done").alert


def test_that_nothing_is_needed_ends_it(office: Office) -> None:
    breaks_down(office, 3)
    looks(office)
    assert not taps(office, "director", "none").alert
    assert state(office) is PatternState.NOTHING
    assert office.work(lambda tx: tx.patterns.next_due()) is None
    assert taps(office, "director", "corrective").alert, "it is decided"


@pytest.mark.parametrize("name", ["clerk", "head", "chan"])
def test_nobody_but_the_director_decides(office: Office, name: str) -> None:
    breaks_down(office, 3)
    looks(office)
    for choice in ("none", "corrective", "preventive", "done", "nonsense"):
        assert taps(office, name, choice).alert
    assert state(office) is PatternState.FOUND


def test_nobody_else_reports_it_done(office: Office) -> None:
    breaks_down(office, 3)
    looks(office)
    decides(office)
    assert taps(office, "clerk", "done").alert
    assert state(office) is PatternState.ACTING


def test_it_is_looked_for_with_the_days_count(office: Office) -> None:

    breaks_down(office, 3)
    estate = office.work(lambda tx: tx.estates.get(office.estate_id))
    office.work(lambda tx: stock_taking.plan(tx, office.rules, estate))
    office.passes(days=1)
    office.now += timedelta(hours=12)
    office.work(lambda tx: stock_taking.fire(tx, office.rules, 10))
    assert "This comes again and again" in office.told("director")
