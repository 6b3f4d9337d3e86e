"""Written commands, and the plain words that stand for them: one table from a command to its use case.

What a command does touches the writer's own affairs, or asks for a permission first. The words after a command that
takes none are somebody's report.
"""

from collections.abc import Mapping

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Permission, Person
from bot.domain.policy import may_know
from bot.domain.regulation import RuleSet
from bot.flows.draft import Item
from bot.flows.screen import text
from bot.ports.incoming import (
    MessageReceived,
)
from bot.ports.store import Transaction
from bot.services import (
    behalf,
    bodies,
    cards,
    conversing,
    fieldwork,
    following,
    informing,
    joining,
    listing,
    looking_up,
    opening,
    own_data,
    preferring,
    registering,
    reporting,
    reviewing,
    roster,
    team,
    turns,
    visiting,
)
from bot.services.telling import say


def command(
    tx: Transaction,
    rules: RuleSet,
    person: Person,
    message: MessageReceived,
    named: str,
    answers: Mapping[str, str] | None = None,
) -> None:
    """Carry out `command`; `answers` are what a plain word has said already."""
    chat_id = message.chat.id
    match named:
        case "start" if message.argument.startswith(registering.LINK):
            registering.enter(tx, person, message.argument.removeprefix(registering.LINK))
        case "start" if message.argument.startswith(cards.LINK):
            _show(tx, person, message.argument.removeprefix(cards.LINK), chat_id)
        case "start" if message.argument.startswith(fieldwork.LINK):
            reporting.begin_at(tx, person, chat_id, message.argument.removeprefix(fieldwork.LINK))
        case "start" if message.argument:
            joining.accept_invite(tx, person, message.argument)
            say(tx, person, message.chat, text("Welcome to the team, {name}.", name=person.name))
            fieldwork.show_keys(tx, tx.people.get(person.id))
        case "start":
            joining.welcome(tx, person, chat_id)
            fieldwork.show_keys(tx, person)
        case "language" if not message.argument:
            joining.offer_languages(tx, person)
        case "settings" if not message.argument:
            preferring.show(tx, person)
        case "for" if person.may(Permission.CLAIM):
            typed = Item(message.message_id, message.argument) if message.argument else None
            behalf.begin(tx, person, chat_id, typed)
        case "resident" if person.may(Permission.ADMIT):
            looking_up.show(tx, person, message.argument)
        case "visits" if person.may(Permission.READ_LISTS) and not message.argument:
            reviewing.list_visits(tx, person, chat_id)
        case "rain" if person.may(Permission.OVERSEE) and not message.argument:
            visiting.it_rained(tx, rules, person, chat_id)
        case "work" | "board" | "find" | "reports" | "figures" | "overview" if person.may(listing.COMMANDS[named]):
            listing.command(tx, rules, person, named, message.argument, chat_id)
        case _ if message.argument:  # whatever the command: the words after it are somebody's report
            conversing.received(tx, rules, person, message)
        case "fixed" if fieldwork.begin_fixed(tx, person, chat_id):
            pass
        case "new" | "report" | "fixed":
            reporting.begin(tx, person, chat_id, answers=answers or {})
        case "my":
            following.mine(tx, person, chat_id)
        case "help":
            say(tx, person, message.chat, *informing.help_for(person, tx.estates.get(person.estate_id)))
        case "contact":
            say(tx, person, message.chat, *informing.contact(tx.estates.get(person.estate_id)))
        case "privacy":
            own_data.offer(tx, person, chat_id)
        case "rules":
            say(tx, person, message.chat, *informing.rules(person))
        case "who":
            roster.who(tx, person, chat_id)
        case "directory" if person.is_staff:
            bodies.show(tx, person, chat_id)
        case "roster" if person.is_staff:
            turns.show(tx, person, chat_id)
        case "team":
            team.begin(tx, person, chat_id)
        case "cancel":
            if not conversing.cancel(tx, person, chat_id):
                say(tx, person, message.chat, text("Nothing is open here. Write to us whenever you like."))
        case _:
            say(tx, person, message.chat, *informing.help_for(person, tx.estates.get(person.estate_id)))


def _show(tx: Transaction, person: Person, ref: str, chat_id: int) -> None:
    """Show the ticket of a deep link to who filed it, or to a colleague who may know of it; to others there is none."""
    ticket = tx.tickets.by_ref(ref)
    if ticket is None or ticket.estate_id != person.estate_id or not may_know(person, ticket):
        raise DomainError(Refusal.NO_SUCH_TICKET)
    if ticket.filer_id != person.id and person.may(Permission.READ_LISTS):
        opening.open_card(tx, person, ticket, chat_id)
    else:
        following.show(tx, person, ticket, chat_id)
