"""Conversations as data: steps with stable ids, a draft that says where one is, and pure functions between them.

A draft lives in the database, never in memory, and names its step by id and its flow by version; so it survives a
restart and a new version of the program (`resume` carries one whose step is gone to the nearest step still there).
Words and media may come at any moment of a conversation: they join the draft and move it on only where the step
asks for them. The last screen is always the summary, and nothing takes effect before it was confirmed (FC-10).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.errors import DomainError, Refusal
from bot.flows.screen import Action, Line, Press, Screen, Style, Text, text, units

#: Drafts live so long after the last touch (UX 4).
DRAFT_LIFE = timedelta(hours=24)
#: A draft takes so many messages; more would not fit what a person can review.
MOST_ITEMS = 30
#: The id of the last screen of every flow.
SUMMARY = "summary"
#: The verb of every button of a running conversation; the choice says what was tapped.
VERB = "d"


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
    """One message that joined a draft: words, media, or media with words. `album` groups what was sent as one."""

    message_id: int
    words: str = ""
    media: Media | None = None
    album: str | None = None


class DraftState(StrEnum):
    """Whether a draft can still be worked on."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Draft:
    """Where somebody is in a conversation.

    `revision` rises with each change, so that a button shows whether it is current; `ticket_id` is what the
    conversation is about, or what became of it.
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

    @property
    def words(self) -> str:
        """All that was written, a paragraph a message."""
        return "\n".join(item.words for item in self.items if item.words)

    @property
    def media(self) -> tuple[Media, ...]:
        """All media that were sent, in their order."""
        return tuple(item.media for item in self.items if item.media)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that answers a step."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class Step:
    """A question: its stable id, the sentence, and the rows of its choices; without choices it waits for words."""

    id: str
    ask: Text
    choices: tuple[tuple[Choice, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A conversation: its steps in order and how its summary reads."""

    id: str
    version: int
    steps: tuple[Step, ...]
    summary: Callable[[Draft], tuple[Line, ...]]
    submit: Text
    most_words: int = 60_000
    """How much the draft may hold in all, in UTF-16 units."""

    def step(self, step_id: str) -> Step | None:
        """Return the step of that id; None for the summary and for a step that is no more."""
        return next((step for step in self.steps if step.id == step_id), None)


def begin(flow: Flow, draft: Draft) -> Draft:
    """Return `draft` at the first step of `flow` that it does not answer yet."""
    return _settle(flow, draft, 0)


def resume(flow: Flow, draft: Draft) -> Draft:
    """Return `draft` as this version of `flow` can go on with it: a step that is gone becomes the first open one."""
    if draft.flow_version == flow.version or draft.step == SUMMARY or flow.step(draft.step):
        return draft if draft.flow_version == flow.version else replace(draft, flow_version=flow.version)
    return _settle(flow, replace(draft, flow_version=flow.version), 0)


def add(flow: Flow, draft: Draft, item: Item, now: datetime) -> Draft:
    """Return `draft` with one more message; raise `DomainError` where it holds all it can (DRAFT_FULL, TOO_LONG)."""
    if len(draft.items) >= MOST_ITEMS:
        raise DomainError(Refusal.DRAFT_FULL)
    draft = _touched(_with(flow, draft, (*draft.items, item)), now)
    step = flow.step(draft.step)
    return _settle(flow, draft, flow.steps.index(step) + 1) if step and not step.choices and draft.words else draft


def correct(flow: Flow, draft: Draft, message_id: int, words: str, now: datetime) -> Draft | None:
    """Return `draft` with the words of one message changed, or None if it does not hold that message."""
    if all(item.message_id != message_id for item in draft.items):
        return None
    items = tuple(replace(item, words=words) if item.message_id == message_id else item for item in draft.items)
    return _touched(_with(flow, draft, items), now)


def choose(flow: Flow, draft: Draft, choice: str, now: datetime) -> Draft:
    """Return `draft` after a tap on one of its step's choices; an unknown choice is a stale button."""
    step = flow.step(draft.step)
    if step is None or all(choice != known.id for row in step.choices for known in row):
        raise DomainError(Refusal.STALE_BUTTON)
    answered = _touched(replace(draft, answers={**draft.answers, step.id: choice}), now)
    return _settle(flow, answered, flow.steps.index(step) + 1)


def back(flow: Flow, draft: Draft, now: datetime) -> Draft:
    """Return `draft` one step earlier, the answer of that step taken back."""
    position = (
        len(flow.steps) if draft.step == SUMMARY else next(i for i, s in enumerate(flow.steps) if s.id == draft.step)
    )
    if position == 0:
        raise DomainError(Refusal.STALE_BUTTON)
    earlier = flow.steps[position - 1]
    answers = {key: value for key, value in draft.answers.items() if key != earlier.id}
    items = draft.items if earlier.choices else ()
    return _touched(replace(draft, step=earlier.id, answers=answers, items=items), now)


def show(flow: Flow, draft: Draft) -> Screen:
    """Return the screen at which `draft` stands."""
    step = flow.step(draft.step)
    if step is None:
        rows: list[tuple[Press, ...]] = [(_press(draft, flow.submit, "submit", "success"),)]
        if flow.steps:
            rows.append((_press(draft, text("◀ Back"), "back"), _cancel(draft)))
        else:
            rows.append((_cancel(draft),))
        return Screen(flow.summary(draft), tuple(rows))
    choices = tuple(tuple(_press(draft, c.label, "c." + c.id) for c in row) for row in step.choices)
    last = (_press(draft, text("◀ Back"), "back"), _cancel(draft)) if flow.steps[0] is not step else (_cancel(draft),)
    return Screen((step.ask,), (*choices, last))


def _with(flow: Flow, draft: Draft, items: tuple[Item, ...]) -> Draft:
    """Return `draft` with `items`, as long as its words, the breaks between them counted, are not too many."""
    changed = replace(draft, items=items)
    if units(changed.words) > flow.most_words:
        raise DomainError(Refusal.TOO_LONG, limit=str(flow.most_words))
    return changed


def _settle(flow: Flow, draft: Draft, start: int) -> Draft:
    """Move on from position `start` to the first step whose answer the draft does not hold."""
    for step in flow.steps[start:]:
        answered = step.id in draft.answers if step.choices else bool(draft.words)
        if not answered:
            return replace(draft, step=step.id)
    return replace(draft, step=SUMMARY)


def _touched(draft: Draft, now: datetime) -> Draft:
    return replace(draft, revision=draft.revision + 1, expires_at=now + DRAFT_LIFE)


def _press(draft: Draft, label: Text, choice: str, style: Style | None = None) -> Press:
    return Press(label, Action(VERB, draft.ref, draft.revision, choice), style)


def _cancel(draft: Draft) -> Press:
    return _press(draft, text("✖ Cancel"), "cancel")
