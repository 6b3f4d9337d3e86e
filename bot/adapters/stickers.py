"""Stickers for the places of an estate, as a PDF ready to print: six on a sheet of A4.

Each names its place in two languages and carries a code that opens a report with the place filled in, and the number to
call. Chinese is set in Noto Sans CJK, in the forms of its region.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import manimgx_fonts_cjk
import segno
import typst

from bot.adapters.i18n import catalogue
from bot.domain.people import Language
from bot.flows.screen import text

#: The typeface in the forms of a language's region; all of them hold Latin letters too.
_FONTS: Final = {
    Language.ENGLISH: "Noto Sans CJK SC",
    Language.SIMPLIFIED: "Noto Sans CJK SC",
    Language.TRADITIONAL: "Noto Sans CJK HK",
}
_INVITATION: Final = text("Something wrong here? Scan, and tell us.")
#: A code survives a scratch over a quarter of it.
_CORRECTION: Final = "q"
_SHEET: Final = """
#let sheet = json(bytes(sys.inputs.sheet))
#set document(title: sheet.estate, date: none)
#set page(paper: "a4", margin: (x: 9mm, y: 10mm))
#let said(line, size, weight: "regular") = text(font: line.font, size: size, weight: weight, line.words)
#let sticker(one) = box(
  width: 94mm, height: 90mm, inset: 4mm, radius: 3mm, stroke: (paint: luma(150), thickness: 0.4pt, dash: "dashed"),
  align(center)[
    #said(one.first, one.size * 1pt, weight: "bold") \\
    #said(one.second, one.size * 0.75pt)
    #v(1fr)
    #image(bytes(one.code), format: "svg", height: 48mm)
    #v(1fr)
    #for line in sheet.invitation [#said(line, 9pt) \\ ]
    #if sheet.phone != none [#said((font: one.first.font, words: "☎ " + sheet.phone), 12pt, weight: "bold")]
  ],
)
#grid(columns: 2, gutter: 2mm, ..sheet.stickers.map(sticker))
"""


@dataclass(frozen=True, slots=True)
class Sticker:
    """What is said on a sticker: its place in the estate's language and in another, and where its code leads."""

    first: str
    second: str
    link: str


def write(
    stickers: Sequence[Sticker], languages: tuple[Language, Language], estate: str, phone: str | None, target: Path
) -> None:
    """Write the sheets to `target`, which must not be there yet."""
    first, second = languages
    sheet = {
        "estate": estate,
        "phone": phone,
        "invitation": [
            {"font": _FONTS[language], "words": catalogue(language).gettext(_INVITATION.message)}
            for language in languages
        ],
        "stickers": [
            {
                "first": {"font": _FONTS[first], "words": one.first},
                "second": {"font": _FONTS[second], "words": one.second},
                "size": _size_of(one),
                "code": _code(one.link),
            }
            for one in stickers
        ],
    }
    folder = str(Path(manimgx_fonts_cjk.__file__).parent)
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[folder])
    inputs = {"sheet": json.dumps(sheet)}
    pdf = typst.compile(_SHEET.encode(), font_paths=fonts, sys_inputs=inputs)
    with target.open("xb") as written:
        written.write(pdf)


def _code(link: str) -> str:
    svg = io.BytesIO()
    segno.make(link, error=_CORRECTION, micro=False).save(svg, kind="svg", border=2, xmldecl=False)
    return svg.getvalue().decode()


def _size_of(sticker: Sticker) -> int:
    """Return in which size, in points, the name of a place stands: a long one smaller, so that it fits in two lines."""
    widest = max(sum(2 if ord(sign) > 0x2E80 else 1 for sign in name) for name in (sticker.first, sticker.second))
    return 20 if widest <= 20 else 16 if widest <= 40 else 11
