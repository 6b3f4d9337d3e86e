"""The honest ways to an end: the resident finds it solved, or a week passes without it coming again (CP-11)."""

from dataclasses import replace
from datetime import datetime

from bot.domain import policy
from bot.domain.commands import FindSolved, Reopen
from bot.domain.decisions import decide_for_event, rest
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Permission, Person, Role
from bot.domain.policy import Act
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.domain.visits import Answers, Result
from bot.flows.draft import Draft
from bot.flows.reply import REOPEN
from bot.flows.screen import Text, text
from bot.ports.outbox import Letter
from bot.ports.store import Transaction
from bot.services import obligations, presenting
from bot.services.addressing import LEADERS
from bot.services.drafting import finish, start
from bot.services.duty import superior
from bot.services.recording import carry_out, permit, record, record_quietly
from bot.services.regulations import of_ticket
from bot.services.visit_book import last_answered, record_answers, to_answer
from bot.services.writing import files_of, words_of

#: The rule whose window is the quiet week; while it lasts, what was closed can be opened again.
QUIET = "CP-11"


def solved(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Close what the resident finds solved."""
    carry_out(tx, rules, person, ticket, FindSolved(reopen_until(tx, rules, ticket)))
    return text("Thank you. We are glad that it is solved.")


def begin_reopening(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask what is still not right; the answer may be left out."""
    start(tx, person, ticket, REOPEN)
    return text("We are sorry. We will look at it again.")


def begin_reopening_event(tx: Transaction, person: Person, own: Ticket) -> Text:
    """Ask what is still not right, of somebody whose ticket goes on in another one (ST-4)."""
    if own.filer_id != person.id or own.merged_into is None:
        raise DomainError(Refusal.NOT_PERMITTED)
    event = tx.tickets.get(own.merged_into)
    decide_for_event(own, event, Reopen(), person, tx.now)
    start(tx, person, event, REOPEN)
    return text("We are sorry. We will look at it again.")


def reopen(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Open it again for its first contact, or where they have left for whoever is on duty."""
    own = next((own for own in tx.tickets.merged_into(ticket.id) if own.filer_id == person.id), None)
    to, told = again(tx, ticket)
    if own and person.id != ticket.filer_id:
        decide_for_event(own, ticket, Reopen(), person, tx.now)
        words = words_of(tx, ticket, person, "reopening", draft)
        ticket = record(tx, rules, ticket, decide_for_event(own, ticket, Reopen(words, to, told), person, tx.now))
    else:
        permit(tx, person, ticket, Act.REOPEN)
        words = words_of(tx, ticket, person, "reopening", draft)
        ticket = _reopened(tx, rules, person, ticket, Reopen(words, to, told))
    files_of(tx, own or ticket, draft)  # whoever sent them is known by their own ticket, and can have them erased
    presenting.enclose(tx, ticket, draft.media)
    finish(tx, person, draft)
    return text("No. {number} is open again.", number=ticket.number)


def again(tx: Transaction, ticket: Ticket) -> tuple[int | None, tuple[int, ...]]:
    """Return who has `ticket` again if it is opened again, and who above hears of it: each time one level further up.

    The first contact has it, or where they have left whoever is on duty; the director hears of it each time (RV-7).
    """
    contact = ticket.first_contact_id or ticket.assignee_id
    to = contact if contact is not None and tx.people.get(contact).may(Permission.CLAIM) else None
    level = LEADERS[min(ticket.reopened, len(LEADERS) - 1)]
    above = (superior(tx, ticket, role) for role in (level, Role.DIRECTOR))
    return to, tuple(dict.fromkeys(person.id for person in above if person and person.id != to))


def _reopened(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, command: Reopen) -> Ticket:
    """Open it again; that is also what they say at a return visit, or instead of what they said a short while ago."""
    visit, instead = to_answer(tx, ticket), False
    if visit is None and policy.just_visited(ticket, tx.now):
        visit, instead = last_answered(tx, ticket), True
    if visit is None:
        return carry_out(tx, rules, person, ticket, command)
    ticket = carry_out(tx, rules, person, ticket, replace(command, visit=visit.ordinal, again=instead))
    words = command.words.text_id if command.words else None
    record_answers(tx, visit, Answers(Result.NOT_SOLVED), words)
    return ticket


def close_quietly(tx: Transaction, rules: RuleSet, ticket: Ticket) -> tuple[Letter, ...]:
    """Close what has not come again in its week."""
    return record_quietly(tx, rules, ticket, rest(ticket, reopen_until(tx, rules, ticket)))[1]


def reopen_until(tx: Transaction, rules: RuleSet, ticket: Ticket) -> datetime:
    """Return until when a ticket that is closed now can be opened again: for as long as its quiet week would be."""
    rules = of_ticket(tx, rules, ticket)
    window = rules.window(QUIET)
    return window.length.after(tx.now, obligations.calendar_of(tx, rules, ticket.estate_id)) if window else tx.now
