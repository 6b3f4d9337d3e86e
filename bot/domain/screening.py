"""What sounds like brushing a resident off, and what to say instead (FC-3). The phrases are data; nothing is forbidden.

A phrase counts as whole words, whatever the case and the spaces; one that ends with a full stop only where a clause
ends with it, and none where it stands in one of its exceptions.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.domain.people import Language

_Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]
_Better = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=200)]
#: After these, or a particle before them, a clause is over.
_END = r"(?=\s*[了呢啊的呀吧喔哦啦呀㗎]{0,2}\s*(?:[.!?,;:…~。！？，；：～)）」』”\"\n]|$))"
_WORD = re.compile(r"[a-z0-9]")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BrushOff(_Model):
    """Phrases of one kind in each language, where they are none, and what to say instead."""

    phrases: dict[Language, tuple[_Phrase, ...]]
    better: dict[Language, _Better]
    unless: dict[Language, tuple[_Phrase, ...]] = {}

    @model_validator(mode="after")
    def _in_every_language(self) -> Self:
        for language in Language:
            if not self.phrases.get(language) or language not in self.better:
                raise ValueError(f"phrases and better wording are given in every language; {language.value} is missing")
        return self


class BrushOffs(_Model):
    """All of them."""

    brush_offs: tuple[BrushOff, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase as the list has it, and what to say instead."""

    phrase: str
    better: str


def find(words: str, known: Sequence[BrushOff], language: Language) -> Found | None:
    """Return the brush-off in `words`, None where there is none: of several the longest.

    Of those that languages share the one in the reader's `language` is meant.
    """
    plain = _plain(words)
    found = [
        (len(phrase), spoken is language, Found(phrase.rstrip(".。"), entry.better[spoken]))
        for entry in known
        for spoken in Language
        for phrase in entry.phrases[spoken]
        if any(not _excepted(hit, entry, plain) for hit in _hits(phrase, plain))
    ]
    return max(found, key=lambda one: one[:2])[2] if found else None


def _excepted(hit: re.Match[str], entry: BrushOff, plain: str) -> bool:
    exceptions = (phrase for phrases in entry.unless.values() for phrase in phrases)
    around = (known.span() for phrase in exceptions for known in _hits(phrase, plain))
    return any(start <= hit.start() and hit.end() <= end for start, end in around)


def _hits(phrase: str, plain: str) -> Iterator[re.Match[str]]:
    return _pattern(phrase).finditer(plain)


@lru_cache(maxsize=1024)
def _pattern(phrase: str) -> re.Pattern[str]:
    sought = _plain(phrase.rstrip(".。"))
    pattern = r"\s+".join(re.escape(word) for word in sought.split())
    if _WORD.match(sought):
        pattern = rf"\b{pattern}\b"
    else:
        pattern = r"\s*".join(re.escape(sign) for sign in sought if not sign.isspace())
    return re.compile(pattern + (_END if phrase[-1] in ".。" else ""))


def _plain(words: str) -> str:
    """Return `words` in half-width lower case with straight apostrophes."""
    return unicodedata.normalize("NFKC", words).casefold().replace("’", "'").replace("‘", "'").replace("`", "'")
