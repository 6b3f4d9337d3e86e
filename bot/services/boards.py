"""Colleagues' lists: one's work, a department's board, and everything that can be counted; page by page (UX 17).

A list is a message that is turned in place. Its buttons name the list and the place in it, never more: what it holds is
asked anew for who taps, and authorised anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.contractors import Contractor
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Permission, Person
from bot.domain.tickets import Ticket
from bot.flows.labels import STAGE, department_name, subject
from bot.flows.screen import Action, Line, Press, Screen, Text, clip, text
from bot.ports.boards import Board, Listing
from bot.ports.outbox import IfUnknown, Lane, Letter, Notice, Redraw
from bot.ports.search import Reader
from bot.ports.store import Transaction
from bot.services import posts
from bot.services.board_names import board_of, code_of, mark_of, place_of

#: The verb of the buttons that show a list or turn its page, and of those that open a ticket's card.
LIST: Final = "ls"
OPEN: Final = "open"
#: So many tickets stand on a page.
PAGE: Final = 6
#: Nobody pages further; what is counted beyond would cost and tell nothing.
MOST_COUNTED: Final = 999
#: Stands for the page in a button that shows the first page anew in place of the one that is there.
AGAIN: Final = 0
_EXCERPT: Final = 80


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket on a page, with the moment at which something is due for it."""

    ticket: Ticket
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What a page of any list shows. `before` and `after` are the places that its arrows lead to, None at an end."""

    title: Text
    code: str
    number: int
    count: int
    shown: Sequence[Shown]
    before: str | None = None
    after: str | None = None
    of_people: bool = False
    """Whether it is shown to a chief, who reads what their people wrote and nothing of a resident's."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list is shown: a chat, and the message to turn in place; None sends a new one."""

    chat_id: int
    message_id: int | None = None


def work(tx: Transaction, person: Person, place: Place) -> None:
    """Show what `person` has in hand, by what is due first."""
    show(tx, person, Board(Listing.HELD, person_id=person.id), place)


def board(tx: Transaction, person: Person, place: Place) -> None:
    """Show the board of the person's department, and to who oversees them all the way to the others."""
    person.require(Permission.READ_LISTS)
    if person.department_id is not None:
        show(tx, person, Board(Listing.DEPARTMENT, department_id=person.department_id), place)
        return
    if not person.may(Permission.READ_BOARDS):
        raise DomainError(Refusal.NO_DEPARTMENT)
    put(tx, person, place, Screen((text("Whose board would you like to see?"),), _departments(tx, person)))


def tapped(tx: Transaction, person: Person, action: Action, place: Place) -> None:
    """Show the list that a button names, at the place that it names."""
    found = board_of(action.ref, day_zone(tx, person), tx.now)
    if found is None:
        raise DomainError(Refusal.STALE_BUTTON)
    show(tx, person, found, place, action.version, action.choice)


def show(tx: Transaction, person: Person, wanted: Board, place: Place, number: int = 1, turned: str = "") -> None:
    """Show a page of a list; `turned` is the place that an arrow led to, empty for the beginning.

    Raises `DomainError` where the list is not the person's to see.
    """
    person = posts.with_duties(tx, person)
    authorise(person, wanted)
    reader, back = reader_of(person), turned.startswith("<")
    mark = mark_of(turned[1:]) if turned else None
    entries = tx.boards.page(reader, wanted, PAGE + 1, mark, backwards=back)
    beyond, entries = len(entries) > PAGE, entries[1:] if back and len(entries) > PAGE else entries[:PAGE]
    if turned and not entries:  # what was there has gone
        show(tx, person, wanted, place)
        return
    number = number if turned and mark else 1
    first = number <= 1 or (back and not beyond)
    page = Page(
        _title(tx, person, wanted),
        code_of(wanted, day_zone(tx, person)),
        1 if first else number,
        tx.boards.count(reader, wanted, MOST_COUNTED),
        [Shown(entry.ticket, entry.due_at) for entry in entries],
        None if first else f"<{place_of(entries[0].mark)}",
        f">{place_of(entries[-1].mark)}" if entries and (beyond or back) else None,
        wanted.listing in (Listing.COMPANY, Listing.SQUAD),
    )
    others = _departments(tx, person, wanted) if wanted.listing is Listing.DEPARTMENT else ()
    if wanted.listing is Listing.HELD and wanted.person_id == person.id:
        others = _stood_in_for(tx, person)
    put(tx, person, place, screen_of(tx, page, others))


def screen_of(tx: Transaction, page: Page, further: tuple[tuple[Press, ...], ...] = ()) -> Screen:
    """Return a page with a button for each ticket, the arrows, and the buttons that lead elsewhere."""
    if not page.shown:
        return Screen((page.title, text("Nothing here just now.")), further)
    many = page.count >= MOST_COUNTED
    count = text("{count} or more", count=page.count) if many else text("{count} in all", count=page.count)
    lines: list[Line] = [page.title, count]
    for number, shown in enumerate(page.shown, start=1):
        lines += _lines(tx, number, shown, of_people=page.of_people)
    opens = [
        Press(
            text("{place}. {number}", place=place, number=shown.ticket.number),
            Action(OPEN, shown.ticket.ref, shown.ticket.version),
        )
        for place, shown in enumerate(page.shown, start=1)
    ]
    return Screen(tuple(lines), (*paired(opens), *_arrows(page), *further))


def put(tx: Transaction, person: Person, place: Place, screen: Screen) -> None:
    """Show a screen as a new message, or in the place of one."""
    content = Notice(screen) if place.message_id is None else Redraw(place.message_id, screen)
    safe = IfUnknown.RESEND if place.message_id is None else IfUnknown.REPEAT
    tx.outbox.put(Letter(place.chat_id, person.estate_id, content, reader_id=person.id, lane=Lane.TAP, if_unknown=safe))


def reader_of(person: Person) -> Reader:
    """Return `person` as one who looks: what is confidential is there for its readers alone."""
    return Reader(person.estate_id, person.id, person.may(Permission.READ_CONFIDENTIAL))


def _stood_in_for(tx: Transaction, person: Person) -> tuple[tuple[Press, ...], ...]:
    """Return the buttons that show what those have in hand for whom `person` stands in today."""
    lists = ((tx.people.get(one), Board(Listing.HELD, person_id=one)) for one in sorted(person.stands_in.people))
    zone = day_zone(tx, person)
    return tuple(
        (Press(text("👤 With {name}", name=away.name), Action(LIST, code_of(theirs, zone), 1)),)
        for away, theirs in lists
    )


def authorise(person: Person, wanted: Board) -> None:
    """Raise `DomainError(NOT_PERMITTED)` unless `person` may see that list.

    Colleagues see their own work and their department's board, and everything by stage, by day and unassigned. What
    others have, and what is open or overdue, is for who oversees them: a head within the department. What people on
    site reported is for their own chief (AS-2, AS-3), and for who oversees the estate.
    """
    if wanted.listing in (Listing.COMPANY, Listing.SQUAD):
        if wanted != of_people(person) and not person.may(Permission.READ_BOARDS):
            raise DomainError(Refusal.NOT_PERMITTED)
        return
    person.require(Permission.READ_LISTS)
    own = person.department_id is not None and wanted.department_id == person.department_id
    match wanted.listing:
        case Listing.HELD:
            theirs = wanted.person_id == person.id or wanted.person_id in person.stands_in.people
            permitted = theirs or person.may(Permission.OVERSEE)
        case Listing.DEPARTMENT:
            permitted = own or person.may(Permission.READ_BOARDS)
        case Listing.OPEN | Listing.OVERDUE | Listing.CAUTIONED:
            permitted = person.may(Permission.READ_BOARDS) or (own and person.may(Permission.OVERSEE))
        case _:
            permitted = True
    if not permitted:
        raise DomainError(Refusal.NOT_PERMITTED)


def of_people(person: Person) -> Board | None:
    """Return the list of what the people of a chief reported: of their company, or of our own of the department."""
    if not person.may(Permission.FOLLOW_UP):
        return None
    if person.contractor_id is not None:
        return Board(Listing.COMPANY, contractor_id=person.contractor_id)
    return Board(Listing.SQUAD, squad_id=person.department_id) if person.department_id is not None else None


def reports(tx: Transaction, person: Person, place: Place) -> None:
    """Show a chief what their people reported from site, the latest first (AS-2, AS-3)."""
    person.require(Permission.FOLLOW_UP)
    wanted = of_people(person)
    if wanted is None:
        raise DomainError(Refusal.NO_DEPARTMENT)
    show(tx, person, wanted, place)


def oversees(person: Person, colleague: Person) -> bool:
    """Whether `person` may see what `colleague` has: one's own, theirs for whom one stands in, as a head or above."""
    if colleague.id == person.id or colleague.id in person.stands_in.people:
        return True
    if colleague.estate_id != person.estate_id or not person.may(Permission.OVERSEE):
        return False
    together = person.department_id is not None and colleague.department_id == person.department_id
    return together or person.may(Permission.READ_BOARDS)


def day_zone(tx: Transaction, person: Person) -> ZoneInfo:
    """Return the zone whose calendar says what a day is: the estate's."""
    return ZoneInfo(tx.estates.get(person.estate_id).timezone)


def paired(presses: Sequence[Press]) -> tuple[tuple[Press, ...], ...]:
    """Return buttons two a row."""
    return tuple(tuple(presses[place : place + 2]) for place in range(0, len(presses), 2))


def _title(tx: Transaction, person: Person, wanted: Board) -> Text:
    title = _listed(tx, person, wanted)
    if wanted.department_id is None:
        return title
    for department in tx.departments.of_estate(person.estate_id):
        if department.id == wanted.department_id:
            return text("{title} · {department}", title=title, department=department_name(department))
    raise DomainError(Refusal.NOT_PERMITTED)


def _listed(tx: Transaction, person: Person, wanted: Board) -> Text:
    if wanted.listing is Listing.HELD and wanted.person_id != person.id:
        return text("<b>With {name}</b>", name=_colleague(tx, person, wanted.person_id or 0).name)
    if wanted.listing is Listing.COMPANY:
        return text("<b>👥 What {company} reported,</b> the latest on top", company=_company(tx, person, wanted).name)
    if wanted.stage is not None:
        return text("<b>At the stage: {stage}</b>", stage=STAGE[wanted.stage])
    if wanted.since is not None and wanted.until is not None:
        zone = day_zone(tx, person)
        first, last = wanted.since.astimezone(zone).date(), wanted.until.astimezone(zone).date() - timedelta(days=1)
        return _happened(wanted.listing, f"{first}" if first == last else f"{first} – {last}")
    return _TITLES[wanted.listing]


def _company(tx: Transaction, person: Person, wanted: Board) -> Contractor:
    for company in tx.contractors.of_estate(person.estate_id):
        if company.id == wanted.contractor_id:
            return company
    raise DomainError(Refusal.NOT_PERMITTED)


def _colleague(tx: Transaction, person: Person, colleague_id: int) -> Person:
    try:
        colleague = tx.people.get(colleague_id)
    except LookupError:
        raise DomainError(Refusal.STALE_BUTTON) from None
    if not oversees(person, colleague):
        raise DomainError(Refusal.NOT_PERMITTED)
    return colleague


_TITLES: Final[dict[Listing, Text]] = {
    Listing.HELD: text("<b>📋 Your work,</b> what is due first on top"),
    Listing.DEPARTMENT: text("<b>📋 The board,</b> what is due first on top"),
    Listing.OPEN: text("<b>📂 Open</b>"),
    Listing.OVERDUE: text("<b>⚠️ Overdue</b>"),
    Listing.UNASSIGNED: text("<b>✋ Nobody has taken these on yet</b>"),
    Listing.SQUAD: text("<b>👥 What the people on site reported,</b> the latest on top"),
}


def _happened(listing: Listing, day: str) -> Text:
    if listing is Listing.RECEIVED:
        return text("<b>📥 Received {day}</b>", day=day)
    if listing is Listing.ANSWERED:
        return text("<b>💬 First answered {day}</b>", day=day)
    if listing is Listing.CAUTIONED:
        return text("<b>🗣 May have sounded like a brush-off {day}</b>", day=day)
    return text("<b>🏁 Closed {day}</b>", day=day)


def _lines(tx: Transaction, place: int, shown: Shown, *, of_people: bool) -> list[Line]:
    ticket = shown.ticket
    about = subject(ticket.kind, ticket.category)
    lines: list[Line] = [
        text("<b>{place}. {number}</b> · {about}", place=place, number=ticket.number, about=about),
    ]
    who: str | Text = tx.people.get(ticket.assignee_id).name if ticket.assignee_id else text("nobody yet")
    if shown.due_at is None or not ticket.open:
        stage = STAGE[ticket.stage] if ticket.withdrawn_at is None else text("withdrawn")
        lines.append(text("{stage} · 👤 {who}", stage=stage, who=who))
    elif shown.due_at < tx.now:
        lines.append(text("⚠️ due since {time} · 👤 {who}", time=shown.due_at, who=who))
    else:
        lines.append(text("⏳ due {time} · 👤 {who}", time=shown.due_at, who=who))
    if of_people:
        reporter = ticket.recorded_by or ticket.filer_id
        lines.append(text("👷 {name}, {time}", name=tx.people.get(reporter).name, time=ticket.filed_at))
        if ticket.recorded_by is not None:
            return lines
    words = next((passage.content for passage in tx.texts.of(ticket.id) if passage.content), "")
    if words:
        lines.append(text("<i>{words}</i>", words=clip(words, _EXCERPT)))
    return lines


def _arrows(page: Page) -> tuple[tuple[Press, ...], ...]:
    pages = -(-page.count // PAGE)
    if pages <= 1 and page.before is None and page.after is None:
        return ()
    of = text("{page}/{pages}", page=page.number, pages=max(pages, page.number))
    row = [Press(of, Action(LIST, page.code, AGAIN))]
    if page.before is not None:
        row.insert(0, Press(text("◀"), Action(LIST, page.code, page.number - 1, page.before)))
    if page.after is not None:
        row.append(Press(text("▶"), Action(LIST, page.code, page.number + 1, page.after)))
    return (tuple(row),)


def _departments(tx: Transaction, person: Person, shown: Board | None = None) -> tuple[tuple[Press, ...], ...]:
    """Return the way to the boards of other departments, for who may see them all."""
    if not person.may(Permission.READ_BOARDS):
        return ()
    others = [
        Press(department_name(department), Action(LIST, f"{Listing.DEPARTMENT}~{department.id}", 1))
        for department in tx.departments.of_estate(person.estate_id)
        if shown is None or department.id != shown.department_id
    ]
    return paired(others)
