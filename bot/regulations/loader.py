"""Reads a rule set from TOML and refuses one that contradicts itself, saying where and why."""

import tomllib
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from bot.domain.regulation import RuleSet


class WrongRuleSet(Exception):
    """A rule set cannot be used; the text is one plain sentence that names the file and the reason."""


def read(path: Path) -> RuleSet:
    """Return the rule set in the TOML file at `path`; raise `WrongRuleSet` where it is not one."""
    return parse(path.read_text(encoding="utf-8"), origin=str(path))


def default() -> RuleSet:
    """Return the rule set that comes with the program."""
    text = resources.files("bot.regulations").joinpath("default.toml").read_text(encoding="utf-8")
    return parse(text, origin="default.toml")


def parse(text: str, origin: str) -> RuleSet:
    """Return the rule set written in `text`; `origin` names it in an error."""
    try:
        return RuleSet.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise WrongRuleSet(f"{origin}: not TOML: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise WrongRuleSet(f"{origin}: {where}: {first['msg']}" if where else f"{origin}: {first['msg']}") from None
