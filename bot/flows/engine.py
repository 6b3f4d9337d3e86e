"""Conversations as data: steps with stable ids, a draft that says where one is, and pure functions between them.

A draft lives in the database, never in memory, and names its step by id and its flow by version; so it survives a
restart and a new version of the program (`resume` carries one whose step is gone to the nearest step still there).
Words and media may come at any moment of a conversation: words answer the step that asks for them, all else joins the
matter itself. The last screen is always the summary, each line of which can be changed from there, and nothing takes
effect before it was confirmed (FC-10).
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.errors import DomainError, Refusal
from bot.flows.screen import Line, Quote, Style, Text, text, units

#: Drafts live so long after the last touch (UX 4).
DRAFT_LIFE = timedelta(hours=24)


#: Whoever leaves one lying so long is reminded of it, once (UX 4).
NUDGE_AFTER = DRAFT_LIFE / 2


#: A draft takes so many messages; more would not fit what a person can review.
MOST_ITEMS = 30


#: The id of the last screen of every flow.
SUMMARY = "summary"


#: The answer of a step that was passed over.
SKIPPED = "-"


#: The verb of every button of a running conversation; the choice says what was tapped.
VERB = "d"


SUBMIT = text("✅ Submit")


class MediaKind(StrEnum):
    """The kinds of media a message can bring."""

    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    DOCUMENT = "document"
    ANIMATION = "animation"
    VIDEO_NOTE = "video_note"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class Media:
    """A file as the platform names it; `size` in bytes and `duration_s` where it says so."""

    kind: MediaKind
    file_id: str
    unique_id: str
    size: int | None = None
    mime: str | None = None
    duration_s: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One message that joined a draft: words, media, or media with words. `album` groups what was sent as one.

    `step` is the step that its words answer; empty for the matter itself. `shows` is the step that its file answers,
    where the step asks for one of its own.
    """

    message_id: int
    words: str = ""
    media: Media | None = None
    album: str | None = None
    step: str = ""
    shows: str = ""


class DraftState(StrEnum):
    """Whether a draft can still be worked on."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Draft:
    """Where somebody is in a conversation.

    `revision` rises with each change, so that a button shows whether it is current; `ticket_id` is what the
    conversation is about, or what became of it. `editing` while a line of the summary is being changed. `nudge_at` is
    when its writer is to be reminded of it, None once they were; it is `resting` from then until they touch it again.
    `options` are the choices of steps that are not the same for everybody, as (id, label) pairs by step: people,
    departments.
    """

    ref: str
    flow: str
    flow_version: int
    person_id: int
    chat_id: int
    step: str
    expires_at: datetime
    answers: Mapping[str, str] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    ticket_id: int | None = None
    revision: int = 1
    state: DraftState = DraftState.OPEN
    editing: bool = False
    nudge_at: datetime | None = None
    resting: bool = False
    options: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What was written of the matter itself, a paragraph a message."""
        return self.said("")

    def said(self, step_id: str) -> str:
        """Return what was written in answer to a step, a paragraph a message."""
        return "\n".join(item.words for item in self.items if item.words and item.step == step_id)

    @property
    def media(self) -> tuple[Media, ...]:
        """All media that were sent, in their order."""
        return tuple(item.media for item in self.items if item.media)

    def shown(self, step_id: str) -> tuple[Media, ...]:
        """Return the media that were sent in answer to a step that asks for some of its own."""
        return tuple(item.media for item in self.items if item.media and item.shows == step_id)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that answers a step; `when` says whether it is offered at all, given what is known."""

    id: str
    label: Text
    style: Style | None = None
    when: Callable[[Draft], bool] = lambda _: True


@dataclass(frozen=True, slots=True)
class Step:
    """A question: its stable id, the sentence, and the rows of its choices; `given` are those that depend on the draft.

    `line` is what the summary calls its answer; question and line may depend on what is known. With `words` it can be
    answered in writing; with `matter` what is written is the matter itself, and with `files` a photo alone answers it;
    with `own_files` nothing but a photo sent at this very step does. `part` continues the question before it and is not
    counted as one of its own. `when` says whether it is asked at all, given what is known.
    """

    id: str
    ask: Text | Callable[[Draft], Text]
    choices: tuple[tuple[Choice, ...], ...] = ()
    given: Callable[[Draft], tuple[tuple[Choice, ...], ...]] = lambda _: ()
    line: Text | Callable[[Draft], Text] | None = None
    words: bool = False
    matter: bool = False
    files: bool = False
    own_files: bool = False
    skippable: bool = False
    part: bool = False
    when: Callable[[Draft], bool] = lambda _: True

    def offered(self, draft: Draft) -> tuple[tuple[Choice, ...], ...]:
        """Return the rows of the choices that `draft` is offered."""
        every = (*self.given(draft), *self.choices)
        rows = (tuple(choice for choice in row if choice.when(draft)) for row in every)
        return tuple(row for row in rows if row)

    def offers(self, draft: Draft, choice_id: str) -> bool:
        """Whether `draft` is offered the choice of that id."""
        return any(choice.id == choice_id for row in self.offered(draft) for choice in row)

    def answered(self, draft: Draft) -> bool:
        """Whether `draft` holds an answer to it; a choice that is no longer offered is none."""
        answer = draft.answers.get(self.id)
        if answer is not None and (answer == SKIPPED or self.offers(draft, answer)):
            return True
        if self.own_files:
            return bool(draft.shown(self.id))
        if self.files and draft.media:
            return True
        return bool(draft.words if self.matter else self.words and draft.said(self.id))


def done(sentence: Text | Callable[[Draft], Text]) -> Callable[[Draft], tuple[Line, ...]]:
    """Return what is said once a conversation has taken effect: a sentence, and below it what was written or sent."""

    def lines(draft: Draft) -> tuple[Line, ...]:
        said = "\n".join(item.words for item in draft.items if item.words) or ("📎" if draft.media else "")
        return (phrase(sentence, draft), Quote(said)) if said else (phrase(sentence, draft),)

    return lines


def _unfinished(draft: Draft) -> tuple[Line, ...]:
    kept = text("You have begun something and not finished it yet. We keep it until {time}.", time=draft.expires_at)
    return (kept, Quote(draft.words, limit=300)) if draft.words else (kept,)


@dataclass(frozen=True, slots=True)
class Flow:
    """A conversation: its steps in order, how its summary reads, and how its writer is reminded that it waits.

    One without a summary takes effect with its last answer. `ways` are other ways to submit it than `submit`; `done` is
    what its screen says once it has taken effect.
    """

    id: str
    version: int
    steps: tuple[Step, ...]
    done: Callable[[Draft], tuple[Line, ...]]
    waiting: Callable[[Draft], tuple[Line, ...]] = _unfinished
    summary: Callable[[Draft], tuple[Line, ...]] | None = None
    submit: Text | Callable[[Draft], Text] = SUBMIT
    ways: tuple[Choice, ...] = ()
    most_words: int = 60_000
    """How much the draft may hold in all, in UTF-16 units."""
    counted: Callable[[Draft], bool] = lambda _: True
    """Whether it is known by now how many questions there are: only then are they counted before people."""
    finer: Step | None = None
    """A question that the summary carries along: its choices stand there, to be tapped or passed over."""

    def step(self, step_id: str) -> Step | None:
        """Return the step of that id; None for the summary and for a step that is no more."""
        return next((step for step in self.steps if step.id == step_id), None)

    def complete(self, draft: Draft) -> bool:
        """Whether `draft` takes effect at once: it has its last answer, and there is nothing to be confirmed."""
        return self.summary is None and draft.step == SUMMARY

    def takes(self, draft: Draft, way: str) -> bool:
        """Whether `draft` can be submitted that way; the empty one is the usual."""
        return not way or any(known.id == way and known.when(draft) for known in self.ways)

    def asked(self, draft: Draft) -> tuple[Step, ...]:
        """Return the steps that are asked of `draft`, in their order."""
        return tuple(step for step in self.steps if step.when(draft))


def begin(flow: Flow, draft: Draft) -> Draft:
    """Return `draft` at the first step of `flow` that it does not answer yet."""
    return _settle(flow, replace(draft, nudge_at=draft.expires_at - DRAFT_LIFE + NUDGE_AFTER))


def resume(flow: Flow, draft: Draft) -> Draft:
    """Return `draft` as this version of `flow` can go on with it: a step that is gone becomes the first open one.

    Buttons drawn at a step that is gone are stale then.
    """
    if draft.flow_version == flow.version:
        return draft
    carried = replace(draft, flow_version=flow.version)
    if draft.step == SUMMARY or flow.step(draft.step):
        return carried
    return _settle(flow, replace(carried, revision=draft.revision + 1))


def add(flow: Flow, draft: Draft, item: Item, now: datetime) -> Draft:
    """Return `draft` with one more message; raise `DomainError` where it holds all it can (DRAFT_FULL, TOO_LONG)."""
    step = flow.step(draft.step)
    wanted = step is not None and step.own_files and not step.answered(draft)  # without it there is no way on
    if len(draft.items) >= MOST_ITEMS + wanted:
        raise DomainError(Refusal.DRAFT_FULL)
    in_words = bool(step and item.words and (step.matter or (step.words and item.media is None)))
    item = replace(item, shows=_shown_at(draft, step, item))
    answers = in_words or bool(step and item.media and (step.files or (step.own_files and item.shows == step.id)))
    items = draft.items
    if step and in_words:
        item = replace(item, step="" if step.matter else step.id)
        if draft.editing:
            items = _without_words(items, item.step)
            draft = replace(draft, answers={key: value for key, value in draft.answers.items() if key != step.id})
    draft = _touched(_with(flow, draft, (*items, item)), now)
    return _settle(flow, draft) if answers else draft


def _shown_at(draft: Draft, step: Step | None, item: Item) -> str:
    """Return the step that a file answers: an album, whose files come one by one, the one that its first file did."""
    if item.media is None:
        return ""
    begun = next((known for known in draft.items if item.album and known.album == item.album), None)
    if begun:
        return begun.shows
    return step.id if step and step.own_files else ""


def correct(flow: Flow, draft: Draft, message_id: int, words: str, now: datetime) -> Draft | None:
    """Return `draft` with the words of one message changed, or None if it does not hold that message."""
    if all(item.message_id != message_id for item in draft.items):
        return None
    items = tuple(replace(item, words=words) if item.message_id == message_id else item for item in draft.items)
    return _touched(_with(flow, draft, items), now)


def learn(flow: Flow, draft: Draft, known: Mapping[str, str], now: datetime) -> Draft:
    """Return `draft` with something more that is known of it, at the question which that raises if it raises one."""
    return _settle(flow, _touched(replace(draft, answers={**draft.answers, **known}), now))


def with_options(draft: Draft, options: Mapping[str, tuple[tuple[str, str], ...]]) -> Draft:
    """Return `draft` with other choices at the steps that `options` name."""
    return replace(draft, options={**draft.options, **options})


def offer(flow: Flow, draft: Draft, step_id: str, options: tuple[tuple[str, str], ...]) -> Draft:
    """Return `draft` with those options, at the question that they raise if they raise one.

    Its writer has done nothing, so its revision stays.
    """
    if draft.options.get(step_id, ()) == options:
        return draft
    draft = replace(draft, options={**draft.options, step_id: options})
    return draft if draft.editing else _settle(flow, draft)


def reconsider(flow: Flow, draft: Draft, step_id: str) -> Draft:
    """Return `draft` without the answer to a step, at the question that is open then."""
    answers = {key: value for key, value in draft.answers.items() if key != step_id}
    return _settle(flow, replace(draft, answers=answers))


def choose(flow: Flow, draft: Draft, choice: str, now: datetime) -> Draft:
    """Return `draft` after a tap on one of its step's choices; an unknown choice is a stale button."""
    step = flow.finer if draft.step == SUMMARY else flow.step(draft.step)
    if step is None or not step.offers(draft, choice):
        raise DomainError(Refusal.STALE_BUTTON)
    return _answer(flow, draft, step, choice, now)


def answer(flow: Flow, draft: Draft, step_id: str, choice: str, now: datetime) -> Draft:
    """Return `draft` with a step answered by something that it offers, but not by its button; `ValueError` else."""
    step = flow.step(step_id)
    if step is None or not step.offers(draft, choice):
        raise ValueError(f"step {step_id} does not offer that")
    return _answer(flow, draft, step, choice, now)


def skip(flow: Flow, draft: Draft, now: datetime) -> Draft:
    """Return `draft` with its step passed over; a step that may not be is a stale button."""
    step = flow.step(draft.step)
    if step is None or not can_skip(step, draft):
        raise DomainError(Refusal.STALE_BUTTON)
    return _answer(flow, draft, step, SKIPPED, now)


def can_skip(step: Step, draft: Draft) -> bool:
    """Whether `step` may be passed over: the matter itself only where something tells of it already."""
    return step.skippable and (not step.matter or bool(draft.media or draft.words))


def edit(flow: Flow, draft: Draft, step_id: str, now: datetime) -> Draft:
    """Return `draft` at a step whose answer is to be changed; from there it comes back to the summary."""
    step = flow.step(step_id)
    if draft.step != SUMMARY or step is None or not step.when(draft):
        raise DomainError(Refusal.STALE_BUTTON)
    return _touched(replace(draft, step=step_id, editing=True), now)


def rest(draft: Draft) -> Draft:
    """Return `draft` with the reminder that it waits shown in place of its step, which happens once."""
    return replace(draft, nudge_at=None, resting=True, revision=draft.revision + 1)


def go_on(draft: Draft, now: datetime) -> Draft:
    """Return `draft` as its writer takes it up again, where they left it."""
    return _touched(draft, now)


def back(flow: Flow, draft: Draft, now: datetime) -> Draft:
    """Return `draft` one step earlier, or at the summary where a line of it was being changed."""
    if draft.editing:
        return _touched(_settle(flow, draft), now)
    asked = flow.asked(draft)
    before = [step for step in asked if step.id != draft.step]
    if draft.step != SUMMARY:
        position = next((i for i, step in enumerate(asked) if step.id == draft.step), 0)
        before = list(asked[:position])
    if not before:
        raise DomainError(Refusal.STALE_BUTTON)
    earlier = before[-1]
    answers = {key: value for key, value in draft.answers.items() if key != earlier.id}
    items = draft.items if earlier.matter else _without_words(draft.items, earlier.id)
    return _touched(replace(draft, step=earlier.id, answers=answers, items=items), now)


def phrase(sentence: Text | Callable[[Draft], Text], draft: Draft) -> Text:
    """Return a sentence that may depend on what is known."""
    return sentence if isinstance(sentence, Text) else sentence(draft)


def _answer(flow: Flow, draft: Draft, step: Step, answer: str, now: datetime) -> Draft:
    items = draft.items if step.matter else _without_words(draft.items, step.id)
    again = _parts_of(flow, step) if draft.editing else frozenset()
    answers = {key: value for key, value in draft.answers.items() if key not in again} | {step.id: answer}
    return _settle(flow, _touched(replace(draft, answers=answers, items=items), now))


def _parts_of(flow: Flow, step: Step) -> frozenset[str]:
    """Return the ids of the parts that have no line of their own: they are changed along with the question's."""
    parts = itertools.takewhile(lambda later: later.part, flow.steps[flow.steps.index(step) + 1 :])
    return frozenset(part.id for part in parts if part.line is None)


def _with(flow: Flow, draft: Draft, items: tuple[Item, ...]) -> Draft:
    """Return `draft` with `items`, as long as its words, the breaks between them counted, are not too many."""
    if units("\n".join(item.words for item in items if item.words)) > flow.most_words:
        raise DomainError(Refusal.TOO_LONG, limit=str(flow.most_words))
    return replace(draft, items=items)


def _without_words(items: tuple[Item, ...], step_id: str) -> tuple[Item, ...]:
    """Return `items` without the words that answer a step; media stay."""
    kept = (replace(item, words="") if item.step == step_id else item for item in items)
    return tuple(item for item in kept if item.words or item.media)


def _settle(flow: Flow, draft: Draft) -> Draft:
    """Move on to the first step that is asked and not answered, or to the summary."""
    step = next((step for step in flow.asked(draft) if not step.answered(draft)), None)
    return replace(draft, step=step.id if step else SUMMARY, editing=False)


def _touched(draft: Draft, now: datetime) -> Draft:
    nudge_at = now + NUDGE_AFTER if draft.nudge_at else None
    return replace(draft, revision=draft.revision + 1, expires_at=now + DRAFT_LIFE, nudge_at=nudge_at, resting=False)
