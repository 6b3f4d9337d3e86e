"""What is shown and sent, before it leaves: live cards, letters, and the outbox that keeps them until delivered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol

from bot.flows.draft import Media
from bot.flows.screen import Screen, Text


class Audience(StrEnum):
    """For whom a card is drawn."""

    FILER = "filer"
    GROUP = "group"
    HOLDER = "holder"
    ON_SITE = "on_site"  # who does not work with tickets, but leads who reported it or goes there
    WRITER = "writer"


@dataclass(frozen=True, slots=True)
class Card:
    """A live message that shows a ticket or a draft in a chat; `message_id` is None until it was first sent.

    `reader_id` is None where a group reads. `fresh` asks for a new message at the next delivery in place of an edit.
    """

    id: int
    audience: Audience
    chat_id: int
    thread_id: int | None
    reader_id: int | None
    estate_id: int
    ticket_id: int | None = None
    draft_ref: str | None = None
    message_id: int | None = None
    fresh: bool = False


class Cards(Protocol):
    """Which message shows what where."""

    def get(self, card_id: int) -> Card: ...
    def add(self, card: Card) -> Card: ...
    def update(self, card: Card) -> None: ...
    def of_ticket(self, ticket_id: int) -> tuple[Card, ...]: ...
    def of_draft(self, draft_ref: str) -> Card | None: ...
    def by_message(self, chat_id: int, message_id: int) -> Card | None: ...


class Lane(IntEnum):
    """What goes first: what answers a tap, then what somebody waits for, then bulk."""

    TAP = 0
    NOTICE = 1
    BULK = 2


class IfUnknown(StrEnum):
    """What to do when it is not known whether a call took effect."""

    REPEAT = "repeat"  # harmless: an edit, an answer to a tap, a deletion
    RESEND = "resend"  # better twice than never: at most three tries, then staff are shown a dead letter
    HOLD = "hold"  # better never than twice


#: What stands in a table: a sentence, somebody's words, a number, or nothing.
Cell = Text | str | int | float | None


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Draw a card as things stand at delivery."""

    card_id: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of its own."""

    screen: Screen


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Files, sent as one album or alone, in reply to a card."""

    media: tuple[Media, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that goes out as a spreadsheet file called `name`, its sentences in the reader's language."""

    name: str
    title: Text
    headings: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class TapAnswer:
    """The answer to a tapped button; with `alert` it stands until it is closed."""

    query_id: str
    words: Text | None = None
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """Take the buttons off a message that is no longer current."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Redraw:
    """Show a screen in the place of another, in a message that is no card: a page of a list was turned."""

    message_id: int
    screen: Screen


@dataclass(frozen=True, slots=True)
class React:
    """Set the bot's reaction to a message, which acknowledges it in silence (UX 18). Refused, it is let go."""

    message_id: int
    emoji: str


@dataclass(frozen=True, slots=True)
class OpenTopic:
    """Open a topic in the staff group; its thread is then the department's. Refused, all goes on without it."""

    department_id: int
    name: Text


@dataclass(frozen=True, slots=True)
class Menu:
    """Set the reader's own menu of commands, in their language and as far as they may use them at delivery.

    Refused, it is let go: what everybody's menu says holds then.
    """


Content = ShowCard | Notice | Redraw | Enclosure | Sheet | TapAnswer | Strip | React | OpenTopic | Menu


@dataclass(frozen=True, slots=True)
class AnswerReceipt:
    """Record the outcome of this delivery as that of a ticket's answer."""

    ticket_id: int
    text_id: int


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to be delivered to a chat, in the language its reader has then.

    `chat_id` is 0 for what belongs to no chat (the answer to a tap). `reader_id` is None where a group reads (the
    estate's language). `reply_to_card` makes it a reply to that card's
    message if there is one.
    """

    chat_id: int
    estate_id: int
    content: Content
    reader_id: int | None = None
    thread_id: int | None = None
    lane: Lane = Lane.NOTICE
    silent: bool = False
    reply_to_card: int | None = None
    if_unknown: IfUnknown = IfUnknown.RESEND
    receipt: AnswerReceipt | None = None


class LetterState(StrEnum):
    """Where a letter is on its way."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNREACHABLE = "unreachable"
    DROPPED = "dropped"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter in the outbox.

    `tries` counts sends of a new message whose outcome stayed unknown, `attempts` all calls. `edits` is the message
    that the call under way changes in place; None if it sends a new one.
    """

    id: int
    letter: Letter
    state: LetterState
    not_before: datetime
    attempts: int
    tries: int
    plain: bool
    edits: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What the line-up of deliveries must know of a waiting letter; `chat_id` 0 belongs to no chat."""

    id: int
    chat_id: int
    lane: Lane
    not_before: datetime


class Outbox(Protocol):
    """What waits to be delivered, durable, oldest first within a chat."""

    def heads(self, after_id: int, limit: int) -> tuple[Head, ...]:
        """Return waiting letters with a higher id, ascending."""
        ...

    def waiting(self) -> Mapping[Lane, int]:
        """Return how many letters wait in each lane."""
        ...

    def interrupted(self) -> tuple[int, ...]:
        """Return the letters that were being sent when the program last stopped."""
        ...

    def answers_under_way(self) -> tuple[int, ...]:
        """Return the letters with a receipt that wait for their first try or are just being sent."""
        ...

    def put(self, letter: Letter) -> int: ...
    def show(self, card: Card, lane: Lane = Lane.NOTICE, *, silent: bool = False) -> None:
        """Have `card` drawn anew; a drawing of it that still waits is joined (what counts is the present state)."""
        ...

    def get(self, letter_id: int) -> Posted: ...
    def standing(self, letter_id: int) -> tuple[LetterState, Head]:
        """Return how a letter stands, without reading what it says."""
        ...

    def mark(
        self,
        letter_id: int,
        state: LetterState,
        *,
        not_before: datetime | None = None,
        outcome: str = "",
        attempts: int | None = None,
        tries: int | None = None,
        plain: bool | None = None,
        edits: int | None = None,
    ) -> None: ...
    def rechat(self, old_chat_id: int, new_chat_id: int) -> None:
        """Redirect what waits for a chat that goes on under another id, cards and estates included."""
        ...

    def unthread(self, chat_id: int, thread_id: int) -> None:
        """Write to the chat itself what was meant for a topic of it that is no more, cards and estates included."""
        ...
