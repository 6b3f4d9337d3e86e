"""The conversation in which who leads the estate says what is done about something that comes again (RV-9)."""

from datetime import UTC, datetime

from bot.flows.draft import Draft
from bot.flows.flow import Choice, Flow, Step, done, pairs
from bot.flows.labels import DEPARTMENT
from bot.flows.screen import Text, text

_MOST_WORDS = 2000
#: The options and answers that hold which pattern it is and how it was decided.
PATTERN = "pattern"
CHOSEN = "decision"
#: The steps that ask which department does it, and by when: a moment in seconds since 1970.
WHO = "who"
BY = "by"


def _departments(draft: Draft) -> tuple[tuple[Choice, ...], ...]:
    named = {code: DEPARTMENT.get(label) or text("{name}", name=label) for code, label in draft.options.get(WHO, ())}
    return pairs(named)


def _times(draft: Draft) -> tuple[tuple[Choice, ...], ...]:
    codes = (code for code, _ in draft.options.get(BY, ()))
    return tuple((Choice(code, _time(code)),) for code in codes)


def _time(code: str) -> Text:
    return text("{time}", time=datetime.fromtimestamp(int(code), UTC))


MEASURE = Flow(
    id="measure",
    version=1,
    steps=(
        Step("what", text("What is to be done about it? One or two sentences for who does it."), matter=True),
        Step(WHO, text("Which department does it?"), given=_departments),
        Step(BY, text("By when?"), given=_times),
    ),
    done=done(text("📈 Decided; they are told:")),
    most_words=_MOST_WORDS,
)
