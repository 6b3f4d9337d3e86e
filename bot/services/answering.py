"""Writing to the filer: shown as they will read it, then one tap; or kept among staff as a note (UX 8)."""

from collections.abc import Callable

from bot.domain.commands import Answer, Ask, Command, Note, Propose, Words
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Person
from bot.domain.policy import Act, require
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows import answer
from bot.flows.answer import ANSWER
from bot.flows.engine import Draft, Item, MediaKind
from bot.flows.screen import Text, text
from bot.ports.store import Transaction
from bot.services import claiming, presenting
from bot.services.recording import carry_out, named
from bot.services.screening import caution_of, screened
from bot.services.writing import files_of, finish, start, words_of

Files = tuple[int, ...]

#: What the words become, by what somebody set out to write or chose instead: text's role, command, what the tap says.
_WAYS: dict[str, tuple[Act, str, Callable[[Words, str, Files], Command], Text]] = {
    "": (Act.ANSWER, "answer", Answer, text("Sent.")),
    answer.ASK: (Act.ASK, "question", Ask, text("Asked.")),
    answer.NOTE: (Act.NOTE, "note", lambda words, *_: Note(words), text("Noted for colleagues.")),
    answer.PROPOSE: (Act.PROPOSE, "proposal", Propose, text("Proposed.")),
}
#: What may come along with words.
_ENCLOSED = frozenset({MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.DOCUMENT})


def begin(
    tx: Transaction, rules: RuleSet, person: Person, ticket: Ticket, way: str = "", item: Item | None = None
) -> Draft:
    """Begin to write to the filer of `ticket`, or a note; who answers what nobody has taken on takes it on."""
    act = _WAYS[way][0]
    if act is Act.ANSWER and ticket.assignee_id is None:
        ticket = claiming.claim(tx, rules, person, ticket)
    try:
        require(person, ticket, act, tx.now)
    except DomainError as error:
        raise named(tx, ticket, error) from None
    if item:
        require_readable(item)
    draft = start(tx, person, ticket, ANSWER, item=item, answers={answer.AS: way} if way else None)
    if item:
        draft = screened(tx, rules, draft)
        tx.drafts.save(draft)
    return draft


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
    require(person, ticket, act, tx.now)
    words = words_of(tx, ticket, person, role, draft)
    if words is None:
        raise DomainError(Refusal.WORDS_WANTED)
    ticket = carry_out(tx, rules, person, ticket, command(words, caution_of(draft), files_of(tx, ticket, draft)))
    presenting.enclose(tx, ticket, draft.media)
    finish(tx, person, draft, {answer.AS: way})
    return said
