"""The words for what the domain names by codes, in one place, so that they read alike everywhere."""

from bot.domain.people import Department, Role
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

#: Categories by code (`domain/categories`).
CATEGORY: dict[str, Text] = {
    "lift": text("🛗 Lift"),
    "water": text("🚰 Water or leak"),
    "power": text("🔌 Power"),
    "light": text("💡 Lights"),
    "door": text("🚪 Doors or locks"),
    "other_repair": text("🔧 Something else broken"),
    "trapped": text("🛗 Someone trapped, or the lift out of control"),
    "structure": text("🏚 Structural damage"),
    "electric": text("⚡ Electric leakage or power cut inside"),
    "burst": text("🌊 Burst pipe, bad leak or pump failure"),
    "handrail": text("🪜 Broken floor, stair, balcony or handrail"),
    "falling": text("🪟 Window, glass or façade about to fall"),
    "danger": text("⚠️ Another danger"),
    "neighbours": text("🏘 Neighbours"),
    "cleaning": text("🧹 Cleaning"),
    "security": text("🛡 Security"),
    "parking": text("🚗 Parking"),
    "colleague": text("🧑‍💼 A member of staff"),
    "other_complaint": text("💬 Another complaint"),
    "enquiry": text("❓ Question"),
    "suggestion": text("💡 Suggestion"),
    "praise": text("🌷 Praise"),
    "finding": text("👀 Found on site"),
}

#: Departments by code (`domain/people.STANDARD_DEPARTMENTS`).
DEPARTMENT: dict[str, Text] = {
    "service": text("Service centre"),
    "engineering": text("Engineering"),
    "security": text("Security"),
    "cleaning": text("Cleaning"),
    "greening": text("Greening"),
    "management": text("Management office"),
}

#: What each department does, for whoever asks who does what (FC-17).
DUTIES: dict[str, Text] = {
    "service": text("takes up whatever you bring, answers you and sees it through"),
    "engineering": text("lifts, water, power, lights, doors and everything that breaks"),
    "security": text("gates, patrols, parking, keeping order, first help in danger"),
    "cleaning": text("stairs, lobbies, lifts, refuse"),
    "greening": text("trees, lawns and flower beds"),
    "management": text("contracts, fees, and complaints about us"),
}

#: Roles of those who work here.
ROLE: dict[Role, Text] = {
    Role.FRONTLINE: text("Guard or cleaner"),
    Role.SQUAD_LEADER: text("Squad leader"),
    Role.TECHNICIAN: text("Technician"),
    Role.CLERK: text("Clerk"),
    Role.DEPARTMENT_HEAD: text("Head of department"),
    Role.GENERAL_SUPERVISOR: text("General supervisor"),
    Role.DIRECTOR: text("Director"),
    Role.HQ: text("Headquarters"),
    Role.ADMINISTRATOR: text("Administrator"),
}

PLACE: dict[str, Text] = {
    "home": text("🏠 My home"),
    "lobby": text("🚪 Lobby"),
    "stairs": text("🪜 Corridor or stairs"),
    "lift": text("🛗 Lift"),
    "carpark": text("🚗 Car park"),
    "outside": text("🌳 Outside"),
}

SINCE: dict[str, Text] = {
    "now": text("Just now"),
    "today": text("Since today"),
    "days": text("For some days"),
    "long": text("For a long time"),
}

WISH: dict[str, Text] = {
    "soon": text("🔧 Have it fixed soon"),
    "call": text("☎️ Call me"),
    "explain": text("💬 Explain it to me"),
    "know": text("👂 Just so that you know"),
}

#: Categories whose own label says of what kind they are.
_SAYS_ITS_KIND = frozenset({"other_repair", "other_complaint", *Kind})


def subject(kind: Kind, category: str) -> Text:
    """Return what a matter is about as a heading: its kind, and what it is within that kind."""
    if category in _SAYS_ITS_KIND:
        return CATEGORY[category]
    return text("{kind} · {category}", kind=KIND[kind], category=CATEGORY[category])


STAGE: dict[Stage, Text] = {
    Stage.RECEIVED: text("received"),
    Stage.JUDGED: text("judged"),
    Stage.IN_HAND: text("in hand"),
    Stage.HANDLED: text("handled"),
    Stage.VERIFIED: text("verified"),
    Stage.VISITED: text("return visit done"),
    Stage.CLOSED: text("closed"),
}


def department_name(department: Department) -> Text:
    """Return what a department is called: the estate's own name for it, else that of its code."""
    if department.name is None:
        return DEPARTMENT[department.code]
    return text("{name}", name=department.name)


def stage_line(stage: Stage) -> Text:
    """Return the stage as a line of seven dots and its name (UX 5)."""
    reached = list(Stage).index(stage) + 1
    return text("{dots} {stage}", dots="●" * reached + "○" * (len(Stage) - reached), stage=STAGE[stage])
