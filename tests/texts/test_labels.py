"""What stands on a button is read whole on a phone, in each language."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

import pytest

from bot.adapters.i18n import catalogue
from bot.domain.categories import CATEGORIES
from bot.domain.people import Language
from bot.flows import labels
from bot.flows.screen import Text

#: So many columns fit a button of a narrow phone where it shares its row, and where it does not; a Chinese character
#: takes two.
SHARED: Final = 20
ALONE: Final = 34
SHARING: Final[Mapping[str, Iterable[Text]]] = {
    "kind": labels.KIND.values(),
    "category": [label for code, label in labels.CATEGORY.items() if not CATEGORIES[code].urgent],
    "place": labels.PLACE.values(),
    "since": labels.SINCE.values(),
    "wish": labels.WISH.values(),
    "channel": labels.CHANNEL.values(),
    "cause": labels.CAUSE.values(),
    "transfer": [*labels.TRANSFER_REASON.values(), *labels.DECLINE_REASON.values()],
    "change": labels.CHANGE.values(),
    "void": labels.VOID_REASON.values(),
    "safe": labels.SAFE.values(),
    "act": labels.ACT.values(),
}
OF_THEIR_OWN: Final[Mapping[str, Iterable[Text]]] = {
    "danger": [label for code, label in labels.CATEGORY.items() if CATEGORIES[code].urgent],
    "promise": labels.PROMISE_REASON.values(),
    "decision": labels.DECISION.values(),
}


def columns(label: str) -> int:
    """Return how wide a label is; what joins emoji or chooses their look takes no room."""
    drawn = (one for one in label if unicodedata.category(one) not in {"Cf", "Mn"})
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in drawn)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("table", "room"),
    [(table, SHARED) for table in SHARING.values()] + [(table, ALONE) for table in OF_THEIR_OWN.values()],
    ids=[*SHARING, *OF_THEIR_OWN],
)
def test_no_phone_cuts_a_label(table: Iterable[Text], room: int, language: Language) -> None:
    said = [catalogue(language).gettext(label.message) for label in table]
    assert said
    assert [label for label in said if columns(label) > room] == []
