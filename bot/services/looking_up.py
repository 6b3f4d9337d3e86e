"""What the office looks up of a home: who lives there, since when, and the buttons that put it right."""

from zoneinfo import ZoneInfo

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Permission, Person
from bot.flows.screen import Action, Line, Press, Text, text
from bot.ports.incoming import Tapped
from bot.ports.store import Transaction
from bot.services import households, registering
from bot.services.lettering import new_code
from bot.services.telling import Rows, strip, tell

#: The verb of the button that gives a home a new letter.
LETTER = "letter"
_MOST_REQUESTS = 5
_MOST_RESIDENTS = 10


def show(tx: Transaction, person: Person, label: str) -> None:
    """Show a home of the person's own estate to them alone; without a label, what waits to be confirmed."""
    person.require(Permission.ADMIT)
    if not label:
        waiting = tx.households.open_requests(person.estate_id, _MOST_REQUESTS)
        for request in waiting:
            registering.lay_before_office(tx, request, person)
        if not waiting:
            tell(
                tx, person, text("Nobody waits for their home to be confirmed. /resident 3-12A shows who lives there.")
            )
        return
    unit = tx.units.named(person.estate_id, label)
    if unit is None:
        tell(tx, person, text("We know no home that is written like this: {unit}", unit=label))
        return
    lines: list[Line] = [text("🏠 <b>{unit}</b>", unit=unit.label)]
    rows: Rows = ()
    zone = ZoneInfo(tx.estates.get(unit.estate_id).timezone)
    for residency in tx.households.living_in(unit.id)[:_MOST_RESIDENTS]:
        name = tx.people.get(residency.person_id).name
        main = len(lines) == 1
        since = residency.since.astimezone(zone).date().isoformat()
        lines.append(
            text("👤 {name}, since {date}, main contact", name=name, date=since)
            if main
            else text("👤 {name}, since {date}", name=name, date=since)
        )
        if residency.contested_at:
            lines.append(text("🙅 The household says: not one of us. Please look into it."))
            rows += (
                (
                    Press(
                        text("👌 {name} lives there", name=name),
                        Action(households.MOVED, str(residency.id), 0, households.KEEP),
                    ),
                ),
            )
        rows += ((Press(text("📦 {name} moved out", name=name), Action(households.MOVED, str(residency.id), 0)),),)
    if len(lines) == 1:
        lines.append(text("Nobody is registered there."))
    rows += ((Press(text("✉️ New code"), Action(LETTER, str(unit.id), 0)),),)
    tell(tx, person, *lines, buttons=rows)


def new_letter(tx: Transaction, person: Person, action: Action, tap: Tapped) -> Text | None:
    """Give a home a new code, after asking once: the one before is dead then."""
    person.require(Permission.ADMIT)
    try:
        unit = tx.units.get(households.row_named(action))
    except LookupError:
        raise DomainError(Refusal.STALE_BUTTON) from None
    if unit.estate_id != person.estate_id:
        raise DomainError(Refusal.NOT_PERMITTED)
    if action.choice != households.YES:
        yes = Press(text("✉️ Yes, a new code"), Action(LETTER, action.ref, 0, households.YES), "primary")
        tell(
            tx,
            person,
            text("A new code for {unit}? The one on its letter ends then.", unit=unit.label),
            buttons=((yes,),),
        )
        return None
    strip(tx, person, tap)
    code = new_code(tx, unit)
    tell(
        tx,
        person,
        text("✉️ The code of {unit}: <code>{code}</code>", unit=unit.label, code=code),
        text("Give it only to those who live there. It is kept nowhere else."),
    )
    return None
