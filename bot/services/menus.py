"""Everybody's own menu of commands: their language tells the two Chinese apart, their roles what is in it.

It is set anew when either changes, and composed when it is delivered.
"""

from bot.domain.people import Person
from bot.ports.outbox import IfUnknown, Lane, Letter, Menu
from bot.ports.store import Transaction
from bot.services.cards import private_chat


def renew(tx: Transaction, person: Person) -> None:
    """Have the menu of `person` set as it is to be now."""
    chat = private_chat(person)
    if chat is not None:
        letter = Letter(chat, person.estate_id, Menu(), person.id, lane=Lane.BULK, if_unknown=IfUnknown.REPEAT)
        tx.outbox.put(letter)
