"""Places of an estate where something can be found: zones, buildings, floors, spots; and the tokens of their stickers.

A place is never deleted, since tickets name it: what is in the estate's list no more is retired. The token of a sticker
is opaque (128 bits), grants nothing but to name its place, and can be revoked; the store keeps at most one alive for
each place. Coordinates are degrees north and east (WGS 84), distances metres.
"""

import base64
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.people import Language


class PlaceKind(StrEnum):
    """What a place is: the broader first. Each lies in nothing or in something broader."""

    ZONE = "zone"  # what a post of the roster looks after: people on their feet choose what lies in it
    BUILDING = "building"
    FLOOR = "floor"
    SPOT = "spot"


#: A shared location this near to a place's coordinates means that place.
NEAR_M = 60.0
#: One that is farther than this from all of them is not on the estate.
FAR_M = 800.0
_EARTH_M = 6_371_000.0
_REF = "p"


@dataclass(frozen=True, slots=True)
class Location:
    """A point that somebody shared."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Place:
    """One place.

    `code` is the estate's own stable name for it, `position` its line in the estate's list. `name` is what it is called
    where no other is known; `names` are its names by language. `parent_id` is what it lies in.
    """

    id: int
    estate_id: int
    kind: PlaceKind
    code: str
    name: str
    names: Mapping[Language, str] = field(default_factory=dict)
    parent_id: int | None = None
    location: Location | None = None
    position: int = 0
    retired: bool = False

    def name_in(self, language: Language) -> str:
        """Return its name for a reader of `language`."""
        return self.names.get(language, self.name)

    @property
    def ref(self) -> str:
        """What a report's answer holds of it: stable, and no code of a sort of place."""
        return f"{_REF}{self.id}"


def id_of(ref: str) -> int | None:
    """Return the number of the place that an answer holds, None where it names a sort of place or none."""
    number = ref.removeprefix(_REF)
    return int(number) if number != ref and number.isascii() and number.isdigit() else None


def token_from(chance: bytes) -> str:
    """Return the token that 16 random bytes amount to: 22 characters that a deep link can carry."""
    return base64.urlsafe_b64encode(chance).rstrip(b"=").decode()


def metres_between(one: Location, other: Location) -> float:
    """Return how far two points are apart, well enough for an estate."""
    north = math.radians(other.latitude - one.latitude)
    east = math.radians(other.longitude - one.longitude)
    middle = math.radians((one.latitude + other.latitude) / 2)
    return _EARTH_M * math.hypot(north, east * math.cos(middle))


def nearest(places: Iterable[Place], point: Location) -> tuple[float, Place] | None:
    """Return the place nearest to `point` with its distance; None where none of them has coordinates."""
    found = ((metres_between(place.location, point), place) for place in places if place.location)
    return min(found, key=lambda pair: (pair[0], pair[1].position), default=None)
