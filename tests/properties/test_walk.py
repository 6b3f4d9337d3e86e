"""A long random walk of residents and staff through every screen they are shown, on a real database.

They tap what is current and what is stale, write words, plain words and commands, send media and albums, change what
they wrote; now and then the program starts anew on the same file, or with another version of its conversation. After
each step nobody is stuck, nothing crosses to somebody else, no words are lost, and nothing has raised.

A walk is its seed: `-k seed7` walks the same way again, and a failure tells the last steps.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Final

import pytest
from sqlalchemy import select

from bot.adapters.telegram.render import render
from bot.domain.categories import CATEGORIES
from bot.domain.people import Permission, Role
from bot.domain.tickets import Ticket
from bot.flows.catalogue import FLOWS
from bot.flows.draft import Draft, DraftState, Item, Media, MediaKind
from bot.flows.flow import Flow
from bot.flows.report import REPORT
from bot.flows.screen import Action, Screen, decode
from bot.flows.showing import VERB
from bot.flows.words import WORDS
from bot.ports.incoming import MessageEdited, MessageReceived, Tapped
from bot.ports.messenger import AnswerTap, Button, Done, EditText, SendAlbum, SendMedia, SendText, Sent
from bot.ports.outbox import Card, TapAnswer
from bot.ports.store import Source, Transaction
from bot.services import drawing, lapsing, nudging, reporting
from bot.services.delivering import Dispatch
from bot.services.refusals import SENTENCES
from storage import schema
from tests.contract.stores import SqliteStore
from tests.office import GROUP, Office, account_of

CAST: Final = {
    "chan": Role.RESIDENT,
    "smith": Role.RESIDENT,
    "wong": Role.RESIDENT,
    "guard": Role.FRONTLINE,
    "clerk": Role.CLERK,
    "technician": Role.TECHNICIAN,
    "director": Role.DIRECTOR,
}
#: Whom nobody has set up; they become residents at their first word.
NEWCOMER: Final = "newcomer"
EVERYBODY: Final = (*CAST, NEWCOMER)
_ACCOUNTS: Final = {account_of(name): name for name in EVERYBODY}

STEPS_A_WALK: Final = 500
_LAST: Final = 12
_MOST_BUTTONS: Final = 40
_MOST_DRAFTS: Final = 6
_REFUSED: Final = frozenset(sentence.message for sentence in SENTENCES.values())
_MARK: Final = re.compile(r"~\d+~")
_LEFT_OPEN: Final = re.compile(r"[{}]")
#: What somebody typed themselves, whole or where it was clipped.
_TYPED: Final = re.compile(r"\{who\}|\{(?:w(?:ho?)?)?…")
_COMMANDS: Final = ("start", "new", "report", "my", "help", "contact", "privacy", "rules", "cancel", "settings", "what")
_KINDS: Final = tuple(MediaKind)
_ONWARD: Final = frozenset({"submit", "skip", "on"})
_PADDING: Final = ("", "", "", " x" * 200, "😀" * 900, "<b>&amp;{who}", "\n\n二樓漏水", "字" * 3900)


def _without(*step_ids: str) -> Flow:
    return replace(REPORT, steps=tuple(step for step in REPORT.steps if step.id not in step_ids))


#: What another version of the program may have for a conversation.
VERSIONS: Final = (REPORT, _without("since"), _without("wish", "where"), _without("name"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A button where somebody could tap it, or could once."""

    chat_id: int
    message_id: int
    data: str


class Walk:
    """One office under a random walk, and what its chats show."""

    def __init__(self, seed: int, path: Path, patch: pytest.MonkeyPatch) -> None:
        self.random = Random(seed)
        self.seed = seed
        self.path = path
        self.patch = patch
        self.office = Office(CAST, store=_opened(path))
        self.done: deque[str] = deque(maxlen=_LAST)
        self.counted: Counter[str] = Counter()
        self.marks = 0
        self.version = REPORT.version
        self.author: dict[str, str] = {}
        self.file_of: dict[str, str] = {}
        self.sent: list[tuple[str, int]] = []
        self.messages: dict[tuple[int, int], Screen] = {}
        self.buttons: dict[int, deque[Shown]] = {}
        self.refused: set[int] = set()
        self.ticket_of: dict[str, int] = {}
        self.office.work(
            lambda tx: tx.estates.update(
                replace(tx.estates.get(self.office.estate_id), phone="2345 6789", emergency_phone="2345 6780")
            )
        )

    def goes(self, steps: int) -> None:
        """Take so many steps; a failure tells where it was."""
        for number in range(steps):
            try:
                self.step()
            except Exception as error:
                error.add_note("\n".join([f"seed {self.seed}, step {number}:", *self.done]))
                raise
        self.office.close()

    def step(self) -> None:
        """Let somebody do something, and look at everybody."""
        name = self.random.choice(EVERYBODY)
        act = self.random.choices(
            (self.taps, self.taps_what_is_old, self.writes, self.sends_an_album, self.says_a_plain_word,
             self.commands, self.changes, self.replies, self.time_passes, self.restarts, self.has_another_version),
            (44, 10, 14, 3, 4, 5, 6, 4, 4, 1, 1),
        )[0]  # fmt: skip
        self.counted[act.__name__] += 1
        self.refused.clear()
        act(name)
        self.delivers()
        self.nobody_is_stuck()

    # What people do

    def taps(self, name: str) -> None:
        """Tap a button of the last message that has any."""
        seen = self.buttons.get(self.chat_of(name))
        if not seen:
            self.writes(name)
            return
        last = seen[-1].message_id
        current = [shown for shown in seen if shown.message_id == last]
        # Who has reached the end rather goes on than leaves.
        onward = [shown for shown in current if not shown.data.endswith((":cancel", ":back"))]
        self.tap(name, self.random.choice(onward if onward and self.random.random() < 0.8 else current))

    def taps_what_is_old(self, name: str) -> None:
        """Tap a button shown at any time, now and then somebody else's or a forged one."""
        chat = self.random.choice((self.chat_of(name), self.chat_of(name), GROUP, *self.buttons))
        if seen := self.buttons.get(chat):
            shown = self.random.choice(seen)
            if self.random.random() < 0.1:
                shown = replace(shown, data=shown.data + self.random.choice(("x", "9", ":", "c.lift")))
            self.tap(name, replace(shown, chat_id=shown.chat_id if shown.chat_id == GROUP else self.chat_of(name)))

    def tap(self, name: str, shown: Shown) -> None:
        self.done.append(f"{name} taps {shown.data} in {shown.chat_id}")
        query = f"q{self.office.next_message()}"
        action = decode(shown.data)
        with self.keeps_words(name, action):
            self.office.receives(
                Tapped(
                    self.office.sender(name),
                    self.office.chat(name, shown.chat_id),
                    shown.message_id,
                    query,
                    shown.data,
                )
            )
        self.delivers()
        if action and action.verb == VERB:
            self.shows_how_it_stands(name, action)

    def writes(self, name: str) -> None:
        """Write, with a file or without."""
        words = self.words(name)
        kind = self.random.choice((None, None, None, *_KINDS))
        if self.random.random() < 0.05:
            self.send(name, unknown_kind="poll")
        elif kind:
            self.send(name, words if self.random.random() < 0.5 else "", media=self.media(name, kind))
        else:
            self.send(name, words)

    def sends_an_album(self, name: str) -> None:
        """Send two to four photos as one."""
        album = f"album-{self.office.next_message()}"
        words = self.words(name)
        for _ in range(self.random.randint(2, 4)):
            self.send(name, words, media=self.media(name, MediaKind.PHOTO), album=album)
            words = ""

    def says_a_plain_word(self, name: str) -> None:
        """Write nothing but a word that does what a command does."""
        self.send(name, self.random.choice(list(WORDS)))

    def commands(self, name: str) -> None:
        """Send a command, with words after it or without."""
        command = self.random.choice(_COMMANDS)
        if command in ("new", "report", "what") and self.random.random() < 0.3:
            words = self.words(name)
            self.send(name, f"/{command} {words}", command=command, argument=words)
        else:
            self.send(name, f"/{command}", command=command)

    def changes(self, name: str) -> None:
        """Change the words of a message sent before."""
        own = [number for who, number in self.sent if who == name]
        if own:
            number = self.random.choice(own[-8:])
            words = self.words(name)
            self.done.append(f"{name} changes {number} to {words[:20]!r}")
            edited = MessageEdited(self.office.sender(name), self.office.chat(name, None), number, words)
            draft = self.current(name)
            source = Source(account_of(name), number)
            known = self.office.work(lambda tx: tx.texts.by_source(source))
            joined = known or (draft and any(item.message_id == number for item in draft.items))
            with self.keeps_words(name, new=words if joined else "", changing=number):
                self.office.receives(edited)

    def replies(self, name: str) -> None:
        """Reply to a message of the bot's, in the group or alone with it."""
        chat = self.random.choice((GROUP, self.chat_of(name)))
        there = [message for where, message in self.messages if where == chat]
        if there:
            self.send(name, self.words(name), chat=chat, reply_to=self.random.choice(there[-20:]))

    def time_passes(self, _name: str) -> None:
        """Let minutes or many hours pass, so that windows end and drafts expire."""
        minutes = self.random.choice((1, 10, 31, 61, 25 * 60))
        self.done.append(f"{minutes} minutes pass")
        self.office.passes(minutes=minutes)
        self.office.fires()
        self.office.work(lambda tx: nudging.fire(tx, 100))
        if self.random.random() < 0.5:
            self.office.work(lambda tx: lapsing.forget(tx, 100))

    def restarts(self, _name: str) -> None:
        """End the program and start it anew on what its file holds."""
        self.done.append("restart")
        before = self.office
        before.close()
        store = _opened(self.path)
        store.chance = before.store.chance  # what it gives never comes twice
        self.office = Office(CAST, store=store)
        self.office.now = before.now
        self.office._message = before.next_message()

    def has_another_version(self, _name: str) -> None:
        """Start it with another version of the report's conversation."""
        self.version += 1
        flow = replace(self.random.choice(VERSIONS), version=self.version)
        self.done.append(f"version without {[s.id for s in REPORT.steps if s not in flow.steps]}")
        self.patch.setitem(FLOWS, "report", flow)
        self.patch.setattr(reporting, "REPORT", flow)

    def send(
        self,
        name: str,
        words: str = "",
        *,
        command: str | None = None,
        argument: str = "",
        media: Media | None = None,
        album: str | None = None,
        chat: int | None = None,
        reply_to: int | None = None,
        unknown_kind: str | None = None,
    ) -> None:
        number = self.office.next_message()
        self.done.append(f"{name} sends {number} {words[:20]!r} {media.kind if media else ''} {unknown_kind or ''}")
        message = MessageReceived(
            self.office.sender(name),
            self.office.chat(name, chat),
            number,
            self.office.now,
            words,
            command,
            argument,
            media,
            album,
            reply_to,
            unknown_kind,
        )
        private = message.chat.private
        if private and words:
            self.sent.append((name, number))
        with self.keeps_words(name, new=words if private else ""):
            self.office.receives(message)

    def words(self, name: str) -> str:
        self.marks += 1
        mark = f"~{self.marks}~"
        self.author[mark] = name
        return f"{mark} {self.random.choice(_PADDING)}".strip()

    def media(self, name: str, kind: MediaKind) -> Media:
        number = self.office.next_message()
        self.file_of[f"file-{number}"] = name
        return Media(kind, f"file-{number}", f"unique-{number}", 1000)

    def chat_of(self, name: str) -> int:
        return account_of(name)

    # What the chats show

    def delivers(self) -> None:
        """Send everything that may be sent, and look at each message as its reader does."""
        while letters := self.office.waiting():
            for letter_id in letters:
                dispatch = self.office.take(letter_id)
                if dispatch:
                    self.deliver(letter_id, dispatch)

    def deliver(self, letter_id: int, dispatch: Dispatch) -> None:
        call = render(dispatch)
        numbers: tuple[int, ...] = ()
        match call:
            case SendText() | EditText():
                assert isinstance(dispatch.content, Screen)
                number = call.message_id if isinstance(call, EditText) else self.office.next_message()
                numbers = (number,)
                self.reads(call.chat_id, call.plain)
                self.messages[(call.chat_id, number)] = dispatch.content
                seen = self.buttons.setdefault(call.chat_id, deque(maxlen=_MOST_BUTTONS))
                for button in (button for row in call.keyboard for button in row):
                    assert isinstance(button, Button)
                    assert button.label.strip()
                    assert not _LEFT_OPEN.search(_TYPED.sub("", button.label))
                    seen.append(Shown(call.chat_id, number, button.data))
                if any(line.message in _REFUSED for line in dispatch.content.lines if hasattr(line, "message")):
                    self.refused.add(call.chat_id)
            case SendMedia():
                numbers = (self.office.next_message(),)
                self.may_be_read(call.chat_id, self.file_of[call.file_id], None, call.file_id)
            case SendAlbum():
                numbers = tuple(self.office.next_message() for _ in call.items)
                for item in call.items:
                    self.may_be_read(call.chat_id, self.file_of[item.file_id], None, item.file_id)
            case AnswerTap():
                assert isinstance(dispatch.content, TapAnswer)
                assert not _LEFT_OPEN.search(call.text)
                assert not _MARK.search(call.text)
        sends = isinstance(call, SendText | SendMedia | SendAlbum)
        self.office.settle(letter_id, Sent(numbers) if sends else Done())

    def reads(self, chat_id: int, plain: str) -> None:
        """Whoever reads this in that chat may read everything that it quotes."""
        assert not _LEFT_OPEN.search(_TYPED.sub("", plain)), plain
        for mark in _MARK.findall(plain):
            self.may_be_read(chat_id, self.author[mark], mark, None)

    def may_be_read(self, chat_id: int, author: str, mark: str | None, file_id: str | None) -> None:
        if chat_id == account_of(author):
            return
        ticket = self.ticket_with(mark, file_id)
        if ticket is None and mark and self.asked_for_a_home(mark):
            assert chat_id == GROUP or self.office.person(_ACCOUNTS[chat_id]).may(Permission.ADMIT)
            return
        assert ticket is not None, f"{mark or file_id} of {author} in {chat_id} before it was submitted"
        confidential = CATEGORIES[ticket.category].confidential
        if chat_id == GROUP:
            assert not confidential, f"{mark or file_id} is about a colleague and stands in the group"
            return
        reader = self.office.person(_ACCOUNTS[chat_id])
        needed = Permission.READ_CONFIDENTIAL if confidential else Permission.CLAIM
        assert reader.id == ticket.filer_id or reader.may(needed), f"{mark or file_id} of {author} before {reader.name}"

    def ticket_with(self, mark: str | None, file_id: str | None) -> Ticket | None:
        """Return the ticket that holds those words or that file."""
        known = mark or file_id or ""
        if known not in self.ticket_of:
            texts, files = schema.texts.c, schema.attachments.c
            found = (
                select(texts.ticket_id).where(texts.content.contains(mark))
                if mark
                else select(files.ticket_id).where(files.file_id == file_id)
            )
            with self.office.store.connection() as connection:
                number = connection.execute(found.limit(1)).scalar_one_or_none()
            if number is None:
                return None
            self.ticket_of[known] = number
        return self.office.work(lambda tx: tx.tickets.get(self.ticket_of[known]))

    def asked_for_a_home(self, mark: str) -> bool:
        """Whether those words name a home that somebody asked the office to confirm."""
        with self.office.store.connection() as connection:
            found = select(schema.home_requests.c.ref).where(schema.home_requests.c.words.contains(mark))
            return connection.execute(found.limit(1)).first() is not None

    # What must hold

    def nobody_is_stuck(self) -> None:
        """Whoever is in a conversation sees its screen, with a way forward and a way out."""
        with self.office.transaction() as tx:
            for account, name in _ACCOUNTS.items():
                person = tx.people.by_account(account)
                draft = tx.drafts.current(person.id, account, self.office.now) if person else None
                flow = FLOWS.get(draft.flow) if draft else None
                if draft is None or flow is None:
                    continue
                card, wanted = _card_of(tx, draft)
                screen = self.messages[(card.chat_id, card.message_id or 0)]
                if draft.flow_version == flow.version:
                    assert screen == wanted, f"{name} sees another screen than theirs"
                choices = [p.action.choice for row in screen.buttons for p in row if p.action.verb == VERB]
                assert "cancel" in choices, f"{name} has no way out"
                step = flow.step(draft.step)
                onward = [choice for choice in choices if choice in _ONWARD or choice.startswith("c.")]
                assert onward or (step and (step.words or step.matter or step.own_files)), f"{name} has no way forward"

    def shows_how_it_stands(self, name: str, action: Action) -> None:
        """Whoever has tapped in a conversation of theirs sees it as it stands."""
        with self.office.transaction() as tx:
            draft = tx.drafts.by_ref(action.ref)
            if draft and draft.state is DraftState.OPEN and draft.chat_id == account_of(name):
                card, wanted = _card_of(tx, draft)
                assert self.messages[(card.chat_id, card.message_id or 0)] == wanted, f"{name} is left at an old screen"

    @contextmanager
    def keeps_words(
        self, name: str, action: Action | None = None, *, new: str = "", changing: int | None = None
    ) -> Iterator[None]:
        """What is written and what was in a conversation is still there, unless its writer took it out or was told."""
        before = self.drafts_of(name)
        yield
        self.delivers()
        kept = self.kept(name, tuple(before))
        taken_out: set[str] = set()
        for draft in before.values():
            for item in draft.items:
                if self.took_out(draft, item, action, new, changing):
                    taken_out |= set(_MARK.findall(item.words))
        held = {mark for draft in before.values() for item in draft.items for mark in _MARK.findall(item.words)}
        for mark in (held - taken_out) | set(_MARK.findall(new)):
            told = mark in new and account_of(name) in self.refused
            passed_on = self.ticket_with(mark, None) or self.asked_for_a_home(mark)
            assert mark in kept or told or passed_on, f"{mark} of {name} is lost"

    @staticmethod
    def took_out(draft: Draft, item: Item, action: Action | None, new: str, changing: int | None) -> bool:
        """Whether its writer took these words out of a draft: by Back, by a tap in their place, by writing anew."""
        if item.message_id == changing:
            return True
        if action and action.ref == draft.ref:
            return action.choice == "back" or (item.step != "" and item.step == draft.step)
        return draft.editing and bool(new or changing) and item.step in ("", draft.step)

    def drafts_of(self, name: str) -> dict[str, Draft]:
        """Return the conversations that somebody can still go on with, those touched last, by reference."""
        drafts = schema.drafts.c
        open_ones = (
            select(drafts.ref)
            .where(
                drafts.chat_id == account_of(name),
                drafts.state == DraftState.OPEN.value,
                drafts.expires_at > self.office.now,
            )
            .order_by(drafts.touch.desc())
            .limit(_MOST_DRAFTS)
        )
        with self.office.store.connection() as connection:
            refs = connection.execute(open_ones).scalars().all()
        with self.office.transaction() as tx:
            return {ref: draft for ref in refs if (draft := tx.drafts.by_ref(ref))}

    def kept(self, name: str, refs: tuple[str, ...]) -> set[str]:
        """Return what is in the conversations `refs` and in those open now, but for those that became a ticket."""
        drafts = list(self.drafts_of(name).values())
        with self.office.transaction() as tx:
            drafts += [draft for ref in refs if (draft := tx.drafts.by_ref(ref)) and draft.state != DraftState.DONE]
        return {mark for draft in drafts for item in draft.items for mark in _MARK.findall(item.words)}

    def current(self, name: str) -> Draft | None:
        with self.office.transaction() as tx:
            person = tx.people.by_account(account_of(name))
            return tx.drafts.current(person.id, account_of(name), self.office.now) if person else None


def _opened(path: Path) -> SqliteStore:
    """Open a database that ends with the process at the latest, so that nothing need wait for the disk."""
    store = SqliteStore(path)
    store._raw.execute("PRAGMA synchronous=OFF")
    return store


def _card_of(tx: Transaction, draft: Draft) -> tuple[Card, Screen | None]:
    """Return the card of a conversation, and what it would show if it were drawn now."""
    card = tx.cards.of_draft(draft.ref)
    assert card is not None
    return card, drawing.draw(tx, card)


def _walks(seed: int, path: Path, patch: pytest.MonkeyPatch) -> Counter[str]:
    walk = Walk(seed, path / "walk.db", patch)
    walk.goes(STEPS_A_WALK)
    return walk.counted


@pytest.mark.parametrize("seed", range(4), ids=lambda seed: f"seed{seed}")
def test_two_thousand_steps_lead_nobody_astray(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _walks(seed, tmp_path, monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 120), ids=lambda seed: f"seed{seed}")
def test_ten_thousand_steps_lead_nobody_astray(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _walks(seed, tmp_path, monkeypatch)
