"""What a speech-to-text engine made of a voice message: a suggestion, and nothing before who spoke has confirmed it.

The sound is kept and played back whatever becomes of the words. What is confirmed joins the ticket as whoever spoke
wrote it; what is not is forgotten.
"""

from bot.domain.errors import DomainError, Refusal
from bot.domain.events import Amended, Filed, Noted
from bot.domain.history import event_of
from bot.domain.people import Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows.screen import Action, Press, Quote, Screen, Text, text
from bot.ports.hearings import Hearing
from bot.ports.incoming import Tapped
from bot.ports.outbox import Letter, Notice
from bot.ports.store import Transaction
from bot.services.cards import private_chat
from bot.services.recording import record
from bot.services.telling import strip
from bot.services.writing import store

#: The verb of the two buttons below a suggestion; in place of a version they carry the number of the voice message.
HEARD = "heard"
_YES = "yes"
_NO = "no"


def suggest(tx: Transaction, hearing: Hearing, words: str) -> None:
    """Ask who spoke whether `words` are what they said; nothing where nothing was understood or nobody can be asked."""
    ticket = tx.tickets.get(hearing.ticket_id)
    speaker = _speaker(tx, ticket, hearing.attachment_id)
    chat = private_chat(speaker) if speaker and speaker.left_at is None else None
    if not words or speaker is None or chat is None or not ticket.open:
        tx.hearings.end(hearing.attachment_id)
        return
    tx.hearings.suggest(hearing, words)
    right = Press(text("👍 That is right"), Action(HEARD, ticket.ref, hearing.attachment_id, _YES), "success")
    wrong = Press(text("👎 No"), Action(HEARD, ticket.ref, hearing.attachment_id, _NO))
    lines = (
        text("🎤 <b>No. {number}</b>: this is what we understood of your voice message.", number=ticket.number),
        Quote(words),
        text("Is it right? The recording stays with us in any case."),
    )
    screen = Screen(lines, ((right, wrong),))
    tx.outbox.put(Letter(chat, ticket.estate_id, Notice(screen), reader_id=speaker.id, silent=True))


def answered(tx: Transaction, rules: RuleSet, person: Person, action: Action, tap: Tapped) -> Text:
    """Keep what was heard as the words of who spoke, if they say that it is right, else forget it."""
    heard = tx.hearings.suggested(action.version)
    ticket = tx.tickets.by_ref(action.ref)
    if heard is None or ticket is None or ticket.id != heard.ticket_id or action.choice not in (_YES, _NO):
        raise DomainError(Refusal.STALE_BUTTON)
    speaker = _speaker(tx, ticket, heard.attachment_id)
    if speaker is None or speaker.id != person.id:
        raise DomainError(Refusal.NOT_PERMITTED)
    if action.choice == _YES and not ticket.open:
        raise DomainError(Refusal.TICKET_ENDED, number=ticket.number)
    strip(tx, person, tap)
    tx.hearings.end(heard.attachment_id)
    if action.choice == _NO:
        return text("Thank you. We will listen to the recording itself.")
    told = Amended if person.id == ticket.filer_id else Noted
    said = store(tx, ticket, person, "amendment" if told is Amended else "note", f"🎤 {heard.words}")
    record(tx, rules, ticket, (told(by=person.id, text_id=said.text_id, digest=said.digest),))
    return text("Thank you. It is written down with no. {number} now.", number=ticket.number)


def _speaker(tx: Transaction, ticket: Ticket, attachment_id: int) -> Person | None:
    """Return who sent a voice message: whoever did what it came with; None where that is not known."""
    for row in tx.tickets.history(ticket.id):
        event = event_of(row).event
        if attachment_id in getattr(event, "attachments", ()):
            by = (event.recorded_by or event.by) if isinstance(event, Filed) else getattr(event, "by", None)
            return tx.people.get(by) if by is not None else None
    return None
