"""Who called, wrote or came by, read from the few words that a colleague types of them: a name, a home, a phone.

Nothing is asked for in a form: "3-12A Mr Chan 9123 4567", in any order and any of our languages.
"""

import re
import unicodedata
from dataclasses import dataclass

_PHONE = re.compile(r"(?:\+|\b00)?\d(?:[ \-()]{0,2}\d){6,14}(?!\d)")
_PLACE = re.compile(r"[0-9A-Za-z]+(?:[-/.][0-9A-Za-z]+)*")
_BETWEEN = re.compile(r"[,，、;；\n]+")
#: A name is as much of the words as a card can show.
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Caller:
    """What was typed: all of it but the phone; the name in it; what may name a home; the phone's digits."""

    words: str
    name: str
    places: tuple[str, ...]
    phone: str | None


def read_caller(typed: str) -> Caller:
    """Return what `typed` says of a caller; a number too short for a phone is part of a home."""
    plain = " ".join(unicodedata.normalize("NFKC", typed).split())
    found = _PHONE.search(plain)
    phone = _digits(found.group()) if found else None
    words = (plain[: found.start()] + " " + plain[found.end() :]) if found else plain
    parts = [part.strip() for part in _BETWEEN.split(words) if part.strip(" .:：()（）-")]
    words = ", ".join(" ".join(part.split()) for part in parts)
    single = [place for place in _PLACE.findall(words) if any(sign.isdigit() for sign in place)]
    places = tuple(dict.fromkeys(place for place in (*parts, *single) if any(sign.isdigit() for sign in place)))
    named = [part for part in parts if not any(sign.isdigit() for sign in part)]
    rest = [word for word in words.replace(",", " ").split() if not any(sign.isdigit() for sign in word)]
    return Caller(words[:LONGEST], " ".join(named or rest)[:LONGEST], places, phone)


def _digits(number: str) -> str:
    digits = "".join(sign for sign in number if sign.isdigit())
    return digits.removeprefix("00")
