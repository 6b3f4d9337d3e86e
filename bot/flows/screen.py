"""What is shown to a person, before it has a language: lines, buttons, parameters.

A `Text` is a whole English sentence (the message id of the catalogues) with named parameters; it gets its language
and its escaping only when it is rendered for its reader. The sentences may use `<b>`, `<i>` and `<code>`; parameters
never bring markup along. Screens are stored in the outbox as JSON until they are delivered (`dump`, `load`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, TypeAlias, TypeVar

#: `callback_data` holds at most so many bytes (Bot API, InlineKeyboardButton).
CALLBACK_BYTES = 64

T = TypeVar("T")
Param: TypeAlias = "str | int | datetime | Text"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence to be translated; its parameters are words, numbers, moments (shown in the reader's time) or texts."""

    message: str
    params: Mapping[str, Param] = field(default_factory=dict)


def text(message: str, /, **params: Param) -> Text:
    """Return the sentence `message` with its parameters; `make messages` collects its literals for translation."""
    return Text(message, params)


def text_with(sentence: Text, facts: Mapping[str, Param]) -> Text:
    """Return `sentence` with the facts of the case as its parameters."""
    return Text(sentence.message, {**sentence.params, **facts})


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words, never translated, clipped to `limit` characters where they are shown."""

    words: str
    limit: int = 1200


Line = Text | Quote


def in_pairs(row: Sequence[T]) -> tuple[tuple[T, ...], ...]:
    """Return what stands in one row in rows of two, as buttons fit the screen of a phone."""
    return tuple(tuple(row[i : i + 2]) for i in range(0, len(row), 2))


def units(words: str) -> int:
    """Return the length of `words` in UTF-16 code units, which is never less than what Telegram counts."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def clip(words: str, most: int) -> str:
    """Return `words`, shortened to at most `most` UTF-16 units with an ellipsis at the end where they are longer."""
    if units(words) <= most:
        return words
    kept = words[: max(most - 1, 0)]
    while kept and units(kept) > most - 1:
        kept = kept[: -max(1, (units(kept) - most + 1) // 2)]
    return kept + "…"


def chunks(words: str, most: int) -> Iterator[str]:
    """Cut `words` into pieces of at most `most` UTF-16 units, nothing left out."""
    start = 0
    while start < len(words):
        piece = words[start : start + most]
        while units(piece) > most:
            piece = piece[: -max(1, (units(piece) - most) // 2)]
        yield piece
        start += len(piece)


@dataclass(frozen=True, slots=True)
class Action:
    """What a button asks for: a verb, an opaque reference, the version it was drawn for, and perhaps a choice.

    It is a hint only: whoever taps is authorised by who they are, and a version that has passed is answered kindly.
    """

    verb: str
    ref: str
    version: int
    choice: str = ""

    def encode(self) -> str:
        """Return the callback data; raise `ValueError` where it would not fit or not be read back."""
        data = f"{self.verb}:{self.ref}:{self.version}:{self.choice}"
        if len(data.encode()) > CALLBACK_BYTES or decode(data) != self:
            raise ValueError(f"no callback data for verb {self.verb!r}")
        return data


def decode(data: str) -> Action | None:
    """Return the action that `data` names, or None where it was never ours: it comes from the client."""
    parts = data.split(":")
    if len(parts) != 4 or not parts[0] or not parts[2].isascii() or not parts[2].isdigit() or len(parts[2]) > 9:
        return None
    return Action(parts[0], parts[1], int(parts[2]), parts[3])


Style = Literal["success", "danger", "primary"]


@dataclass(frozen=True, slots=True)
class Press:
    """An inline button."""

    label: Text
    action: Action
    style: Style | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: paragraphs, and rows of buttons below them (two a row at most, UX 15).

    `keys` are buttons that stay below the whole chat and send what they say; a message has them or `buttons`.
    """

    lines: tuple[Line, ...]
    buttons: tuple[tuple[Press, ...], ...] = ()
    keys: tuple[tuple[Text, ...], ...] = ()


def dump(screen: Screen) -> str:
    """Return `screen` as JSON."""
    return json.dumps(
        {
            "lines": [_pack(line) for line in screen.lines],
            "buttons": [[[_pack(p.label), p.action.encode(), p.style] for p in row] for row in screen.buttons],
            **({"keys": [[_pack(key) for key in row] for row in screen.keys]} if screen.keys else {}),
        },
        ensure_ascii=True,
    )


def load(data: str) -> Screen:
    """Return the screen that `dump` wrote."""
    packed = json.loads(data)
    return Screen(
        lines=tuple(_unpack_line(line) for line in packed["lines"]),
        buttons=tuple(tuple(_unpack_press(*press) for press in row) for row in packed["buttons"]),
        keys=tuple(tuple(_unpack_text(key) for key in row) for row in packed.get("keys", ())),
    )


def dump_text(sentence: Text) -> str:
    """Return `sentence` as JSON."""
    return json.dumps(_pack(sentence), ensure_ascii=True)


def load_text(data: str) -> Text:
    """Return the sentence that `dump_text` wrote."""
    return _unpack_text(json.loads(data))


def _unpack_text(value: object) -> Text:
    unpacked = _unpack(value)
    if not isinstance(unpacked, Text):
        raise ValueError("not a text")
    return unpacked


def _pack(value: "Param | Quote") -> object:
    match value:
        case Text(message=message, params=params):
            return {"m": message, "p": {name: _pack(param) for name, param in params.items()}}
        case Quote(words=words, limit=limit):
            return {"q": words, "l": limit}
        case datetime():
            return {"at": value.timestamp()}
        case _:
            return value


def _unpack(value: object) -> "Param | Quote":
    match value:
        case {"m": str(message), "p": dict(params)}:
            return Text(message, {name: _param(param) for name, param in params.items()})
        case {"q": str(words), "l": int(limit)}:
            return Quote(words, limit)
        case {"at": int() | float() as seconds}:
            return datetime.fromtimestamp(seconds, UTC)
        case str() | int():
            return value
        case _:
            raise ValueError("not a part of a screen")


def _param(value: object) -> Param:
    unpacked = _unpack(value)
    if isinstance(unpacked, Quote):
        raise ValueError("a quote stands on a line of its own")
    return unpacked


def _unpack_line(value: object) -> Line:
    unpacked = _unpack(value)
    if not isinstance(unpacked, Text | Quote):
        raise ValueError("not a line")
    return unpacked


def _unpack_press(label: object, data: str, style: Style | None) -> Press:
    sentence = _unpack(label)
    action = decode(data)
    if not isinstance(sentence, Text) or action is None:
        raise ValueError("not a button")
    return Press(sentence, action, style)
