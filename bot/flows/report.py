"""The conversation that files a matter: any first message is its beginning, one question, a summary, one Submit.

Residents are asked what kind it is; what staff send is a finding, so they go straight to the summary (UX 1, FC-10).
"""

from bot.domain.tickets import Kind
from bot.flows.engine import Choice, Draft, Flow, MediaKind, Step
from bot.flows.labels import KIND
from bot.flows.screen import Line, Quote, text

_KIND_STEP = "kind"


def kind_of(draft: Draft) -> Kind:
    """Return the kind that a report's draft amounts to."""
    return Kind(draft.answers.get(_KIND_STEP, Kind.FINDING))


def contents(draft: Draft) -> tuple[Line, ...]:
    """Return what a draft holds, as its writer sees it: words quoted, media counted."""
    lines: list[Line] = []
    if draft.words:
        lines.append(Quote(draft.words))
    photos = sum(media.kind is MediaKind.PHOTO for media in draft.media)
    others = len(draft.media) - photos
    if photos:
        lines.append(text("📷 Photos: {count}", count=photos))
    if others:
        lines.append(text("📎 Other files: {count}", count=others))
    return tuple(lines)


def _summary(draft: Draft) -> tuple[Line, ...]:
    return (
        text("<b>This is how we understood it. Is it right?</b>"),
        KIND[kind_of(draft)],
        *contents(draft),
        text("You can still add words or photos: just send them."),
    )


def _choice(kind: Kind) -> Choice:
    return Choice(kind.value, KIND[kind])


REPORT = Flow(
    id="report",
    version=1,
    steps=(
        Step(
            _KIND_STEP,
            text("Thank you for telling us; we have your message. What is it about?"),
            (
                (_choice(Kind.REPAIR), _choice(Kind.COMPLAINT)),
                (_choice(Kind.ENQUIRY), _choice(Kind.SUGGESTION)),
                (_choice(Kind.PRAISE),),
            ),
        ),
    ),
    summary=_summary,
    submit=text("✅ Submit"),
)

FINDING = Flow(id="finding", version=1, steps=(), summary=_summary, submit=text("✅ Submit"))
