"""Reads a directory from TOML and refuses one that cannot be used, saying where and why.

[[outside]]               # or [[sister]]
code = "water"
name = "Water Supplies Department"
names = { zh_Hant = "水務署" }
address = "…"
phone = "2824 5000"
hours = "24 hours"
chat = "WhatsApp 9876 5432"
"""

import tomllib
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.domain.directory import Body, Entry
from bot.domain.people import Language

#: What a line of a message shows whole.
_LONGEST: Final = 190
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=_LONGEST)]
_Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
_Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9][0-9 ()/.,-]{1,58}$")]


class _Listed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    code: _Code
    name: _Line
    names: dict[Language, _Line] = {}
    address: _Line | None = None
    phone: _Phone | None = None
    hours: _Line | None = None
    chat: _Line | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    outside: list[_Listed] = Field([], max_length=100)
    sister: list[_Listed] = Field([], max_length=100)


def read(path: Path) -> tuple[Entry, ...]:
    """Return the entries of the file; raise `ValueError` with one plain sentence where it cannot be used."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"), str(path))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not a text in UTF-8.") from None


def parse(content: str, origin: str) -> tuple[Entry, ...]:
    """Return the entries written in `content`; `origin` names it in an error."""
    try:
        listed = _File.model_validate(tomllib.loads(content))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{origin} is not TOML: {error}.") from None
    except ValidationError as error:
        raise ValueError(_sentence(error, origin)) from None
    kinds = ((Body.OUTSIDE, listed.outside), (Body.SISTER, listed.sister))
    entries = tuple(Entry(0, 0, kind, **one.model_dump()) for kind, group in kinds for one in group)
    if not entries:
        raise ValueError(f"{origin} lists nobody: it needs [[outside]] or [[sister]] entries.")
    seen: set[str] = set()
    for entry in entries:
        if entry.code in seen:
            raise ValueError(f"{origin}: the code {entry.code} is there twice.")
        seen.add(entry.code)
        if not (entry.phone or entry.address or entry.chat):
            raise ValueError(f"{origin}: {entry.code} needs a phone, an address or a chat.")
    return entries


def _sentence(error: ValidationError, origin: str) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    group, *rest = first["loc"]
    if not rest:
        return f"{origin}: {group}: {first['msg']}."
    number, *path = rest
    where = ".".join(str(part) for part in path)
    return f"{origin}: {group} entry {int(number) + 1}, {where}: {first['msg']}."
