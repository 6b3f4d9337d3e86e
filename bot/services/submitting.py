"""A message that joins a running conversation, and what the conversation ends with: nothing sent is dropped."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.domain.categories import CATEGORIES
from bot.domain.people import Person
from bot.domain.policy import Act, offered
from bot.domain.regulation import RuleSet
from bot.flows import engine
from bot.flows.answer import ANSWER
from bot.flows.behalf import FOR
from bot.flows.desk import PROMISE, UNTIL
from bot.flows.directory import ENTRY
from bot.flows.draft import Draft, Item
from bot.flows.findings import OURS
from bot.flows.register import REGISTER
from bot.flows.report import (
    AGAIN,
    ANOTHER,
    REPORT,
    TWIN,
)
from bot.flows.rostering import AWAY, TURN
from bot.flows.screen import Text, text
from bot.ports.store import Transaction
from bot.services import (
    acting,
    answering,
    behalf,
    bodies,
    closing,
    drafting,
    filing,
    flooding,
    offering,
    onsite,
    promising,
    registering,
    reporting,
    turns,
)
from bot.services.screening import screened


def submit(tx: Transaction, rules: RuleSet, person: Person, draft: Draft, way: str = "") -> Text | None:
    """Let a conversation take effect, `way` being how it is submitted; None where something is asked before."""
    if draft.flow in (REPORT.id, *OURS):
        said = _file(tx, rules, person, draft, way)
        if said is None:
            return None
    elif draft.flow == FOR.id:
        same, earlier = offering.same_as(tx, draft, way), offering.came_again(tx, draft, way)
        said = behalf.submit(tx, rules, person, draft, same, earlier)
    elif draft.flow == REGISTER.id:
        said = registering.ask_office(tx, person, draft)
    elif draft.flow in _OF_THE_HOUSE:
        said = _OF_THE_HOUSE[draft.flow](tx, person, draft)
    else:
        said = acting.finish(tx, rules, person, draft, way)
    drafting.bring_back(tx, person, draft.chat_id)
    if draft.flow in _OF_THE_HOUSE:
        _report_what_came_in_between(tx, rules, person, draft)
    return said


def _file(tx: Transaction, rules: RuleSet, person: Person, draft: Draft, way: str) -> Text | None:
    """File a report, unless it is one of before that has come again (CP-12); None where it may be sent twice."""
    earlier = offering.came_again(tx, draft, way)
    if earlier and Act.REOPEN in offered(person, earlier, tx.now, frozenset({Act.REOPEN})):
        return closing.reopen(tx, rules, person, earlier, draft)
    flooding.require_room(tx, person, draft)
    same = offering.same_as(tx, draft, way)
    another = same or earlier or draft.answers.get(AGAIN) == ANOTHER
    twin = None if another else flooding.twin_of(tx, person, draft)
    if twin:
        draft = engine.learn(drafting.flow_of(draft), draft, {TWIN: twin.number}, tx.now)
        drafting.put(tx, person, draft, fresh=False)
        return None
    if draft.flow in onsite.SUBMITS:
        ticket = onsite.SUBMITS[draft.flow](tx, rules, person, draft, way)
    else:
        ticket = filing.submit(tx, rules, person, draft, same, earlier)
    if not CATEGORIES[ticket.category].urgent:  # in an emergency nobody is asked for anything
        registering.ask_once(tx, person)
    return text("Thank you. We have it as no. {number}.", number=ticket.number)


#: What conversations end with that are about no ticket but about how the house is run.
_OF_THE_HOUSE: Final[Mapping[str, Callable[[Transaction, Person, Draft], Text]]] = {
    TURN.id: turns.submit,
    AWAY.id: turns.submit,
    ENTRY.id: bodies.submit,
}


def _report_what_came_in_between(tx: Transaction, rules: RuleSet, person: Person, draft: Draft) -> None:
    """Begin a report with what somebody sent that was not asked for: nothing is dropped."""
    for item in draft.items:
        if item.step:
            continue
        running = tx.drafts.current(person.id, draft.chat_id, tx.now)
        if running and running.flow in (REPORT.id, *OURS):
            join(tx, rules, person, running, item)
        else:
            reporting.begin(tx, person, draft.chat_id, item=item)


def join(tx: Transaction, rules: RuleSet, person: Person, draft: Draft, item: Item) -> None:
    """Let one more message join a running conversation, whose screen moves below it; an album moves it once."""
    flow = drafting.flow_of(draft)
    fresh = item.album is None or all(known.album != item.album for known in draft.items)
    draft = engine.resume(flow, draft)
    if draft.flow == ANSWER.id:
        answering.require_readable(item)
    if draft.flow == PROMISE.id and draft.step == UNTIL and item.words:
        draft = promising.time_written(tx, rules, person, draft, item.words)
    elif turns.takes_words(draft) and item.words:
        draft = turns.written(tx, person, draft, item.words)
    else:
        draft = screened(tx, rules, engine.add(flow, draft, item, tx.now))
    if flow.complete(draft):
        submit(tx, rules, person, draft)
        return
    drafting.put(tx, person, offering.informed(tx, person, draft), fresh=fresh)
