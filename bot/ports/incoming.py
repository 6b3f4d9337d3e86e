"""What arrives from the chat service, in our own terms: neutral, complete, already checked for its shape.

The edge translates raw updates into these; what it cannot translate never gets here but goes to quarantine.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.places import Location
from bot.flows.draft import Media


@dataclass(frozen=True, slots=True)
class Sender:
    """Who acted, by the platform's numeric `account`; `language_tag` as their client reports it."""

    account: int
    name: str
    language_tag: str | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """Where it happened. `private` is a person's own chat with the bot; `thread_id` the topic of a group."""

    id: int
    private: bool
    title: str = ""
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """Somebody wrote. `words` is text or caption; `command` is set where they begin with a command for this bot.

    `location` is one that was shared; it stands in `words` too. `unknown_kind` names a kind of message that we do not
    read (a poll, a dice, something newer than we are).
    """

    sender: Sender
    chat: Chat
    message_id: int
    sent_at: datetime
    words: str = ""
    command: str | None = None
    argument: str = ""
    media: Media | None = None
    album: str | None = None
    reply_to: int | None = None
    unknown_kind: str | None = None
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """Somebody changed the words of a message."""

    sender: Sender
    chat: Chat
    message_id: int
    words: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """Somebody pressed an inline button; `data` comes from their client and proves nothing."""

    sender: Sender
    chat: Chat | None
    message_id: int | None
    query_id: str
    data: str


@dataclass(frozen=True, slots=True)
class ReachabilityChanged:
    """Somebody blocked or unblocked the bot in their private chat."""

    sender: Sender
    reachable: bool


@dataclass(frozen=True, slots=True)
class BotMembershipChanged:
    """The bot was added to a group or removed from it, or its rights there were changed, by `sender`.

    `topics` is whether the group has topics and the bot may open some.
    """

    sender: Sender
    chat: Chat
    member: bool
    topics: bool = False


@dataclass(frozen=True, slots=True)
class GroupMigrated:
    """A group became a supergroup and goes on under another id."""

    old_chat_id: int
    new_chat_id: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """An update that is understood and asks for nothing; `what` is a stable code for the metrics."""

    what: str


Incoming = (
    MessageReceived | MessageEdited | Tapped | ReachabilityChanged | BotMembershipChanged | GroupMigrated | Ignored
)
