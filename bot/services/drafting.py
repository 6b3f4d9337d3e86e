"""Which of somebody's drafts is meant, when they have begun several: they do not mix.

What is written belongs to the draft whose message it replies to, else to the one last touched; what is changed belongs
where it was. A draft that waits while another one ends comes back by itself.
"""

from bot.domain.people import Person
from bot.flows import engine
from bot.flows.catalogue import FLOWS
from bot.flows.draft import Draft
from bot.flows.screen import Action, Press, clip, text
from bot.flows.showing import VERB
from bot.ports.outbox import Lane
from bot.ports.store import Transaction
from bot.services import cards

#: So many drafts of one person are looked at; whoever has begun more finds the others by their cards.
MOST_OPEN = 20
_MOST_LISTED = 4
_WORDS_OF_A_LABEL = 40


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
