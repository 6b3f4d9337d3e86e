"""Finding a ticket by what one remembers of it: number, home, person, words, day, stage (UX 17).

A number that is there is opened at once; days and stages are lists like any other. Words are kept for as long as it
takes to page through what they find: the last ones of each colleague, no more.
"""

from typing import Final

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Permission, Person
from bot.domain.policy import may_know
from bot.domain.terms import terms_of, wanted
from bot.domain.tickets import Stage, Ticket
from bot.flows.queries import Days, Number, Words, understood
from bot.flows.screen import Action, Press, Screen, Text, clip, text
from bot.ports.boards import Board, Listing
from bot.ports.store import Transaction
from bot.services import board_names, boards, opening
from bot.services.boards import MOST_COUNTED, PAGE, Page, Place, Shown

#: Begins the name of a list of what was found.
FOUND: Final = "found"
#: As much of what somebody looked for as is kept.
_LONGEST: Final = 200
#: So many colleagues of a name are offered.
_MOST_COLLEAGUES: Final = 4


def find(tx: Transaction, person: Person, query: str, place: Place) -> None:
    """Show what `query` finds, or say how to look for something where it is empty."""
    person.require(Permission.READ_LISTS)
    zone = boards.day_zone(tx, person)
    today = tx.now.astimezone(zone).date()
    if not query.strip():
        boards.put(tx, person, place, Screen(_HOW))
        return
    match understood(query, today, person.language):
        case Number() as number if ticket := numbered(tx, person, number, today.year):
            opening.open_card(tx, person, ticket, place.chat_id)
        case Days(first=first, last=last):
            boards.show(tx, person, board_names.days(Listing.RECEIVED, first, last, zone), place)
        case Stage.CLOSED:
            boards.show(tx, person, board_names.days(Listing.CLOSED, today.replace(month=1, day=1), today, zone), place)
        case Stage() as stage:
            boards.show(tx, person, Board(Listing.STAGE, stage=stage), place)
        case Number() | Words():
            token = tx.chance.token()
            tx.search.remember(person.id, token, clip(query, _LONGEST))
            _show(tx, person, token, clip(query, _LONGEST), place)


def tapped(tx: Transaction, person: Person, action: Action, place: Place) -> None:
    """Turn the page of what was found."""
    person.require(Permission.READ_LISTS)
    words = tx.search.recall(person.id, action.ref.partition(".")[2])
    if words is None:
        raise DomainError(Refusal.SEARCH_GONE)
    _show(tx, person, action.ref.partition(".")[2], words, place, action.version, action.choice)


def _show(
    tx: Transaction, person: Person, token: str, words: str, place: Place, number: int = 1, turned: str = ""
) -> None:
    reader, back = boards.reader_of(person), turned.startswith("<")
    mark = int(turned[1:]) if turned[1:].isascii() and turned[1:].isdigit() and len(turned) < 19 else None
    if back and mark is not None:
        found = tx.search.find_newer(reader, words, PAGE + 1, mark)
        beyond, found = len(found) > PAGE, found[:PAGE][::-1]
    else:
        found = tx.search.find(reader, words, PAGE + 1, mark)
        beyond, found = len(found) > PAGE, found[:PAGE]
    if turned and not found:
        _show(tx, person, token, words, place)
        return
    first = mark is None or number <= 1 or (back and not beyond)
    page = Page(
        text("<b>🔎 {words}</b>", words=words),
        f"{FOUND}.{token}",
        1 if first else number,
        tx.search.count(reader, words, MOST_COUNTED),
        [Shown(tx.tickets.get(ticket_id)) for ticket_id in found],
        None if first else f"<{found[0]}",
        f">{found[-1]}" if found and (beyond or back) else None,
    )
    colleagues = boards.paired(_colleagues(tx, person, words))
    if page.shown:
        screen = boards.screen_of(tx, page, colleagues)
    else:
        screen = Screen((page.title, text("Nothing found. Fewer or other words may help."), *_HOW[1:]), colleagues)
    boards.put(tx, person, place, screen)


def numbered(tx: Transaction, person: Person, number: Number, this_year: int) -> Ticket | None:
    """Return the ticket of that number as far as `person` may know of it.

    Without its year, it is the one of this year or else of the last.
    """
    estate = tx.estates.get(person.estate_id)
    if number.code not in (None, estate.code):
        return None
    for year in (number.year,) if number.year else (this_year, this_year - 1):
        ticket = tx.tickets.by_number(f"{estate.code}-{year}-{number.running:04d}")
        if ticket and ticket.estate_id == person.estate_id and may_know(person, ticket):
            return ticket
    return None


def _colleagues(tx: Transaction, person: Person, words: str) -> list[Press]:
    """Return the way to the work of colleagues of that name, for who may see it."""
    asked = set(wanted(words))
    named = [
        colleague
        for colleague in (tx.people.staff(person.estate_id) if asked else ())
        if asked <= terms_of(colleague.name) and boards.oversees(person, colleague)
    ]
    return [
        Press(_with(colleague), Action(boards.LIST, f"{Listing.HELD}.{colleague.id}", 1))
        for colleague in named[:_MOST_COLLEAGUES]
    ]


def _with(colleague: Person) -> Text:
    return text("👤 With {name}", name=colleague.name)


_HOW: Final = (
    text("<b>Write /find and what you remember of it:</b>"),
    text("a number (12 or 2026-12), a home (3-12A), a name, words (lift, 漏水),"),
    text("a day (3/11, 2026-03-11, today, 2026-03-01..2026-03-11), or a stage (in hand, closed)."),
)
