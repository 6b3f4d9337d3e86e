"""Going through return visits that were made: who leads sees what was said, and adds an opinion (RV-8).

The marks are shown to them alone. What the resident said in words went back to who did the work already; the opinion
goes to them and to who made the visit. Nobody reviews their own visit or work.
"""

from bot.domain.commands import ReviewVisit
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Permission, Person
from bot.domain.policy import Act, offered
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.domain.visits import Answers, Visit, Way
from bot.flows.draft import Draft
from bot.flows.labels import RESULT
from bot.flows.screen import Action, Line, Press, Quote, Screen, Text, text
from bot.flows.visit import MARK, SATISFACTION, SHORTCOMING, SUGGESTION
from bot.flows.visitor import REVIEW
from bot.ports.outbox import Lane, Letter, Notice
from bot.ports.store import Transaction
from bot.services import boards, cards, posts
from bot.services.drafting import finish, start
from bot.services.recording import carry_out
from bot.services.visit_book import last_answered
from bot.services.writing import words_of

#: So many visits of each kind are listed at once; the oldest come first.
_MOST_LISTED = 10
_MOST_LOOKED_AT = 60
_REVIEWING = frozenset({Act.REVIEW})
_WAYS: dict[Way, Text] = {Way.CHAT: text("in the chat"), Way.PHONE: text("by phone"), Way.DOOR: text("at the door")}


def list_visits(tx: Transaction, person: Person, chat_id: int) -> None:
    """Show the visits that `person` is to make, and those that they can review."""
    person.require(Permission.READ_LISTS)
    make = [
        Press(text("🔎 {number}, by {time}", number=ticket.number, time=visit.due_at or tx.now), _open(ticket))
        for visit in tx.visits.entrusted_to(person.id, _MOST_LISTED)
        for ticket in (tx.tickets.get(visit.ticket_id),)
    ]
    able = posts.with_duties(tx, person)
    waiting = (tx.tickets.get(visit.ticket_id) for visit in tx.visits.to_review(person.estate_id, _MOST_LOOKED_AT))
    mine = [ticket for ticket in dict.fromkeys(waiting) if Act.REVIEW in offered(able, ticket, tx.now, _REVIEWING)]
    review = [
        Press(text("🧐 {number}", number=ticket.number), Action(Act.REVIEW, ticket.ref, ticket.version))
        for ticket in mine[:_MOST_LISTED]
    ]
    lines: list[Line] = [text("🔎 <b>Return visits</b>")]
    lines.append(
        text("Please call or go and see them: {count}", count=len(make)) if make else text("You have none to make.")
    )
    if person.may(Permission.OVERSEE):
        lines.append(
            text("Made, and waiting for your opinion: {count}", count=len(mine))
            if mine
            else text("None is waiting for your opinion.")
        )
    rows = tuple((press,) for press in (*make, *review))
    screen = Screen(tuple(lines), rows)
    tx.outbox.put(Letter(chat_id, person.estate_id, Notice(screen), person.id, lane=Lane.TAP))


def _open(ticket: Ticket) -> Action:
    return Action(boards.OPEN, ticket.ref, ticket.version)


def begin(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Show what was said at the visit, and ask what they make of it."""
    visit = last_answered(tx, ticket)
    chat = cards.private_chat(person)
    if chat is None:
        raise DomainError(Refusal.NO_PRIVATE_CHAT)
    if visit is not None and visit.answers is not None:
        screen = Screen(heard(tx, ticket, visit, visit.answers))
        tx.outbox.put(Letter(chat, ticket.estate_id, Notice(screen), person.id, lane=Lane.TAP))
    start(tx, person, ticket, REVIEW)
    return text("What do you make of it? Please tell in your chat with me.")


def submit(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Note that they have gone through it, and pass their opinion on."""
    visit = last_answered(tx, ticket)
    if visit is None:
        raise DomainError(Refusal.STALE_BUTTON)
    words = words_of(tx, ticket, person, "opinion", draft)
    carry_out(tx, rules, person, ticket, ReviewVisit(visit.ordinal, words))
    finish(tx, person, draft)
    return text("Reviewed. Thank you.")


def heard(tx: Transaction, ticket: Ticket, visit: Visit, answers: Answers) -> tuple[Line, ...]:
    """Return what was said at a visit, for who reviews it."""
    by = tx.people.get(visit.answered_by).name if visit.answered_by not in (None, ticket.filer_id) else ""
    way = _WAYS[visit.way or Way.CHAT]
    made = (
        text("🔎 <b>No. {number}</b>: the return visit by {name}, {way}", number=ticket.number, name=by, way=way)
        if by
        else text("🔎 <b>No. {number}</b>: the return visit, answered {way}", number=ticket.number, way=way)
    )
    lines: list[Line] = [made, text("It is {result}.", result=RESULT[answers.result])]
    if answers.quality and answers.effect and answers.satisfaction:
        lines += [
            text("The work: {mark}", mark=MARK[answers.quality]),
            text("The result: {mark}", mark=MARK[answers.effect]),
            text("Satisfaction: {mark}", mark=SATISFACTION[answers.satisfaction]),
        ]
    if answers.shortcoming in SHORTCOMING:
        lines.append(text("What fell short: {what}", what=SHORTCOMING[answers.shortcoming]))
    if answers.suggestion in SUGGESTION:
        lines.append(text("Next time: {what}", what=SUGGESTION[answers.suggestion]))
    if visit.words_id is not None:
        lines.append(Quote(tx.texts.get(visit.words_id).content))
    return tuple(lines)
