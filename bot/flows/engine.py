"""What a message or a tap changes in a running conversation: pure functions from draft to draft.

Words and media may come at any moment: words answer the step that asks for them, all else joins the matter itself.
`resume` carries a draft of an earlier version of its flow, whose step is gone, to the first question still open.
"""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.errors import DomainError, Refusal
from bot.flows.draft import DRAFT_LIFE, SKIPPED, SUMMARY, Draft, Item
from bot.flows.flow import Flow, Step
from bot.flows.screen import units

#: Whoever leaves one lying so long is reminded of it, once (UX 4).
NUDGE_AFTER = DRAFT_LIFE / 2
#: A draft takes so many messages; more would not fit what a person can review.
MOST_ITEMS = 30


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
    if step is None or not step.can_be_skipped(draft):
        raise DomainError(Refusal.STALE_BUTTON)
    return _answer(flow, draft, step, SKIPPED, now)


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
