"""Saying where one lives: by the code on a letter, or by asking the office (registration).

Nobody needs it to be served. Who has no home with us yet is asked for it once, after their first matter is filed.
Wrong codes are counted by account: after five within an hour the account has to wait, right codes included, and is
offered the office instead. Nothing but the right code tells whether a home exists.
"""

from dataclasses import replace

from bot.domain.errors import DomainError, Refusal
from bot.domain.homes import WRONG_WITHIN, Request, digest_of_code, label_from, read_code, waits_until
from bot.domain.people import Permission, Person
from bot.flows import engine
from bot.flows.draft import Draft, Item
from bot.flows.register import ASK, CODE, REGISTER
from bot.flows.screen import Action, Press, Quote, Text, text
from bot.ports.incoming import Tapped
from bot.ports.outbox import Lane
from bot.ports.store import Transaction
from bot.services import drafting, households
from bot.services.telling import Rows, strip, tell, tell_office

#: Verbs: what somebody does about their own home; what the office does about a request.
HOME = "home"
ADMIT = "admit"
LATER = "later"
YES = "yes"
NOT_YET = "no"
#: How a deep link's payload begins that brings a code: t.me/…?start=u-K7QX2M9T
LINK = "u-"
#: The code of the question that is asked once.
_ASKED = "home"


def ask_once(tx: Transaction, person: Person) -> None:
    """Ask a resident without a home for it, kindly, and never again by ourselves."""
    if person.unit or person.is_staff or tx.households.open_request_of(person.id):
        return
    if tx.people.ask_once(person.id, _ASKED, tx.now):
        tell(
            tx,
            person,
            text("🏠 So that we find you next time: which home is yours? Send the code from our letter, or tap below."),
            buttons=(*offers(), (Press(text("Later"), Action(HOME, "-", 0, LATER)),)),
        )


def offers() -> Rows:
    """Return the buttons that begin a registration."""
    return (
        (Press(text("🔑 I have a code"), Action(HOME, "-", 0, CODE), "primary"),),
        (Press(text("🙋 Ask the office"), Action(HOME, "-", 0, ASK)),),
    )


def tapped(tx: Transaction, person: Person, action: Action, tap: Tapped) -> Text | None:
    """Carry out a button by which somebody begins their registration, or leaves it for later."""
    if action.choice == LATER:
        strip(tx, person, tap)
        return text("Whenever you like: /settings.")
    if person.unit:
        return _at_home(person)
    if tx.households.open_request_of(person.id):
        raise DomainError(Refusal.HOME_ASKED)
    _begin(tx, person, {CODE: ASK} if action.choice == ASK else {})
    return None


def written(tx: Transaction, person: Person, draft: Draft, item: Item) -> None:
    """Let words join a registration: a code is handed in, anything else names the home for the office."""
    if read_code(item.words) and draft.answers.get(CODE) != ASK:
        enter(tx, person, item.words)
        return
    asking = engine.begin(REGISTER, replace(engine.resume(REGISTER, draft), answers={CODE: ASK}))
    drafting.put(tx, person, engine.add(REGISTER, asking, item, tx.now), fresh=True)


def enter(tx: Transaction, person: Person, typed: str) -> None:
    """Hand in a code, and say what came of it."""
    if person.unit:
        tell(tx, person, _at_home(person))
        return
    if person.account is None:
        return
    since = tx.now - WRONG_WITHIN
    wait = waits_until(tx.units.wrong_codes(person.account, since))
    ask = (offers()[1],)
    if wait:
        line = text(
            "Those were many codes in a short time. Please try again after {time}, or let the office help you.",
            time=wait,
        )
        tell(tx, person, line, buttons=ask)
        return
    code = read_code(typed)
    known = tx.units.by_code(digest_of_code(code)) if code else None
    if known and known[0].estate_id == person.estate_id and known[1]:
        _close_request(tx, person, person)
        draft = tx.drafts.current(person.id, person.account, tx.now)
        if draft and draft.flow == REGISTER.id:
            drafting.finish(tx, person, replace(draft, items=()))
        households.move_in(tx, person, known[0])
        return
    if code:
        tx.units.count_wrong_code(person.account, tx.now, since)
    if known and known[0].estate_id == person.estate_id:
        line = text("This code is from an older letter and no longer valid. The office will gladly give you a new one.")
    else:
        line = text(
            "We do not find this code. Please compare it with the letter once more, or let the office help you."
        )
    tell(tx, person, line, buttons=ask)


def ask_office(tx: Transaction, person: Person, draft: Draft) -> Text:
    """Lay before the office what somebody wrote of their home."""
    if person.unit:
        raise DomainError(Refusal.STALE_BUTTON)
    if tx.households.open_request_of(person.id):
        raise DomainError(Refusal.HOME_ASKED)
    label = label_from(draft.words)
    if not label:
        raise DomainError(Refusal.WORDS_WANTED)
    request = Request(tx.chance.token(), person.estate_id, person.id, draft.words, tx.now)
    if not lay_before_office(tx, request):
        raise DomainError(Refusal.NO_OFFICE)
    tx.households.ask(request)
    drafting.finish(tx, person, draft)
    return text("The office will tell you here.")


def lay_before_office(tx: Transaction, request: Request, reader: Person | None = None) -> bool:
    """Show a request to the office, or to one `reader` of it; return whether somebody is there to see it."""
    unit = tx.units.named(request.estate_id, request.words)
    if unit:
        count = len(tx.households.living_in(unit.id))
        about = text("That is {unit}; registered there: {count}.", unit=unit.label, count=count)
        label = unit.label
    else:
        label = label_from(request.words)
        about = text("No home of ours is written like this; confirming enters it as {unit}.", unit=label)
    lines = (
        text("🏠 <b>{name} asks us to confirm their home:</b>", name=tx.people.get(request.person_id).name),
        Quote(request.words),
        about,
    )
    buttons = (
        (Press(text("✅ Confirm {unit}", unit=label), Action(ADMIT, request.ref, 0, YES), "primary"),),
        (Press(text("✋ Not yet"), Action(ADMIT, request.ref, 0, NOT_YET)),),
    )
    if reader:
        tell(tx, reader, *lines, buttons=buttons)
        return True
    return tell_office(tx, request.estate_id, *lines, buttons=buttons)


def decide(tx: Transaction, person: Person, action: Action, tap: Tapped) -> Text:
    """Let the office confirm a home, or not yet; nobody confirms their own."""
    person.require(Permission.ADMIT)
    request = tx.households.request(action.ref)
    if request is None or request.estate_id != person.estate_id or request.person_id == person.id:
        raise DomainError(Refusal.NOT_PERMITTED)
    if request.decided_by is not None:
        strip(tx, person, tap)
        raise DomainError(Refusal.HOME_DECIDED, by=tx.people.get(request.decided_by).name)
    if action.choice not in (YES, NOT_YET):
        raise DomainError(Refusal.STALE_BUTTON)
    resident = tx.people.get(request.person_id)
    _close_request(tx, resident, person)
    strip(tx, person, tap)
    if action.choice == YES:
        unit = tx.units.named(request.estate_id, request.words)
        unit = unit or tx.units.add(request.estate_id, label_from(request.words))
        households.move_in(tx, resident, unit)
        decided = text(
            "🏠 {name} lives in {unit}, confirmed by {by}.", name=resident.name, unit=unit.label, by=person.name
        )
    else:
        tell(
            tx,
            resident,
            text("🏠 Thank you for your patience. The office could not confirm your home yet."),
            text("Please call or drop by: /contact shows how. Meanwhile write to us as before."),
            lane=Lane.NOTICE,
        )
        decided = text("🏠 The home of {name} is not confirmed yet, by {by}.", name=resident.name, by=person.name)
    if tap.chat is not None and not tap.chat.private:
        tell_office(tx, request.estate_id, decided)
    return decided


def _begin(tx: Transaction, person: Person, answers: dict[str, str]) -> None:
    """Begin the conversation in the private chat, which bears the number of the account."""
    if person.account is None:
        return
    tx.people.ask_once(person.id, _ASKED, tx.now)  # who begins by themselves need not be asked
    last = tx.drafts.current(person.id, person.account, tx.now)
    again = last if last and last.flow == REGISTER.id and not last.items else None
    draft = drafting.blank(tx, person, person.account, REGISTER, answers=answers, instead=again)
    drafting.put(tx, person, draft, fresh=True)


def _close_request(tx: Transaction, person: Person, by: Person) -> None:
    request = tx.households.open_request_of(person.id)
    if request:
        tx.households.decide(replace(request, decided_at=tx.now, decided_by=by.id))


def _at_home(person: Person) -> Text:
    return text("We have you in {unit} already. If you have moved, tell us in /settings first.", unit=person.unit or "")
