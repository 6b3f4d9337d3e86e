"""The conversations in which staff say who is on duty when, and who is away: buttons, and a few words for when.

What is written for a day or for hours is read as it comes and becomes an option of its step.
"""

from bot.domain.rosters import ROLES_ON_DUTY
from bot.flows.draft import Draft
from bot.flows.flow import Choice, Flow, Step, done, pairs
from bot.flows.labels import DEPARTMENT, ROLE
from bot.flows.screen import Text, text

POST, AT, WHO, WHEN = "post", "at", "who", "when"
FIRST, LAST, STAND_IN = "first", "last", "stand_in"
#: The answer that a turn is at no place: it is of the whole department.
EVERYWHERE = "everywhere"
#: The answer of who has nobody to stand in.
NOBODY = "nobody"
#: What is written here fits a line.
_MOST_WORDS = 300


def members(post: str) -> str:
    """Return the name of the options that hold who can be on duty at a post."""
    return f"{WHO}.{post}"


def places(post: str) -> str:
    """Return the name of the options that hold where a post can be; none where it is at no place."""
    return f"{AT}.{post}"


def _named(label: str) -> Text:
    """Return what an option is called: a post by its code, anything else by its name."""
    role = next((role for role in ROLES_ON_DUTY if role == label), None)
    return ROLE[role] if role else DEPARTMENT.get(label) or text("{name}", name=label)


def _given(draft: Draft, options: str) -> tuple[tuple[Choice, ...], ...]:
    return pairs({code: _named(label) for code, label in draft.options.get(options, ())})


TURN = Flow(
    id="turn",
    version=1,
    steps=(
        Step(POST, text("For which post?"), given=lambda draft: _given(draft, POST)),
        Step(
            AT,
            text("Where? Those at a place are asked first when somebody is needed there."),
            ((Choice(EVERYWHERE, text("The whole department")),),),
            given=lambda draft: _given(draft, places(draft.answers[POST])),
            when=lambda draft: places(draft.answers.get(POST, "")) in draft.options,
        ),
        Step(WHO, text("Who is on duty then?"), given=lambda draft: _given(draft, members(draft.answers[POST]))),
        Step(
            WHEN,
            text("When? Write days and hours, like Mon-Fri 8:00-20:00, daily 20:00-8:00, or 2026-12-24 8:00-16:00."),
            given=lambda draft: _given(draft, WHEN),
        ),
    ),
    done=done(text("🗓 Noted in the roster.")),
    most_words=_MOST_WORDS,
)

AWAY = Flow(
    id="away",
    version=1,
    steps=(
        Step(
            WHO,
            text("Who is away?"),
            given=lambda draft: _given(draft, WHO),
            when=lambda draft: WHO in draft.options,
        ),
        Step(
            FIRST,
            text("From which day? Tap, or write it, like 24 December."),
            given=lambda draft: _given(draft, FIRST),
        ),
        Step(
            LAST,
            text("Until which day, that one included? Tap, or write it."),
            given=lambda draft: _given(draft, LAST),
        ),
        Step(
            STAND_IN,
            text("Who stands in meanwhile?"),
            ((Choice(NOBODY, text("Nobody")),),),
            given=lambda draft: _given(draft, STAND_IN),
        ),
    ),
    done=done(text("🏖 Noted.")),
    most_words=_MOST_WORDS,
)
