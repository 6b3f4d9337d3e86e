"""The visitor's side of a return visit: signing out, recording what the resident says, trying again (RV-4, RV-5).

Who did the work or brought the matter never records its visit; that is refused by the table of acts. What was found
wrong, or left open, becomes an order of its own in the resident's name, with the time that was agreed (RV-6, RV-10).
"""

from bot.domain.categories import CATEGORIES
from bot.domain.commands import CallForVisit, GoForVisit, NotReached, Promise, RecordVisit, Said
from bot.domain.errors import DomainError, Refusal
from bot.domain.events import Split
from bot.domain.people import Person
from bot.domain.policy import Act
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Channel, Kind, Ticket
from bot.domain.visits import ASKED, Visit, Way
from bot.flows.draft import Draft
from bot.flows.screen import Text, text
from bot.flows.visit import answers_of
from bot.flows.visitor import AGREED, RECORD, WAY, agreed, found, said
from bot.ports.store import Transaction
from bot.services import closing, filing, presenting, promising
from bot.services.drafting import finish, start
from bot.services.filing import REPORTED, Matter
from bot.services.recording import carry_out, permit, record
from bot.services.regulations import of_ticket
from bot.services.visit_book import record_answers
from bot.services.writing import files_of, store, words_of

#: What is found at the visit of anything but a repair.
_OTHER = "other_repair"


def call(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Sign out for a visit by phone."""
    carry_out(tx, rules, person, ticket, CallForVisit())
    filer = tx.people.get(ticket.filer_id)
    if filer.phone:
        return text("Noted. Their number: {phone}. Then record what they say.", phone=filer.phone)
    return text("Noted. Then record what they say.")


def go(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Sign out for a visit at the door."""
    carry_out(tx, rules, person, ticket, GoForVisit())
    return text("Noted that you are on your way. You are back once the visit is recorded.")


def not_reached(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Keep that nobody could be reached; try again, until it was tried often enough."""
    visit = _under_way(tx, ticket)
    rule = of_ticket(tx, rules, ticket).visit(visit.rule) if visit else None
    ticket = carry_out(tx, rules, person, ticket, NotReached(rule.tries if rule else 1))
    if ticket.visit is None:
        return text("Noted. It was tried often enough; we have written to them.")
    return text("Noted. Please try again by {time}.", time=ticket.visit_due or tx.now)


def begin(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Ask what the resident says; how they were reached is known where the visitor has signed out."""
    permit(tx, person, ticket, Act.VISIT)
    visit = _under_way(tx, ticket)
    known = {WAY: visit.way.value} if visit and visit.out_at and visit.way in (Way.PHONE, Way.DOOR) else {}
    moments = promising.usual_times(tx, rules, ticket.estate_id)
    options = {AGREED: tuple((str(int(moment.timestamp())), "") for moment in moments)}
    start(tx, person, ticket, RECORD, answers=known, options=options)
    return text("Please go through the questions with them, in your chat with me.")


def recorded(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Record what the resident has confirmed, and order what was found wrong or left open."""
    visit = _under_way(tx, ticket)
    if visit is None:
        raise DomainError(Refusal.STALE_BUTTON)
    answers, theirs = answers_of(draft), said(draft)
    words = words_of(tx, ticket, person, "visit" if answers.satisfied else "reopening", theirs)
    files = files_of(tx, ticket, draft)
    to, told = closing.again(tx, ticket)
    until = closing.reopen_until(tx, rules, ticket)
    way = Way(draft.answers[WAY])
    told_all = Said(visit.ordinal, answers, until, words, files, to, told)
    ticket = carry_out(tx, rules, person, ticket, RecordVisit(told_all, way))
    record_answers(tx, visit, answers, words.text_id if words else None)
    presenting.enclose(tx, ticket, draft.media)
    finish(tx, person, draft)
    if not found(draft):
        return text("Recorded. Thank you.")
    order = _order(tx, rules, person, ticket, draft)
    return text("Recorded. What you found is no. {number} now.", number=order.number)


def _under_way(tx: Transaction, ticket: Ticket) -> Visit | None:
    visits = (visit for visit in tx.visits.of(ticket.id) if visit.ordinal == ticket.visit)
    return next((visit for visit in visits if visit.state in ASKED), None)


def _order(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Ticket:
    """Put what was found before the maintenance people in writing; the visitor is its first contact (RV-6)."""
    category = CATEGORIES[ticket.category if ticket.kind is Kind.REPAIR else _OTHER]
    matter = Matter(
        category,
        Channel.RETURN_VISIT,
        (tx.texts.reserve(person.id, REPORTED, found(draft)),),
        first_contact=person.id,
        nameless=ticket.nameless,
        recorded_by=person.id,
        split_from=ticket.id,
    )
    order = filing.bring_in(tx, rules, tx.people.get(ticket.filer_id), matter)
    record(tx, rules, tx.tickets.get(ticket.id), (Split(person.id, order.id),))
    presenting.lay_before_staff(tx, order)
    if (until := agreed(draft)) is not None and until > tx.now:
        reason = store(tx, order, person, "promise", found(draft))
        order = carry_out(tx, rules, person, order, Promise(until, reason))
    return order
