"""The conversation that files a matter: any first message is its beginning, at most five questions, a summary, Submit.

What kind, what happened, where, since when, what would help (UX 2, CP-2); the first message often answers the second.
The kind follows from the category chosen. In an emergency nothing is asked but what the danger is: safety advice and
the emergency phone come first, the rest can be said later (RS-1, UX 12). In a quarrel between neighbours the name may
be kept back (CP-3). What colleagues find on site is told by `flows/findings`.
"""

from bot.domain.categories import CATEGORIES
from bot.domain.people import Standing
from bot.domain.tickets import Kind
from bot.flows.draft import Draft
from bot.flows.flow import Choice, Flow, Step, done, pairs
from bot.flows.labels import CATEGORY, KIND, PLACE, SINCE, WISH, subject
from bot.flows.matter import (
    EMERGENCY,
    KEEP_BACK,
    LIKE_BEFORE,
    LIKE_OTHERS,
    LIKE_OWN,
    WHERE,
    category_of,
    contents,
    is_emergency,
    like_lines,
    nameless,
    waiting,
)
from bot.flows.screen import Line, Text, text

#: The answers that hold the number of an open ticket of theirs, and that the message belongs to it.
OPEN = "open"
THAT = "that"
#: The answer that holds the number of one that was closed lately; the step that asks whether it has come again.
CLOSED = "closed"
RETURNED = "returned"
#: The answer that holds the number of what they sent a moment ago in the same words; the step that asks whether it is
#: another one, and that it is.
TWIN = "twin"
AGAIN = "again"
ANOTHER = "another"


def known_places(draft: Draft) -> tuple[tuple[Choice, ...], ...]:
    """Return the places that `draft` is offered by name, two a row."""
    return named_choices(draft, WHERE)


def named_choices(draft: Draft, step: str) -> tuple[tuple[Choice, ...], ...]:
    """Return the choices that `draft` holds for a step as buttons, two a row."""
    return pairs({code: text("📍 {place}", place=name) for code, name in draft.options.get(step, ())})


def _summary(draft: Draft) -> tuple[Line, ...]:
    category = category_of(draft)
    lines: list[Line] = []
    if category.urgent:
        lines += [*ADVICE[category.code], text("<b>Send it now; we alarm the people on duty.</b>")]
    else:
        lines.append(text("<b>This is how we understood it. Is it right?</b>"))
    lines.append(subject(category.kind, category.code))
    lines += contents(draft)
    if category.nameless:
        lines.append(
            text("🔒 Your name stays with us; staff do not see it.")
            if nameless(draft)
            else text("👤 Staff see your name.")
        )
    if category.confidential:
        lines.append(text("🔒 Only the director reads this."))
    lines += like_lines(draft)
    if not category.urgent:
        lines.append(text("You can still add words or photos: just send them."))
    return tuple(lines)


#: The way to submit that says that it has come again.
CAME_AGAIN = Choice("came", text("🔁 Yes, it has come again"), when=lambda draft: bool(draft.options.get(LIKE_BEFORE)))
#: The way to submit that lets it go on in the ticket that is the same.
SAME = Choice(
    "same",
    text("🔗 Yes, the same as that one"),
    when=lambda draft: bool(draft.options.get(LIKE_OWN) or draft.options.get(LIKE_OTHERS)),
)


#: What to do first, in each emergency (RS-1).
ADVICE: dict[str, tuple[Text, ...]] = {
    "trapped": (
        text("<b>Please stay calm and do not force the doors.</b> Press the alarm button in the lift and wait inside."),
    ),
    "structure": (text("<b>Please leave the place at once</b> and keep others away from it."),),
    "electric": (
        text(
            "<b>Please touch nothing that is wet or metal.</b> Switch off at the main switch if you can reach it dry."
        ),
    ),
    "burst": (text("<b>Please close the main tap if you can reach it,</b> and keep away from sockets and wet wires."),),
    "handrail": (text("<b>Please do not step or lean on it,</b> and keep others away."),),
    "falling": (text("<b>Please keep away from below it,</b> and warn those who pass."),),
    "danger": (text("<b>Please bring yourself and others to safety first.</b>"),),
}


def _kind(code: str) -> Choice:
    return Choice(code, KIND[Kind(code)])


def _what(draft: Draft) -> Text:
    return _WHAT.get(draft.answers.get("kind", ""), text("What happened? One sentence is enough."))


def _line_of_what(draft: Draft) -> Text:
    return _LINE_OF_WHAT.get(draft.answers.get("kind", ""), text("What happened"))


#: Where nothing has happened yet, something else is asked, and the summary calls it otherwise.
_WHAT: dict[str, Text] = {
    Kind.ENQUIRY: text("What would you like to know? One sentence is enough."),
    Kind.SUGGESTION: text("What do you suggest? One sentence is enough."),
    Kind.PRAISE: text("How kind of you. Whom or what would you like to praise?"),
}
_LINE_OF_WHAT: dict[str, Text] = {
    Kind.ENQUIRY: text("Your question"),
    Kind.SUGGESTION: text("Your suggestion"),
    Kind.PRAISE: text("Your words of praise"),
}


def is_about_things(draft: Draft) -> bool:
    """Whether there is a place to it, and something that would help."""
    return draft.answers.get("kind") in (Kind.REPAIR, Kind.COMPLAINT)


_BROKEN = Step(
    "broken",
    text("What needs repair?"),
    pairs({code: CATEGORY[code] for code in ("lift", "water", "power", "light", "door", "other_repair")}),
    part=True,
    when=lambda draft: draft.answers.get("kind") == Kind.REPAIR,
)
_COMPLAINTS = pairs(
    {code: CATEGORY[code] for code in ("neighbours", "cleaning", "security", "parking", "colleague", "other_complaint")}
)
_KINDS = ((_kind(Kind.REPAIR), _kind(Kind.COMPLAINT)), (_kind(Kind.ENQUIRY), _kind(Kind.SUGGESTION)))

#: What staff are asked of a matter that they write down: of what kind it is, and what within that kind.
KINDS = (
    Step(
        "kind",
        text("What kind is it?"),
        (*_KINDS, (_kind(Kind.PRAISE),)),
        line=text("What it is about"),
        when=lambda draft: draft.answers.get("kind") != Kind.FINDING,
    ),
    _BROKEN,
    Step(
        "wrong",
        text("What is the complaint about?"),
        _COMPLAINTS,
        part=True,
        when=lambda draft: draft.answers.get("kind") == Kind.COMPLAINT,
    ),
)

DANGER = Step(
    "danger",
    text("What is the danger? If somebody is hurt, call the emergency services first."),
    tuple((Choice(code, CATEGORY[code]),) for code, known in CATEGORIES.items() if known.urgent),
    part=True,
    when=is_emergency,
)

#: The question, asked once, of somebody who lives here and works here; and the answer that has it asked.
STANDING = "standing"
BOTH = "both"

_STANDING = Step(
    STANDING,
    text("You live here and you work here. As what are you writing? You can change it in /settings."),
    (
        (Choice(Standing.RESIDENT.value, text("🏠 As a resident")),),
        (Choice(Standing.COLLEAGUE.value, text("🧑‍💼 As a colleague")),),
    ),
    part=True,
    when=lambda draft: BOTH in draft.answers,
)
#: Whether what was sent a moment ago in the same words is another one.
TWICE = Step(
    AGAIN,
    lambda draft: text(
        "You have sent this a moment ago as no. {number}. Is this another one?", number=draft.answers[TWIN]
    ),
    ((Choice(ANOTHER, text("🆕 Another one"), "primary"),), (Choice("same", text("👌 The same; drop this one")),)),
    part=True,
    when=lambda draft: TWIN in draft.answers,
)
#: What is said of what became part of something else.
PASSED_ON = text("📨 Passed on, thank you:")

REPORT = Flow(
    id="report",
    version=4,
    steps=(
        _STANDING,
        Step(
            "about",
            lambda draft: text("Is this for no. {number}, or something new?", number=draft.answers[OPEN]),
            ((Choice(THAT, text("💬 For that one")), Choice("new", text("🆕 Something new"))),),
            part=True,
            when=lambda draft: OPEN in draft.answers,
        ),
        Step(
            RETURNED,
            lambda draft: text(
                "No. {number} was closed a short while ago. Has it come again, or is this something new?",
                number=draft.answers[CLOSED],
            ),
            ((Choice(THAT, text("🔁 It has come again")), Choice("new", text("🆕 Something new"))),),
            part=True,
            when=lambda draft: CLOSED in draft.answers,
        ),
        Step(
            "kind",
            text("Thank you for telling us; we have your message. What is it about?"),
            (
                (Choice(EMERGENCY, text("🚨 Emergency"), "danger"),),
                *_KINDS,
                (_kind(Kind.PRAISE),),
            ),
            line=text("What it is about"),
        ),
        DANGER,
        _BROKEN,
        Step(
            "wrong",
            text("We are sorry that something is not right. What is it about?"),
            _COMPLAINTS,
            part=True,
            when=lambda draft: draft.answers.get("kind") == Kind.COMPLAINT,
        ),
        Step(
            "name",
            text("Shall we keep your name to ourselves? We can still pass on what is answered."),
            ((Choice(KEEP_BACK, text("🔒 Keep my name back")),), (Choice("show", text("👤 Show my name")),)),
            part=True,
            line=text("Your name"),
            when=lambda draft: draft.answers.get("wrong") == "neighbours" and is_about_things(draft),
        ),
        Step(
            "what",
            _what,
            line=_line_of_what,
            matter=True,
            skippable=True,
            when=lambda draft: draft.answers.get("kind") != EMERGENCY,
        ),
        Step(
            "where",
            text("Where is it? Tap, or write it in your own words."),
            pairs(PLACE),
            given=known_places,
            line=text("Where"),
            words=True,
            when=is_about_things,
        ),
        Step(
            "since",
            text("Since when?"),
            pairs(SINCE),
            line=text("Since when"),
            words=True,
            skippable=True,
            when=lambda draft: is_about_things(draft) and draft.answers.get("wrong") != "neighbours",
        ),
        Step(
            "wish",
            text("What would help you most?"),
            pairs(WISH, {"call": lambda draft: not nameless(draft)}),
            line=text("What would help"),
            words=True,
            skippable=True,
            when=is_about_things,
        ),
        TWICE,
    ),
    summary=_summary,
    waiting=waiting,
    ways=(SAME, CAME_AGAIN),
    done=done(PASSED_ON),
    counted=lambda draft: "kind" in draft.answers,
)
