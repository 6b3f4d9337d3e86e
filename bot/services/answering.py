"""Writing to the filer: shown as they will read it, then one tap; or kept among staff as a note (UX 8)."""

from collections.abc import Callable
from dataclasses import replace

from bot.domain import canned
from bot.domain.commands import Answer, Ask, Command, Note, Propose, Words
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Person
from bot.domain.policy import Act
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows import answer, engine
from bot.flows.answer import ANSWER
from bot.flows.draft import Draft, Item, MediaKind
from bot.flows.screen import Text, text
from bot.ports.store import Transaction
from bot.services import claiming, presenting
from bot.services.cards import private_chat
from bot.services.drafting import finish, start
from bot.services.recording import carry_out, permit
from bot.services.screening import caution_of, screened
from bot.services.writing import QUESTION, files_of, words_of

Files = tuple[int, ...]

#: What the words become, by what somebody set out to write or chose instead: text's role, command, what the tap says.
_WAYS: dict[str, tuple[Act, str, Callable[[Words, str, Files], Command], Text]] = {
    "": (Act.ANSWER, "answer", Answer, text("Sent.")),
    answer.ASK: (Act.ASK, QUESTION, Ask, text("Asked.")),
    answer.NOTE: (Act.NOTE, "note", lambda words, *_: Note(words), text("Noted for colleagues.")),
    answer.PROPOSE: (Act.PROPOSE, "proposal", Propose, text("Proposed.")),
}
#: Words that came in no message.
_NO_MESSAGE = 0
#: What may come along with words.
_ENCLOSED = frozenset({MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.DOCUMENT})


def begin(
    tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, way: str = "", item: Item | None = None
) -> Draft:
    """Begin to write to the filer of `ticket`, or a note; who answers what nobody has taken on takes it on.

    Nobody has taken it on where that is refused.
    """
    act = _WAYS[way][0]
    claims = act is Act.ANSWER and ticket.assignee_id is None
    if claims:
        permit(tx, person, ticket, Act.CLAIM)
    permit(tx, person, replace(ticket, assignee_id=person.id) if claims else ticket, act)
    if private_chat(person) is None:
        raise DomainError(Refusal.NO_PRIVATE_CHAT)
    if item:
        require_readable(item)
    if claims:
        ticket = claiming.claim(tx, rules, person, ticket)
    answers = {answer.AS: way} if way else None
    options = {answer.WORDS: _kept_ready(tx, ticket)} if not way else None
    draft = start(tx, person, ticket, ANSWER, item=item, answers=answers, options=options)
    if item:
        draft = screened(tx, rules, draft)
        tx.drafts.save(draft)
    return draft


def take_canned(tx: Transaction, draft: Draft, code: str) -> Draft:
    """Return `draft` with the words of an answer that is kept ready; what is no longer there is a stale button."""
    ticket = tx.tickets.get(draft.ticket_id or 0)
    language = tx.people.get(ticket.filer_id).language
    for known in tx.canned.of_estate(ticket.estate_id):
        if known.code == code and language in known.words:
            return engine.add(ANSWER, draft, Item(_NO_MESSAGE, known.words[language]), tx.now)
    raise DomainError(Refusal.STALE_BUTTON)


def _kept_ready(tx: Transaction, ticket: Ticket) -> tuple[tuple[str, str], ...]:
    language = tx.people.get(ticket.filer_id).language
    fitting = canned.offered(tx.canned.of_estate(ticket.estate_id), ticket, language)
    return tuple((known.code, known.titles[language]) for known in fitting)


def require_readable(item: Item) -> None:
    """Refuse what cannot be read before it is sent: a photo or a file may come along, a voice message not."""
    if not item.words and (item.media is None or item.media.kind not in _ENCLOSED):
        raise DomainError(Refusal.WORDS_WANTED)


def submit(tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, draft: Draft, chosen: str) -> Text:
    """Send what `draft` holds, or keep it; an answer counts once it was delivered (CP-6)."""
    way = chosen or draft.answers.get(answer.AS, "")
    if way not in _WAYS:
        raise DomainError(Refusal.STALE_BUTTON)
    act, role, command, said = _WAYS[way]
    permit(tx, person, ticket, act)
    words = words_of(tx, ticket, person, role, draft)
    if words is None:
        raise DomainError(Refusal.WORDS_WANTED)
    ticket = carry_out(tx, rules, person, ticket, command(words, caution_of(draft), files_of(tx, ticket, draft)))
    presenting.enclose(tx, ticket, draft.media)
    finish(tx, person, draft, {answer.AS: way})
    return said
