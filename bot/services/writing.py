"""What somebody wrote in a conversation, made texts and files of its ticket."""

from bot.domain.commands import Words
from bot.domain.people import Person
from bot.domain.tickets import Ticket
from bot.flows.draft import Draft
from bot.ports.store import Source, Transaction

#: The role of a text that asks the filer something; all else that is sent to them answers them.
QUESTION = "question"


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
