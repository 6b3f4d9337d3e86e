"""One update, one transaction: from what arrived to who is answerable for it.

`handle` is the only way in. It knows who acts by the account in the database, lets the service decide, and turns a
refusal into a kind sentence. A refusal leaves the state as it was; anything else that is raised is a bug and is
rolled back whole by the caller.
"""

from contextlib import suppress

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Person
from bot.domain.regulation import RuleSet
from bot.flows.draft import Item
from bot.flows.matter import EMERGENCY
from bot.flows.screen import decode
from bot.flows.words import wanted
from bot.ports.incoming import (
    BotMembershipChanged,
    GroupMigrated,
    Ignored,
    Incoming,
    MessageEdited,
    MessageReceived,
    ReachabilityChanged,
    Tapped,
)
from bot.ports.outbox import IfUnknown, Lane, Letter, TapAnswer
from bot.ports.store import Pace, Transaction
from bot.services import (
    answering,
    cards,
    commanding,
    contracting,
    conversing,
    flooding,
    joining,
    own_data,
    tapping,
)
from bot.services.acknowledging import Sign, acknowledge
from bot.services.refusals import sentence
from bot.services.telling import say

#: Commands that even somebody who has left the team may give.
_OPEN_TO_LEAVERS = frozenset({"contact", "privacy", "rules"})


def handle(tx: Transaction, rules: RuleSet, incoming: Incoming) -> None:
    """Carry out what `incoming` asks for, within `tx`."""
    match incoming:
        case MessageReceived(chat=chat) if chat.private:
            _private(tx, rules, incoming)
        case MessageReceived():
            _in_group(tx, rules, incoming)
        case MessageEdited(chat=chat) if chat.private:
            _edited(tx, rules, incoming)
        case Tapped():
            _tapped(tx, rules, incoming)
        case ReachabilityChanged():
            joining.reachability_changed(tx, incoming)
        case BotMembershipChanged():
            joining.membership_changed(tx, incoming)
        case GroupMigrated():
            joining.group_migrated(tx, incoming)
        case MessageEdited() | Ignored():
            pass


#: What is refused because time has passed: nothing has happened by which the card would have been drawn anew.
_BY_TIME = frozenset(
    {
        Refusal.TOO_LATE_TO_UNDO,
        Refusal.TOO_LATE_TO_PART,
        Refusal.TOO_LATE_TO_UNSEND,
        Refusal.TOO_LATE_TO_CHANGE,
        Refusal.REOPEN_PAST,
    }
)

#: Commands whose answer lets the language be chosen.
_SHOW_LANGUAGES = ("start", "language", "settings")


def _private(tx: Transaction, rules: RuleSet, message: MessageReceived) -> None:
    welcomed = message.command in _SHOW_LANGUAGES and not message.argument
    person = joining.admit(tx, message.sender, welcomed=welcomed)
    if person is None:
        return
    try:
        plain = wanted(message.words) if not message.media and not message.command else None
        pace = flooding.pace_of(tx, person)
        if pace.messages > flooding.MOST_MESSAGES and not (plain and EMERGENCY in plain.answers.values()):
            _too_fast(tx, rules, person, message, pace)
            return
        if contracting.passes_on(tx, person, message):
            return
        _require_here(person, message.command or (plain.command if plain else ""), message.argument)
        if message.command:
            commanding.command(tx, rules, person, message, message.command)
        elif plain and (plain.key or plain.command == "cancel" or not conversing.running(tx, person, message.chat.id)):
            commanding.command(tx, rules, person, message, plain.command, plain.answers)
        else:
            conversing.received(tx, rules, person, message)
    except DomainError as refusal:
        say(tx, person, message.chat, sentence(refusal))


def _too_fast(tx: Transaction, rules: RuleSet, person: Person, message: MessageReceived, pace: Pace) -> None:
    """Say once that somebody sends faster than we follow; what they write joins their draft as long as it can."""
    with suppress(DomainError):
        _require_here(person, message.command or "", message.argument)
        if message.argument or not message.command:
            conversing.received(tx, rules, person, message)
    if pace.messages == flooding.MOST_MESSAGES + 1:
        raise flooding.too_fast(tx, person, pace)


def _in_group(tx: Transaction, rules: RuleSet, message: MessageReceived) -> None:
    """A reply to a ticket's card begins its answer, /language asks for the group's; all else there is none of ours."""
    person = joining.known(tx, message.sender)
    if person is None:
        return
    try:
        if message.command == "language" and not message.argument:
            _require_here(person)
            joining.offer_group_languages(tx, person, message.chat)
            return
        ticket = conversing.ticket_shown(tx, message.chat.id, message.reply_to) if message.reply_to else None
        if ticket is None:
            return
        _require_here(person)
        item = Item(message.message_id, message.words, message.media)
        answering.begin(tx, rules, person, ticket, item=item)
        acknowledge(tx, ticket.estate_id, message.chat.id, message.message_id, Sign.WORKING)
    except DomainError as refusal:
        say(tx, person, message.chat, sentence(refusal))


def _edited(tx: Transaction, rules: RuleSet, message: MessageEdited) -> None:
    person = joining.known(tx, message.sender)
    if person is None:
        return
    try:
        _require_here(person)
        conversing.edited(tx, rules, person, message)
    except DomainError as refusal:
        say(tx, person, message.chat, sentence(refusal))


def _require_here(person: Person, command: str | None = None, argument: str = "") -> None:
    """Refuse whoever has left, but for an invitation to come back and for what anybody may look up."""
    invited = command == "start" and argument
    if person.left_at is not None and not invited and (command not in _OPEN_TO_LEAVERS or argument):
        raise DomainError(Refusal.HAS_LEFT)


def _tapped(tx: Transaction, rules: RuleSet, tap: Tapped) -> None:
    person = joining.known(tx, tap.sender)
    estate = tx.estates.get(person.estate_id) if person else tx.estates.first()
    if estate is None:
        return
    alert = False
    try:
        if person is None:  # an old button of somebody who was erased, or of the group
            private = tap.chat is not None and tap.chat.private
            raise DomainError(Refusal.NO_SUCH_TICKET if private else Refusal.NOT_PERMITTED)
        action = decode(tap.data)
        _require_here(person, "privacy" if action and action.verb == own_data.OWN else None)
        words = tapping.tapped(tx, rules, person, tap)
    except DomainError as refusal:
        words, alert = sentence(refusal), True
        if refusal.refusal in _BY_TIME and tap.chat is not None and tap.message_id is not None:
            cards.redraw(tx, tap.chat.id, tap.message_id)
    tx.outbox.put(
        Letter(
            chat_id=0,
            estate_id=estate.id,
            content=TapAnswer(tap.query_id, words, alert),
            reader_id=person.id if person else None,
            lane=Lane.TAP,
            if_unknown=IfUnknown.REPEAT,
        )
    )
