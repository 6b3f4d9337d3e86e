"""What the bot may ask of the chat service, and what can become of it.

Calls are values: what is to be shown, already rendered in the reader's language. Outcomes are values too, because
each of them has a consequence of its own for whoever delivers (see the table at `Outcome`), and an exception would
tempt the caller to treat them alike. The one thing an outcome must never do is claim more than is known: a call whose
answer was lost is `Ambiguous`, neither sent nor failed.
"""

from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, TypeAlias

ButtonStyle: TypeAlias = Literal["danger", "primary", "success"]
MediaKind: TypeAlias = Literal["photo", "video", "animation", "voice", "video_note", "audio", "document", "sticker"]
AlbumKind: TypeAlias = Literal["photo", "video", "audio", "document"]

ALBUM_SIZES = range(2, 11)
"""How many items one album may hold (Bot API sendMediaGroup)."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button that sends `data` (1 to 64 bytes of UTF-8) back to the bot when it is tapped."""

    label: str
    data: str
    style: ButtonStyle | None = None


@dataclass(frozen=True, slots=True)
class UrlButton:
    """A button that opens `url` in the reader's client; the bot learns nothing of the tap."""

    label: str
    url: str


Keyboard: TypeAlias = tuple[tuple[Button | UrlButton, ...], ...]
"""The buttons under a message, row by row. Empty: no buttons, and an edit takes away those that were there."""


@dataclass(frozen=True, slots=True)
class SendText:
    """Send a new message (Bot API sendMessage). A `reply_to` that is gone does not keep it from being sent."""

    chat_id: int
    html: str | None
    """The text with Telegram's HTML markup, its parameters escaped; None sends `plain` without any markup."""
    plain: str
    """The same words without markup: at most 4,096 characters."""
    keyboard: Keyboard = ()
    thread_id: int | None = None
    """The forum topic to write to; None is the chat itself."""
    silent: bool = False
    """Whether the phone stays quiet (no sound; the message is unread all the same)."""
    reply_to: int | None = None
    keys: tuple[tuple[str, ...], ...] = ()
    """Keys that stay below the chat and send what they say; a message with a `keyboard` has none."""


@dataclass(frozen=True, slots=True)
class EditText:
    """Replace the text and the buttons of a message that the bot sent (Bot API editMessageText)."""

    chat_id: int
    message_id: int
    html: str | None
    plain: str
    keyboard: Keyboard = ()


@dataclass(frozen=True, slots=True)
class EditKeyboard:
    """Replace, or with an empty keyboard remove, the buttons of a message (Bot API editMessageReplyMarkup)."""

    chat_id: int
    message_id: int
    keyboard: Keyboard = ()


@dataclass(frozen=True, slots=True)
class SendMedia:
    """Send one file that Telegram already holds. Stickers and video notes carry no caption: theirs is left out."""

    chat_id: int
    kind: MediaKind
    file_id: str
    caption_html: str | None = None
    """The caption with markup; None sends `caption_plain` without any."""
    caption_plain: str = ""
    """At most 1,024 characters; empty for no caption."""
    keyboard: Keyboard = ()
    thread_id: int | None = None
    silent: bool = False
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class SendFile:
    """Send a file that the bot has made itself (Bot API sendDocument, uploaded)."""

    chat_id: int
    name: str
    content: bytes = field(repr=False)
    mime: str
    thread_id: int | None = None
    silent: bool = False
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class AlbumItem:
    """One file of an album, known to Telegram by `file_id`."""

    kind: AlbumKind
    file_id: str


@dataclass(frozen=True, slots=True)
class SendAlbum:
    """Send 2 to 10 files as one album (Bot API sendMediaGroup); the caption stands under the first of them.

    Photos and videos may be mixed; audio files and documents only go with their own kind. An album has no buttons.
    """

    chat_id: int
    items: tuple[AlbumItem, ...]
    caption_html: str | None = None
    caption_plain: str = ""
    thread_id: int | None = None
    silent: bool = False
    reply_to: int | None = None

    def __post_init__(self) -> None:
        if len(self.items) not in ALBUM_SIZES:
            raise ValueError(f"an album has 2 to 10 items, not {len(self.items)}")
        kinds = {item.kind for item in self.items}
        if len(kinds) > 1 and not kinds <= {"photo", "video"}:
            raise ValueError(f"these kinds can't share an album: {sorted(kinds)}")


@dataclass(frozen=True, slots=True)
class AnswerTap:
    """End the waiting sign on a tapped button (Bot API answerCallbackQuery), showing `text` if there is one."""

    query_id: str
    text: str = ""
    """At most 200 characters."""
    alert: bool = False
    """Whether the text stands in a box to be closed instead of passing by at the top."""


@dataclass(frozen=True, slots=True)
class React:
    """Set the bot's reaction to a message (Bot API setMessageReaction); None takes it away."""

    chat_id: int
    message_id: int
    emoji: str | None


@dataclass(frozen=True, slots=True)
class OpenTopic:
    """Open a topic in a forum (Bot API createForumTopic). It is `Sent`: a topic bears the id of its first message."""

    chat_id: int
    name: str
    """1 to 128 characters."""


@dataclass(frozen=True, slots=True)
class SetMenu:
    """Set the menu of commands of one chat, whatever the client's language (Bot API setMyCommands, scope chat)."""

    chat_id: int
    commands: tuple[tuple[str, str], ...]
    """Name and description (1 to 256 characters) of each, at most 100."""


Call: TypeAlias = (
    SendText | EditText | EditKeyboard | SendMedia | SendFile | SendAlbum | AnswerTap | React | OpenTopic | SetMenu
)


def without_markup(call: Call) -> Call | None:
    """Return the same call with its words as plain text, or None if it carries no markup to drop.

    It is what remains to be done about `Malformed`: the words reach their reader, though less handsomely.
    """
    match call:
        case SendText(html=str()) | EditText(html=str()):
            return replace(call, html=None)
        case SendMedia(caption_html=str()) | SendAlbum(caption_html=str()):
            return replace(call, caption_html=None)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Sent:
    """The messages exist. An album has one id for each item, in order; every other call has exactly one."""

    message_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """An edit, answer or reaction holds, also when Telegram says that nothing had to change."""


@dataclass(frozen=True, slots=True)
class Delayed:
    """Refused for now, without effect: ask again after `retry_after_s` seconds (429)."""

    retry_after_s: int


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """No answer that tells whether the call took effect: reset or timeout after writing began, or a 5xx."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request certainly never reached Telegram: repeating it cannot double anything."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """This chat cannot be written to: blocked, deactivated, never started, bot removed, no right, no such chat."""

    reason: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """The group became a supergroup and lives on under `new_chat_id`; the call had no effect."""

    new_chat_id: int


@dataclass(frozen=True, slots=True)
class Gone:
    """The message, file or tap that the call is about is no more or can no longer be changed."""

    reason: str


@dataclass(frozen=True, slots=True)
class TopicGone:
    """The topic that the call is about is no more or is closed; the chat itself can still be written to."""

    reason: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """Telegram refuses the content itself: a fault of the bot. Without effect; see `without_markup`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """The token is not accepted (401, 404): no call can succeed until it is replaced."""

    reason: str


Outcome: TypeAlias = (
    Sent | Done | Delayed | Ambiguous | NotSent | Unreachable | Migrated | Gone | TopicGone | Malformed | Unauthorized
)
"""What became of a call, and what it means for whoever delivers:

| outcome              | took effect | consequence                                                          |
|----------------------|-------------|----------------------------------------------------------------------|
| Sent, Done           | yes         | finished                                                             |
| Delayed              | no          | the chat waits, the others go on                                     |
| Ambiguous            | perhaps     | repeat an edit; a message as its kind declares, counted              |
| NotSent              | no          | repeat                                                               |
| Unreachable          | no          | stop writing to this chat, tell staff                                |
| Migrated             | no          | repeat to the new id                                                 |
| Gone                 | no          | an edit is dropped or replaced by a new message                      |
| TopicGone            | no          | repeat to the chat itself                                            |
| Malformed            | no          | once more without markup, then dead letter                           |
| Unauthorized         | no          | stop all                                                             |

A `reason` is for operators: it never holds a token, a message text or a person's data.
"""


class Messenger(Protocol):
    """Carries calls to the chat service."""

    async def perform(self, call: Call) -> Outcome:
        """Carry out `call` once and tell what became of it. Raises nothing but `asyncio.CancelledError`."""
        ...
