"""What a resident is asked at a return visit: quality, effect, satisfaction, shortcomings, suggestions (RV-5).

By buttons, and in their own words or voice where they like; whoever finds all well says so with one tap. Nothing counts
before they have confirmed it: that is their signature. The same questions serve a visitor who asks them in person.
"""

from bot.domain.visits import Answers, Mark, Result, Satisfaction
from bot.flows.draft import SKIPPED, Draft
from bot.flows.flow import Choice, Flow, Step, done, pairs
from bot.flows.labels import RESULT
from bot.flows.screen import Line, Quote, Text, text

_MOST_WORDS = 3000
#: The step that says whether it is solved; a button of the message that asks may have answered it already.
RESULT_STEP = "result"
#: The mark that stands for all being well.
FINE = "fine"

MARK: dict[str, Text] = {
    Mark.GOOD: text("👍 Good"),
    Mark.FAIR: text("😐 Fair"),
    Mark.POOR: text("👎 Poor"),
}
SATISFACTION: dict[str, Text] = {
    Satisfaction.SATISFIED: text("😊 Satisfied"),
    Satisfaction.FAIR: text("😐 It will do"),
    Satisfaction.UNSATISFIED: text("🙁 Not satisfied"),
}
#: What fell short, by stable codes.
SHORTCOMING: dict[str, Text] = {
    "none": text("👌 Nothing"),
    "slow": text("🐢 It took too long"),
    "untidy": text("🧹 Left untidy"),
    "manner": text("🗣 The manner"),
    "unclear": text("❔ I was not kept informed"),
}
#: What would help next time, by stable codes.
SUGGESTION: dict[str, Text] = {
    "none": text("👌 Nothing"),
    "told": text("📣 Keep me informed"),
    "quicker": text("⏱ Come sooner"),
    "checked": text("🔍 Regular checks"),
}


def _result(draft: Draft) -> str:
    return draft.answers.get(RESULT_STEP, "")


def _solved(draft: Draft) -> bool:
    return _result(draft) == Result.SOLVED


def _unsolved(draft: Draft) -> bool:
    return _result(draft) == Result.NOT_SOLVED


def _rated(draft: Draft) -> bool:
    return _result(draft) in (Result.SOLVED, Result.PARTLY)


def _detailed(draft: Draft) -> bool:
    return _rated(draft) and draft.answers.get("quality") != FINE


#: The questions, which a visitor asks as well.
QUESTIONS: tuple[Step, ...] = (
    Step(
        RESULT_STEP,
        text("Is it solved?"),
        (
            (Choice(Result.SOLVED, text("✅ Yes, solved"), "success"), Choice(Result.PARTLY, text("➗ Partly"))),
            (Choice(Result.NOT_SOLVED, text("🔁 Not solved")),),
        ),
        line=text("Is it solved"),
    ),
    Step(
        "what",
        text("What is still not right? One sentence, a photo or a voice message helps; Skip does as well."),
        line=text("What is not right"),
        words=True,
        files=True,
        skippable=True,
        when=_unsolved,
    ),
    Step(
        "quality",
        text("How good is the work itself?"),
        (
            (Choice(FINE, text("🌟 All was well, that is all"), "success", when=_solved),),
            tuple(Choice(code, label) for code, label in MARK.items()),
        ),
        line=text("The work"),
        when=_rated,
    ),
    Step(
        "effect",
        text("And the result: does it work as it should?"),
        (tuple(Choice(code, label) for code, label in MARK.items()),),
        line=text("The result"),
        when=_detailed,
    ),
    Step(
        "satisfaction",
        text("How satisfied are you with how it was handled?"),
        pairs(SATISFACTION),
        line=text("Satisfaction"),
        when=_detailed,
    ),
    Step(
        "shortcoming",
        text("Where did we fall short? Tap, write or say it."),
        pairs(SHORTCOMING),
        line=text("What fell short"),
        words=True,
        files=True,
        skippable=True,
        when=_detailed,
    ),
    Step(
        "suggestion",
        text("And what should we do better next time? Tap, write or say it."),
        pairs(SUGGESTION),
        line=text("Suggestions"),
        words=True,
        skippable=True,
        when=_detailed,
    ),
)


def answers_of(draft: Draft) -> Answers:
    """Return what was said in a conversation of these questions."""
    given = {step: answer for step, answer in draft.answers.items() if answer != SKIPPED}
    result = Result(given[RESULT_STEP])
    if result is Result.NOT_SOLVED:
        return Answers(result)
    if given.get("quality") == FINE:
        return Answers(result, Mark.GOOD, Mark.GOOD, Satisfaction.SATISFIED, "none", "none")
    return Answers(
        result,
        Mark(given["quality"]),
        Mark(given["effect"]),
        Satisfaction(given["satisfaction"]),
        given.get("shortcoming", ""),
        given.get("suggestion", ""),
    )


def answer_lines(draft: Draft) -> tuple[Line, ...]:
    """Return what was said, as it is read before it is confirmed."""
    answers = answers_of(draft)
    lines: list[Line] = [text("It is {result}.", result=RESULT[answers.result])]
    if answers.quality and answers.effect and answers.satisfaction:
        lines += [
            text("The work: {mark}", mark=MARK[answers.quality]),
            text("The result: {mark}", mark=MARK[answers.effect]),
            text("Satisfaction: {mark}", mark=SATISFACTION[answers.satisfaction]),
        ]
    if answers.shortcoming in SHORTCOMING:
        lines.append(text("What fell short: {what}", what=SHORTCOMING[answers.shortcoming]))
    if answers.suggestion in SUGGESTION:
        lines.append(text("Next time: {what}", what=SUGGESTION[answers.suggestion]))
    said = "\n".join(item.words for item in draft.items if item.words)
    return (*lines, Quote(said)) if said else tuple(lines)


def _summary(draft: Draft) -> tuple[Line, ...]:
    follows = (
        text("Is this right? Your confirmation counts as your signature.")
        if answers_of(draft).satisfied
        else text("Is this right? Once you confirm it, we start again at once and our management hears of it.")
    )
    return (text("<b>Your answer</b>"), *answer_lines(draft), follows)


def _done(draft: Draft) -> Text:
    if answers_of(draft).satisfied:
        return text("💚 Thank you for your answer. You can change it for a day, under /my.")
    return text(
        "🔁 Thank you for telling us. It is open again, and our management knows. "
        "If that was a slip, you can change it for a day, under /my:"
    )


VISIT = Flow(
    id="visit",
    version=1,
    steps=QUESTIONS,
    summary=_summary,
    submit=text("✍️ Confirm"),
    done=done(_done),
    most_words=_MOST_WORDS,
    counted=lambda draft: bool(_result(draft)),
)

#: Changing an answer asks everything anew.
REVISE = Flow(
    id="revise",
    version=1,
    steps=QUESTIONS,
    summary=_summary,
    submit=text("✍️ Confirm"),
    done=done(_done),
    most_words=_MOST_WORDS,
    counted=lambda draft: bool(_result(draft)),
)
