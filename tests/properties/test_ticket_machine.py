"""The whole front desk under random residents, staff, networks and hours, on a real database.

Residents write, change and submit, add to what is open, ask for a call and take back; staff do whatever acts there are,
offered to them or not, and go through the conversations that these begin; letters
arrive, get lost, come twice or meet a blocked chat; time moves on and windows end. After each
step everything the ticket's docstring and DESIGN promise still holds, no text that is rendered tells anybody what is
kept from them, and once all is quiet nothing is missing in silence.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, get_args

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.adapters.telegram.render import render
from bot.domain import policy
from bot.domain.categories import CATEGORIES
from bot.domain.clocks import Obligation, ObligationState
from bot.domain.events import (
    Agreed,
    Amended,
    AnswerDelivered,
    Answered,
    AnswerUndelivered,
    Called,
    CallRequested,
    Claimed,
    ClaimUndone,
    Closed,
    Disagreed,
    Enclosed,
    Erased,
    Event,
    Filed,
    FoundSolved,
    Handled,
    Merged,
    Proposed,
    Recorded,
    Rejected,
    Released,
    Reminded,
    Reopened,
    ReopeningUndone,
    Replied,
    TransferAccepted,
    TransferDeclined,
    TransferLapsed,
    TransferRecalled,
    Transferred,
    Unmerged,
    Verified,
    Visited,
    VisitEntrusted,
    VisitMissed,
    VisitNudged,
    VisitOpened,
    VisitPlanned,
    VisitsCancelled,
    VisitSpared,
    Voided,
    WindowBroken,
    Withdrawn,
)
from bot.domain.evolution import rebuild
from bot.domain.history import Row, event_of, first_break
from bot.domain.people import Person, Role
from bot.domain.policy import Act
from bot.domain.tickets import Kind, Stage, Ticket
from bot.domain.visits import PENDING, VisitState
from bot.flows.findings import OURS
from bot.flows.labels import PROMISE_CODE, SAFE_CODE
from bot.flows.screen import Action, Screen, Text
from bot.ports.incoming import GroupMigrated, Incoming, MessageReceived, ReachabilityChanged, Tapped
from bot.ports.messenger import (
    Ambiguous,
    AnswerTap,
    Delayed,
    Done,
    EditText,
    Gone,
    Malformed,
    Migrated,
    NotSent,
    Outcome,
    SendText,
    Sent,
    TopicGone,
    Unauthorized,
    Unreachable,
)
from bot.ports.outbox import Card, Lane, LetterState, Notice, Posted, ShowCard, Strip, TapAnswer
from bot.ports.store import Passage, Transaction
from bot.services import drawing, following, own_data, reminding
from bot.services.delivering import MOST_TRIES, Dispatch
from storage import schema
from tests.office import GROUP, Office, account_of

CAST: Final = {
    "chan": Role.RESIDENT,
    "smith": Role.RESIDENT,
    "clerk": Role.CLERK,
    "technician": Role.TECHNICIAN,
    "guard": Role.FRONTLINE,
    "supervisor": Role.GENERAL_SUPERVISOR,
    "director": Role.DIRECTOR,
}
RESIDENTS: Final = ("chan", "smith")
STAFF: Final = tuple(name for name in CAST if name not in RESIDENTS)
_ACCOUNTS: Final = {account_of(name): name for name in CAST}

#: The taps that file each sort of matter, after its first words.
FORWARD: Final = {
    "repair": ("c.new", "c.repair", "c.lift", "c.lobby", "skip", "skip", "submit"),
    "enquiry": ("c.new", "c.enquiry", "submit"),
    "emergency": ("c.new", "c.emergency", "c.trapped", "submit"),
    "neighbours": ("c.new", "c.complaint", "c.neighbours", "c.keep", "c.home", "skip", "submit"),
    "neighbours, by name": ("c.new", "c.complaint", "c.neighbours", "c.show", "c.home", "skip", "submit"),
    "colleague": ("c.new", "c.complaint", "c.colleague", "c.lobby", "skip", "skip", "submit"),
}
_ALARM: Final = "🚨 Emergency:"
_HOME: Final = "🏠 "

_NAMES = st.sampled_from(list(CAST))
_INDEX = st.integers(min_value=0, max_value=10_000)
_ACTS = st.sampled_from([act for act in Act if act not in (Act.ADD, Act.WITHDRAW)])
_CHOICES = st.lists(_INDEX, min_size=5, max_size=5)
#: What only who filed it does.
_FILERS: Final = CallRequested | Withdrawn | Enclosed | Amended | Replied | Agreed | Disagreed | FoundSolved | Reopened
#: What says that nobody visits, so that a quiet week begins.
_UNVISITED: Final = VisitSpared | VisitMissed | VisitsCancelled
#: Words of staff that stay among them.
_AMONG_STAFF: Final = ("note", "reason", "rejection", "lesson", "hq", "reached", "opinion")

#: What whoever filed it told us: an event's other reporters never read it.
_OF_ITS_FILER: Final = ("report", "amendment", "reply", "objection", "reopening", "visit")

_FAILURES = st.sampled_from(
    [
        Delayed(3),
        NotSent("refused"),
        Ambiguous("lost after it arrived"),
        Ambiguous("lost on the way"),
        Unreachable("blocked"),
        Gone("no such message"),
        TopicGone("no such topic"),
        Malformed("can't parse"),
        Unauthorized("401"),
    ]
)
_MARK = re.compile(r"~(\d+)~")
_NUMBER = re.compile(r"HT-\d{4}-\d+")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A button that was once shown."""

    chat_id: int
    message_id: int
    action: Action


class Watched(Office):
    """An office in which something is looked at whenever what is due has fired, and that rings nobody for their own."""

    def __init__(self, look: Callable[[], None]) -> None:
        super().__init__(CAST)
        self._look = look

    def fires(self) -> int:
        """Fire what is due; return how many timers."""
        fired = super().fires()
        self._look()
        return fired

    def receives(self, incoming: Incoming) -> None:
        """Handle one update; whoever sent it is rung by nothing that it brought about."""
        known = len(self.letters())
        super().receives(incoming)
        for posted in self.letters()[known:]:
            letter = posted.letter
            rings = isinstance(letter.content, Notice) and letter.lane is not Lane.TAP and not letter.silent
            own = isinstance(incoming, MessageReceived | Tapped) and letter.chat_id == incoming.sender.account
            assert not (rings and own), f"rung for their own: {letter.content}"


class FrontDesk(RuleBasedStateMachine):
    """The office, what its chats show, and what was promised so far."""

    def __init__(self) -> None:
        super().__init__()
        self.office: Office = Watched(self.some_are_erased)
        self.erased: dict[int, str] = {}
        """Who was erased, by the number that is left of them."""
        self.without_director = False
        """Whether the director could not be reached at some time."""
        self.group = GROUP
        self.groups = {GROUP}
        self.marks = 0
        self.written: list[tuple[str, int]] = []
        self.author: dict[str, str] = {}
        self.shown: dict[tuple[int, int], Screen] = {}
        self.drawn: list[Drawn] = []
        self.tapper: dict[str, str] = {}
        self.copies: Counter[int] = Counter()
        self.unknown: Counter[int] = Counter()

    def teardown(self) -> None:
        try:
            self.comes_to_rest()
        finally:
            self.office.close()

    @initialize(name=st.sampled_from(RESIDENTS), sort=st.sampled_from(list(FORWARD)))
    def opens_with_a_report(self, name: str, sort: str) -> None:
        self.files(name, sort)
        assert self.office.tickets(), "the taps that file it"

    # What people do

    @rule(name=_NAMES, sort=st.sampled_from(list(FORWARD)))
    def files(self, name: str, sort: str) -> None:
        self.writes(name, photo=False)
        self.everything_is_sent()
        for choice in FORWARD[sort]:
            self.presses(name, choice)
            self.everything_is_sent()

    @rule(name=st.sampled_from(RESIDENTS), photo=st.booleans())
    def adds_to_what_is_open(self, name: str, photo: bool) -> None:
        person = self.office.person(name)
        latest = next((t for t in reversed(self.office.tickets()) if t.filer_id == person.id), None)
        self.office.writes(name, "/cancel", command="cancel")
        self.writes(name, photo=photo)
        words = f"~{self.marks}~"
        self.everything_is_sent()
        self.presses(name, "c.that")
        if latest and latest.open:
            added = self.office.work(partial(_texts, latest.id))
            drafted = self.office.work(partial(_draft_words, person.id, account_of(name), self.office))
            assert words in "".join(passage.content for passage in added) + drafted, "what was written is somewhere"

    @precondition(lambda self: self.office.tickets())
    @rule(
        which=_INDEX,
        name=st.none() | _NAMES,
        verb=st.sampled_from([Act.CALL, Act.WITHDRAW, following.SHOW]),
        sure=st.booleans(),
    )
    def uses_the_filers_buttons(self, which: int, name: str | None, verb: str, sure: bool) -> None:
        """Let the filer (None), or anybody, press what only the filer may."""
        tickets = self.office.tickets()
        ticket = tickets[which % len(tickets)]
        filer = next((name for name in CAST if self.office.person(name).id == ticket.filer_id), "")
        if not filer:
            assert ticket.filer_id in self.erased
            return
        choice = "yes" if verb == Act.WITHDRAW and sure else ""
        self.taps(name or filer, Drawn(self.group, 0, Action(verb, ticket.ref, ticket.version, choice)))
        after = self.office.tickets()[which % len(tickets)]
        if name not in (None, filer) or not ticket.open or verb == following.SHOW:
            assert after == ticket, "it is the filer's alone, and only while it is open"
        elif choice:
            assert (after.withdrawn_at is None) == (ticket.stage in (Stage.VERIFIED, Stage.VISITED))
        elif verb == Act.CALL:
            unasked = ticket.nameless or ticket.kind is Kind.FINDING
            assert (after.call_asked_at is None) == unasked, "nobody can call whom they do not know"

    @rule(name=_NAMES, command=st.sampled_from(["my", "new", "help", "contact"]))
    def commands(self, name: str, command: str) -> None:
        self.office.writes(name, f"/{command}", command=command)

    @precondition(lambda self: self.office.tickets())
    @rule(which=_INDEX, name=st.sampled_from(STAFF), sent=st.booleans())
    def claims(self, which: int, name: str, sent: bool) -> None:
        tickets = self.office.tickets()
        ticket = tickets[which % len(tickets)]
        if sent:
            self.everything_is_sent()
        self.taps(name, Drawn(self.group, 0, Action(Act.CLAIM, ticket.ref, ticket.version)))

    @precondition(lambda self: self.claimed())
    @rule(which=_INDEX, lost=st.booleans())
    def answers(self, which: int, lost: bool) -> None:
        claimed = self.claimed()
        ticket = claimed[which % len(claimed)]
        name = next(name for name in STAFF if self.office.person(name).id == ticket.assignee_id)
        self.taps(name, Drawn(account_of(name), 0, Action(Act.ANSWER, ticket.ref, ticket.version)))
        self.writes(name, photo=False)
        self.everything_is_sent()
        self.presses(name, "submit")
        if lost:
            for answer in [posted.id for posted in self.waiting_letters() if posted.letter.receipt]:
                self.is_lost_again_and_again(answer)

    @precondition(lambda self: self.office.tickets())
    @rule(which=_INDEX, name=_NAMES, act=_ACTS)
    def does_anything(self, which: int, name: str, act: Act) -> None:
        """Press any act's button, offered or not, from wherever it may have been kept."""
        tickets = self.office.tickets()
        ticket = tickets[which % len(tickets)]
        person = self.office.person(name)
        may = act in policy.offered(person, ticket, self.office.now)
        answer = self.taps(name, Drawn(account_of(name), 0, Action(act, ticket.ref, ticket.version)))
        after = self.office.tickets()[which % len(tickets)]
        takes_on = act is Act.ANSWER and ticket.assignee_id is None
        assert may or takes_on or (after == ticket and answer.alert), "what is not offered is refused"

    @precondition(lambda self: self.office.tickets())
    @rule(which=_INDEX, choices=_CHOICES, who=_INDEX, act=_INDEX)
    def takes_a_step(self, which: int, who: int, act: int, choices: list[int]) -> None:
        """Let somebody do something that is offered to them, and go through all that it asks."""
        tickets = self.office.tickets()
        ticket = tickets[which % len(tickets)]
        able = [
            (name, offer)
            for name in CAST
            for offer in policy.offered(self.office.person(name), ticket, self.office.now)
            if offer not in (Act.READ, Act.ADD)
        ]
        if not able:
            return
        name, offer = able[(who * 31 + act) % len(able)]
        self.everything_is_sent()
        self.taps(name, Drawn(account_of(name), 0, Action(offer, ticket.ref, ticket.version)))
        for choice in choices:
            self.everything_is_sent()
            if not self.goes_on(name, choice):
                return

    @precondition(lambda self: any(ticket.open and not ticket.handled_by for ticket in self.office.tickets()))
    @rule(which=_INDEX, how=st.sampled_from(["c.solved", "c.partly"]))
    def is_dealt_with_and_checked(self, which: int, how: str) -> None:
        """Bring what is open as far as it can be brought: its holder does it, and somebody else checks it."""
        waiting = [ticket for ticket in self.office.tickets() if ticket.open and not ticket.handled_by]
        ticket = waiting[which % len(waiting)]
        held = {self.office.person(name).id: name for name in STAFF}
        worker = held.get(ticket.assignee_id or 0, "director" if policy.is_confidential(ticket) else "technician")
        here = account_of(worker)
        self.everything_is_sent()
        if ticket.assignee_id is None:
            self.taps(worker, Drawn(here, 0, Action(Act.CLAIM, ticket.ref, ticket.version)))
        self.taps(worker, Drawn(here, 0, Action(Act.HANDLE, ticket.ref, ticket.version)))
        self.writes(worker, photo=False)
        for choice in (how, "c.wear", "submit"):
            self.everything_is_sent()
            self.presses(worker, choice)
        for checker in ("clerk", "supervisor"):
            self.taps(checker, Drawn(account_of(checker), 0, Action(Act.VERIFY, ticket.ref, ticket.version)))

    def goes_on(self, name: str, choice: int) -> bool:
        """Answer what a conversation about a ticket asks, by a button or in words; whether there was one."""
        person = self.office.person(name)
        draft = self.office.work(lambda tx: tx.drafts.current(person.id, account_of(name), self.office.now))
        if draft is None or draft.flow == "report" or draft.flow in OURS:
            return False
        card = self.office.work(lambda tx: tx.cards.of_draft(draft.ref))
        screen = self.shown.get((account_of(name), card.message_id)) if card and card.message_id else None
        presses = [press.action for row in screen.buttons for press in row] if screen else []
        onward = [one for one in presses if one.choice not in ("cancel", "back") and not one.choice.startswith("e.")]
        if onward:
            self.taps(name, Drawn(account_of(name), 0, onward[choice % len(onward)]))
        else:
            self.writes(name, photo=False)
        return True

    @rule(name=_NAMES, photo=st.booleans())
    def writes(self, name: str, photo: bool) -> None:
        self.written.append((name, self.office.writes(name, self.words(name), photo=photo)))

    @precondition(lambda self: self.written)
    @rule(which=_INDEX)
    def edits(self, which: int) -> None:
        name, message_id = self.written[which % len(self.written)]
        self.office.edits(name, message_id, self.words(name))

    @precondition(lambda self: self.current())
    @rule(which=_INDEX, name=st.sampled_from(STAFF))
    def taps_what_is_shown(self, which: int, name: str) -> None:
        choices = self.current()
        drawn = choices[which % len(choices)]
        self.taps(_ACCOUNTS.get(drawn.chat_id, name), drawn)

    @precondition(lambda self: self.shown)
    @rule(which=_INDEX, name=st.sampled_from(STAFF))
    def replies_to_a_card(self, which: int, name: str) -> None:
        places = sorted(self.shown)
        chat_id, message_id = places[which % len(places)]
        name = _ACCOUNTS.get(chat_id, name)
        self.office.writes(name, self.words(name), chat=chat_id, reply_to=message_id)

    @precondition(lambda self: self.drawn)
    @rule(which=_INDEX, name=_NAMES)
    def taps_anything_ever_shown(self, which: int, name: str) -> None:
        self.taps(name, self.drawn[which % len(self.drawn)])

    @rule(
        name=_NAMES, data=st.text(max_size=20) | st.sampled_from(["claim:::", "d:ref-00000001:1:submit", "lang:-:0:xx"])
    )
    def forges(self, name: str, data: str) -> None:
        self.office.taps(name, data)

    @rule(name=_NAMES, reachable=st.booleans())
    def blocks_or_unblocks(self, name: str, reachable: bool) -> None:
        self.office.receives(ReachabilityChanged(self.office.sender(name), reachable))

    @rule()
    def the_group_becomes_a_supergroup(self) -> None:
        old, self.group = self.group, self.group - 1
        self.groups.add(self.group)
        self.office.receives(GroupMigrated(old, self.group))

    @rule(name=st.sampled_from(RESIDENTS), ends_it=st.booleans())
    def asks_to_be_erased(self, name: str, ends_it: bool) -> None:
        """Let a resident ask to be erased, perhaps after they have taken back what they can."""
        person = self.office.person(name)
        for ticket in self.office.tickets():
            if ends_it and ticket.filer_id == person.id:
                self.taps(name, Drawn(self.group, 0, Action(Act.WITHDRAW, ticket.ref, ticket.version, "yes")))
        self.taps(name, Drawn(account_of(name), 0, Action(own_data.OWN, "-", 0, own_data.YES)))
        self.office.fires()
        waits = any(ticket.open for ticket in self.office.tickets() if ticket.filer_id == person.id)
        assert (person.id in self.erased) != waits, "at once, or when the last of it has ended"

    def some_are_erased(self) -> None:
        """See what is left of who was erased by now; then they write again, and are somebody new."""
        for name in RESIDENTS:
            if self.office.work(partial(_by_account, account_of(name))) is not None:
                continue
            people = schema.people.c.keys()
            rows = [dict(zip(people, row, strict=True)) for row in self.office.rows("people")]
            (gone,) = (row["id"] for row in rows if row["erased_at"] is not None and row["id"] not in self.erased)
            assert isinstance(gone, int)
            self.erased[gone] = name
            theirs = {mark for mark, author in self.author.items() if author == name}
            self.author |= dict.fromkeys(theirs, f"{name}, who is no more")
            assert not theirs & set(_MARK.findall(repr(self.office.rows("texts", "home_requests", "searches"))))
            assert not theirs & set(_MARK.findall(repr(self.drafts_of(gone))))
            for ticket in self.office.tickets():
                if ticket.filer_id == gone:
                    assert not ticket.open, "what is open needs its words"
                    kept = {p.role for p in self.office.work(partial(_texts, ticket.id)) if p.content}
                    assert kept <= {"lesson", "measure", PROMISE_CODE, SAFE_CODE}
            self.office.writes(name, "/contact", command="contact")
            assert self.office.person(name).id not in self.erased

    def was_emptied(self, card: Card) -> bool:
        """Whether it shows what a colleague had written in the matter of somebody who was erased since."""
        draft = self.office.work(lambda tx: tx.drafts.by_ref(card.draft_ref or ""))
        about = draft.ticket_id if draft else None
        return any(ticket.id == about and ticket.filer_id in self.erased for ticket in self.office.tickets())

    def drafts_of(self, number: int) -> list[tuple[object, ...]]:
        """Return the rows of what somebody had begun."""
        return [row for row in self.office.rows("drafts") if row[3] == number]

    # What time and the network do

    @rule(minutes=st.sampled_from([1, 5, 20, 31, 61]))
    def time_passes(self, minutes: int) -> None:
        self.office.passes(minutes=minutes)

    @precondition(lambda self: any(ticket.stage is Stage.VERIFIED for ticket in self.office.tickets()))
    @rule()
    def a_quiet_week_passes(self) -> None:
        for _ in range(12):  # nobody can call or see whom nobody knows: their week begins when that is found
            self.office.passes(days=1)
            self.office.fires()
        done = [ticket for ticket in self.office.tickets() if ticket.stage is Stage.VERIFIED and ticket.open]
        assert all(ticket.visits for ticket in done), "what is not closed yet is to be visited"

    @precondition(lambda self: any(ticket.visits for ticket in self.office.tickets()))
    @rule(hours=st.sampled_from([4, 12, 24]))
    def time_for_visits_passes(self, hours: int) -> None:
        self.office.passes(hours=hours)
        self.office.fires()

    @rule()
    def timers_fire(self) -> None:
        rounds = 0
        while self.office.fires():  # what fires late may have started what is late as well
            rounds += 1
            assert rounds <= 5, "each fires once"

    @rule()
    def everything_is_sent(self) -> None:
        for letter_id in self.office.waiting():
            self.sends(letter_id)

    @precondition(lambda self: self.office.waiting())
    @rule(which=_INDEX, failure=_FAILURES)
    def one_is_not_sent(self, which: int, failure: Outcome) -> None:
        waiting = self.office.waiting()
        self.sends(waiting[which % len(waiting)], failure)

    @precondition(lambda self: any(p.letter.receipt for p in self.waiting_letters()))
    @rule(failure=_FAILURES)
    def an_answer_is_not_sent(self, failure: Outcome) -> None:
        self.sends(next(p.id for p in self.waiting_letters() if p.letter.receipt), failure)

    @precondition(lambda self: self.office.waiting())
    @rule(which=_INDEX)
    def one_never_arrives(self, which: int) -> None:
        waiting = self.office.waiting()
        self.is_lost_again_and_again(waiting[which % len(waiting)])

    @precondition(lambda self: self.office.waiting())
    @rule(which=_INDEX, arrived=st.booleans())
    def the_program_is_killed_while_it_sends(self, which: int, arrived: bool) -> None:
        waiting = self.office.waiting()
        letter_id = waiting[which % len(waiting)]
        dispatch = self.office.take(letter_id)
        if dispatch:
            if arrived:
                self.arrives(dispatch)
            assert self.office.work(lambda tx: tx.outbox.interrupted()) == (letter_id,)
            self.unknown[letter_id] += 1
            self.office.settle(letter_id, Ambiguous("interrupted"))

    @precondition(lambda self: any(p.letter.chat_id == self.group for p in self.waiting_letters()))
    @rule()
    def the_group_has_moved_when_written_to(self) -> None:
        letter_id = next(p.id for p in self.waiting_letters() if p.letter.chat_id == self.group)
        if self.office.take(letter_id):
            self.group -= 1
            self.groups.add(self.group)
            self.office.settle(letter_id, Migrated(self.group))

    # What must hold

    @invariant()
    def histories_are_whole_and_agree_with_the_tickets(self) -> None:
        self.without_director |= not self.office.person("director").reachable
        tickets = self.office.tickets()
        numbers = [int(ticket.number.rsplit("-", 1)[1]) for ticket in tickets]
        assert numbers == list(range(1, len(tickets) + 1)), "numbered without gaps, in order"
        for ticket in tickets:
            rows = self.office.work(partial(_history, ticket.id))
            assert first_break(rows) is None
            assert len(rows) == ticket.version
            events = [event_of(row) for row in rows]
            assert rebuild(ticket.id, ticket.ref, events) == ticket
            self.goes_its_way(ticket, events)
            self.is_visited_as_planned(ticket, events)
            runs = self.office.work(partial(_obligations, ticket.id))
            begun = Counter(run.rule for run in runs)
            fired = Counter(_stage_of(recorded.event) for recorded in events)
            for (name, stage), times in fired.items():
                if stage not in ("", reminding.REPEAT):
                    assert times <= begun[name], f"{name}: {stage} twice in one run"
            self.nothing_rings_when_it_is_over(events)
            visitors = {recorded.event.to for recorded in events if isinstance(recorded.event, VisitEntrusted)}
            for recorded in events:
                if isinstance(recorded.event, _FILERS):
                    theirs = isinstance(recorded.event, Reopened) and recorded.event.by in visitors
                    assert theirs or recorded.event.by == ticket.filer_id
            found = ticket.kind is Kind.FINDING
            assert begun["FC-9/found" if found else "FC-9"], (
                "from its filing on somebody is due an answer, or a beginning"
            )
            for name in _ANSWERS:
                answers = [run for run in runs if run.rule == name]
                for run, state in zip(answers, _states_of(name, answers, events), strict=True):
                    assert run.state in (ObligationState.PAUSED, state), name
            if policy.is_confidential(ticket):
                assert ticket.assignee_id in (None, self.office.person("director").id)

    def nothing_rings_when_it_is_over(self, events: list[Recorded]) -> None:
        """Nobody is reminded of an answer that has arrived, or of anything in a matter that was taken back."""
        answered = withdrawn = False
        for recorded in events:
            match recorded.event:
                case AnswerDelivered():
                    answered = True
                case Reopened():
                    answered = False
                case Withdrawn():
                    assert not withdrawn
                    withdrawn = True
                case Reminded(rule=rule) | WindowBroken(rule=rule):
                    assert not withdrawn, "no reminder of what is over"
                    assert not (answered and rule == "FC-9"), "no reminder of what is answered"
                case Claimed() | Answered() | CallRequested() | Enclosed():
                    assert not withdrawn

    def goes_its_way(self, ticket: Ticket, events: list[Recorded]) -> None:
        """Walk through a history with a head of one's own: who answers for it, has it, did it and checked it."""
        contact: int | None = None
        holder: int | None = None
        offered = False
        claim: tuple[Recorded, bool] | None = None
        worker: int | None = None
        reopened = 0
        for recorded in events:
            event = recorded.event
            match event:
                case Filed(first_contact=filed_with):
                    contact = filed_with
                case Claimed(by=by):
                    assert holder is None, "at most one has it"
                    claim, holder = (recorded, contact is None), by
                    contact = contact or by
                case ClaimUndone(by=by):
                    assert claim is not None
                    assert (holder, recorded.at - claim[0].at <= policy.UNDO) == (by, True), "within a minute"
                    contact = None if claim[1] else contact
                    claim, holder = None, None
                case Transferred():
                    assert not offered, "one offer at a time"
                    offered = True
                case TransferAccepted(by=by):
                    assert offered
                    offered, holder, contact, claim = False, by, contact or by, None
                case TransferDeclined() | TransferRecalled() | TransferLapsed():
                    assert offered, "it stays with the giver"
                    offered = False
                case Released(by=by):
                    assert holder == by
                    offered, holder = False, None
                case Handled(by=by):
                    assert (holder, offered) == (by, False)
                    worker = by
                case Verified(by=by) | Rejected(by=by):
                    assert by != worker, "nobody checks their own work (CP-10)"
                case Reopened(to=to, level=level, told=told):
                    reopened += 1
                    assert level == reopened, "each time it climbs"
                    heard = self.office.person("director").id in (*told, to)
                    assert heard or self.without_director, "the director hears of it (RV-7), or the next who can"
                    assert to in (contact, holder)
                    holder = to
                case ReopeningUndone():
                    reopened -= 1
                    offered = False
                case Closed(how=how):
                    before = type(events[events.index(recorded) - 1].event)
                    customer = ticket.kind is not Kind.FINDING
                    assert customer == (how != "verified")
                    assert (before is FoundSolved) == (how == "solved"), "closed by nobody's word but the resident's"
                    satisfied = before is Visited and events[events.index(recorded) - 1].event.satisfied  # type: ignore[union-attr]
                    assert satisfied == (how == "visited"), "closed by a visit that found them satisfied (CP-11)"
                    past = events[: events.index(recorded)]
                    rested = [one.at for one in past if isinstance(one.event, _UNVISITED)]
                    assert how != "quiet" or recorded.at - rested[-1] >= timedelta(days=7), "a week of quiet"
                case Withdrawn() | Voided() | Merged():
                    offered = False
                case _:
                    pass
        assert (ticket.first_contact_id, ticket.assignee_id) == (contact, holder)
        assert (ticket.transfer_open, ticket.reopened) == (offered, reopened)

    def is_visited_as_planned(self, ticket: Ticket, events: list[Recorded]) -> None:
        """Walk through its visits: each happens once, none to what is over, and nobody visits their own work (RV-4)."""
        planned: dict[int, str] = {}
        made: set[int] = set()
        worker = visitor = None
        over = False
        for recorded in events:
            match recorded.event:
                case Handled(by=by):
                    worker = by
                case Withdrawn() | Voided() | Merged():
                    over = True
                case Unmerged():
                    over = False
                case VisitPlanned(visit=visit, opens_at=opens_at):
                    assert visit not in planned
                    planned[visit] = opens_at
                case VisitOpened(visit=visit, after_rain=after_rain):
                    assert not over
                    assert visit in planned
                    assert visit not in made, "nobody is asked twice about the same"
                    assert after_rain == (planned[visit] == "")
                    visitor = None
                case VisitEntrusted(to=to):
                    assert to not in (worker, ticket.filer_id)
                    assert not ticket.nameless, "nobody knows whom to see"
                    visitor = to
                case Visited(by=by, visit=visit, way=way, again=again):
                    assert by == (ticket.filer_id if way == "chat" else visitor)
                    assert again == (visit in made), "one answer a visit"
                    made.add(visit)
                case VisitMissed(visit=visit):
                    assert visit not in made
                case Reopened():
                    planned = {}
                case Closed(how="visited"):
                    assert all(visit in made or not opens_at for visit, opens_at in planned.items()), "all were made"
                case _:
                    pass
        kept = self.office.work(lambda tx: tx.visits.of(ticket.id))
        assert {visit.ordinal for visit in kept if visit.state is VisitState.DONE} == made
        timed = [visit for visit in kept if visit.state in PENDING - {VisitState.RAIN}]
        assert len(timed) == ticket.visits, "the book agrees with the history"
        assert not (over and [visit for visit in kept if visit.state in PENDING]), "none to what is over"

    @invariant()
    def nobody_who_was_erased_is_written_to_or_asked(self) -> None:
        letters = self.office.letters()
        for number in self.erased:
            theirs = [posted for posted in letters if posted.letter.reader_id == number]
            assert [posted for posted in theirs if "no longer keep anything" in repr(posted.letter.content)] == theirs[
                -1:
            ]
        for ticket in self.office.tickets():
            if ticket.filer_id in self.erased:
                events = [event_of(row).event for row in self.office.work(partial(_history, ticket.id))]
                past = next(i for i, event in enumerate(events) if isinstance(event, Erased))
                asked = (VisitOpened, VisitNudged, VisitEntrusted, *get_args(_FILERS))
                others = [event for event in events[past:] if isinstance(event, asked)]
                assert all(isinstance(event, Reopened) and event.by != ticket.filer_id for event in others)

    @invariant()
    def every_answer_is_on_its_way_or_delivered_or_reported(self) -> None:
        letters = self.office.letters()
        of_answer: defaultdict[int, list[Posted]] = defaultdict(list)
        for posted in letters:
            if posted.letter.receipt:
                of_answer[posted.letter.receipt.text_id].append(posted)
        for ticket in self.office.tickets():
            events = [event_of(row).event for row in self.office.work(partial(_history, ticket.id))]
            delivered = [event.text_id for event in events if isinstance(event, AnswerDelivered)]
            undelivered = [event.text_id for event in events if isinstance(event, AnswerUndelivered)]
            assert len(delivered) == len(set(delivered))
            for event in events:
                if not isinstance(event, Answered | Proposed) or ticket.filer_id in self.erased:
                    continue
                (posted,) = of_answer[event.text_id]
                assert (event.text_id in delivered) == (posted.state is LetterState.SENT)
                assert (event.text_id in undelivered) == (posted.state is LetterState.UNREACHABLE)
                if posted.state in (LetterState.UNREACHABLE, LetterState.DEAD):
                    assert any(self.reports(later, ticket) for later in letters if later.id > posted.id)
                else:
                    assert posted.state in (LetterState.PENDING, LetterState.SENT)

    @invariant()
    def nothing_is_sent_more_often_than_its_outcome_stayed_unknown(self) -> None:
        for letter_id, copies in self.copies.items():
            assert copies - 1 <= self.unknown[letter_id]
        for posted in self.office.letters():
            if isinstance(posted.letter.content, Notice):
                assert self.unknown[posted.id] <= MOST_TRIES
                assert posted.tries == self.unknown[posted.id]

    # How it works

    def words(self, name: str) -> str:
        self.marks += 1
        self.author[str(self.marks)] = name
        return f"~{self.marks}~"

    def taps(self, name: str, drawn: Drawn) -> TapAnswer:
        answer = self.office.taps(name, drawn.action.encode(), chat=drawn.chat_id, message_id=drawn.message_id)
        assert answer is not None, "no tap stays without its answer"
        self.tapper[answer.query_id] = name
        return answer

    def presses(self, name: str, choice: str) -> None:
        """Tap that button in the private chat of `name`, if it is there."""
        for drawn in self.current():
            if drawn.chat_id == account_of(name) and drawn.action.choice == choice:
                self.taps(name, drawn)

    def claimed(self) -> list[Ticket]:
        return [ticket for ticket in self.office.tickets() if ticket.assignee_id is not None]

    def current(self) -> list[Drawn]:
        return [
            Drawn(chat_id, message_id, press.action)
            for (chat_id, message_id), screen in sorted(self.shown.items(), key=lambda item: item[0])
            for row in screen.buttons
            for press in row
            if press.action.choice != "cancel"
        ]

    def waiting_letters(self) -> list[Posted]:
        return [self.office.work(partial(_letter, letter_id)) for letter_id in self.office.waiting()]

    def sends(self, letter_id: int, failure: Outcome | None = None) -> None:
        dispatch = self.office.take(letter_id)
        if dispatch is None:
            return
        self.nobody_else_reads(dispatch)
        match failure:
            case None | Ambiguous(reason="lost after it arrived"):
                outcome = self.arrives(dispatch)
                if failure:
                    self.unknown[letter_id] += 1
                self.office.settle(letter_id, failure or outcome)
            case _:
                self.unknown[letter_id] += isinstance(failure, Ambiguous)
                self.office.settle(letter_id, failure)

    def is_lost_again_and_again(self, letter_id: int) -> None:
        """Lose a letter on its way once more than it is tried."""
        for _ in range(MOST_TRIES + 1):
            self.sends(letter_id, Ambiguous("lost on the way"))
            self.office.passes(minutes=2)

    def arrives(self, dispatch: Dispatch) -> Outcome:
        """Show in the chat what the call shows there."""
        if isinstance(dispatch.content, TapAnswer):
            return Done()
        if isinstance(dispatch.content, Strip):
            self.shown.pop((dispatch.chat_id, dispatch.content.message_id), None)
            return Done()
        message_id = dispatch.edit or self.office.next_message()
        if dispatch.edit is None:
            self.copies[dispatch.letter_id] += 1
        if isinstance(dispatch.content, Screen):
            self.shown[dispatch.chat_id, message_id] = dispatch.content
            self.drawn += [
                Drawn(dispatch.chat_id, message_id, press.action) for row in dispatch.content.buttons for press in row
            ]
        return Done() if dispatch.edit else Sent((message_id,))

    def nobody_else_reads(self, dispatch: Dispatch) -> None:
        """Everybody reads what is theirs to read, in whatever is rendered for them."""
        match render(dispatch):
            case SendText(chat_id=chat_id, plain=plain) | EditText(chat_id=chat_id, plain=plain) as call:
                reader = _ACCOUNTS.get(chat_id)
                plain = "\n".join((plain, *(button.label for row in call.keyboard for button in row)))
            case AnswerTap(query_id=query_id, text=plain):
                chat_id, reader = 0, self.tapper.get(query_id)
                if reader is None or reader in self.erased.values():  # they may have tapped before they were erased
                    return
            case _:
                assert dispatch.chat_id in self.groups | set(_ACCOUNTS)
                return
        note(f"{reader or 'group'} reads {plain!r}")
        assert reader or chat_id in self.groups
        if reader in RESIDENTS:
            self.resident_reads(reader, plain)
        else:
            self.staff_read(reader, plain)

    def resident_reads(self, reader: str, plain: str) -> None:
        """A resident reads their own words and tickets, and the answers to them; everything else is for staff."""
        tickets = self.office.tickets()
        own = [ticket for ticket in tickets if ticket.filer_id == self.office.person(reader).id]
        events = [ticket for ticket in tickets if ticket.id in {part.merged_into for part in own}]
        assert set(_NUMBER.findall(plain)) <= {ticket.number for ticket in (*own, *events)}
        foreign = {mark for mark in _MARK.findall(plain) if self.author[mark] != reader}
        answers = "".join(
            passage.content
            for ticket in (*own, *events)
            for passage in self.office.work(partial(_texts, ticket.id))
            if passage.role not in (_AMONG_STAFF if ticket in own else _AMONG_STAFF + _OF_ITS_FILER)
        )
        assert foreign <= set(_MARK.findall(answers))

    def staff_read(self, reader: str | None, plain: str) -> None:
        """No staff chat names who kept their name back; what is about a colleague is for the director and its filer."""
        filers = {self.office.person(name).id: name for name in CAST}
        named = set(RESIDENTS) & set(re.findall(r"\w+", plain))
        unnamed = set(RESIDENTS)
        for ticket in self.office.tickets():
            filer = filers.get(ticket.filer_id, "")  # a customer whom a colleague was told by has no phone here
            if not ticket.nameless:
                unnamed.discard(filer)
            if not (ticket.nameless or policy.is_confidential(ticket)):
                continue
            words = "".join(passage.content for passage in self.office.work(partial(_texts, ticket.id)))
            shown = {mark for mark in _MARK.findall(plain) if self.author[mark] != reader}  # one's own words are known
            shows = ticket.number in plain or bool(set(_MARK.findall(words)) & shown)
            assert not (shows and ticket.nameless and filer in named), "the name was kept back"
            assert not (shows and policy.is_confidential(ticket)) or reader in ("director", filer), "for the director"
        unnamed -= set(self.erased.values())  # what was on its way still names them
        # Who calls for help, or asks the office whether a home is theirs, tells staff who they are.
        if not (plain.startswith((_ALARM, _HOME)) or "has dropped the emergency report" in plain):
            assert not named & unnamed, "nothing was ever filed under that name"

    def reports(self, posted: Posted, ticket: Ticket) -> bool:
        """Whether a letter tells staff that something of `ticket` did not arrive, by its number where that may be."""
        content = posted.letter.content
        if not isinstance(content, Notice) or posted.letter.chat_id in map(account_of, RESIDENTS):
            return False
        lines = [line for line in content.screen.lines if isinstance(line, Text)]
        private = policy.is_confidential(ticket) and posted.letter.chat_id != account_of("director")
        about = private or any(line.params.get("number") == ticket.number for line in lines)
        return about and any(line.message.startswith(("📭", "☎️")) for line in lines)

    def told(self, beginning: str, number: str | None = None) -> int:
        """Return how many notices begin with those words, about that ticket."""
        return sum(
            isinstance(line, Text)
            and line.message.startswith(beginning)
            and (number is None or line.params.get("number") == number)
            for posted in self.office.letters()
            if isinstance(posted.letter.content, Notice)
            for line in posted.letter.content.screen.lines[:1]
        )

    def comes_to_rest(self) -> None:
        """Let the network be well again and everybody's time run out; then look at what is left."""
        for _ in range(3):
            self.office.passes(minutes=70)
            self.office.fires()
            for _ in range(60):
                if not self.office.waiting():
                    break
                self.everything_is_sent()
        assert not self.office.waiting(), "the outbox empties"
        letters = self.office.letters()
        assert not [p for p in letters if p.state in (LetterState.PENDING, LetterState.SENDING)], "each has its end"
        self.histories_are_whole_and_agree_with_the_tickets()
        self.every_answer_is_on_its_way_or_delivered_or_reported()
        for ticket in self.office.tickets():
            kinds = [type(event_of(row).event) for row in self.office.work(partial(_history, ticket.id))]
            ends = {AnswerDelivered, Called, Closed, Merged, Verified, Voided, WindowBroken, Withdrawn}
            assert ends & set(kinds), "a window ends met, broken or in vain"
            asked = kinds.count(CallRequested)
            assert self.told("☎️ No. {number}: {name} would like", ticket.number) == asked, "each call is passed on"
        filed = [ticket for ticket in self.office.tickets() if ticket.split_from is None]
        urgent = sum(CATEGORIES[ticket.category].urgent for ticket in filed)
        assert self.told("🚨 <b>Emergency") >= urgent, "whoever is on duty was rung first"
        last = {p.letter.content.card_id: p for p in letters if isinstance(p.letter.content, ShowCard)}
        for card_id, posted in last.items():
            card, drawn = self.office.work(partial(_drawing, card_id))
            if posted.state is LetterState.SENT and card.message_id is not None and not self.was_emptied(card):
                shown = self.shown[posted.letter.chat_id, card.message_id]
                assert _lasting(shown) == _lasting(drawn), "a card shows how things stand"


#: The windows that an answer meets, and nothing stops here.
_ANSWERS: Final = ("FC-9", "CP-6")


def _stage_of(event: Event) -> tuple[str, str]:
    """Return which stage of which rule's window rang; nothing for all else."""
    match event:
        case Reminded(rule=rule, stage=stage):
            return rule, stage
        case WindowBroken(rule=rule):
            return rule, "broken"
    return "", ""


def _states_of(rule: str, runs: list[Obligation], events: list[Recorded]) -> list[ObligationState]:
    """Return how each run of the window for an answer stands by what has happened."""
    states: list[ObligationState] = []
    for recorded in events:
        running = bool(states) and states[-1] in (ObligationState.RUNNING, ObligationState.BROKEN)
        match recorded.event:
            case Filed(kind=kind) if rule == "CP-6" and kind != Kind.COMPLAINT:
                pass  # its day and night begins when it is opened again, and that may be at the very same moment
            case Filed() | Reopened() if len(states) < len(runs) and recorded.at == runs[len(states)].started_at:
                states.append(ObligationState.RUNNING)
            case Unmerged() if states and states[-1] is ObligationState.ENDED:
                states.append(ObligationState.RUNNING)
            case WindowBroken(rule=broken) if running and broken == rule:
                states[-1] = ObligationState.BROKEN
            case Withdrawn() | Closed() | Voided() | Merged() if running:
                states[-1] = ObligationState.ENDED
            case AnswerDelivered() | Called() | Verified() if running:
                late = states[-1] is ObligationState.BROKEN or recorded.at > runs[len(states) - 1].due_at
                states[-1] = ObligationState.MET_LATE if late else ObligationState.MET
    return states


def _draft_words(person_id: int, chat_id: int, office: Office, tx: Transaction) -> str:
    draft = tx.drafts.current(person_id, chat_id, office.now)
    return "".join(item.words for item in draft.items) if draft else ""


def _history(ticket_id: int, tx: Transaction) -> tuple[Row, ...]:
    return tx.tickets.history(ticket_id)


def _obligations(ticket_id: int, tx: Transaction) -> tuple[Obligation, ...]:
    return tx.obligations.of(ticket_id)


def _texts(ticket_id: int, tx: Transaction) -> tuple[Passage, ...]:
    return tx.texts.of(ticket_id)


def _by_account(account: int, tx: Transaction) -> Person | None:
    return tx.people.by_account(account)


def _letter(letter_id: int, tx: Transaction) -> Posted:
    return tx.outbox.get(letter_id)


#: What can be done for a time only, or again after a time.
_PASSING: Final = frozenset({Act.UNDO, Act.UNSEND, Act.UNMERGE, Act.REOPEN, Act.REVISE, Act.CHASE})


def _lasting(screen: Screen | None) -> tuple[object, ...]:
    """Return what a screen shows but for offers that come and go with time, without a redraw."""
    presses = [press for row in screen.buttons for press in row] if screen else []
    return (screen and screen.lines, *(press for press in presses if press.action.verb not in _PASSING))


def _drawing(card_id: int, tx: Transaction) -> tuple[Card, Screen | None]:
    card = tx.cards.get(card_id)
    return card, drawing.draw(tx, card)


FrontDesk.TestCase.settings = settings(
    max_examples=30, stateful_step_count=35, deadline=None, suppress_health_check=list(HealthCheck)
)
TestFrontDesk = FrontDesk.TestCase
