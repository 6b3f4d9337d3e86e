"""From the text of a call to the text of a message: HTML, entities, and what Telegram cleans away.

Follows TDLib's parser, including its error texts. Offsets and lengths of entities count UTF-16 code units;
the "byte offset" in an error counts bytes of UTF-8.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.refusal import bad_request

Entity = dict[str, Any]

_SIMPLE_TAGS: Final = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler",
    "code": "code", "pre": "pre",
}  # fmt: skip
_TAGS: Final = frozenset(_SIMPLE_TAGS) | {"a", "blockquote", "tg-emoji", "tg-time"}
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE: Final = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)(?![a-zA-Z]));?")
_SPACE: Final = " \t\n\r\0\v"
_NAME_TOKEN: Final = re.compile(r"[A-Za-z0-9.\-]*")
_DATE_FORMAT: Final = re.compile(r"[rR]|[wWdDtT]*")
_UNCLEAN: Final = re.compile("[\0-\x09\x0b-\x1f\u2028-\u202e]|^\\s|\\s\\Z")
_AUTOMATIC: Final = re.compile(
    r"(?P<bot_command>(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/<>]))"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?P<mention>(?<![\w@])@[A-Za-z]\w{2,31})"
    r"|(?P<hashtag>(?<![\w#])#\w*[^\W\d]\w*)"
    r"|(?P<url>\bhttps?://[^\s<>\"]+[^\s<>\".,;:!?'\])])",
    re.ASCII,
)


def utf16_length(text: str) -> int:
    """Return the length of `text` in UTF-16 code units, the measure of entities and limits."""
    return len(text) + sum(1 for char in text if char > "\uffff") if not text.isascii() else len(text)


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    start: int
    """Index of the first character in the text produced so far (a list of characters)."""


class _HtmlParser:
    """One pass over one text."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._out: list[str] = []
        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        source, end = self._source, len(self._source)
        while self._at < end:
            char = source[self._at]
            if char == "<":
                if source.startswith("</", self._at):
                    self._end_tag()
                else:
                    self._start_tag()
            elif char == "&":
                self._emit(self._reference())
            else:
                self._at += 1
                self._emit(char)
        if self._open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        text = "".join(self._out)
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise bad_request(
                "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "
                "surrogate code units"
            )
        return text, sorted(self._entities, key=lambda entity: (entity["offset"], -entity["length"]))

    def _emit(self, char: str) -> None:
        self._out.append(char)
        self._offset += 1 + (char > "\uffff")

    def _reference(self) -> str:
        """Consume a character reference, or the bare ampersand that it is not."""
        match = _REFERENCE.match(self._source, self._at)
        if match is not None:
            hexadecimal, decimal, named = match.groups()
            code = int(hexadecimal, 16) if hexadecimal else int(decimal) if decimal else 0
            if named or 0 < code < 0x10FFFF:
                self._at = match.end()
                return _NAMED[named] if named else chr(code)
        self._at += 1
        return "&"

    def _byte_offset(self, index: int) -> int:
        return len(self._source[:index].encode("utf-8", "surrogatepass"))

    def _until(self, stops: str) -> str:
        begin = self._at
        while self._at < len(self._source) and self._source[self._at] not in stops:
            self._at += 1
        return self._source[begin : self._at]

    def _skip_space(self) -> None:
        while self._at < len(self._source) and self._source[self._at] in _SPACE:
            self._at += 1

    def _peek(self) -> str:
        """Return the next character, empty at the end."""
        return self._source[self._at : self._at + 1]

    def _start_tag(self) -> None:
        begin = self._at
        where = self._byte_offset(begin)
        self._at += 1
        tag = self._until(_SPACE + ">").lower()
        if not self._peek():
            raise _unparsable(f"Unclosed start tag at byte offset {where}")
        if tag not in _TAGS:
            raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {where}')
        attributes: dict[str, str] = {}
        while True:
            self._skip_space()
            if self._peek() == ">":
                break
            name, value = self._attribute(tag, where)
            attributes[name] = value
        self._at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self._open.append(_Open(tag, attributes, self._offset, len(self._out)))

    def _attribute(self, tag: str, where: int) -> tuple[str, str]:
        name = self._until(_SPACE + "=>")
        if not name:
            raise _unparsable(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
        self._skip_space()
        if not self._peek():
            raise _unparsable(f'Unclosed start tag "{tag}" at byte offset {where}')
        if self._peek() != "=":
            return name, ""
        self._at += 1
        self._skip_space()
        quote = self._peek()
        if not quote:
            raise _unparsable(f'Unclosed start tag "{tag}" at byte offset {where}')
        if quote not in "'\"":
            begin = self._at
            match = _NAME_TOKEN.match(self._source, begin)
            self._at = match.end() if match else begin
            if self._peek() not in (*_SPACE, ">"):
                raise _unparsable(f"Unexpected end of name token at byte offset {self._byte_offset(begin)}")
            return name, self._source[begin : self._at].lower()
        self._at += 1
        value: list[str] = []
        while self._peek() not in ("", quote):
            if self._peek() == "&":
                value.append(self._reference())
            else:
                value.append(self._peek())
                self._at += 1
        self._at += 1
        if not self._peek():
            raise _unparsable(f"Unclosed start tag at byte offset {where}")
        return name, "".join(value)

    def _end_tag(self) -> None:
        begin = self._at
        where = self._byte_offset(begin)
        if not self._open:
            raise _unparsable(f"Unexpected end tag at byte offset {where}")
        self._at += 2
        tag = self._until(_SPACE + ">").lower()
        self._skip_space()
        if self._peek() != ">":
            raise _unparsable(f"Unclosed end tag at byte offset {where}")
        self._at += 1
        opened = self._open.pop()
        if tag and tag != opened.tag:
            raise _unparsable(f'Unmatched end tag at byte offset {where}, expected "</{opened.tag}>", found "</{tag}>"')
        length = self._offset - opened.offset
        if length:
            self._close(opened, {"offset": opened.offset, "length": length})

    def _close(self, opened: _Open, span: Entity) -> None:
        tag, attributes = opened.tag, opened.attributes
        if tag == "a":
            url = attributes.get("href") or "".join(self._out[opened.start :])
            if re.match(r"(?i)(https?|tg|mailto|tel):", url) or re.fullmatch(r"[\w.-]+\.[a-z]{2,}(/\S*)?", url):
                self._entities.append({"type": "text_link", **span, "url": url})
        elif tag == "blockquote":
            kind = "expandable_blockquote" if "expandable" in attributes else "blockquote"
            self._entities.append({"type": kind, **span})
        elif tag == "tg-emoji":
            if not attributes.get("emoji-id", "").isdigit():
                raise _unparsable("Invalid custom emoji identifier specified")
            self._entities.append({"type": "custom_emoji", **span, "custom_emoji_id": attributes["emoji-id"]})
        elif tag == "tg-time":
            moment = _date_time(attributes, span)
            self._entities += [moment] if moment else []
        elif tag == "pre" and self._wraps_code(span):
            self._entities[-1]["type"] = "pre"
        elif tag == "code":
            language = attributes.get("class", "")
            entity = {"type": "code", **span}
            if language.startswith("language-") and self._open and self._open[-1].tag == "pre":
                entity["language"] = language.removeprefix("language-")
            self._entities.append(entity)
        else:
            self._entities.append({"type": _SIMPLE_TAGS[tag], **span})

    def _wraps_code(self, span: Entity) -> bool:
        """Whether the tag closed last was a code of a named language with exactly this span."""
        last = self._entities[-1] if self._entities else {}
        return last.get("type") == "code" and "language" in last and span.items() <= last.items()


def _date_time(attributes: dict[str, str], span: Entity) -> Entity | None:
    """Return the entity; None for a time that is none, which Telegram shows as plain text."""
    unix, form = attributes.get("unix", ""), attributes.get("format", "")
    if not _DATE_FORMAT.fullmatch(form):
        raise _unparsable("Invalid date format used")
    if not (unix.isascii() and unix.isdigit() and int(unix)):
        return None
    entity = {"type": "date_time", **span, "unix_time": int(unix)}
    if form:
        entity["date_time_format"] = form
    return entity


def _unparsable(reason: str) -> Exception:
    return bad_request(f"can't parse entities: {reason}")


def parse(text: str, parse_mode: str) -> tuple[str, list[Entity]]:
    """Return the text as it will be shown and its entities, sorted.

    Raises:
        Refusal: the markup is wrong, or `parse_mode` is none that the sandbox carries (`HTML` alone).
    """
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise bad_request("strings must be encoded in UTF-8")
    if not parse_mode:
        entities: list[Entity] = []
    elif parse_mode.lower() == "html":
        text, entities = _HtmlParser(text).parse()
    else:
        raise bad_request("unsupported parse_mode")
    text, entities = _clean(text, entities)
    return text, with_automatic(text, entities)


def _clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Drop what Telegram drops: carriage returns, line and direction controls, space at both ends."""
    if not _UNCLEAN.search(text):
        return text, entities
    first = len(text) - len(text.lstrip())
    last = len(text.rstrip())
    moved: list[int] = []  # by UTF-16 offset in the old text: the offset in the new one
    kept: list[str] = []
    offset = 0
    for index, char in enumerate(text):
        width = 1 + (char > "\uffff")
        moved.extend([offset] * width)
        if not first <= index < last or char == "\r" or "\u2028" <= char <= "\u202e":
            continue
        kept.append(" " if char < " " and char != "\n" else char)
        offset += width
    moved.append(offset)
    fitted = []
    for entity in entities:
        begin = moved[entity["offset"]]
        length = moved[entity["offset"] + entity["length"]] - begin
        if length:
            fitted.append({**entity, "offset": begin, "length": length})
    return "".join(kept), fitted


def with_automatic(text: str, entities: list[Entity]) -> list[Entity]:
    """Return `entities` and those that Telegram finds by itself: commands, mentions, links, addresses, hashtags."""
    if not any(char in text for char in "/@#"):
        return entities
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in {"text_link", "code", "pre", "custom_emoji", "date_time"}
    ]
    found = list(entities)
    for match in _AUTOMATIC.finditer(text):
        offset = utf16_length(text[: match.start()])
        length = utf16_length(match.group())
        if all(end <= offset or offset + length <= begin for begin, end in taken):
            found.append({"type": match.lastgroup, "offset": offset, "length": length})
    return sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))
