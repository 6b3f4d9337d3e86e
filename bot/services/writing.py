"""What somebody wrote in a conversation, made texts and files of its ticket."""

from dataclasses import replace

from bot.domain.commands import Words
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Person
from bot.domain.tickets import Ticket
from bot.flows.answer import AS
from bot.flows.draft import DRAFT_LIFE, Draft, DraftState, Item
from bot.flows.engine import add, begin, go_on, resume, with_options
from bot.flows.flow import Flow
from bot.ports.store import Source, Transaction
from bot.services import cards, drafting

Options = tuple[tuple[str, str], ...]

#: The role of a text that asks the filer something; all else that is sent to them answers them.
QUESTION = "question"


def start(
    tx: Transaction,
    person: Person,
    ticket: Ticket,
    flow: Flow,
    *,
    item: Item | None = None,
    answers: dict[str, str] | None = None,
    options: dict[str, Options] | None = None,
) -> Draft:
    """Begin a conversation about `ticket` in the person's private chat, with `item` if they wrote something already.

    Whoever has begun the same one and not ended it goes on with that one.
    """
    chat = cards.private_chat(person)
    if chat is None:
        raise DomainError(Refusal.NO_PRIVATE_CHAT)
    begun = _begun(tx, person, ticket, chat, flow, answers or {})
    if begun:
        draft = go_on(with_options(resume(flow, begun), _kept(begun, options or {})), tx.now)
        return _open(tx, person, flow, draft, item)
    blank = Draft(
        tx.chance.token(),
        flow.id,
        flow.version,
        person.id,
        chat,
        "",
        tx.now + DRAFT_LIFE,
        answers or {},
        ticket_id=ticket.id,
        options=options or {},
    )
    return _open(tx, person, flow, begin(flow, blank), item)


def _begun(
    tx: Transaction, person: Person, ticket: Ticket, chat: int, flow: Flow, answers: dict[str, str]
) -> Draft | None:
    """Return the draft of the same conversation about the same ticket that still waits there."""
    for draft in drafting.waiting(tx, person, chat):
        same = draft.flow == flow.id and draft.ticket_id == ticket.id
        if same and draft.answers.get(AS) == answers.get(AS):
            return draft
    return None


def _kept(draft: Draft, options: dict[str, Options]) -> dict[str, Options]:
    """Return new choices, beside what was chosen already of the old ones."""
    chosen = {step: (draft.answers.get(step, ""), draft.options.get(step, ())) for step in options}
    return {
        step: (*fresh, *(pair for pair in chosen[step][1] if pair[0] == chosen[step][0] and pair not in fresh))
        for step, fresh in options.items()
    }


def _open(tx: Transaction, person: Person, flow: Flow, draft: Draft, item: Item | None) -> Draft:
    if item:
        draft = add(flow, draft, item, tx.now)
    tx.drafts.save(draft)
    cards.open_for_draft(tx, draft, person, fresh=True)
    return draft


def finish(tx: Transaction, person: Person, draft: Draft, answers: dict[str, str] | None = None) -> None:
    """Say in the conversation's screen that it took effect; `answers` are kept for what that says."""
    kept = {**draft.answers, **(answers or {})}
    done = replace(draft, state=DraftState.DONE, revision=draft.revision + 1, answers=kept)
    tx.drafts.save(done)
    cards.open_for_draft(tx, done, person, fresh=False)


def words_of(tx: Transaction, ticket: Ticket, person: Person, role: str, draft: Draft) -> Words | None:
    """Store all that was written in `draft` as one text of the ticket; None where nothing was."""
    said = "\n".join(item.words for item in draft.items if item.words)
    return store(tx, ticket, person, role, said, draft) if said else None


def store(tx: Transaction, ticket: Ticket, person: Person, role: str, said: str, draft: Draft | None = None) -> Words:
    """Store words as a text of the ticket; what the filer wrote in one message is found by it again."""
    written = [item for item in draft.items if item.words] if draft else []
    changeable = draft is not None and len(written) == 1 and written[0].message_id > 0 and person.id == ticket.filer_id
    source = Source(draft.chat_id, written[0].message_id) if draft and changeable else None
    return Words(*tx.texts.add(ticket.id, person.id, role, said, source))


def files_of(tx: Transaction, ticket: Ticket, draft: Draft) -> tuple[int, ...]:
    """Store the files of `draft` as the ticket's; return their ids."""
    files = tuple(tx.attachments.reserve(item.media, item.album) for item in draft.items if item.media)
    tx.attachments.own(files, ticket.id)
    return files
