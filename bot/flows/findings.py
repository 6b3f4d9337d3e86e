"""What colleagues on their feet tell: a finding, what they have set right themselves, what a customer told them.

A photo, a voice message or a few words, then by buttons what it is and where; Send. Whoever sends a photo first has
begun already (UX 13). Places are offered by name: those of late first; the summary offers what lies within the place
that was chosen, to be tapped or passed over. In danger nothing is asked but what it is (RS-1).
"""

from collections.abc import Callable

from bot.domain.tickets import Kind
from bot.flows.draft import Draft
from bot.flows.flow import Choice, Flow, Step, done, pairs
from bot.flows.labels import CATEGORY, KIND, PLACE, SAFE, subject
from bot.flows.matter import EMERGENCY, FOUND, WHERE, WITHIN, category_of, contents, is_emergency, like_lines, waiting
from bot.flows.report import ADVICE, DANGER, PASSED_ON, SAME, TWICE, known_places, named_choices
from bot.flows.screen import Line, Text, text

#: The choice at `FOUND` by which somebody tells what they were told.
TOLD_BY = "told"
#: The steps of what was set right on the spot: the photos before and after (AS-4).
BEFORE = "before"
AFTER = "after"
#: The step that says whose matter it is that somebody was told, and that nobody knows.
WHOSE = "whose"
UNKNOWN = "unknown"

_FINDINGS = (
    "found_light",
    "found_water",
    "found_litter",
    "found_broken",
    "found_lift",
    "found_door",
    "found_exit",
    "found_blocked",
    "found_plants",
)
_SEND = text("📤 Send")


def _pictured() -> tuple[tuple[Choice, ...], ...]:
    return pairs({**{code: CATEGORY[code] for code in _FINDINGS}, "finding": text("👀 Something else")})


def _no_names(draft: Draft) -> bool:
    return not draft.options.get(WHERE)


def _summary(heading: Text) -> Callable[[Draft], tuple[Line, ...]]:
    def lines(draft: Draft) -> tuple[Line, ...]:
        category = category_of(draft)
        whose = (text("👤 {name}", name=draft.said(WHOSE)),) if draft.said(WHOSE) else ()
        about = (subject(category.kind, category.code), *contents(draft), *whose)
        if category.urgent:
            return (*ADVICE[category.code], text("<b>Send it now; we alarm the people on duty.</b>"), *about)
        return (heading, *about, *like_lines(draft), text("You can still add words or photos: just send them."))

    return lines


_WHERE = Step(
    WHERE,
    text("Where is it? Tap, share your location 📎, or write it."),
    pairs(PLACE, {code: _no_names if code != "home" else (lambda _: False) for code in PLACE}),
    given=known_places,
    line=text("Where"),
    words=True,
    skippable=True,
    when=lambda draft: not is_emergency(draft),
)
_WITHIN = Step(WITHIN, text("Where exactly?"), given=lambda draft: named_choices(draft, WITHIN))

FINDING = Flow(
    id="finding",
    version=4,
    steps=(
        Step(
            "what",
            text("Send a photo 📷, a voice message 🎤 or a few words."),
            ((Choice(EMERGENCY, text("🚨 Danger!"), "danger"),), (Choice(TOLD_BY, text("🗣 Somebody told me")),)),
            matter=True,
            files=True,
            when=lambda draft: not is_emergency(draft),
        ),
        Step(
            FOUND,
            text("Thank you. What is it?"),
            (
                (Choice(EMERGENCY, text("🚨 Danger!"), "danger"),),
                *_pictured(),
                (Choice(TOLD_BY, text("🗣 Somebody told me")),),
            ),
            line=text("What it is"),
            when=lambda draft: draft.answers.get("kind") != EMERGENCY,
        ),
        DANGER,
        _WHERE,
        TWICE,
    ),
    summary=_summary(text("<b>Send it?</b>")),
    waiting=waiting,
    done=done(PASSED_ON),
    ways=(SAME,),
    submit=_SEND,
    counted=lambda _: False,
    finer=_WITHIN,
)

FIXED = Flow(
    id="fixed",
    version=1,
    steps=(
        Step(
            BEFORE,
            text("Well done! First a photo 📷 of how it was."),
            own_files=True,
            skippable=True,
        ),
        Step(AFTER, text("Now a photo 📷 of how it is."), own_files=True),
        Step(FOUND, text("What was it?"), _pictured(), line=text("What it is")),
        _WHERE,
    ),
    summary=_summary(text("<b>You have fixed this. Send it?</b>")),
    waiting=waiting,
    done=done(PASSED_ON),
    submit=_SEND,
    counted=lambda _: False,
    finer=_WITHIN,
)

MADE_SAFE = Flow(
    id="made_safe",
    version=1,
    steps=(
        Step("how", text("How did you make it safe?"), tuple((Choice(code, label),) for code, label in SAFE.items())),
        Step("photo", text("A photo 📷 of it, please."), own_files=True),
    ),
    done=done(text("🚧 Noted. Thank you for keeping everybody safe!")),
)

HELPED = Flow(
    id="helped",
    version=1,
    steps=(Step("photo", text("Well done! A photo 📷 of how it is now, please."), own_files=True),),
    summary=lambda draft: (text("<b>Is it done? A colleague will check it.</b>"), *contents(draft)),
    submit=_SEND,
    done=done(text("✅ Done; a colleague will check it.")),
)

#: What a customer may have told a colleague: by kind, since nothing more is asked on the way.
_TOLD = pairs(
    {
        "other_repair": KIND[Kind.REPAIR],
        "other_complaint": KIND[Kind.COMPLAINT],
        "enquiry": KIND[Kind.ENQUIRY],
        "suggestion": KIND[Kind.SUGGESTION],
        "praise": KIND[Kind.PRAISE],
    }
)

#: The way to send it that says how they told it: in the monitoring room people call by intercom (AS-2).
BY_INTERCOM = Choice("intercom", text("📟 Send (told by intercom)"))

TOLD = Flow(
    id="told",
    version=1,
    steps=(
        Step(
            "what",
            text("What did they say? A voice message 🎤 or a few words."),
            ((Choice(EMERGENCY, text("🚨 Danger!"), "danger"),),),
            matter=True,
            files=True,
            when=lambda draft: not is_emergency(draft),
        ),
        Step(
            FOUND,
            text("Thank you for passing it on. What is it?"),
            (
                (Choice(EMERGENCY, text("🚨 Danger!"), "danger"),),
                *_TOLD,
            ),
            line=text("What it is"),
        ),
        DANGER,
        Step(
            WHOSE,
            text("Who told you? Write home, name or phone, what you know of it."),
            ((Choice(UNKNOWN, text("🤷 They left no name")),),),
            line=text("Who told you"),
            words=True,
            when=lambda draft: not is_emergency(draft),
        ),
        _WHERE,
    ),
    summary=_summary(text("<b>Send it?</b>")),
    waiting=waiting,
    done=done(PASSED_ON),
    submit=_SEND,
    ways=(BY_INTERCOM,),
    counted=lambda _: False,
    finer=_WITHIN,
)

#: The conversations of this module, by their ids.
OURS = frozenset({FINDING.id, FIXED.id, TOLD.id})

#: The four big buttons of who is on their feet: what each asks for, as a plain word does (`flows/words`).
KEYS = (
    (text("📷 Report"), text("🧹 Fixed it")),
    (text("📋 Mine"), text("☎️ Help")),
)
