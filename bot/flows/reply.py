"""The conversations in which a resident answers what they were asked, or says what is missing."""

from bot.flows.draft import Draft
from bot.flows.flow import Choice, Flow, Step, done
from bot.flows.screen import Line, Quote, text

_MOST_WORDS = 3000
#: The way to submit a reply that was none, and the option that holds the number of the ticket it is for.
ELSE = "else"
TO = "to"


def _preview(draft: Draft) -> tuple[Line, ...]:
    number = next((number for number, _ in draft.options.get(TO, ())), "")
    return (
        text("<b>Shall we pass this on as your reply to our question on no. {number}?</b>", number=number),
        Quote(draft.words or "📎"),
    )


REPLY = Flow(
    id="reply",
    version=2,
    steps=(
        Step(
            "words",
            text("Please write your reply, or send a photo. We pass it on at once."),
            line=text("Rewrite it"),
            matter=True,
            files=True,
        ),
    ),
    summary=_preview,
    submit=text("📨 Send"),
    ways=(Choice(ELSE, text("🆕 It is about something else")),),
    done=done(text("📨 Passed on, thank you:")),
    most_words=_MOST_WORDS,
)

DISAGREE = Flow(
    id="disagree",
    version=1,
    steps=(Step("words", text("Thank you for saying so. What is missing, or what would you prefer?"), matter=True),),
    done=done(text("📨 Passed on, thank you:")),
    most_words=_MOST_WORDS,
)

REOPEN = Flow(
    id="reopen",
    version=1,
    steps=(
        Step(
            "words",
            text("We are sorry. What is still not right? One sentence or a photo helps; Skip does as well."),
            words=True,
            skippable=True,
        ),
    ),
    done=done(text("🔁 Thank you for telling us. It is open again:")),
    most_words=_MOST_WORDS,
)

ADD = Flow(
    id="add",
    version=1,
    steps=(
        Step(
            "words",
            text("What should we change or add? Write it in your own words, or send a photo."),
            matter=True,
            skippable=True,
        ),
    ),
    done=done(text("📨 Passed on, thank you:")),
    most_words=_MOST_WORDS,
)
