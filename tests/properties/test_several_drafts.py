"""Several drafts of one person under all that they can do: whatever they write is in the one draft that they meant.

The model knows what each draft must hold, word by word and in order, and which was touched last; after each step the
database holds exactly that.
"""

from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.domain.people import Role
from bot.flows.draft import DRAFT_LIFE, Draft, DraftState
from bot.flows.engine import MOST_ITEMS
from bot.flows.screen import Action
from bot.flows.showing import VERB
from bot.services import lapsing, nudging
from tests.office import Office, account_of

WHICH = st.integers(min_value=0, max_value=99)


class Desk(RuleBasedStateMachine):
    """One resident with as many drafts as they like to begin."""

    @initialize()
    def opens(self) -> None:
        self.office = Office({"chan": Role.RESIDENT, "clerk": Role.CLERK})
        self.held: dict[str, dict[int, str]] = {}
        self.order: list[str] = []
        self.until: dict[str, datetime] = {}
        self.marks = 0

    def teardown(self) -> None:
        if hasattr(self, "office"):
            self.office.close()

    # What they do

    @rule()
    def begins_anew(self) -> None:
        self.office.writes("chan", command="new")
        blank = self.order and not self.held[self.order[-1]] and self.blank(self.order[-1])
        if not blank:
            self.appears()
        self.touches(self.order[-1])

    @rule()
    def writes(self) -> None:
        self.says(None, self.order[-1] if self.order else None)

    @precondition(lambda self: self.order)
    @rule(which=WHICH)
    def replies_to_a_card(self, which: int) -> None:
        ref = self.order[which % len(self.order)]
        card = self.office.work(lambda tx: tx.cards.of_draft(ref))
        assert card
        self.says(card.message_id, ref)

    @precondition(lambda self: any(self.held[ref] for ref in self.order))
    @rule(which=WHICH)
    def replies_to_themselves(self, which: int) -> None:
        ref, message_id = self.message(which)
        self.says(message_id, ref)

    @precondition(lambda self: any(self.held[ref] for ref in self.order))
    @rule(which=WHICH)
    def changes_a_message(self, which: int) -> None:
        ref, message_id = self.message(which)
        words = self.mark()
        self.office.edits("chan", message_id, words)
        self.held[ref][message_id] = words
        self.touches(ref)

    @precondition(lambda self: self.order)
    @rule(which=WHICH, choice=st.sampled_from(["on", "cancel"]), stale=st.booleans())
    def taps(self, which: int, choice: str, stale: bool) -> None:
        ref = self.order[which % len(self.order)]
        revision = self.stored(ref).revision + 9 * stale
        self.office.taps("chan", Action(VERB, ref, revision, choice).encode())
        if choice == "on":
            self.touches(ref)
        elif not stale:
            self.order.remove(ref)

    @precondition(lambda self: self.order)
    @rule()
    def asks_for_the_list_and_takes_the_first(self) -> None:
        self.office.writes("chan", command="my")
        self.office.delivers()
        ref = self.order[-1]
        self.office.taps("chan", Action(VERB, ref, 0, "on").encode())
        self.touches(ref)

    @rule(hours=st.sampled_from([1, 6, 13]))
    def waits(self, hours: int) -> None:
        self.office.passes(hours=hours)
        self.office.work(lambda tx: nudging.fire(tx, 100))
        self.office.work(lambda tx: lapsing.forget(tx, 100))
        over = [ref for ref, until in self.until.items() if until <= self.office.now]
        self.order = [ref for ref in self.order if ref not in over]
        self.held |= {ref: {} for ref in over}
        self.agrees()

    # What it comes to

    def says(self, reply_to: int | None, ref: str | None) -> None:
        """Write; what was written must be in the draft `ref`, a new one where that is None."""
        if ref and len(self.held[ref]) == MOST_ITEMS:
            return
        words = self.mark()
        number = self.office.writes("chan", words, reply_to=reply_to)
        if ref is None:
            self.appears()
        meant = ref or self.order[-1]
        self.held[meant][number] = words
        self.touches(meant)

    def appears(self) -> None:
        """Note the draft that was begun just now."""
        person = self.office.person("chan")
        draft = self.office.work(lambda tx: tx.drafts.current(person.id, account_of("chan"), self.office.now))
        assert draft
        assert draft.ref not in self.held, "it is a new one"
        self.held[draft.ref] = {}
        self.order.append(draft.ref)

    def touches(self, ref: str) -> None:
        """Note that a draft was touched last, and look whether all is as it must be."""
        self.order.remove(ref)
        self.order.append(ref)
        self.until[ref] = self.office.now + DRAFT_LIFE
        self.agrees()

    def agrees(self) -> None:
        """The database holds what the model holds."""
        self.office.delivers()
        person = self.office.person("chan")
        there = self.office.work(lambda tx: tx.drafts.open(person.id, account_of("chan"), self.office.now, 99))
        assert [draft.ref for draft in reversed(there)] == self.order
        for ref, held in self.held.items():
            draft = self.stored(ref)
            assert {item.message_id: item.words for item in draft.items} == held
            assert (draft.state is DraftState.OPEN) == (ref in self.order)
            assert list(held) == [item.message_id for item in draft.items], "in the order in which it was said"

    def stored(self, ref: str) -> Draft:
        draft = self.office.work(lambda tx: tx.drafts.by_ref(ref))
        assert draft
        return draft

    def blank(self, ref: str) -> bool:
        draft = self.stored(ref)
        return not draft.items and not draft.answers

    def message(self, which: int) -> tuple[str, int]:
        messages = [(ref, number) for ref in self.order for number in self.held[ref]]
        return messages[which % len(messages)]

    def mark(self) -> str:
        self.marks += 1
        return f"mark {self.marks}"


Desk.TestCase.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
TestSeveralDrafts = Desk.TestCase
