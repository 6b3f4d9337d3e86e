"""The month's figures of what people on site reported, by person and company (AS-8); turned month by month in place.

As a message, and as a spreadsheet to keep.

Who oversees the estate sees all of it, a chief what their own people reported.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Permission, Person
from bot.flows.screen import Action, Line, Press, Screen, Text, text
from bot.ports.figures import Reported
from bot.ports.outbox import Cell, Lane, Letter, Sheet
from bot.ports.store import Transaction
from bot.services import boards
from bot.services.boards import Place

#: The verb of the buttons that turn the months; the reference is one, like 2026-03.
FIGURES = "figures"
#: The choice of the button that sends them as a spreadsheet.
_SHEET = "sheet"
_HEADINGS = (
    text("Company"),
    text("Person"),
    text("Reported"),
    text("Fixed on the spot"),
    text("Confirmed"),
    text("Told before"),
    text("Handled"),
    text("Hours on average"),
)
#: So many people are named.
_MOST_NAMED = 15


@dataclass(frozen=True, slots=True)
class Row:
    """A person's line of the month, or a company's where `person` is None; `company` is None for our own people."""

    company: str | None
    person: str | None
    reported: Reported


def month_of(estate_zone: ZoneInfo, moment: datetime) -> date:
    """Return the first day of the month that `moment` lies in by the estate's calendar."""
    return moment.astimezone(estate_zone).date().replace(day=1)


def rows_of(
    tx: Transaction, estate_id: int, month: date, *, contractor_id: int | None = None, department_id: int | None = None
) -> tuple[Row, ...]:
    """Return the month's rows: each company's sum, our own people first, followed by those of its people.

    Of one company, or of those of our own who belong to a department, where that is given.
    """
    zone = ZoneInfo(tx.estates.get(estate_id).timezone)
    since, until = _begin(month, zone), _begin(_after(month), zone)
    counted = tx.figures.reported(estate_id, since, until, contractor_id)
    if department_id is not None:
        ours = {one.id for one in tx.people.in_department(department_id) if one.contractor_id is None}
        counted = tuple(one for one in counted if one.person_id in ours)
    names = {company.id: company.name for company in tx.contractors.of_estate(estate_id)}
    rows: list[Row] = []
    for number in sorted({one.contractor_id for one in counted}, key=lambda number: (number is not None, number or 0)):
        theirs = [one for one in counted if one.contractor_id == number]
        name = names.get(number) if number is not None else None
        rows.append(Row(name, None, _sum(theirs)))
        rows += [Row(name, tx.people.get(one.person_id).name, one) for one in theirs]
    return tuple(rows)


def show(tx: Transaction, person: Person, place: Place) -> None:
    """Show this month's figures."""
    _show(tx, person, place, month_of(boards.day_zone(tx, person), tx.now))


def tapped(tx: Transaction, person: Person, action: Action, place: Place) -> None:
    """Show the figures of the month that a button names; it comes from a client."""
    try:
        month = date.fromisoformat(f"{action.ref}-01")
    except ValueError:
        raise DomainError(Refusal.STALE_BUTTON) from None
    if not date(2000, 1, 1) <= month <= month_of(boards.day_zone(tx, person), tx.now):
        raise DomainError(Refusal.STALE_BUTTON)
    if action.choice == _SHEET:
        sheet = sheet_of(_rows_for(tx, person, month), tx.estates.get(person.estate_id).name, month)
        tx.outbox.put(Letter(place.chat_id, person.estate_id, sheet, reader_id=person.id, lane=Lane.TAP))
    else:
        _show(tx, person, place, month)


def sheet_of(rows: Sequence[Row], estate: str, month: date) -> Sheet:
    """Return the month's rows as a table to be kept and gone on with."""
    title = text("{estate}: reported from site in {month}", estate=estate, month=f"{month:%Y-%m}")
    return Sheet(f"reported-{month:%Y-%m}", title, _HEADINGS, tuple(_cells(row) for row in rows))


def _cells(row: Row) -> tuple[Cell, ...]:
    of = row.reported
    hours = round(of.handling / of.handled / timedelta(hours=1), 1) if of.handled else None
    who: tuple[Cell, Cell] = (row.company or text("Our own people"), row.person or text("all"))
    return (*who, of.reports, of.fixed, of.confirmed, of.repeats, of.handled, hours)


def _rows_for(tx: Transaction, person: Person, month: date) -> tuple[Row, ...]:
    """Return the month's rows as far as `person` may see them."""
    person.require(Permission.READ_FIGURES)
    if person.may(Permission.READ_BOARDS):
        return rows_of(tx, person.estate_id, month)
    if person.contractor_id is not None:
        return rows_of(tx, person.estate_id, month, contractor_id=person.contractor_id)
    if person.department_id is not None:
        return rows_of(tx, person.estate_id, month, department_id=person.department_id)
    raise DomainError(Refusal.NO_DEPARTMENT)


def _show(tx: Transaction, person: Person, place: Place, month: date) -> None:
    rows = _rows_for(tx, person, month)
    lines: list[Line] = [text("<b>📈 Reported from site in {month}</b>", month=f"{month:%Y-%m}")]
    lines += list(_lines(rows)) or [text("Nothing was reported.")]
    keep = Press(text("📑 As a spreadsheet"), Action(FIGURES, f"{month:%Y-%m}", 0, _SHEET))
    boards.put(tx, person, place, Screen(tuple(lines), (_turns(tx, person, month), *(((keep,),) if rows else ()))))


def _lines(rows: Sequence[Row]) -> Iterable[Text]:
    people = 0
    for row in rows:
        people += row.person is not None
        if row.person is None:
            name = text("{name}", name=row.company) if row.company else text("Our own people")
            yield text("<b>{name}</b>: {figures}", name=name, figures=_figures(row.reported))
        elif people <= _MOST_NAMED:
            yield text("👷 {name}: {figures}", name=row.person, figures=_figures(row.reported))
    if people > _MOST_NAMED:
        yield text("… and {count} more people", count=people - _MOST_NAMED)


def _figures(of: Reported) -> Text:
    counted = text(
        "{reports} reported, {fixed} fixed on the spot, {confirmed} confirmed, {repeats} told before",
        reports=of.reports,
        fixed=of.fixed,
        confirmed=of.confirmed,
        repeats=of.repeats,
    )
    if not of.handled:
        return counted
    return text("{counted}; handled in {hours} h on average", counted=counted, hours=hours_of(of))


def hours_of(of: Reported) -> str:
    """Return how long what was handled took on average, in hours with one decimal."""
    return f"{of.handling / of.handled / timedelta(hours=1):.1f}" if of.handled else ""


def _turns(tx: Transaction, person: Person, month: date) -> tuple[Press, ...]:
    before = (month - timedelta(days=1)).replace(day=1)
    turns = [Press(text("◀ {month}", month=f"{before:%Y-%m}"), Action(FIGURES, f"{before:%Y-%m}", 0))]
    if month < month_of(boards.day_zone(tx, person), tx.now):
        after = _after(month)
        turns.append(Press(text("{month} ▶", month=f"{after:%Y-%m}"), Action(FIGURES, f"{after:%Y-%m}", 0)))
    return tuple(turns)


def _sum(counted: Sequence[Reported]) -> Reported:
    return Reported(
        0,
        counted[0].contractor_id,
        sum(one.reports for one in counted),
        sum(one.fixed for one in counted),
        sum(one.confirmed for one in counted),
        sum(one.repeats for one in counted),
        sum(one.handled for one in counted),
        sum((one.handling for one in counted), timedelta()),
    )


def _begin(month: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(month, time(), zone).astimezone(UTC)


def _after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
