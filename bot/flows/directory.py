"""The conversation in which an outside body or a sister unit is added to the directory (FC-5, FC-7)."""

from bot.domain.directory import Body
from bot.flows.draft import Draft
from bot.flows.flow import Choice, Flow, Step, done
from bot.flows.screen import Line, text

KIND, NAME, PHONE, ADDRESS = "kind", "name", "phone", "address"
#: What is written here fits a few lines.
_MOST_WORDS = 600


def _summary(draft: Draft) -> tuple[Line, ...]:
    lines: list[Line] = [
        text("<b>Is this right?</b> Residents are given it as it stands here."),
        text("🏢 <b>{name}</b>", name=draft.said(NAME)),
        text("☎️ {phone}", phone=draft.said(PHONE)),
    ]
    if draft.said(ADDRESS):
        lines.append(text("📍 {address}", address=draft.said(ADDRESS)))
    return tuple(lines)


ENTRY = Flow(
    id="entry",
    version=1,
    steps=(
        Step(
            KIND,
            text("What is it to us?"),
            (
                (Choice(Body.SISTER.value, text("🤝 Sister unit: we reach it")),),
                (Choice(Body.OUTSIDE.value, text("🏛 Outside body: residents go")),),
            ),
        ),
        Step(NAME, text("What is it called?"), line=text("Name"), words=True),
        Step(PHONE, text("By which number is it reached?"), line=text("Number"), words=True),
        Step(ADDRESS, text("Where is it? Skip will do."), line=text("Address"), words=True, skippable=True),
    ),
    summary=_summary,
    done=done(text("➕ It is in the directory now.")),
    most_words=_MOST_WORDS,
)
