"""Sentences and moments in the reader's language.

The catalogues are read from `locales/` when the program starts; English sentences are the message ids themselves. A
sentence missing from a catalogue shows in English rather than not at all (a test sees to it that none is missing).
"""

import gettext
import io
from datetime import datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.domain.people import Language

DOMAIN = "messages"

#: How dates are written; English as it is in Hong Kong, day before month.
_LOCALE = {Language.ENGLISH: "en_HK", Language.SIMPLIFIED: "zh_Hans", Language.TRADITIONAL: "zh_Hant"}


@cache
def catalogue(language: Language) -> gettext.NullTranslations:
    """Return the sentences of `language`."""
    source = resources.files("locales") / language.value / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language.value, domain=DOMAIN))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def moment(at: datetime, language: Language, timezone: str) -> str:
    """Return `at` as people of that language write date and time, in the estate's zone."""
    day, time = (
        format_skeleton(skeleton, at, tzinfo=ZoneInfo(timezone), locale=_LOCALE[language])
        for skeleton in ("MMMEd", "Hm")
    )
    return f"{day} {time}"
