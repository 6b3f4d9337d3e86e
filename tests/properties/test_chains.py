"""Contractors, squads and their chiefs under random reports, taps and hours: each sees their own people's matters.

A company's supervisor never reads of another company's or a resident's matter, nor a word that a resident, or somebody
of another line, has written; whoever works on site never reads who a resident is (AS-2, AS-3). No card calls late
what was found and is in hand (FC-9).
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.adapters.telegram.render import render
from bot.domain.contractors import Contractor
from bot.domain.people import Person, Role
from bot.domain.policy import Act
from bot.domain.tickets import Kind, Stage, Ticket
from bot.flows.draft import Draft
from bot.flows.findings import OURS
from bot.flows.screen import Action, Screen, Text
from bot.ports.messenger import Done, EditText, SendText, Sent
from bot.ports.outbox import Card
from bot.ports.store import Transaction
from bot.services import drawing, following, night
from bot.services.delivering import Dispatch
from tests.office import Office, account_of

CAST: Final = {
    "chan": Role.RESIDENT,
    "clerk": Role.CLERK,
    "technician": Role.TECHNICIAN,
    "director": Role.DIRECTOR,
    "fang": Role.FRONTLINE,
    "leung": Role.SITE_SUPERVISOR,
    "bing": Role.FRONTLINE,
    "ning": Role.SITE_SUPERVISOR,
    "wang": Role.FRONTLINE,
    "qiu": Role.SQUAD_LEADER,
}
#: Each line: who reports, and who leads them; two companies, and our own guards.
LINES: Final = (("fang", "leung"), ("bing", "ning"), ("wang", "qiu"))
ON_FOOT: Final = tuple(member for line in LINES for member in line)
_ACCOUNTS: Final = {account_of(name): name for name in CAST}
#: The taps that send each sort of report, and where words are asked for again.
WAYS: Final = {
    "found": ("c.found_light", "skip", "submit"),
    "told": ("c.told", "words", "c.other_repair", "words", "skip", "submit"),
    "fixed": ("skip", "photo", "c.found_litter", "skip", "submit"),
}
_MARK: Final = re.compile(r"~(\d+)~")
_NUMBER: Final = re.compile(r"HT-\d{4}-\d+")
_INDEX: Final = st.integers(min_value=0, max_value=10_000)


class Chains(RuleBasedStateMachine):
    """An office with two companies under contract, and what their chats were shown."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office(CAST)
        self.author: list[str] = []
        self.company: dict[str, int | None] = {}
        with self.office.transaction() as tx:
            trades = [
                tx.contractors.add(Contractor(0, self.office.estate_id, code, code.title(), "cleaning"))
                for code in ("brightway", "clearview")
            ]
            departments = [tx.departments.by_code(self.office.estate_id, code) for code in ("cleaning", "security")]
        cleaning, security = (department.id if department else None for department in departments)
        for line, company in zip(LINES, (trades[0].id, trades[1].id, None), strict=True):
            for name in line:
                self.company[name] = company
                at = cleaning if company else security
                person = replace(self.office.person(name), contractor_id=company, department_id=at)
                self.office.work(partial(_update, person))

    def teardown(self) -> None:
        self.office.close()

    @rule()
    def a_resident_reports(self) -> None:
        self.office.files("chan", self.words("chan"))

    @rule(name=st.sampled_from(ON_FOOT), way=st.sampled_from(list(WAYS)))
    def somebody_on_site_reports(self, name: str, way: str) -> None:
        self.office.writes(name, "/cancel", command="cancel")
        speaker = f"{name}'s customer" if way == "told" else name
        if way == "fixed":
            self.office.writes(name, "🧹 Fixed it")
        else:
            self.office.writes(name, self.words(speaker), photo=way == "found")
        for step in WAYS[way]:
            if self.draft_of(name) is None:
                return
            if step in ("words", "photo"):
                self.office.writes(name, self.words(speaker), photo=step == "photo")
            else:
                self.office.presses(name, step)

    @precondition(lambda self: self.office.tickets())
    @rule(which=_INDEX, name=st.sampled_from(list(CAST)), act=st.sampled_from(list(Act)))
    def somebody_taps_something(self, which: int, name: str, act: Act) -> None:
        """Press any act's button, offered or not, and go on with what it begins."""
        ticket = self.ticket(which)
        self.office.taps(name, Action(act, ticket.ref, ticket.version, "yes" if act is Act.WITHDRAW else "").encode())
        draft = self.draft_of(name)
        if draft is not None and draft.flow not in (*OURS, "report"):
            self.office.writes(name, self.words(name), photo=True)
            for choice in ("c.solved", "c.wear", "submit"):
                if self.draft_of(name):
                    self.office.presses(name, choice)
            self.office.writes(name, "/cancel", command="cancel")

    @precondition(lambda self: len(self.office.tickets()) > 1)
    @rule(which=_INDEX, into=_INDEX)
    def the_desk_merges(self, which: int, into: int) -> None:
        ticket, event = self.ticket(which), self.ticket(into)
        self.office.taps("director", Action(Act.MERGE, ticket.ref, ticket.version).encode())
        draft = self.draft_of("director")
        if draft and draft.flow == "merge":
            self.office.writes("director", event.number)
            self.office.writes("director", "/cancel", command="cancel")

    @precondition(lambda self: self.office.tickets())
    @rule(which=_INDEX, name=st.sampled_from(ON_FOOT), verb=st.sampled_from([following.SHOW, Act.READ, "open"]))
    def somebody_looks_at_a_matter(self, which: int, name: str, verb: str) -> None:
        ticket = self.ticket(which)
        self.office.taps(name, Action(verb, ticket.ref, ticket.version).encode())

    @rule(name=st.sampled_from(ON_FOOT), command=st.sampled_from(["my", "reports", "figures", "work"]))
    def somebody_asks_for_a_list(self, name: str, command: str) -> None:
        self.office.writes(name, f"/{command}", command=command)

    @rule(hours=st.sampled_from([1, 8, 16]))
    def time_passes(self, hours: int) -> None:
        self.office.passes(hours=hours)
        self.office.fires()
        self.office.work(lambda tx: night.greet(tx, limit=100))

    @invariant()
    def each_reads_what_is_of_their_own_line(self) -> None:
        for _ in range(100):
            letters = self.office.waiting()
            if not letters:
                return
            for letter_id in letters:
                dispatch = self.office.take(letter_id)
                if dispatch:
                    self.is_read(dispatch)
                    done = Done() if dispatch.edit else Sent((self.office.next_message(),))
                    self.office.settle(letter_id, done)
        raise AssertionError("the outbox never empties")

    def is_read(self, dispatch: Dispatch) -> None:
        """Look at what is shown to somebody on site."""
        reader = _ACCOUNTS.get(dispatch.chat_id)
        if reader not in ON_FOOT or not isinstance(dispatch.content, Screen):
            return
        call = render(dispatch)
        assert isinstance(call, SendText | EditText)
        plain = "\n".join((call.plain, *(button.label for row in call.keyboard for button in row)))
        note(f"{reader} reads {plain!r}")
        authors = {self.author[int(mark) - 1] for mark in _MARK.findall(plain)}
        assert all(author == f"{reader}'s customer" for author in authors if author.endswith("customer")), (
            "was told them"
        )
        assert "chan" not in authors, "what a resident wrote is for the desk"
        assert "chan" not in re.findall(r"\w+", plain), "who a resident is, too"
        foreign = {name for line in LINES if reader not in line for name in line}
        assert not authors & foreign, "what somebody of another line wrote"
        if reader in {chief for _, chief in LINES}:
            assert set(_NUMBER.findall(plain)) <= self.numbers_of(reader), "others' matters do not exist for a chief"

    @invariant()
    def what_was_found_is_late_for_nobody_once_it_is_in_hand(self) -> None:
        for ticket in self.office.tickets():
            for card in self.office.work(partial(_cards_of, ticket)):
                screen = self.office.work(partial(drawing.draw, card=card))
                in_hand = ticket.stage not in (Stage.RECEIVED, Stage.JUDGED) or ticket.helper_id is not None
                if screen and in_hand and ticket.kind is Kind.FINDING:
                    assert not any("late" in line.message for line in screen.lines if isinstance(line, Text)), card

    def numbers_of(self, chief: str) -> set[str]:
        """Return the numbers that a chief may know: of their people's matters, of what these joined, of their own."""
        tickets = {ticket.id: ticket for ticket in self.office.tickets()}
        own = [ticket for ticket in tickets.values() if self.is_of_line(ticket, chief)]
        joined = [tickets[ticket.merged_into] for ticket in own if ticket.merged_into is not None]
        asked = [ticket for ticket in tickets.values() if ticket.help_asked_at is not None]
        return {ticket.number for ticket in (*own, *joined, *asked)}

    def is_of_line(self, ticket: Ticket, chief: str) -> bool:
        """Whether somebody of that chief's line reported it: of the company, or of our own guards."""
        line = next(line for line in LINES if chief in line)
        people = {self.office.person(name).id for name in line}
        return (ticket.recorded_by or ticket.filer_id) in people

    def words(self, name: str) -> str:
        """Return words that tell who wrote them."""
        self.author.append(name)
        return f"~{len(self.author)}~"

    def ticket(self, which: int) -> Ticket:
        tickets: Sequence[Ticket] = self.office.tickets()
        return tickets[which % len(tickets)]

    def draft_of(self, name: str) -> Draft | None:
        person = self.office.person(name)
        return self.office.work(lambda tx: tx.drafts.current(person.id, account_of(name), self.office.now))


def _cards_of(ticket: Ticket, tx: Transaction) -> tuple[Card, ...]:
    return tx.cards.of_ticket(ticket.id)


def _update(person: Person, tx: Transaction) -> None:
    tx.people.update(person)


Chains.TestCase.settings = settings(
    max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestChains = Chains.TestCase
