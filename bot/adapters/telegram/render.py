"""From a letter to a call: sentences in the reader's language, parameters escaped, lengths kept.

This is the sink at which everything a person typed is made harmless: markup is escaped, control and bidirectional
characters are taken out, words are clipped to what a message can hold. Lengths are counted in UTF-16 units, which is
never less than what Telegram counts.
"""

import html
import re
from collections.abc import Callable
from datetime import datetime

from bot.adapters.i18n import catalogue, moment
from bot.adapters.spreadsheets import File, file_of
from bot.domain.people import Language
from bot.flows.draft import Media, MediaKind
from bot.flows.screen import Line, Param, Press, Quote, Screen, Text, clip, units
from bot.ports import outbox
from bot.ports.messenger import (
    AlbumItem,
    AnswerTap,
    Button,
    Call,
    EditKeyboard,
    EditText,
    OpenTopic,
    React,
    SendAlbum,
    SendFile,
    SendMedia,
    SendText,
    SetMenu,
)
from bot.ports.outbox import Cell, Enclosure, Sheet, Strip, TapAnswer
from bot.services.delivering import Dispatch, Offered

#: What a message and the answer to a tap hold (Bot API sendMessage, answerCallbackQuery).
MESSAGE_UNITS = 4096
TAP_CHARACTERS = 200
#: What the name of a topic holds (Bot API createForumTopic).
TOPIC_CHARACTERS = 128

#: C0 and C1 controls but for tab and newline, marks, overrides and isolates of writing direction, lone surrogates.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MARKUP = re.compile(r"</?[bi]>|</?code>")
_CHINESE = "[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"  # its punctuation is as wide
#: A parameter, with the spaces that part it from Chinese before and after it.
_PARAMETER = re.compile(f"((?<={_CHINESE}) )?{{(\\w+)}}( (?={_CHINESE}))?")


def render(dispatch: Dispatch) -> Call:
    """Return the call that delivers `dispatch`."""
    match dispatch.content:
        case Screen() as screen:
            return _message(dispatch, screen)
        case Enclosure(media=media):
            return _enclosure(dispatch, media)
        case Sheet() as sheet:
            file = sheet_file(sheet, dispatch.language, dispatch.timezone)
            return SendFile(
                dispatch.chat_id,
                file.name,
                file.content,
                file.mime,
                thread_id=dispatch.thread_id,
                silent=dispatch.silent,
                reply_to=dispatch.reply_to,
            )
        case TapAnswer(query_id=query_id, words=words, alert=alert):
            said = _voice(dispatch).plain(words) if words else ""
            return AnswerTap(query_id, clip(said, TAP_CHARACTERS), alert)
        case Strip(message_id=message_id):
            return EditKeyboard(dispatch.chat_id, message_id)
        case outbox.React(message_id=message_id, emoji=emoji):
            return React(dispatch.chat_id, message_id, emoji)
        case Offered(commands=commands):
            voice = _voice(dispatch)
            return SetMenu(dispatch.chat_id, tuple((name, voice.plain(does)) for name, does in commands))
        case outbox.OpenTopic(name=name):
            return OpenTopic(dispatch.chat_id, clip(_voice(dispatch).plain(name), TOPIC_CHARACTERS))


def sheet_file(sheet: Sheet, language: Language, timezone: str) -> File:
    """Return a table as the file that a reader of `language` gets."""
    voice = _Voice(language, timezone)

    def shown(cell: Cell) -> str | int | float | None:
        match cell:
            case Text():
                return voice.plain(cell)
            case str():
                return clean(cell)
            case _:
                return cell

    rows = [[shown(cell) for cell in row] for row in sheet.rows]
    return file_of(sheet.name, voice.plain(sheet.title), [voice.plain(heading) for heading in sheet.headings], rows)


def clean(words: str) -> str:
    """Return `words` without what could disturb a message or the reading of it."""
    return _HARMFUL.sub("", words)


def _is_chinese(character: str) -> bool:
    return bool(re.match(_CHINESE, character))


class _Voice:
    """Speaks one language, by the clock of one estate, with markup and without."""

    def __init__(self, language: Language, timezone: str) -> None:
        self._language = language
        self._timezone = timezone
        self._gettext = catalogue(language).gettext

    def marked(self, text: Text) -> str:
        return self._fill(self._gettext(text.message), text, self._marked_param)

    def plain(self, text: Text) -> str:
        return self._fill(_MARKUP.sub("", self._gettext(text.message)), text, self._plain_param)

    def _fill(self, sentence: str, text: Text, show: Callable[[Param], str]) -> str:
        """Set the parameters in; Chinese stands beside Chinese without a space, beside anything else with one."""

        def put(found: re.Match[str]) -> str:
            before, name, after = found.groups("")
            param = text.params[name]
            if before or after:
                plain = self._plain_param(param)
                before, after = before[_is_chinese(plain[:1]) :], after[_is_chinese(plain[-1:]) :]
            return f"{before}{show(param)}{after}"

        return _PARAMETER.sub(put, sentence)

    def _marked_param(self, param: Param) -> str:
        match param:
            case Text():
                return self.marked(param)
            case datetime():
                shown = html.escape(moment(param, self._language, self._timezone))
                return f'<tg-time unix="{int(param.timestamp())}" format="dt">{shown}</tg-time>'
            case _:
                return html.escape(self._plain_param(param), quote=False)

    def _plain_param(self, param: Param) -> str:
        match param:
            case Text():
                return self.plain(param)
            case datetime():
                return moment(param, self._language, self._timezone)
            case int():
                return str(param)
            case _:
                return " ".join(clip(clean(param), 200).split()) or "…"


def _voice(dispatch: Dispatch) -> _Voice:
    return _Voice(dispatch.language, dispatch.timezone)


def _message(dispatch: Dispatch, screen: Screen) -> Call:
    voice = _voice(dispatch)
    marked, plain = _fitted(voice, screen.lines)
    keyboard = tuple(tuple(_button(voice, press) for press in row) for row in screen.buttons)
    body = None if dispatch.plain else marked
    if dispatch.edit is not None:
        return EditText(dispatch.chat_id, dispatch.edit, body, plain, keyboard)
    return SendText(
        dispatch.chat_id,
        body,
        plain,
        keyboard,
        thread_id=dispatch.thread_id,
        silent=dispatch.silent,
        reply_to=dispatch.reply_to,
        keys=tuple(tuple(voice.plain(key) for key in row) for row in screen.keys),
    )


def _fitted(voice: _Voice, lines: tuple[Line, ...]) -> tuple[str, str]:
    """Return the lines with markup and without, quotes shortened until one message holds them."""
    share = MESSAGE_UNITS
    while True:
        marked = "\n".join(_marked_line(voice, line, share) for line in lines)
        plain = "\n".join(_plain_line(voice, line, share) for line in lines)
        if units(plain) <= MESSAGE_UNITS:
            return marked, plain
        if share == 0:
            return html.escape(clip(plain, MESSAGE_UNITS), quote=False), clip(plain, MESSAGE_UNITS)
        share //= 2


def _marked_line(voice: _Voice, line: Line, share: int) -> str:
    if isinstance(line, Quote):
        return f"<blockquote>{html.escape(_words(line, share), quote=False)}</blockquote>"
    return voice.marked(line)


def _plain_line(voice: _Voice, line: Line, share: int) -> str:
    return _words(line, share) if isinstance(line, Quote) else voice.plain(line)


def _words(quote: Quote, share: int) -> str:
    return clip(clean(quote.words).strip(), min(quote.limit, share)) or "…"


def _button(voice: _Voice, press: Press) -> Button:
    return Button(voice.plain(press.label), press.action.encode(), press.style)


def _enclosure(dispatch: Dispatch, media: tuple[Media, ...]) -> Call:
    if len(media) == 1:
        return SendMedia(
            dispatch.chat_id,
            media[0].kind.value,
            media[0].file_id,
            thread_id=dispatch.thread_id,
            silent=dispatch.silent,
            reply_to=dispatch.reply_to,
        )
    return SendAlbum(
        dispatch.chat_id,
        tuple(AlbumItem("video" if item.kind is MediaKind.VIDEO else "photo", item.file_id) for item in media),
        thread_id=dispatch.thread_id,
        silent=dispatch.silent,
        reply_to=dispatch.reply_to,
    )
