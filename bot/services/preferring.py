"""What somebody sets for themselves: their language, who sees their matters, that they have moved out."""

from dataclasses import replace

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Person, Role, Standing
from bot.flows.screen import Action, Press, Text, text
from bot.ports.incoming import Tapped
from bot.ports.store import Transaction
from bot.services import households, joining, registering
from bot.services.telling import Rows, strip, tell

#: The verb of the settings' own buttons, and their choices.
SET = "set"
SHARE = "share"
HIDE = "hide"
OUT = "out"
OUT_YES = "out-yes"


def show(tx: Transaction, person: Person) -> None:
    """Show what is set, with the buttons that change it."""
    home = tx.households.home_of(person.id)
    lines = [text("<b>Settings</b>")]
    rows: Rows = joining.languages()
    if home and person.unit:
        lines.append(text("🏠 Your home: {unit}", unit=person.unit))
        if home.shares:
            lines.append(text("👪 Your household sees your matters, but none without your name or about our staff."))
            rows += ((Press(text("🔒 Keep my matters to myself"), Action(SET, "-", 0, HIDE)),),)
        else:
            lines.append(text("🔒 Nobody else of your household sees your matters."))
            rows += ((Press(text("👪 Let my household see them"), Action(SET, "-", 0, SHARE)),),)
        rows += ((Press(text("📦 I moved out"), Action(SET, "-", 0, OUT)),),)
    elif tx.households.open_request_of(person.id):
        lines.append(text("🏠 The office is looking into your home and tells you here."))
    elif not person.is_staff:
        lines.append(text("🏠 Tell us your home whenever you like; you can do everything without it, too."))
        rows += registering.offers()
    if person.is_staff and Role.RESIDENT in person.roles:
        if person.writes_as_resident:
            lines.append(text("✍️ What you send is a resident's."))
            rows += ((Press(text("🧑‍💼 Write as a colleague"), Action(SET, "-", 0, Standing.COLLEAGUE)),),)
        else:
            lines.append(text("✍️ What you send is a colleague's."))
            rows += ((Press(text("🏠 Write as a resident"), Action(SET, "-", 0, Standing.RESIDENT)),),)
    tell(tx, person, *lines, buttons=rows)


def tapped(tx: Transaction, person: Person, action: Action, tap: Tapped) -> Text | None:
    """Change what a button of the settings says; each acts on the person's own home alone."""
    if action.choice in (Standing.RESIDENT, Standing.COLLEAGUE) and Role.RESIDENT in person.roles:
        person = replace(person, writes_as=Standing(action.choice))
        tx.people.update(person)
        strip(tx, person, tap)
        show(tx, person)
        return None
    home = tx.households.home_of(person.id)
    if home is None:
        raise DomainError(Refusal.STALE_BUTTON)
    match action.choice:
        case "share" | "hide":
            words = households.let_see(tx, person, shares=action.choice == SHARE)
            strip(tx, person, tap)
            show(tx, person)
            return words
        case "out":
            tell(
                tx,
                person,
                text("Have you moved out of {unit}? Your open matters stay yours.", unit=person.unit or ""),
                buttons=((Press(text("📦 Yes, I moved out"), Action(SET, str(home.id), 0, OUT_YES), "danger"),),),
            )
            return None
        case "out-yes" if action.ref == str(home.id):
            unit = tx.units.get(home.unit_id)
            households.move_out(tx, home, person)
            strip(tx, person, tap)
            tell(tx, person, text("📦 Noted: you no longer live in {unit}. Thank you for telling us.", unit=unit.label))
            return None
        case _:
            raise DomainError(Refusal.STALE_BUTTON)
