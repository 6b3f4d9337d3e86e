"""A management office without its edges: the services on a real database in memory, with a clock of its own.

What arrives is given as `Incoming`, what goes out is taken and settled with any outcome one likes. Only clock, chance
and messenger are made up.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy import select

from bot.domain.homes import Request, Residency, Unit
from bot.domain.people import Estate, Language, Person, Role
from bot.domain.policy import Act
from bot.domain.tickets import Ticket
from bot.flows.draft import Media, MediaKind
from bot.flows.register import ASK
from bot.flows.screen import Action, Line, Quote, Text
from bot.flows.showing import VERB
from bot.ports.incoming import Chat, Incoming, MessageEdited, MessageReceived, Sender, Tapped
from bot.ports.messenger import Done, Outcome, Sent
from bot.ports.outbox import Notice, Posted, TapAnswer
from bot.ports.store import Transaction
from bot.regulations import loader
from bot.services import delivering, erasing, registering, reminding, visiting
from bot.services.delivering import Dispatch
from bot.services.founding import found
from bot.services.handling import handle
from bot.services.lettering import new_code
from storage import schema
from tests.contract.stores import SqliteStore

T = TypeVar("T")

MORNING: Final = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
GROUP: Final = -1001234567890
TOPIC: Final = 7
RULES: Final = loader.default()


def account_of(name: str) -> int:
    """Return the account that somebody of that name has, the same in every office."""
    return 5_000_000_000 + int.from_bytes(name.encode()) % 1_000_000_007


class Office:
    """One estate with its staff group, its people by name, and time that moves when told."""

    def __init__(self, cast: Mapping[str, Role], *, code: str = "HT", store: SqliteStore | None = None) -> None:
        """The cast's first clerk is on duty; everybody reads English."""
        self.store = store or SqliteStore(None)
        self.now = MORNING
        self.rules = RULES
        self._message = 1000
        members = [
            Person(0, account_of(name), name, 0, frozenset({role}), Language.ENGLISH) for name, role in cast.items()
        ]
        estate = Estate(0, code, "Harbour Terrace", "Asia/Hong_Kong", Language.ENGLISH, GROUP, TOPIC)
        self.estate_id = self.work(lambda tx: found(tx, estate, members)).id

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Give a transaction at the present moment."""
        with self.store.transaction(self.now) as tx:
            yield tx

    def work(self, what: Callable[[Transaction], T]) -> T:
        """Run `what` in a transaction at the present moment."""
        with self.transaction() as tx:
            return what(tx)

    async def transact(self, work: Callable[[Transaction], T]) -> T:
        """`bot.ports.store.Store`, for what speaks to a store."""
        return self.work(work)

    async def wipe(self) -> bool:
        """`bot.ports.store.Store`; a database in memory keeps no log."""
        return True

    async def look(self, work: Callable[[Transaction], T]) -> T:
        """`bot.ports.store.Store`, for what speaks to a store."""
        return self.work(work)

    # What arrives

    def receives(self, incoming: Incoming) -> None:
        """Handle one update."""
        self.work(lambda tx: handle(tx, self.rules, incoming))

    def writes(
        self,
        name: str,
        words: str = "",
        *,
        photo: bool = False,
        command: str | None = None,
        argument: str = "",
        chat: int | None = None,
        reply_to: int | None = None,
    ) -> int:
        """Let `name` write, in private unless another `chat` is given; return the message's id."""
        number = self.next_message()
        media = Media(MediaKind.PHOTO, f"file-{number}", f"unique-{number}", 1000) if photo else None
        message = MessageReceived(
            sender=self.sender(name),
            chat=self.chat(name, chat),
            message_id=number,
            sent_at=self.now,
            words=words,
            command=command,
            argument=argument,
            media=media,
            reply_to=reply_to,
        )
        self.receives(message)
        return number

    def edits(self, name: str, message_id: int, words: str) -> None:
        """Let `name` change the words of a private message."""
        self.receives(MessageEdited(self.sender(name), self.chat(name, None), message_id, words))

    def taps(self, name: str, data: str, *, chat: int | None = None, message_id: int | None = None) -> TapAnswer | None:
        """Let `name` press a button; return the answer to the tap."""
        query = f"q{self.next_message()}"
        self.receives(Tapped(self.sender(name), self.chat(name, chat), message_id, query, data))
        contents = (posted.letter.content for posted in self.letters())
        return next((c for c in contents if isinstance(c, TapAnswer) and c.query_id == query), None)

    def presses(self, name: str, choice: str) -> TapAnswer | None:
        """Let `name` press a current button of their running conversation; return the answer to the tap."""
        person = self.person(name)
        draft = self.work(lambda tx: tx.drafts.current(person.id, account_of(name), self.now))
        assert draft is not None, f"{name} has no conversation"
        return self.taps(name, Action(VERB, draft.ref, draft.revision, choice).encode())

    def files(self, name: str, words: str = "The lift is stuck.") -> Ticket:
        """Let `name` file a matter; return its ticket, everything sent."""
        self.writes(name, words)
        if self.person(name).is_staff:
            self.sends_finding(name)
        else:
            self.presses(name, "c.enquiry")
            self.presses(name, "submit")
        self.delivers()
        return self.tickets()[-1]

    def sends_finding(self, name: str) -> TapAnswer | None:
        """Let a colleague answer what is asked of what they have found, and send it; return the last tap's answer."""
        self.presses(name, "c.finding")
        self.presses(name, "skip")
        return self.presses(name, "submit")

    def claims(self, name: str, ticket: Ticket, *, chat: int | None = GROUP) -> TapAnswer | None:
        """Let `name` press Claim under the ticket's card; return the answer to the tap."""
        return self.taps(name, Action(Act.CLAIM, ticket.ref, ticket.version).encode(), chat=chat)

    def begins_answer(self, name: str, ticket: Ticket, *, chat: int | None = None) -> TapAnswer | None:
        """Let `name` press Answer under the ticket's card; return the answer to the tap."""
        return self.taps(name, Action(Act.ANSWER, ticket.ref, ticket.version).encode(), chat=chat)

    # Homes

    def letter(self, label: str) -> str:
        """Return the code on a new letter to that home, entered if it was not known."""

        def write(tx: Transaction) -> str:
            unit = tx.units.named(self.estate_id, label) or tx.units.add(self.estate_id, label)
            return new_code(tx, unit)

        return self.work(write)

    def asks_for_home(self, name: str, words: str) -> str:
        """Let `name` ask the office to confirm a home in their own words; return the name."""
        self.writes(name, "/settings", command="settings")
        self.taps(name, Action(registering.HOME, "-", 0, ASK).encode())
        self.writes(name, words)
        self.presses(name, "submit")
        return name

    def request_of(self, name: str) -> Request:
        """Return what `name` asks the office."""
        person = self.person(name)
        request = self.work(lambda tx: tx.households.open_request_of(person.id))
        assert request is not None
        return request

    def unit(self, label: str) -> Unit:
        """Return a home."""
        unit = self.work(lambda tx: tx.units.named(self.estate_id, label))
        assert unit is not None
        return unit

    def home_of(self, name: str) -> Residency:
        """Return where `name` lives."""
        person = self.person(name)
        home = self.work(lambda tx: tx.households.home_of(person.id))
        assert home is not None, f"{name} has no home"
        return home

    def fires(self) -> int:
        """Fire what is due; return how many timers."""
        windows = self.work(lambda tx: reminding.fire(tx, self.rules, 100))
        visits = self.work(lambda tx: visiting.fire(tx, self.rules, 100))
        return windows + visits + self.work(lambda tx: erasing.fire(tx, self.rules, 100))

    def passes(self, **duration: float) -> None:
        """Let time pass."""
        self.now += timedelta(**duration)

    # What goes out

    def waiting(self) -> tuple[int, ...]:
        """Return the letters that may be sent now, each chat's in their order."""
        heads = self.work(lambda tx: tx.outbox.heads(0, 1000))
        return tuple(h.id for h in sorted(heads, key=lambda h: (h.lane, h.id)) if h.not_before <= self.now)

    def take(self, letter_id: int) -> Dispatch | None:
        """Take a letter to be sent."""
        return self.work(lambda tx: delivering.take(tx, letter_id))

    def settle(self, letter_id: int, outcome: Outcome) -> Posted:
        """Record what became of a letter that was taken; return it as it then stands."""
        self.work(lambda tx: delivering.settle(tx, self.rules, letter_id, outcome))
        return self.work(lambda tx: tx.outbox.get(letter_id))

    def delivers(self) -> None:
        """Send everything that may be sent, with success; raise where it never comes to an end."""
        for _ in range(200):
            letters = self.waiting()
            if not letters:
                return
            for letter_id in letters:
                dispatch = self.take(letter_id)
                if dispatch:
                    self.settle(letter_id, Done() if dispatch.edit else Sent((self.next_message(),)))
        raise AssertionError("the outbox never empties")

    # What there is

    def letters(self) -> tuple[Posted, ...]:
        """Return every letter ever written, oldest first."""
        with self.store.connection() as connection:
            numbers = connection.execute(select(schema.outbox.c.id).order_by(schema.outbox.c.id)).scalars().all()
        return self.work(lambda tx: tuple(tx.outbox.get(number) for number in numbers))

    def told(self, name: str | int) -> str:
        """Return every sentence of the messages to `name` in private, or to a group, in English with parameters."""
        chat = account_of(name) if isinstance(name, str) else name
        letters = (posted.letter for posted in self.letters())
        notices = (x.content for x in letters if x.chat_id == chat and isinstance(x.content, Notice))
        return "\n".join(_in_english(line) for notice in notices for line in notice.screen.lines)

    def tickets(self) -> tuple[Ticket, ...]:
        """Return every ticket, oldest first."""
        with self.store.connection() as connection:
            numbers = connection.execute(select(schema.tickets.c.id).order_by(schema.tickets.c.id)).scalars().all()
        return self.work(lambda tx: tuple(tx.tickets.get(number) for number in numbers))

    def person(self, name: str) -> Person:
        """Return somebody of the cast as they stand in the database."""
        person = self.work(lambda tx: tx.people.by_account(account_of(name)))
        assert person is not None
        return person

    def rows(self, *tables: str) -> tuple[tuple[object, ...], ...]:
        """Return the whole content of some tables, to see whether anything has changed."""
        with self.store.connection() as connection:
            return tuple(tuple(row) for name in tables for row in connection.exec_driver_sql(f"SELECT * FROM {name}"))

    def sender(self, name: str) -> Sender:
        """Return `name` as who acts."""
        return Sender(account_of(name), name, "en")

    def chat(self, name: str, chat_id: int | None) -> Chat:
        """Return a group by its id, or the private chat of `name`."""
        return Chat(account_of(name), private=True) if chat_id is None else Chat(chat_id, private=chat_id > 0)

    def next_message(self) -> int:
        """Return an id that no message had before."""
        self._message += 1
        return self._message


def _in_english(line: Line) -> str:
    if isinstance(line, Quote):
        return line.words
    params = {name: _in_english(param) if isinstance(param, Text) else param for name, param in line.params.items()}
    return line.message.format_map(params)
