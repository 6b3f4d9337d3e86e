"""The table of acts does what the matrix written by hand says: for every act, role, relation, stage and state.

Once on the policy itself, where every combination is looked at; and once through the services, where what is offered
succeeds or asks, and what is not is refused with a sentence and changes nothing.
"""

import itertools
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Connection, select, update

from bot.domain import policy
from bot.domain.errors import DomainError
from bot.domain.people import Person, Role, StandingIn
from bot.domain.policy import Act
from bot.domain.rosters import Leave
from bot.domain.tickets import FIELDS, Channel, Jurisdiction, Kind, Outcome, Severity, Stage, Ticket
from bot.flows.screen import Action
from bot.ports.incoming import Tapped
from bot.ports.outbox import Notice, TapAnswer
from bot.ports.store import Transaction
from bot.services import acting
from bot.services.handling import handle
from storage import schema
from storage.transaction import SqlTransaction
from tests.office import MORNING, Office, account_of
from tests.rules.policy_matrix import MATRIX

_COLLEAGUES: Final = frozenset(
    {Role.TECHNICIAN, Role.CLERK, Role.DEPARTMENT_HEAD, Role.GENERAL_SUPERVISOR, Role.DIRECTOR}
)
_CHIEFS: Final = frozenset({Role.SQUAD_LEADER, Role.SITE_SUPERVISOR})
_ABOVE: Final = frozenset({Role.GENERAL_SUPERVISOR, Role.DIRECTOR})
#: Who has a head's duties in their stead is somebody above.
_MAY_HEAD: Final = _ABOVE | {Role.DEPARTMENT_HEAD}
#: People, departments and tickets by their ids in the office below.
_ACTOR, _OTHER, _THIRD = 1, 2, 3
_HEAD = 6
_OURS, _THEIRS = 2, 3
_TICKET, _EVENT = 1, 2


@dataclass(frozen=True, slots=True)
class State:
    """Something that is so of a ticket: the words of the matrix, and how its fields then stand.

    `mine` are the fields that name the actor. `stages` are those at which it happens.
    """

    words: frozenset[str]
    fields: Mapping[str, Any] = field(default_factory=dict)
    mine: tuple[str, ...] = ()
    stages: frozenset[Stage] = frozenset(Stage)


_OPEN: Final = frozenset(Stage) - {Stage.CLOSED}
_LONG_AGO: Final = MORNING - timedelta(days=8)
STATES: Final[Mapping[str, State]] = {
    "waiting": State(frozenset()),
    "held": State(frozenset({"held"}), {"assignee_id": _OTHER}),
    "just claimed": State(frozenset({"held", "just-claimed"}), {"assignee_id": _OTHER, "claimed_at": MORNING}),
    "claimed a minute ago": State(
        frozenset({"held", "just-claimed"}), {"assignee_id": _OTHER, "claimed_at": MORNING - timedelta(minutes=1)}
    ),
    "claimed longer ago": State(
        frozenset({"held"}), {"assignee_id": _OTHER, "claimed_at": MORNING - timedelta(minutes=1, seconds=1)}
    ),
    "offered": State(
        frozenset({"held", "offered"}),
        {"assignee_id": _OTHER, "transfer_by": _OTHER, "transfer_to": _THIRD, "transferred_at": MORNING},
    ),
    "offered to a department": State(
        frozenset({"held", "offered"}),
        {"assignee_id": _OTHER, "transfer_by": _OTHER, "transfer_department": _OURS, "transferred_at": MORNING},
    ),
    "asked": State(frozenset({"held", "asked"}), {"assignee_id": _OTHER, "asked_id": 1}),
    "proposed": State(frozenset({"held", "proposed"}), {"assignee_id": _OTHER, "proposal_id": 1}),
    "to be called": State(frozenset({"held", "call"}), {"assignee_id": _OTHER, "call_asked_at": MORNING}),
    "nameless": State(frozenset({"held", "nameless"}), {"assignee_id": _OTHER, "nameless": True}),
    "doubted": State(frozenset({"held", "void", "others-void"}), {"assignee_id": _OTHER, "void_asked_by": _THIRD}),
    "doubted by oneself": State(
        frozenset({"held", "void", "own-void"}), {"assignee_id": _OTHER}, mine=("void_asked_by",)
    ),
    "solved": State(frozenset({"held"}), {"assignee_id": _OTHER, "outcome": Outcome.SOLVED, "handled_by": _OTHER}),
    "one's own work": State(
        frozenset({"held", "own-work"}), {"assignee_id": _OTHER, "outcome": Outcome.SOLVED}, mine=("handled_by",)
    ),
    "explained": State(
        frozenset({"held", "explained"}), {"assignee_id": _OTHER, "outcome": Outcome.EXPLAINED, "handled_by": _OTHER}
    ),
    "finding": State(frozenset({"held", "finding"}), {"assignee_id": _OTHER, "kind": Kind.FINDING}),
    "finding sent longer ago": State(
        frozenset({"held", "finding", "long-sent"}),
        {"assignee_id": _OTHER, "kind": Kind.FINDING, "filed_at": MORNING - timedelta(minutes=1, seconds=1)},
    ),
    "finding that waits": State(frozenset({"finding"}), {"kind": Kind.FINDING}),
    "fixed on the spot": State(
        frozenset({"held", "finding", "own-work"}),
        {"assignee_id": _OTHER, "kind": Kind.FINDING, "outcome": Outcome.SOLVED},
        mine=("handled_by",),
    ),
    "fixed on the spot longer ago": State(
        frozenset({"held", "finding", "own-work", "long-sent"}),
        {
            "assignee_id": _OTHER,
            "kind": Kind.FINDING,
            "outcome": Outcome.SOLVED,
            "filed_at": MORNING - timedelta(minutes=1, seconds=1),
        },
        mine=("handled_by",),
    ),
    "to be helped": State(
        frozenset({"held", "finding", "help"}),
        {"assignee_id": _OTHER, "kind": Kind.FINDING, "help_asked_at": MORNING},
    ),
    "helped": State(
        frozenset({"held", "finding", "help", "helped"}),
        {"assignee_id": _OTHER, "kind": Kind.FINDING, "help_asked_at": MORNING, "helper_id": _OTHER},
    ),
    "merged just now": State(
        frozenset({"held", "merged"}),
        {"assignee_id": _OTHER, "merged_into": _EVENT, "merged_at": MORNING},
        stages=_OPEN,
    ),
    "merged, and erased since": State(
        frozenset({"held", "merged", "erased"}),
        {"assignee_id": _OTHER, "merged_into": _EVENT, "merged_at": MORNING, "erased_at": MORNING},
        stages=_OPEN,
    ),
    "asked after lately": State(
        frozenset({"held", "finding"}),
        {"assignee_id": _OTHER, "kind": Kind.FINDING, "chased_at": MORNING - timedelta(hours=3, minutes=59)},
    ),
    "asked after longer ago": State(
        frozenset({"held", "finding"}),
        {"assignee_id": _OTHER, "kind": Kind.FINDING, "chased_at": MORNING - timedelta(hours=4)},
    ),
    "about a colleague": State(frozenset({"held", "secret"}), {"assignee_id": _OTHER, "category": "colleague"}),
    "to be visited": State(frozenset({"held", "visits"}), {"assignee_id": _OTHER, "visits": 1}),
    "being visited": State(
        frozenset({"held", "visits", "under-way"}),
        {"assignee_id": _OTHER, "visits": 1, "visit": 1, "visit_due": MORNING},
    ),
    "being visited for one's own work": State(
        frozenset({"held", "visits", "under-way", "own-work"}),
        {"assignee_id": _OTHER, "visits": 1, "visit": 1, "visit_due": MORNING},
        mine=("handled_by",),
    ),
    "to be reviewed": State(frozenset({"held", "visited"}), {"assignee_id": _OTHER, "visited_by": _OTHER}),
    "to be reviewed of one's own visit": State(
        frozenset({"held", "visited", "own-visit"}), {"assignee_id": _OTHER}, mine=("visited_by",)
    ),
    "just visited": State(
        frozenset({"held", "just-visited"}), {"assignee_id": _OTHER, "visited_at": MORNING - timedelta(days=1)}
    ),
    "just visited by oneself": State(
        frozenset({"held", "just-visited"}),
        {"assignee_id": _OTHER, "visited_at": MORNING - timedelta(days=1)},
        mine=("visited_by",),
    ),
    "just visited, and erased since": State(
        frozenset({"held", "just-visited", "erased"}),
        {"assignee_id": _OTHER, "visited_at": MORNING, "erased_at": MORNING},
    ),
    "visited longer ago": State(
        frozenset({"held"}), {"assignee_id": _OTHER, "visited_at": MORNING - timedelta(days=1, seconds=1)}
    ),
    "closed lately": State(
        frozenset({"held"}),
        {"assignee_id": _OTHER, "closed_at": MORNING, "reopen_until": MORNING},
        stages=frozenset({Stage.CLOSED}),
    ),
    "to be told HQ": State(frozenset({"held", "hq-waits"}), {"assignee_id": _OTHER, "hq_waits": True}),
    "a sister unit's": State(
        frozenset({"held", "sister"}), {"assignee_id": _OTHER, "jurisdiction": Jurisdiction.SISTER}
    ),
    "summed up": State(
        frozenset({"held", "summed-up"}),
        {"assignee_id": _OTHER, "closed_at": MORNING, "summed_up_at": MORNING, "reopen_until": _LONG_AGO},
        stages=frozenset({Stage.CLOSED}),
    ),
    "withdrawn": State(
        frozenset({"held", "withdrawn"}), {"assignee_id": _OTHER, "withdrawn_at": MORNING}, stages=_OPEN
    ),
    "voided": State(frozenset({"held", "voided"}), {"assignee_id": _OTHER, "voided_at": MORNING}, stages=_OPEN),
    "merged": State(frozenset({"held", "merged"}), {"assignee_id": _OTHER, "merged_into": _EVENT}, stages=_OPEN),
}
#: How the actor stands to the ticket: the word of the matrix, and the fields that then name them.
RELATIONS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "none": ("", ()),
    "filer": ("filer", ("filer_id",)),
    "holder": ("holder", ("assignee_id",)),
    "first contact": ("contact", ("first_contact_id",)),
    "giver": ("giver", ("transfer_by",)),
    "receiver": ("receiver", ("transfer_to",)),
    "visitor": ("visitor", ("visitor_id",)),
    "who stands in for its holder": ("", ()),
    "who stands in for a head elsewhere": ("", ()),
    "who went there": ("", ("helper_id",)),
    "who was told of it": ("", ("recorded_by",)),
    "who was told of it by intercom": ("", ("recorded_by",)),
    "of its department": ("", ()),
    "of the squad that reported it": ("", ()),
    "of another estate": ("", ()),
    "left": ("", ()),
}

#: How what came from site reached us, whoever's squad or company it was.
_FROM_SITE: Final = {
    "of the squad that reported it": Channel.ON_SITE,
    "who was told of it": Channel.TOLD,
    "who was told of it by intercom": Channel.INTERCOM,
}


def person_of(role: Role | None, relation: str) -> Person:
    """Return who acts."""
    roles = frozenset({role} if role else ())
    member = Person(_ACTOR, 7, "actor", 2 if relation == "of another estate" else 1, roles)
    member = replace(member, department_id=_OURS if relation == "of its department" else _THEIRS)
    if relation == "who stands in for its holder":
        return replace(member, stands_in=StandingIn(frozenset({_OTHER})))
    if relation == "who stands in for a head elsewhere":
        headed = frozenset({_OURS} if roles & _MAY_HEAD else ())
        return replace(member, stands_in=StandingIn(frozenset({_HEAD}), headed))
    return replace(member, left_at=MORNING) if relation == "left" else member


def ticket_of(stage: Stage, state: State, relation: str) -> Ticket:
    """Return a ticket of the department `_OURS` at that stage, in that state."""
    blank = Ticket(
        _TICKET, "ref", "HT-2026-1", 1, Kind.REPAIR, Severity.NORMAL, stage, Channel.CHAT, _THIRD, MORNING, "2026-2", 1
    )
    named: dict[str, Any] = dict.fromkeys((*state.mine, *RELATIONS[relation][1]), _ACTOR)
    if stage is Stage.CLOSED and "reopen_until" not in state.fields:
        named["reopen_until"] = _LONG_AGO
    if relation == "of the squad that reported it":
        named["squad_id"] = _THEIRS
    if relation in _FROM_SITE:
        named["channel"] = _FROM_SITE[relation]
    return replace(blank, **{"department_id": _OURS, "category": "lift", **state.fields, **named})


def stands(person: Person, ticket: Ticket, relation: str) -> frozenset[str]:
    """Return how the actor stands to the ticket in the words of the matrix; not by asking the policy."""
    secret = ticket.category == "colleague"
    if relation == "of another estate" or (secret and ticket.filer_id != _ACTOR and Role.DIRECTOR not in person.roles):
        return frozenset()
    found = {"filer"} if ticket.filer_id == _ACTOR else set()
    if relation == "of the squad that reported it" and person.roles & _CHIEFS:
        found.add("chief")
    on_foot = relation != "left" and person.roles & (_CHIEFS | {Role.FRONTLINE})
    found |= {"teller"} if relation.startswith("who was told of it") and on_foot else set()
    found |= _nearness(person, ticket, relation)
    if relation == "left" or not person.roles & _COLLEAGUES:
        return frozenset(found)
    found.add("colleague")
    found |= {"desk"} if Role.CLERK in person.roles else set()
    found |= {"holder"} if ticket.assignee_id == _ACTOR else set()
    stood = _OTHER if relation == "who stands in for its holder" else _ACTOR
    found |= {"hands"} if ticket.assignee_id in (_ACTOR, stood) else set()
    found |= {"contact"} if ticket.first_contact_id == _ACTOR else set()
    found |= {"visitor"} if ticket.visitor_id in (_ACTOR, stood) else set()
    found |= {"recorder"} if ticket.visited_by == _ACTOR else set()
    found |= {"giver"} if ticket.transfer_by in (_ACTOR, stood) else set()
    by_name = ticket.transfer_to == _ACTOR
    by_department = ticket.transfer_department is not None and relation == "of its department"
    found |= {"receiver"} if (by_name or by_department) and ticket.transfer_by != _ACTOR else set()
    heads_it = Role.DEPARTMENT_HEAD in person.roles and relation == "of its department"
    heads_it |= relation == "who stands in for a head elsewhere" and bool(person.roles & _MAY_HEAD)
    found |= {"leader"} if heads_it or person.roles & _ABOVE else set()
    return frozenset(found)


def _nearness(person: Person, ticket: Ticket, relation: str) -> set[str]:
    """Return how somebody on their feet stands to where help is wanted."""
    if relation == "left" or ticket.help_asked_at is None or not person.roles & (_CHIEFS | {Role.FRONTLINE}):
        return set()
    return {"helper"} if ticket.helper_id == _ACTOR else {"near"}


def so(ticket: Ticket, state: State) -> frozenset[str]:
    """Return the state in the words of the matrix, with what follows from the stage and the actor's part in it."""
    words = set(state.words)
    words |= {"held"} if ticket.assignee_id is not None else set()
    words |= {"helped"} if ticket.helper_id is not None else set()
    words |= {"late"} if ticket.merged_at is None else set()
    from_site = ticket.kind is Kind.FINDING or ticket.channel in _FROM_SITE.values()
    words |= {"from-site"} if from_site else set()
    chased = ticket.chased_at
    words |= {"lately"} if chased is not None and MORNING - chased < timedelta(hours=4) else set()
    words |= {"visited"} if ticket.visited_by is not None else set()
    words |= {"own-visit"} if ticket.visited_by == _ACTOR else set()
    under_way = "under-way" in words
    words |= {"askable"} if ticket.stage is Stage.VERIFIED or under_way else set()
    past = ticket.stage is Stage.CLOSED and ticket.reopen_until == _LONG_AGO and not under_way
    words |= {"long-closed"} if past else set()
    return frozenset(words)


def cases(*roles: Role | None) -> Iterator[tuple[Person, Ticket, frozenset[str], frozenset[str], str]]:
    """Yield every person of these roles, or of any, and every ticket there can be, with how the matrix names them."""
    everybody = roles or (*Role, None)
    for role, relation, (name, state), stage in itertools.product(everybody, RELATIONS, STATES.items(), Stage):
        offered_to_nobody = relation in ("giver", "receiver") and "offered" not in state.words
        offered_to_nobody |= relation == "who went there" and "help" not in state.words
        if stage not in state.stages or offered_to_nobody:
            continue
        person, ticket = person_of(role, relation), ticket_of(stage, state, relation)
        label = f"{role} · {relation} · {name} · {stage}"
        yield person, ticket, stands(person, ticket, relation), so(ticket, state), label


def possible(case: tuple[Person, Ticket, frozenset[str], frozenset[str], str]) -> tuple[Act, ...]:
    """Return what the matrix lets that person do to that ticket."""
    _, ticket, relations, state, _ = case
    return tuple(rule.act for rule in MATRIX if rule.permits(relations, ticket.stage, state))


def test_every_act_has_its_line_and_every_handler_its_act() -> None:
    assert [rule.act for rule in MATRIX] == list(policy.TABLE), "in the order in which buttons are shown"
    assert set(policy.TABLE) == set(Act)
    assert set(policy.TABLE) >= HANDLED_BY_TAP
    assert not set(acting._TAPS) & set(acting._BEGINS), "a tap does one thing"


@pytest.mark.parametrize("role", [*Role, None])
def test_the_policy_is_what_the_matrix_says_for_everybody_everywhere(role: Role | None) -> None:
    looked_at = 0
    for case in cases(role):
        person, ticket, *_, label = case
        expected = possible(case)
        assert policy.offered(person, ticket, MORNING) == expected, label
        for act in Act:
            assert permitted(person, ticket, act) == (act in expected), f"{label} · {act}"
        looked_at += 1
    assert looked_at > 2_000


def test_each_act_is_somebodys_at_some_time_and_none_is_everybodys() -> None:
    found = [frozenset(possible(case)) for case in cases()]
    assert frozenset().union(*found) == frozenset(Act)
    assert not frozenset(Act).intersection(*found)


def permitted(person: Person, ticket: Ticket, act: Act) -> bool:
    """Whether `require` lets it pass."""
    try:
        policy.require(person, ticket, act, MORNING)
    except DomainError:
        return False
    return True


class _LookedAt(Exception):
    """Takes back what a tap did, after it was looked at."""


class Desk:
    """An office in which anybody can be made to stand before any ticket, tap, and it never was."""

    def __init__(self) -> None:
        self.office = Office(
            {
                "actor": Role.DIRECTOR,
                "other": Role.CLERK,
                "third": Role.RESIDENT,
                "chan": Role.RESIDENT,
                "ho": Role.DIRECTOR,
                "head": Role.DEPARTMENT_HEAD,
            }
        )
        self.ticket = self.office.files("third")
        event = self.office.files("chan", "The lift does not come.")
        departments = self.office.work(lambda tx: tx.departments.of_estate(self.office.estate_id))
        ids = [self.office.person(name).id for name in ("actor", "other", "third")]
        head = replace(self.office.person("head"), department_id=_OURS)
        assert head.id == _HEAD
        self.office.work(lambda tx: tx.people.update(head))
        assert (ids, self.ticket.id, event.id) == ([_ACTOR, _OTHER, _THIRD], _TICKET, _EVENT)
        assert {_OURS, _THEIRS} <= {department.id for department in departments}
        self._told = sum(isinstance(posted.letter.content, Notice) for posted in self.office.letters())
        estate = self.office.work(lambda tx: tx.estates.get(self.office.estate_id))
        self.office.work(lambda tx: tx.estates.add(replace(estate, id=0, code="ZZ", group_chat=None)))

    def tap(self, person: Person, ticket: Ticket, act: Act) -> tuple[TapAnswer | None, bool]:
        """Return how the tap is answered, and whether anything changed or was shown by it."""
        name = "actor"
        found: tuple[TapAnswer | None, bool] = (None, False)
        try:
            with self.office.store.connection() as connection:
                tx: Transaction = SqlTransaction(connection, MORNING, self.office.store.chance)
                tx.people.update(replace(person, account=account_of(name)))
                for away in person.stands_in.people:
                    day = MORNING.date()
                    tx.rosters.add_leave(Leave(0, self.office.estate_id, away, day, day, _ACTOR))
                connection.execute(update(schema.tickets).values(**self._fields(ticket)).where(_THE_TICKET))
                before = _content(connection)
                action = Action(act, self.ticket.ref, self.ticket.version, "yes" if act is Act.WITHDRAW else "")
                tapped = Tapped(self.office.sender(name), self.office.chat(name, None), None, "tap", action.encode())
                handle(tx, self.office.rules, tapped)
                letters = connection.execute(_LETTERS).scalars().all()
                contents = [tx.outbox.get(number).letter.content for number in letters]
                answer = next((c for c in contents if isinstance(c, TapAnswer) and c.query_id == "tap"), None)
                told = sum(isinstance(c, Notice) for c in contents) > self._told
                found = answer, told or _content(connection) != before
                raise _LookedAt
        except _LookedAt:
            return found

    def _fields(self, ticket: Ticket) -> dict[str, Any]:
        same = {"id", "ref", "number", "version", "regulation", "details"}
        return {name: getattr(ticket, name) for name in FIELDS if name not in same}


_THE_TICKET: Final = schema.tickets.c.id == _TICKET
_LETTERS: Final = select(schema.outbox.c.id).order_by(schema.outbox.c.id)
_WATCHED: Final = ("tickets", "history", "texts", "drafts", "obligations", "timers", "cards", "people", "attachments")


def _content(connection: Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for name in _WATCHED for row in connection.exec_driver_sql(f"SELECT * FROM {name}")]


#: What has no button of its own: words to an open ticket become an addition.
_WRITTEN: Final = frozenset({Act.ADD})


def follows(desk: Desk, person: Person, ticket: Ticket, act: Act, label: str, *, may: bool) -> None:
    """Make sure that the services do what the matrix says."""
    answer, changed = desk.tap(person, ticket, act)
    assert answer is not None, label
    assert answer.alert != may, f"{label} · {act}: {answer.words}"
    assert changed == may, f"{label} · {act}"
    assert answer.alert is False or answer.words is not None, "a refusal says why"


def taps() -> Iterator[tuple[bool, Act, Any]]:
    """Yield every tap there can be, and whether it may be: who answers what nobody has taken on takes it on."""
    for case in cases():
        expected = possible(case)
        held = "held" in case[3]
        for act in sorted(HANDLED_BY_TAP):
            takes_on = act is Act.ANSWER and not held and Act.CLAIM in expected
            yield act in expected or takes_on, act, case


HANDLED_BY_TAP: Final = frozenset({*acting._TAPS, *acting._BEGINS, Act.WITHDRAW})


@pytest.fixture
def desk() -> Iterator[Desk]:
    opened = Desk()
    yield opened
    opened.office.close()


def test_the_services_do_what_is_offered_and_refuse_everything_else(desk: Desk) -> None:
    """A few hundred of each act; `make proof` looks at every one that is offered."""
    chance = random.Random(4)
    pots: dict[tuple[Act, bool], list[Any]] = defaultdict(list)
    for may, act, case in taps():
        pots[act, may].append(case)
    for (act, may), found in pots.items():
        for person, ticket, *_, label in chance.sample(found, min(8, len(found))):
            follows(desk, person, ticket, act, label, may=may)
    assert {act for act, may in pots if may} == {act for act, may in pots if not may} == HANDLED_BY_TAP


@pytest.mark.long
def test_the_services_do_whatever_is_offered(desk: Desk) -> None:
    for may, act, (person, ticket, *_, label) in taps():
        if may:
            follows(desk, person, ticket, act, label, may=True)
