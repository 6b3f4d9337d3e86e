"""Transfer: the work moves when it is accepted, the answerability never (FC-2, FC-11)."""

from dataclasses import replace
from datetime import datetime, time

from bot.domain import decisions
from bot.domain.commands import Accept, Decline, Recall, Transfer
from bot.domain.errors import DomainError, Refusal
from bot.domain.events import Claimed, Released, TransferAccepted, Transferred
from bot.domain.history import event_of
from bot.domain.people import Permission, Person
from bot.domain.policy import is_confidential, may_know
from bot.domain.regulation import Holder, RuleSet
from bot.domain.tickets import Severity, Ticket
from bot.flows.desk import DECLINE, OFF_DUTY, TRANSFER
from bot.flows.draft import Draft
from bot.flows.labels import TRANSFER_REASON
from bot.flows.screen import Text, text
from bot.ports.outbox import Letter
from bot.ports.store import Transaction
from bot.services import duty, presenting
from bot.services.drafting import finish, start
from bot.services.judging import option
from bot.services.night import morning_of
from bot.services.recording import carry_out, record_quietly
from bot.services.regulations import in_force, of_ticket
from bot.services.writing import store

#: The receivers by their options: a person or a department.
_PERSON, _DEPARTMENT = "p", "d"
#: So many colleagues fit one screen; their own department comes first.
_MOST_OFFERED = 16


def begin(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask to whom the work should go: colleagues of its department first, then others, then departments."""
    able = [
        colleague
        for colleague in tx.people.staff(ticket.estate_id)
        if colleague.id not in (person.id, ticket.assignee_id)
        and colleague.may(Permission.CLAIM)
        and may_know(colleague, ticket)
    ]
    able.sort(key=lambda colleague: colleague.department_id != ticket.department_id)
    estate = tx.estates.get(ticket.estate_id)
    off = {one.id for one in able[:_MOST_OFFERED] if duty.away_until(tx, estate, one, time())}
    people = tuple(
        (f"{_PERSON}{one.id}", f"{OFF_DUTY} {one.name}" if one.id in off else one.name) for one in able[:_MOST_OFFERED]
    )
    of_estate = () if is_confidential(ticket) else tx.departments.of_estate(ticket.estate_id)
    departments = tuple((f"{_DEPARTMENT}{number}", label) for number, label in map(option, of_estate))
    if not people + departments:
        raise DomainError(Refusal.NOBODY_ELSE, number=ticket.number)
    start(tx, person, ticket, TRANSFER, options={"whom": people + departments})
    return text("To whom? Please choose in your chat with me.")


def submit(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Offer the work; it stays where it is until it is accepted."""
    whom, why = draft.answers["whom"], draft.answers.get("why", "")
    said = draft.said("why")
    if not said and why not in TRANSFER_REASON:
        raise DomainError(Refusal.REASON_WANTED, number=ticket.number)
    number = int(whom[1:])
    if whom.startswith(_DEPARTMENT):
        command = Transfer(None, tx.departments.get(number).id, why or "words")
    else:
        receiver = tx.people.get(number)
        passed_on = receiver.id in _who_passed_it_on(tx, ticket)
        later = _handed_over_at(tx, rules, ticket, receiver)
        command = Transfer(receiver, None, why or "words", passed_on=passed_on, later=later)
    decisions.decide(ticket, command, person, tx.now)  # a refusal leaves no words behind
    words = store(tx, ticket, person, "reason", said, draft) if said else None
    ticket = carry_out(tx, rules, person, ticket, replace(command, words=words))
    if ticket.handover_at is not None:
        finish(tx, person, draft)
        return text(
            "Offered. They are off duty and get it {time}; no. {number} stays with you until it is accepted.",
            time=ticket.handover_at,
            number=ticket.number,
        )
    if ticket.transfer_to is not None:
        presenting.lay_before_person(tx, ticket, tx.people.get(ticket.transfer_to), at_end=True)
    elif ticket.transfer_department is not None:
        presenting.lay_before_department(tx, ticket, ticket.transfer_department)
    finish(tx, person, draft)
    return text("Offered. No. {number} stays with you until it is accepted.", number=ticket.number)


def accept(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Take the work that is offered; of a department the first to tap has it."""
    ticket = carry_out(tx, rules, person, ticket, Accept())
    presenting.lay_before_person(tx, ticket, person)
    return text("No. {number} is yours now.", number=ticket.number)


def begin_declining(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask why they cannot take it."""
    start(tx, person, ticket, DECLINE)
    return text("Please say why in your chat with me.")


def decline(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Leave the work with who offered it."""
    carry_out(tx, rules, person, ticket, Decline(draft.answers["why"]))
    finish(tx, person, draft)
    return text("Declined. It stays where it was.")


def recall(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Take the offer back."""
    carry_out(tx, rules, person, ticket, Recall())
    return text("Taken back. No. {number} stays where it was.", number=ticket.number)


def begins(tx: Transaction, rules: RuleSet, ticket: Ticket) -> datetime:
    """Return from when who is handed an offer has time to accept it: now, or where they are off duty again later."""
    receiver = tx.people.get(ticket.transfer_to) if ticket.transfer_to else None
    return (_handed_over_at(tx, rules, ticket, receiver) if receiver else None) or tx.now


def hand_over(tx: Transaction, rules: RuleSet, ticket: Ticket) -> tuple[Letter, ...]:
    """Lay an offer before who was off duty when it was made, now that their duty begins (FC-11).

    A duty that begins at night begins in silence, unless what is offered is urgent.
    """
    if ticket.transfer_to is None:
        return ()
    ticket, letters = record_quietly(tx, rules, ticket, decisions.hand_over(ticket))
    estate, receiver = tx.estates.get(ticket.estate_id), tx.people.get(ticket.transfer_to or 0)
    silent = ticket.severity is Severity.NORMAL and morning_of(tx, rules, estate) is not None
    presenting.lay_before_person(tx, ticket, receiver, at_end=True, silent=silent)
    return letters


def _handed_over_at(tx: Transaction, rules: RuleSet, ticket: Ticket, receiver: Person) -> datetime | None:
    """Return when an offer is handed over to somebody who is off duty; None where it is at once.

    Where the ticket's rules know of no window to accept it in, nothing would ever hand it over later.
    """
    watched = any(
        window.holder is Holder.RECEIVER and Transferred.NAME in window.started_by and window.concerns(ticket)
        for window in of_ticket(tx, rules, ticket).windows
    )
    opens = in_force(tx, rules, ticket.estate_id).hours.quiet_until
    return duty.away_until(tx, tx.estates.get(ticket.estate_id), receiver, opens) if watched else None


def lapse(tx: Transaction, rules: RuleSet, ticket: Ticket) -> tuple[Letter, ...]:
    """Return an offer that nobody has accepted in its window to who made it (FC-11)."""
    return record_quietly(tx, rules, ticket, decisions.lapse(ticket))[1]


def _who_passed_it_on(tx: Transaction, ticket: Ticket) -> frozenset[int]:
    """Return who had the ticket before and handed it on or gave it back."""
    holder: int | None = None
    passed: set[int] = set()
    for row in tx.tickets.history(ticket.id):
        match event_of(row).event:
            case Claimed(by=by):
                holder = by
            case TransferAccepted(by=by):
                passed |= {holder} if holder is not None else set()
                holder = by
            case Released(by=by):
                passed.add(by)
                holder = None
    return frozenset(passed)
