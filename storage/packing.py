"""The stable JSON forms of values that stand in a column of their own.

What is written here is read back by later versions of the program: names are never changed, and what may be missing
is left out. The JSON is pure ASCII, so that any text a client can send is kept as it came.
"""

import json
from typing import Any

from bot.flows.draft import Item, Media, MediaKind
from bot.flows.screen import Text, dump, dump_text, load, load_text
from bot.ports.outbox import (
    Cell,
    Content,
    Enclosure,
    Menu,
    Notice,
    OpenTopic,
    React,
    Redraw,
    Sheet,
    ShowCard,
    Strip,
    TapAnswer,
)
from storage.schema import CARD

_NOTICE = "notice"
_MENU = "menu"
_REDRAWN = "redrawn"
_ENCLOSURE = "enclosure"
_SHEET = "sheet"
_TAP = "tap"
REACTION = "reaction"
_TOPIC = "topic"
STRIP = "strip"


def dump_items(items: tuple[Item, ...]) -> str:
    """Return the messages of a draft as JSON."""
    return _dump([_packed_item(item) for item in items])


def load_items(data: str) -> tuple[Item, ...]:
    """Return the messages that `dump_items` wrote."""
    return tuple(
        Item(
            message_id=packed["message"],
            words=packed.get("words", ""),
            media=_media(packed["media"]) if "media" in packed else None,
            album=packed.get("album"),
            step=packed.get("step", ""),
            shows=packed.get("shows", ""),
        )
        for packed in json.loads(data)
    )


def dump_content(content: Content) -> tuple[str, str]:
    """Return the kind and the body that a letter's content is stored as; a card's number has its own column."""
    match content:
        case ShowCard():
            return CARD, ""
        case Notice(screen=screen):
            return _NOTICE, dump(screen)
        case Redraw(message_id=message_id, screen=screen):
            return _REDRAWN, _dump({"message": message_id, "screen": dump(screen)})
        case Enclosure(media=media):
            return _ENCLOSURE, _dump([_packed_media(one) for one in media])
        case Sheet(name=name, title=title, headings=headings, rows=rows):
            cells = [[_packed_cell(cell) for cell in row] for row in rows]
            heads = [dump_text(heading) for heading in headings]
            return _SHEET, _dump({"name": name, "title": dump_text(title), "headings": heads, "rows": cells})
        case TapAnswer(query_id=query_id, words=words, alert=alert):
            return _TAP, _dump({"query": query_id, "words": words and dump_text(words), "alert": alert})
        case Strip(message_id=message_id):
            return STRIP, _dump({"message": message_id})
        case React(message_id=message_id, emoji=emoji):
            return REACTION, _dump({"message": message_id, "emoji": emoji})
        case Menu():
            return _MENU, ""
        case OpenTopic(department_id=department_id, name=name):
            return _TOPIC, _dump({"department": department_id, "name": dump_text(name)})


def load_content(kind: str, body: str, card_id: int | None) -> Content:
    """Return the content that was stored as `kind`, `body` and the number of a card."""
    if kind == CARD:
        if card_id is None:
            raise ValueError("a drawing without its card")
        return ShowCard(card_id)
    if kind == _NOTICE:
        return Notice(load(body))
    if kind == _MENU:
        return Menu()
    packed = json.loads(body)
    if kind == _REDRAWN:
        return Redraw(packed["message"], load(packed["screen"]))
    if kind == _ENCLOSURE:
        return Enclosure(tuple(_media(one) for one in packed))
    if kind == _SHEET:
        rows = tuple(tuple(_cell(cell) for cell in row) for row in packed["rows"])
        return Sheet(packed["name"], load_text(packed["title"]), tuple(map(load_text, packed["headings"])), rows)
    if kind == _TAP:
        return TapAnswer(packed["query"], packed["words"] and load_text(packed["words"]), packed["alert"])
    if kind == STRIP:
        return Strip(packed["message"])
    if kind == REACTION:
        return React(packed["message"], packed["emoji"])
    if kind == _TOPIC:
        return OpenTopic(packed["department"], load_text(packed["name"]))
    raise ValueError(f"no kind of letter: {kind}")


def _packed_cell(cell: Cell) -> object:
    """Return a cell as JSON has it; a sentence is told from words by being an object."""
    return {"text": dump_text(cell)} if isinstance(cell, Text) else cell


def _cell(packed: Any) -> Cell:
    known: Cell = load_text(packed["text"]) if isinstance(packed, dict) else packed
    return known


def _packed_item(item: Item) -> dict[str, object]:
    packed: dict[str, object] = {"message": item.message_id}
    if item.words:
        packed["words"] = item.words
    if item.media:
        packed["media"] = _packed_media(item.media)
    if item.album is not None:
        packed["album"] = item.album
    if item.step:
        packed["step"] = item.step
    if item.shows:
        packed["shows"] = item.shows
    return packed


def _packed_media(media: Media) -> dict[str, object]:
    known = {"size": media.size, "mime": media.mime, "seconds": media.duration_s}
    return {
        "kind": media.kind.value,
        "file": media.file_id,
        "unique": media.unique_id,
        **{name: value for name, value in known.items() if value is not None},
    }


def _media(packed: dict[str, Any]) -> Media:
    return Media(
        kind=MediaKind(packed["kind"]),
        file_id=packed["file"],
        unique_id=packed["unique"],
        size=packed.get("size"),
        mime=packed.get("mime"),
        duration_s=packed.get("seconds"),
    )


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
