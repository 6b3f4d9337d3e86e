"""From a button of a ticket, or the end of a conversation about one, to the use case: one table of acts.

A button names an act of `domain/policy`; whether whoever taps may do it is decided there. What needs more than a tap
begins a short conversation in their private chat, and `finish` carries out what that conversation ends with.
"""

from collections.abc import Callable

from bot.domain.commands import Note
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Person
from bot.domain.policy import Act, is_on_foot, require
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows.answer import ANSWER, ASK, NOTE, PROPOSE
from bot.flows.desk import (
    CALLED,
    DECLINE,
    GRADE,
    HANDLE,
    JUDGE,
    MERGE,
    PROMISE,
    REACHED,
    REJECT,
    SPLIT,
    SUM_UP,
    TELL_HQ,
    TRANSFER,
    VOID,
)
from bot.flows.draft import Draft
from bot.flows.findings import HELPED, MADE_SAFE
from bot.flows.measure import MEASURE
from bot.flows.reply import ADD, DISAGREE, REOPEN, REPLY
from bot.flows.screen import Screen, Text, text
from bot.flows.visit import REVISE, VISIT
from bot.flows.visitor import CORRECT, RECORD, REVIEW
from bot.ports.outbox import Lane, Letter, Notice
from bot.ports.store import Transaction
from bot.services import (
    answering,
    cards,
    claiming,
    closing,
    following,
    helping,
    judging,
    merging,
    onsite,
    opening,
    posts,
    presenting,
    promising,
    recurring,
    reporting_back,
    reviewing,
    splitting,
    summing_up,
    transferring,
    visit_answers,
    visitor,
    voiding,
    working,
)
from bot.services.clock_list import clocks_of
from bot.services.recording import carry_out, permit
from bot.services.writing import files_of, store

Tap = Callable[[Transaction, RuleSet, Person, Ticket], Text | None]
Begin = Callable[[Transaction, Person, Ticket], Text | None]
Finish = Callable[[Transaction, RuleSet, Person, Ticket, Draft], Text]


def act_on(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, act: Act) -> Text | None:
    """Do `act`, or begin the conversation that it needs; return what the tap is answered with."""
    person = posts.with_duties(tx, person)
    if act in _TAPS:
        return _TAPS[act](tx, rules, person, ticket)
    if act not in _BEGINS:
        raise DomainError(Refusal.STALE_BUTTON)
    permit(tx, person, ticket, act)
    return _BEGINS[act](tx, person, ticket)


def finish(tx: Transaction, rules: RuleSet, person: Person, draft: Draft, chosen: str) -> Text:
    """Carry out what a conversation about a ticket ended with; `chosen` is the way it was submitted."""
    if draft.ticket_id is None:
        raise DomainError(Refusal.NO_SUCH_TICKET)
    ticket, person = tx.tickets.get(draft.ticket_id), posts.with_duties(tx, person)
    if draft.flow == ANSWER.id:
        return answering.submit(tx, rules, person, ticket, draft, chosen)
    act, carry = _FINISHES[draft.flow]
    if act is not None:
        permit(tx, person, ticket, act)
    said = carry(tx, rules, person, ticket, draft)
    if draft.flow in _ASK_BY_BUTTONS:
        _keep_what_came_in_between(tx, rules, person, tx.tickets.get(ticket.id), draft)
    return said


def _keep_what_came_in_between(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> None:
    """Keep words and files that nobody had asked for as a note: what somebody sends is never dropped."""
    unasked = "\n".join(item.words for item in draft.items if item.words and not item.step)
    if draft.media:
        files_of(tx, ticket, draft)
        presenting.enclose(tx, ticket, draft.media)
    if unasked:
        carry_out(tx, rules, person, ticket, Note(store(tx, ticket, person, "note", unasked)))


def _claim(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
    try:
        ticket = claiming.claim(tx, rules, person, ticket)
    except DomainError:
        cards.refresh(tx, ticket)
        raise
    return text("No. {number} is yours now.", number=ticket.number)


def _write(way: str) -> Tap:
    def begin(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket) -> Text:
        answering.begin(tx, rules, person, ticket, way)
        return text("Please write it in your chat with me.") if way else text("Write your answer in your chat with me.")

    return begin


def _read(tx: Transaction, _rules: RuleSet, person: Person, ticket: Ticket) -> None:
    require(person, ticket, Act.READ, tx.now)
    chat = cards.private_chat(person)
    if chat is None:
        raise DomainError(Refusal.NO_PRIVATE_CHAT)
    if person.id == ticket.filer_id:
        following.show(tx, person, ticket, chat)
    else:
        opening.open_card(tx, person, ticket, chat)


def _begin_handling(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    begin = onsite.begin_helped if is_on_foot(person) else working.begin_handling
    return begin(tx, person, ticket)


def _clocks(tx: Transaction, _rules: RuleSet, person: Person, ticket: Ticket) -> None:
    """Show in private how the ticket's windows stand."""
    require(person, ticket, Act.CLOCKS, tx.now)
    chat = cards.private_chat(person)
    if chat is None:
        raise DomainError(Refusal.NO_PRIVATE_CHAT)
    notice = Notice(Screen(clocks_of(tx, ticket)))
    tx.outbox.put(Letter(chat, ticket.estate_id, notice, reader_id=person.id, lane=Lane.TAP))


_TAPS: dict[Act, Tap] = {
    Act.CLAIM: _claim,
    Act.UNDO: claiming.undo,
    Act.GIVE_BACK: claiming.give_back,
    Act.ANSWER: _write(""),
    Act.ASK: _write(ASK),
    Act.NOTE: _write(NOTE),
    Act.PROPOSE: _write(PROPOSE),
    Act.PROMISE: promising.begin,
    Act.ACCEPT: transferring.accept,
    Act.RECALL: transferring.recall,
    Act.START: working.begin_work,
    Act.VERIFY: working.verify,
    Act.CLOCKS: _clocks,
    Act.READ: _read,
    Act.CALL: following.ask_for_call,
    Act.CHASE: following.chase,
    Act.ASK_NEAREST: helping.ask,
    Act.GO: helping.go,
    Act.UNSEND: onsite.unsend,
    Act.AGREE: following.agree,
    Act.SOLVED: visit_answers.solved,
    Act.PARTLY: visit_answers.partly,
    Act.VISIT_CALL: visitor.call,
    Act.VISIT_GO: visitor.go,
    Act.NOT_REACHED: visitor.not_reached,
    Act.VISIT: visitor.begin,
    Act.CONFIRM_VOID: voiding.confirm,
    Act.DECLINE_VOID: voiding.decline,
    Act.UNMERGE: merging.undo,
}

_BEGINS: dict[Act, Begin] = {
    Act.JUDGE: judging.begin,
    Act.GRADE: judging.begin_grading,
    Act.TRANSFER: transferring.begin,
    Act.DECLINE: transferring.begin_declining,
    Act.HANDLE: _begin_handling,
    Act.REJECT: working.begin_rejecting,
    Act.CALLED: working.begin_called,
    Act.REACHED: working.begin_reached,
    Act.SAFE: onsite.begin_made_safe,
    Act.ADD: following.begin_adding,
    Act.REPLY: following.begin_reply,
    Act.DISAGREE: following.begin_disagreeing,
    Act.REOPEN: closing.begin_reopening,
    Act.REVISE: visit_answers.begin_revising,
    Act.VOID: voiding.begin,
    Act.SPLIT: splitting.begin,
    Act.MERGE: merging.begin,
    Act.TELL_HQ: reporting_back.begin,
    Act.SUM_UP: summing_up.begin,
    Act.REVIEW: reviewing.begin,
}

#: Conversations that make nothing of what is written of the matter itself.
_ASK_BY_BUTTONS = frozenset({JUDGE.id, TRANSFER.id, DECLINE.id, PROMISE.id, MERGE.id})

#: What each conversation ends with; whether that may still be is asked before anything of it is stored. None asks for
#: itself: what is opened again may be the event that a ticket joined (ST-4).
_FINISHES: dict[str, tuple[Act | None, Finish]] = {
    JUDGE.id: (Act.JUDGE, judging.submit),
    GRADE.id: (Act.GRADE, judging.submit_grading),
    TRANSFER.id: (Act.TRANSFER, transferring.submit),
    DECLINE.id: (Act.DECLINE, transferring.decline),
    HANDLE.id: (Act.HANDLE, working.handle),
    REJECT.id: (Act.REJECT, working.reject),
    PROMISE.id: (Act.PROMISE, promising.promise),
    CALLED.id: (Act.CALLED, working.called),
    REACHED.id: (Act.REACHED, working.reached),
    MADE_SAFE.id: (Act.SAFE, onsite.make_safe),
    HELPED.id: (Act.HANDLE, onsite.helped),
    ADD.id: (Act.ADD, following.added),
    REPLY.id: (Act.REPLY, following.reply),
    DISAGREE.id: (Act.DISAGREE, following.disagree),
    REOPEN.id: (None, closing.reopen),
    VISIT.id: (Act.SOLVED, visit_answers.answer),
    REVISE.id: (Act.REVISE, visit_answers.revise),
    CORRECT.id: (Act.REVISE, visit_answers.revise),
    VOID.id: (Act.VOID, voiding.submit),
    SPLIT.id: (Act.SPLIT, splitting.submit),
    MERGE.id: (Act.MERGE, merging.submit),
    TELL_HQ.id: (Act.TELL_HQ, reporting_back.submit),
    SUM_UP.id: (Act.SUM_UP, summing_up.submit),
    RECORD.id: (Act.VISIT, visitor.recorded),
    REVIEW.id: (Act.REVIEW, reviewing.submit),
    MEASURE.id: (None, recurring.decide),
}
