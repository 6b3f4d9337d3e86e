"""The terms by which words are found again: those of a text when it is kept, those of a query when it is asked.

Both go through `terms_of` and `wanted`, so that what is looked for is cut like what is kept:

- Chinese, Japanese and Korean have no spaces: each character is a term, and each two that stand together. A query of
  two characters or more is looked for by its pairs.
- Everything else is cut into words, folded in case, width and diacritics; the commonest English endings are dropped.
- What is joined by a hyphen, slash or dot (a unit such as 3-12A, a ticket's number) is a term of its own besides its
  parts, and a query is looked for by the joined one.

A term holds letters, digits and `JOINT` alone: no database takes one for its own syntax.
"""

import re
import unicodedata

from bot.domain.variants import SIMPLER

#: Stands in a term for whatever joined its parts.
JOINT = "·"
#: So many terms of one text, and of one query, are enough.
MOST_KEPT = 2000
MOST_WANTED = 12

_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_CJK}]+|(?:(?![{_CJK}])[^\\W_])+(?:[-/.](?:(?![{_CJK}])[^\\W_])+)*")
_JOINTS = re.compile("[-/.]")
_ENDINGS = ("ings", "ing", "ed", "s")
#: As long as a word must stay when its ending is dropped.
_STEM = 3
_LONGEST = 40


def terms_of(words: str) -> frozenset[str]:
    """Return the terms by which `words` are found."""
    found: set[str] = set()
    for run in _runs(words):
        if _is_cjk(run):
            found.update(run)
            found.update(_pairs(run))
        else:
            joined, parts = _joined(run)
            found.add(joined)
            found.update(parts)
        if len(found) >= MOST_KEPT:
            break
    return frozenset(found)


def wanted(query: str) -> tuple[str, ...]:
    """Return the terms that must all be there, in the order of the query; empty where it names nothing."""
    found: dict[str, None] = {}
    for run in _runs(query):
        if _is_cjk(run):
            found.update(dict.fromkeys(_pairs(run) or (run,)))
        else:
            found[_joined(run)[0]] = None
    return tuple(found)[:MOST_WANTED]


def _runs(words: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return _RUN.findall(unicodedata.normalize("NFKC", plain).translate(SIMPLER))


def _is_cjk(run: str) -> bool:
    return re.match(f"[{_CJK}]", run) is not None


def _pairs(run: str) -> tuple[str, ...]:
    return tuple(run[place : place + 2] for place in range(len(run) - 1))


def _joined(run: str) -> tuple[str, tuple[str, ...]]:
    parts = tuple(_stem(part)[:_LONGEST] for part in _JOINTS.split(run))
    return JOINT.join(parts)[:_LONGEST], parts


def _stem(word: str) -> str:
    if word.endswith("ss") or not word.isalpha():
        return word
    for ending in (*_ENDINGS, "e"):
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            word = word.removesuffix(ending)
    return word
