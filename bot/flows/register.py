"""The conversation in which somebody says where they live: by the code on our letter, or in words for the office.

A code never joins the draft: it is handed in and forgotten. What is written instead of one is the home in words.
"""

from bot.flows.draft import Draft
from bot.flows.flow import Choice, Flow, Step
from bot.flows.screen import Line, Quote, text

#: The step that waits for the code, and the answer that asks the office in its place.
CODE = "code"
ASK = "ask"
#: A home takes no more words than this, in UTF-16 units; what is longer is somebody's report.
MOST_WORDS = 120


def _summary(draft: Draft) -> tuple[Line, ...]:
    return (
        text("<b>We ask the office whether this is your home.</b> They see your name and what you wrote."),
        Quote(draft.words),
    )


def _done(draft: Draft) -> tuple[Line, ...]:
    if draft.words:
        return (text("🙋 The office looks into it and tells you here:"), Quote(draft.words))
    return (text("🏠 Your home is noted."),)


REGISTER = Flow(
    id="register",
    version=1,
    steps=(
        Step(
            CODE,
            text("<b>Which home is yours?</b> Type the code from our letter, like K7QX-2M9T."),
            ((Choice(ASK, text("🙋 I have no code")),),),
        ),
        Step(
            "home",
            text("Which building and flat is it? Write it as you would on a letter."),
            line=text("Your home"),
            matter=True,
            part=True,
        ),
    ),
    summary=_summary,
    waiting=lambda _: (text("🏠 You wanted to tell us which home is yours. Shall we go on?"),),
    submit=text("🙋 Ask the office"),
    done=_done,
    most_words=MOST_WORDS,
)
