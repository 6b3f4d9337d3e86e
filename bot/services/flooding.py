"""What keeps one person's flood from drowning the desk, and loses none of it.

Whoever sends more than anybody has to say keeps what they sent in a draft and is told when it can go on; what was sent
a moment ago already is asked about once. An emergency always passes.
"""

from datetime import timedelta

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Person
from bot.domain.tickets import Ticket
from bot.flows.draft import Draft
from bot.flows.matter import category_of
from bot.ports.store import Pace, Transaction

#: A ticket every two minutes for an hour: more than a guard on the worst of nights, and less than a machine's.
MOST_FILED = 30
FILED_WITHIN = timedelta(hours=1)
#: A message each second for a minute: six albums of ten photos still pass, each photo being a message.
MOST_MESSAGES = 60
MESSAGES_WITHIN = timedelta(minutes=1)
#: Who sends the same words again so soon has most likely pressed twice, or was not sure that it had arrived.
TWIN_WITHIN = timedelta(minutes=1)


def require_room(tx: Transaction, person: Person, draft: Draft) -> None:
    """Raise `DomainError(FILED_ENOUGH)` where `person` has filed as much as they may, with when they can go on."""
    if category_of(draft).urgent:
        return
    filed = tx.tickets.of_filer(person.id, MOST_FILED)
    if len(filed) < MOST_FILED or filed[-1].filed_at <= tx.now - FILED_WITHIN:
        return
    until, phone = filed[-1].filed_at + FILED_WITHIN, _phone(tx, person)
    if phone:
        raise DomainError(Refusal.FILED_ENOUGH_CALL, count=str(MOST_FILED), time=until, phone=phone)
    raise DomainError(Refusal.FILED_ENOUGH, count=str(MOST_FILED), time=until)


def twin_of(tx: Transaction, person: Person, draft: Draft) -> Ticket | None:
    """Return what `person` filed a moment ago in the same words and of the same category; files alone have no twin."""
    category = category_of(draft)
    words = draft.words.strip()
    if category.urgent or not words:
        return None
    for ticket in tx.tickets.of_filer(person.id, MOST_FILED):
        if ticket.filed_at <= tx.now - TWIN_WITHIN:
            return None
        if ticket.category == category.code and ticket.open and _report_of(tx, ticket) == words:
            return ticket
    return None


def pace_of(tx: Transaction, person: Person) -> Pace:
    """Count one more message of `person`; return how many they have sent lately."""
    return tx.paces.count(person.id, tx.now - MESSAGES_WITHIN)


def too_fast(tx: Transaction, person: Person, pace: Pace) -> DomainError:
    """Return what to tell who sends faster than anybody can follow."""
    until, phone = pace.since + MESSAGES_WITHIN, _phone(tx, person)
    if phone:
        return DomainError(Refusal.TOO_FAST_CALL, time=until, phone=phone)
    return DomainError(Refusal.TOO_FAST, time=until)


def _phone(tx: Transaction, person: Person) -> str | None:
    """Return the phone for what is urgent, if the estate has one."""
    estate = tx.estates.get(person.estate_id)
    return estate.emergency_phone or estate.phone


def _report_of(tx: Transaction, ticket: Ticket) -> str:
    return "\n".join(p.content for p in tx.texts.of(ticket.id) if p.role == "report").strip()
