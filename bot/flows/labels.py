"""The words for what the domain names by codes, in one place, so that they read alike everywhere."""

from bot.domain.patterns import Decision
from bot.domain.people import Department, Role
from bot.domain.policy import Act
from bot.domain.tickets import Cause, Channel, Jurisdiction, Kind, Outcome, Severity, Stage
from bot.domain.visits import Result
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
    "other_repair": text("🔧 Something else"),
    "trapped": text("🛗 Trapped, or lift out of control"),
    "structure": text("🏚 Structural damage"),
    "electric": text("⚡ Electric leak or power cut"),
    "burst": text("🌊 Burst pipe, bad leak or pump"),
    "handrail": text("🪜 Broken floor, stair or railing"),
    "falling": text("🪟 Window or façade may fall"),
    "danger": text("⚠️ Another danger"),
    "neighbours": text("🏘 Neighbours"),
    "cleaning": text("🧹 Cleaning"),
    "security": text("🛡 Security"),
    "parking": text("🚗 Parking"),
    "colleague": text("🧑‍💼 Our staff"),
    "other_complaint": text("💬 Another complaint"),
    "enquiry": text("❓ Question"),
    "suggestion": text("💡 Suggestion"),
    "praise": text("🌷 Praise"),
    "found_light": text("💡 Lamp out"),
    "found_water": text("💧 Leak or water"),
    "found_broken": text("🔨 Broken or loose"),
    "found_lift": text("🛗 Lift"),
    "found_door": text("🚪 Door or gate"),
    "found_litter": text("🧹 Litter or dirt"),
    "found_exit": text("🧯 Fire exit or gear"),
    "found_blocked": text("🚧 Blocked, parking"),
    "found_plants": text("🌳 Trees and plants"),
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

#: The days of the week, Monday first.
DAY: tuple[Text, ...] = (
    text("Mon"),
    text("Tue"),
    text("Wed"),
    text("Thu"),
    text("Fri"),
    text("Sat"),
    text("Sun"),
)

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
    Role.SITE_SUPERVISOR: text("Site supervisor"),
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
    "stairs": text("🪜 Stairs, corridor"),
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
    "soon": text("🔧 Fix it soon"),
    "call": text("☎️ Call me"),
    "explain": text("💬 Explain it to me"),
    "know": text("👂 Just so you know"),
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
    Stage.JUDGED: text("assessed"),
    Stage.IN_HAND: text("in hand"),
    Stage.HANDLED: text("handled"),
    Stage.VERIFIED: text("verified"),
    Stage.VISITED: text("return visit done"),
    Stage.CLOSED: text("closed"),
}


SEVERITY: dict[Severity, Text] = {
    Severity.NORMAL: text("Normal"),
    Severity.URGENT: text("🚨 Urgent"),
    Severity.MAJOR: text("❗ Major"),
}

OUTCOME: dict[Outcome, Text] = {
    Outcome.SOLVED: text("✅ Solved"),
    Outcome.PARTLY: text("➗ Partly solved"),
    Outcome.EXPLAINED: text("💬 Explained why not"),
}

#: What the resident says at a return visit.
RESULT: dict[Result, Text] = {
    Result.SOLVED: text("solved"),
    Result.PARTLY: text("partly solved"),
    Result.NOT_SOLVED: text("not solved"),
}

#: How a matter reached us (ST-1).
CHANNEL: dict[Channel, Text] = {
    Channel.CHAT: text("💬 In this chat"),
    Channel.ON_SITE: text("👀 Found on site"),
    Channel.TOLD: text("🗣 Told to one of us"),
    Channel.PHONE: text("☎️ By phone"),
    Channel.INTERCOM: text("📟 By intercom"),
    Channel.VISIT: text("🚪 At the counter"),
    Channel.LETTER: text("✉️ By letter"),
    Channel.EMAIL: text("📧 By e-mail"),
    Channel.FORUM: text("🌐 In a forum"),
    Channel.PRESS: text("📰 From the press"),
    Channel.HQ: text("🏢 Through HQ"),
    Channel.SISTER_UNIT: text("🤝 By a sister unit"),
    Channel.RETURN_VISIT: text("🔎 At a return visit"),
}

#: What lay behind a matter, and whose it was (ST-5).
CAUSE: dict[Cause, Text] = {
    Cause.MANAGEMENT: text("Our own work"),
    Cause.WEAR: text("Wear and tear"),
    Cause.FITTING_OUT: text("Fitting-out work"),
    Cause.DEVELOPER: text("From construction"),
    Cause.NATURE: text("Weather or nature"),
    Cause.RESIDENT: text("A resident's use"),
    Cause.THIRD_PARTY: text("From outside"),
}

TRANSFER_REASON: dict[str, Text] = {
    "duty": text("That post does this"),
    "shift": text("My shift ends"),
    "skill": text("Needs a specialist"),
    "busy": text("Too much at hand"),
}

DECLINE_REASON: dict[str, Text] = {
    "not_ours": text("It is not our work"),
    "off_duty": text("I am not on duty"),
    "busy": text("Too much at hand"),
    "skill": text("Needs other skills"),
}

JURISDICTION: dict[Jurisdiction, Text] = {
    Jurisdiction.OURS: text("ours"),
    Jurisdiction.SISTER: text("a sister unit's"),
    Jurisdiction.OUTSIDE: text("an outside body's"),
    Jurisdiction.UNCLEAR: text("unclear; the head decides"),
}

#: The role of a promise's reason that was given by a button: its text is a code of these.
PROMISE_CODE = "promise_code"
PROMISE_REASON: dict[str, Text] = {
    "parts": text("We are waiting for parts."),
    "specialist": text("A specialist has to come."),
    "weather": text("The weather has to allow it."),
    "others": text("Others have to be asked first."),
}

#: How something was made safe until it is repaired; the role of a text whose content is such a code.
SAFE_CODE = "safe_code"
SAFE: dict[str, Text] = {
    "cordon": text("🚧 Cordoned off"),
    "notice": text("⚠️ Notice put up"),
    "off": text("🔌 Switched off"),
}

VOID_REASON: dict[str, Text] = {
    "twice": text("Told us twice"),
    "test": text("Only tried it out"),
    "unfounded": text("Nothing was found"),
    "other": text("Another reason"),
}

#: What is to change so that it does not come again.
CHANGE: dict[str, Text] = {
    "nothing": text("No change needed"),
    "plan": text("Upkeep, inspections"),
    "way": text("How we work"),
    "training": text("Training"),
    "material": text("Material, equipment"),
    "contractor": text("A contractor's work"),
}

#: What is done about what comes again.
DECISION: dict[Decision, Text] = {
    Decision.CORRECTIVE: text("🔧 Put it right"),
    Decision.PREVENTIVE: text("🛡 Keep it from coming again"),
    Decision.NONE: text("👌 Nothing is needed"),
}

#: What the buttons of a ticket say.
ACT: dict[Act, Text] = {
    Act.ADD: text("✏️ Correct or add"),
    Act.CALL: text("☎️ Call me"),
    Act.WITHDRAW: text("↩️ Take it back"),
    Act.ASK_NEAREST: text("📣 Ask the nearest"),
    Act.GO: text("🏃 I am going"),
    Act.SAFE: text("🚧 Made safe"),
    Act.UNSEND: text("↩️ Undo sending"),
    Act.CHASE: text("🔔 Ask how it stands"),
    Act.REPLY: text("💬 Reply"),
    Act.AGREE: text("👍 Agreed"),
    Act.DISAGREE: text("✏️ Something missing"),
    Act.SOLVED: text("✅ Yes, solved"),
    Act.PARTLY: text("➗ Partly"),
    Act.REVISE: text("✏️ Change the answer"),
    Act.REOPEN: text("🔁 Not solved"),
    Act.CLAIM: text("✋ Claim"),
    Act.UNDO: text("↩️ Undo the claim"),
    Act.GIVE_BACK: text("↩️ Give it back"),
    Act.JUDGE: text("⚖️ Judge"),
    Act.GRADE: text("🌡 How serious"),
    Act.TRANSFER: text("➡️ Transfer"),
    Act.RECALL: text("↩️ Recall the offer"),
    Act.ACCEPT: text("👍 Accept"),
    Act.DECLINE: text("👎 Decline"),
    Act.ANSWER: text("✍ Answer"),
    Act.ASK: text("❓ Ask the resident"),
    Act.NOTE: text("📝 Note"),
    Act.PROMISE: text("🤝 Promise a time"),
    Act.PROPOSE: text("💡 Propose"),
    Act.START: text("🛠 Start"),
    Act.HANDLE: text("✅ Done"),
    Act.VERIFY: text("✅ Checked, all well"),
    Act.REJECT: text("❌ Not done yet"),
    Act.CALLED: text("☎️ I have called"),
    Act.REACHED: text("🤝 Reached them"),
    Act.VISIT_CALL: text("☎️ I call now"),
    Act.VISIT_GO: text("🚶 I am on my way"),
    Act.VISIT: text("🔎 Record the visit"),
    Act.NOT_REACHED: text("🚪 Not reached"),
    Act.REVIEW: text("🧐 Review the visit"),
    Act.VOID: text("🚫 Does not count"),
    Act.CONFIRM_VOID: text("🚫 Yes, not counted"),
    Act.DECLINE_VOID: text("↩️ It does count"),
    Act.SPLIT: text("✂️ Two matters"),
    Act.MERGE: text("🔗 Same as another"),
    Act.UNMERGE: text("🔗 Not the same"),
    Act.TELL_HQ: text("🏢 HQ knows"),
    Act.SUM_UP: text("🧭 Sum up"),
    Act.CLOCKS: text("🕑 Clocks"),
    Act.READ: text("👁 Open"),
    Act.HISTORY: text("📜 History"),
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
