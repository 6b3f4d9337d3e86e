"""What an error of the Bot API means for the call that met it.

Decided by python-telegram-bot's exception class first, and within "400 Bad Request" by Telegram's own description: the
Bot API has no finer codes, so its phrases are a table here. A description may quote the message that was refused;
reasons therefore are phrases of the table, or a description with everything cut off that could be a quotation.
"""

import re
from typing import Final, TypeAlias

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.adapters.telegram.request import FloodError, NotSentError
from bot.ports.messenger import (
    Ambiguous,
    Delayed,
    Done,
    Gone,
    Malformed,
    Migrated,
    NotSent,
    Outcome,
    TopicGone,
    Unauthorized,
    Unreachable,
)

_Refusal: TypeAlias = type[Gone] | type[TopicGone] | type[Malformed] | type[Unreachable]

_HOLDS_ALREADY: Final = ("message is not modified", "message_not_modified")

_BAD_REQUESTS: Final[tuple[tuple[str, _Refusal], ...]] = (
    # The message, topic, file or tap is no more, or may no longer be changed.
    ("message to edit not found", Gone),
    ("message to react not found", Gone),
    ("message to be replied not found", Gone),
    ("message to reply not found", Gone),
    ("replied message not found", Gone),
    ("message can't be edited", Gone),
    ("message_id_invalid", Gone),
    ("message not found", Gone),
    ("message_author_required", Gone),
    ("there is no text in the message to edit", Gone),
    ("message thread not found", TopicGone),
    ("topic_deleted", TopicGone),
    ("topic_closed", TopicGone),
    ("topic_id_invalid", TopicGone),
    ("query is too old", Gone),
    ("query_id_invalid", Gone),
    ("wrong file identifier", Gone),
    ("wrong remote file", Gone),
    ("file_reference_", Gone),
    ("invalid file_id", Gone),
    # The chat cannot be written to. Most of these come as 403; some methods and some rights answer with 400.
    ("chat not found", Unreachable),
    ("user not found", Unreachable),
    ("peer_id_invalid", Unreachable),
    ("chat_id_invalid", Unreachable),
    ("channel_private", Unreachable),
    ("group chat was deactivated", Unreachable),
    ("group chat was upgraded", Unreachable),  # with the new id it arrives as ChatMigrated
    ("not enough rights", Unreachable),
    ("have no rights to send", Unreachable),
    ("need administrator rights", Unreachable),
    ("chat_write_forbidden", Unreachable),
    ("chat_send_", Unreachable),  # chat_send_photos_forbidden and its kin
    ("chat_restricted", Unreachable),
    ("chat_admin_required", Unreachable),
    ("user_is_blocked", Unreachable),
    ("input_user_deactivated", Unreachable),
    ("bot is not a member", Unreachable),
    ("bot was kicked", Unreachable),
    # The content: our fault. Whatever is not in this table ends up here as well.
    ("can't parse entities", Malformed),
    ("entity_", Malformed),
    ("message is too long", Malformed),
    ("message_too_long", Malformed),
    ("message text is empty", Malformed),
    ("message caption is too long", Malformed),
    ("media_caption_too_long", Malformed),
    ("text must be non-empty", Malformed),
    ("button_data_invalid", Malformed),
    ("button_url_invalid", Malformed),
    ("inline keyboard button url", Malformed),
    ("reply markup is too long", Malformed),
    ("can't parse inline keyboard button", Malformed),
    ("reaction_invalid", Malformed),
)

_QUOTATION: Final = re.compile(r"""[:"“].*|\s'.*|\S*\d{4,}.*""", re.DOTALL)
_LONGEST_REASON: Final = 80


def outcome_of(error: TelegramError) -> Outcome:
    """Return the outcome of a call that ended in `error`.

    Whatever is not known for certain to have been refused, or never sent, is `Ambiguous`.
    """
    match error:
        case FloodError():
            return Delayed(error.retry_after_s)
        case ChatMigrated():
            return Migrated(error.new_chat_id)
        case InvalidToken():
            return Unauthorized("the token is not accepted")
        case Forbidden():
            return Unreachable(_without_quotation(error.message.removeprefix("Forbidden: ")))
        case BadRequest():
            return _of_bad_request(error.message)
        case NotSentError():
            return NotSent(error.message)
        case _:
            return Ambiguous(_without_quotation(error.message))


def _of_bad_request(description: str) -> Outcome:
    lowered = description.lower()
    if lowered.startswith(_HOLDS_ALREADY):
        return Done()
    for phrase, outcome in _BAD_REQUESTS:
        if lowered.startswith(phrase):
            return outcome(phrase)
    return Malformed(_without_quotation(description))


def _without_quotation(description: str) -> str:
    """Cut a description before the first thing that could be somebody's words, number or address."""
    return _QUOTATION.sub("", description)[:_LONGEST_REASON].strip() or "no reason given"
