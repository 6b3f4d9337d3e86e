"""The flow engine under whatever a person, or a new version of the program, can do to a draft.

Whatever happens, there is a screen to go on from, its buttons fit Telegram's limits, and no words are lost but by Back
over the step that asked for them.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.domain.errors import DomainError, Refusal
from bot.flows import engine
from bot.flows.answer import ANSWER
from bot.flows.engine import Choice, Draft, Flow, Item, Media, MediaKind, Step
from bot.flows.report import FINDING, REPORT
from bot.flows.screen import CALLBACK_BYTES, Quote, Screen, decode, text, units

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PHOTO = Media(MediaKind.PHOTO, "file", "unique")

_CHOICES = ((Choice("yes", text("yes")), Choice("no", text("no"))),)
#: A flow with every shape of step, longer than those that exist today.
LONG = Flow(
    id="long",
    version=1,
    steps=(
        Step("where", text("where"), _CHOICES),
        Step("words", text("words")),
        Step("when", text("when"), _CHOICES),
        Step("again", text("again"), _CHOICES),
    ),
    summary=lambda draft: (Quote(draft.words),),
    submit=text("submit"),
    most_words=400,
)
WORDS = st.text(max_size=150) | st.sampled_from(["", " ", "\ud800", "😀" * 60, "<b>", "a" * 200, "a" * 400])


class Conversation(RuleBasedStateMachine):
    """One draft, tapped and written to, while versions of its flow come and go."""

    @initialize(flow=st.sampled_from([LONG, REPORT, FINDING, ANSWER]), words=WORDS)
    def begins(self, flow: Flow, words: str) -> None:
        self.whole = self.flow = flow
        self.now = NOON
        first = (Item(1, words),) if words and flow is not ANSWER else ()
        draft = Draft("abcdefghijkl", flow.id, flow.version, 1, 1, "", NOON + engine.DRAFT_LIFE, items=first)
        self.draft = engine.begin(flow, draft)
        self.known = {item.message_id: item.words for item in first}
        self.checked()

    @rule(words=WORDS, photo=st.booleans())
    def is_written_to(self, words: str, photo: bool) -> None:
        item = Item(len(self.known) + 100, words, PHOTO if photo else None)
        refusal = self.refusal_of(lambda: engine.add(self.flow, self.draft, item, self.now))
        if refusal is None:
            self.known[item.message_id] = words
        elif refusal is Refusal.DRAFT_FULL:
            assert len(self.draft.items) == engine.MOST_ITEMS
        else:
            assert refusal is Refusal.TOO_LONG
            assert units(f"{self.draft.words}\n{words}") > self.flow.most_words
        self.checked()

    @precondition(lambda self: self.known)
    @rule(which=st.integers(min_value=0), words=WORDS)
    def is_corrected(self, which: int, words: str) -> None:
        message_id = sorted(self.known)[which % len(self.known)]
        refusal = self.refusal_of(lambda: engine.correct(self.flow, self.draft, message_id, words, self.now))
        if refusal is None:
            self.known[message_id] = words
        else:
            assert refusal is Refusal.TOO_LONG
        assert engine.correct(self.flow, self.draft, 10**9, words, self.now) is None
        self.checked()

    @rule(which=st.integers(min_value=0))
    def is_tapped(self, which: int) -> None:
        presses = [press for row in self.screen().buttons for press in row]
        press = presses[which % len(presses)]
        match press.action.choice.partition("."):
            case ("c", ".", choice):
                self.moved(engine.choose(self.flow, self.draft, choice, self.now))
            case ("back", "", ""):
                self.goes_back()
            case (last, "", ""):
                assert last in ("submit", "cancel")
        self.checked()

    @rule(choice=st.sampled_from(["", "yes", "repair", "gone", "c.yes"]))
    def is_tapped_by_a_forger(self, choice: str) -> None:
        refusal = self.refusal_of(lambda: engine.choose(self.flow, self.draft, choice, self.now))
        assert refusal in (None, Refusal.STALE_BUTTON)
        self.checked()

    @rule(gone=st.sets(st.integers(min_value=0, max_value=3), max_size=3))
    def is_resumed_by_another_version(self, gone: set[int]) -> None:
        steps = tuple(step for position, step in enumerate(self.whole.steps) if position not in gone)
        self.flow = replace(self.whole, version=self.flow.version + 1, steps=steps)
        before = self.draft
        self.draft = engine.resume(self.flow, self.draft)
        assert (self.draft.items, self.draft.answers) == (before.items, before.answers)
        assert self.draft.flow_version == self.flow.version
        assert engine.resume(self.flow, self.draft) == self.draft
        self.checked()

    @rule(hours=st.integers(min_value=0, max_value=30))
    def waits(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def goes_back(self) -> None:
        earlier = engine.back(self.flow, self.draft, self.now)
        step = self.flow.step(earlier.step)
        assert step is not None
        assert step.id not in earlier.answers
        if not step.choices:
            assert not earlier.items
            self.known.clear()
        self.moved(earlier)

    def refusal_of(self, change: Callable[[], Draft | None]) -> Refusal | None:
        """Change the draft; return why not, where it was refused."""
        try:
            changed = change()
        except DomainError as error:
            return error.refusal
        assert changed is not None
        self.moved(changed)
        return None

    def moved(self, draft: Draft) -> None:
        assert draft.revision == self.draft.revision + 1, "an old button shows"
        assert draft.expires_at == self.now + engine.DRAFT_LIFE
        self.draft = draft

    def screen(self) -> Screen:
        return engine.show(self.flow, self.draft)

    def checked(self) -> None:
        draft, screen = self.draft, self.screen()
        assert draft.step == engine.SUMMARY or self.flow.step(draft.step), "at a step that there is"
        assert {item.message_id: item.words for item in draft.items} == self.known
        assert units(draft.words) <= max(self.flow.most_words, units(draft.items[0].words) if draft.items else 0)
        assert screen.lines
        assert screen.buttons
        choices = []
        for row in screen.buttons:
            assert 1 <= len(row) <= 2
            for press in row:
                data = press.action.encode()
                assert len(data.encode()) <= CALLBACK_BYTES
                assert decode(data) == press.action
                assert press.action.version == draft.revision
                choices.append(press.action.choice)
        assert len(choices) == len(set(choices))
        assert "cancel" in choices
        step = self.flow.step(draft.step)
        if step is None:
            assert "submit" in choices, "the way out"
        elif step.choices:
            assert any(choice.startswith("c.") for choice in choices)


Conversation.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestConversation = Conversation.TestCase
