"""What each rule demands, in plain words: in reminders, in escalations, and whenever somebody asks for the rules."""

from dataclasses import dataclass

from bot.flows.screen import Text, text, text_with


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a window: what its rule demands, that it waits, and that it is late.

    `waits` and `late` are about the ticket {number} and have the window's end as {time}.
    """

    demands: Text
    waits: Text
    late: Text


#: Windows of the regulation, by their rule.
WORDS: dict[str, Words] = {
    "FC-9": Words(
        text("<i>Rule FC-9: within 60 minutes a resident hears what happens next, or by when they will know.</i>"),
        text("⏰ No. {number} is waiting for an answer, due by {time}."),
        text("🔴 No. {number}: the answer was due by {time} and is late."),
    ),
}


#: What is said of a window whose rule an estate has written itself.
_OWN_DEMAND = text("<i>Rule {rule} of this estate.</i>")
_OWN_WAITS = text("⏰ No. {number} is waiting for you, until {time}.")
_OWN_LATE = text("🔴 No. {number}: this was due by {time} and is late.")


def words_of(rule: str) -> Words:
    """Return what is said of the window `rule`; of one that only an estate's own rule set knows, in general terms."""
    return WORDS.get(rule) or Words(text_with(_OWN_DEMAND, {"rule": rule}), _OWN_WAITS, _OWN_LATE)


def reason_for(rule: str) -> Text:
    """Return the sentence that says by which rule somebody is reminded ("why did I get this?")."""
    return words_of(rule).demands
