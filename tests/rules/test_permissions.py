"""Deny by default: every command and button, for every role, relation and chat, on the services themselves.

The tables below say who may; they are written by hand and not derived from `PERMITTED`. A new permission, verb, command
or role without its row here fails.
"""

import ast
import inspect
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import pytest

from bot.domain import commands, policy, tickets
from bot.domain.errors import Refusal
from bot.domain.people import PERMITTED, Department, Language, Permission, Person, Role
from bot.domain.policy import Act
from bot.flows import commands as menu
from bot.flows.answer import ANSWER
from bot.flows.screen import Action, Text
from bot.flows.showing import VERB
from bot.ports.incoming import BotMembershipChanged, Chat, ReachabilityChanged
from bot.ports.outbox import Notice, TapAnswer
from bot.services import (
    boards,
    bodies,
    cards,
    commanding,
    dead_letters,
    figures,
    following,
    households,
    joining,
    listening,
    looking_up,
    own_data,
    preferring,
    recurring,
    registering,
    reminding,
    ringing,
    roster,
    stock_taking,
    tapping,
    team,
    turns,
)
from bot.services.informing import help_for
from bot.services.refusals import SENTENCES
from tests.office import GROUP, Office, account_of

_HANDLES: Final = {
    Role.TECHNICIAN,
    Role.CLERK,
    Role.DEPARTMENT_HEAD,
    Role.GENERAL_SUPERVISOR,
    Role.DIRECTOR,
}
#: Who may, by permission. Who does not stand here may not.
MAY: Final[dict[Permission, set[Role]]] = {
    Permission.FILE: _HANDLES | {Role.RESIDENT, Role.FRONTLINE, Role.SQUAD_LEADER, Role.SITE_SUPERVISOR},
    Permission.CLAIM: _HANDLES,
    Permission.ANSWER: _HANDLES,
    Permission.BIND_GROUP: {Role.DIRECTOR, Role.ADMINISTRATOR},
    Permission.READ_CONFIDENTIAL: {Role.DIRECTOR},
    Permission.DECIDE: {Role.DIRECTOR},
    Permission.ROSTER: {Role.DEPARTMENT_HEAD, Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    Permission.KEEP_DIRECTORY: {Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    Permission.MANAGE_TEAM: {Role.DIRECTOR, Role.ADMINISTRATOR},
    Permission.ADMIT: _HANDLES - {Role.TECHNICIAN},
    Permission.READ_LISTS: _HANDLES,
    Permission.OVERSEE: {Role.DEPARTMENT_HEAD, Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    Permission.READ_FIGURES: {Role.SITE_SUPERVISOR, Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    Permission.FOLLOW_UP: {Role.SQUAD_LEADER, Role.SITE_SUPERVISOR},
    Permission.READ_BOARDS: {Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
}
_FILER: Final = "the filer alone"
#: What each button asks for: a permission, or who else may press it.
BUTTONS: Final[dict[str, object]] = {
    VERB: "the writer of the draft alone",
    joining.SPEAK: "everybody, for themselves; for the staff group Permission.BIND_GROUP",
    joining.BEGIN: "everybody",
    ringing.WHY: "everybody",
    recurring.RECURS: "who decides, or who sees to what was decided",
    stock_taking.COUNTED: Permission.CLAIM,
    following.SHOW: _FILER,
    roster.DUTY: Permission.ROSTER,
    team.TEAM: Permission.MANAGE_TEAM,
    bodies.BODIES: Permission.KEEP_DIRECTORY,
    turns.TURNS: "staff; what of it, the roster says (`test_who_may_set_the_roster`)",
    registering.HOME: "everybody, for themselves",
    preferring.SET: "everybody, for themselves",
    registering.ADMIT: Permission.ADMIT,
    households.MOVED: Permission.ADMIT,
    looking_up.LETTER: Permission.ADMIT,
    households.ALIEN: "who lived there before",
    cards.MORE: Permission.CLAIM,
    cards.RIGHT: _FILER,
    listening.HEARD: "who spoke",
    cards.AGAIN: "the filer of a ticket that goes on in another one",
    own_data.OWN: "everybody, for themselves",
    **dict.fromkeys(Act, "as the policy says"),
    boards.LIST: Permission.READ_LISTS,
    boards.OPEN: Permission.READ_LISTS,
    figures.FIGURES: Permission.READ_FIGURES,
}
#: Written commands, open to everybody: they touch the writer's own affairs alone.
COMMANDS: Final = {
    "start",
    "language",
    "settings",
    "new",
    "report",
    "fixed",
    "my",
    "who",
    "roster",
    "directory",
    "help",
    "contact",
    "privacy",
    "rules",
    "cancel",
}
#: Each list that a button can name, and whom it is for; the actor belongs to engineering. What is confidential is on
#: none of them but for its readers (`tests/unit/test_lists`).
LISTS: Final = {
    "unassigned": _HANDLES,
    "stage.received": _HANDLES,
    "received.20260302.20260302": _HANDLES,
    "answered.20260302.20260302": _HANDLES,
    "closed.20260302.20260302": _HANDLES,
    "held.{actor}": _HANDLES,
    "department~{engineering}": _HANDLES,
    "department~{service}": {Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    "held.{clerk}": {Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    "held.{technician}": {Role.DEPARTMENT_HEAD, Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    "open": {Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    "overdue": {Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    "overdue~{engineering}": {Role.DEPARTMENT_HEAD, Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    "overdue~{service}": {Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    "cautioned.20260302.20260302": {Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    "cautioned.20260302.20260302~{engineering}": {Role.DEPARTMENT_HEAD, Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    "squad.{engineering}": {Role.SQUAD_LEADER, Role.SITE_SUPERVISOR, Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    "squad.{service}": {Role.GENERAL_SUPERVISOR, Role.DIRECTOR},
    "held.{stranger}": set[Role](),
    "department~{foreign}": set[Role](),
}
#: Written commands that are there only for who has a permission; to others they are words like any.
STAFF_COMMANDS: Final = {
    "resident": Permission.ADMIT,
    "team": Permission.MANAGE_TEAM,
    "for": Permission.CLAIM,
    "work": Permission.READ_LISTS,
    "board": Permission.READ_LISTS,
    "find": Permission.READ_LISTS,
    "reports": Permission.FOLLOW_UP,
    "figures": Permission.READ_FIGURES,
    "overview": Permission.OVERSEE,
    "visits": Permission.READ_LISTS,
    "rain": Permission.OVERSEE,
}

_HOMES: Final = ("units", "unit_codes", "residencies", "home_requests")
_STATE: Final = (
    "tickets",
    "history",
    "texts",
    "drafts",
    "obligations",
    "timers",
    "estates",
    "people",
    "roles",
    *_HOMES,
)
_ROLES: Final = [*Role, None]


def _named(function: Callable[..., object]) -> set[str]:
    """Return what the cases of a function's match statements compare with, as written."""
    tree = ast.parse(inspect.getsource(function))
    cases = [case.pattern for node in ast.walk(tree) if isinstance(node, ast.Match) for case in node.cases]
    values = [node.value for pattern in cases for node in ast.walk(pattern) if isinstance(node, ast.MatchValue)]
    return {ast.unparse(value) for value in values}


def test_every_permission_verb_and_command_has_its_row() -> None:
    assert set(MAY) == set(Permission)
    assert set(PERMITTED) <= set(Role)
    verbs = {eval(name, vars(tapping)) for name in _named(tapping.tapped)}
    assert verbs | set(Act) == set(BUTTONS)
    assert {ast.literal_eval(name) for name in _named(commanding.command)} == COMMANDS | set(STAFF_COMMANDS)
    assert set(policy.TABLE) == set(Act)
    begun = {Act.PARTLY}  # ends as Act.SOLVED does
    assert set(commands.ACTS.values()) == set(Act) - {Act.ADD, Act.READ, Act.HISTORY, Act.CLOCKS} - begun


@pytest.mark.parametrize("role", _ROLES)
def test_a_menu_offers_what_its_reader_may_use_and_no_more(role: Role | None) -> None:
    reader = Person(1, 1, "reader", 1, frozenset({role} if role else ()))
    names = {name for name, _ in menu.offered(reader)}
    assert names <= COMMANDS | set(STAFF_COMMANDS)
    assert names & set(STAFF_COMMANDS) == {name for name, needed in STAFF_COMMANDS.items() if role in MAY[needed]}
    assert {name for name, _ in menu.offered(None)} <= names & COMMANDS


@pytest.mark.parametrize(("permission", "role"), list(itertools.product(Permission, Role)))
def test_a_role_may_what_the_table_says_and_no_more(permission: Permission, role: Role) -> None:
    assert (permission in PERMITTED.get(role, frozenset())) == (role in MAY[permission])


@pytest.fixture
def office() -> Iterator[Office]:
    """Two estates; `actor` is whoever a test makes of them."""
    opened = Office({"chan": Role.RESIDENT, "clerk": Role.CLERK, "actor": Role.RESIDENT})
    yield opened
    opened.close()


def becomes(office: Office, role: Role | None, *, name: str = "actor", estate_id: int | None = None) -> None:
    """Give somebody that role alone (None: no role at all), perhaps in another estate."""
    person = office.person(name)
    changed = replace(person, roles=frozenset({role} if role else ()), estate_id=estate_id or person.estate_id)
    office.work(lambda tx: tx.people.update(changed))


def other_estate(office: Office) -> int:
    """Found another estate; return its id."""
    mine = office.work(lambda tx: tx.estates.get(office.estate_id))
    another = replace(mine, id=0, code="ZZ", group_chat=GROUP - 99, duty_person=None)
    return office.work(lambda tx: tx.estates.add(another)).id


def refused(answer: TapAnswer | None) -> bool:
    """Whether the tap was answered by one of the kind refusals, in a box that stays; a screen is an answer too."""
    assert answer is not None
    is_refusal = answer.words is not None and answer.words.message in {
        sentence.message for sentence in SENTENCES.values()
    }
    assert answer.alert == is_refusal
    return is_refusal


@pytest.mark.parametrize("chat", [GROUP, None], ids=["in the group", "in private"])
@pytest.mark.parametrize("relation", ["colleague", "filer", "foreign estate"])
@pytest.mark.parametrize("role", _ROLES)
def test_claim(office: Office, role: Role | None, relation: str, chat: int | None) -> None:
    ticket = office.files("actor" if relation == "filer" else "chan")
    becomes(office, role, estate_id=other_estate(office) if relation == "foreign estate" else None)
    before = office.rows(*_STATE)

    answer = office.claims("actor", ticket, chat=chat)

    if role in MAY[Permission.CLAIM] and relation != "foreign estate":
        assert not refused(answer)
        assert office.tickets()[0].assignee_id == office.person("actor").id
    else:
        assert refused(answer)
        assert office.rows(*_STATE) == before


@pytest.mark.parametrize("relation", ["holder", "colleague", "filer", "foreign estate"])
@pytest.mark.parametrize("role", _ROLES)
def test_answer(office: Office, role: Role | None, relation: str) -> None:
    ticket = office.files("actor" if relation == "filer" else "chan")
    if relation == "holder":
        becomes(office, Role.CLERK)
        office.claims("actor", ticket)
    else:
        office.claims("clerk", ticket)
    becomes(office, role, estate_id=other_estate(office) if relation == "foreign estate" else None)
    before = office.rows(*_STATE)

    answer = office.begins_answer("actor", ticket)

    if role in MAY[Permission.ANSWER] and relation == "holder":
        assert not refused(answer)
        office.writes("actor", "We are on our way.")
        assert not refused(office.presses("actor", "submit"))
        assert sum(letter.letter.receipt is not None for letter in office.letters()) == 1
    else:
        assert refused(answer)
        assert office.rows(*_STATE) == before


@pytest.mark.parametrize("role", _ROLES)
def test_an_answer_begun_is_not_sent_by_who_has_lost_the_role_meanwhile(office: Office, role: Role | None) -> None:
    becomes(office, Role.CLERK)
    ticket = office.files("chan")
    office.claims("actor", ticket)
    office.begins_answer("actor", ticket)
    office.writes("actor", "We are on our way.")
    becomes(office, role)

    assert refused(office.presses("actor", "submit")) == (role not in MAY[Permission.ANSWER])
    answered = any(letter.letter.receipt for letter in office.letters())
    assert answered == (role in MAY[Permission.ANSWER])


@pytest.mark.parametrize("chat", [GROUP, None], ids=["in the group", "in private"])
@pytest.mark.parametrize("role", _ROLES)
def test_a_reply_to_a_card_answers_for_its_holder_alone(office: Office, role: Role | None, chat: int | None) -> None:
    ticket = office.files("chan")
    office.claims("clerk", ticket)
    office.delivers()
    becomes(office, role)
    card = next(c for c in office.work(lambda tx: tx.cards.of_ticket(ticket.id)) if c.chat_id == GROUP)
    office.writes("actor", "We are on our way.", chat=chat, reply_to=card.message_id)
    actor = office.person("actor").id
    draft = office.work(lambda tx: tx.drafts.current(actor, account_of("actor"), office.now))
    assert draft is None or draft.flow != ANSWER.id


_FILERS_BUTTONS: Final = [(following.SHOW, ""), (Act.CALL, ""), (Act.WITHDRAW, ""), (Act.WITHDRAW, "yes")]


@pytest.mark.parametrize(("verb", "choice"), _FILERS_BUTTONS)
@pytest.mark.parametrize("relation", ["filer", "holder", "colleague", "foreign estate"])
@pytest.mark.parametrize("role", _ROLES)
def test_what_only_the_filer_may(office: Office, role: Role | None, relation: str, verb: str, choice: str) -> None:
    ticket = office.files("actor" if relation in ("filer", "foreign estate") else "chan")
    if relation == "holder":
        becomes(office, Role.CLERK)
        office.claims("actor", ticket)
        (ticket,) = office.tickets()
    becomes(office, role, estate_id=other_estate(office) if relation == "foreign estate" else None)
    before = office.rows(*_STATE)
    letters = len(office.letters())

    answer = office.taps("actor", Action(verb, ticket.ref, ticket.version, choice).encode())

    assert refused(answer) == (relation != "filer")
    if relation == "filer":
        (after,) = office.tickets()
        assert bool(after.call_asked_at) == (verb == Act.CALL)
        assert bool(after.withdrawn_at) == (choice == "yes"), "asked once whether it is meant"
    else:
        assert office.rows(*_STATE) == before
        assert len(office.letters()) == letters + 1, "the refusal, and nothing else for anybody"


@pytest.mark.parametrize("listed", LISTS)
@pytest.mark.parametrize("role", _ROLES)
def test_lists(role: Role | None, listed: str) -> None:
    names = ("actor", "clerk", "technician", "stranger")
    office = Office(dict.fromkeys(names, Role.TECHNICIAN))
    foreign = other_estate(office)
    there = office.work(lambda tx: tx.departments.add(Department(0, foreign, "service")))
    known = {code: department_of(office, code) for code in ("engineering", "service")}
    belongs(office, "clerk", known["service"])
    belongs(office, "technician", known["engineering"])
    belongs(office, "actor", known["engineering"])
    becomes(office, Role.TECHNICIAN, name="stranger", estate_id=foreign)
    becomes(office, role)
    people = {name: office.person(name).id for name in names}

    ref = listed.format(**known, **people, foreign=there.id)
    answer = office.taps("actor", Action(boards.LIST, ref, 1).encode())

    assert refused(answer) == (role not in LISTS[listed])
    office.close()


def department_of(office: Office, code: str) -> int:
    """Return a department of the estate."""
    department = office.work(lambda tx: tx.departments.by_code(office.estate_id, code))
    assert department
    return department.id


def belongs(office: Office, name: str, department_id: int) -> None:
    """Put somebody into a department."""
    person = replace(office.person(name), department_id=department_id)
    office.work(lambda tx: tx.people.update(person))


@pytest.mark.parametrize("relation", ["colleague", "filer", "foreign estate"])
@pytest.mark.parametrize("role", _ROLES)
def test_opening_a_ticket_from_a_list(office: Office, role: Role | None, relation: str) -> None:
    ticket = office.files("actor" if relation == "filer" else "chan")
    becomes(office, role, estate_id=other_estate(office) if relation == "foreign estate" else None)
    cards_before = len(office.rows("cards"))
    answer = office.taps("actor", Action(boards.OPEN, ticket.ref, ticket.version).encode())
    permitted = role in MAY[Permission.READ_LISTS] and relation != "foreign estate"
    assert refused(answer) == (not permitted)
    assert len(office.rows("cards")) - cards_before == (permitted and relation == "colleague")


@pytest.mark.parametrize("command", ["work", "board", "find", "overview"])
@pytest.mark.parametrize("role", _ROLES)
def test_a_list_asked_for_by_command(office: Office, role: Role | None, command: str) -> None:
    becomes(office, role)
    belongs(office, "actor", department_of(office, "engineering"))
    office.writes("actor", f"/{command}", command=command)
    shown = office.letters()[-1].letter.content
    assert isinstance(shown, Notice)
    wanted = Permission.OVERSEE if command == "overview" else Permission.READ_LISTS
    actor = office.person("actor")
    estate = office.work(lambda tx: tx.estates.get(office.estate_id))
    helps = shown.screen.lines[0] == help_for(actor, estate)[0]
    assert helps == (role not in MAY[wanted])


def complains_about_a_colleague(office: Office, name: str) -> tickets.Ticket:
    """Let `name` file a complaint about a member of staff; return its ticket."""
    office.writes(name, "The guard shouted at my mother.")
    for choice in ("c.complaint", "c.colleague", "c.lobby", "skip", "skip", "submit"):
        assert not refused(office.presses(name, choice))
    office.delivers()
    return office.tickets()[-1]


@pytest.mark.parametrize("relation", ["colleague", "on duty", "foreign estate"])
@pytest.mark.parametrize("role", _ROLES)
def test_a_complaint_about_a_colleague_is_there_for_its_readers_alone(
    office: Office, role: Role | None, relation: str
) -> None:
    ticket = complains_about_a_colleague(office, "chan")
    becomes(office, role, estate_id=other_estate(office) if relation == "foreign estate" else None)
    if relation == "on duty":
        estate = office.work(lambda tx: tx.estates.get(office.estate_id))
        on_duty = replace(estate, duty_person=office.person("actor").id)
        office.work(lambda tx: tx.estates.update(on_duty))
    before = office.rows(*_STATE)
    reads = role in MAY[Permission.READ_CONFIDENTIAL] and relation != "foreign estate"
    for verb, choice in [*_FILERS_BUTTONS, (Act.ANSWER, ""), (Act.CLAIM, "")]:
        answer = office.taps("actor", Action(verb, ticket.ref, ticket.version, choice).encode(), chat=GROUP)
        assert refused(answer) == (not reads or verb != Act.ANSWER), "whoever answers takes it on"
        if not reads:
            assert answer is not None
            assert answer.words == SENTENCES[Refusal.NO_SUCH_TICKET], "not even that there is one"
            assert office.rows(*_STATE) == before
    assert (office.tickets()[0].assignee_id == office.person("actor").id) == reads


@pytest.mark.parametrize("blocked", [False, True])
def test_that_an_answer_about_a_colleague_got_lost_is_told_to_who_wrote_it(office: Office, blocked: bool) -> None:
    becomes(office, Role.DIRECTOR)
    ticket = complains_about_a_colleague(office, "chan")
    office.claims("actor", ticket)
    office.begins_answer("actor", ticket)
    office.writes("actor", "I have spoken to him.")
    office.presses("actor", "submit")
    answer = next(posted for posted in office.letters() if posted.letter.receipt)
    if blocked:
        office.receives(ReachabilityChanged(office.sender("actor"), reachable=False))
    office.work(lambda tx: dead_letters.give_up(tx, answer, "lost"))

    report = office.letters()[-1].letter

    assert isinstance(report.content, Notice)
    numbers = [line.params.get("number") for line in report.content.screen.lines if isinstance(line, Text)]
    assert report.chat_id == (GROUP if blocked else account_of("actor"))
    assert (ticket.number in numbers) == (not blocked)


@pytest.mark.parametrize("about_a_colleague", [False, True])
def test_a_reminder_that_failed_is_told_to_whoever_may_know_of_its_ticket(
    office: Office, about_a_colleague: bool
) -> None:
    becomes(office, Role.DIRECTOR)
    ticket = complains_about_a_colleague(office, "chan") if about_a_colleague else office.files("chan")
    office.passes(hours=1)
    assert office.work(reminding.set_aside)
    told = office.letters()[-1].letter
    assert isinstance(told.content, Notice)
    assert told.chat_id == (account_of("actor") if about_a_colleague else GROUP)
    (line,) = told.content.screen.lines
    assert isinstance(line, Text)
    assert line.params == {"number": ticket.number}


def test_where_nobody_may_know_of_its_ticket_a_reminder_that_failed_stays_in_the_log(office: Office) -> None:
    complains_about_a_colleague(office, "chan")
    office.passes(hours=1)
    before = len(office.letters())
    assert office.work(reminding.set_aside)
    assert len(office.letters()) == before


@pytest.mark.parametrize("role", _ROLES)
def test_filing(office: Office, role: Role | None) -> None:
    office.writes("actor", "The lift is stuck.")
    for choice in ("c.repair", "c.lift", "c.lobby", "skip", "skip"):
        assert not refused(office.presses("actor", choice))
    becomes(office, role)
    assert refused(office.presses("actor", "submit")) == (role not in MAY[Permission.FILE])
    assert len(office.tickets()) == (role in MAY[Permission.FILE])


@pytest.mark.parametrize("role", _ROLES)
def test_making_a_group_the_staff_group(office: Office, role: Role | None) -> None:
    becomes(office, role)
    elsewhere = Chat(GROUP - 5, private=False, title="Staff")
    added = BotMembershipChanged(office.sender("actor"), elsewhere, member=True)
    office.receives(added)
    assert group_of(office) == GROUP, "while there is one no other takes its place"
    office.receives(BotMembershipChanged(office.sender("chan"), Chat(GROUP, private=False), member=False))
    assert group_of(office) is None
    office.receives(added)
    assert group_of(office) == (GROUP - 5 if role in MAY[Permission.BIND_GROUP] else None)


def group_of(office: Office) -> int | None:
    """Return the estate's staff group."""
    return office.work(lambda tx: tx.estates.get(office.estate_id)).group_chat


@pytest.mark.parametrize("choice", ["c.repair", "submit", "back", "skip", "e.kind", "cancel"])
@pytest.mark.parametrize("role", _ROLES)
def test_a_draft_obeys_its_writer_alone(office: Office, role: Role | None, choice: str) -> None:
    office.writes("chan", "The lift is stuck.")
    chan = office.person("chan").id
    draft = office.work(lambda tx: tx.drafts.current(chan, account_of("chan"), office.now))
    assert draft is not None
    becomes(office, role)
    before = office.rows(*_STATE)
    data = Action(VERB, draft.ref, draft.revision, choice).encode()
    for chat in (None, GROUP, account_of("chan")):
        assert refused(office.taps("actor", data, chat=chat))
    assert office.rows(*_STATE) == before


@pytest.mark.parametrize("role", _ROLES)
def test_everybody_chooses_their_own_language(office: Office, role: Role | None) -> None:
    becomes(office, role)
    others = [office.person(name) for name in ("chan", "clerk")]
    assert not refused(office.taps("actor", Action(joining.SPEAK, "-", 0, "zh_Hant").encode()))
    assert office.person("actor").language is Language.TRADITIONAL
    assert [office.person(name) for name in ("chan", "clerk")] == others


@pytest.mark.parametrize("chat", [GROUP, GROUP - 5, None])
@pytest.mark.parametrize("role", _ROLES)
def test_choosing_the_language_of_the_staff_group(office: Office, role: Role | None, chat: int | None) -> None:
    becomes(office, role)
    data = Action(joining.SPEAK, joining.OF_GROUP, 0, "zh_Hant").encode()
    may = role in MAY[Permission.BIND_GROUP] and chat == GROUP
    assert refused(office.taps("actor", data, chat=chat, message_id=1)) == (not may)
    language = office.work(lambda tx: tx.estates.get(office.estate_id)).language
    assert (language is Language.TRADITIONAL) == may
    assert office.person("actor").language is Language.ENGLISH


@pytest.mark.parametrize("command", sorted(COMMANDS | set(STAFF_COMMANDS)))
@pytest.mark.parametrize("role", _ROLES)
def test_a_command_touches_nobody_elses_affairs(office: Office, role: Role | None, command: str) -> None:
    ticket = office.files("chan")
    office.writes("chan", "And the light is out.")
    becomes(office, role)
    chan = office.person("chan").id
    begun = office.work(lambda tx: tx.drafts.current(chan, account_of("chan"), office.now))
    shared = [table for table in _STATE if table != "drafts"]
    before = office.rows(*shared)
    office.writes("actor", f"/{command}", command=command)
    office.writes("actor", f"/{command} {ticket.ref}", command=command, argument=ticket.ref)
    assert office.rows(*shared) == before
    assert begun is not None
    assert office.work(lambda tx: tx.drafts.current(chan, account_of("chan"), office.now)) == begun
    new = [
        p.letter.chat_id for p in office.letters() if p.state == "pending" and p.letter.chat_id != account_of("chan")
    ]
    assert set(new) == {account_of("actor")}


@pytest.mark.parametrize("verb", sorted(BUTTONS))
def test_somebody_unknown_is_refused_every_button(office: Office, verb: str) -> None:
    ticket = office.files("chan")
    before = office.rows(*_STATE)
    data = Action(verb, ticket.ref, ticket.version, "submit" if verb == VERB else "zh_Hant").encode()
    for chat in (None, GROUP):
        assert refused(office.taps("stranger", data, chat=chat))
    assert office.rows(*_STATE) == before


@pytest.mark.parametrize(
    "data", ["", ":::", "claim", "claim::0:", "claim:nothing:1:", "close:x:1:", "d:x:1:submit", "x" * 64]
)
def test_a_forged_button_does_nothing(office: Office, data: str) -> None:
    office.files("chan")
    becomes(office, Role.DIRECTOR)
    before = office.rows(*_STATE)
    assert refused(office.taps("actor", data, chat=GROUP))
    assert office.rows(*_STATE) == before


def engineering(office: Office, name: str | None = None, *, member: bool = True) -> Department:
    """Return a department, to which somebody belongs, or not."""
    found = office.work(lambda tx: tx.departments.by_code(office.estate_id, "engineering"))
    assert found is not None
    if name:
        changed = replace(office.person(name), department_id=found.id if member else None)
        office.work(lambda tx: tx.people.update(changed))
    return found


@pytest.mark.parametrize("whom", ["oneself", "a colleague"])
@pytest.mark.parametrize("relation", ["member", "colleague", "foreign estate", "leaver"])
@pytest.mark.parametrize("role", _ROLES)
def test_who_may_say_who_is_on_duty(office: Office, role: Role | None, relation: str, whom: str) -> None:
    becomes(office, role, estate_id=other_estate(office) if relation == "foreign estate" else None)
    engineering(office, "clerk")
    department = engineering(office, "actor", member=relation in ("member", "leaver"))
    if relation == "leaver":
        left = replace(office.person("actor"), left_at=office.now)
        office.work(lambda tx: tx.people.update(left))
    choice = "me" if whom == "oneself" else str(office.person("clerk").id)
    before = office.rows("departments", *_STATE)

    answer = office.taps("actor", Action(roster.DUTY, str(department.id), 0, choice).encode())

    staff = role not in (None, Role.RESIDENT, Role.COMMITTEE)
    everywhere = role in (Role.GENERAL_SUPERVISOR, Role.DIRECTOR)
    if whom == "oneself":
        may = staff and relation == "member"
    else:
        may = everywhere and relation in ("member", "colleague")
        may = may or (role is Role.DEPARTMENT_HEAD and relation == "member")
    assert refused(answer) != may
    if may:
        assert engineering(office).duty_person_id == office.person("actor" if whom == "oneself" else "clerk").id
    else:
        assert office.rows("departments", *_STATE) == before


@pytest.mark.parametrize("choice", ["me", "away", "set"])
@pytest.mark.parametrize("relation", ["member", "colleague", "leaver"])
@pytest.mark.parametrize("role", _ROLES)
def test_who_may_set_the_roster(office: Office, role: Role | None, relation: str, choice: str) -> None:
    becomes(office, role)
    engineering(office, "clerk")
    engineering(office, "actor", member=relation == "member")
    if relation == "leaver":
        left = replace(office.person("actor"), left_at=office.now)
        office.work(lambda tx: tx.people.update(left))

    answer = office.taps("actor", Action(turns.TURNS, "-", 0, choice).encode())

    staff = role not in (None, Role.RESIDENT, Role.COMMITTEE) and relation != "leaver"
    everywhere = role in (Role.GENERAL_SUPERVISOR, Role.DIRECTOR) and relation != "leaver"
    may = staff if choice == "me" else everywhere or (role is Role.DEPARTMENT_HEAD and relation == "member")
    assert refused(answer) != may


@pytest.mark.parametrize(
    "choice", ["", "dep", "d0", "roles", "+technician", "-clerk", "+administrator", "left", "left!"]
)
@pytest.mark.parametrize("relation", ["colleague", "oneself", "foreign estate"])
@pytest.mark.parametrize("role", _ROLES)
def test_who_manages_the_team(office: Office, role: Role | None, relation: str, choice: str) -> None:
    becomes(office, role, estate_id=other_estate(office) if relation == "foreign estate" else None)
    becomes(office, Role.CLERK, name="chan")
    whom = office.person("actor" if relation == "oneself" else "chan")
    before = office.rows("departments", *_STATE)

    answer = office.taps("actor", Action(team.TEAM, str(whom.id), 0, choice).encode())

    looks = role in MAY[Permission.MANAGE_TEAM] and relation != "foreign estate"
    may = looks and (choice == "" or relation == "colleague")
    may = may and (choice != "+administrator" or role is Role.ADMINISTRATOR)
    assert refused(answer) != may
    changes = choice in ("+technician", "+administrator", "left!")  # a clerk's only role is not taken
    assert (office.rows("departments", *_STATE) != before) == (may and changes)


@pytest.mark.parametrize("role", _ROLES)
def test_what_is_kept_is_shown_to_everybody_and_erased_for_who_does_not_work_here(
    office: Office, role: Role | None
) -> None:
    becomes(office, role)
    others = {name: office.person(name) for name in ("chan", "clerk")}
    number = str(others["chan"].id)
    assert not refused(office.taps("actor", Action(own_data.OWN, number, 0, own_data.SHOW).encode()))
    answer = office.taps("actor", Action(own_data.OWN, number, 0, own_data.YES).encode())
    works_here = role not in (None, Role.RESIDENT, Role.COMMITTEE)
    assert refused(answer) == works_here
    assert (office.person("actor").erase_at is None) == works_here
    assert {name: office.person(name) for name in others} == others, "whomever a button may name"
