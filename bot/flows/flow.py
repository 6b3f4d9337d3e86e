"""Conversations as data: the questions of a flow in their order, with stable ids, and what its screens say.

The last screen is always the summary, each line of which can be changed from there, and nothing takes effect before it
was confirmed (FC-10).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.flows.draft import SKIPPED, SUMMARY, Draft
from bot.flows.screen import Line, Quote, Style, Text, in_pairs, text

SUBMIT = text("✅ Submit")


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

    def can_be_skipped(self, draft: Draft) -> bool:
        """Whether `draft` may pass it over: the matter itself only where something tells of it already."""
        return self.skippable and (not self.matter or bool(draft.media or draft.words))


def pairs(
    labels: Mapping[str, Text], when: Mapping[str, Callable[[Draft], bool]] = MappingProxyType({})
) -> tuple[tuple[Choice, ...], ...]:
    """Return choices by their codes, two a row; `when` says of some whether they are offered at all."""
    return in_pairs([Choice(code, label, when=when.get(code, lambda _: True)) for code, label in labels.items()])


def phrase(sentence: Text | Callable[[Draft], Text], draft: Draft) -> Text:
    """Return a sentence that may depend on what is known."""
    return sentence if isinstance(sentence, Text) else sentence(draft)


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
