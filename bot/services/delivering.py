"""What goes out: each letter composed as things stand at delivery, and what each outcome means.

The honest promise: nothing silently missing, and never more repeats than tries whose outcome stayed unknown. A letter
is committed as `sending` before the call; if no outcome was ever recorded (a crash), it counts as unknown.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.events import AnswerDelivered, AnswerUndelivered
from bot.domain.people import Language
from bot.domain.regulation import RuleSet
from bot.flows.commands import offered
from bot.flows.screen import Screen, Text
from bot.ports.messenger import (
    Ambiguous,
    Delayed,
    Done,
    Gone,
    Malformed,
    Migrated,
    NotSent,
    Outcome,
    Sent,
    TopicGone,
    Unauthorized,
    Unreachable,
)
from bot.ports.outbox import (
    Card,
    Enclosure,
    Head,
    IfUnknown,
    Lane,
    Letter,
    LetterState,
    Menu,
    Notice,
    OpenTopic,
    Posted,
    React,
    Redraw,
    Sheet,
    ShowCard,
    Strip,
    TapAnswer,
)
from bot.ports.store import Transaction
from bot.services import topics
from bot.services.dead_letters import give_up, report
from bot.services.drawing import draw
from bot.services.recording import record
from bot.services.writing import QUESTION

#: A message whose outcome stays unknown is tried so often in all, then becomes a dead letter.
MOST_TRIES = 3
#: The pauses before it is tried again: an outage should have passed before the tries are used up.
RESEND_AFTER = (timedelta(seconds=5), timedelta(seconds=60))
#: The longest pause between attempts that cannot double anything.
LONGEST_PAUSE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Offered:
    """The commands that somebody's menu offers: names, and what each does."""

    commands: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A letter ready to be rendered and sent: what to show, to whom, in which language and zone.

    `edit` is the message to change in place; None sends a new one. `plain` leaves the markup out.
    """

    letter_id: int
    chat_id: int
    language: Language
    timezone: str
    content: Screen | Enclosure | Sheet | TapAnswer | Strip | React | OpenTopic | Offered
    thread_id: int | None = None
    edit: int | None = None
    reply_to: int | None = None
    silent: bool = False
    plain: bool = False


def take(tx: Transaction, letter_id: int) -> Dispatch | None:
    """Mark a waiting letter as being sent and return what to send; None where it is obsolete or not waiting."""
    posted = tx.outbox.get(letter_id)
    if posted.state is not LetterState.PENDING:
        return None
    dispatch = _compose(tx, posted)
    if dispatch is None:
        tx.outbox.mark(letter_id, LetterState.DROPPED, outcome="obsolete")
        return None
    tx.outbox.mark(letter_id, LetterState.SENDING, attempts=posted.attempts + 1, edits=dispatch.edit)
    return dispatch


def settle(tx: Transaction, rules: RuleSet, letter_id: int, outcome: Outcome) -> tuple[LetterState, Head]:
    """Record what became of a letter that was being sent, with all that follows; return how it then stands."""
    posted = tx.outbox.get(letter_id)
    if posted.state is LetterState.SENDING:
        _settle(tx, rules, posted, outcome)
    return tx.outbox.standing(letter_id)


def _settle(tx: Transaction, rules: RuleSet, posted: Posted, outcome: Outcome) -> None:
    letter_id = posted.id
    match outcome:
        case (Unreachable() | Gone() | TopicGone() | Malformed()) as refused if isinstance(
            posted.letter.content, React | OpenTopic | Menu
        ):
            tx.outbox.mark(letter_id, LetterState.DROPPED, outcome=refused.reason)
        case Sent(message_ids=(thread_id, *_)) if isinstance(posted.letter.content, OpenTopic):
            topics.opened(tx, posted.letter.content.department_id, posted.letter.chat_id, thread_id)
            _delivered(tx, rules, posted)
        case Sent(message_ids=message_ids):
            _placed(tx, posted, message_ids[0])
            _delivered(tx, rules, posted)
        case Done():
            _delivered(tx, rules, posted)
        case Delayed(retry_after_s=seconds):
            _again(tx, posted, timedelta(seconds=seconds), "429")
        case NotSent(reason=reason):
            _again(tx, posted, _growing(posted), reason)
        case Ambiguous(reason=reason):
            _unknown(tx, posted, reason)
        case Unreachable(reason=reason):
            _unreachable(tx, rules, posted, reason)
        case Migrated(new_chat_id=new_chat_id):
            _migrated(tx, posted, new_chat_id)
        case Gone(reason=reason):
            _gone(tx, posted, reason)
        case TopicGone(reason=reason):
            _again(tx, posted, timedelta(), reason)
            tx.outbox.unthread(posted.letter.chat_id, posted.letter.thread_id or 0)
        case Malformed(reason=reason):
            if posted.plain:
                give_up(tx, posted, reason)
            else:
                tx.outbox.mark(letter_id, LetterState.PENDING, not_before=tx.now, outcome=reason, plain=True)
        case Unauthorized(reason=reason):
            _again(tx, posted, LONGEST_PAUSE, reason)


def _compose(tx: Transaction, posted: Posted) -> Dispatch | None:
    letter = posted.letter
    estate = tx.estates.get(letter.estate_id)
    language = tx.people.get(letter.reader_id).language if letter.reader_id else estate.language
    dispatch = Dispatch(
        posted.id,
        letter.chat_id,
        language,
        estate.timezone,
        Screen(()),
        thread_id=letter.thread_id,
        silent=letter.silent,
        plain=posted.plain,
    )
    match letter.content:
        case ShowCard(card_id=card_id):
            card = tx.cards.get(card_id)
            screen = draw(tx, card)
            edit = None if card.fresh else card.message_id
            return replace(dispatch, content=screen, edit=edit) if screen else None
        case Notice(screen=screen):
            return replace(dispatch, content=screen, reply_to=_message_of(tx, letter))
        case Redraw(message_id=message_id, screen=screen):
            return replace(dispatch, content=screen, edit=message_id)
        case Enclosure() | Sheet() as content:
            return replace(dispatch, content=content, reply_to=_message_of(tx, letter))
        case OpenTopic(department_id=department_id) as content:
            return replace(dispatch, content=content) if topics.wanted(tx, department_id, letter.chat_id) else None
        case Menu():
            reader = tx.people.get(letter.reader_id) if letter.reader_id else None
            return replace(dispatch, content=Offered(offered(reader)))
        case TapAnswer() | Strip() | React() as content:
            return replace(dispatch, content=content)


def _message_of(tx: Transaction, letter: Letter) -> int | None:
    return tx.cards.get(letter.reply_to_card).message_id if letter.reply_to_card else None


def _placed(tx: Transaction, posted: Posted, message_id: int) -> None:
    """Remember where a card now stands; the message it replaces loses its buttons."""
    if not isinstance(posted.letter.content, ShowCard):
        return
    card = tx.cards.get(posted.letter.content.card_id)
    if card.chat_id != posted.letter.chat_id:
        tx.outbox.show(card)  # its chat goes on under another id, where this message is not known
        return
    if card.message_id not in (None, message_id):
        _strip(tx, card)
    tx.cards.update(replace(card, message_id=message_id, fresh=False))


def _strip(tx: Transaction, card: Card) -> None:
    if card.message_id is not None:
        tx.outbox.put(
            Letter(
                card.chat_id,
                card.estate_id,
                Strip(card.message_id),
                lane=Lane.BULK,
                if_unknown=IfUnknown.REPEAT,
            )
        )


def _delivered(tx: Transaction, rules: RuleSet, posted: Posted) -> None:
    tx.outbox.mark(posted.id, LetterState.SENT)
    receipt = posted.letter.receipt
    if receipt and tx.texts.get(receipt.text_id).role != QUESTION:  # a question answers nobody
        record(tx, rules, tx.tickets.get(receipt.ticket_id), (AnswerDelivered(receipt.text_id),))


def _again(tx: Transaction, posted: Posted, pause: timedelta, outcome: str) -> None:
    tx.outbox.mark(posted.id, LetterState.PENDING, not_before=tx.now + pause, outcome=outcome)


def _unknown(tx: Transaction, posted: Posted, reason: str) -> None:
    """Repeat what is harmless until it is known; send what is not at most `MOST_TRIES` times, ever further apart."""
    if posted.letter.if_unknown is IfUnknown.REPEAT or posted.edits is not None:
        _again(tx, posted, _growing(posted), reason)
        return
    tries = posted.tries + 1
    tx.outbox.mark(posted.id, LetterState.SENDING, tries=tries)
    if posted.letter.if_unknown is IfUnknown.RESEND and tries < MOST_TRIES:
        _again(tx, posted, RESEND_AFTER[tries - 1], reason)
    else:
        give_up(tx, posted, reason)


def _growing(posted: Posted) -> timedelta:
    return min(LONGEST_PAUSE, timedelta(seconds=2 ** min(posted.attempts, 6)))


def _migrated(tx: Transaction, posted: Posted, new_chat_id: int) -> None:
    old_chat_id = posted.letter.chat_id
    if isinstance(posted.letter.content, Strip | React):
        tx.outbox.mark(posted.id, LetterState.DROPPED, outcome="migrated")
    else:
        _again(tx, posted, timedelta(), "migrated")
    if new_chat_id != old_chat_id:
        tx.outbox.rechat(old_chat_id, new_chat_id)


def _unreachable(tx: Transaction, rules: RuleSet, posted: Posted, reason: str) -> None:
    tx.outbox.mark(posted.id, LetterState.UNREACHABLE, outcome=reason)
    letter = posted.letter
    reader = tx.people.get(letter.reader_id) if letter.reader_id else None
    if reader and reader.account == letter.chat_id:
        tx.people.update(replace(reader, reachable=False))
    if letter.receipt:
        ticket = tx.tickets.get(letter.receipt.ticket_id)
        record(tx, rules, ticket, (AnswerUndelivered(letter.receipt.text_id, "unreachable"),))
    elif reader is None or (reader.is_staff and isinstance(letter.content, Notice)):
        report(tx, posted)


def _gone(tx: Transaction, posted: Posted, reason: str) -> None:
    """A card whose message was deleted is sent anew; a tap or a button that is past is let go."""
    content = posted.letter.content
    if isinstance(content, ShowCard) and posted.edits is not None:
        card = tx.cards.get(content.card_id)
        if card.message_id == posted.edits:
            tx.cards.update(replace(card, message_id=None))
        _again(tx, posted, timedelta(), reason)
    elif isinstance(content, TapAnswer | Strip | Redraw):
        tx.outbox.mark(posted.id, LetterState.DROPPED, outcome=reason)
    else:
        give_up(tx, posted, reason)
