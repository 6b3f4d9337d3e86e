"""The bodies of requests to the control interface. Unknown fields are refused: they are a test's misspelling."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.sandbox.faults import Kind


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class NewUser(_Body):
    """POST users."""

    first_name: str = Field(min_length=1)
    language_code: str = "en"


class NewChat(_Body):
    """POST chats."""

    title: str = Field(min_length=1)
    type: str = Field("group", pattern="^(group|supergroup)$")
    members: list[int] = Field(min_length=1)
    bot: str = Field("member", pattern="^(member|administrator)$")
    forum: bool = False
    """Whether a supergroup has topics."""
    reactions: list[str] | None = None
    """The emoji that may be set as reactions; all without it."""


class NewMessage(_Body):
    """POST chats/{chat}/messages: exactly one kind of content."""

    sender: int | None = Field(None, alias="from")
    """Needed in groups; a private chat is written in by its own user."""
    text: str | None = None
    photo: str | None = None
    voice: str | None = None
    video: str | None = None
    audio: str | None = None
    document: str | None = None
    sticker: str | None = None
    location: dict[str, Any] | None = None
    contact: dict[str, Any] | None = None
    caption: str = ""
    media_group_id: str | None = None
    reply_to: int | None = None
    thread: int | None = None
    forward_from_message: int | None = None
    """A message of the same chat, sent again as a forward."""
    file_name: str | None = None
    mime_type: str | None = None
    file_size: int | None = Field(None, ge=0)
    """Size told to the bot in place of the content's own, to try files that are too big."""


class NewText(_Body):
    """POST …/edit."""

    sender: int | None = Field(None, alias="from")
    text: str


class Tap(_Body):
    """POST …/tap: data or label."""

    sender: int | None = Field(None, alias="from")
    data: str | None = None
    label: str | None = None
    timeout_s: float = Field(5.0, ge=0, le=60)
    """Real seconds to wait for the bot's answer."""


class Reaction(_Body):
    """POST …/react; an empty emoji takes it back."""

    sender: int | None = Field(None, alias="from")
    emoji: str


class MemberOrder(_Body):
    """POST chats/{chat}/members."""

    user: int
    status: str
    can_manage_topics: bool = True
    """The one right that may be kept from the bot as an administrator."""


class TopicOrder(_Body):
    """POST chats/{chat}/topics/{id}/delete."""

    sender: int = Field(alias="from")


class ClockOrder(_Body):
    """POST clock."""

    advance_s: float | None = Field(None, ge=0)
    set: str | None = None
    to_next: bool = False
    freeze: bool | None = None
    timeout_s: float = Field(30.0, gt=0, le=600)
    """Real seconds that the bot may take to settle at each stop."""


class BotOrder(_Body):
    """POST bot: whether it is to live."""

    alive: bool


class SettleOrder(_Body):
    """POST settle."""

    timeout_s: float = Field(10.0, gt=0, le=600)


class FaultOrder(_Body):
    """POST faults; without a kind all failures end."""

    kind: Kind | None = None
    rate: float = Field(1.0, ge=0, le=1)
    methods: list[str] = []
    seed: int = 0
    delay_s: float = Field(2.0, ge=0, le=600)
