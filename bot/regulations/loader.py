"""Reads a rule set from TOML and refuses one that contradicts itself, saying where and why."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from bot.domain.overrides import Override, overridden
from bot.domain.regulation import RuleSet
from bot.domain.screening import BrushOffs

_M = TypeVar("_M", bound=BaseModel)
_TABLE: Final = re.compile(r"\s*\[\[?\s*([\w.]+)\s*\]?\]")
#: What a reason names: a rule, or something in quotation marks.
_NAMED: Final = re.compile(r"[A-Z]{2}-\d+(?:/[a-z]+)?|'[^']+'")
#: Tables of which a file may have many, each about a rule.
_OF_RULES: Final = {"windows": "window", "visits": "visit"}
#: What pydantic says in words of its own, in ours; the others are sentences already.
_REASONS: Final = {
    "missing": "this is missing",
    "extra_forbidden": "there is no such entry; perhaps it is misspelt",
    "string_too_short": "this is empty",
    "too_short": "this is empty",
}


class WrongRuleSet(Exception):
    """A rule set cannot be used; the text is one plain sentence that names the file, the line and the reason."""


def read(path: Path) -> RuleSet:
    """Return the rule set in the TOML file at `path`; raise `WrongRuleSet` where it is not one."""
    return parse(text_of(path), origin=str(path))


def text_of(path: Path) -> str:
    """Return what stands in the file at `path`; raise `WrongRuleSet` where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise WrongRuleSet(f"{path}: not a text in UTF-8") from None
    except OSError as error:
        raise WrongRuleSet(f"{path}: cannot be read: {error.strerror}") from None


def default_text() -> str:
    """Return the rule set that comes with the program as it is written."""
    return resources.files("bot.regulations").joinpath("default.toml").read_text(encoding="utf-8")


def default() -> RuleSet:
    """Return the rule set that comes with the program."""
    return with_brush_offs(parse(default_text(), origin="default.toml"))


def with_brush_offs(rules: RuleSet) -> RuleSet:
    """Return `rules` with the brush-offs that come with the program (FC-3)."""
    written = resources.files("bot.regulations").joinpath("brush_offs.toml").read_text(encoding="utf-8")
    return rules.model_copy(update={"brush_offs": _validated(BrushOffs, written, "brush_offs.toml").brush_offs})


def parse(written: str, origin: str) -> RuleSet:
    """Return the rule set written in `written`; `origin` names it in an error."""
    return _validated(RuleSet, written, origin)


def parse_override(written: str, origin: str) -> Override:
    """Return what an estate has decided for itself, as it stands in `written`; `origin` names it in an error."""
    return _validated(Override, written, origin)


def laid_over(base: RuleSet, override: Override, written: str, origin: str) -> RuleSet:
    """Return `base` with an estate's own over it; raise `WrongRuleSet` where the two do not fit together.

    `written` is what the estate's own was read from, `origin` names it in the error.
    """
    try:
        return overridden(base, override)
    except ValidationError as error:
        reason = _reason_of(error)
    except ValueError as error:
        reason = str(error)
    raise WrongRuleSet(f"{origin}: line {_line_naming(written, reason)}: {reason}") from None


def _validated(model: type[_M], written: str, origin: str) -> _M:
    try:
        document = tomllib.loads(written)
        return model.model_validate(document)
    except tomllib.TOMLDecodeError as error:
        raise WrongRuleSet(f"{origin}: not TOML: {error}") from None
    except ValidationError as error:
        location = error.errors()[0]["loc"]
        reason = _reason_of(error)
        if not location:
            raise WrongRuleSet(f"{origin}: line {_line_naming(written, reason)}: {reason}") from None
        where = _where(document, location)
        reason = reason.removeprefix(f"{where}: ")
        raise WrongRuleSet(f"{origin}: line {_line_of(written, location)}: {where}: {reason}") from None


def _reason_of(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return _REASONS.get(first["type"], first["msg"].removeprefix("Value error, "))


def _where(document: Mapping[str, Any], location: Sequence[str | int]) -> str:
    """Return which entry of which rule `location` names, counting from 1: "rule FC-9, ladder 2, to"."""
    table, *rest = location
    place = [str(table)]
    if table in _OF_RULES and rest:
        nth, *rest = rest
        given = document[table][nth] if isinstance(nth, int) else None
        rule = given.get("rule") if isinstance(given, dict) else None
        known = isinstance(rule, str) and rest[:1] != ["rule"]
        place = [f"rule {rule}" if known else f"{_OF_RULES[str(table)]} {int(nth) + 1}"]
    for part in rest:
        if isinstance(part, int):
            place[-1] += f" {part + 1}"
        else:
            place.append(part)
    return ", ".join(place)


def _line_naming(written: str, reason: str) -> int:
    """Return the last line that has what `reason` names, 1 where none has."""
    names = [name.strip("'") for name in _NAMED.findall(reason)]
    lines = enumerate(written.splitlines(), start=1)
    return max((number for number, line in lines if any(f'"{name}"' in line for name in names)), default=1)


def _line_of(written: str, location: Sequence[str | int]) -> int:
    """Return the line, from 1, of the table and key that `location` names, as near as it can be found."""
    parts = [str(part) for part in location] + ["", ""]
    nth, table, key = 0, "", parts[0]
    if len(location) > 1 and isinstance(location[1], int):
        nth, table, key = location[1], parts[0], parts[2]
    elif len(location) > 1:
        table, key = parts[0], parts[1]
    begin, seen, inside = 1, 0, not table
    for number, line in enumerate(written.splitlines(), start=1):
        header = _TABLE.match(line)
        if header is None:
            if inside and key and re.match(rf"\s*{re.escape(key)}\s*[=.]", line):
                return number
        elif header[1] in (key, f"{table}.{key}") and (inside or not table):
            return number
        elif header[1] == table:
            inside, begin = seen == nth, number if seen == nth else begin
            seen += 1
        elif not header[1].startswith(f"{table}.") or not table:
            inside = False
    return begin
