"""Buttons: one table from what a button names to its use case. A button is a hint; each use case asks who taps."""

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Person
from bot.domain.policy import Act, may_know, require
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows import showing
from bot.flows.matter import EMERGENCY
from bot.flows.screen import Action, Text, decode, text
from bot.ports.incoming import (
    Tapped,
)
from bot.ports.outbox import IfUnknown, Lane, Letter, Notice, Strip
from bot.ports.store import Transaction
from bot.services import (
    acting,
    behalf,
    boards,
    bodies,
    card_buttons,
    cards,
    chronicle,
    closing,
    conversing,
    fieldwork,
    figures,
    following,
    households,
    informing,
    joining,
    listening,
    listing,
    looking_up,
    opening,
    own_data,
    preferring,
    recurring,
    registering,
    reporting,
    ringing,
    roster,
    stock_taking,
    team,
    turns,
)
from bot.services.boards import Place
from bot.services.telling import strip


def tapped(tx: Transaction, rules: RuleSet, person: Person, tap: Tapped) -> Text | None:
    """Carry out what `person` has tapped; return what the tap is answered with. An unknown button is a stale one."""
    action = decode(tap.data)
    if action is None:
        raise DomainError(Refusal.STALE_BUTTON)
    match action.verb:
        case showing.VERB:
            return conversing.tapped(tx, rules, person, action)
        case joining.BEGIN if action.choice == joining.FOR_SOMEBODY:
            behalf.begin(tx, person, _private_of(tap))
            return None
        case joining.BEGIN:
            known = {"kind": EMERGENCY} if action.choice == EMERGENCY else {}
            reporting.begin(tx, person, _private_of(tap), answers=known)
            return None
        case following.SHOW:
            following.show(tx, person, _ticket(tx, person, action), _private_of(tap))
            return None
        case Act.WITHDRAW:
            return following.withdraw(tx, rules, person, _ticket(tx, person, action), tap, action.choice)
        case Act.HISTORY:
            place = _in_place(tap) if action.choice else Place(_private_of(tap))
            chronicle.show(tx, person, _ticket(tx, person, action), action.choice, place)
            return None
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
        case own_data.OWN:
            return own_data.tapped(tx, person, action, tap)
        case preferring.SET:
            return preferring.tapped(tx, person, action, tap)
        case recurring.RECURS:
            return recurring.tapped(tx, person, action)
        case stock_taking.COUNTED:
            return stock_taking.acknowledge(tx, person, action)
        case ringing.WHY:
            informing.show_rule(tx, rules, person, action.ref, action.choice, _private_of(tap))
            return None
        case cards.MORE:
            return _more(tx, person, _ticket(tx, person, action))
        case listening.HEARD:
            return listening.answered(tx, rules, person, action, tap)
        case cards.RIGHT:
            return following.right(tx, person, _ticket(tx, person, action), tap)
        case cards.AGAIN:
            return closing.begin_reopening_event(tx, person, _ticket(tx, person, action))
        case boards.LIST:
            listing.tapped(tx, person, action, _private_of(tap), tap.message_id)
            return None
        case boards.OPEN:
            opening.open_card(tx, person, _ticket(tx, person, action), _private_of(tap))
            return None
        case figures.FIGURES:
            figures.tapped(tx, person, action, Place(_private_of(tap), tap.message_id))
            return None
        case joining.SPEAK if action.ref == joining.OF_GROUP:
            joining.choose_group_language(tx, person, action.choice, tap)
            return None
        case joining.SPEAK:
            words = joining.choose_language(tx, person, action.choice)
            if action.ref == joining.ASKED_ALONE:
                strip(tx, person, tap)
            if tap.chat is not None:
                fieldwork.show_keys(tx, tx.people.get(person.id))
                conversing.ask_again(tx, person, tap.chat.id)
            return words
        case roster.DUTY:
            return roster.chosen(tx, person, action, _private_of(tap))
        case bodies.BODIES:
            return bodies.tapped(tx, person, action, _private_of(tap))
        case turns.TURNS:
            return turns.tapped(tx, person, action, _private_of(tap))
        case team.TEAM:
            return team.chosen(tx, rules, person, action, _in_place(tap))
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
    notice = Notice(card_buttons.more(tx, ticket, person))
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


def _in_place(tap: Tapped) -> Place:
    """Return the tapped message, to be turned where it stands; a new one where it is not alone with the bot."""
    return Place(_private_of(tap), tap.message_id if tap.chat and tap.chat.private else None)


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
