"""Doing the work, and having it checked by a second person (CP-10)."""

from bot.domain.commands import Handle, RecordCall, RecordReach, Reject, Start, Verify
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Cause, Outcome, Ticket
from bot.flows.desk import CALLED, HANDLE, REACHED, REJECT
from bot.flows.draft import Draft
from bot.flows.screen import Text, text
from bot.ports.store import Transaction
from bot.services import presenting, visit_book
from bot.services.drafting import finish, start
from bot.services.recording import carry_out
from bot.services.writing import files_of, words_of


def begin_work(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Say that work on it has begun."""
    carry_out(tx, rules, person, ticket, Start())
    return text("No. {number} is in hand.", number=ticket.number)


def begin_handling(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask what was done, how it ended and what lay behind it."""
    start(tx, person, ticket, HANDLE)
    return text("What was done? Please tell in your chat with me.")


def handle(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Say that it has been dealt with; somebody else checks it."""
    words = words_of(tx, ticket, person, "handling", draft)
    files = files_of(tx, ticket, draft)
    command = Handle(Outcome(draft.answers["outcome"]), Cause(draft.answers["cause"]), words, files)
    ticket = carry_out(tx, rules, person, ticket, command)
    presenting.enclose(tx, ticket, draft.media)
    finish(tx, person, draft)
    return text("Thank you. A colleague will check no. {number}.", number=ticket.number)


def verify(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Find it done, and plan its return visits."""
    plan, before = visit_book.plan_of(tx, rules, ticket)
    carry_out(tx, rules, person, ticket, Verify(plan=plan, visits=before))
    return text("Checked. Thank you.")


def begin_rejecting(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask what is still missing."""
    start(tx, person, ticket, REJECT)
    return text("Please say in your chat with me what is missing.")


def reject(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Find it not done; it goes back to who handled it."""
    words = words_of(tx, ticket, person, "rejection", draft)
    if words is None:
        raise DomainError(Refusal.WORDS_WANTED)
    ticket = carry_out(tx, rules, person, ticket, Reject(words))
    files_of(tx, ticket, draft)
    presenting.enclose(tx, ticket, draft.media)
    finish(tx, person, draft)
    return text("Sent back. Thank you for looking.")


def begin_called(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask what came of a call."""
    start(tx, person, ticket, CALLED)
    return text("What came of it? Please tell in your chat with me.")


def called(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Note that the filer was called, and what was said."""
    words = words_of(tx, ticket, person, "call", draft)
    ticket = carry_out(tx, rules, person, ticket, RecordCall(words))
    files_of(tx, ticket, draft)
    presenting.enclose(tx, ticket, draft.media)
    finish(tx, person, draft)
    return text("Noted that you have called.")


def begin_reached(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask whom of the sister unit they have reached."""
    start(tx, person, ticket, REACHED)
    return text("Whom have you reached? Please tell in your chat with me.")


def reached(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Note who of the sister unit was reached, and what they said (FC-5)."""
    words = words_of(tx, ticket, person, "reached", draft)
    if words is None:
        raise DomainError(Refusal.WORDS_WANTED)
    ticket = carry_out(tx, rules, person, ticket, RecordReach(words))
    files_of(tx, ticket, draft)
    presenting.enclose(tx, ticket, draft.media)
    finish(tx, person, draft)
    return text("Noted. We keep asking until there is a result.")
