"""What the resident answers at a return visit in the chat, and what follows: it is closed, or opened again (CP-11).

One answer a visit, confirmed with one tap and changeable for a day. Marks stand in the book of visits alone.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain.commands import AnswerVisit, Before, ReviseVisit, Said
from bot.domain.errors import DomainError, Refusal
from bot.domain.events import Handled, Reopened, Verified
from bot.domain.history import event_of
from bot.domain.people import Person
from bot.domain.policy import Act
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Outcome, Stage, Ticket
from bot.domain.visits import Planned, Result, Visit, VisitState, Way
from bot.flows.draft import Draft
from bot.flows.engine import learn
from bot.flows.screen import Text, text
from bot.flows.visit import RESULT_STEP, REVISE, VISIT, answers_of
from bot.flows.visitor import CORRECT, WAY
from bot.ports.store import Transaction
from bot.services import closing, presenting
from bot.services.drafting import finish, put, start
from bot.services.recording import carry_out, permit
from bot.services.visit_book import last_answered, record_answers, to_answer
from bot.services.writing import files_of, words_of


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
        put(tx, person, draft, fresh=False)
    return text("Thank you. A few taps more in your chat with me.")


def answer(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Record what the resident has confirmed."""
    visit = to_answer(tx, ticket)
    if visit is None:
        raise DomainError(Refusal.STALE_BUTTON)
    return _said(tx, rules, person, ticket, draft, visit, AnswerVisit)


def begin_revising(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Ask once more: what they say now takes the place of what they said, or of what the visitor has noted."""
    if person.id == ticket.filer_id:
        start(tx, person, ticket, REVISE)
    else:
        visit = last_answered(tx, ticket)
        start(tx, person, ticket, CORRECT, answers={WAY: visit.way.value} if visit and visit.way else {})
    return text("Please answer once more in your chat with me.")


def revise(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Put what the resident says now in the place of what they said, or of what was noted of it."""
    visit = last_answered(tx, ticket)
    if visit is None:
        raise DomainError(Refusal.STALE_BUTTON)
    way = Way(draft.answers[WAY]) if draft.flow == CORRECT.id else Way.CHAT
    said = _said(tx, rules, person, ticket, draft, visit, lambda said: ReviseVisit(said, way))
    return text("Corrected. Thank you.") if draft.flow == CORRECT.id else said


def _before(tx: Transaction, ticket: Ticket) -> Before | None:
    """Return how `ticket` stood before it was opened again; None where it is not open again."""
    if ticket.stage is not Stage.IN_HAND:
        return None
    worked: tuple[Handled, datetime] | None = None
    checked: datetime | None = None
    before: Before | None = None
    for row in tx.tickets.history(ticket.id):
        match event_of(row).event:
            case Handled() as handled:
                worked = (handled, row.at)
            case Verified():
                checked = row.at
            case Reopened() if worked and checked:
                handled, at = worked
                before = Before(Outcome(handled.outcome), handled.by, at, checked)
    every = tx.visits.of(ticket.id)
    lost = tuple(
        Planned(visit.rule, max(visit.opens_at, tx.now) if visit.opens_at else None, visit.due_at)
        for visit in every
        if visit.state is VisitState.CANCELLED and visit.round == ticket.reopened - 1
        if visit.due_at is None or visit.due_at > tx.now
    )
    return replace(before, visits=lost, planned=len(every)) if before else None


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
    said = Said(visit.ordinal, answers, until, words, files, to, told, _before(tx, ticket))
    ticket = carry_out(tx, rules, person, ticket, command(said))
    record_answers(tx, visit, answers, words.text_id if words else None)
    presenting.enclose(tx, ticket, draft.media)
    finish(tx, person, draft)
    if not answers.satisfied:
        return text("No. {number} is open again.", number=ticket.number)
    if ticket.visits:
        return text("Thank you. We will ask once more, to be sure.")
    return text("Thank you. We are glad that it is solved.")
