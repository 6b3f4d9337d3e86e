"""What an operator hands out: invitations, letters, stickers and spreadsheets."""

import csv
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from bot.adapters.spreadsheets import File
from bot.adapters.telegram.render import sheet_file
from bot.domain.people import Role
from bot.main import NEW_ESTATE
from bot.operations.writing import write
from bot.ports.store import Invitation, Transaction
from bot.services import fieldwork, lettering, placing
from bot.services.figures import rows_of, sheet_of
from bot.services.founding import found
from bot.services.joining import digest_of
from bot.settings import Settings


def invite(
    settings: Settings, role: Role, lasting: timedelta, department: str | None = None, company: str | None = None
) -> str:
    """Make a single-use invitation to `role` and return a sentence that hands it over.

    Raises `ValueError` with one plain sentence where the estate has no department or no company of that code.
    """
    token = secrets.token_urlsafe(24)  # 192 bits; Telegram allows 64 characters of a start payload

    def work(tx: Transaction) -> None:
        estate = found(tx, NEW_ESTATE)
        known = {one.code: one.id for one in tx.departments.of_estate(estate.id)}
        if department is not None and department not in known:
            raise ValueError(f"There is no department {department}; expected one of {', '.join(known)}.")
        number = known[department] if department else None
        sender = tx.contractors.by_code(estate.id, company) if company else None
        if company and (sender is None or sender.ended(tx.now)):
            raise ValueError(f"There is no company {company} under contract.")
        invitation = Invitation(role, number, sender.id if sender else None)
        tx.invites.add(digest_of(token), estate.id, invitation, tx.now + lasting)

    write(settings, work)
    hours = lasting // timedelta(hours=1)
    place = (f" in {department}" if department else "") + (f" of {company}" if company else "")
    return f"Good once, for {hours} h: whoever sends this to the bot first becomes {role}{place}.\n/start {token}"


def write_figures(settings: Settings, month: str, target: Path) -> str:
    """Write what was reported from site in a month to `target` as a spreadsheet, and say how much that is.

    Raises `ValueError` with one plain sentence where there is no such month or `target` cannot be written.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise ValueError(f"{month} is no month; write it like 2026-03.") from None
    made: list[tuple[File, int]] = []

    def count(tx: Transaction) -> None:
        estate = found(tx, NEW_ESTATE)
        rows = rows_of(tx, estate.id, first)
        file = sheet_file(sheet_of(rows, estate.name, first), estate.language, estate.timezone)
        made.append((file, sum(row.reported.reports for row in rows if row.person is None)))

    write(settings, count)
    file, reports = made[-1]
    _keep(target, file)
    return f"{reports} reports of {month} in {target}."


def _keep(target: Path, file: File) -> None:
    """Write a file, which must not be there yet; raise `ValueError` with one plain sentence where it cannot be."""
    if target.suffix != (ending := Path(file.name).suffix):
        extra = " (a spreadsheet needs the extra `documents`)" if ending == ".csv" else ""
        raise ValueError(f"The name of {target} must end with {ending}{extra}.")
    try:
        with target.open("xb") as opened:
            opened.write(file.content)
    except FileExistsError:
        raise ValueError(f"{target} is there already; it is not overwritten.") from None
    except OSError as error:
        raise ValueError(f"{target} cannot be written: {error.strerror}.") from None


def print_stickers(settings: Settings, target: Path, bot: str, codes: Sequence[str] = ()) -> str:
    """Write stickers for the places of those codes, or for all, as a PDF to `target`, and say how many there are.

    `bot` is the bot's name on Telegram. Raises `ValueError` with one plain sentence where that cannot be done.
    """
    try:
        from bot.adapters import stickers
    except ImportError:
        raise ValueError("Stickers need the extra `documents`: install shouwen[documents].") from None
    made: list[stickers.Sticker] = []

    def work(tx: Transaction) -> None:
        estate = found(tx, NEW_ESTATE)
        languages = placing.languages_of(tx, estate)
        for place in placing.chosen(tx, estate.id, codes):
            token = tx.places.token_of(place.id) or placing.renew(tx, place)
            first, second = (placing.label_in(tx, place, language) for language in languages)
            made.append(stickers.Sticker(first, second, f"https://t.me/{bot}?start={fieldwork.LINK}{token}"))
        stickers.write(made, languages, estate.name, estate.phone, target)

    try:
        write(settings, work)
    except FileExistsError:
        raise ValueError(f"{target} is there already; it is not overwritten.") from None
    except OSError as error:
        raise ValueError(f"{target} cannot be written: {error.strerror}.") from None
    return f"{len(made)} stickers in {target}."


def renew_sticker(settings: Settings, code: str) -> str:
    """Give one place's sticker a new code and return a sentence; raise `ValueError` where there is no such place."""

    def work(tx: Transaction) -> None:
        (place,) = placing.chosen(tx, found(tx, NEW_ESTATE).id, (code,))
        placing.renew(tx, place)

    write(settings, work)
    return f"The sticker of {code} that hangs there is dead from now on; print a new one."


def write_letters(settings: Settings, source: Path, target: Path) -> str:
    """Give each unit that `source` lists and that has no code yet one, write them to `target`, and say how many.

    Raises `ValueError` with one plain sentence where the list cannot be used or `target` not be written.
    """
    try:
        labels = lettering.read_labels(source.read_text("utf-8"))
        written = target.open("x", encoding="utf-8-sig", newline="")  # spreadsheets know UTF-8 by its signature alone
    except FileExistsError:
        raise ValueError(f"{target} is there already; it is not overwritten.") from None
    except OSError as error:
        raise ValueError(f"{error.filename} cannot be used: {error.strerror}.") from None
    except (UnicodeDecodeError, csv.Error):
        raise ValueError(f"{source} is not a CSV file in UTF-8.") from None
    made: list[tuple[str, str]] = []

    def work(tx: Transaction) -> None:
        # Before the commit: codes are known to this file alone, so without it there must be none.
        made[:] = lettering.write_letters(tx, found(tx, NEW_ESTATE).id, labels)
        csv.writer(written).writerows([("unit", "code"), *made])
        written.close()

    try:
        write(settings, work)
    except BaseException:
        written.close()
        target.unlink()
        raise
    kept = len(labels) - len(made)
    return f"{len(made)} codes in {target}; {kept} units keep the code they have."


def renew_letter(settings: Settings, label: str) -> str:
    """Give one unit a new code and return a sentence with it; raise `ValueError` where there is no such unit."""
    codes: list[str] = []

    def work(tx: Transaction) -> None:
        unit = tx.units.named(found(tx, NEW_ESTATE).id, label)
        codes[:] = [unit.label, lettering.new_code(tx, unit)] if unit else []

    write(settings, work)
    if not codes:
        raise ValueError(f"There is no unit {label}.")
    return f"The code of {codes[0]} is {codes[1]} from now on; the one before is dead."
