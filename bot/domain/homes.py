"""Units (房號), who lives in them, and the codes on the letters that say so.

A code is what an estate prints on a letter: eight letters and digits in two groups, without vowels and without what is
taken for one another (0 O, 1 I L, 5 S, 2 Z …), so that it can be read out and never spells a word. Reading is tolerant
of everything but the symbols themselves.

Invariants, held by the store: a unit has at most one living code, and a person lives in at most one unit at a time.
The main contact of a household is whoever of those living there registered first; nobody has to be told.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

ALPHABET = "2346789BCDFGHJKMPQRTVWXY"
_LENGTH = 8
_GROUP = 4

#: After so many wrong codes within this time an account has to wait: guessing must not pay.
MOST_WRONG = 5
WRONG_WITHIN = timedelta(hours=1)

#: A unit's label is no longer than this; it stands on cards and in registers.
LONGEST_LABEL = 40
_LABEL = re.compile(r"[\w \-/.#,()&]+")  # nothing that a spreadsheet takes for a formula
#: Words beside the numbers of a place: "Block 3, Flat 12A", "3座12樓A室" and "3-12A" are the same home.
_PLACE_WORDS = re.compile(
    r"(?<![^\W\d_])(?:block|tower|building|bldg|blk|floor|flr|flat|room|rm|unit|apt|apartment|house|no)(?![^\W\d_])"
    r"|/f(?![^\W\d_])|单元|單元|[座栋棟幢楼樓层層室房号號期户戶]"
)
_PARTS = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Unit:
    """A home of an estate; `label` is how the estate writes it, such as "3-12A"."""

    id: int
    estate_id: int
    label: str


@dataclass(frozen=True, slots=True)
class Residency:
    """That somebody lives in a unit, since when and, once they moved out, until when.

    `shares` lets the others of the household see what this person reports. `contested_at` is set while the main
    contact says that they are none of theirs and the office has not looked into it yet.
    """

    id: int
    unit_id: int
    person_id: int
    since: datetime
    until: datetime | None = None
    shares: bool = False
    contested_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody without a code asks the office to confirm their home, named in their own `words`."""

    ref: str
    estate_id: int
    person_id: int
    words: str
    asked_at: datetime
    decided_at: datetime | None = None
    decided_by: int | None = None


def code_from(chance: bytes) -> str | None:
    """Return the code that 16 random bytes amount to; None where it would be all letters or all digits.

    Each of the codes has 24 symbols to the power of 8 behind it (36 bits), of which an account can try five an hour.
    """
    number = int.from_bytes(chance)
    symbols = []
    for _ in range(_LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        symbols.append(ALPHABET[rest])
    code = "".join(symbols)
    return code if _is_mixed(code) else None


def printed(code: str) -> str:
    """Return `code` as it stands on a letter."""
    return f"{code[:_GROUP]}-{code[_GROUP:]}"


def read_code(words: str) -> str | None:
    """Return the code that somebody typed: whatever case, width, spaces and dashes; None where it cannot be one."""
    folded = unicodedata.normalize("NFKC", words).upper()
    code = "".join(symbol for symbol in folded if not _is_noise(symbol))
    return code if len(code) == _LENGTH and set(code) <= set(ALPHABET) else None


def code_as_printed(words: str) -> str | None:
    """Return the code where `words` are nothing but one in its two groups, letters and digits mixed, as on a letter.

    Outside of a conversation only this is taken for a code: "2345 6789" is a telephone, "THE DRY…" somebody's report.
    """
    groups = re.split(r"[\W_]+", unicodedata.normalize("NFKC", words).strip())
    code = read_code(words)
    return code if code and [len(group) for group in groups] == [_GROUP, _GROUP] and _is_mixed(code) else None


def digest_of_code(code: str) -> str:
    """Return what is stored of a code, so that nobody reads the codes of an estate off its database or a backup.

    It keeps honest people honest: 36 bits are few for somebody who has the database and means to try them all.
    """
    return hashlib.sha256(b"unit:" + code.encode()).hexdigest()


def waits_until(wrong: tuple[datetime, ...]) -> datetime | None:
    """Return until when an account has to wait whose wrong codes of the last hour these are, oldest first."""
    return wrong[-MOST_WRONG] + WRONG_WITHIN if len(wrong) >= MOST_WRONG else None


def key_of(label: str) -> str:
    """Return what two ways of writing one home have in common: its numbers and letters, in their order."""
    folded = unicodedata.normalize("NFKC", label).casefold()
    return "-".join(_PARTS.findall(_PLACE_WORDS.sub(" ", folded))) or folded.strip()


def is_label(label: str) -> bool:
    """Whether `label` can be the label of a unit: not empty, not long, nothing but letters, digits and plain marks."""
    return bool(_LABEL.fullmatch(label)) and label == label.strip() and len(label) <= LONGEST_LABEL


def label_from(words: str) -> str:
    """Return the label that somebody's own words for a home amount to; empty where they name none."""
    plain = "".join(symbol if _LABEL.fullmatch(symbol) else " " for symbol in unicodedata.normalize("NFKC", words))
    label = " ".join(plain.split())[:LONGEST_LABEL].strip()
    return label if any(symbol.isalnum() for symbol in label) else ""


def _is_mixed(code: str) -> bool:
    return not code.isdigit() and not code.isalpha()


def _is_noise(symbol: str) -> bool:
    return unicodedata.category(symbol) in {"Pd", "Zs", "Cc", "Cf", "Pc"} or symbol in ".·ー−"
