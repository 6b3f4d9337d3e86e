"""The overview on demand: how many are open, overdue, unassigned, and what today brought; each number is a list."""

from datetime import timedelta

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Permission, Person
from bot.domain.regulation import RuleSet
from bot.flows.labels import department_name
from bot.flows.screen import Action, Line, Press, Screen, Text, text
from bot.ports.boards import Board, Listing
from bot.ports.store import Transaction
from bot.services import board_names, boards
from bot.services.boards import LIST, MOST_COUNTED, Place
from bot.services.regulations import in_force

_MONTH = timedelta(days=29)
_TODAY = (Listing.RECEIVED, Listing.ANSWERED, Listing.CLOSED)


def overview(tx: Transaction, rules: RuleSet, person: Person, place: Place) -> None:
    """Show the numbers of the estate; to the head of a department those of the department."""
    person.require(Permission.OVERSEE)
    estate = tx.estates.get(person.estate_id)
    zone = boards.day_zone(tx, person)
    today = tx.now.astimezone(zone).date()
    own = None if person.may(Permission.READ_BOARDS) else person.department_id
    if own is None and not person.may(Permission.READ_BOARDS):
        raise DomainError(Refusal.NO_DEPARTMENT)
    wanted = (
        Board(Listing.OPEN if own is None else Listing.DEPARTMENT, department_id=own),
        Board(Listing.OVERDUE, department_id=own, until=tx.now),
        Board(Listing.UNASSIGNED, department_id=own),
        *(board_names.days(happened, today, today, zone, own) for happened in _TODAY),
        board_names.days(Listing.CAUTIONED, today - _MONTH, today, zone, own),
    )
    there, overdue, unassigned, received, answered, closed, cautioned = (_count(tx, person, board) for board in wanted)
    labels = (
        text("📂 Open: {count}", count=there),
        text("⚠️ Overdue: {count}", count=overdue),
        text("✋ Unassigned: {count}", count=unassigned),
        text("📥 Received today: {count}", count=received),
        text("💬 Answered today: {count}", count=answered),
        text("🏁 Closed today: {count}", count=closed),
        text("🗣 Brush-offs in 30 days: {count}", count=cautioned),
    )
    names = (board_names.code_of(board, zone) for board in wanted)
    presses = [Press(label, Action(LIST, name, 1)) for label, name in zip(labels, names, strict=True)]
    where = department_name(tx.departments.get(own)) if own else text("{name}", name=estate.name)
    heading = text("<b>📊 {where}</b>, as it stands now", where=where)
    lines = (heading, *_visits(tx, rules, person), text("Tap a number to see what is behind it."))
    boards.put(tx, person, place, Screen(lines, boards.paired(presses)))


def _visits(tx: Transaction, rules: RuleSet, person: Person) -> tuple[Line, ...]:
    """Return how much of what is to be visited is visited, beside what the rules want, over a month (RV-3)."""
    effective = in_force(tx, rules, person.estate_id)
    lines: list[Line] = []
    for coverage in tx.visits.coverage(person.estate_id, tx.now - _MONTH, tx.now):
        wanted = effective.visit(coverage.rule)
        if wanted is not None and coverage.meant:
            line = text(
                "🔎 Return visits, {rule}: {visited} of {meant} in 30 days, {rate} %; the goal is {goal} %.",
                rule=coverage.rule,
                visited=coverage.visited,
                meant=coverage.meant,
                rate=round(100 * coverage.visited / coverage.meant),
                goal=round(100 * wanted.coverage),
            )
            lines.append(line)
    return tuple(lines)


def _count(tx: Transaction, person: Person, board: Board) -> int | Text:
    boards.authorise(person, board)
    count = tx.boards.count(boards.reader_of(person), board, MOST_COUNTED)
    return text("{count} or more", count=count) if count >= MOST_COUNTED else count
