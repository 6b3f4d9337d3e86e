"""Bot API methods that change or acknowledge what is already there."""

from datetime import timedelta
from typing import Final

from bot.sandbox import markup
from bot.sandbox.emulator import Emulator
from bot.sandbox.params import Params, method
from bot.sandbox.refusal import bad_request
from bot.sandbox.sending import is_media, parsed_caption, parsed_text
from bot.sandbox.world import BOT, Chat, Json, Stored

QUERY_LIFE: Final = timedelta(seconds=60)
"""How long a tap can be answered. Telegram says no figure; some tens of seconds to minutes are observed."""
_DELETE_LIFE: Final = timedelta(hours=48)
_NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_TARGET: Final = "chat_id message_id reply_markup"
REACTIONS: Final = frozenset({
    "👍", "👎", "❤", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "🤬", "😢", "🎉", "🤩", "🤮",
    "💩", "🙏", "👌", "🕊", "🤡", "🥱", "🥴", "😍", "🐳", "❤\u200d🔥", "🌚", "🌭", "💯", "🤣", "⚡",
    "🍌", "🏆", "💔", "🤨", "😐", "🍓", "🍾", "💋", "🖕", "😈", "😴", "😭", "🤓", "👻", "👨\u200d💻",
    "👀", "🎃", "🙈", "😇", "😨", "🤝", "✍", "🤗", "🫡", "🎅", "🎄", "☃", "💅", "🤪", "🗿",
    "🆒", "💘", "🙉", "🦄", "😘", "💊", "🙊", "😎", "👾", "🤷\u200d♂", "🤷", "🤷\u200d♀", "😡",
})  # fmt: skip
"""The emoji that Telegram permits as reactions, without variation selectors."""


def _target(emulator: Emulator, params: Params) -> tuple[Chat, Stored]:
    chat = emulator.writable_chat(params)
    if not params.integer("message_id"):
        raise bad_request("message identifier is not specified")
    stored = emulator.message(params, chat, "message to edit not found")
    if not stored.by_bot or not stored.editable:
        raise bad_request("message can't be edited")
    return chat, stored


def _replace(emulator: Emulator, params: Params, chat: Chat, stored: Stored, content: Json, gone: set[str]) -> Json:
    """Put `content` in place of the fields in `gone`; the inline keyboard is the one given, or none."""
    given = params.structure("reply_markup")
    keyboard = markup.check_inline(given) if given is not None else None
    if keyboard is not None:
        content["reply_markup"] = keyboard
    fields = gone | {"reply_markup"}
    if {name: stored.body[name] for name in fields & stored.body.keys()} == content:
        raise bad_request(_NOT_MODIFIED)
    emulator.pace(chat, edit=True)
    body = {name: value for name, value in stored.body.items() if name not in fields}
    stored.body = body | content
    if gone:
        stored.body["edit_date"] = emulator.world.unix_now()
    emulator.world.show_again(chat, stored)
    return stored.body


@method("editMessageText", required="text", optional=f"{_TARGET} parse_mode link_preview_options")
async def edit_message_text(emulator: Emulator, params: Params) -> Json:
    """Change the text of one of the bot's messages."""
    chat, stored = _target(emulator, params)
    if "text" not in stored.body:
        raise bad_request("there is no text in the message to edit")
    content = parsed_text(params)
    gone = {"text", "entities"}
    preview = params.structure("link_preview_options")
    if preview is not None:
        content["link_preview_options"] = preview
        gone.add("link_preview_options")
    return _replace(emulator, params, chat, stored, content, gone)


@method("editMessageCaption", optional=f"{_TARGET} caption parse_mode show_caption_above_media")
async def edit_message_caption(emulator: Emulator, params: Params) -> Json:
    """Change the caption of one of the bot's media messages."""
    chat, stored = _target(emulator, params)
    if not is_media(stored):
        raise bad_request("there is no caption in the message to edit")
    content = parsed_caption(params.string("caption"), params.string("parse_mode"))
    return _replace(emulator, params, chat, stored, content, {"caption", "caption_entities"})


@method("editMessageReplyMarkup", optional=_TARGET)
async def edit_message_reply_markup(emulator: Emulator, params: Params) -> Json:
    """Change or remove the inline keyboard of one of the bot's messages."""
    chat, stored = _target(emulator, params)
    return _replace(emulator, params, chat, stored, {}, set())


@method("deleteMessage", required="chat_id message_id")
async def delete_message(emulator: Emulator, params: Params) -> bool:
    """Delete a message: anyone's for an administrator, else for 48 hours its own and those of a private chat."""
    chat = emulator.chat(params)
    stored = emulator.message(params, chat, "message to delete not found")
    young = stored.sent_at is not None and emulator.clock.now() - stored.sent_at < _DELETE_LIFE
    if not emulator.is_bot_admin(chat) and not (young and (stored.by_bot or chat.private)):
        alone = chat.private and not young
        raise bad_request("message can't be deleted for everyone" if alone else "message can't be deleted")
    emulator.world.remove(chat, params.integer("message_id"))
    return True


@method("answerCallbackQuery", required="callback_query_id", optional="text show_alert url cache_time")
async def answer_callback_query(emulator: Emulator, params: Params) -> bool:
    """Answer a tap, once and in time."""
    query = emulator.world.queries.get(params.string("callback_query_id"))
    if query is None or query.answer is not None or emulator.clock.now() - query.asked_at > QUERY_LIFE:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.string("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if params.string("url"):
        raise bad_request("URL_INVALID")
    query.answer = {"text": text, "show_alert": params.boolean("show_alert")}
    emulator.world.changed("answer", chat_id=query.chat_id, user_id=query.user_id, **query.answer)
    async with emulator.answered:
        emulator.answered.notify_all()
    return True


def _emoji_of(reaction: object) -> str:
    problem = "can't parse ReactionType: "
    if not isinstance(reaction, dict):
        raise bad_request(problem + "expected an Object")
    if "type" not in reaction:
        raise bad_request(problem + 'Can\'t find field "type"')
    if reaction["type"] != "emoji":
        raise bad_request(problem + "invalid reaction type specified")
    if "emoji" not in reaction:
        raise bad_request(problem + 'Can\'t find field "emoji"')
    return str(reaction["emoji"])


@method("setMessageReaction", required="chat_id message_id", optional="reaction is_big")
async def set_message_reaction(emulator: Emulator, params: Params) -> bool:
    """Set or take back the bot's reaction to a message."""
    chat = emulator.writable_chat(params)
    stored = emulator.message(params, chat, "message to react not found")
    reactions = params.items("reaction")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if not reactions:
        stored.reactions.pop(BOT.id, None)
    else:
        emoji = _emoji_of(reactions[0])
        allowed = REACTIONS if chat.available_reactions is None else chat.available_reactions
        if emoji.replace("\ufe0f", "") not in allowed:
            raise bad_request("REACTION_INVALID")
        stored.reactions[BOT.id] = emoji
    emulator.world.show_again(chat, stored)
    return True
