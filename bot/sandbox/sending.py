"""Bot API methods that put new messages into a chat."""

from typing import Any, Final

from bot.sandbox import entities, markup
from bot.sandbox.emulator import Emulator
from bot.sandbox.files import StoredFile
from bot.sandbox.params import Params, Upload, method
from bot.sandbox.refusal import Refusal, bad_request
from bot.sandbox.world import BOT, Chat, Json, Stored, text_of

TEXT_LIMIT: Final = 4096
"""UTF-16 code units of a text after parsing."""
CAPTION_LIMIT: Final = 1024
"""UTF-16 code units of a caption after parsing."""
_PHOTO_BYTES: Final = 10 * 1024 * 1024
_UPLOAD_BYTES: Final = 50 * 1024 * 1024
_CALLED: Final = {
    "photo": "photos", "video": "videos", "voice": "voice notes", "audio": "music", "document": "documents",
    "animation": "animations", "video_note": "video notes", "sticker": "stickers",
}  # fmt: skip
"""What a bot may have no right to send."""
_COMMON: Final = "message_thread_id disable_notification protect_content reply_parameters reply_markup"
_CAPTION: Final = "caption parse_mode show_caption_above_media"
_ALBUM_MOST: Final = 10
_ALBUM_KINDS: Final = frozenset({"photo", "video", "audio", "document"})
_DETAILS: Final = {
    "video": ("duration", "width", "height"),
    "animation": ("duration", "width", "height"),
    "video_note": ("duration", "length"),
    "sticker": ("emoji",),
    "voice": ("duration",),
    "audio": ("duration", "performer", "title"),
}
_WORDS: Final = frozenset({"performer", "title", "emoji"})
"""Details that are texts; the others are whole numbers."""


def _send(emulator: Emulator, params: Params, chat: Chat, content: Json) -> Json:
    """Put a message into the chat and return it; everything that can be refused is checked before."""
    keyboards = markup.Keyboards()
    given = params.structure("reply_markup")
    if given is not None:
        keyboards = markup.check(given)
    body = _frame(emulator, params, chat) | content
    if keyboards.inline is not None:
        body["reply_markup"] = keyboards.inline
    emulator.pace(chat)
    silent = params.boolean("disable_notification")
    return emulator.world.post(chat, BOT, body, reply_keyboard=keyboards.reply, silent=silent).body


def _frame(emulator: Emulator, params: Params, chat: Chat) -> Json:
    """Return the fields that say where in the chat a message belongs."""
    frame: Json = {}
    target = emulator.reply_target(params, chat)
    thread_id = emulator.thread(params, chat)
    if thread_id is None and target is not None:
        thread_id = target.body.get("message_thread_id")
    if thread_id is not None:
        frame = {"message_thread_id": thread_id, "is_topic_message": True}
        # A message in a topic that replies to nothing replies to the topic's first message.
        target = target or chat.messages.get(thread_id)
    if target is not None:
        frame["reply_to_message"] = emulator.world.quoted(target)
    if params.boolean("protect_content"):
        frame["has_protected_content"] = True
    return frame


def parsed_text(params: Params) -> Json:
    """Return the fields of the text that a call gives."""
    given = params.string("text")
    if not given:
        raise bad_request("message text is empty")
    text, found = entities.parse(given, params.string("parse_mode"))
    if not text:
        raise bad_request("text must be non-empty")
    if entities.utf16_length(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return text_of(text, found)


def parsed_caption(given: str, parse_mode: str) -> Json:
    """Return the fields of a caption, none if it is empty."""
    text, found = entities.parse(given, parse_mode)
    if entities.utf16_length(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": found} if found else {"caption": text}


@method("sendMessage", required="chat_id text", optional=f"{_COMMON} parse_mode link_preview_options")
async def send_message(emulator: Emulator, params: Params) -> Json:
    """Send a text."""
    chat = emulator.writable_chat(params)
    content = parsed_text(params)
    preview = params.structure("link_preview_options")
    if preview is not None:
        if not isinstance(preview, dict):
            raise bad_request("can't parse link preview options JSON object")
        content["link_preview_options"] = preview
    return _send(emulator, params, chat, content)


@method("sendLocation", required="chat_id latitude longitude", optional=f"{_COMMON} horizontal_accuracy")
async def send_location(emulator: Emulator, params: Params) -> Json:
    """Send a point on the map."""
    chat = emulator.writable_chat(params, "locations")
    for name in ("latitude", "longitude"):
        if not params.string(name).strip():
            raise bad_request(f"{name} is empty")
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("invalid location specified")
    return _send(emulator, params, chat, {"location": {"latitude": latitude, "longitude": longitude}})


def _stored(emulator: Emulator, kind: str, given: str, upload: Upload | None, details: Json) -> StoredFile:
    """Return the file that is sent: uploaded now, or known by its identifier."""
    files = emulator.world.files
    if upload is None:
        if given.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        if not given:
            raise bad_request(f"there is no {kind} in the request")
        return files.known(given, kind)
    if not upload.content:
        raise bad_request("file must be non-empty")
    size = len(upload.content)
    if size > _UPLOAD_BYTES:
        raise Refusal(413, "Request Entity Too Large")
    if kind == "photo" and size > _PHOTO_BYTES:
        raise bad_request(f"file of size {size} bytes is too big for a photo; the maximum size is {_PHOTO_BYTES} bytes")
    if kind in {"document", "audio", "video", "animation"}:
        details = {"file_name": upload.file_name, "mime_type": upload.mime_type, **details}
    return files.add(kind, upload.content, **details)


async def _send_file(emulator: Emulator, params: Params, kind: str) -> Json:
    chat = emulator.writable_chat(params, _CALLED[kind])
    caption = parsed_caption(params.string("caption"), params.string("parse_mode"))
    names = params.names()
    details: Json = {
        name: params.string(name) if name in _WORDS else params.integer(name)
        for name in _DETAILS.get(kind, ())
        if name in names
    }
    upload = params.file(kind)
    stored = _stored(emulator, kind, params.string(kind), upload, details)
    return _send(emulator, params, chat, {kind: stored.media, **caption})


def _register_file_method(name: str, kind: str, extra: str) -> None:
    async def run(emulator: Emulator, params: Params) -> Json:
        return await _send_file(emulator, params, kind)

    method(name, required=f"chat_id {kind}", optional=f"{_COMMON} {extra}")(run)


_register_file_method("sendPhoto", "photo", f"{_CAPTION} has_spoiler")
_register_file_method("sendVideo", "video", f"{_CAPTION} has_spoiler supports_streaming duration width height")
_register_file_method("sendAnimation", "animation", f"{_CAPTION} has_spoiler duration width height")
_register_file_method("sendVoice", "voice", "caption parse_mode duration")
_register_file_method("sendVideoNote", "video_note", "duration length")
_register_file_method("sendAudio", "audio", "caption parse_mode duration performer title")
_register_file_method("sendDocument", "document", "caption parse_mode disable_content_type_detection")
_register_file_method("sendSticker", "sticker", "emoji")


@method(
    "sendMediaGroup",
    required="chat_id media",
    optional="message_thread_id disable_notification protect_content reply_parameters",
)
async def send_media_group(emulator: Emulator, params: Params) -> list[Json]:
    """Send an album: several messages with one `media_group_id`, all or none."""
    chat = emulator.writable_chat(params)
    if not params.string("media"):
        raise bad_request('parameter "media" is required')
    items = params.items("media")
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > _ALBUM_MOST:
        raise bad_request("too many messages to send as an album")
    if len(items) == 1:
        raise bad_request("an album of one is not carried by the sandbox")
    contents = [_album_item(emulator, params, item) for item in items]
    kinds = {kind for kind, _ in contents}
    if len(kinds) > 1 and not kinds <= {"photo", "video"}:
        raise bad_request(f"{min(kinds & {'audio', 'document'})} can't be mixed with other media types")
    frame = _frame(emulator, params, chat)
    emulator.pace(chat, count=len(contents))
    silent = params.boolean("disable_notification")
    group_id = str(13_000_000_000 + emulator.world.changes)
    return [
        emulator.world.post(chat, BOT, {**frame, "media_group_id": group_id, **content}, silent=silent).body
        for _, content in contents
    ]


def _album_item(emulator: Emulator, params: Params, item: Any) -> tuple[str, Json]:
    problem = "can't parse InputMedia: "
    if not isinstance(item, dict):
        raise bad_request(problem + "expected an Object")
    kind, given = item.get("type"), item.get("media")
    if kind is None:
        raise bad_request(problem + 'Can\'t find field "type"')
    if not isinstance(given, str) or not given:
        raise bad_request(problem + "media not found")
    if not isinstance(kind, str) or kind not in _ALBUM_KINDS:
        raise bad_request(f'{problem}type "{kind}" is unsupported')
    if strange := item.keys() - {"type", "media", "caption", "parse_mode", *_DETAILS.get(kind, ())}:
        raise bad_request(f'field "{min(strange)}" of {kind} media is not carried by the sandbox')
    caption = parsed_caption(str(item.get("caption", "")), str(item.get("parse_mode", "")))
    details = {name: item[name] for name in _DETAILS.get(kind, ()) if name in item}
    stored = _stored(emulator, kind, given, params.attachment(given), details)
    return kind, {kind: stored.media, **caption}


def is_media(stored: Stored) -> bool:
    """Whether a message carries media, and hence a caption in place of a text."""
    return any(kind in stored.body for kind in ("photo", "video", "animation", "voice", "audio", "document"))
