"""What can be read at any time: help by situation, how to reach us, what becomes of what one writes, the rules."""

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Estate, Permission, Person
from bot.domain.policy import may_know
from bot.domain.regulation import RuleSet
from bot.flows.screen import Line, Screen, Text, text
from bot.ports.outbox import Lane, Letter, Notice
from bot.ports.store import Transaction
from bot.services.regulations import in_force, of_ticket
from bot.services.rulebook import STOCK_TAKE, VISITS_OF_RESIDENTS, VISITS_OF_STAFF, WORDS, reason_for

#: The parts of the regulation in their order: first contact, complaints, visits, the work of everybody.
_PARTS = ("FC", "CP", "RV", "AS")

PRIVACY: tuple[Text, ...] = (
    text("<b>What becomes of what you write</b>"),
    text("Your messages, photos and voice messages go to the staff who look after the matter, and to nobody else."),
    text("The record of the matter is kept for good. What is personal in it you can see here, and have erased."),
)


def help_for(person: Person, estate: Estate) -> tuple[Text, ...]:
    """Return what somebody can do here, in the order in which they need it."""
    manages = person.may(Permission.MANAGE_TEAM)
    if person.is_staff:
        return (
            *(_of_the_desk() if person.may(Permission.CLAIM) else _on_site(estate)),
            *(
                (text("/work lists what you have in hand, /board what your department has, /find anything."),)
                if person.may(Permission.READ_LISTS)
                else ()
            ),
            *(
                (text("/reports shows what your people reported and how it goes on."),)
                if person.may(Permission.FOLLOW_UP)
                else ()
            ),
            *(
                (text("/figures shows by month what was reported from site."),)
                if person.may(Permission.READ_FIGURES)
                else ()
            ),
            *((text("/overview gives you the numbers."),) if person.may(Permission.OVERSEE) else ()),
            text("/settings changes the language, /cancel drops what you have begun."),
            text("/who shows who does what, and who is on duty."),
            *((text("/team shows who works here: departments, roles, leavers."),) if manages else ()),
        )
    return (
        text("<b>Just write what happened,</b> or send a photo or a voice message. You need no command."),
        text("/my shows your matters and how they stand; /contact how to reach us; /privacy what we keep."),
        text("/settings changes the language, /cancel drops what you have begun."),
    )


def _of_the_desk() -> tuple[Text, ...]:
    return (
        text("<b>New tickets appear in the staff group.</b> Tap Claim, then answer from here."),
        text("What you find on site: send a photo or a few words. /my shows what became of it."),
        text("/for takes down what somebody tells you by phone, at the counter or in writing."),
    )


def _on_site(estate: Estate) -> tuple[Text, ...]:
    return (
        text(
            "<b>Something is wrong? Send a photo,</b> or say it in a voice message. Two taps more, and it is with us."
        ),
        text("🧹 What you put right yourself: a photo before, a photo after."),
        text("📋 What you reported, and what became of it."),
        text("🚨 Danger? Tap that first: we ring who is on duty at once."),
        *_numbers(estate),
    )


def contact(estate: Estate) -> tuple[Text, ...]:
    """Return every channel by which we can be reached (CP-1)."""
    heading = text("<b>{estate}: how to reach us</b>", estate=estate.name)
    return (heading, text("💬 Here, at any hour."), *_numbers(estate))


def _numbers(estate: Estate) -> tuple[Text, ...]:
    lines: list[Text] = []
    if estate.phone:
        lines.append(text("☎️ Service centre: {phone}", phone=estate.phone))
    if estate.emergency_phone:
        lines.append(text("🚨 Emergencies: {phone}", phone=estate.emergency_phone))
    return tuple(lines)


def rules(person: Person) -> tuple[Text, ...]:
    """Return the rules that we hold ourselves to, in plain words; staff also see those among ourselves."""
    shown = {rule: words.demands for rule, words in WORDS.items() if person.is_staff or not words.inner}
    inner = {**VISITS_OF_STAFF, "CP-7": STOCK_TAKE} if person.is_staff else {}
    every = sorted({**shown, **VISITS_OF_RESIDENTS, **inner}.items(), key=lambda item: _place_of(item[0]))
    # Two windows of one rule are told in the same sentence where it demands the same of both.
    return (text("<b>What you can count on</b>"), *{said.message: said for _, said in every}.values())


def _place_of(rule: str) -> tuple[int, int]:
    """Return where a rule stands: by the parts of the regulation, and by its number there."""
    part, _, number = rule.partition("/")[0].partition("-")
    return _PARTS.index(part), int(number)


def show_rule(tx: Transaction, rules: RuleSet, person: Person, ref: str, rule: str, chat_id: int) -> None:
    """Answer "why did I get this?": what the rule demands, and the paragraph it comes from.

    The rule is the one that the ticket of that name began under; where the button names none, or one that is not for
    `person` to know of, the one in force.
    """
    ticket = tx.tickets.by_ref(ref)
    theirs = ticket is not None and ticket.estate_id == person.estate_id and may_know(person, ticket)
    known = of_ticket(tx, rules, ticket) if ticket and theirs else in_force(tx, rules, person.estate_id)
    window = known.window(rule)
    if rule not in WORDS and window is None:
        raise DomainError(Refusal.STALE_BUTTON)
    lines: list[Line] = [reason_for(rule)]
    if window:
        lines.append(text("Source: {source}", source=window.source))
    screen = Screen(tuple(lines))
    tx.outbox.put(Letter(chat_id, person.estate_id, Notice(screen), reader_id=person.id, lane=Lane.TAP))
