"""The conversation in which a colleague takes down what somebody told us by phone, at the counter or in writing (FC-1).

How it reached us and from whom comes first; then what a resident would be asked, in a colleague's words. Whoever is
meant by what was typed of them is looked up and offered; where there is nobody, somebody new is entered with the words.
"""

from dataclasses import replace

from bot.domain.tickets import Channel
from bot.flows.draft import Draft
from bot.flows.flow import Choice, Flow, Step, pairs
from bot.flows.labels import CHANNEL, PLACE, SINCE, WISH, subject
from bot.flows.matter import EMERGENCY, category_of, contents, like_lines
from bot.flows.report import CAME_AGAIN, DANGER, KINDS, SAME, is_about_things
from bot.flows.screen import Line, Quote, Text, text

_HERE = (Channel.CHAT, Channel.ON_SITE, Channel.TOLD, Channel.RETURN_VISIT)
#: The channels by which others reach us; what comes by this chat or is found on site is filed by who has it.
CHANNELS = tuple(channel for channel in Channel if channel not in _HERE)
#: The answers that name the person, by the step that offers those we know, and somebody who is new.
WHOM = "whom"
NEW = "new"
#: The step in which it is typed who they are; what is said there is no part of the matter.
WHO = "who"
#: The answer that holds its number once it is filed, for who may know of it.
NUMBER = "number"


def _known(draft: Draft) -> tuple[tuple[Choice, ...], ...]:
    return tuple((Choice(code, text("👤 {name}", name=label)),) for code, label in draft.options.get(WHOM, ()))


def _who(draft: Draft) -> Text:
    known = dict(draft.options.get(WHOM, ())).get(draft.answers.get(WHOM, ""))
    return text("👤 {name}", name=known or draft.said(WHO))


def _summary(draft: Draft) -> tuple[Line, ...]:
    category = category_of(draft)
    lines: list[Line] = [
        text("<b>This is how we file it. Is it right?</b>"),
        CHANNEL[Channel(draft.answers["channel"])],
        _who(draft),
        subject(category.kind, category.code),
        *contents(draft),
    ]
    if category.confidential:
        lines.append(text("🔒 Only the director reads this."))
    return (*lines, *like_lines(draft))


def _done(draft: Draft) -> tuple[Line, ...]:
    number = draft.answers.get(NUMBER)
    if number is None:
        return (text("📝 Filed, and before the director alone."), *_said(draft))
    return (text("📝 Filed as no. {number}.", number=number), *_said(draft))


def _said(draft: Draft) -> tuple[Line, ...]:
    return (Quote(draft.words, limit=300),) if draft.words else ()


def _waiting(draft: Draft) -> tuple[Line, ...]:
    kept = text(
        "You have begun to take something down and not filed it yet. We keep it until {time}.", time=draft.expires_at
    )
    return (kept, *_said(draft))


FOR = Flow(
    id="for",
    version=1,
    steps=(
        Step(
            "channel",
            text("How did it reach us?"),
            pairs({channel.value: CHANNEL[channel] for channel in CHANNELS}),
            line=text("How it reached us"),
        ),
        Step(
            WHO,
            text("Whose matter is it? Write what you know in one message: home, name, phone."),
            line=text("Whose matter it is"),
            words=True,
        ),
        Step(
            WHOM,
            text("Is it one of these?"),
            ((Choice(NEW, text("🆕 Somebody else")),),),
            given=_known,
            part=True,
            when=lambda draft: bool(draft.options.get(WHOM)),
        ),
        replace(KINDS[0], choices=((Choice(EMERGENCY, text("🚨 Emergency"), "danger"),), *KINDS[0].choices)),
        *KINDS[1:],
        DANGER,
        Step(
            "what",
            text("What happened? In their words, as far as you can. A photo of the letter will do as well."),
            line=text("What happened"),
            matter=True,
            skippable=True,
            when=lambda draft: draft.answers.get("kind") != EMERGENCY,
        ),
        Step(
            "where",
            text("Where is it? Tap, or write it in your own words."),
            pairs(PLACE),
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
            when=is_about_things,
        ),
        Step(
            "wish",
            text("What would help them most?"),
            pairs(WISH),
            line=text("What would help"),
            words=True,
            skippable=True,
            when=is_about_things,
        ),
    ),
    summary=_summary,
    waiting=_waiting,
    done=_done,
    submit=text("✅ File it"),
    ways=(SAME, CAME_AGAIN),
)
