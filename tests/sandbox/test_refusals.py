"""Wrong calls, one by one: each is refused with Telegram's code and in Telegram's words.

The words are those of TDLib and of Telegram's Bot API server; those in capitals are the servers' own.
"""

import io
from typing import Any, Final

import aiohttp
import pytest

from bot.sandbox.cast import BOT_ID, SANDBOX_TOKEN
from tests.phones import Phone, Sandbox
from tests.sandbox.conftest import Api, ApiError
from tests.sandbox.test_sending import CHAN, STAFF, button

_MY: Final = {"command": "my", "description": "My matters"}
_PHOTO: Final = {"type": "photo", "media": "AgAC"}
_INLINE: Final = "can't parse inline keyboard button: "
_COMMAND: Final = "can't parse BotCommand: "
_SCOPE: Final = "can't parse BotCommandScope: "
_MEDIA: Final = "can't parse InputMedia: "
_REACTION: Final = "can't parse ReactionType: "


def _inline(keyboard: object) -> dict[str, object]:
    return {"reply_markup": {"inline_keyboard": keyboard}}


_TEXTS: Final[list[tuple[dict[str, object], str]]] = [
    ({"text": None}, "message text is empty"),
    ({"text": ""}, "message text is empty"),
    ({"text": " \n "}, "text must be non-empty"),
    ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "🏠" * 2049}, "message is too long"),
    ({"parse_mode": "Markup"}, "unsupported parse_mode"),
    (
        {"text": "<b>", "parse_mode": "HTML"},
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    ({"chat_id": ""}, "chat_id is empty"),
    ({"chat_id": 1}, "chat not found"),
    ({"chat_id": "@nobody"}, "chat not found"),
    ({"reply_parameters": "{"}, "can't parse reply parameters JSON object"),
    ({"reply_parameters": [7]}, "object expected as reply parameters"),
    ({"reply_parameters": {"allow_sending_without_reply": True}}, 'can\'t find field "message_id"'),
    ({"reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ({"chat_id": STAFF, "message_thread_id": 999}, "message thread not found"),
    ({"message_thread_id": 3}, "message thread not found"),
    ({"link_preview_options": "{"}, "can't parse link preview options JSON object"),
    ({"reply_markup": "nonsense"}, "can't parse reply keyboard markup JSON object"),
    ({"reply_markup": [1]}, "object expected as reply markup"),
    ({"reply_markup": {"remove_keyboard": "yes"}}, 'field "remove_keyboard" must be of type Boolean'),
    (_inline("x"), 'field "inline_keyboard" must be of type Array'),
    (_inline(["x"]), 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
    ({"reply_markup": {"keyboard": ["x"]}}, 'field "keyboard" must be an Array of Arrays'),
    (
        {"reply_markup": {"keyboard": [[7]]}},
        "can't parse keyboard button: KeyboardButton must be a String or an Object",
    ),
    ({"reply_markup": {"keyboard": [[{"text": " "}]]}}, "keyboard button text must be non-empty"),
    (_inline([["x"]]), f"{_INLINE}InlineKeyboardButton must be an Object"),
    (_inline([[{"callback_data": "c"}]]), f'{_INLINE}Can\'t find field "text"'),
    (_inline([[{"text": [], "callback_data": "c"}]]), f'{_INLINE}Field "text" must be of type String'),
    (_inline([[{"text": " ", "callback_data": "c"}]]), "inline keyboard button text must be non-empty"),
    ({"reply_markup": button()}, f"{_INLINE}Text buttons are unallowed in the inline keyboard"),
    ({"reply_markup": button(callback_data="")}, f"{_INLINE}Text buttons are unallowed in the inline keyboard"),
    ({"reply_markup": button(callback_data="c", style="loud")}, f"{_INLINE}invalid button style specified"),
    ({"reply_markup": button(url="nowhere")}, "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"),
    ({"reply_markup": button(callback_data="x" * 65)}, "BUTTON_DATA_INVALID"),
    ({"reply_markup": button(callback_data="家" * 22)}, "BUTTON_DATA_INVALID"),
    (_inline([[{"text": "a", "callback_data": "c"}] * 101]), "reply markup is too long"),
]
_CALLS: Final[list[tuple[str, dict[str, object], str]]] = [
    ("sendPhoto", {"chat_id": CHAN}, "there is no photo in the request"),
    ("sendPhoto", {"chat_id": CHAN, "photo": "AgAC"}, "wrong file identifier/HTTP URL specified"),
    ("sendPhoto", {"chat_id": CHAN, "photo": "https://x.example/a.jpg"}, "failed to get HTTP URL content"),
    ("sendPhoto", {"chat_id": CHAN, "photo": "attach://gone"}, "file must be non-empty"),
    ("sendPhoto", {"chat_id": CHAN, "photo": "AgAC", "caption": "x" * 1025}, "message caption is too long"),
    ("sendMediaGroup", {"chat_id": CHAN}, 'parameter "media" is required'),
    ("sendMediaGroup", {"chat_id": CHAN, "media": "["}, "can't parse media JSON object"),
    ("sendMediaGroup", {"chat_id": CHAN, "media": {"type": "photo"}}, "expected an Array of InputMedia"),
    ("sendMediaGroup", {"chat_id": CHAN, "media": []}, "there are no messages to send"),
    ("sendMediaGroup", {"chat_id": CHAN, "media": [_PHOTO] * 11}, "too many messages to send as an album"),
    ("sendMediaGroup", {"chat_id": CHAN, "media": ["x", "y"]}, f"{_MEDIA}expected an Object"),
    ("sendMediaGroup", {"chat_id": CHAN, "media": [{"media": "x"}] * 2}, f'{_MEDIA}Can\'t find field "type"'),
    ("sendMediaGroup", {"chat_id": CHAN, "media": [{"type": "photo"}] * 2}, f"{_MEDIA}media not found"),
    (
        "sendMediaGroup",
        {"chat_id": CHAN, "media": [{"type": "voice", "media": "x"}] * 2},
        f'{_MEDIA}type "voice" is unsupported',
    ),
    ("sendChatAction", {"chat_id": CHAN, "action": "dancing"}, "wrong parameter action in request"),
    ("sendLocation", {"chat_id": CHAN, "longitude": 0}, "latitude is empty"),
    ("sendLocation", {"chat_id": CHAN, "latitude": 91, "longitude": 0}, "invalid location specified"),
    ("editMessageText", {"chat_id": CHAN, "text": "x"}, "message identifier is not specified"),
    ("editMessageText", {"chat_id": CHAN, "message_id": 999, "text": "x"}, "message to edit not found"),
    ("editMessageReplyMarkup", {"chat_id": CHAN, "message_id": 999}, "message to edit not found"),
    ("deleteMessage", {"chat_id": CHAN, "message_id": 999}, "message to delete not found"),
    ("setMessageReaction", {"chat_id": CHAN, "message_id": 999}, "message to react not found"),
    (
        "answerCallbackQuery",
        {"callback_query_id": "7"},
        "query is too old and response timeout expired or query ID is invalid",
    ),
    ("getFile", {"file_id": "AgAC"}, "wrong file_id or the file is temporarily unavailable"),
    ("getChatAdministrators", {"chat_id": CHAN}, "there are no administrators in the private chat"),
    ("getChatMember", {"chat_id": STAFF, "user_id": 0}, "invalid user_id specified"),
    ("getChatMember", {"chat_id": STAFF, "user_id": 7}, "user not found"),
    ("createForumTopic", {"chat_id": CHAN, "name": "x"}, "the chat is not a forum"),
    ("createForumTopic", {"chat_id": STAFF, "name": " "}, "name must be non-empty"),
    ("editForumTopic", {"chat_id": STAFF, "message_thread_id": 3, "name": ""}, "name must be non-empty"),
    ("editForumTopic", {"chat_id": STAFF, "message_thread_id": 999, "name": "x"}, "message thread not found"),
    ("setMyCommands", {"commands": "["}, "can't parse commands JSON object"),
    ("setMyCommands", {"commands": {"my": "x"}}, "expected an Array of BotCommand"),
    ("setMyCommands", {"commands": ["my"]}, f"{_COMMAND}expected an Object"),
    ("setMyCommands", {"commands": [{"command": "my"}]}, f'{_COMMAND}Can\'t find field "description"'),
    ("setMyCommands", {"commands": [{**_MY, "command": ""}]}, "command must be non-empty"),
    ("setMyCommands", {"commands": [{**_MY, "command": "m" * 33}]}, "command length must not exceed 32"),
    ("setMyCommands", {"commands": [{**_MY, "description": " "}]}, "command description must be non-empty"),
    (
        "setMyCommands",
        {"commands": [{**_MY, "description": "x" * 257}]},
        "command description length must not exceed 256",
    ),
    ("setMyCommands", {"commands": [{**_MY, "command": "My"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [_MY] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", {"commands": [_MY], "scope": "{"}, "can't parse BotCommandScope JSON object"),
    ("setMyCommands", {"commands": [_MY], "scope": [1]}, f"{_SCOPE}BotCommandScope must be an Object"),
    ("setMyCommands", {"commands": [_MY], "scope": {"x": 1}}, f'{_SCOPE}Can\'t find field "type"'),
    ("setMyCommands", {"commands": [_MY], "scope": {"type": "all"}}, f"{_SCOPE}Unsupported type specified"),
    ("setMyCommands", {"commands": [_MY], "scope": {"type": "chat"}}, f'{_SCOPE}Can\'t find field "chat_id"'),
    ("setMyCommands", {"commands": [_MY], "scope": {"type": "chat", "chat_id": 1}}, "chat not found"),
    (
        "setMyCommands",
        {"commands": [_MY], "scope": {"type": "chat_administrators", "chat_id": CHAN}},
        "can't use specified scope in private chats",
    ),
    ("setMyCommands", {"commands": [_MY], "language_code": "english"}, "invalid language code specified"),
    ("setWebhook", {"url": "http://127.0.0.1:1", "secret_token": "x" * 257}, "secret token is too long"),
    ("setWebhook", {"url": "http://127.0.0.1:1", "secret_token": "家"}, "secret token contains unallowed characters"),
]


async def _refusal(api: Api, method: str, **params: Any) -> str:
    with pytest.raises(ApiError) as refused:
        await api(method, **params)
    return str(refused.value)


@pytest.mark.parametrize(("params", "words"), _TEXTS, ids=[words[:50] for _, words in _TEXTS])
async def test_a_text_that_is_wrong(api: Api, params: dict[str, object], words: str) -> None:
    wrong = {"chat_id": CHAN, "text": "x", **params}
    assert await _refusal(api, "sendMessage", **wrong) == f"400 Bad Request: {words}"


@pytest.mark.parametrize(("method", "params", "words"), _CALLS, ids=[f"{one[0]}: {one[2][:50]}" for one in _CALLS])
async def test_a_call_that_is_wrong(api: Api, method: str, params: dict[str, object], words: str) -> None:
    assert await _refusal(api, method, **params) == f"400 Bad Request: {words}"


@pytest.mark.parametrize(
    ("reaction", "words"),
    [
        ("[", "can't parse reaction types JSON object"),
        ({"type": "emoji"}, "expected an Array of ReactionType"),
        (["👍"], f"{_REACTION}expected an Object"),
        ([{"emoji": "👍"}], f'{_REACTION}Can\'t find field "type"'),
        ([{"type": "emoji"}], f'{_REACTION}Can\'t find field "emoji"'),
        ([{"type": "wave", "emoji": "👋"}], f"{_REACTION}invalid reaction type specified"),
        ([{"type": "emoji", "emoji": "👋"}], "REACTION_INVALID"),
    ],
)
async def test_a_reaction_that_is_wrong(api: Api, reaction: object, words: str) -> None:
    sent = await api("sendMessage", chat_id=CHAN, text="x")
    wrong = {"chat_id": CHAN, "message_id": sent["message_id"], "reaction": reaction}
    assert await _refusal(api, "setMessageReaction", **wrong) == f"400 Bad Request: {words}"


@pytest.mark.parametrize(
    ("method", "params", "what"),
    [
        ("sendMessage", {"text": "x"}, "text messages"),
        ("sendPhoto", {"photo": "AgAC"}, "photos"),
        ("sendVideo", {"video": "AgAC"}, "videos"),
        ("sendAnimation", {"animation": "AgAC"}, "animations"),
        ("sendVoice", {"voice": "AgAC"}, "voice notes"),
        ("sendVideoNote", {"video_note": "AgAC"}, "video notes"),
        ("sendAudio", {"audio": "AgAC"}, "music"),
        ("sendDocument", {"document": "AgAC"}, "documents"),
        ("sendSticker", {"sticker": "AgAC"}, "stickers"),
        ("sendLocation", {"latitude": 1, "longitude": 1}, "locations"),
    ],
)
async def test_what_a_restricted_bot_has_no_right_to(
    api: Api, sandbox: Sandbox, method: str, params: dict[str, object], what: str
) -> None:
    chan: Phone = await sandbox.phone("chan")
    group = (await sandbox.post("chats", {"title": "Owners", "members": [chan.id]}))["id"]
    await sandbox.post(f"chats/{group}/members", {"user": BOT_ID, "status": "restricted"})
    words = f"400 Bad Request: not enough rights to send {what} to the chat"
    assert await _refusal(api, method, chat_id=group, **params) == words


@pytest.mark.parametrize(
    ("size", "kind", "words"),
    [
        (
            10_485_761,
            "photo",
            "400 Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
        (52_428_801, "document", "413 Request Entity Too Large"),
    ],
)
async def test_a_file_that_is_too_big(api: Api, size: int, kind: str, words: str) -> None:
    url = f"{api.base_url}/bot{SANDBOX_TOKEN}/send{kind.capitalize()}"
    form = aiohttp.FormData({"chat_id": str(CHAN)})
    form.add_field(kind, io.BytesIO(bytes(size)), filename="a.bin")
    async with api.session.post(url, data=form) as response:
        answer = await response.json()
    assert f"{answer['error_code']} {answer['description']}" == words


@pytest.mark.parametrize("kind", ["animation", "video_note", "sticker"])
async def test_what_residents_send_can_be_sent_on(api: Api, kind: str) -> None:
    method = "send" + "".join(part.capitalize() for part in kind.split("_"))
    form = aiohttp.FormData({"chat_id": str(CHAN)})
    form.add_field(kind, b"moving", filename="a.mp4")
    async with api.session.post(f"{api.base_url}/bot{SANDBOX_TOKEN}/{method}", data=form) as response:
        sent = (await response.json())["result"]
    again = await api(method, chat_id=STAFF, **{kind: sent[kind]["file_id"]})
    assert again[kind] == sent[kind]
    assert "can't use file of type" in await _refusal(api, "sendPhoto", chat_id=CHAN, photo=sent[kind]["file_id"])
