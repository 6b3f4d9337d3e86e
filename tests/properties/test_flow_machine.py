"""The flow engine under whatever a person, or a new version of the program, can do to a draft.

Whatever happens, there is a screen to go on from, its buttons fit Telegram's limits, no words are lost but by Back or a
change over the step that asked for them, and whoever only goes forward is soon at the summary.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.domain.errors import DomainError, Refusal
from bot.flows import engine, showing
from bot.flows.answer import ANSWER
from bot.flows.draft import DRAFT_LIFE, SKIPPED, SUMMARY, Draft, Item, Media, MediaKind
from bot.flows.findings import FINDING, FIXED, TOLD
from bot.flows.flow import Choice, Flow, Step
from bot.flows.report import OPEN, REPORT
from bot.flows.screen import CALLBACK_BYTES, Quote, Screen, decode, text, units

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PHOTO = Media(MediaKind.PHOTO, "file", "unique")

_CHOICES = ((Choice("yes", text("yes")), Choice("no", text("no"))),)
_SOMETIMES = (*_CHOICES, (Choice("then", text("then"), when=lambda draft: draft.answers.get("when") == "yes"),))
#: A flow with every shape of step, in an order that exists nowhere today.
LONG = Flow(
    id="long",
    version=1,
    steps=(
        Step("where", text("where"), _CHOICES, line=text("Where"), words=True),
        Step("matter", text("matter"), line=text("Matter"), matter=True, skippable=True),
        Step("when", text("when"), _CHOICES, line=text("When"), words=True, skippable=True),
        Step(
            "only-then", text("only then"), _CHOICES, part=True, when=lambda draft: draft.answers.get("when") == "yes"
        ),
        Step("again", text("again"), _SOMETIMES, line=lambda draft: text("Again"), skippable=True),
        Step("in-words", lambda draft: text("after {words}", words=draft.words), line=text("Words"), words=True),
    ),
    summary=lambda draft: (Quote(draft.words),),
    waiting=lambda draft: (text("waits"),),
    submit=text("submit"),
    done=lambda draft: (text("done"),),
    most_words=400,
)
FLOWS = {flow.id: flow for flow in (LONG, REPORT, FINDING, FIXED, TOLD, ANSWER)}
#: Whoever only goes forward is at the summary within so many answers.
MOST_TAPS = 10
WORDS = st.text(max_size=150) | st.sampled_from(["", " ", "\ud800", "😀" * 60, "<b>", "a" * 200, "a" * 400])


class Conversation(RuleBasedStateMachine):
    """One draft, tapped and written to, while versions of its flow come and go."""

    @initialize(flow=st.sampled_from(list(FLOWS)), words=WORDS, another=st.booleans())
    def begins(self, flow: str, words: str, another: bool) -> None:
        self.whole = self.flow = FLOWS[flow]
        self.now = NOON
        self.asked: dict[int, str] = {}
        first = (Item(1, words),) if words and self.flow is not ANSWER else ()
        known = {OPEN: "HT-2026-0001"} if another and self.flow is REPORT else {}
        expires = NOON + DRAFT_LIFE
        draft = Draft("abcdefghijkl", flow, self.flow.version, 1, 1, "", expires, answers=known, items=first)
        self.draft = engine.begin(self.flow, draft)
        self.known = {item.message_id: item.words for item in first}
        self.media: set[int] = set()
        self.checked()

    @rule(words=WORDS, photo=st.booleans())
    def is_written_to(self, words: str, photo: bool) -> None:
        before, step = self.draft, self.flow.step(self.draft.step)
        item = Item(len(self.asked) + 100, words, PHOTO if photo else None)
        self.asked[item.message_id] = ""
        in_words = bool(step and words and (step.matter or (step.words and not photo)))
        answers = in_words or bool(step and photo and (step.files or step.own_files))
        replaced = step if before.editing and in_words else None
        refusal = self.refusal_of(lambda: engine.add(self.flow, self.draft, item, self.now))
        if refusal is None:
            if replaced:
                self.loses_the_words_of(before, replaced)
            self.known[item.message_id] = words
            if photo:
                self.media.add(item.message_id)
            kept = next(kept for kept in self.draft.items if kept.message_id == item.message_id)
            assert kept.step == (step.id if step and in_words and not step.matter else ""), "else it tells the matter"
            assert kept.shows == (step.id if step and step.own_files and photo else "")
            assert not answers or self.draft.step != before.step, "an answer leads on"
            assert answers or self.draft.step == before.step, "and nothing else does"
        elif refusal is Refusal.DRAFT_FULL:
            assert len(self.draft.items) == engine.MOST_ITEMS
        else:
            assert refusal is Refusal.TOO_LONG
            assert units("\n".join([*self.known.values(), words])) > self.flow.most_words
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
        step = self.flow.step(self.draft.step)
        match press.action.choice.partition("."):
            case ("c", ".", choice):
                self.answers(step, engine.choose(self.flow, self.draft, choice, self.now), choice)
            case ("skip", "", ""):
                self.answers(step, engine.skip(self.flow, self.draft, self.now), SKIPPED)
            case ("e", ".", line):
                before = self.draft
                self.moved(engine.edit(self.flow, self.draft, line, self.now))
                assert (self.draft.step, self.draft.editing) == (line, True)
                assert (self.draft.items, self.draft.answers) == (before.items, before.answers), "until it is answered"
            case ("back", "", ""):
                self.goes_back()
            case ("on", "", ""):
                before = self.draft
                self.moved(engine.go_on(before, self.now))
                assert (self.draft.step, self.draft.items, self.draft.answers) == (
                    before.step, before.items, before.answers,
                )  # fmt: skip
            case (last, "", ""):
                assert last in ("submit", "cancel")
        self.checked()

    @rule(choice=st.sampled_from(["", "yes", "repair", "gone", "c.yes"]))
    def is_tapped_by_a_forger(self, choice: str) -> None:
        for change in (
            lambda: engine.edit(self.flow, self.draft, choice, self.now),
            lambda: engine.choose(self.flow, self.draft, choice, self.now),
        ):
            before, step = self.draft, self.flow.step(self.draft.step)
            refusal = self.refusal_of(change)
            assert refusal in (None, Refusal.STALE_BUTTON)
            if refusal is None and step:
                self.loses_the_words_of(before, step, matter=False)
        self.checked()

    @rule(gone=st.sets(st.integers(min_value=0, max_value=9), max_size=3))
    def is_resumed_by_another_version(self, gone: set[int]) -> None:
        steps = tuple(step for position, step in enumerate(self.whole.steps) if position not in gone)
        self.flow = replace(self.whole, version=self.flow.version + 1, steps=steps)
        before = self.draft
        self.draft = engine.resume(self.flow, self.draft)
        assert (self.draft.items, self.draft.answers) == (before.items, before.answers)
        assert self.draft.flow_version == self.flow.version
        assert (self.draft.revision > before.revision) == (self.draft.step != before.step), "old buttons are stale"
        assert engine.resume(self.flow, self.draft) == self.draft
        self.checked()

    @precondition(lambda self: self.draft.nudge_at)
    @rule()
    def is_reminded_of(self) -> None:
        before = self.draft
        self.draft = engine.rest(before)
        assert self.draft.revision == before.revision + 1, "an old button shows"
        assert (self.draft.step, self.draft.items, self.draft.answers, self.draft.expires_at) == (
            before.step, before.items, before.answers, before.expires_at,
        )  # fmt: skip
        self.checked()

    @rule(hours=st.integers(min_value=0, max_value=30))
    def waits(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def goes_back(self) -> None:
        before = self.draft
        earlier = engine.back(self.flow, self.draft, self.now)
        if before.editing:
            assert (earlier.items, earlier.answers) == (before.items, before.answers), "nothing was changed"
            assert not earlier.editing
        else:
            step = self.flow.step(earlier.step)
            assert step is not None
            assert step.when(earlier)
            assert step.id not in earlier.answers
            self.loses_the_words_of(before, step, matter=False)
        self.moved(earlier)

    def answers(self, step: Step | None, draft: Draft, answer: str) -> None:
        """Take over a tap that answered `step`."""
        assert step is not None
        assert draft.answers[step.id] == answer
        assert not draft.editing
        assert draft.step != step.id, "an answer leads on"
        self.loses_the_words_of(self.draft, step, matter=False)
        self.moved(draft)

    def loses_the_words_of(self, draft: Draft, step: Step, *, matter: bool = True) -> None:
        """Forget what `draft` holds of words that answered `step`; media stay."""
        if step.matter and not matter:
            return
        for item in draft.items:
            if item.step != ("" if step.matter else step.id) or item.message_id not in self.known:
                continue
            if item.message_id in self.media:
                self.known[item.message_id] = ""
            else:
                del self.known[item.message_id]

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
        assert draft.expires_at == self.now + DRAFT_LIFE
        assert not draft.resting
        assert draft.nudge_at == (self.now + engine.NUDGE_AFTER if self.draft.nudge_at else None), "once"
        self.draft = draft

    def screen(self) -> Screen:
        return showing.show(self.flow, self.draft)

    def checked(self) -> None:
        draft, screen = self.draft, self.screen()
        assert draft.step == SUMMARY or self.flow.step(draft.step), "at a step that there is"
        held = {item.message_id: item.words for item in draft.items}
        empty = {message_id for message_id, words in self.known.items() if not words} - self.media
        self.known = {key: words for key, words in self.known.items() if key in held or key not in empty}
        assert held == self.known
        said = "\n".join(item.words for item in draft.items if item.words)
        assert units(said) <= max(self.flow.most_words, units(draft.items[0].words) if draft.items else 0)
        assert {item.message_id for item in draft.items if item.media} == self.media, "no photo is ever lost"
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
        asked = self.flow.asked(draft)
        if draft.resting:
            assert choices == ["on", "cancel"]
        elif step is None:
            assert "submit" in choices, "the way out"
            assert [c for c in choices if c.startswith("e.")] == ["e." + s.id for s in asked if s.line]
        else:
            assert all(not choice.startswith("c.") or step.offers(draft, choice[2:]) for choice in choices)
            assert any(choice.startswith("c.") for choice in choices) == bool(step.offered(draft))
            assert ("skip" in choices) == step.can_be_skipped(draft)
            assert ("back" in choices) == (draft.editing or step not in asked[:1])
        self.leads_to_the_summary()

    def leads_to_the_summary(self) -> None:
        """Go forward from here by first choices, skipping, and words only where nothing else is offered."""
        draft = self.draft
        for _ in range(MOST_TAPS):
            step = self.flow.step(draft.step)
            if step is None:
                return
            if rows := step.offered(draft):
                draft = engine.choose(self.flow, draft, rows[0][0].id, self.now)
            elif step.can_be_skipped(draft):
                draft = engine.skip(self.flow, draft, self.now)
            else:
                roomy = replace(self.flow, most_words=units(draft.words) + 10_000)
                draft = engine.add(roomy, draft, Item(10**9, "now", PHOTO if step.own_files else None), self.now)
        assert draft.step == SUMMARY, "no conversation without end"


Conversation.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestConversation = Conversation.TestCase
