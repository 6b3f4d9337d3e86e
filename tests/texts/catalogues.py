"""What the source says to people, and what the catalogues make of it."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import bot

BOT: Final = Path(bot.__file__).parent
LOCALES: Final = BOT.parent / "locales"
PLACEHOLDER: Final = re.compile(r"{(\w*)}")
MARKUP: Final = re.compile(r"</?\w+[^>]*>")


@cache
def extracted() -> tuple[str, ...]:
    """Return every sentence as `make messages` finds it, once for each place it stands at."""
    found = extract_from_dir(str(BOT), keywords={"text": None})
    return tuple(message for _, _, message, _, _ in found if isinstance(message, str))


@cache
def catalogue(name: str) -> Catalog:
    """Return a catalogue by its path below `locales`."""
    with (LOCALES / name).open("rb") as file:
        return read_po(file)


@cache
def modules() -> tuple[tuple[Path, ast.Module], ...]:
    """Return the modules of the bot, parsed."""
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(BOT.rglob("*.py")))


@cache
def _calls() -> dict[str, list[tuple[Path, ast.Call]]]:
    found: dict[str, list[tuple[Path, ast.Call]]] = {}
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found.setdefault(node.func.id, []).append((path, node))
    return found


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    """Yield every call of what is called `name`, with the module it stands in."""
    yield from _calls().get(name, ())


def placeholders(sentence: str) -> set[str]:
    """Return the names of the parameters of a sentence."""
    return set(PLACEHOLDER.findall(sentence))


def markup(sentence: str) -> Counter[str]:
    """Return the tags of a sentence with their number."""
    return Counter(MARKUP.findall(sentence))
