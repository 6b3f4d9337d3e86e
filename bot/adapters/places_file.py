"""Reads an estate's places from a CSV file and refuses one that cannot be used, saying where and why.

    code,kind,in,name,zh_Hans,zh_Hant,latitude,longitude
    north,zone,,North,北区,北區,,
    b3,building,north,Block 3,3栋,3座,22.3001,114.1702
    b3-12,floor,b3,12/F,12层,12樓,,
    b3-12-lift,spot,b3-12,Lift lobby,电梯间,電梯大堂,,

Columns may stand in any order; all but code, kind and name may be missing. A
zone is what a post of the roster looks after. What a line lies in stands above it.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.domain.people import Language
from bot.domain.places import Location, Place, PlaceKind

#: A button and a line of a card show so much of a name.
_LONGEST: Final = 60
#: As many as a large estate has, and no more than a machine need hold at once.
_MOST: Final = 20_000
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_NEEDED: Final = frozenset({"code", "kind", "name"})
_NAMES: Final = {language.value: language for language in Language}
_KNOWN: Final = _NEEDED | {"in", "latitude", "longitude"} | set(_NAMES)
_BREADTH: Final = tuple(PlaceKind)


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the file: a place that is not stored yet, and the code of what it lies in."""

    place: Place
    within: str | None


def read(path: Path) -> tuple[Listed, ...]:
    """Return the places of the file; raise `ValueError` with one plain sentence where it cannot be used."""
    try:
        return parse(path.read_text("utf-8-sig"), str(path))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, csv.Error):
        raise ValueError(f"{path} is not a CSV file in UTF-8.") from None


def parse(content: str, origin: str) -> tuple[Listed, ...]:
    """Return the places written in `content`, in its order; `origin` names it in an error."""
    rows = csv.DictReader(content.splitlines(), restkey="", strict=True)
    columns = set(rows.fieldnames or ())
    if missing := sorted(_NEEDED - columns):
        raise ValueError(f"{origin}: the first line must name the columns; {missing[0]} is missing.")
    if unknown := sorted(columns - _KNOWN):
        raise ValueError(f"{origin}: there is no column {unknown[0]!r}; expected {', '.join(sorted(_KNOWN))}.")
    found: dict[str, Listed] = {}
    for row in rows:
        fields = {name: (value or "").strip() for name, value in row.items() if name}
        if not any(fields.values()):
            continue
        try:
            listed = _listed(fields, found)
        except ValueError as error:
            raise ValueError(f"{origin}, line {rows.line_num}: {error}") from None
        found[listed.place.code] = listed
        if len(found) > _MOST:
            raise ValueError(f"{origin} lists more than {_MOST} places.")
    if not found:
        raise ValueError(f"{origin} lists no place.")
    return tuple(found.values())


def _listed(fields: Mapping[str, str], above: Mapping[str, Listed]) -> Listed:
    code, within = fields["code"], fields.get("in") or None
    if not _CODE.fullmatch(code):
        raise ValueError("the code must be 1 to 32 small letters, digits, - and _.")
    if code in above:
        raise ValueError(f"the code {code} is there twice.")
    if fields["kind"] not in set(PlaceKind):
        raise ValueError(f"the kind must be one of {', '.join(PlaceKind)}.")
    kind = PlaceKind(fields["kind"])
    if within is not None and within not in above:
        raise ValueError(f"what it lies in, {within}, must stand above it.")
    if within is not None and _BREADTH.index(above[within].place.kind) >= _BREADTH.index(kind):
        raise ValueError(f"a {kind} cannot lie in a {above[within].place.kind}.")
    names = {language: fields[column] for column, language in _NAMES.items() if fields.get(column)}
    for name in (fields["name"], *names.values()):
        if not 0 < len(name) <= _LONGEST or not name.isprintable():
            raise ValueError(f"a name must have 1 to {_LONGEST} characters.")
    place = Place(0, 0, kind, code, fields["name"], names, location=_location(fields), position=len(above) + 1)
    return Listed(place, within)


def _location(fields: Mapping[str, str]) -> Location | None:
    north, east = fields.get("latitude", ""), fields.get("longitude", "")
    if not north and not east:
        return None
    try:
        location = Location(float(north), float(east))
    except ValueError:
        location = Location(91, 0)
    if not (-90 <= location.latitude <= 90 and -180 <= location.longitude <= 180):
        raise ValueError("latitude and longitude must be degrees, both of them.")
    return location
