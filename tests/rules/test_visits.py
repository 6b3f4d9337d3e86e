"""The return visits of the rulebook, rule by rule: which matter is visited when, by whom, and what follows (RV-1 to 7).

Each row reads: a matter of that kind, handled on Monday at nine, checked so many hours later; when the resident is
asked and by when each visit must be made, counted in hours from the handling.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot.domain.lengths import Calendar
from bot.domain.overrides import Override, overridden
from bot.domain.people import Person, Role
from bot.domain.tickets import Channel, Kind, Severity, Stage, Ticket
from bot.domain.visit_rules import Visitor, VisitRule
from bot.domain.visits import Answers, Result, Satisfaction, drawn, entrust_at, nudge_at, plan
from bot.regulations import loader
from bot.services.visiting import visitor_of
from tests.office import Office

#: A Monday, nine on the wall of Hong Kong.
NINE: Final = datetime(2026, 3, 2, 1, tzinfo=UTC)
HONG_KONG: Final = Calendar(ZoneInfo("Asia/Hong_Kong"))
RULES: Final = loader.default()
#: Midnight of the second, third and seventh day after, in hours from nine.
SECOND, THIRD, SEVENTH = 63, 87, 183
RAIN = None


def matter(kind: str, category: str, severity: str = "normal", **fields: object) -> Ticket:
    blank = Ticket(
        1, "ref", "HT-1", 1, Kind(kind), Severity(severity), Stage.HANDLED, Channel.CHAT, 3, NINE, RULES.version, 5
    )
    return replace(blank, **({"category": category, "handled_at": NINE} | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "ticket", "checked", "visits"),
    [
        # RV-1: complaints the next day, within two days.
        ("RV-1/complaints", matter("complaint", "cleaning"), 1, [(23, SECOND)]),
        # RV-4: major ones too; they are the director's.
        ("RV-4/major", matter("complaint", "cleaning", "major"), 1, [(23, SECOND)]),
        ("RV-4/major", matter("repair", "lift", "major"), 1, [(23, SECOND)]),
        # RV-2: urgent repairs within a day, and again two days later.
        ("RV-2/urgent", matter("repair", "burst", "urgent"), 1, [(4, 24), (48, THIRD)]),
        # Safety installations two days; leaks three days and after rain; others a week.
        ("RV-2/safety", matter("repair", "lift"), 1, [(23, SECOND)]),
        ("RV-2/leaks", matter("repair", "water"), 1, [(23, THIRD), RAIN]),
        ("RV-2/repairs", matter("repair", "light"), 1, [(23, SEVENTH)]),
        # RV-7: what was not solved is visited like a complaint.
        ("RV-7", matter("repair", "light", reopened=1), 1, [(23, SECOND)]),
        ("RV-7/leaks", matter("repair", "water", reopened=1), 1, [(23, SECOND), RAIN]),
        ("RV-7", matter("enquiry", "enquiry", reopened=1), 1, [(23, SECOND)]),
        # Checked late the resident is asked at once; the end stays where it is.
        ("RV-1/complaints", matter("complaint", "cleaning"), 30, [(30, SECOND)]),
        ("RV-2/urgent", matter("repair", "burst", "urgent"), 25, [(25, 24), (48, THIRD)]),
    ],
)
def test_the_plan(rule: str, ticket: Ticket, checked: int, visits: list[tuple[int, int] | None]) -> None:
    planned = plan(RULES, ticket, HONG_KONG, NINE + timedelta(hours=checked)).visits
    assert {visit.rule for visit in planned} == {rule}
    hour = timedelta(hours=1)
    assert [
        visit.opens_at and visit.due_at and ((visit.opens_at - NINE) // hour, (visit.due_at - NINE) // hour)
        for visit in planned
    ] == visits


@pytest.mark.parametrize(
    "ticket", [matter("finding", "finding"), matter("enquiry", "enquiry"), matter("praise", "praise")]
)
def test_nobody_is_visited_for_what_needs_none(ticket: Ticket) -> None:
    assert plan(RULES, ticket, HONG_KONG, NINE).visits == ()


def test_nobody_is_asked_reminded_or_sent_at_night() -> None:
    late = matter("repair", "burst", "urgent", handled_at=NINE + timedelta(hours=12))  # nine in the evening
    (first, _) = plan(RULES, late, HONG_KONG, NINE + timedelta(hours=12)).visits
    assert first.opens_at == NINE + timedelta(hours=23), "eight in the morning"
    assert first.due_at == NINE + timedelta(hours=36), "counted from handling all the same"
    urgent = RULES.visit("RV-2/urgent")
    assert urgent is not None
    opened, due = NINE + timedelta(hours=4), NINE + timedelta(hours=24)
    assert nudge_at(urgent, opened, due, HONG_KONG, RULES.hours) == NINE + timedelta(hours=10)
    assert entrust_at(urgent, opened, due, HONG_KONG, RULES.hours) == NINE + timedelta(hours=23), "not at one at night"


def test_sampling_comes_to_the_same_for_everybody_and_to_its_rate() -> None:
    others = RULES.visit("RV-2/others")
    assert others is not None
    assert others.coverage == 0.3
    many = [replace(matter("suggestion", "suggestion"), ref=f"ref-{number:08}") for number in range(2000)]
    lots = [drawn(ticket, others) for ticket in many]
    assert lots == [drawn(ticket, others) for ticket in many]
    assert abs(sum(lots) / len(lots) - others.coverage) < 0.03
    elsewhere = [replace(ticket, estate_id=2) for ticket in many]
    assert lots != [drawn(ticket, others) for ticket in elsewhere], "each estate draws its own"
    spared = next(ticket for ticket, lot in zip(many, lots, strict=True) if not lot)
    assert plan(RULES, spared, HONG_KONG, NINE).spared == "RV-2/others", "it is written down that it was left out"
    assert all(drawn(ticket, replace_coverage(others, 1.0)) for ticket in many)


def replace_coverage(rule: VisitRule, coverage: float) -> VisitRule:
    return rule.model_copy(update={"coverage": coverage})


def _rule(**fields: object) -> VisitRule:
    usual = {"rule": "RV-9", "source": "S", "opens": "1 day", "due": "2 days"}
    return VisitRule.model_validate(usual | fields)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"coverage": 0.9}, "of matters of the kind complaint at least 100%"),
        ({"coverage": 0.2, "when": [{"kinds": ["repair"]}]}, "of matters of the kind repair at least 30%"),
        ({"opens": "3 days"}, "each visit opens before it is due"),
        ({"again": [{"opens": "1 day", "due": "3 days"}]}, "one after the other"),
        ({"opens": "same day"}, "counted in minutes, hours or days"),
        ({"again": [{"due": "3 days"}]}, "one of both"),
        ({"again": [{"opens": "3 days", "after_rain": True, "due": "4 days"}]}, "one of both"),
        ({"nudged": 0.7}, "reminded before somebody goes"),
    ],
)
def test_what_contradicts_itself_or_visits_too_few_is_refused(fields: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        _rule(**fields)


def test_an_estate_can_have_visits_of_its_own() -> None:
    mine = _rule(rule="RV-2/lights", when=[{"kinds": ["repair"], "categories": ["light"]}], coverage=0.5)
    fewer = _rule(rule="RV-2/repairs", when=[{"kinds": ["repair"]}], coverage=0.3)
    ours = overridden(RULES, Override(version="1", visits=(mine, fewer), without=("RV-2/others",)))
    light, door = matter("repair", "light"), matter("repair", "door")
    assert ours.visits_for(light) == mine, "its own come first"
    assert ours.visit("RV-2/repairs") == fewer
    assert ours.visits_for(door) == RULES.visits_for(door)
    assert ours.visits_for(matter("suggestion", "suggestion")) is None


@pytest.mark.parametrize(
    ("answers", "satisfied"),
    [
        (Answers(Result.SOLVED), True),
        (Answers(Result.SOLVED, satisfaction=Satisfaction.FAIR), True),
        (Answers(Result.PARTLY, satisfaction=Satisfaction.SATISFIED), True),
        (Answers(Result.PARTLY, satisfaction=Satisfaction.UNSATISFIED), False),
        (Answers(Result.SOLVED, satisfaction=Satisfaction.UNSATISFIED), False),
        (Answers(Result.NOT_SOLVED), False),
    ],
)
def test_what_may_rest_is_what_the_resident_is_content_with(answers: Answers, satisfied: bool) -> None:
    assert answers.satisfied is satisfied


@pytest.fixture
def office() -> Iterator[Office]:
    opened = Office(
        {
            "chan": Role.RESIDENT,
            "clerk": Role.CLERK,
            "other": Role.CLERK,
            "technician": Role.TECHNICIAN,
            "supervisor": Role.GENERAL_SUPERVISOR,
            "director": Role.DIRECTOR,
        }
    )
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("wanted", "contact", "worker", "filer", "visitor"),
    [
        # RV-1: the first contact; RV-4: a clerk where the first contact did the work.
        (Visitor.FIRST_CONTACT, "technician", "clerk", "chan", "technician"),
        (Visitor.FIRST_CONTACT, "technician", "technician", "chan", "clerk"),
        (Visitor.CLERK, "technician", "technician", "chan", "clerk"),
        (Visitor.CLERK, "technician", "clerk", "chan", "other"),
        # Major ones: the director, or who stands in.
        (Visitor.DIRECTOR, "technician", "technician", "chan", "director"),
        (Visitor.DIRECTOR, "technician", "director", "chan", "supervisor"),
        # Nobody visits themselves.
        (Visitor.FIRST_CONTACT, "clerk", "technician", "clerk", "other"),
    ],
)
def test_the_visitor(office: Office, wanted: Visitor, contact: str, worker: str, filer: str, visitor: str) -> None:
    ids = {name: office.person(name).id for name in {contact, worker, filer}}
    ticket = matter("complaint", "cleaning", estate_id=office.estate_id, filer_id=ids[filer])
    ticket = replace(ticket, first_contact_id=ids[contact], handled_by=ids[worker])
    assert office.work(lambda tx: visitor_of(tx, ticket, wanted)) == office.person(visitor)


def test_who_has_left_or_blocks_the_bot_is_sent_nowhere(office: Office) -> None:
    first, clerk = office.person("technician"), office.person("clerk")
    chan = office.person("chan").id
    ticket = matter("complaint", "cleaning", estate_id=office.estate_id, filer_id=chan, first_contact_id=first.id)

    def change(person: Person) -> None:
        office.work(lambda tx: tx.people.update(person))

    change(replace(first, left_at=office.now))
    change(replace(clerk, reachable=False))
    assert office.work(lambda tx: visitor_of(tx, ticket, Visitor.FIRST_CONTACT)) == office.person("other")


def test_what_is_about_a_colleague_is_visited_by_its_readers_alone(office: Office) -> None:
    ticket = matter("complaint", "colleague", estate_id=office.estate_id)
    assert office.work(lambda tx: visitor_of(tx, ticket, Visitor.FIRST_CONTACT)) == office.person("director")
