"""What an operator takes over from files, and says of the estate: it becomes all there is of its kind, or nothing."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from bot.adapters import canned_file, contractor_file, directory_file, places_file, roster_file
from bot.domain.people import Estate
from bot.main import NEW_ESTATE
from bot.operations.writing import write
from bot.ports.store import Transaction
from bot.services import contracting, directory, placing, rostering
from bot.services.founding import found
from bot.settings import Settings


def take_over_directory(settings: Settings, source: Path) -> str:
    """Make the file's entries the estate's whole directory, and say what has changed.

    Raises `ValueError` with one plain sentence where the file cannot be used; then nothing has changed.
    """
    entries = directory_file.read(source)
    done: list[directory.TakenOver] = []

    def work(tx: Transaction) -> None:
        done[:] = [directory.take_over(tx, found(tx, NEW_ESTATE).id, entries)]

    write(settings, work)
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

    def work(tx: Transaction) -> None:
        done[:] = [rostering.take_over(tx, found(tx, NEW_ESTATE), listed)]

    write(settings, work)
    (counted,) = done
    return f"The roster has {counted.shifts} turns; {counted.leaves} leaves are new."


def take_over_contractors(settings: Settings, source: Path) -> str:
    """Make the file's companies all that work here under contract, and say what has changed.

    Raises `ValueError` with one plain sentence where the file cannot be used; then nothing has changed.
    """
    listed = contractor_file.read(source)
    done: list[contracting.TakenOver] = []

    def work(tx: Transaction) -> None:
        estate = found(tx, NEW_ESTATE)
        known = {one.code for one in tx.departments.of_estate(estate.id)}
        if strange := next((one.trade for one in listed if one.trade not in known), None):
            raise ValueError(f"There is no department {strange}; expected one of {', '.join(sorted(known))}.")
        zone = ZoneInfo(estate.timezone)
        done[:] = [contracting.take_over(tx, estate.id, [one.as_of(zone) for one in listed])]

    write(settings, work)
    (counted,) = done
    return (
        f"{len(listed)} companies are under contract: {counted.added} new, {counted.changed} changed; "
        f"the contracts of {counted.ended} end now."
    )


def take_over_canned(settings: Settings, source: Path) -> str:
    """Make the file's answers all that the estate keeps ready, and say how many there are.

    Raises `ValueError` with one plain sentence where the file cannot be used; then nothing has changed.
    """
    answers = canned_file.read(source)
    write(settings, lambda tx: tx.canned.take_over(found(tx, NEW_ESTATE).id, answers))
    return f"{len(answers)} answers are kept ready."


def take_over_places(settings: Settings, source: Path) -> str:
    """Make the file's places all that the estate consists of, and say what has changed.

    Raises `ValueError` with one plain sentence where the file cannot be used; then nothing has changed.
    """
    places = places_file.read(source)
    done: list[placing.TakenOver] = []

    def work(tx: Transaction) -> None:
        listed = ((one.place, one.within) for one in places)
        done[:] = [placing.take_over(tx, found(tx, NEW_ESTATE).id, listed)]

    write(settings, work)
    (counted,) = done
    return (
        f"The estate has {len(places)} places: {counted.added} new, {counted.changed} changed; "
        f"{counted.retired} were taken out."
    )


def describe_estate(settings: Settings, changes: Mapping[str, object]) -> str:
    """Change what is said of the estate, and return a sentence about it as it then is.

    `changes` are fields of `Estate`; raises `ValueError` with one plain sentence where one cannot be.
    """
    zone = changes.get("timezone")
    if zone is not None and zone not in available_timezones():
        raise ValueError(f"{zone} is not a time zone; expected one like Asia/Hong_Kong.")

    def work(tx: Transaction) -> None:
        described.append(replace(found(tx, NEW_ESTATE), **changes))  # type: ignore[arg-type]
        tx.estates.update(described[0])

    described: list[Estate] = []
    write(settings, work)
    estate = described[0]
    phones = f"phone {estate.phone or 'none'}, emergencies {estate.emergency_phone or 'none'}"
    return f"{estate.code}: {estate.name}, {estate.timezone}, {estate.language}, {phones}."
