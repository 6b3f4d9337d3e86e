"""To whom a notice goes, and by which way they can be reached."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.domain.people import Permission, Person, Role
from bot.domain.policy import Act, is_confidential, may_know
from bot.domain.tickets import Ticket
from bot.flows.screen import Line, Screen, text
from bot.ports.outbox import AnswerReceipt, Enclosure, Letter, Notice
from bot.ports.store import Transaction
from bot.services import posts
from bot.services.card_buttons import buttons, not_solved
from bot.services.cards import holder_of, private_chat
from bot.services.telling import Rows

Letters = tuple[Letter, ...]

#: What settles a ticket that waits for an answer.
ANSWERING = frozenset({Act.CLAIM, Act.ACCEPT, Act.ANSWER})
NOTHING: frozenset[Act] = frozenset()

LEADERS = (Role.DEPARTMENT_HEAD, Role.GENERAL_SUPERVISOR, Role.DIRECTOR)


def name_of(tx: Transaction, person_id: int) -> str:
    """Return what somebody is called."""
    return tx.people.get(person_id).name


def to_filer(
    tx: Transaction,
    ticket: Ticket,
    lines: tuple[Line, ...],
    acts: frozenset[Act],
    receipt: int | None = None,
    first: Rows = (),
) -> Letters:
    """Address who filed it, with buttons for `acts` below `first`; `receipt` is the text whose delivery counts.

    Whom we have no chat with is called: who has the ticket is told what to tell them (CP-6). Who was erased is told
    nothing.
    """
    rows = first + buttons(tx, ticket, tx.people.get(ticket.filer_id), only=acts)
    return _to_filer(tx, ticket, lines, rows, receipt)


def to_filers(
    tx: Transaction,
    ticket: Ticket,
    lines: Callable[[Ticket], tuple[Line, ...]],
    acts: frozenset[Act] = NOTHING,
    receipt: int | None = None,
) -> Letters:
    """Address who filed it, and everybody whose ticket turned out to be the same event (ST-4).

    Each of them can say that it is not solved: that opens the event again.
    """
    others = to_other_filers(tx, ticket, lines, acts)
    return (*to_filer(tx, ticket, lines(ticket), acts, receipt), *others)


def to_other_filers(
    tx: Transaction, ticket: Ticket, lines: Callable[[Ticket], tuple[Line, ...]], acts: frozenset[Act] = NOTHING
) -> Letters:
    """Address everybody else whose ticket turned out to be the same event."""
    told: list[Letter] = []
    for other in tx.tickets.merged_into(ticket.id):
        told += _to_filer(tx, other, lines(other), not_solved(other) if Act.REOPEN in acts else ())
    return tuple(told)


def _to_filer(
    tx: Transaction, ticket: Ticket, lines: tuple[Line, ...], rows: Rows, receipt: int | None = None
) -> Letters:
    filer = tx.people.get(ticket.filer_id)
    if filer.erased_at:
        return ()
    if filer.account is None:
        return _call(tx, ticket, filer, lines)
    kept = AnswerReceipt(ticket.id, receipt) if receipt is not None else None
    return (Letter(filer.account, ticket.estate_id, Notice(Screen(lines, rows)), reader_id=filer.id, receipt=kept),)


def _call(tx: Transaction, ticket: Ticket, filer: Person, lines: tuple[Line, ...]) -> Letters:
    """Ask who has the ticket, or what it goes on in, to call the filer and tell them."""
    held = tx.tickets.get(ticket.merged_into) if ticket.merged_into is not None else ticket
    if filer.phone:
        words = text(
            "☎️ No. {number}: please call {name}, {phone}, who has no chat with us, and tell them:",
            number=ticket.number,
            name=filer.name,
            phone=filer.phone,
        )
    else:
        words = text(
            "☎️ No. {number}: {name} has no chat with us. Please tell them in person or by letter:",
            number=ticket.number,
            name=filer.name,
        )
    return to_holder(tx, held, (words, *lines), frozenset({Act.CALLED}))


def to_holder(tx: Transaction, ticket: Ticket, lines: tuple[Line, ...], acts: frozenset[Act] = ANSWERING) -> Letters:
    """Address the holder in private, or the staff group where there is no holder or they cannot be reached.

    What is about a colleague goes to its holder alone; that it could not be delivered is then reported without a word
    of it. Where they are away who stands in for them is rung, and they find it when they are back.
    """
    holder = holder_of(tx, ticket)
    if holder and (private_chat(holder) or is_confidential(ticket)):
        letters = to_person(tx, ticket, holder, lines, acts)
        other = stand_in_of(tx, ticket, holder)
        if other is None:
            return letters
        quietly = tuple(replace(letter, silent=True) for letter in letters)
        return to_person(tx, ticket, other, (*lines, *in_whose_stead(tx, ticket, other)), acts) + quietly
    return to_group(tx, ticket, lines, acts)


def stand_in_of(tx: Transaction, ticket: Ticket, person: Person) -> Person | None:
    """Return who has the duties of `person` today, who is away, and can work on `ticket`; None where nobody does."""
    estate = tx.estates.get(ticket.estate_id)
    number = tx.rosters.of_estate(estate.id).covering(person.id, posts.days_of(estate).day_of(tx.now))
    other = tx.people.get(number) if number and number != person.id else None
    able = other and other.may(Permission.CLAIM) and private_chat(other) is not None and may_know(other, ticket)
    return other if able else None


def in_whose_stead(tx: Transaction, ticket: Ticket, person: Person) -> tuple[Line, ...]:
    """Return what tells `person` why they hear of `ticket`, where they stand in today for who has it."""
    holder = holder_of(tx, ticket) if ticket.assignee_id is not None else None
    other = stand_in_of(tx, ticket, holder) if holder else None
    if holder is None or other is None or other.id != person.id:
        return ()
    return (text("👥 You stand in for {name} today.", name=holder.name),)


def to_group(
    tx: Transaction, ticket: Ticket, lines: tuple[Line, ...], acts: frozenset[Act], thread: int | None = None
) -> Letters:
    """Address the staff group, in `thread` where one is given; what is about a colleague never."""
    estate = tx.estates.get(ticket.estate_id)
    if estate.group_chat is None or is_confidential(ticket):
        return ()
    screen = Screen(lines, buttons(tx, ticket, None, only=acts, named=True))
    return (Letter(estate.group_chat, estate.id, Notice(screen), thread_id=thread or estate.group_thread),)


def to_leaders(
    tx: Transaction,
    ticket: Ticket,
    lines: tuple[Line, ...],
    acts: frozenset[Act] = NOTHING,
    *,
    but: Person | None = None,
) -> Letters:
    """Address the nearest above."""
    above = leaders(tx, ticket, but=but)
    return tuple(letter for person in above for letter in to_person(tx, ticket, person, lines, acts))


def leaders(tx: Transaction, ticket: Ticket, *, but: Person | None = None) -> tuple[Person, ...]:
    """Return the nearest above: the head of its department, else the general supervisor, else the director."""
    for role in LEADERS:
        above = tuple(
            person
            for person in tx.people.with_role(ticket.estate_id, role)
            if (but is None or person.id != but.id) and _leads(person, role, ticket) and _may_read(person, ticket)
        )
        if above:
            return above
    return ()


def _leads(person: Person, role: Role, ticket: Ticket) -> bool:
    return role is not Role.DEPARTMENT_HEAD or (
        ticket.department_id is not None and person.department_id == ticket.department_id
    )


def _may_read(person: Person, ticket: Ticket) -> bool:
    return not is_confidential(ticket) or Role.DIRECTOR in person.roles


def to_person(
    tx: Transaction, ticket: Ticket, person: Person, lines: Iterable[Line], acts: frozenset[Act] = NOTHING
) -> Letters:
    """Address one of the staff in private, with buttons for `acts`; nothing where they have left or are not reached."""
    rows = buttons(tx, ticket, person, only=acts, named=True)
    chat = person.account if is_confidential(ticket) else private_chat(person)
    if chat is None or person.left_at is not None:
        return ()
    return (Letter(chat, ticket.estate_id, Notice(Screen(tuple(lines), rows)), reader_id=person.id),)


def with_files(letters: Letters, files: tuple[Enclosure, ...]) -> Letters:
    """Return `letters`, each after the files that it is about."""
    return tuple(
        sent
        for letter in letters
        for sent in (
            *(
                Letter(letter.chat_id, letter.estate_id, file, letter.reader_id, letter.thread_id, silent=True)
                for file in files
            ),
            letter,
        )
    )
