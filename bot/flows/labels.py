"""The words for what the domain names by codes: kinds, stages. One place, so that they read alike everywhere."""

from bot.domain.tickets import Kind, Stage
from bot.flows.screen import Text, text

KIND: dict[Kind, Text] = {
    Kind.REPAIR: text("🔧 Repair"),
    Kind.COMPLAINT: text("💬 Complaint"),
    Kind.ENQUIRY: text("❓ Question"),
    Kind.SUGGESTION: text("💡 Suggestion"),
    Kind.PRAISE: text("🌷 Praise"),
    Kind.FINDING: text("👀 Found on site"),
}

STAGE: dict[Stage, Text] = {
    Stage.RECEIVED: text("received"),
    Stage.JUDGED: text("judged"),
    Stage.IN_HAND: text("in hand"),
    Stage.HANDLED: text("handled"),
    Stage.VERIFIED: text("verified"),
    Stage.VISITED: text("return visit done"),
    Stage.CLOSED: text("closed"),
}


def stage_line(stage: Stage) -> Text:
    """Return the stage as a line of seven dots and its name (UX 5)."""
    reached = list(Stage).index(stage) + 1
    return text("{dots} {stage}", dots="●" * reached + "○" * (len(Stage) - reached), stage=STAGE[stage])
