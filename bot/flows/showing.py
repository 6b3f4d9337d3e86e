"""The screen at which a draft stands: its question with the choices, or its summary with the ways on. Pure."""

from bot.flows.draft import Draft
from bot.flows.flow import Flow, Step, phrase
from bot.flows.screen import Action, Line, Press, Screen, Style, Text, in_pairs, text

#: The verb of every button of a running conversation; the choice says what was tapped.
VERB = "d"


def show(flow: Flow, draft: Draft) -> Screen:
    """Return the screen at which `draft` stands."""
    if draft.resting:
        onward = _press(draft, text("▶ Go on"), "on", "primary")
        return Screen(flow.waiting(draft), ((onward, _press(draft, text("✖ Drop it"), "cancel")),))
    asked = flow.asked(draft)
    step = flow.step(draft.step)
    if step is None:
        rows: list[tuple[Press, ...]] = [(_press(draft, phrase(flow.submit, draft), "submit", "success"),)]
        rows += [(_press(draft, way.label, "submit." + way.id, way.style),) for way in flow.ways if way.when(draft)]
        if flow.finer:
            rows += [
                tuple(_press(draft, c.label, "c." + c.id, c.style) for c in row) for row in flow.finer.offered(draft)
            ]
        changes = [_press(draft, text("✏️ {line}", line=phrase(s.line, draft)), "e." + s.id) for s in asked if s.line]
        rows += in_pairs(changes)
        lines = flow.summary(draft) if flow.summary else ()
        if flow.finer and flow.finer.offered(draft):
            lines += (phrase(flow.finer.ask, draft),)
        return Screen(lines, (*rows, (_cancel(draft),)))
    rows = [tuple(_press(draft, c.label, "c." + c.id, c.style) for c in row) for row in step.offered(draft)]
    last: list[Press] = []
    if draft.editing or (asked and asked[0] is not step):
        last.append(_press(draft, text("◀ Back"), "back"))
    if step.can_be_skipped(draft):
        last.append(_press(draft, text("Skip ▶"), "skip"))
    last.append(_cancel(draft))
    rows += in_pairs(last)
    progress = _progress(asked, step) if flow.counted(draft) and not draft.editing else ()
    return Screen((*progress, phrase(step.ask, draft)), tuple(rows))


def _progress(asked: tuple[Step, ...], step: Step) -> tuple[Line, ...]:
    questions = [s for s in asked if not s.part]
    if len(questions) < 2 or step not in asked:
        return ()
    number = sum(not s.part for s in asked[: asked.index(step) + 1])
    return (text("<i>{number}/{of}</i>", number=number, of=len(questions)),) if number else ()


def _press(draft: Draft, label: Text, choice: str, style: Style | None = None) -> Press:
    return Press(label, Action(VERB, draft.ref, draft.revision, choice), style)


def _cancel(draft: Draft) -> Press:
    return _press(draft, text("✖ Cancel"), "cancel")
