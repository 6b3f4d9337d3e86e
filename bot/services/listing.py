"""The way in to colleagues' lists: their commands, and the buttons that lead from page to page."""

from typing import Final

from bot.domain.people import Permission, Person
from bot.domain.regulation import RuleSet
from bot.flows.screen import Action
from bot.ports.store import Transaction
from bot.services import boards, figures, finding, overseeing
from bot.services.boards import Place

#: What each command asks for. Somebody who may not is taken to have written a message that begins so.
COMMANDS: Final = {
    "work": Permission.READ_LISTS,
    "board": Permission.READ_LISTS,
    "find": Permission.READ_LISTS,
    "reports": Permission.FOLLOW_UP,
    "figures": Permission.READ_FIGURES,
    "overview": Permission.OVERSEE,
}


def command(tx: Transaction, rules: RuleSet, person: Person, name: str, argument: str, chat_id: int) -> None:
    """Show what a command of `COMMANDS` asks for."""
    place = Place(chat_id)
    match name:
        case "work":
            boards.work(tx, person, place)
        case "board":
            boards.board(tx, person, place)
        case "find":
            finding.find(tx, person, argument, place)
        case "figures":
            figures.show(tx, person, place)
        case "reports":
            boards.reports(tx, person, place)
        case "overview":
            overseeing.overview(tx, rules, person, place)


def tapped(tx: Transaction, person: Person, action: Action, chat_id: int, message_id: int | None) -> None:
    """Show the list that a button names: another page in place, another list in a message of its own."""
    turns = action.choice or action.ref.startswith(finding.FOUND) or action.version == boards.AGAIN
    place = Place(chat_id, message_id if turns else None)
    if action.ref.startswith(f"{finding.FOUND}."):
        finding.tapped(tx, person, action, place)
    else:
        boards.tapped(tx, person, action, place)
