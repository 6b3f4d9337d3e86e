"""One update, one transaction: from what arrived to who is answerable for it.

`handle` is the only way in. It knows who acts by the account in the database, lets the service decide, and turns a
refusal into a kind sentence. A refusal leaves the state as it was; anything else that is raised is a bug and is
rolled back whole by the caller.
"""

from collections.abc import Mapping
from contextlib import suppress

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Permission, Person
from bot.domain.policy import Act, may_know, require
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows import engine
from bot.flows.engine import Item
from bot.flows.report import EMERGENCY
from bot.flows.screen import Action, Screen, Text, decode, text
from bot.flows.words import wanted
from bot.ports.incoming import (
    BotMembershipChanged,
    Chat,
    GroupMigrated,
    Ignored,
    Incoming,
    MessageEdited,
    MessageReceived,
    ReachabilityChanged,
    Tapped,
)
from bot.ports.outbox import IfUnknown, Lane, Letter, Notice, Strip, TapAnswer
from bot.ports.store import Pace, Transaction
from bot.services import (
    acting,
    answering,
    boards,
    cards,
    conversing,
    drawing,
    flooding,
    following,
    households,
    informing,
    joining,
    listing,
    looking_up,
    opening,
    preferring,
    registering,
    ringing,
    roster,
    team,
)
from bot.services.acknowledging import Sign, acknowledge
from bot.services.refusals import sentence
from bot.services.telling import strip

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
        _require_here(person, message.command or (plain.command if plain else ""), message.argument)
        if message.command:
            _command(tx, rules, person, message, message.command)
        elif plain and (plain.command == "cancel" or not conversing.running(tx, person, message.chat.id)):
            _command(tx, rules, person, message, plain.command, plain.answers)
        else:
            conversing.received(tx, rules, person, message)
    except DomainError as refusal:
        _say(tx, person, message.chat, sentence(refusal))


def _too_fast(tx: Transaction, rules: RuleSet, person: Person, message: MessageReceived, pace: Pace) -> None:
    """Say once that somebody sends faster than we follow; what they write joins their draft as long as it can."""
    with suppress(DomainError):
        _require_here(person, message.command or "", message.argument)
        if message.argument or not message.command:
            conversing.received(tx, rules, person, message)
    if pace.messages == flooding.MOST_MESSAGES + 1:
        raise flooding.too_fast(tx, person, pace)


def _command(
    tx: Transaction,
    rules: RuleSet,
    person: Person,
    message: MessageReceived,
    command: str,
    answers: Mapping[str, str] | None = None,
) -> None:
    chat_id = message.chat.id
    match command:
        case "start" if message.argument.startswith(registering.LINK):
            registering.enter(tx, person, message.argument.removeprefix(registering.LINK))
        case "start" if message.argument:
            joining.accept_invite(tx, person, message.argument)
            _say(tx, person, message.chat, text("Welcome to the team, {name}.", name=person.name))
        case "start":
            joining.welcome(tx, person, chat_id)
        case "language" if not message.argument:
            joining.offer_languages(tx, person)
        case "settings" if not message.argument:
            preferring.show(tx, person)
        case "resident" if person.may(Permission.ADMIT):
            looking_up.show(tx, person, message.argument)
        case "work" | "board" | "find" | "overview" if person.may(listing.COMMANDS[command]):
            listing.command(tx, person, command, message.argument, chat_id)
        case _ if message.argument:  # whatever the command: the words after it are somebody's report
            conversing.received(tx, rules, person, message)
        case "new" | "report":
            conversing.begin(tx, person, chat_id, answers=answers or {})
        case "my":
            following.mine(tx, person, chat_id)
        case "help":
            _say(tx, person, message.chat, *informing.help_for(person))
        case "contact":
            _say(tx, person, message.chat, *informing.contact(tx.estates.get(person.estate_id)))
        case "privacy":
            _say(tx, person, message.chat, *informing.PRIVACY)
        case "rules":
            _say(tx, person, message.chat, *informing.rules(person))
        case "who":
            roster.who(tx, person, chat_id)
        case "team":
            team.begin(tx, person, chat_id)
        case "cancel":
            if not conversing.cancel(tx, person, chat_id):
                _say(tx, person, message.chat, text("Nothing is open here. Write to us whenever you like."))
        case _:
            _say(tx, person, message.chat, *informing.help_for(person))


def _in_group(tx: Transaction, rules: RuleSet, message: MessageReceived) -> None:
    """A reply to a ticket's card begins its answer; all other talk of the group is none of ours."""
    if message.reply_to is None:
        return
    ticket = conversing.ticket_shown(tx, message.chat.id, message.reply_to)
    person = joining.known(tx, message.sender)
    if ticket is None or person is None:
        return
    try:
        _require_here(person)
        item = Item(message.message_id, message.words, message.media)
        answering.begin(tx, rules, person, ticket, item=item)
        acknowledge(tx, ticket.estate_id, message.chat.id, message.message_id, Sign.WORKING)
    except DomainError as refusal:
        _say(tx, person, message.chat, sentence(refusal))


def _edited(tx: Transaction, rules: RuleSet, message: MessageEdited) -> None:
    person = joining.known(tx, message.sender)
    if person is None:
        return
    try:
        _require_here(person)
        conversing.edited(tx, rules, person, message)
    except DomainError as refusal:
        _say(tx, person, message.chat, sentence(refusal))


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
        words = _act(tx, rules, person, tap)
    except DomainError as refusal:
        words, alert = sentence(refusal), True
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


def _act(tx: Transaction, rules: RuleSet, person: Person | None, tap: Tapped) -> Text | None:
    action = decode(tap.data)
    if person is None:
        raise DomainError(Refusal.NOT_PERMITTED)
    _require_here(person)
    if action is None:
        raise DomainError(Refusal.STALE_BUTTON)
    match action.verb:
        case engine.VERB:
            return conversing.tapped(tx, rules, person, action)
        case joining.BEGIN:
            known = {"kind": EMERGENCY} if action.choice == EMERGENCY else {}
            conversing.begin(tx, person, _private_of(tap), answers=known)
            return None
        case following.SHOW:
            following.show(tx, person, _ticket(tx, person, action), _private_of(tap))
            return None
        case Act.WITHDRAW:
            ticket = _ticket(tx, person, action)
            return following.withdraw(tx, rules, person, ticket, action.choice, _private_of(tap))
        case registering.HOME:
            return registering.tapped(tx, person, action, tap)
        case registering.ADMIT:
            return registering.decide(tx, person, action, tap)
        case households.ALIEN:
            return households.doubt(tx, person, action, tap)
        case households.MOVED:
            return households.office_decides(tx, person, action, tap)
        case looking_up.LETTER:
            return looking_up.new_letter(tx, person, action, tap)
        case preferring.SET:
            return preferring.tapped(tx, person, action, tap)
        case ringing.WHY:
            informing.show_rule(tx, rules, person, action.choice, _private_of(tap))
            return None
        case cards.MORE:
            return _more(tx, person, _ticket(tx, person, action))
        case boards.LIST:
            listing.tapped(tx, person, action, _private_of(tap), tap.message_id)
            return None
        case boards.OPEN:
            opening.open_card(tx, person, _ticket(tx, person, action), _private_of(tap))
            return None
        case joining.SPEAK:
            words = joining.choose_language(tx, person, action.choice)
            if action.ref == joining.ASKED_ALONE:
                strip(tx, person, tap)
            if tap.chat is not None:
                conversing.ask_again(tx, person, tap.chat.id)
            return words
        case roster.DUTY:
            return roster.chosen(tx, person, action, _private_of(tap))
        case team.TEAM:
            return team.chosen(tx, rules, person, action, _private_of(tap))
        case verb if verb in _ACTS:
            ticket = _ticket(tx, person, action)
            _merge_doubles(tx, ticket, tap)
            return acting.act_on(tx, rules, person, ticket, Act(verb))
        case _:
            raise DomainError(Refusal.STALE_BUTTON)


#: Every act has a button of its name.
_ACTS = frozenset(act.value for act in Act)


def _more(tx: Transaction, person: Person, ticket: Ticket) -> Text:
    """Show in private what else can be done."""
    require(person, ticket, Act.NOTE, tx.now)
    chat = cards.private_chat(person)
    if chat is None:
        raise DomainError(Refusal.NO_PRIVATE_CHAT)
    notice = Notice(drawing.more(tx, ticket, person))
    tx.outbox.put(Letter(chat, ticket.estate_id, notice, person.id, lane=Lane.TAP))
    return text("Please choose in your chat with me.")


def _ticket(tx: Transaction, person: Person, action: Action) -> Ticket:
    """Return the ticket a button names, as far as it lies in the person's own estate and is not kept from them."""
    ticket = tx.tickets.by_ref(action.ref)
    if ticket is None or ticket.estate_id != person.estate_id or not may_know(person, ticket):
        raise DomainError(Refusal.NO_SUCH_TICKET)
    return ticket


def _private_of(tap: Tapped) -> int:
    """Return the chat in which who tapped is alone with the bot; it bears the number of their account."""
    return tap.sender.account


def _merge_doubles(tx: Transaction, ticket: Ticket, tap: Tapped) -> None:
    """A card sent twice, its first sending uncertain, stays one: tapping what is not the live card strips it."""
    if tap.chat is None or tap.message_id is None:
        return
    chat = tap.chat
    live = {card.message_id for card in tx.cards.of_ticket(ticket.id) if card.chat_id == chat.id}
    if live and not live & {None, tap.message_id}:
        tx.outbox.put(
            Letter(chat.id, ticket.estate_id, Strip(tap.message_id), lane=Lane.TAP, if_unknown=IfUnknown.REPEAT)
        )


def _say(tx: Transaction, person: Person, chat: Chat, *lines: Text) -> None:
    tx.outbox.put(
        Letter(
            chat.id,
            person.estate_id,
            Notice(Screen(lines)),
            reader_id=person.id,
            thread_id=chat.thread_id,
            lane=Lane.TAP,
        )
    )
