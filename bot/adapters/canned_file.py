"""Reads answers that are kept ready from TOML and refuses what cannot be used, saying where and why.

[[answer]]
code = "mechanic"
kinds = ["repair"]              # or none: any
categories = ["lift"]           # or none: any
titles = { en = "Mechanic on the way", zh_Hans = "师傅在路上", zh_Hant = "師傅正在途中" }
words = { en = "…", zh_Hans = "…", zh_Hant = "…" }
"""

import tomllib
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from bot.domain.canned import Canned
from bot.domain.categories import CATEGORIES
from bot.domain.people import Language
from bot.domain.tickets import Kind

_Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
_Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    code: _Code
    titles: dict[Language, _Title] = Field(min_length=1)
    words: dict[Language, _Words]
    kinds: frozenset[Kind] = frozenset()
    categories: frozenset[str] = frozenset()

    @field_validator("categories")
    @classmethod
    def _known(cls, categories: frozenset[str]) -> frozenset[str]:
        if unknown := sorted(categories - set(CATEGORIES)):
            raise ValueError(f"there is no category {unknown[0]}")
        return categories

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if set(self.titles) != set(self.words):
            raise ValueError("titles and words are given in the same languages")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: list[_Answer] = Field(max_length=200)


def read(path: Path) -> tuple[Canned, ...]:
    """Return the answers in the file; raise `ValueError` with one plain sentence where it cannot be used."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"), str(path))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not a text in UTF-8.") from None


def parse(content: str, origin: str) -> tuple[Canned, ...]:
    """Return the answers written in `content`; `origin` names it in an error."""
    try:
        listed = _File.model_validate(tomllib.loads(content))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{origin} is not TOML: {error}.") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
        raise ValueError(f"{origin}: {where}: {first['msg'].removeprefix('Value error, ')}.") from None
    codes = [answer.code for answer in listed.answer]
    if twice := [code for code in codes if codes.count(code) > 1]:
        raise ValueError(f"{origin}: the code {twice[0]} is there twice.")
    return tuple(Canned(**dict(answer)) for answer in listed.answer)
