"""What the sandbox's estate consists of: its blocks with some floors, and the spots that people report from."""

from collections.abc import Iterator
from typing import Final

from bot.domain.people import Language
from bot.domain.places import Location, Place, PlaceKind

_BLOCKS: Final = (1, 3, 5)
_FLOORS: Final = (1, 3, 5, 8, 12, 20)
#: The estate lies at the harbour; its blocks stand a hundred metres apart.
_CORNER: Final = Location(22.3010, 114.1700)
_STEP: Final = 0.001
_SPOTS: Final = (
    ("gate", "Main gate", "正门", "正門", Location(22.3002, 114.1712)),
    ("carpark", "Car park", "停车场", "停車場", Location(22.3004, 114.1725)),
    ("garden", "Garden", "花园", "花園", Location(22.3018, 114.1708)),
    ("refuse", "Refuse room", "垃圾房", "垃圾房", Location(22.3001, 114.1698)),
)


def _listed() -> Iterator[tuple[Place, str | None]]:
    line = 0
    for block in _BLOCKS:
        line += 1
        names = _names(f"{block}栋", f"{block}座")
        stands = Location(_CORNER.latitude, _CORNER.longitude + block * _STEP)
        yield Place(0, 0, PlaceKind.BUILDING, f"b{block}", f"Block {block}", names, None, stands, line), None
        line += 1
        lobby = _names("大堂", "大堂")
        yield Place(0, 0, PlaceKind.SPOT, f"b{block}-lobby", "Lobby", lobby, position=line), f"b{block}"
        for floor in _FLOORS:
            line += 1
            names = _names(f"{floor}层", f"{floor}樓")
            place = Place(0, 0, PlaceKind.FLOOR, f"b{block}-{floor}", f"{floor}/F", names, position=line)
            yield place, f"b{block}"
    for code, english, simplified, traditional, stands in _SPOTS:
        line += 1
        yield Place(0, 0, PlaceKind.SPOT, code, english, _names(simplified, traditional), None, stands, line), None


def _names(simplified: str, traditional: str) -> dict[Language, str]:
    return {Language.SIMPLIFIED: simplified, Language.TRADITIONAL: traditional}


#: The places of the sandbox's estate, each with the code of what it lies in.
PLACES: Final = tuple(_listed())
