"""Households: moving in and out, who sees whose matters, and somebody who is none of theirs.

A household is who lives in a unit. Its main contact, who registered first, hears of whoever joins later and can put it
before the office. Members see each other's matters only where the filer lets them (UX 15), and never what was filed
without a name or about a colleague. All of it ends the moment somebody moves out; what they filed stays theirs.

`Person.unit` is the label of the home they live in, written here alone.
"""

from dataclasses import replace

from bot.domain.categories import CATEGORIES
from bot.domain.errors import DomainError, Refusal
from bot.domain.homes import Residency, Unit
from bot.domain.people import Permission, Person, Role
from bot.domain.tickets import Ticket
from bot.flows.screen import Action, Press, Text, text
from bot.ports.incoming import Tapped
from bot.ports.outbox import Lane
from bot.ports.store import Transaction
from bot.services import cards
from bot.services.telling import strip, tell, tell_office

#: Verbs: the household says that somebody is none of theirs; the office has somebody move out.
ALIEN = "alien"
MOVED = "moved"
YES = "yes"
KEEP = "keep"
_MOST_TICKETS = 8


def move_in(tx: Transaction, person: Person, unit: Unit) -> None:
    """Let `person` live in `unit` from now on, tell them, and tell the household that is there.

    Who had left the team is a resident now, like everybody who lives here.
    """
    person = person.back()
    household = tx.households.living_in(unit.id)
    moved_in = tx.households.move_in(unit.id, person.id, tx.now)
    tx.people.update(replace(person, unit=unit.label, roles=person.roles | {Role.RESIDENT}))
    tell(
        tx, person, text("🏠 <b>Thank you, {name}. Your home with us is {unit}.</b>", name=person.name, unit=unit.label)
    )
    for contact in (tx.people.get(residency.person_id) for residency in household):
        if cards.private_chat(contact) is not None:
            tell(
                tx,
                contact,
                text("👪 {name} now belongs to your household in {unit}.", name=person.name, unit=unit.label),
                text("Not somebody of yours? Tell us, and the office looks into it."),
                buttons=((Press(text("🙅 Not one of us"), Action(ALIEN, str(moved_in.id), 0)),),),
                lane=Lane.NOTICE,
            )
            break
    _refresh(tx, person)


def move_out(tx: Transaction, residency: Residency, by: Person) -> None:
    """End a residency: sight of the household ends, matters stay with who filed them.

    The letter is dead where the home stands empty now, or where the office says so: who has left may still hold it.
    """
    tx.households.update(replace(residency, until=tx.now, shares=False, contested_at=None))
    person = tx.people.get(residency.person_id)
    tx.people.update(replace(person, unit=None))
    if by.id != person.id or not tx.households.living_in(residency.unit_id):
        tx.units.revoke(residency.unit_id, tx.now)
    _refresh(tx, person)


def let_see(tx: Transaction, person: Person, *, shares: bool) -> Text:
    """Let the household of `person` see what they report, or no longer."""
    home = tx.households.home_of(person.id)
    if home is None:
        raise DomainError(Refusal.STALE_BUTTON)
    tx.households.update(replace(home, shares=shares))
    if shares:
        return text("Your household sees your matters from now on.")
    return text("Your matters are yours alone again.")


def sees(tx: Transaction, person: Person, ticket: Ticket) -> bool:
    """Whether `person` may look at a matter that another of their household has filed while living there."""
    mine, theirs = tx.households.home_of(person.id), tx.households.home_of(ticket.filer_id)
    return (
        mine is not None
        and theirs is not None
        and mine.unit_id == theirs.unit_id
        and theirs.shares
        and theirs.since <= ticket.filed_at
        and mine.contested_at is None
        and not ticket.nameless
        and not CATEGORIES[ticket.category].confidential
    )


def matters_of_others(tx: Transaction, person: Person) -> tuple[Ticket, ...]:
    """Return what others of the household let `person` see, newest first."""
    home = tx.households.home_of(person.id)
    household = tx.households.living_in(home.unit_id) if home else ()
    sharing = [residency.person_id for residency in household if residency.shares and residency.person_id != person.id]
    filed = [ticket for other in sharing for ticket in tx.tickets.of_filer(other, _MOST_TICKETS)]
    seen = [ticket for ticket in filed if sees(tx, person, ticket)]
    return tuple(sorted(seen, key=lambda ticket: ticket.filed_at, reverse=True)[:_MOST_TICKETS])


def doubt(tx: Transaction, person: Person, action: Action, tap: Tapped) -> Text:
    """Put before the office that somebody who joined a household later is none of theirs, says one who was there."""
    residency = _residency(tx, action)
    mine = tx.households.home_of(person.id)
    if mine is None or mine.unit_id != residency.unit_id or mine.id >= residency.id:
        raise DomainError(Refusal.NOT_PERMITTED)
    strip(tx, person, tap)
    if residency.contested_at is not None:
        return text("The office knows and is looking into it.")
    tx.households.update(replace(residency, contested_at=tx.now))
    unit, stranger = tx.units.get(residency.unit_id), tx.people.get(residency.person_id)
    tell_office(
        tx,
        unit.estate_id,
        text(
            "🙅 <b>{unit}: {by} says that {name} does not belong there.</b>",
            unit=unit.label,
            by=person.name,
            name=stranger.name,
        ),
        text("They registered {time}. Until you decide they see nothing of the household.", time=residency.since),
        buttons=(
            (Press(text("📦 They do not live there"), Action(MOVED, str(residency.id), 0, YES), "danger"),),
            (Press(text("👌 They live there"), Action(MOVED, str(residency.id), 0, KEEP)),),
        ),
    )
    return text("Thank you for telling us. The office looks into it.")


def office_decides(tx: Transaction, person: Person, action: Action, tap: Tapped) -> Text | None:
    """Let staff note that somebody moved out, after asking once, or that they live there after all."""
    person.require(Permission.ADMIT)
    residency = _residency(tx, action)
    unit, resident = tx.units.get(residency.unit_id), tx.people.get(residency.person_id)
    if unit.estate_id != person.estate_id or resident.id == person.id:
        raise DomainError(Refusal.NOT_PERMITTED)
    if action.choice == KEEP:
        tx.households.update(replace(residency, contested_at=None))
        strip(tx, person, tap)
        return text("{name} stays in {unit}.", name=resident.name, unit=unit.label)
    if action.choice == YES:
        move_out(tx, residency, person)
        strip(tx, person, tap)
        tell(
            tx,
            resident,
            text(
                "📦 The office has noted that you no longer live in {unit}. Your open matters stay yours.",
                unit=unit.label,
            ),
            text("If that is not right, please tell us: /contact shows how to reach us."),
            lane=Lane.NOTICE,
        )
        return text(
            "{name} no longer lives in {unit}; the code of its letter has ended.", name=resident.name, unit=unit.label
        )
    tell(
        tx,
        person,
        text("Has {name} moved out of {unit}? The code of its letter ends too.", name=resident.name, unit=unit.label),
        buttons=((Press(text("📦 Yes, moved out"), Action(MOVED, str(residency.id), 0, YES), "danger"),),),
    )
    return None


def row_named(action: Action) -> int:
    """Return the number of the row that a button names; it comes from the client, so 0 where it is none."""
    return int(action.ref) if action.ref.isascii() and action.ref.isdigit() and len(action.ref) < 19 else 0


def _residency(tx: Transaction, action: Action) -> Residency:
    """Return the residency that a button names, as long as it lasts."""
    residency = tx.households.get(row_named(action))
    if residency is None or residency.until is not None:
        raise DomainError(Refusal.STALE_BUTTON)
    return residency


def _refresh(tx: Transaction, person: Person) -> None:
    """Have the open matters of `person` show where they live."""
    for ticket in tx.tickets.of_filer(person.id, _MOST_TICKETS):
        if ticket.open:
            cards.refresh(tx, ticket)
