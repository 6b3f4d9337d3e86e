"""The messenger port on Telegram's Bot API.

A call is turned into a method and its parameters by a pure function, and the answer into an outcome. The parameters are
the Bot API's own JSON and go straight to the request below python-telegram-bot's `Bot`, not through `Bot.send_message`
and its like: those build a `Message` and its dozen parts from every answer, of which only the id is wanted here.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import telegram
from telegram.error import TelegramError

from bot.adapters.telegram.outcomes import outcome_of
from bot.adapters.telegram.request import AiohttpRequest
from bot.ports.messenger import (
    Ambiguous,
    AnswerTap,
    Button,
    Call,
    Done,
    EditKeyboard,
    EditText,
    Keyboard,
    MediaKind,
    OpenTopic,
    Outcome,
    React,
    SendAlbum,
    SendFile,
    SendMedia,
    SendText,
    Sent,
    SetMenu,
)

Parameters: TypeAlias = dict[str, object]

_METHOD_OF_KIND: Final[Mapping[MediaKind, str]] = {
    "photo": "sendPhoto",
    "video": "sendVideo",
    "animation": "sendAnimation",
    "voice": "sendVoice",
    "video_note": "sendVideoNote",
    "audio": "sendAudio",
    "document": "sendDocument",
    "sticker": "sendSticker",
}
_WITHOUT_CAPTION: Final[frozenset[MediaKind]] = frozenset({"video_note", "sticker"})

_NO_PREVIEW: Final[Parameters] = {"is_disabled": True}
"""Links are what residents wrote: a preview makes Telegram fetch them and pushes the matter itself off the screen."""


class TelegramMessenger:
    """Carries calls through `bot`, whose request must be an `AiohttpRequest` (else `TypeError`)."""

    def __init__(self, bot: telegram.Bot) -> None:
        if not isinstance(bot.request, AiohttpRequest):
            raise TypeError("the outcomes rely on what AiohttpRequest tells apart")
        self._request = bot.request
        self._url = bot.base_url

    async def perform(self, call: Call) -> Outcome:
        """Carry out `call` once. See `bot.ports.messenger.Messenger`."""
        method, parameters = request_of(call)
        url, given = f"{self._url}/{method}", {name: value for name, value in parameters.items() if value is not None}
        try:
            if isinstance(call, SendFile):
                result = await self._request.post_file(url, given, "document", (call.name, call.content, call.mime))
            else:
                result = await self._request.post_json(url, given)
        except TelegramError as error:
            return outcome_of(error)
        except Exception as error:
            # Nothing below lets another exception through once a request is on its way, save for an answer of an
            # unheard-of shape (ok without a result): it may have taken effect.
            return Ambiguous(f"unexpected {type(error).__name__}")
        return _outcome_of_result(call, result)


def request_of(call: Call) -> tuple[str, Parameters]:
    """Return the Bot API method for `call` and its parameters; those that are None are not sent, nor is its file."""
    match call:
        case SendText():
            return "sendMessage", {
                **_words("text", call.html, call.plain),
                **_delivery(call),
                "link_preview_options": _NO_PREVIEW,
                "reply_markup": _markup(call.keyboard) or _keys(call.keys),
            }
        case EditText():
            # Without reply_markup an edit takes the buttons away, which is what an empty keyboard asks for.
            return "editMessageText", {
                "chat_id": call.chat_id,
                "message_id": call.message_id,
                **_words("text", call.html, call.plain),
                "link_preview_options": _NO_PREVIEW,
                "reply_markup": _markup(call.keyboard),
            }
        case EditKeyboard():
            return "editMessageReplyMarkup", {
                "chat_id": call.chat_id,
                "message_id": call.message_id,
                "reply_markup": _markup(call.keyboard),
            }
        case SendMedia():
            with_caption = call.kind not in _WITHOUT_CAPTION and call.caption_plain
            return _METHOD_OF_KIND[call.kind], {
                call.kind: call.file_id,
                **(_words("caption", call.caption_html, call.caption_plain) if with_caption else {}),
                **_delivery(call),
                "reply_markup": _markup(call.keyboard),
            }
        case SendFile():
            return "sendDocument", _delivery(call)
        case SendAlbum():
            media: list[Parameters] = [{"type": item.kind, "media": item.file_id} for item in call.items]
            if call.caption_plain:
                media[0] |= _words("caption", call.caption_html, call.caption_plain)
            return "sendMediaGroup", {"media": media, **_delivery(call)}
        case AnswerTap():
            return "answerCallbackQuery", {
                "callback_query_id": call.query_id,
                "text": call.text or None,
                "show_alert": call.alert or None,
            }
        case React():
            reaction = [{"type": "emoji", "emoji": call.emoji}] if call.emoji else []
            return "setMessageReaction", {
                "chat_id": call.chat_id,
                "message_id": call.message_id,
                "reaction": reaction,
            }
        case SetMenu():
            commands = [{"command": name, "description": does} for name, does in call.commands]
            return "setMyCommands", {"commands": commands, "scope": {"type": "chat", "chat_id": call.chat_id}}
        case OpenTopic():
            return "createForumTopic", {"chat_id": call.chat_id, "name": call.name}


def _words(name: str, html: str | None, plain: str) -> Parameters:
    if html is None:
        return {name: plain}
    words: Parameters = {name: html, "parse_mode": "HTML"}
    return words


def _delivery(call: SendText | SendMedia | SendFile | SendAlbum) -> Parameters:
    reply = None if call.reply_to is None else {"message_id": call.reply_to, "allow_sending_without_reply": True}
    return {
        "chat_id": call.chat_id,
        "message_thread_id": call.thread_id,
        "disable_notification": call.silent or None,
        "reply_parameters": reply,
    }


def _markup(keyboard: Keyboard) -> Parameters | None:
    if not keyboard:
        return None
    rows: list[list[dict[str, str]]] = []
    for row in keyboard:
        buttons: list[dict[str, str]] = []
        for button in row:
            if isinstance(button, Button):
                style = {"style": button.style} if button.style else {}
                buttons.append({"text": button.label, "callback_data": button.data, **style})
            else:
                buttons.append({"text": button.label, "url": button.url})
        rows.append(buttons)
    return {"inline_keyboard": rows}


def _keys(keys: tuple[tuple[str, ...], ...]) -> Parameters | None:
    if not keys:
        return None
    return {"keyboard": [list(row) for row in keys], "is_persistent": True, "resize_keyboard": True}


def _outcome_of_result(call: Call, result: Any) -> Outcome:
    if not isinstance(call, SendText | SendMedia | SendFile | SendAlbum | OpenTopic):
        return Done()
    try:
        if isinstance(call, OpenTopic):
            return Sent((int(result["message_thread_id"]),))
        return Sent(tuple(int(message["message_id"]) for message in (result if isinstance(result, list) else [result])))
    except (KeyError, TypeError, ValueError):
        return Ambiguous("the answer names no message")
