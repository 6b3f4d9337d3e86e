"""The store as services see it: one transaction with its repositories.

A `Transaction` is an explicit value handed to whoever works in it; it is committed or rolled back whole by who made
it. Everything in it is synchronous. `now` is read once, when it begins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.domain.canned import Canned
from bot.domain.clocks import Obligation, ObligationState, Stage, Standstill
from bot.domain.contractors import Contractor
from bot.domain.directory import Body, Entry
from bot.domain.events import Event, Filed
from bot.domain.history import Row
from bot.domain.overrides import Adopted
from bot.domain.people import Department, Estate, Person, Role
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows.draft import Draft, Media
from bot.ports.boards import Boards
from bot.ports.duties import Digests, Rosters, StockTakes
from bot.ports.erasure import Erasure
from bot.ports.figures import Figures
from bot.ports.hearings import Hearings
from bot.ports.homes import Households, Units
from bot.ports.inbox import Updates
from bot.ports.outbox import Cards, Outbox
from bot.ports.patterns import Patterns
from bot.ports.places import Places
from bot.ports.search import Search
from bot.ports.visits import Visits


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
    def by_phone(self, estate_id: int, phone: str) -> tuple[Person, ...]:
        """Return whom a call to that number reaches, as far as we keep it; digits alone."""
        ...

    def with_role(self, estate_id: int, *roles: Role) -> tuple[Person, ...]:
        """Return who holds one of these roles and has not left."""
        ...

    def staff(self, estate_id: int) -> tuple[Person, ...]:
        """Return everybody who works there and has not left."""
        ...

    def in_department(self, department_id: int) -> tuple[Person, ...]:
        """Return who belongs to a department and has not left."""
        ...

    def of_contractor(self, contractor_id: int) -> tuple[Person, ...]:
        """Return who was sent by a company and has not left."""
        ...

    def add(self, person: Person) -> Person:
        """Store a new person (its `id` is ignored) and return it as stored."""
        ...

    def update(self, person: Person) -> None: ...
    def ask_once(self, person_id: int, what: str, now: datetime) -> bool:
        """Return whether somebody is to be asked `what` (a stable code): True the first time, never again."""
        ...


class Departments(Protocol):
    """The departments of the estates."""

    def get(self, department_id: int) -> Department: ...
    def of_estate(self, estate_id: int) -> tuple[Department, ...]:
        """Return the departments in the order in which they were added."""
        ...

    def by_code(self, estate_id: int, code: str) -> Department | None: ...
    def add(self, department: Department) -> Department: ...
    def update(self, department: Department) -> None: ...


class Contractors(Protocol):
    """The companies that work for the estates under contract."""

    def get(self, contractor_id: int) -> Contractor: ...
    def of_estate(self, estate_id: int) -> tuple[Contractor, ...]:
        """Return the companies, also those whose contract is over, in the order in which they were added."""
        ...

    def by_code(self, estate_id: int, code: str) -> Contractor | None: ...
    def add(self, contractor: Contractor) -> Contractor: ...
    def update(self, contractor: Contractor) -> None: ...
    def ending(self, now: datetime, limit: int) -> tuple[Contractor, ...]:
        """Return those whose contract is over and whose work was not taken back yet, those that ended first first."""
        ...

    def next_end(self) -> datetime | None:
        """Return when the next contract is over whose work was not taken back yet."""
        ...


class Directory(Protocol):
    """Outside bodies and sister units."""

    def get(self, entry_id: int) -> Entry:
        """Return an entry, also one that is retired."""
        ...

    def of_estate(self, estate_id: int, kind: Body | None = None) -> tuple[Entry, ...]:
        """Return the entries that are not retired, in the order in which they were added."""
        ...

    def by_code(self, estate_id: int, code: str) -> Entry | None:
        """Return an entry, also one that is retired."""
        ...

    def add(self, entry: Entry) -> Entry: ...
    def update(self, entry: Entry) -> None: ...


class CannedAnswers(Protocol):
    """Answers that the estates keep ready."""

    def of_estate(self, estate_id: int) -> tuple[Canned, ...]:
        """Return them in the order in which they were listed."""
        ...

    def take_over(self, estate_id: int, answers: Sequence[Canned]) -> None:
        """Make `answers` all that the estate keeps ready."""
        ...


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
    def erase(self, text_id: int) -> None:
        """Empty a text for good, and let nobody find its ticket by it any more; the history stays whole."""
        ...


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

    def by_number(self, number: str) -> Ticket | None: ...
    def held_by(self, person_id: int, limit: int) -> tuple[Ticket, ...]:
        """Return the open tickets that somebody has, oldest first."""
        ...

    def merged_into(self, ticket_id: int) -> tuple[Ticket, ...]:
        """Return the tickets that turned out to be the same event, oldest first (ST-4)."""
        ...

    def of_filer(self, person_id: int, limit: int) -> tuple[Ticket, ...]:
        """Return what somebody filed, newest first."""
        ...

    def of_recorder(self, person_id: int, limit: int) -> tuple[Ticket, ...]:
        """Return what somebody took down as others told them, newest first."""
        ...

    def split_from(self, ticket_id: int) -> tuple[Ticket, ...]:
        """Return the tickets that were other matters in this one, oldest first (ST-3)."""
        ...

    def open_since(self, estate_id: int, since: datetime, limit: int) -> tuple[Ticket, ...]:
        """Return the open tickets filed since then, newest first."""
        ...

    def closed_since(self, estate_id: int, since: datetime, limit: int) -> tuple[Ticket, ...]:
        """Return the tickets closed since then, the latest first."""
        ...

    def voided_since(self, estate_id: int, since: datetime) -> tuple[int, int]:
        """Return how many of those filed since then do not count, and how many were filed (ST-2)."""
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

    def open(self, person_id: int, chat_id: int, now: datetime, limit: int) -> tuple[Draft, ...]:
        """Return the open drafts there that have not expired, last touched first."""
        ...

    def save(self, draft: Draft) -> None:
        """Store a draft that its writer has touched."""
        ...

    def keep(self, draft: Draft) -> None:
        """Store a draft that its writer has not touched: which one they touched last stays as it is."""
        ...

    def nudges(self, now: datetime, limit: int) -> tuple[Draft, ...]:
        """Return open drafts of which their writers are to be reminded by now, those due first first."""
        ...

    def next_nudge(self) -> datetime | None:
        """Return when the next writer is to be reminded."""
        ...

    def drop_nudge(self) -> str | None:
        """Remind nobody of the draft that is due first, which a fault of ours keeps from it; return its reference."""
        ...

    def expired(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Return by reference, oldest first, drafts whose life is over and which are open or hold something."""
        ...

    def empty(self, ref: str) -> bool:
        """Erase what a draft holds, and close it if it was open; return whether it was."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How many messages somebody has sent since the moment at which they are counted from."""

    messages: int
    since: datetime


class Paces(Protocol):
    """How fast people write."""

    def count(self, person_id: int, since: datetime) -> Pace:
        """Count one more message; those counted from a moment before `since` begin anew."""
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
        """Return those that still wait to be met, paused and broken ones included."""
        ...

    def of(self, ticket_id: int) -> tuple[Obligation, ...]: ...
    def standstills(self, obligation: Obligation) -> tuple[Standstill, ...]:
        """Return when it stood still and why, oldest first."""
        ...

    def breaks(self, obligation: Obligation, at: datetime) -> None:
        """Note that it passed unmet; what its ladder has waiting stays."""
        ...

    def settle(self, obligation: Obligation, state: ObligationState, at: datetime) -> None:
        """End it in `state`; its waiting timers are struck out."""
        ...

    def stop(self, obligation: Obligation, reason: str, at: datetime) -> None:
        """Let it stand still for `reason`, perhaps beside another one; its timers are held."""
        ...

    def go_on(self, obligation: Obligation, reason: str, at: datetime) -> None:
        """Take one reason to stand still away; `resume` lets it run again once there is none left."""
        ...

    def resume(self, obligation: Obligation, due_at: datetime, moved_by: timedelta, stages: Sequence[Stage]) -> None:
        """Let it run again until `due_at`; of `stages` those that were held wait for their new times."""
        ...

    def begin(self, obligation: Obligation, at: datetime, due_at: datetime, stages: Sequence[Stage]) -> None:
        """Let it run from `at` to `due_at`; of `stages` those that still wait get their new times."""
        ...

    def next_stage(self, obligation: Obligation, after: datetime) -> datetime | None:
        """Return when the next of its waiting stages after that moment falls due."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """Return waiting timers that are due, oldest first."""
        ...

    def fired(self, timer: Timer) -> bool:
        """End a timer that fires; False where what fired just before has settled, stopped or moved it."""
        ...

    def failed(self, timer: Timer) -> None:
        """Set a timer aside that could not be fired by a fault of ours."""
        ...

    def next_due(self) -> datetime | None:
        """Return when the next waiting timer falls due."""
        ...


class Regulations(Protocol):
    """Rule sets that are or were in force; a version's content never changes."""

    def get(self, version: str) -> RuleSet | None: ...
    def latest_of(self, estate_id: int) -> Adopted | None:
        """Return the estate's own that was put in force last, None where it goes by the program's."""
        ...

    def of(self, estate_id: int) -> tuple[Adopted, ...]:
        """Return every decision of an estate, oldest first."""
        ...

    def add(self, adopted: Adopted) -> None: ...


@dataclass(frozen=True, slots=True)
class Invitation:
    """What somebody is invited to be, in which department, and by which company they are sent."""

    role: Role
    department_id: int | None = None
    contractor_id: int | None = None


class Invites(Protocol):
    """Single-use invitations to a role."""

    def add(self, digest: str, estate_id: int, invitation: Invitation, expires_at: datetime) -> None: ...
    def spend(self, digest: str, estate_id: int, person_id: int, now: datetime) -> Invitation | None:
        """Use up an invitation to that estate; None where there is none, or it was used or has expired."""
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
    def next_due(self) -> datetime | None:
        """Return when the next file is to be fetched or removed."""
        ...

    def done(self, fetch: Fetch, sha256: str, size: int) -> None:
        """Note that the bytes are here; where the file was erased meanwhile they are to be removed again."""
        ...

    def discards(self, limit: int) -> tuple[str, ...]:
        """Return contents, by their SHA-256, that are to be removed from the disk now."""
        ...

    def discarded(self, sha256: str) -> None: ...
    def keep_for_now(self, sha256: str, not_before: datetime) -> None:
        """Have the removal of a content tried again, not before a moment."""
        ...

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
    def departments(self) -> Departments: ...
    @property
    def contractors(self) -> Contractors: ...
    @property
    def directory(self) -> Directory: ...
    @property
    def canned(self) -> CannedAnswers: ...
    @property
    def texts(self) -> Texts: ...
    @property
    def attachments(self) -> Attachments: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def search(self) -> Search: ...
    @property
    def boards(self) -> Boards: ...
    @property
    def figures(self) -> Figures: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def paces(self) -> Paces: ...
    @property
    def cards(self) -> Cards: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def obligations(self) -> Obligations: ...
    @property
    def digests(self) -> Digests: ...
    @property
    def patterns(self) -> Patterns: ...
    @property
    def stock_takes(self) -> StockTakes: ...
    @property
    def rosters(self) -> Rosters: ...
    @property
    def visits(self) -> Visits: ...
    @property
    def regulations(self) -> Regulations: ...
    @property
    def invites(self) -> Invites: ...
    @property
    def units(self) -> Units: ...
    @property
    def households(self) -> Households: ...
    @property
    def places(self) -> Places: ...
    @property
    def updates(self) -> Updates: ...
    @property
    def erasure(self) -> Erasure: ...
    @property
    def fetches(self) -> Fetches: ...
    @property
    def hearings(self) -> Hearings: ...


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

    async def wipe(self) -> bool:
        """Leave nothing of what was deleted where the store keeps its last changes; False: try again later."""
        ...

    async def look(self, work: Callable[[Transaction], T]) -> T:
        """Run `work`, which only reads, on one moment of the store."""
        ...
