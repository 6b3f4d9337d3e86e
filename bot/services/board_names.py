"""The names that buttons call lists by, and the places in them: short, for a button holds 64 bytes.

They come back from clients: whatever is read here may be anything.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.tickets import Stage
from bot.ports.boards import Board, Listing, Mark

#: No database numbers its rows higher.
_LARGEST: Final = 2**63 - 1
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def days(listing: Listing, first: date, last: date, zone: ZoneInfo, department_id: int | None = None) -> Board:
    """Return the list of what happened from one day to another, both included."""
    since = datetime.combine(first, time(), zone).astimezone(UTC)
    until = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    return Board(listing, department_id=department_id, since=since, until=until)


def code_of(wanted: Board, zone: ZoneInfo) -> str:
    """Return the name that buttons call the list by."""
    match wanted.listing:
        case Listing.HELD:
            arguments = f".{wanted.person_id}"
        case Listing.COMPANY:
            arguments = f".{wanted.contractor_id}"
        case Listing.SQUAD:
            arguments = f".{wanted.squad_id}"
        case Listing.STAGE:
            arguments = f".{wanted.stage}"
        case _ if wanted.since and wanted.until:
            last = wanted.until.astimezone(zone).date() - timedelta(days=1)
            arguments = f".{wanted.since.astimezone(zone):%Y%m%d}.{last:%Y%m%d}"
        case _:
            arguments = ""
    return f"{wanted.listing}{arguments}" + (f"~{wanted.department_id}" if wanted.department_id else "")


def board_of(code: str, zone: ZoneInfo, now: datetime) -> Board | None:
    """Return the list of that name, None where there is none: the name comes from a client."""
    named, _, narrowed = code.partition("~")
    listing, *arguments = named.split(".")
    try:
        department_id = _id(narrowed) if narrowed else None
        match Listing(listing), arguments:
            case Listing.HELD, [person_id]:
                return Board(Listing.HELD, person_id=_id(person_id), department_id=department_id)
            case Listing.COMPANY, [contractor_id]:
                return Board(Listing.COMPANY, contractor_id=_id(contractor_id), department_id=department_id)
            case Listing.SQUAD, [squad_id]:
                return Board(Listing.SQUAD, squad_id=_id(squad_id), department_id=department_id)
            case Listing.STAGE, [stage]:
                return Board(Listing.STAGE, stage=Stage(stage), department_id=department_id)
            case (Listing.RECEIVED | Listing.ANSWERED | Listing.CLOSED | Listing.CAUTIONED) as happened, [first, last]:
                return days(happened, _day(first), _day(last), zone, department_id)
            case Listing.OVERDUE, []:
                return Board(Listing.OVERDUE, department_id=department_id, until=now)
            case Listing.DEPARTMENT, [] if department_id is not None:
                return Board(Listing.DEPARTMENT, department_id=department_id)
            case (Listing.OPEN | Listing.UNASSIGNED) as plain, []:
                return Board(plain, department_id=department_id)
    except (ValueError, OverflowError):
        return None
    return None


def place_of(mark: Mark) -> str:
    """Return the name of a place in a list."""
    return f"{_short((mark.at - _EPOCH) // _MICROSECOND)}.{_short(mark.ticket_id)}"


def mark_of(place: str) -> Mark | None:
    """Return the place that an arrow names, None where it names none: it comes from a client."""
    at, _, ticket_id = place.partition(".")
    try:
        return Mark(_EPOCH + timedelta(microseconds=int(at, 36)), _id(ticket_id, 36))
    except (ValueError, OverflowError):
        return None


def _short(number: int) -> str:
    digits = ""
    while number > 0:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _id(digits: str, base: int = 10) -> int:
    """Return the id that `digits` name; raise `ValueError` where no row can have it."""
    number = int(digits, base)
    if not 0 <= number <= _LARGEST:
        raise ValueError("not an id")
    return number


def _day(digits: str) -> date:
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
