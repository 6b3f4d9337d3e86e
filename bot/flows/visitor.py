"""What a visitor asks a resident in person, by phone or at the door, and what who leads adds to it (RV-4, 5, 8).

The questions are those of the chat. What is said counts once the resident confirms it: at the door on the visitor's own
phone, on the line when it is read to them. What was found wrong, or could not be answered, becomes an order of its own
with the time that was agreed (RV-6, RV-10).
"""

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.visits import Result, Way
from bot.flows.draft import SKIPPED, Draft
from bot.flows.flow import Choice, Flow, Step, done
from bot.flows.screen import Line, Text, text
from bot.flows.visit import QUESTIONS, RESULT_STEP, answer_lines, answers_of

_MOST_WORDS = 3000
#: The steps that ask by which way, what was found or left open, and by when they will have it; a code of the latter is
#: a moment in seconds since 1970.
WAY = "way"
FOUND = "found"
AGREED = "agreed"

_WAYS: dict[str, Text] = {Way.PHONE: text("☎️ By phone"), Way.DOOR: text("🚪 At the door")}


def found(draft: Draft) -> str:
    """Return what was found wrong or left open, in the visitor's words."""
    return draft.said(FOUND) if _may_rest(draft) else ""


def said(draft: Draft) -> Draft:
    """Return `draft` with nothing but what the resident said of the matter itself."""
    return replace(draft, items=tuple(item for item in draft.items if item.step != FOUND))


def _may_rest(draft: Draft) -> bool:
    """Whether the matter itself is not simply opened again: what is, needs no order of its own."""
    return draft.answers.get(RESULT_STEP) in (Result.SOLVED, Result.PARTLY)


def agreed(draft: Draft) -> datetime | None:
    """Return the time that was agreed for that, if one was."""
    code = draft.answers.get(AGREED, SKIPPED)
    return None if code == SKIPPED or not found(draft) else datetime.fromtimestamp(int(code), UTC)


def _times(draft: Draft) -> tuple[tuple[Choice, ...], ...]:
    codes = [code for code, _ in draft.options.get(AGREED, ())]
    return tuple((Choice(code, text("{time}", time=datetime.fromtimestamp(int(code), UTC))),) for code in codes)


def _summary(draft: Draft) -> tuple[Line, ...]:
    if draft.answers.get(WAY) == Way.DOOR:
        first = text("📱 <b>Please let the resident read this and tap themselves.</b> This is what you told us:")
    else:
        first = text("☎️ <b>Please read this to the resident.</b> This is what they told us:")
    lines = [first, *answer_lines(said(draft))]
    if words := found(draft):
        lines.append(text("📝 Still to do: {words}", words=words))
    if time := agreed(draft):
        lines.append(text("🤝 Agreed: by {time}", time=time))
    follows = (
        text("Is this right? Confirming it counts as the resident's signature.")
        if answers_of(draft).satisfied
        else text("Is this right? Once it is confirmed, the matter is open again and management hears of it.")
    )
    return (*lines, follows)


_HOW = Step(
    WAY,
    text("How did you reach them?"),
    (tuple(Choice(code, label) for code, label in _WAYS.items()),),
    line=text("How you asked"),
)

RECORD = Flow(
    id="record",
    version=1,
    steps=(
        _HOW,
        *QUESTIONS,
        Step(
            FOUND,
            text(
                "Did you find something else to put right, or was there something you could not answer? "
                "One sentence makes it a ticket of its own; Skip if not."
            ),
            line=text("Still to do"),
            words=True,
            skippable=True,
            when=_may_rest,
        ),
        Step(
            AGREED,
            text("By when did you agree they will have it? Skip if no time was agreed."),
            given=_times,
            line=text("The time agreed"),
            skippable=True,
            when=lambda draft: bool(found(draft)),
        ),
    ),
    summary=_summary,
    submit=text("✍️ The resident confirms it"),
    done=done(
        text("🔎 Thank you. The visit is recorded; for a day, until a leader reviews it, you can change it here:")
    ),
    most_words=_MOST_WORDS,
)


#: Correcting what was noted of a visit asks the resident's questions anew.
CORRECT = Flow(
    id="correct",
    version=1,
    steps=(_HOW, *QUESTIONS),
    summary=_summary,
    submit=text("✍️ The resident confirms it"),
    done=done(text("🔎 Thank you. What was noted of the visit is corrected:")),
    most_words=_MOST_WORDS,
)


#: What who leads adds to a visit.
REVIEW = Flow(
    id="review",
    version=1,
    steps=(
        Step(
            "opinion",
            text(
                "What do you make of it? One or two sentences for who did the work and who made the visit; "
                "Skip if there is nothing to add."
            ),
            words=True,
            skippable=True,
        ),
    ),
    done=done(text("🧐 Reviewed, thank you.")),
    most_words=_MOST_WORDS,
)
