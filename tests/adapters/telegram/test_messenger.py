"""Calls as they reach the Bot API, and outcomes as they come back, over real HTTP."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import telegram

from bot.adapters.telegram.messenger import TelegramMessenger, request_of
from bot.adapters.telegram.request import AiohttpRequest, open_bot, open_session
from bot.ports.messenger import (
    AlbumItem,
    Ambiguous,
    AnswerTap,
    Button,
    Call,
    Delayed,
    Done,
    EditKeyboard,
    EditText,
    Malformed,
    Migrated,
    NotSent,
    OpenTopic,
    Outcome,
    React,
    SendAlbum,
    SendMedia,
    SendText,
    Sent,
    SetMenu,
    TopicGone,
    Unauthorized,
    Unreachable,
    UrlButton,
    without_markup,
)
from tests.adapters.telegram.scripted import (
    TOKEN,
    Answer,
    breaks_off,
    closed_port,
    ok,
    refuses,
    resets,
    says,
    scripted_telegram,
)

KEYBOARD = (
    (Button("Claim", "c:1", "success"), Button("Later", "l:1")),
    (UrlButton("Rules", "https://example.org/rules"),),
)
TEXT = SendText(5, "<b>Hello</b> 陳太 &amp; you", "Hello 陳太 & you", KEYBOARD, thread_id=7, silent=True, reply_to=3)
MARKUP = [
    [
        {"text": "Claim", "callback_data": "c:1", "style": "success"},
        {"text": "Later", "callback_data": "l:1"},
    ],
    [{"text": "Rules", "url": "https://example.org/rules"}],
]
CALLS: list[Call] = [
    TEXT,
    SendText(5, None, "plain"),
    EditText(5, 9, "<i>new</i>", "new", KEYBOARD),
    EditText(5, 9, None, "new"),
    EditKeyboard(5, 9),
    EditKeyboard(5, 9, KEYBOARD),
    SendMedia(5, "photo", "F", "<b>c</b>", "c", KEYBOARD, reply_to=4),
    SendMedia(5, "video", "F"),
    SendMedia(5, "animation", "F"),
    SendMedia(5, "voice", "F"),
    SendMedia(5, "audio", "F"),
    SendMedia(5, "document", "F"),
    SendMedia(5, "sticker", "F", None, "left out"),
    SendMedia(5, "video_note", "F", None, "left out"),
    SendAlbum(-100, (AlbumItem("photo", "A"), AlbumItem("video", "B")), "<b>c</b>", "c", thread_id=2),
    AnswerTap("q1"),
    AnswerTap("q1", "Done", alert=True),
    React(5, 9, "👍"),
    React(5, 9, None),
    OpenTopic(-100, "工程 Engineering"),
    SetMenu(5, (("my", "My matters"), ("help", "What you can do here"))),
]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as session:
        yield session


async def test_a_text_arrives_as_it_was_meant(session: aiohttp.ClientSession) -> None:
    async with scripted_telegram(ok({"message_id": 77})) as server:
        outcome = await TelegramMessenger(open_bot(session, TOKEN, server.url)).perform(TEXT)
    assert outcome == Sent((77,))
    (asked,) = server.asked
    assert asked.path == f"/bot{TOKEN}/sendMessage"
    fields = {name: _parsed(value) for name, value in asked.fields.items()}
    assert fields == {
        "chat_id": 5,
        "text": "<b>Hello</b> 陳太 &amp; you",
        "parse_mode": "HTML",
        "message_thread_id": 7,
        "disable_notification": True,
        "reply_parameters": {"message_id": 3, "allow_sending_without_reply": True},
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": MARKUP},
    }


async def test_an_album_has_an_id_for_each_item_and_one_caption(session: aiohttp.ClientSession) -> None:
    album = SendAlbum(-100, (AlbumItem("photo", "A"), AlbumItem("photo", "B")), "<b>c</b>", "c")
    async with scripted_telegram(ok([{"message_id": 1}, {"message_id": 2}])) as server:
        outcome = await TelegramMessenger(open_bot(session, TOKEN, server.url)).perform(album)
    assert outcome == Sent((1, 2))
    assert json.loads(server.asked[0].fields["media"]) == [
        {"type": "photo", "media": "A", "caption": "<b>c</b>", "parse_mode": "HTML"},
        {"type": "photo", "media": "B"},
    ]


async def test_a_topic_bears_the_id_of_its_first_message(session: aiohttp.ClientSession) -> None:
    answer = ok({"message_thread_id": 9, "name": "Security", "icon_color": 0})
    async with scripted_telegram(answer) as server:
        outcome = await TelegramMessenger(open_bot(session, TOKEN, server.url)).perform(OpenTopic(-100, "Security"))
    assert outcome == Sent((9,))
    assert server.asked[0].path == f"/bot{TOKEN}/createForumTopic"


async def test_a_topic_without_its_thread_may_have_been_opened(session: aiohttp.ClientSession) -> None:
    async with scripted_telegram(ok({"name": "Security"})) as server:
        outcome = await TelegramMessenger(open_bot(session, TOKEN, server.url)).perform(OpenTopic(-100, "Security"))
    assert isinstance(outcome, Ambiguous)


@pytest.mark.parametrize("call", [EditText(5, 9, None, "new"), AnswerTap("q"), React(5, 9, "👍"), EditKeyboard(5, 9)])
async def test_what_is_no_new_message_is_done(session: aiohttp.ClientSession, call: Call) -> None:
    async with scripted_telegram(ok(True)) as server:
        assert await TelegramMessenger(open_bot(session, TOKEN, server.url)).perform(call) == Done()


async def test_what_utf_8_cannot_carry_does_not_keep_the_rest_from_being_sent(session: aiohttp.ClientSession) -> None:
    async with scripted_telegram(ok({"message_id": 1})) as server:
        call = SendText(5, None, "half a face: \ud83d")
        assert await TelegramMessenger(open_bot(session, TOKEN, server.url)).perform(call) == Sent((1,))
    assert server.asked[0].fields["text"] == "half a face: ?"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (resets, Ambiguous),
        (breaks_off, Ambiguous),
        (says("<html>Bad Gateway</html>", 502, "text/html"), Ambiguous),
        (refuses(500, "Internal Server Error: restart"), Ambiguous),
        (says("moved", 302, "text/html"), Ambiguous),
        (says("not JSON"), Ambiguous),
        (says("[1]"), Ambiguous),
        (says('{"ok":true}'), Ambiguous),
        (ok({"no": "message"}), Ambiguous),
        (ok(True), Ambiguous),
        (says("<html>Too large</html>", 413, "text/html"), Ambiguous),
        (refuses(429, "Too Many Requests: retry after 9", retry_after=9), Delayed),
        (says("slow down", 429, "text/plain"), Delayed),
        (refuses(403, "Forbidden: bot was blocked by the user"), Unreachable),
        (refuses(400, "Bad Request: chat not found"), Unreachable),
        (
            refuses(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1001),
            Migrated,
        ),
        (refuses(400, "Bad Request: message thread not found"), TopicGone),
        (refuses(400, "Bad Request: can't parse entities: bad"), Malformed),
        (refuses(401, "Unauthorized"), Unauthorized),
        (refuses(404, "Not Found"), Unauthorized),
    ],
)
async def test_an_answer_has_its_outcome(
    session: aiohttp.ClientSession, answer: Answer, outcome: type[Outcome]
) -> None:
    async with scripted_telegram(answer) as server:
        result = await TelegramMessenger(open_bot(session, TOKEN, server.url)).perform(TEXT)
        assert type(result) is outcome
        assert len(server.asked) == 1, "a call is made once, whatever becomes of it"


async def test_the_wait_that_telegram_names_is_kept(session: aiohttp.ClientSession) -> None:
    async with scripted_telegram(refuses(429, "Too Many Requests: retry after 9", retry_after=9)) as server:
        assert await TelegramMessenger(open_bot(session, TOKEN, server.url)).perform(TEXT) == Delayed(9)


async def test_without_a_connection_nothing_was_sent(session: aiohttp.ClientSession) -> None:
    messenger = TelegramMessenger(open_bot(session, TOKEN, await closed_port()))
    assert isinstance(await messenger.perform(TEXT), NotSent)


async def test_on_a_closed_session_nothing_was_sent(session: aiohttp.ClientSession) -> None:
    async with scripted_telegram() as server:
        messenger = TelegramMessenger(open_bot(session, TOKEN, server.url))
        await session.close()
        assert isinstance(await messenger.perform(TEXT), NotSent)


async def test_an_answer_that_does_not_come_in_time_is_ambiguous(session: aiohttp.ClientSession) -> None:
    async with scripted_telegram() as server:
        bot = telegram.Bot(
            TOKEN,
            base_url=f"{server.url}/bot",
            request=(request := AiohttpRequest(session, read_s=0.05)),
            get_updates_request=request,
        )
        assert isinstance(await TelegramMessenger(bot).perform(TEXT), Ambiguous)


async def test_waiting_for_a_free_connection_is_not_sending() -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session, scripted_telegram() as server:
        request = AiohttpRequest(session, connect_s=0.05, read_s=60)
        bot = telegram.Bot(TOKEN, base_url=f"{server.url}/bot", request=request, get_updates_request=request)
        occupying = asyncio.create_task(TelegramMessenger(bot).perform(TEXT))
        await server.has_been_asked(1)
        assert isinstance(await TelegramMessenger(bot).perform(TEXT), NotSent)
        assert len(server.asked) == 1
        occupying.cancel()


async def test_a_file_is_uploaded(session: aiohttp.ClientSession) -> None:
    async with scripted_telegram(ok({"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}})) as server:
        bot = open_bot(session, TOKEN, server.url)
        await bot.send_document(5, b"\x00content", filename="登记表.xlsx", caption="陳")
    (asked,) = server.asked
    assert asked.fields == {"chat_id": "5", "caption": "陳"}
    assert asked.files == {"document": ("登记表.xlsx", b"\x00content")}


def test_words_can_be_had_without_markup() -> None:
    assert without_markup(TEXT) == SendText(5, None, TEXT.plain, KEYBOARD, 7, silent=True, reply_to=3)
    for call in CALLS:
        plain = without_markup(call)
        if plain is not None:
            assert "parse_mode" not in json.dumps(request_of(plain))
            assert without_markup(plain) is None


@pytest.mark.parametrize("kinds", [["photo"], ["photo"] * 11, ["audio", "photo"], ["document", "audio"]])
def test_an_album_that_telegram_would_refuse_cannot_be_made(kinds: list[Any]) -> None:
    with pytest.raises(ValueError, match="album"):
        SendAlbum(1, tuple(AlbumItem(kind, "F") for kind in kinds))


def _bot_api() -> dict[str, Any]:
    beside_the_checkout = Path(__file__).parents[4] / "shared/botapi/botapi-10.3.json"
    path = Path(os.environ.get("SHOUWEN_BOTAPI_JSON", beside_the_checkout))
    if not path.is_file():
        pytest.skip("no description of the Bot API: set SHOUWEN_BOTAPI_JSON to one")
    api: dict[str, Any] = json.loads(path.read_text())
    return api


def test_everything_sent_is_in_the_bot_api() -> None:
    api = _bot_api()
    buttons = {field["name"] for field in api["types"]["InlineKeyboardButton"]["fields"]}
    for call in CALLS:
        method, parameters = request_of(call)
        known = {field["name"]: field for field in api["methods"][method]["fields"]}
        sent = {name for name, value in parameters.items() if value is not None}
        assert sent <= known.keys(), method
        assert {name for name, field in known.items() if field["required"]} <= sent, method
        for row in (parameters.get("reply_markup") or {"inline_keyboard": []})["inline_keyboard"]:  # type: ignore[index]
            for button in row:
                assert button.keys() <= buttons


def _parsed(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return value
