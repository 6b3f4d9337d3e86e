"""Answering the filer: a draft that is shown as they will read it, then one tap (UX 8)."""

from dataclasses import replace

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Permission, Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Answer, Ticket, decide
from bot.flows.answer import ANSWER
from bot.flows.engine import DRAFT_LIFE, Draft, DraftState, Item, add, begin
from bot.ports.store import Transaction
from bot.services import cards
from bot.services.claiming import named
from bot.services.recording import record


def start(tx: Transaction, person: Person, ticket: Ticket, item: Item | None = None) -> Draft:
    """Begin an answer to `ticket` in the person's private chat, with the words of `item` if they wrote some already."""
    person.require(Permission.ANSWER)
    _must_hold(tx, person, ticket)
    if item and not item.words:
        raise DomainError(Refusal.WORDS_WANTED)
    chat = cards.private_chat(person)
    if chat is None:
        raise DomainError(Refusal.NO_PRIVATE_CHAT)
    draft = begin(
        ANSWER,
        Draft(
            tx.chance.token(), ANSWER.id, ANSWER.version, person.id, chat, "", tx.now + DRAFT_LIFE, ticket_id=ticket.id
        ),
    )
    if item:
        draft = add(ANSWER, draft, item, tx.now)
    tx.drafts.save(draft)
    cards.open_for_draft(tx, draft, person, fresh=True)
    return draft


def send(tx: Transaction, rules: RuleSet, person: Person, draft: Draft) -> Ticket:
    """Send what `draft` holds to the filer; it counts as an answer once it was delivered (CP-6)."""
    person.require(Permission.ANSWER)
    if draft.ticket_id is None:
        raise DomainError(Refusal.NO_SUCH_TICKET)
    ticket = tx.tickets.get(draft.ticket_id)
    _must_hold(tx, person, ticket)
    if not draft.words:
        raise DomainError(Refusal.WORDS_WANTED)
    text_id, digest = tx.texts.add(ticket.id, person.id, "answer", draft.words)
    ticket = record(tx, rules, ticket, decide(ticket, Answer(by=person.id, text_id=text_id, digest=digest)))
    sent = replace(draft, state=DraftState.DONE, revision=draft.revision + 1)
    tx.drafts.save(sent)
    cards.open_for_draft(tx, sent, person, fresh=False)
    return ticket


def _must_hold(tx: Transaction, person: Person, ticket: Ticket) -> None:
    if ticket.assignee_id != person.id:
        raise named(tx, ticket, DomainError(Refusal.NOT_YOURS, number=ticket.number))
