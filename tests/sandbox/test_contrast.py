"""The page can be read in both looks: every colour of writing stands off from every ground that it is written on."""

import re
from pathlib import Path
from typing import Final

import pytest

from bot.sandbox import server

STYLE: Final = (Path(server.__file__).parent / "page" / "style.css").read_text(encoding="utf-8")
#: What WCAG 2 demands of text of ordinary size (1.4.3).
ENOUGH: Final = 4.5
#: On which grounds each colour is written.
WRITTEN_ON: Final = {
    "ink": ("ground", "card", "mine", "theirs"),
    "soft": ("ground", "card", "chat", "mine", "theirs"),
    "accent": ("ground", "card", "mine", "theirs"),
    "on": ("accent", "danger", "success"),
    "success": ("card",),
    "danger": ("card",),
    "card": ("ink",),
}


def looks() -> dict[str, dict[str, str]]:
    """Return the colours of the light and of the dark look, by name."""
    light, dark = (
        dict(re.findall(r"--(\w+): #(\w+);", block)) for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    )
    return {"light": light, "dark": dark}


def luminance(colour: str) -> float:
    """Return a colour's relative luminance, 0 to 1, as WCAG 2 defines it."""
    full = "".join(digit * 2 for digit in colour) if len(colour) == 3 else colour
    parts = (int(full[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("look", ["light", "dark"])
def test_what_is_written_stands_off_from_its_ground(look: str) -> None:
    colours = looks()[look]
    for written, grounds in WRITTEN_ON.items():
        for ground in grounds:
            darker, lighter = sorted((luminance(colours[written]), luminance(colours[ground])))
            contrast = (lighter + 0.05) / (darker + 0.05)
            assert contrast >= ENOUGH, f"{written} on {ground}: {contrast:.2f}"
