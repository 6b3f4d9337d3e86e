"""The conversation in which staff write an answer and see it as the resident will before it is sent (UX 8)."""

from bot.flows.engine import Draft, Flow, Step
from bot.flows.screen import Line, Quote, text

#: An answer is one message, together with its heading.
MOST_WORDS = 3000


def _preview(draft: Draft) -> tuple[Line, ...]:
    return (text("<b>This is what the resident will read:</b>"), Quote(draft.words, limit=MOST_WORDS))


def _waiting(draft: Draft) -> tuple[Line, ...]:
    kept = text("You have begun an answer and not sent it yet. We keep it until {time}.", time=draft.expires_at)
    return (kept, Quote(draft.words, limit=300)) if draft.words else (kept,)


def _sent(draft: Draft) -> tuple[Line, ...]:
    return (text("📨 Sent to the resident:"), Quote(draft.words))


ANSWER = Flow(
    id="answer",
    version=2,
    steps=(
        Step(
            "words",
            text("What shall we tell the resident? Write what happens next, or by when they will hear from us."),
            line=text("Rewrite it"),
            matter=True,
        ),
    ),
    summary=_preview,
    waiting=_waiting,
    submit=text("📨 Send"),
    done=_sent,
    most_words=MOST_WORDS,
)
