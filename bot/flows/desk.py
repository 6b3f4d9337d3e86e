"""The short conversations in which staff move a ticket on: whose it is, to whom it goes, how it ended.

Buttons first, words where a button cannot say it. A conversation without a summary takes effect with its last answer.
Whom and where can be chosen differs by estate and hour: it comes in the draft's `options`.
"""

from datetime import UTC, datetime

from bot.domain.tickets import Jurisdiction, Severity
from bot.flows.answer import SEND_ALL_THE_SAME, SURE, cautioned
from bot.flows.draft import Draft
from bot.flows.flow import Choice, Flow, Step, done, pairs
from bot.flows.labels import (
    CAUSE,
    CHANGE,
    DECLINE_REASON,
    DEPARTMENT,
    OUTCOME,
    PROMISE_REASON,
    SEVERITY,
    TRANSFER_REASON,
    VOID_REASON,
)
from bot.flows.matter import enclosed
from bot.flows.report import KINDS
from bot.flows.screen import Line, Quote, Text, text

#: What somebody writes in one of these conversations fits one message.
_MOST_WORDS = 2000
_OTHER = "other"
#: Stands before the names of colleagues who are off duty.
OFF_DUTY = "🌙"
#: The step at which a promise's time is chosen, as seconds since 1970, and the option that holds the one it moves.
UNTIL = "until"
MOVED = "moved"


def _named(label: str) -> Text:
    """Return what an option is called: a department by its code, anything else by its name."""
    return DEPARTMENT.get(label) or text("{name}", name=label)


def _given(draft: Draft, step: str) -> tuple[tuple[Choice, ...], ...]:
    return pairs({code: _named(label) for code, label in draft.options.get(step, ())})


def _listed(draft: Draft, jurisdiction: Jurisdiction) -> bool:
    """Whether that was chosen and the directory knows any."""
    return draft.answers.get("whose") == jurisdiction and bool(draft.options.get(jurisdiction.value))


def _whose(draft: Draft) -> tuple[tuple[Choice, ...], ...]:
    suggested = draft.options.get("suggested", ())
    return tuple(
        (Choice(code, text("✅ Ours: {department}", department=_named(label)), "success"),) for code, label in suggested
    )


def _judged(draft: Draft) -> Text:
    if draft.answers.get("whose") == Jurisdiction.UNCLEAR:
        return text("❔ Passed on: the head decides whose it is.")
    return text("⚖️ Judged.")


JUDGE = Flow(
    id="judge",
    version=1,
    steps=(
        Step(
            "whose",
            text("Whose matter is it?"),
            (
                (Choice("department", text("🏠 Ours, another department")),),
                (Choice(Jurisdiction.SISTER.value, text("🤝 Sister unit")),),
                (Choice(Jurisdiction.OUTSIDE.value, text("🏛 Outside body")),),
                (Choice(Jurisdiction.UNCLEAR.value, text("❔ Unclear: ask the head")),),
            ),
            given=_whose,
        ),
        Step(
            "department",
            text("Which department?"),
            given=lambda draft: _given(draft, "department"),
            when=lambda draft: draft.answers.get("whose") == "department",
        ),
        Step(
            "sister",
            text("Which sister unit?"),
            given=lambda draft: _given(draft, "sister"),
            when=lambda draft: _listed(draft, Jurisdiction.SISTER),
        ),
        Step(
            "outside",
            text("Which outside body? The resident is given its address and number."),
            given=lambda draft: _given(draft, "outside"),
            when=lambda draft: (
                draft.answers.get("whose") == Jurisdiction.OUTSIDE and bool(draft.options.get("outside"))
            ),
        ),
    ),
    done=done(_judged),
)

GRADE = Flow(
    id="grade",
    version=1,
    steps=(
        Step("severity", text("How serious is it?"), pairs({code.value: label for code, label in SEVERITY.items()})),
        Step(
            "why",
            text("Why is it major? One sentence for the director."),
            matter=True,
            when=lambda draft: draft.answers.get("severity") == Severity.MAJOR,
        ),
    ),
    done=done(text("Noted.")),
    most_words=_MOST_WORDS,
)


def _to_whom(draft: Draft) -> Text:
    if any(label.startswith(OFF_DUTY) for _, label in draft.options.get("whom", ())):
        return text("Who should take it? It stays with you until they accept. Who is 🌙 off duty gets it when back.")
    return text("Who should take it? It stays with you until they accept.")


TRANSFER = Flow(
    id="transfer",
    version=1,
    steps=(
        Step(
            "whom",
            _to_whom,
            given=lambda draft: _given(draft, "whom"),
        ),
        Step("why", text("Why? Tap, or write it in a few words."), pairs(TRANSFER_REASON), words=True),
    ),
    done=done(text("➡️ Offered. It stays with you until it is accepted.")),
    most_words=_MOST_WORDS,
)

DECLINE = Flow(
    id="decline",
    version=1,
    steps=(Step("why", text("Why can you not take it?"), pairs(DECLINE_REASON)),),
    done=done(text("Declined; it stays where it was.")),
)

HANDLE = Flow(
    id="handle",
    version=1,
    steps=(
        Step(
            "done",
            text("What was done? A photo says the most; a few words help. Who reported it will see them."),
            line=text("What was done"),
            matter=True,
            files=True,
        ),
        Step(
            "outcome",
            text("How did it end?"),
            tuple((Choice(code.value, label),) for code, label in OUTCOME.items()),
            line=text("How it ended"),
        ),
        Step(
            "cause",
            text("What lay behind it?"),
            pairs({code.value: label for code, label in CAUSE.items()}),
            line=text("What lay behind it"),
        ),
    ),
    summary=lambda draft: _done(draft),
    submit=text("✅ Done"),
    done=done(text("✅ Done; a colleague will check it.")),
    most_words=_MOST_WORDS,
)


def _done(draft: Draft) -> tuple[Line, ...]:
    lines: list[Line] = [text("<b>Is this right? A colleague checks it next.</b>")]
    lines += [Quote(draft.words)] if draft.words else []
    lines += enclosed(draft)
    lines += [label for code, label in OUTCOME.items() if code.value == draft.answers.get("outcome")]
    lines += [label for code, label in CAUSE.items() if code.value == draft.answers.get("cause")]
    return tuple(lines)


REJECT = Flow(
    id="reject",
    version=1,
    steps=(Step("why", text("What is still missing? The colleague who handled it will read this."), matter=True),),
    done=done(text("↩️ Sent back:")),
    most_words=_MOST_WORDS,
)


def _by_when(draft: Draft) -> Text:
    for code, _ in draft.options.get(MOVED, ()):
        promised = datetime.fromtimestamp(int(code), UTC)
        return text("It was promised for {time}. By when will they have it now? Tap, or write it.", time=promised)
    return text("By when will they have it? Tap, or write it, like tomorrow 15:00.")


def _why_so_long(draft: Draft) -> Text:
    until = datetime.fromtimestamp(int(draft.answers[UNTIL]), UTC)
    return text("By {time}. Why does it take so long? The resident will read this. Tap, or write it.", time=until)


PROMISE = Flow(
    id="promise",
    version=2,
    steps=(
        Step(
            UNTIL,
            _by_when,
            given=lambda draft: tuple(
                (Choice(code, text("{time}", time=datetime.fromtimestamp(int(code), UTC))),)
                for code, _ in draft.options.get(UNTIL, ())
            ),
        ),
        Step("why", _why_so_long, tuple((Choice(code, label),) for code, label in PROMISE_REASON.items()), words=True),
        Step(
            SURE,
            lambda draft: cautioned(draft)[0],
            ((Choice("yes", SEND_ALL_THE_SAME),),),
            when=lambda draft: bool(cautioned(draft)),
        ),
    ),
    done=done(text("🤝 Promised; the resident is told.")),
    most_words=_MOST_WORDS,
)

CALLED = Flow(
    id="called",
    version=1,
    steps=(
        Step(
            "words",
            text("What came of the call? A few words help your colleagues; Skip does as well."),
            words=True,
            skippable=True,
        ),
    ),
    done=done(text("☎️ Noted that you have called.")),
    most_words=_MOST_WORDS,
)

REACHED = Flow(
    id="reached",
    version=1,
    steps=(
        Step(
            "words",
            text(
                "Who did you reach at the sister unit, and what do they say? A name and number help whoever asks next."
            ),
            matter=True,
        ),
    ),
    done=done(text("🤝 Noted whom you have reached.")),
    most_words=_MOST_WORDS,
)

VOID = Flow(
    id="void",
    version=1,
    steps=(
        Step("why", text("Why does it not count? A second person decides."), pairs(VOID_REASON)),
        Step(
            "words",
            text("In a few words, please: the one who decides will read this."),
            matter=True,
            when=lambda draft: draft.answers.get("why") == _OTHER,
        ),
    ),
    done=done(text("Asked; a second person decides.")),
    most_words=_MOST_WORDS,
)

SPLIT = Flow(
    id="split",
    version=1,
    steps=(
        Step("words", text("What is the other matter? In the resident's words, as far as you can."), matter=True),
        *KINDS,
    ),
    done=done(text("✂️ The other matter is a ticket of its own now:")),
    most_words=_MOST_WORDS,
)

MERGE = Flow(
    id="merge",
    version=1,
    steps=(
        Step(
            "into",
            text("Which one is the same? Tap it, or write its number. This one goes on there."),
            given=lambda draft: tuple(
                (Choice(code, text("{name}", name=label)),) for code, label in draft.options.get("into", ())
            ),
            words=True,
        ),
    ),
    done=done(text("🔗 It goes on there.")),
    most_words=_MOST_WORDS,
)

TELL_HQ = Flow(
    id="tell_hq",
    version=1,
    steps=(
        Step(
            "words",
            text("What did you tell HQ, and what did they say? A few words help your colleagues; Skip does as well."),
            words=True,
            skippable=True,
        ),
    ),
    done=done(text("🏢 Noted that HQ knows.")),
    most_words=_MOST_WORDS,
)

SUM_UP = Flow(
    id="sum_up",
    version=1,
    steps=(
        Step("prevent", text("How do we keep it from coming again? One or two sentences."), matter=True),
        Step("change", text("What has to change for that? Tap, or write it."), pairs(CHANGE), words=True),
    ),
    done=done(text("🧭 Thank you. This is what we learned of it:")),
    most_words=_MOST_WORDS,
)
