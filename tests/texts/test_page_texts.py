"""The sandbox's page speaks all three languages too: none of its texts is missing, foreign or left over."""

import json
import re
from pathlib import Path
from typing import Final

import pytest

from bot.adapters import i18n
from bot.domain.clocks import ObligationState
from bot.domain.events import EVENTS
from bot.domain.people import Language
from bot.domain.tickets import Stage
from bot.flows.labels import STAGE
from bot.sandbox import server
from bot.sandbox.cast import ESTATE
from bot.services.outlook import Alarm
from tests.texts.catalogues import placeholders
from tests.texts.test_catalogues import CHARACTER_SET, CHINESE, FORBIDDEN, FOREIGN

PAGE: Final = Path(server.__file__).parent / "page"
TEXTS: Final[dict[str, list[str]]] = json.loads((PAGE / "texts.json").read_text("utf-8"))
SOURCE: Final = "\n".join(path.read_text("utf-8") for path in sorted(PAGE.iterdir()) if path.suffix in {".js", ".html"})
#: Texts that are asked for by a code of the program, with all the codes there are.
FAMILIES: Final = {
    "event": set(EVENTS),
    "stage": set(Stage),
    "run": set(ObligationState),
    "alarm": (set(Alarm) - {Alarm.WINDOW}) | {"begins", "reminder", "breach", "ladder"},
    "role": {person.key for person in ESTATE.people} | {"group"},
}


def said(language: Language) -> dict[str, str]:
    """Return the page's texts in that language."""
    return {key: texts[list(Language).index(language)] for key, texts in TEXTS.items()}


def test_each_text_exists_in_each_language_with_the_same_facts() -> None:
    assert len(TEXTS) > 150
    for key, texts in TEXTS.items():
        assert len(texts) == len(Language), key
        assert all(texts), key
        assert len({tuple(sorted(placeholders(text))) for text in texts}) == 1, key


def test_each_code_of_the_program_has_its_text() -> None:
    for family, codes in FAMILIES.items():
        assert {key.partition(".")[2] for key in TEXTS if key.startswith(f"{family}.")} == codes


@pytest.mark.parametrize("language", Language)
def test_page_and_bot_call_the_stages_alike(language: Language) -> None:
    spoken = i18n.catalogue(language).gettext
    assert {stage: said(language)[f"stage.{stage}"] for stage in Stage} == {
        stage: spoken(label.message) for stage, label in STAGE.items()
    }


def test_what_the_page_asks_for_is_there() -> None:
    asked = set(re.findall(r'(?:say\(|data-say(?:-\w+)?=)"([a-z_.]+)"', SOURCE))
    assert len(asked) > 60
    assert asked - TEXTS.keys() == set()


def test_nothing_is_left_over() -> None:
    built = {
        "tour",
        "tour.do",
        "scenes",
        "scenes.words",
        "scenes.night",
        "scenes.leak",
        "faults",
        "sample",
        "caption",
        *FAMILIES,
    }
    for key in TEXTS:
        family, _, name = key.rpartition(".")
        assert f'"{key}"' in SOURCE or (family in built and re.search(rf"\b{name}\b", SOURCE)) or family in FAMILIES, (
            key
        )


@pytest.mark.parametrize("language", CHINESE)
def test_each_chinese_has_its_own_characters_and_words(language: Language) -> None:
    looked_at = 0
    for key, text in said(language).items():
        assert not re.search(FOREIGN[language], text), key
        for character in re.findall("[\u4e00-\u9fff]", text):
            looked_at += 1
            assert any(_holds(name, character) for name in CHARACTER_SET[language]), (key, character)
    assert looked_at > 500


@pytest.mark.parametrize("language", Language)
def test_the_page_brushes_nobody_off(language: Language) -> None:
    for key, text in said(language).items():
        assert not re.search(FORBIDDEN[language], text, re.IGNORECASE), key


def _holds(character_set: str, character: str) -> bool:
    return character.encode(character_set, "ignore") != b""
