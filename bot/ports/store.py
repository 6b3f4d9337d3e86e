"""The store as services see it: one transaction with its repositories.

A `Transaction` is an explicit value handed to whoever works in it; it is committed or rolled back whole by who made
it. Everything in it is synchronous. `now` is read once, when it begins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol, TypeVar

from bot.domain.clocks import Obligation, ObligationState, Stage
from bot.domain.events import Event, Filed
from bot.domain.history import Row
from bot.domain.people import Estate, Person, Role
from bot.domain.tickets import Ticket
from bot.flows.engine import Draft, Media
from bot.flows.screen import Screen, Text


class Chance(Protocol):
    """Where unguessable things come from."""

    def token(self) -> str:
        """Return an unguessable reference of 12 characters out of A-Z, a-z, 0-9, - and _ (72 bits)."""
        ...

    def salt(self) -> bytes:
        """Return 16 random bytes."""
        ...


class People(Protocol):
    """The persons the bot knows."""

    def get(self, person_id: int) -> Person: ...
    def by_account(self, account: int) -> Person | None: ...
    def with_role(self, estate_id: int, *roles: Role) -> tuple[Person, ...]: ...
    def add(self, person: Person) -> Person:
        """Store a new person (its `id` is ignored) and return it as stored."""
        ...

    def update(self, person: Person) -> None: ...


class Estates(Protocol):
    """The estates, their staff groups and numbering."""

    def get(self, estate_id: int) -> Estate: ...
    def first(self) -> Estate | None:
        """Return the estate that newcomers belong to, None before one was set up."""
        ...

    def by_group(self, chat_id: int) -> Estate | None: ...
    def add(self, estate: Estate) -> Estate: ...
    def update(self, estate: Estate) -> None: ...
    def next_number(self, estate_id: int, year: int) -> int:
        """Return the next running number of that year; without gaps, since it commits or vanishes with the ticket."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """The message that somebody's words came in."""

    chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored text of a ticket: who wrote what and when. `content` is empty once erased."""

    id: int
    ticket_id: int
    author_id: int
    role: str
    content: str
    written_at: datetime


class Texts(Protocol):
    """Free text, apart from the history, so that it can be erased."""

    def reserve(self, author_id: int, role: str, content: str, source: Source | None = None) -> tuple[int, str]:
        """Store a text that a ticket about to be filed will own; return its id and its salted hash."""
        ...

    def add(
        self, ticket_id: int, author_id: int, role: str, content: str, source: Source | None = None
    ) -> tuple[int, str]:
        """Store a text of a ticket; return its id and its salted hash."""
        ...

    def own(self, text_ids: Sequence[int], ticket_id: int) -> None:
        """Give reserved texts to their ticket."""
        ...

    def get(self, text_id: int) -> Passage: ...
    def of(self, ticket_id: int) -> tuple[Passage, ...]:
        """Return the texts of a ticket, oldest first."""
        ...

    def by_source(self, source: Source) -> Passage | None: ...


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a ticket."""

    id: int
    media: Media
    album: str | None


class Attachments(Protocol):
    """Files of tickets; their bytes are fetched by a queue of their own."""

    def reserve(self, media: Media, album: str | None) -> int: ...
    def own(self, attachment_ids: Sequence[int], ticket_id: int) -> None: ...
    def of(self, ticket_id: int) -> tuple[Attachment, ...]: ...


class Tickets(Protocol):
    """Tickets with their append-only history."""

    def file(self, ref: str, filed: Filed) -> Ticket:
        """Store a new ticket and the first row of its history."""
        ...

    def get(self, ticket_id: int) -> Ticket: ...
    def by_ref(self, ref: str) -> Ticket | None: ...
    def unclaimed(self, estate_id: int, limit: int) -> tuple[Ticket, ...]:
        """Return open tickets that nobody has taken on, oldest first."""
        ...

    def record(self, ticket: Ticket, event: Event) -> Ticket:
        """Append `event` to the history and return the ticket after it; a version that has passed raises `Conflict`."""
        ...

    def history(self, ticket_id: int) -> tuple[Row, ...]: ...


class Conflict(Exception):
    """Somebody else changed the same thing first; the transaction must be repeated from its beginning."""


class Drafts(Protocol):
    """Running conversations."""

    def by_ref(self, ref: str) -> Draft | None: ...
    def current(self, person_id: int, chat_id: int, now: datetime) -> Draft | None:
        """Return the open draft last touched there and not expired."""
        ...

    def save(self, draft: Draft) -> None: ...


class Audience(StrEnum):
    """For whom a card is drawn."""

    FILER = "filer"
    GROUP = "group"
    HOLDER = "holder"
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
class TapAnswer:
    """The answer to a tapped button; with `alert` it stands until it is closed."""

    query_id: str
    words: Text | None = None
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """Take the buttons off a message that is no longer current."""

    message_id: int


Content = ShowCard | Notice | Enclosure | TapAnswer | Strip


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


@dataclass(frozen=True, slots=True)
class Timer:
    """A stage of an obligation that falls due."""

    id: int
    ticket_id: int
    rule: str
    occurrence: int
    stage: str
    due_at: datetime


class Obligations(Protocol):
    """Running and past windows, with the timers of their stages."""

    def start(self, ticket_id: int, rule: str, started_at: datetime, due_at: datetime, stages: Sequence[Stage]) -> None:
        """Begin the next occurrence of a rule's window; nothing happens while one is running."""
        ...

    def running(self, ticket_id: int) -> tuple[Obligation, ...]:
        """Return those that still wait to be met, broken ones included."""
        ...

    def of(self, ticket_id: int) -> tuple[Obligation, ...]: ...
    def settle(self, obligation: Obligation, state: ObligationState) -> None:
        """Set the state; where nothing can fall due any more its waiting timers are struck out."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """Return waiting timers that are due, oldest first."""
        ...

    def fired(self, timer: Timer) -> None: ...
    def failed(self, timer: Timer) -> None:
        """Set a timer aside that could not be fired by a fault of ours."""
        ...

    def next_due(self) -> datetime | None:
        """Return when the next waiting timer falls due."""
        ...


class Invites(Protocol):
    """Single-use invitations to a role."""

    def add(self, digest: str, estate_id: int, role: Role, expires_at: datetime) -> None: ...
    def spend(self, digest: str, estate_id: int, person_id: int, now: datetime) -> Role | None:
        """Use up an invitation to that estate; None where there is none, or it was used or has expired."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """An update in the inbox; `seq` is the order of arrival."""

    seq: int
    raw: str
    received_at: datetime


class Updates(Protocol):
    """The inbox: updates as they came, until they are handled or set aside."""

    def pending(self, after_seq: int, limit: int) -> tuple[Received, ...]: ...
    def waiting(self) -> int:
        """Return how many wait to be handled."""
        ...

    def latest(self) -> int:
        """Return the `seq` of the update that came last, 0 if none ever came."""
        ...

    def known_since(self, moment: datetime) -> bool:
        """Return whether any update was received at `moment` or later."""
        ...

    def begin(self, seq: int) -> bool:
        """Mark a waiting update as handled, before it is; False where it was handled already, perhaps by a repeat."""
        ...

    def quarantine(self, seq: int, reason: str, reference: str) -> bool:
        """Set a waiting update aside for good, kept raw; `reference` is the short code that people are told."""
        ...

    def forget(self, before: datetime, limit: int) -> int:
        """Delete at most `limit` handled updates and as many settled letters older than `before`; return how many."""
        ...


@dataclass(frozen=True, slots=True)
class Fetch:
    """A file to be fetched from the platform; `attempts` counts those that failed."""

    unique_id: str
    file_id: str
    attempts: int


class Fetches(Protocol):
    """Files whose bytes are still to be fetched."""

    def due(self, limit: int) -> tuple[Fetch, ...]: ...
    def next_due(self) -> datetime | None: ...
    def done(self, fetch: Fetch, sha256: str, size: int) -> None: ...
    def put_off(self, fetch: Fetch, not_before: datetime, reason: str) -> None: ...
    def give_up(self, fetch: Fetch, reason: str) -> None:
        """The file cannot be had (too big, gone); its `file_id` stays and can still be sent on."""
        ...


class Transaction(Protocol):
    """One transaction and what can be reached in it."""

    @property
    def now(self) -> datetime: ...
    @property
    def chance(self) -> Chance: ...
    @property
    def people(self) -> People: ...
    @property
    def estates(self) -> Estates: ...
    @property
    def texts(self) -> Texts: ...
    @property
    def attachments(self) -> Attachments: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def cards(self) -> Cards: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def obligations(self) -> Obligations: ...
    @property
    def invites(self) -> Invites: ...
    @property
    def updates(self) -> Updates: ...
    @property
    def fetches(self) -> Fetches: ...


T = TypeVar("T")


class StoreBusy(Exception):
    """The store could not keep a transaction for now (disk full, locked); nothing of it was kept. Try again later."""


class StoreBroken(Exception):
    """The store is damaged and cannot be worked with; the text is one plain sentence for the operator."""


class Store(Protocol):
    """Runs work in transactions, one after the other, each whole or not at all."""

    async def transact(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction and return its result once that is on the disk.

        Raises `StoreBusy` where it could not be kept, `StoreBroken` where the store is damaged.

        `work` runs on another thread. A `Conflict` repeats it from its beginning.
        """
        ...

    async def look(self, work: Callable[[Transaction], T]) -> T:
        """Run `work`, which only reads, on one moment of the store."""
        ...
