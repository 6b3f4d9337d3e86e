"""Conversations with one person: any message is a beginning, every button is a hint (UX 1, 7).

Whatever arrives either joins the running draft or begins one; nothing a person sends is told off or dropped.
"""

from dataclasses import replace

from bot.domain.errors import DomainError, Refusal
from bot.domain.events import Amended
from bot.domain.homes import code_as_printed
from bot.domain.people import Person, Standing
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows import engine
from bot.flows.answer import ANSWER, SURE
from bot.flows.draft import SUMMARY, Draft, DraftState, Item
from bot.flows.findings import FINDING, OURS, TOLD, TOLD_BY
from bot.flows.flow import Flow
from bot.flows.matter import EMERGENCY, FOUND
from bot.flows.register import MOST_WORDS as MOST_OF_A_HOME
from bot.flows.register import REGISTER
from bot.flows.reply import ELSE, REPLY
from bot.flows.report import AGAIN, ANOTHER, RETURNED, STANDING, THAT
from bot.flows.screen import Action, Text, units
from bot.flows.words import is_thanks
from bot.ports.incoming import MessageEdited, MessageReceived
from bot.ports.store import Source, Transaction
from bot.services import (
    alarming,
    answering,
    cards,
    closing,
    drafting,
    fieldwork,
    following,
    lapsing,
    offering,
    registering,
    reporting,
    submitting,
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
        reporting.begin_at_place(tx, person, message.chat.id, place)
    elif draft is None and _only_thanks(tx, person, item):
        acknowledge(tx, person.estate_id, message.chat.id, message.message_id, Sign.WELCOME)
    elif draft and draft.flow != REGISTER.id:
        submitting.join(tx, rules, person, draft, item)
    elif not _about_home(tx, person, draft, item):
        reporting.begin(tx, person, message.chat.id, item=item)


def _only_thanks(tx: Transaction, person: Person, item: Item) -> bool:
    """Whether somebody who has a matter with us thanks us, and we have asked them nothing that it might answer."""
    thanks = not item.media and is_thanks(item.words)
    return thanks and bool(tx.tickets.of_filer(person.id, 1)) and following.asked(tx, person) is None


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


def edited(tx: Transaction, rules: RuleSet, person: Person, message: MessageEdited) -> None:
    """Take over changed words: in the draft they joined, or as an amendment of the ticket they were filed with."""
    draft = tx.drafts.current(person.id, message.chat.id, tx.now)
    if draft and draft.flow == REGISTER.id and _below_card(tx, draft, message.message_id):
        registering.written(tx, person, draft, Item(message.message_id, message.words))
        return
    holding = drafting.holding(tx, person, message.chat.id, message.message_id)
    corrected = holding and engine.correct(
        drafting.flow_of(holding), holding, message.message_id, message.words, tx.now
    )
    if corrected:
        corrected = offering.informed(tx, person, screened(tx, rules, corrected))
        # What is written next would join it: one that lay further up comes to the end of the chat.
        drafting.put(tx, person, corrected, fresh=draft is None or draft.ref != corrected.ref)
        return
    source = Source(message.chat.id, message.message_id)
    passage = tx.texts.by_source(source)
    if passage is None and draft and _below_card(tx, draft, message.message_id):
        submitting.join(tx, rules, person, draft, Item(message.message_id, message.words))
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
    draft = engine.resume(drafting.flow_of(draft), draft)
    try:
        return _tapped(tx, rules, person, draft, action)
    except DomainError as refusal:
        if refusal.refusal is Refusal.STALE_BUTTON:
            cards.open_for_draft(tx, draft, person, fresh=False)
        raise


def _tapped(tx: Transaction, rules: RuleSet, person: Person, draft: Draft, action: Action) -> Text | None:
    flow = drafting.flow_of(draft)
    if action.choice == "on":  # it changes nothing, and may be tapped at any time
        resting, draft = draft.resting, engine.go_on(draft, tx.now)
        drafting.put(tx, person, draft, fresh=not resting)
        return None
    if action.version != draft.revision:
        raise DomainError(Refusal.STALE_BUTTON)
    match action.choice.partition("."):
        case ("submit", ".", way) if draft.flow == REPLY.id and way == ELSE:
            reporting.about_something_else(tx, person, draft)
            return None
        case ("submit", _, way) if draft.step == SUMMARY and must_confirm(draft, way):
            draft = engine.learn(flow, draft, {SURE: SURE}, tx.now)
        case ("submit", _, way) if draft.step == SUMMARY and flow.takes(draft, way):
            return submitting.submit(tx, rules, person, draft, way)
        case ("cancel", "", ""):
            alarming.call_off(tx, person, draft)
            draft = replace(draft, state=DraftState.CANCELLED, revision=draft.revision + 1)
        case ("back", "", ""):
            draft = engine.back(flow, draft, tx.now)
        case ("skip", "", ""):
            draft = engine.skip(flow, draft, tx.now)
            if flow.complete(draft):
                return submitting.submit(tx, rules, person, draft)
        case ("e", ".", step):
            draft = engine.edit(flow, draft, step, tx.now)
        case ("c", ".", choice):
            asked = draft.step
            draft = screened(tx, rules, _chosen(tx, flow, draft, choice))
            if draft.answers.get(RETURNED) == THAT and draft.ticket_id is not None:
                said = closing.reopen(tx, rules, person, tx.tickets.get(draft.ticket_id), draft)
                drafting.bring_back(tx, person, draft.chat_id)
                return said
            if draft.answers.get("about") == THAT and draft.ticket_id is not None:
                following.add(tx, rules, person, tx.tickets.get(draft.ticket_id), draft)
                draft = replace(draft, state=DraftState.DONE)
            elif asked == STANDING:
                draft = reporting.stand(tx, person, draft, Standing(choice))
            elif asked == "danger":
                alarming.alarm(tx, person, draft)
            elif asked == AGAIN and choice == ANOTHER:
                return submitting.submit(tx, rules, person, draft)
            elif asked == AGAIN:
                draft = replace(draft, state=DraftState.CANCELLED)
            elif flow.complete(draft):
                return submitting.submit(tx, rules, person, draft)
        case _:
            raise DomainError(Refusal.STALE_BUTTON)
    draft = offering.informed(tx, person, draft)
    drafting.put(tx, person, draft, fresh=False)
    if draft.state is not DraftState.OPEN:
        drafting.bring_back(tx, person, draft.chat_id)
    return None


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


def _below_card(tx: Transaction, draft: Draft, message_id: int) -> bool:
    """Whether a message stands below the draft's screen without being part of it: it was refused, and then changed."""
    card = tx.cards.of_draft(draft.ref)
    return card is not None and card.message_id is not None and message_id > card.message_id


def _closed(tx: Transaction, draft: Draft) -> DomainError:
    if draft.state is DraftState.DONE and draft.flow == ANSWER.id:
        return DomainError(Refusal.ALREADY_SENT)
    if draft.state is DraftState.EXPIRED:
        return DomainError(Refusal.DRAFT_EXPIRED)
    if draft.state is DraftState.DONE and draft.ticket_id is not None:
        return DomainError(Refusal.ALREADY_FILED, number=tx.tickets.get(draft.ticket_id).number)
    return DomainError(Refusal.DRAFT_GONE)
