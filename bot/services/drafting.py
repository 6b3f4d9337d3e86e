"""Somebody's drafts: how one begins and ends, and which is meant when they have begun several: they do not mix.

What is written belongs to the draft whose message it replies to, else to the one last touched; what is changed belongs
where it was. A draft that waits while another one ends comes back by itself.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Person
from bot.domain.tickets import Ticket
from bot.flows import engine
from bot.flows.answer import AS
from bot.flows.catalogue import FLOWS
from bot.flows.draft import DRAFT_LIFE, Draft, DraftState, Item
from bot.flows.flow import Flow
from bot.flows.screen import Action, Press, clip, text
from bot.flows.showing import VERB
from bot.ports.outbox import Lane
from bot.ports.store import Transaction
from bot.services import cards

#: So many drafts of one person are looked at; whoever has begun more finds the others by their cards.
MOST_OPEN = 20
_MOST_LISTED = 4
_WORDS_OF_A_LABEL = 40

#: The choices of a step that are not the same for everybody, as (id, label) pairs.
Options = tuple[tuple[str, str], ...]


def blank(
    tx: Transaction,
    person: Person,
    chat_id: int,
    flow: Flow,
    *,
    answers: Mapping[str, str] | None = None,
    items: tuple[Item, ...] = (),
    options: Mapping[str, Options] | None = None,
    ticket_id: int | None = None,
    instead: Draft | None = None,
) -> Draft:
    """Return a draft of `flow` with what is known already, at the first question open; it takes the place of `instead`.

    It is not stored yet (`put`).
    """
    ref, revision = (instead.ref, instead.revision + 1) if instead else (tx.chance.token(), 1)
    draft = Draft(
        ref,
        flow.id,
        flow.version,
        person.id,
        chat_id,
        step="",
        expires_at=tx.now + DRAFT_LIFE,
        answers=answers or {},
        items=items,
        ticket_id=ticket_id,
        revision=revision,
        options=options or {},
    )
    return engine.begin(flow, draft)


def flow_of(draft: Draft) -> Flow:
    """Return the flow of a draft; one of a flow that is no more is gone (DRAFT_GONE)."""
    flow = FLOWS.get(draft.flow)
    if flow is None:
        raise DomainError(Refusal.DRAFT_GONE)
    return flow


def put(tx: Transaction, person: Person, draft: Draft, *, fresh: bool) -> None:
    """Store a draft that its writer has touched and show its screen, in a new message where `fresh`, else in place."""
    tx.drafts.save(draft)
    cards.open_for_draft(tx, draft, person, fresh=fresh)


def start(
    tx: Transaction,
    person: Person,
    ticket: Ticket,
    flow: Flow,
    *,
    item: Item | None = None,
    answers: Mapping[str, str] | None = None,
    options: Mapping[str, Options] | None = None,
) -> Draft:
    """Begin a conversation about `ticket` in the person's private chat, with `item` if they wrote something already.

    Whoever has begun the same one and not ended it goes on with that one.
    """
    chat = cards.private_chat(person)
    if chat is None:
        raise DomainError(Refusal.NO_PRIVATE_CHAT)
    begun = _begun(tx, person, ticket, chat, flow, answers or {})
    if begun:
        resumed = engine.with_options(engine.resume(flow, begun), _kept(begun, options or {}))
        draft = engine.go_on(resumed, tx.now)
        return _open(tx, person, flow, draft, item)
    draft = blank(tx, person, chat, flow, answers=answers, options=options, ticket_id=ticket.id)
    return _open(tx, person, flow, draft, item)


def _begun(
    tx: Transaction, person: Person, ticket: Ticket, chat: int, flow: Flow, answers: Mapping[str, str]
) -> Draft | None:
    """Return the draft of the same conversation about the same ticket that still waits there."""
    for draft in waiting(tx, person, chat):
        same = draft.flow == flow.id and draft.ticket_id == ticket.id
        if same and draft.answers.get(AS) == answers.get(AS):
            return draft
    return None


def _kept(draft: Draft, options: Mapping[str, Options]) -> Mapping[str, Options]:
    """Return new choices, beside what was chosen already of the old ones."""
    chosen = {step: (draft.answers.get(step, ""), draft.options.get(step, ())) for step in options}
    return {
        step: (*fresh, *(pair for pair in chosen[step][1] if pair[0] == chosen[step][0] and pair not in fresh))
        for step, fresh in options.items()
    }


def _open(tx: Transaction, person: Person, flow: Flow, draft: Draft, item: Item | None) -> Draft:
    if item:
        draft = engine.add(flow, draft, item, tx.now)
    put(tx, person, draft, fresh=True)
    return draft


def finish(
    tx: Transaction,
    person: Person,
    draft: Draft,
    answers: Mapping[str, str] | None = None,
    *,
    ticket_id: int | None = None,
) -> None:
    """Say in the conversation's screen that it took effect; `answers` are kept for what that says.

    `ticket_id` is what became of it, where it was about no ticket before.
    """
    put(tx, person, ended(draft, answers, ticket_id=ticket_id), fresh=False)


def ended(draft: Draft, answers: Mapping[str, str] | None = None, *, ticket_id: int | None = None) -> Draft:
    """Return `draft` as one that took effect."""
    kept = {**draft.answers, **(answers or {})}
    about = draft.ticket_id if ticket_id is None else ticket_id
    return replace(draft, state=DraftState.DONE, revision=draft.revision + 1, answers=kept, ticket_id=about)


def waiting(tx: Transaction, person: Person, chat_id: int) -> tuple[Draft, ...]:
    """Return the drafts that somebody can go on with in that chat, last touched first."""
    drafts = tx.drafts.open(person.id, chat_id, tx.now, MOST_OPEN)
    return tuple(draft for draft in drafts if draft.flow in FLOWS)


def meant(tx: Transaction, person: Person, chat_id: int, reply_to: int | None) -> Draft | None:
    """Return the draft that a message belongs to: the one it replies to, else the one last touched."""
    drafts = waiting(tx, person, chat_id)
    if reply_to is not None:
        card = tx.cards.by_message(chat_id, reply_to)
        replied_to = (d for d in drafts if (card and card.draft_ref == d.ref) or _holds(d, reply_to))
        return next(replied_to, next(iter(drafts), None))
    return next(iter(drafts), None)


def holding(tx: Transaction, person: Person, chat_id: int, message_id: int) -> Draft | None:
    """Return the draft that a message has joined."""
    return next((draft for draft in waiting(tx, person, chat_id) if _holds(draft, message_id)), None)


def bring_back(tx: Transaction, person: Person, chat_id: int) -> None:
    """Show the draft that still waits there, now that another one has ended; what is written next would join it."""
    draft = next(iter(waiting(tx, person, chat_id)), None)
    if draft is None:
        return
    draft = engine.rest(engine.resume(FLOWS[draft.flow], draft))
    tx.drafts.keep(draft)
    cards.open_for_draft(tx, draft, person, fresh=True, lane=Lane.NOTICE)


def listed(tx: Transaction, person: Person, chat_id: int) -> tuple[tuple[Press, ...], ...]:
    """Return a button for each of the drafts that wait, a row each."""
    return tuple((_button(draft),) for draft in waiting(tx, person, chat_id)[:_MOST_LISTED])


def _button(draft: Draft) -> Press:
    label = text("✏️ Not sent yet")
    if draft.words:
        label = text("✏️ Not sent yet: {words}", words=clip(draft.words, _WORDS_OF_A_LABEL))
    return Press(label, Action(VERB, draft.ref, draft.revision, "on"))


def _holds(draft: Draft, message_id: int) -> bool:
    return any(item.message_id == message_id for item in draft.items)
