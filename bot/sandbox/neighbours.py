"""Whom the people of the sandbox are sent to, or whose work is brought back to them: all of them made up."""

from typing import Final

from bot.domain.directory import Body, Entry
from bot.domain.people import Language

_HANS, _HANT = Language.SIMPLIFIED, Language.TRADITIONAL
_DAY_AND_NIGHT: Final = "24/7"

#: The directory of the sandbox's estate.
DIRECTORY: Final = (
    Entry(
        0, 0, Body.OUTSIDE, "water", "Water Works", {_HANS: "自来水公司", _HANT: "水務公司"},
        "1 Reservoir Road", "+852 2345 6001", _DAY_AND_NIGHT,
    ),
    Entry(
        0, 0, Body.OUTSIDE, "power", "Harbour Power", {_HANS: "海港供电公司", _HANT: "海港電力公司"},
        "22 Dynamo Street", "+852 2345 6002", _DAY_AND_NIGHT, "harbour-power.example",
    ),
    Entry(
        0, 0, Body.OUTSIDE, "gas", "Town Gas", {_HANS: "燃气公司", _HANT: "煤氣公司"},
        "7 Pipe Lane", "+852 2345 6003", _DAY_AND_NIGHT,
    ),
    Entry(
        0, 0, Body.OUTSIDE, "telecom", "Harbour Telecom", {_HANS: "海港通信公司", _HANT: "海港電訊公司"},
        "3 Cable Square", "+852 2345 6004", "09:00-21:00", "harbour-telecom.example",
    ),
    Entry(
        0, 0, Body.SISTER, "repairs", "Developer's repair office", {_HANS: "开发商维修处", _HANT: "發展商維修處"},
        "Block 1, ground floor", "+852 2345 6005", "09:00-18:00",
    ),
    Entry(
        0, 0, Body.SISTER, "heating", "Heating station", {_HANS: "供热站", _HANT: "供暖站"},
        "Behind block 6", "+852 2345 6006", _DAY_AND_NIGHT,
    ),
)  # fmt: skip
