"""Filing for somebody who called, wrote or came by: who took it down is its first contact and has it at once (FC-1).

Whom we know by chat gets the ticket and can correct it; whom we do not is entered with what was typed of them, and is
called where others get a message.
"""

from dataclasses import replace

from bot.domain.callers import Caller, read_caller
from bot.domain.commands import AskForCall
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Permission, Person, Role
from bot.domain.regulation import RuleSet
from bot.domain.terms import terms_of, wanted
from bot.domain.tickets import Channel, Ticket
from bot.flows import engine
from bot.flows.behalf import FOR, NEW, NUMBER, WHO, WHOM
from bot.flows.draft import Draft, Item
from bot.flows.matter import category_of, details
from bot.flows.screen import Text, text
from bot.ports.outbox import Audience
from bot.ports.search import Reader
from bot.ports.store import Transaction
from bot.services import cards, claiming, drafting, filing, merging, presenting
from bot.services.filing import Matter
from bot.services.recording import carry_out

#: So many whom it may be are offered; what they filed lately leads to them.
_MOST_OFFERED = 6
_MOST_LOOKED_AT = 40


def begin(tx: Transaction, person: Person, chat_id: int, typed: Item | None = None) -> None:
    """Begin to take something down; `typed` says already whose matter it is."""
    person.require(Permission.CLAIM)
    items = (replace(typed, step=WHO),) if typed else ()
    draft = drafting.blank(tx, person, chat_id, FOR, items=items)
    drafting.put(tx, person, known(tx, person, draft), fresh=True)


def known(tx: Transaction, person: Person, draft: Draft) -> Draft:
    """Return `draft` with those whom we know and who may be meant by what was typed."""
    typed = draft.said(WHO)
    found = _meant(tx, person, read_caller(typed)) if typed else ()
    return engine.offer(FOR, draft, WHOM, tuple((f"p{resident.id}", _named(resident)) for resident in found))


def filer_of(tx: Transaction, draft: Draft) -> Person | None:
    """Return whom we know that was chosen; None for somebody new."""
    chosen = draft.answers.get(WHOM, NEW)
    offered = {code for code, _ in draft.options.get(WHOM, ())}
    return tx.people.get(int(chosen[1:])) if chosen in offered else None


def submit(
    tx: Transaction,
    rules: RuleSet,
    person: Person,
    draft: Draft,
    same: Ticket | None = None,
    earlier: Ticket | None = None,
) -> Text:
    """File it for them, or let it go on in `same`; who took it down has it, unless only the director may.

    `earlier` was dealt with before and has come again.
    """
    person.require(Permission.CLAIM)
    category = category_of(draft)
    matter = [item for item in draft.items if item.step != WHO]
    if not matter and not category.urgent:
        raise DomainError(Refusal.NOTHING_TO_FILE)
    takes = not category.confidential or person.may(Permission.READ_CONFIDENTIAL)
    caller = read_caller(draft.said(WHO))
    filer = filer_of(tx, draft)
    filer = _reached_at(tx, filer, caller) if filer else enter(tx, person, caller)
    ticket = filing.bring_in(
        tx,
        rules,
        filer,
        Matter(
            category,
            Channel(draft.answers["channel"]),
            *filing.reserve(tx, person, draft.chat_id, matter),
            first_contact=person.id if takes else None,
            details=tuple(details(draft).items()),
            recorded_by=person.id,
        ),
    )
    chat = cards.private_chat(filer)
    if chat is not None and filer.writes_as_resident is not False:
        cards.open_for_ticket(tx, ticket, Audience.FILER, chat, filer)
    if same:
        merging.join_at_filing(tx, rules, ticket, same)
    else:
        ticket = merging.link_at_filing(tx, rules, ticket, earlier) if earlier else ticket
        presenting.lay_before_staff(tx, ticket)
        if takes:
            ticket = claiming.claim(tx, rules, person, ticket)
        if dict(ticket.details).get("wish") == "call":
            carry_out(tx, rules, filer, ticket, AskForCall())
    drafting.finish(tx, person, draft, {NUMBER: ticket.number} if takes else None, ticket_id=ticket.id)
    return text("Filed. Thank you for taking it down.")


def _meant(tx: Transaction, person: Person, caller: Caller) -> tuple[Person, ...]:
    """Return whom we know that may be meant: of that phone, of that home, of that name among who filed before."""
    found: dict[int, Person] = {}
    if caller.phone:
        found |= {resident.id: resident for resident in tx.people.by_phone(person.estate_id, caller.phone)}
    for place in caller.places:
        unit = tx.units.named(person.estate_id, place)
        for residency in tx.households.living_in(unit.id) if unit else ():
            found.setdefault(residency.person_id, tx.people.get(residency.person_id))
    if asked := set(wanted(caller.name)):
        reader = Reader(person.estate_id, person.id)
        for ticket_id in tx.search.find(reader, caller.name, _MOST_LOOKED_AT):
            filer = tx.people.get(tx.tickets.get(ticket_id).filer_id)
            if asked <= terms_of(filer.name):
                found.setdefault(filer.id, filer)
    able = [
        resident
        for resident in found.values()
        if resident.id != person.id and resident.may(Permission.FILE) and resident.writes_as_resident is not False
    ]
    return tuple(able[:_MOST_OFFERED])


def _named(resident: Person) -> str:
    return f"{resident.name} · {resident.unit}" if resident.unit else resident.name


def _reached_at(tx: Transaction, filer: Person, caller: Caller) -> Person:
    """Keep the phone at which somebody without a chat was reached last."""
    if filer.account is not None or caller.phone in (None, filer.phone):
        return filer
    filer = replace(filer, phone=caller.phone)
    tx.people.update(filer)
    return filer


def enter(tx: Transaction, person: Person, caller: Caller) -> Person:
    """Enter somebody new, who has no chat with us; what was typed of them, but the phone, is what they are called."""
    estate = tx.estates.get(person.estate_id)
    name = caller.words or f"…{(caller.phone or '')[-4:]}"
    return tx.people.add(
        Person(
            id=0,
            account=None,
            name=name,
            estate_id=estate.id,
            roles=frozenset({Role.RESIDENT}),
            language=estate.language,
            reachable=False,
            phone=caller.phone,
        )
    )
