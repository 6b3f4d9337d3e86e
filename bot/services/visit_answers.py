"""What the resident answers at a return visit in the chat, and what follows: it is closed, or opened again (CP-11).

One answer a visit, confirmed with one tap and changeable for a day. Marks stand in the book of visits alone.
"""

from collections.abc import Callable

from bot.domain.commands import AnswerVisit, ReviseVisit, Said
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Person
from bot.domain.policy import Act
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.domain.visits import Result, Visit
from bot.flows.engine import Draft, learn
from bot.flows.screen import Text, text
from bot.flows.visit import RESULT_STEP, REVISE, VISIT, answers_of
from bot.ports.store import Transaction
from bot.services import cards, closing, presenting
from bot.services.recording import carry_out, permit
from bot.services.visit_book import last_answered, record_answers, to_answer
from bot.services.writing import files_of, finish, start, words_of


def solved(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Ask the few questions of the return visit; where none is needed the matter is closed at once."""
    if not ticket.visits:
        return closing.solved(tx, rules, person, ticket)
    permit(tx, person, ticket, Act.SOLVED)
    return _begin(tx, person, ticket, Result.SOLVED)


def partly(tx: Transaction, _rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    """Ask the questions of the return visit of what is solved in part."""
    permit(tx, person, ticket, Act.PARTLY)
    return _begin(tx, person, ticket, Result.PARTLY)


def _begin(tx: Transaction, person: Person, ticket: Ticket, result: Result) -> Text:
    draft = start(tx, person, ticket, VISIT, answers={RESULT_STEP: result.value})
    if draft.answers.get(RESULT_STEP) != result:
        draft = learn(VISIT, draft, {RESULT_STEP: result.value}, tx.now)
        tx.drafts.save(draft)
        cards.open_for_draft(tx, draft, person, fresh=False)
    return text("Thank you. A few taps more in your chat with me.")


def answer(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Record what the resident has confirmed."""
    visit = to_answer(tx, ticket)
    if visit is None:
        raise DomainError(Refusal.STALE_BUTTON)
    return _said(tx, rules, person, ticket, draft, visit, AnswerVisit)


def begin_revising(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask once more: what they say now takes the place of what they said."""
    start(tx, person, ticket, REVISE)
    return text("Please answer once more in your chat with me.")


def revise(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Put what the resident says now in the place of what they said."""
    visit = last_answered(tx, ticket)
    if visit is None:
        raise DomainError(Refusal.STALE_BUTTON)
    return _said(tx, rules, person, ticket, draft, visit, ReviseVisit)


def _said(
    tx: Transaction,
    rules: RuleSet,
    person: Person,
    ticket: Ticket,
    draft: Draft,
    visit: Visit,
    command: Callable[[Said], AnswerVisit | ReviseVisit],
) -> Text:
    answers = answers_of(draft)
    words = words_of(tx, ticket, person, "visit" if answers.satisfied else "reopening", draft)
    files = files_of(tx, ticket, draft)
    to, told = closing.again(tx, ticket)
    until = closing.reopen_until(tx, rules, ticket)
    said = Said(visit.ordinal, answers, until, words, files, to, told)
    ticket = carry_out(tx, rules, person, ticket, command(said))
    record_answers(tx, visit, answers, words.text_id if words else None)
    presenting.enclose(tx, ticket, draft.media)
    finish(tx, person, draft)
    if not answers.satisfied:
        return text("No. {number} is open again.", number=ticket.number)
    if ticket.visits:
        return text("Thank you. We will ask once more, to be sure.")
    return text("Thank you. We are glad that it is solved.")
