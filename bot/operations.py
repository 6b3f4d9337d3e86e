"""What an operator does beside running the bot: migrate, back up, restore, examine, invite, write letters.

With `bot.main` the only module that knows the storage. Whatever opens the database for writing holds the instance
lock, since two writing processes could harm it; backup and examination only read, and may run beside the bot.
"""

import asyncio
import csv
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from bot.adapters import canned_file, contractor_file, directory_file, places_file, roster_file
from bot.adapters.chance import SystemChance
from bot.adapters.clock import SystemClock
from bot.adapters.spreadsheets import File
from bot.adapters.telegram.render import sheet_file
from bot.domain.people import Estate, Role
from bot.main import NEW_ESTATE, database_path, hold
from bot.ports.store import Invitation, Transaction
from bot.regulations import adopting, loader
from bot.regulations.explaining import explain, explain_decisions
from bot.services import contracting, directory, fieldwork, lettering, placing, rostering
from bot.services.figures import rows_of, sheet_of
from bot.services.founding import found
from bot.services.joining import digest_of
from bot.services.regulations import in_force
from bot.settings import Settings
from storage import backup as backups
from storage.audit import broken_histories
from storage.dialect import BEGIN_READ, STEERED_URL
from storage.engine import Database
from storage.errors import StorageError
from storage.migrate import Migrated, head, recognised, upgrade
from storage.reindex import forget_words, index_words
from storage.sqlite import open_reader, problems
from storage.store import SqlStore

_INDEXED_AT_ONCE = 1000


def migrate(settings: Settings) -> Migrated:
    """Bring the database to this program's schema."""
    database = database_path(settings, emulated=False)
    with ExitStack() as stack:
        hold(stack, settings, database)
        return upgrade(database, SystemClock().now())


def back_up(settings: Settings, target: Path) -> str:
    """Copy database and media to `target`, verify the copy, and return a sentence about it."""
    database = _existing(settings)
    receipt = backups.backup(database, settings.data_dir / "media", target, SystemClock().now())
    found = backups.verify(target)
    if found:
        raise StorageError(f"The backup at {target} does not verify: {found[0]}")
    return f"Backed up to {target} and verified: {_contents(receipt)}."


def restore(settings: Settings, source: Path, *, overwrite: bool) -> str:
    """Put the backup at `source` in the place of the data, and return a sentence about it."""
    database = database_path(settings, emulated=False)
    with ExitStack() as stack:
        hold(stack, settings, database)
        now = SystemClock().now()
        receipt = backups.restore(source, database, settings.data_dir / "media", now, replace=overwrite)
    return f"Restored from {source}: {_contents(receipt)}."


def examine(settings: Settings) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong with the database; raise `StorageError` where none can be read."""
    database = _existing(settings)
    with closing(open_reader(database)) as raw:
        if damaged := problems(raw):
            yield from (f"{database} is damaged: {problem}." for problem in damaged)
            yield "Restore a backup."
            return
        raw.execute(BEGIN_READ)
        engine = create_engine(STEERED_URL, creator=lambda: raw, poolclass=StaticPool, hide_parameters=True)
        with engine.connect() as connection:
            revision = recognised(connection, database)
            if revision is None:
                yield f"{database} is empty: run `shouwen migrate`."
            elif revision != head():
                yield f"{database} has schema {revision}, this program works with {head()}: run `shouwen migrate`."
            if revision != head():
                return
            yield from broken_histories(connection)


def invite(
    settings: Settings, role: Role, lasting: timedelta, department: str | None = None, company: str | None = None
) -> str:
    """Make a single-use invitation to `role` and return a sentence that hands it over.

    Raises `ValueError` with one plain sentence where the estate has no department or no company of that code.
    """
    token = secrets.token_urlsafe(24)  # 192 bits; Telegram allows 64 characters of a start payload

    def write(tx: Transaction) -> None:
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

    _write(settings, write)
    hours = lasting // timedelta(hours=1)
    place = (f" in {department}" if department else "") + (f" of {company}" if company else "")
    return f"Good once, for {hours} h: whoever sends this to the bot first becomes {role}{place}.\n/start {token}"


def take_over_directory(settings: Settings, source: Path) -> str:
    """Make the file's entries the estate's whole directory, and say what has changed.

    Raises `ValueError` with one plain sentence where the file cannot be used; then nothing has changed.
    """
    entries = directory_file.read(source)
    done: list[directory.TakenOver] = []

    def write(tx: Transaction) -> None:
        done[:] = [directory.take_over(tx, found(tx, NEW_ESTATE).id, entries)]

    _write(settings, write)
    (counted,) = done
    return (
        f"The directory has {len(entries)} entries: {counted.added} new, {counted.changed} changed; "
        f"{counted.retired} were taken out."
    )


def take_over_roster(settings: Settings, source: Path) -> str:
    """Make the file's turns the whole duty roster, add its leaves, and say how many there are.

    Raises `ValueError` with line and reason where the file cannot be used; then nothing has changed.
    """
    listed = roster_file.read(source)
    done: list[rostering.TakenOver] = []

    def write(tx: Transaction) -> None:
        done[:] = [rostering.take_over(tx, found(tx, NEW_ESTATE), listed)]

    _write(settings, write)
    (counted,) = done
    return f"The roster has {counted.shifts} turns; {counted.leaves} leaves are new."


def take_over_contractors(settings: Settings, source: Path) -> str:
    """Make the file's companies all that work here under contract, and say what has changed.

    Raises `ValueError` with one plain sentence where the file cannot be used; then nothing has changed.
    """
    listed = contractor_file.read(source)
    done: list[contracting.TakenOver] = []

    def write(tx: Transaction) -> None:
        estate = found(tx, NEW_ESTATE)
        known = {one.code for one in tx.departments.of_estate(estate.id)}
        if strange := next((one.trade for one in listed if one.trade not in known), None):
            raise ValueError(f"There is no department {strange}; expected one of {', '.join(sorted(known))}.")
        zone = ZoneInfo(estate.timezone)
        done[:] = [contracting.take_over(tx, estate.id, [one.as_of(zone) for one in listed])]

    _write(settings, write)
    (counted,) = done
    return (
        f"{len(listed)} companies are under contract: {counted.added} new, {counted.changed} changed; "
        f"the contracts of {counted.ended} end now."
    )


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

    _write(settings, count)
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


def take_over_canned(settings: Settings, source: Path) -> str:
    """Make the file's answers all that the estate keeps ready, and say how many there are.

    Raises `ValueError` with one plain sentence where the file cannot be used; then nothing has changed.
    """
    answers = canned_file.read(source)
    _write(settings, lambda tx: tx.canned.take_over(found(tx, NEW_ESTATE).id, answers))
    return f"{len(answers)} answers are kept ready."


def take_over_places(settings: Settings, source: Path) -> str:
    """Make the file's places all that the estate consists of, and say what has changed.

    Raises `ValueError` with one plain sentence where the file cannot be used; then nothing has changed.
    """
    places = places_file.read(source)
    done: list[placing.TakenOver] = []

    def write(tx: Transaction) -> None:
        listed = ((one.place, one.within) for one in places)
        done[:] = [placing.take_over(tx, found(tx, NEW_ESTATE).id, listed)]

    _write(settings, write)
    (counted,) = done
    return (
        f"The estate has {len(places)} places: {counted.added} new, {counted.changed} changed; "
        f"{counted.retired} were taken out."
    )


def print_stickers(settings: Settings, target: Path, bot: str, codes: Sequence[str] = ()) -> str:
    """Write stickers for the places of those codes, or for all, as a PDF to `target`, and say how many there are.

    `bot` is the bot's name on Telegram. Raises `ValueError` with one plain sentence where that cannot be done.
    """
    try:
        from bot.adapters import stickers
    except ImportError:
        raise ValueError("Stickers need the extra `documents`: install shouwen[documents].") from None
    made: list[stickers.Sticker] = []

    def write(tx: Transaction) -> None:
        estate = found(tx, NEW_ESTATE)
        languages = placing.languages_of(tx, estate)
        for place in placing.chosen(tx, estate.id, codes):
            token = tx.places.token_of(place.id) or placing.renew(tx, place)
            first, second = (placing.label_in(tx, place, language) for language in languages)
            made.append(stickers.Sticker(first, second, f"https://t.me/{bot}?start={fieldwork.LINK}{token}"))
        stickers.write(made, languages, estate.name, estate.phone, target)

    try:
        _write(settings, write)
    except FileExistsError:
        raise ValueError(f"{target} is there already; it is not overwritten.") from None
    except OSError as error:
        raise ValueError(f"{target} cannot be written: {error.strerror}.") from None
    return f"{len(made)} stickers in {target}."


def renew_sticker(settings: Settings, code: str) -> str:
    """Give one place's sticker a new code and return a sentence; raise `ValueError` where there is no such place."""

    def write(tx: Transaction) -> None:
        (place,) = placing.chosen(tx, found(tx, NEW_ESTATE).id, (code,))
        placing.renew(tx, place)

    _write(settings, write)
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

    def write(tx: Transaction) -> None:
        # Before the commit: codes are known to this file alone, so without it there must be none.
        made[:] = lettering.write_letters(tx, found(tx, NEW_ESTATE).id, labels)
        csv.writer(written).writerows([("unit", "code"), *made])
        written.close()

    try:
        _write(settings, write)
    except BaseException:
        written.close()
        target.unlink()
        raise
    kept = len(labels) - len(made)
    return f"{len(made)} codes in {target}; {kept} units keep the code they have."


def renew_letter(settings: Settings, label: str) -> str:
    """Give one unit a new code and return a sentence with it; raise `ValueError` where there is no such unit."""
    codes: list[str] = []

    def write(tx: Transaction) -> None:
        unit = tx.units.named(found(tx, NEW_ESTATE).id, label)
        codes[:] = [unit.label, lettering.new_code(tx, unit)] if unit else []

    _write(settings, write)
    if not codes:
        raise ValueError(f"There is no unit {label}.")
    return f"The code of {codes[0]} is {codes[1]} from now on; the one before is dead."


def _existing(settings: Settings) -> Path:
    """Return the real bot's database; raise `StorageError` where there is none to be seen."""
    database = database_path(settings, emulated=False)
    try:
        there = database.exists()
    except OSError as error:
        raise StorageError(f"{database} cannot be read: {error.strerror}.") from None
    if not there:
        raise StorageError(f"There is no database at {database}.")
    return database


def _contents(receipt: backups.Receipt) -> str:
    return f"{sum(receipt.rows.values())} rows in the database, {receipt.media} files"


def describe_estate(settings: Settings, changes: Mapping[str, object]) -> str:
    """Change what is said of the estate, and return a sentence about it as it then is.

    `changes` are fields of `Estate`; raises `ValueError` with one plain sentence where one cannot be.
    """
    zone = changes.get("timezone")
    if zone is not None and zone not in available_timezones():
        raise ValueError(f"{zone} is not a time zone; expected one like Asia/Hong_Kong.")

    def write(tx: Transaction) -> None:
        described.append(replace(found(tx, NEW_ESTATE), **changes))  # type: ignore[arg-type]
        tx.estates.update(described[0])

    described: list[Estate] = []
    _write(settings, write)
    estate = described[0]
    phones = f"phone {estate.phone or 'none'}, emergencies {estate.emergency_phone or 'none'}"
    return f"{estate.code}: {estate.name}, {estate.timezone}, {estate.language}, {phones}."


def explain_rules(own: Path) -> Iterator[str]:
    """Yield in plain words what would be in force with an estate's own rules; raise `WrongRuleSet` where none can."""
    written = loader.text_of(own)
    override = loader.parse_override(written, str(own))
    yield from explain(loader.laid_over(loader.default(), override, written, str(own)))


def decide_rules(settings: Settings, own: Path, decided_by: str) -> tuple[str, ...]:
    """Put an estate's own rules in force for what is filed from now on, and return them in plain words."""
    written, told = loader.text_of(own), list[str]()

    def write(tx: Transaction) -> None:
        effective = adopting.decide(tx, found(tx, NEW_ESTATE), written, str(own), decided_by)
        told[:] = explain(effective)

    _write(settings, write)
    return tuple(told)


def explain_rules_in_force(settings: Settings) -> tuple[str, ...]:
    """Return in plain words what is in force, and who decided where it differs from what comes with the program."""
    told = list[str]()

    def read(tx: Transaction) -> None:
        estate = found(tx, NEW_ESTATE)
        told[:] = [
            *explain(in_force(tx, adopting.adopt(tx), estate.id)),
            *explain_decisions(tx.regulations.of(estate.id)),
        ]

    _write(settings, read)
    return tuple(told)


def _write(settings: Settings, work: Callable[[Transaction], None]) -> None:
    """Run `work` in a transaction of the real bot's database, which nobody else may be writing to."""
    database = database_path(settings, emulated=False)
    with ExitStack() as stack:
        hold(stack, settings, database)
        asyncio.run(_transact(database, work))


async def _transact(path: Path, work: Callable[[Transaction], None]) -> None:
    await asyncio.to_thread(upgrade, path, SystemClock().now())
    async with await Database.open(path) as database:
        await SqlStore(database, SystemClock(), SystemChance()).transact(work)


def reindex(settings: Settings) -> str:
    """Fill the index of words anew from the texts of all tickets, and return a sentence about it."""
    database = database_path(settings, emulated=False)
    with ExitStack() as stack:
        hold(stack, settings, database)
        return f"The words of {asyncio.run(_reindex(database))} tickets can be found."


async def _reindex(path: Path) -> int:
    """Index batch by batch: all tickets in one transaction would be more than a machine need hold."""
    await asyncio.to_thread(upgrade, path, SystemClock().now())
    async with await Database.open(path) as database:
        await database.write(forget_words)
        tickets, last = 0, 0
        while batch := await database.write(partial(index_words, after=last, most=_INDEXED_AT_ONCE)):
            tickets, last = tickets + len(batch), batch[-1]
        return tickets
