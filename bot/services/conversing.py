"""Conversations with one person: any message is a beginning, every button is a hint (UX 1, 7).

Whatever arrives either joins the running draft or begins one; nothing a person sends is told off or dropped.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bot.domain.categories import CATEGORIES
from bot.domain.errors import DomainError, Refusal
from bot.domain.events import Amended
from bot.domain.homes import code_as_printed
from bot.domain.people import Person, Standing
from bot.domain.places import Place
from bot.domain.policy import Act, offered
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows import engine
from bot.flows.answer import ANSWER, SURE
from bot.flows.behalf import FOR
from bot.flows.catalogue import FLOWS
from bot.flows.desk import PROMISE, UNTIL
from bot.flows.directory import ENTRY
from bot.flows.draft import DRAFT_LIFE, SUMMARY, Draft, DraftState, Item
from bot.flows.findings import FINDING, OURS, TOLD, TOLD_BY
from bot.flows.flow import Flow
from bot.flows.register import MOST_WORDS as MOST_OF_A_HOME
from bot.flows.register import REGISTER
from bot.flows.reply import ELSE, REPLY
from bot.flows.report import (
    AGAIN,
    ANOTHER,
    BOTH,
    CLOSED,
    EMERGENCY,
    FOUND,
    OPEN,
    REPORT,
    RETURNED,
    STANDING,
    THAT,
    TWIN,
    WHERE,
)
from bot.flows.rostering import AWAY, TURN
from bot.flows.screen import Action, Text, text, units
from bot.flows.words import is_thanks
from bot.ports.incoming import MessageEdited, MessageReceived
from bot.ports.store import Source, Transaction
from bot.services import (
    acting,
    alarming,
    answering,
    behalf,
    bodies,
    cards,
    closing,
    drafting,
    fieldwork,
    filing,
    flooding,
    following,
    lapsing,
    offering,
    onsite,
    promising,
    registering,
    turns,
)
from bot.services.acknowledging import Sign, acknowledge
from bot.services.recording import record
from bot.services.screening import must_confirm, screened


def received(tx: Transaction, rules: RuleSet, person: Person, message: MessageReceived) -> None:
    """Let a message in a private chat join the running conversation, or begin a report with it."""
    if message.unknown_kind:
        raise DomainError(Refusal.UNREADABLE_KIND)
    item = Item(message.message_id, message.words, message.media, message.album)
    if message.reply_to is not None:
        ticket = ticket_shown(tx, message.chat.id, message.reply_to)
        if ticket and ticket.assignee_id == person.id:
            answering.begin(tx, rules, person, ticket, item=item)
            return
    draft = drafting.meant(tx, person, message.chat.id, message.reply_to)
    place = message.location and fieldwork.shared(tx, person, message.chat.id, draft, message.location)
    if place:
        _begin_at(tx, person, message.chat.id, place)
    elif draft is None and _only_thanks(tx, person, item):
        acknowledge(tx, person.estate_id, message.chat.id, message.message_id, Sign.WELCOME)
    elif draft and draft.flow != REGISTER.id:
        _join(tx, rules, person, draft, item)
    elif not _about_home(tx, person, draft, item):
        begin(tx, person, message.chat.id, item=item)


def _only_thanks(tx: Transaction, person: Person, item: Item) -> bool:
    """Whether somebody who has a matter with us thanks us, and we have asked them nothing that it might answer."""
    thanks = not item.media and is_thanks(item.words)
    return thanks and bool(tx.tickets.of_filer(person.id, 1)) and following.asked(tx, person) is None


def begin_at(tx: Transaction, person: Person, chat_id: int, token: str) -> None:
    """Let the report that somebody has begun, or begins now, be about the place of the sticker they have scanned."""
    place = fieldwork.scanned(tx, person, token)
    if place:
        _begin_at(tx, person, chat_id, place)


def _begin_at(tx: Transaction, person: Person, chat_id: int, place: Place) -> None:
    if not fieldwork.be_at(tx, person, chat_id, place):
        begin(tx, person, chat_id, answers={WHERE: place.ref}, options=fieldwork.offered_at(tx, person, place))


def _about_home(tx: Transaction, person: Person, draft: Draft | None, item: Item) -> bool:
    """Let words be about somebody's home, in its running conversation or by a code; return whether they were."""
    if item.media or units(item.words) > MOST_OF_A_HOME:
        return False
    if draft and not draft.resting:
        registering.written(tx, person, draft, item)
        return True
    if person.unit or not code_as_printed(item.words):
        return False
    registering.enter(tx, person, item.words)
    return True


def begin(
    tx: Transaction,
    person: Person,
    chat_id: int,
    *,
    item: Item | None = None,
    answers: Mapping[str, str] | None = None,
    options: Mapping[str, fieldwork.Named] | None = None,
) -> None:
    """Begin a report with what is known of it; one who has a ticket open is asked whether it is for that one.

    While they were asked something, what they write is taken to be the reply, unless `answers` say what it is.
    `options` are choices that those answers come from.
    Whoever begins again before they have said anything begins the same one.
    """
    as_resident = person.writes_as_resident
    known = dict(answers or {})
    asked = following.asked(tx, person) if item and not known and as_resident is not False else None
    if asked:
        following.begin_reply(tx, person, asked, item)
        return
    flow = FINDING if as_resident is False else REPORT
    if as_resident is None:
        known[BOTH] = BOTH
    if as_resident is False:  # what they find needs no kind, but an emergency its danger
        known = _of_a_finding(known)
        fieldwork.show_keys(tx, person, again=False)
    latest = next(iter(tx.tickets.of_filer(person.id, 1)), None)
    about = latest.id if latest and item and not known and as_resident and _goes_on(tx, person, latest) else None
    if latest and about:
        known[OPEN if latest.open else CLOSED] = latest.number
    items = (item,) if item else ()
    last = tx.drafts.current(person.id, chat_id, tx.now)
    said_nothing = last and last.flow == flow.id and not (last.items or last.answers or item)
    draft = drafting.blank(
        tx,
        person,
        chat_id,
        flow,
        answers=known,
        items=items,
        options=options,
        ticket_id=about,
        instead=last if said_nothing else None,
    )
    drafting.put(tx, person, offering.informed(tx, person, draft), fresh=True)


def _goes_on(tx: Transaction, person: Person, latest: Ticket) -> bool:
    """Whether what its filer writes may be about that ticket: it is open, or can be opened again (CP-12)."""
    return latest.open or Act.REOPEN in offered(person, latest, tx.now, frozenset({Act.REOPEN}))


def edited(tx: Transaction, rules: RuleSet, person: Person, message: MessageEdited) -> None:
    """Take over changed words: in the draft they joined, or as an amendment of the ticket they were filed with."""
    draft = tx.drafts.current(person.id, message.chat.id, tx.now)
    if draft and draft.flow == REGISTER.id and _below_card(tx, draft, message.message_id):
        registering.written(tx, person, draft, Item(message.message_id, message.words))
        return
    holding = drafting.holding(tx, person, message.chat.id, message.message_id)
    corrected = holding and engine.correct(_flow_of(holding), holding, message.message_id, message.words, tx.now)
    if corrected:
        corrected = offering.informed(tx, person, screened(tx, rules, corrected))
        # What is written next would join it: one that lay further up comes to the end of the chat.
        drafting.put(tx, person, corrected, fresh=draft is None or draft.ref != corrected.ref)
        return
    source = Source(message.chat.id, message.message_id)
    passage = tx.texts.by_source(source)
    if passage is None and draft and _below_card(tx, draft, message.message_id):
        _join(tx, rules, person, draft, Item(message.message_id, message.words))
        return
    if passage is None or passage.author_id != person.id or passage.content == message.words:
        return
    ticket = tx.tickets.get(passage.ticket_id)
    text_id, digest = tx.texts.add(ticket.id, person.id, "amendment", message.words, source)
    record(tx, rules, ticket, (Amended(by=person.id, text_id=text_id, digest=digest),))
    acknowledge(tx, ticket.estate_id, message.chat.id, message.message_id, Sign.SEEN)


def tapped(tx: Transaction, rules: RuleSet, person: Person, action: Action) -> Text | None:
    """Carry out a button of a running conversation; return what to show as the tap's answer."""
    draft = tx.drafts.by_ref(action.ref)
    if draft is None or draft.person_id != person.id:
        raise DomainError(Refusal.DRAFT_GONE)
    if draft.state is DraftState.OPEN and draft.expires_at <= tx.now:
        lapsing.close(tx, draft.ref)
        draft = replace(draft, state=DraftState.EXPIRED)
    if draft.state is DraftState.EXPIRED:
        cards.open_for_draft(tx, draft, person, fresh=False)
    if draft.state is not DraftState.OPEN:
        raise _closed(tx, draft)
    draft = engine.resume(_flow_of(draft), draft)
    try:
        return _tapped(tx, rules, person, draft, action)
    except DomainError as refusal:
        if refusal.refusal is Refusal.STALE_BUTTON:
            cards.open_for_draft(tx, draft, person, fresh=False)
        raise


def _tapped(tx: Transaction, rules: RuleSet, person: Person, draft: Draft, action: Action) -> Text | None:
    flow = _flow_of(draft)
    if action.choice == "on":  # it changes nothing, and may be tapped at any time
        resting, draft = draft.resting, engine.go_on(draft, tx.now)
        drafting.put(tx, person, draft, fresh=not resting)
        return None
    if action.version != draft.revision:
        raise DomainError(Refusal.STALE_BUTTON)
    match action.choice.partition("."):
        case ("submit", ".", way) if draft.flow == REPLY.id and way == ELSE:
            _about_something_else(tx, person, draft)
            return None
        case ("submit", _, way) if draft.step == SUMMARY and must_confirm(draft, way):
            draft = engine.learn(flow, draft, {SURE: SURE}, tx.now)
        case ("submit", _, way) if draft.step == SUMMARY and flow.takes(draft, way):
            return _submit(tx, rules, person, draft, way)
        case ("cancel", "", ""):
            alarming.call_off(tx, person, draft)
            draft = replace(draft, state=DraftState.CANCELLED, revision=draft.revision + 1)
        case ("back", "", ""):
            draft = engine.back(flow, draft, tx.now)
        case ("skip", "", ""):
            draft = engine.skip(flow, draft, tx.now)
            if flow.complete(draft):
                return _submit(tx, rules, person, draft)
        case ("e", ".", step):
            draft = engine.edit(flow, draft, step, tx.now)
        case ("c", ".", choice):
            asked = draft.step
            draft = screened(tx, rules, _chosen(tx, flow, draft, choice))
            if draft.answers.get(RETURNED) == THAT and draft.ticket_id is not None:
                return _reopen(tx, rules, person, tx.tickets.get(draft.ticket_id), draft)
            if draft.answers.get("about") == THAT and draft.ticket_id is not None:
                following.add(tx, rules, person, tx.tickets.get(draft.ticket_id), draft)
                draft = replace(draft, state=DraftState.DONE)
            elif asked == STANDING:
                draft = _stand(tx, person, draft, Standing(choice))
            elif asked == "danger":
                alarming.alarm(tx, person, draft)
            elif asked == AGAIN and choice == ANOTHER:
                return _submit(tx, rules, person, draft)
            elif asked == AGAIN:
                draft = replace(draft, state=DraftState.CANCELLED)
            elif flow.complete(draft):
                return _submit(tx, rules, person, draft)
        case _:
            raise DomainError(Refusal.STALE_BUTTON)
    draft = offering.informed(tx, person, draft)
    drafting.put(tx, person, draft, fresh=False)
    if draft.state is not DraftState.OPEN:
        drafting.bring_back(tx, person, draft.chat_id)
    return None


def _stand(tx: Transaction, person: Person, draft: Draft, standing: Standing) -> Draft:
    """Remember as what somebody writes, and go on with their report as that."""
    tx.people.update(replace(person, writes_as=standing))
    if standing is Standing.RESIDENT:
        return draft
    known = _of_a_finding(draft.answers)
    finding = replace(draft, flow=FINDING.id, flow_version=FINDING.version, step="", answers=known)
    return engine.begin(FINDING, finding)


def _of_a_finding(known: Mapping[str, str]) -> dict[str, str]:
    """Return what is known already of what a colleague found: it needs no kind, but an emergency its danger."""
    return {step: answer for step, answer in known.items() if answer == EMERGENCY or step == WHERE}


def _about_something_else(tx: Transaction, person: Person, draft: Draft) -> None:
    """Make what was taken for a reply the beginning of a report; it goes on in the same place."""
    blank = replace(draft, flow=REPORT.id, flow_version=REPORT.version, answers={}, ticket_id=None, options={})
    report = engine.begin(REPORT, replace(blank, revision=draft.revision + 1, expires_at=tx.now + DRAFT_LIFE))
    drafting.put(tx, person, report, fresh=False)


def _chosen(tx: Transaction, flow: Flow, draft: Draft, choice: str) -> Draft:
    step = flow.step(draft.step)
    if flow.id == ANSWER.id and step and step.offers(draft, choice):
        return answering.take_canned(tx, draft, choice)
    if draft.flow == FINDING.id and choice == TOLD_BY and step and step.offers(draft, choice):
        return fieldwork.become(draft, TOLD)
    if draft.flow in OURS and choice == EMERGENCY and step and step.offers(draft, choice):
        return engine.learn(flow, draft, {FOUND: EMERGENCY}, tx.now)
    return engine.choose(flow, draft, choice, tx.now)


def running(tx: Transaction, person: Person, chat_id: int) -> bool:
    """Whether a conversation is running in that chat in which any word may be part of somebody's matter."""
    draft = tx.drafts.current(person.id, chat_id, tx.now)
    return draft is not None and draft.flow != REGISTER.id


def ask_again(tx: Transaction, person: Person, chat_id: int) -> None:
    """Show the screen of the conversation running in that chat once more, below what came in between."""
    draft = tx.drafts.current(person.id, chat_id, tx.now)
    if draft is not None:
        cards.open_for_draft(tx, draft, person, fresh=True)


def cancel(tx: Transaction, person: Person, chat_id: int) -> bool:
    """Cancel the conversation running in that chat; return whether there was one."""
    draft = tx.drafts.current(person.id, chat_id, tx.now)
    if draft is None:
        return False
    alarming.call_off(tx, person, draft)
    draft = replace(draft, state=DraftState.CANCELLED, revision=draft.revision + 1)
    drafting.put(tx, person, draft, fresh=True)
    drafting.bring_back(tx, person, chat_id)
    return True


def ticket_shown(tx: Transaction, chat_id: int, message_id: int) -> Ticket | None:
    """Return the ticket whose card is that message, or None."""
    card = tx.cards.by_message(chat_id, message_id)
    return tx.tickets.get(card.ticket_id) if card and card.ticket_id else None


def _reopen(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Open again what has come again, with what its filer has written of it (CP-12)."""
    said = closing.reopen(tx, rules, person, ticket, draft)
    drafting.bring_back(tx, person, draft.chat_id)
    return said


def _submit(tx: Transaction, rules: RuleSet, person: Person, draft: Draft, way: str = "") -> Text | None:
    if draft.flow == FOR.id:
        same, earlier = offering.same_as(tx, draft, way), offering.came_again(tx, draft, way)
        said = behalf.submit(tx, rules, person, draft, same, earlier)
        drafting.bring_back(tx, person, draft.chat_id)
        return said
    if draft.flow in _OF_THE_HOUSE:
        said = _OF_THE_HOUSE[draft.flow](tx, person, draft)
        drafting.bring_back(tx, person, draft.chat_id)
        _report_what_came_in_between(tx, rules, person, draft)
        return said
    if draft.flow not in (REPORT.id, *OURS):
        asked = draft.flow == REGISTER.id
        said = registering.ask_office(tx, person, draft) if asked else acting.finish(tx, rules, person, draft, way)
        drafting.bring_back(tx, person, draft.chat_id)
        return said
    earlier = offering.came_again(tx, draft, way)
    if earlier and Act.REOPEN in offered(person, earlier, tx.now, frozenset({Act.REOPEN})):
        return _reopen(tx, rules, person, earlier, draft)
    flooding.require_room(tx, person, draft)
    same = offering.same_as(tx, draft, way)
    another = same or earlier or draft.answers.get(AGAIN) == ANOTHER
    twin = None if another else flooding.twin_of(tx, person, draft)
    if twin:
        draft = engine.learn(_flow_of(draft), draft, {TWIN: twin.number}, tx.now)
        drafting.put(tx, person, draft, fresh=False)
        return None
    submit = onsite.SUBMITS.get(draft.flow)
    ticket = submit(tx, rules, person, draft, way) if submit else filing.submit(tx, rules, person, draft, same, earlier)
    if not CATEGORIES[ticket.category].urgent:  # in an emergency nobody is asked for anything
        registering.ask_once(tx, person)
    drafting.bring_back(tx, person, draft.chat_id)
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
            _join(tx, rules, person, running, item)
        else:
            begin(tx, person, draft.chat_id, item=item)


def _join(tx: Transaction, rules: RuleSet, person: Person, draft: Draft, item: Item) -> None:
    """Let one more message join a running conversation, whose screen moves below it; an album moves it once."""
    flow = _flow_of(draft)
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
        _submit(tx, rules, person, draft)
        return
    draft = offering.informed(tx, person, draft)
    drafting.put(tx, person, draft, fresh=fresh)


def _below_card(tx: Transaction, draft: Draft, message_id: int) -> bool:
    """Whether a message stands below the draft's screen without being part of it: it was refused, and then changed."""
    card = tx.cards.of_draft(draft.ref)
    return card is not None and card.message_id is not None and message_id > card.message_id


def _flow_of(draft: Draft) -> Flow:
    flow = FLOWS.get(draft.flow)
    if flow is None:
        raise DomainError(Refusal.DRAFT_GONE)
    return flow


def _closed(tx: Transaction, draft: Draft) -> DomainError:
    if draft.state is DraftState.DONE and draft.flow == ANSWER.id:
        return DomainError(Refusal.ALREADY_SENT)
    if draft.state is DraftState.EXPIRED:
        return DomainError(Refusal.DRAFT_EXPIRED)
    if draft.state is DraftState.DONE and draft.ticket_id is not None:
        return DomainError(Refusal.ALREADY_FILED, number=tx.tickets.get(draft.ticket_id).number)
    return DomainError(Refusal.DRAFT_GONE)
