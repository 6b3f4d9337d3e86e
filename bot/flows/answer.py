"""The conversation in which staff write to a resident and see it as they will before it is sent (UX 8).

What was written can be sent as an answer or as a question, or be kept inside as a note: the three look different.
"""

from bot.flows.draft import Draft
from bot.flows.flow import Choice, Flow, Step, done, pairs
from bot.flows.matter import enclosed
from bot.flows.screen import Line, Quote, Text, text

#: A message to a resident is one message, together with its heading.
MOST_WORDS = 3000
#: The answer that says what somebody set out to write, and the ways to submit it.
AS = "as"
ASK = "ask"
NOTE = "note"
PROPOSE = "propose"
#: The step, and the option that holds what is kept ready for it.
WORDS = "words"
#: The option that holds a brush-off and what to say instead, and the answer that it is sent all the same (FC-3).
CAUTION = "caution"
SURE = "sure"
SEND_ALL_THE_SAME = text("⚠️ Send it all the same")


def _ask(draft: Draft) -> Text:
    match draft.answers.get(AS):
        case "ask":
            return text("What would you like to ask the resident? They can answer with one message.")
        case "note":
            return text("What should colleagues know? This stays among staff.")
        case "propose":
            return text("What do you propose to the resident? Say what would be done and by when.")
        case _:
            return text("What shall we tell the resident? Write what happens next, or by when they will hear from us.")


def _kept_ready(draft: Draft) -> tuple[tuple[Choice, ...], ...]:
    """Return the answers that are kept ready; a tap on one fills the words."""
    return pairs({code: text("📋 {title}", title=title) for code, title in draft.options.get(WORDS, ())})


def _undecided(draft: Draft) -> bool:
    return AS not in draft.answers


def _preview(draft: Draft) -> tuple[Line, ...]:
    first = text("<b>This is what the resident will read:</b>")
    if draft.answers.get(AS) == NOTE:
        first = text("📝 <b>This stays among staff:</b>")
    return (first, Quote(draft.words, limit=MOST_WORDS), *enclosed(draft), *cautioned(draft))


def cautioned(draft: Draft) -> tuple[Text, ...]:
    """Return what in a draft may sound like brushing somebody off, with what to say instead (FC-3)."""
    return tuple(
        text("⚠️ “{phrase}” may sound as if we brushed them off. Better: “{better}”", phrase=phrase, better=better)
        for phrase, better in draft.options.get(CAUTION, ())
    )


def _submit(draft: Draft) -> Text:
    if draft.answers.get(AS) == NOTE:
        return text("📝 Note it")
    return SEND_ALL_THE_SAME if SURE in draft.answers else text("📨 Send")


def _waiting(draft: Draft) -> tuple[Line, ...]:
    kept = text("You have begun an answer and not sent it yet. We keep it until {time}.", time=draft.expires_at)
    return (kept, Quote(draft.words, limit=300)) if draft.words else (kept,)


def _said(draft: Draft) -> Text:
    match draft.answers.get(AS):
        case "ask":
            return text("❓ Asked:")
        case "note":
            return text("📝 Noted for colleagues:")
        case "propose":
            return text("💡 Proposed:")
        case _:
            return text("📨 Sent to the resident:")


ANSWER = Flow(
    id="answer",
    version=4,
    steps=(Step(WORDS, _ask, given=_kept_ready, line=text("Rewrite it"), matter=True),),
    summary=_preview,
    waiting=_waiting,
    submit=_submit,
    ways=(
        Choice(ASK, text("❓ Send as a question"), when=_undecided),
        Choice(NOTE, text("📝 Keep inside as a note"), when=_undecided),
    ),
    done=done(_said),
    most_words=MOST_WORDS,
)
