"""A shift at the front desk: many residents, thirty colleagues, and all their matters at the same time.

Each matter is a story in steps. The shift goes in rounds: of every story under way one step is done, all of them at
once as people tap at once, then the bot is left to settle and a minute passes. Who does what is drawn by a seeded
chance; somebody in the middle of a conversation does nothing else, as a person would.

Whatever anybody writes bears a mark of its matter. A recorder sees every message and every edit as it comes to a phone,
so that what was shown for a moment counts like what stands in the end.
"""

import asyncio
import json
import random
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from bot.domain.people import Role
from bot.main import Running
from bot.ports.store import Invitation, Transaction
from bot.services.joining import digest_of
from tests.phones import JPEG, Json, Phone, Sandbox, buttons, labels

#: Who comes to work beside those whom the sandbox knows already, by role and department: together they are thirty.
STAFF: Final = (
    *[(Role.CLERK, "service")] * 9,
    *[(Role.TECHNICIAN, "engineering")] * 10,
    *[(Role.TECHNICIAN, "security")] * 2,
    *[(Role.TECHNICIAN, "cleaning")] * 2,
)
#: Those of the sandbox who lead, and the clerk who is on duty: they may be told of any matter.
LEADERS: Final = ("clerk", "head", "supervisor", "director")
_MARK: Final = re.compile(r"\b([0-9]{3})-([a-z]+)\b")
_NUMBER: Final = re.compile(r"HT-2026-[0-9]{4}")
_ROUND_S: Final = 60
_LOOKS_BACK: Final = 150
"""So many messages of a chat are read at each step: all of them would take longer with every ticket."""

Step = Callable[[Phone], Awaitable[object]]


@dataclass(slots=True, eq=False)
class Matter:
    """What one resident has to tell, and what has become of it."""

    index: int
    resident: Phone
    number: str = ""
    hands: list[Phone] = field(default_factory=list)
    """Whose it has been, the first contact first."""
    insiders: set[int] = field(default_factory=set)
    """The colleagues who had it, to whom it was offered, or who were asked to check it."""
    told: list[str] = field(default_factory=list)
    """What the resident must have been shown, in this order."""
    contested: int = 0
    """How many tapped Claim in the same moment."""
    over: bool = False

    def mark(self, what: str) -> str:
        """Return words that are this matter's alone."""
        return f"{self.index:03}-{what}"


class Recorder:
    """Every version of every message that any phone has ever shown, by chat, in the order of their coming."""

    def __init__(self) -> None:
        self.shown: dict[int, list[Json]] = defaultdict(list)
        self.begun = asyncio.Event()
        self.cut = False

    async def listen(self, session: aiohttp.ClientSession, url: str) -> None:
        """Take in the news until cancelled."""
        async with session.get(f"{url}/sandbox/events", timeout=aiohttp.ClientTimeout(total=None)) as response:
            async for line in response.content:
                self.begun.set()
                if line.startswith(b"data: "):
                    self._note(json.loads(line.removeprefix(b"data: ")))
        self.cut = True

    def _note(self, news: Any) -> None:
        if news["type"] in {"message", "edit"}:
            self.shown[news["chat_id"]].append(news["message"])

    def began(self, chat: int) -> list[str]:
        """Return what each message of the bot in a chat said when it came, when that was, and below which other.

        A reminder may say at the second of its times what it said at the first.
        """
        first: dict[int, str] = {}
        for message in self.shown[chat]:
            if message["from"]["is_bot"]:
                above = message.get("reply_to_message", {}).get("message_id", "")
                first.setdefault(message["message_id"], f"{message['date']} {above} {_words(message)}")
        return list(first.values())

    def words(self, chat: int) -> list[str]:
        """Return what the bot has shown in a chat, what its buttons say included."""
        return [_words(message) for message in self.shown[chat] if message["from"]["is_bot"]]


def marks(words: Iterable[str]) -> set[tuple[int, str]]:
    """Return the marks in some words: of which matter, and of what."""
    return {(int(index), what) for text in words for index, what in _MARK.findall(text)}


def numbers(words: Iterable[str]) -> set[str]:
    """Return the ticket numbers in some words."""
    return {number for text in words for number in _NUMBER.findall(text)}


class Rounds:
    """Keeps step: nobody begins a round before everybody has ended the one before."""

    def __init__(self) -> None:
        self._at_work = 0
        self._waiting: list[asyncio.Future[None]] = []
        self._all_done = asyncio.Event()

    @property
    def taking_part(self) -> int:
        """How many will be in the next round."""
        return len(self._waiting) + self._at_work

    async def turn(self) -> None:
        """End one's part in this round, and return when the next begins."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self.leave()
        await future

    def join(self) -> None:
        """Take part from the round that is going to begin."""
        self._at_work += 1

    def leave(self) -> None:
        """Take part no more."""
        self._at_work -= 1
        if not self._at_work:
            self._all_done.set()

    async def play(self) -> None:
        """Let everybody do one round."""
        self._all_done.clear()
        begun, self._waiting = self._waiting, []
        self._at_work += len(begun)
        for future in begun:
            future.set_result(None)
        await self._all_done.wait()


class Shift:
    """The people of the shift, and the ways that a matter can take."""

    def __init__(self, sandbox: Sandbox, seed: int) -> None:
        self.sandbox = sandbox
        self.colleagues: dict[str, Phone] = {}
        """Everybody who may come to hold a ticket, by the name that the bot calls them."""
        self.leaders: dict[str, Phone] = {}
        """By their key in the sandbox."""
        self.residents: list[Phone] = []
        self.matters: list[Matter] = []
        self._rounds = Rounds()
        self._chance = random.Random(seed)
        self._busy: set[int] = set()
        self._cards: list[Json] = []

    async def opens(self, bot: Running, residents: int) -> None:
        """Let everybody come to work, and the residents take their phones."""
        self.leaders = {key: await self.sandbox.phone(key) for key in LEADERS}
        for place, (role, department) in enumerate(STAFF):
            await bot.store.transact(_inviting(f"colleague-{place}", role, department))
            phone = await self.sandbox.newcomer(f"Colleague {place:02}")
            self.colleagues[phone.name] = phone
            await phone.joins(self.sandbox.group)
            await phone.sends(f"/start colleague-{place}")
        self.residents = [await self.sandbox.newcomer(f"Resident {place:03}") for place in range(residents)]
        for phone in (*self.leaders.values(), *self.colleagues.values(), *self.residents):
            phone.looks_back = _LOOKS_BACK

    async def goes(self, matters: int, *, at_once: int) -> None:
        """Live the shift: so many matters, so many of them under way at a time."""
        self.matters = [Matter(index, self._chance.choice(self.residents)) for index in range(matters)]
        coming = list(self.matters)
        async with asyncio.TaskGroup() as stories:
            while coming or self._rounds.taking_part:
                while coming and self._rounds.taking_part < at_once:
                    self._rounds.join()
                    stories.create_task(self._live(coming.pop(0)))
                await self._rounds.play()
                await self.sandbox.advance(seconds=_ROUND_S)
                self._cards = await self.leaders["clerk"].screen(self.sandbox.group)

    async def _live(self, matter: Matter) -> None:
        try:
            await self._story(matter)
        finally:
            self._rounds.leave()

    # The story

    async def _story(self, matter: Matter) -> None:
        """Take a matter from its first word to the resident's "solved"."""
        await self._is_filed(matter)
        await self._is_claimed(matter)
        if self._chance.random() < 0.3:
            await self._is_asked(matter)
        if self._chance.random() < 0.4:
            await self._is_handed_on(matter)
        if self._chance.random() < 0.3:
            note = (
                self._picks(matter, "📝 Note"),
                self._writes(matter, "note"),
                self._sends(matter, "note", "📝 Note it"),
            )
            await self._does(matter.hands[-1], *note)
        if self._chance.random() < 0.6:
            answer = (self._picks(matter, "✍ Answer"), self._writes(matter, "answer"), self._sends(matter, "answer"))
            await self._does(matter.hands[-1], *answer)
            matter.told.append(matter.mark("answer"))
        await self._is_done(matter, "done")
        ends = [self._picks(matter, "✅ Yes, solved")]
        if self._chance.random() < 0.15:
            ends += [self._taps("🌟"), self._taps("Confirm")]  # what came again is visited
            again = (self._picks(matter, "🔁 Not solved"), self._writes(matter, "again"))
            await self._does(matter.resident, *again)
            matter.hands.append(matter.hands[0])
            await self._is_done(matter, "better")
        await self._does(matter.resident, *ends)
        matter.told.append("🏁")
        matter.over = True

    async def _is_filed(self, matter: Matter) -> None:
        words = f"{matter.mark('report')} {self._chance.getrandbits(64):x}"
        photo = JPEG if self._chance.random() < 0.3 else None

        async def writes(phone: Phone) -> None:
            await phone.sends(words, photo=photo, settle=False)

        async def says_that_it_is_new(phone: Phone) -> None:
            if any("🆕" in label for message in await phone.screen() for label in labels(message)):
                await phone.taps("🆕", settle=False, timeout_s=30)

        files = (writes, says_that_it_is_new, self._taps("Question"), self._taps("Submit"))
        await self._does(matter.resident, *files)
        (matter.number,) = numbers([self._card(matter)["text"]])
        matter.told.append(matter.number)

    async def _is_claimed(self, matter: Matter) -> None:
        """Let several tap Claim in the same moment; make sure that one has it and the others are told who."""
        card = self._card(matter)
        (claim,) = (button["callback_data"] for button in buttons(card) if "Claim" in button["text"])
        names = self._chance.sample(sorted(self.colleagues), self._chance.randint(1, 5))
        taps = (
            self.colleagues[name].forges(claim, card, chat=self.sandbox.group, settle=False, timeout_s=30)
            for name in names
        )
        answers = dict(zip(names, await asyncio.gather(*taps), strict=True))
        winners = [name for name, answer in answers.items() if "is yours now" in answer["text"]]
        assert len(winners) == 1, answers
        (winner,) = winners
        for name, answer in answers.items():
            assert name == winner or winner in answer["text"], answers
        self._is_given(matter, self.colleagues[winner])
        matter.contested = len(names)
        matter.told.append(winner)
        await self._rounds.turn()

    def _is_given(self, matter: Matter, phone: Phone) -> None:
        matter.hands.append(phone)
        matter.insiders.add(phone.id)

    async def _is_asked(self, matter: Matter) -> None:
        asks = (
            self._picks(matter, "❓ Ask the resident"),
            self._writes(matter, "question"),
            self._sends(matter, "question"),
        )
        await self._does(matter.hands[-1], *asks)
        matter.told.append(matter.mark("question"))
        replies = (self._picks(matter, "💬 Reply"), self._writes(matter, "reply"), self._sends(matter, "reply"))
        await self._does(matter.resident, *replies)

    async def _is_handed_on(self, matter: Matter) -> None:
        """Let the holder offer it to somebody of those who are shown, who takes it or does not."""
        chosen: list[str] = []

        async def chooses(phone: Phone) -> None:
            shown = labels(next(one for one in reversed(await phone.screen()) if self._named_in(labels(one))))
            named = self._named_in(shown)
            while not (free := [name for name in named if self.colleagues[name].id not in self._busy]):
                await self._rounds.turn()
            chosen.append(self._chance.choice(free))
            self._busy.add(self.colleagues[chosen[0]].id)  # sees to it next: an offer goes back after half an hour
            await phone.taps(chosen[0], settle=False)

        await self._does(matter.hands[-1], self._picks(matter, "➡️ Transfer"), chooses, self._taps("Needs a specialist"))
        receiver = self.colleagues[chosen[0]]
        matter.insiders.add(receiver.id)
        self._busy.remove(receiver.id)
        if self._chance.random() < 0.3:
            declines = (self._picks(matter, "👎 Decline"), self._taps("I am not on duty"))
            await self._does(receiver, *declines)
        else:
            await self._does(receiver, self._picks(matter, "👍 Accept"))
            self._is_given(matter, receiver)

    def _named_in(self, shown: list[str]) -> list[str]:
        return [name for name in self.colleagues if any(name in label for label in shown)]

    async def _is_done(self, matter: Matter, what: str) -> None:
        """Let the holder do it, and a second person check it: the first contact, else who is on duty."""
        holder, first = matter.hands[-1], matter.hands[0]
        photo = (self._writes(matter, what, JPEG), self._taps("✅ Solved"), self._taps("Wear and tear"))
        await self._does(holder, self._picks(matter, "✅ Done"), *photo, self._sends(matter, what, "✅ Done"))
        checker = first if first is not holder else self.leaders["clerk"]
        await self._does(checker, self._picks(matter, "✅ Checked, all well"))
        matter.told.append(matter.mark(what))

    # What one person does

    async def _does(self, phone: Phone, *steps: Step) -> None:
        """Let somebody do these things one a round, as soon as they are free, and nothing else meanwhile."""
        while phone.id in self._busy:
            await self._rounds.turn()
        self._busy.add(phone.id)
        for step in steps:
            await step(phone)
            await self._rounds.turn()
        self._busy.remove(phone.id)

    def _taps(self, label: str) -> Step:
        """Press the newest button of that label."""

        async def step(phone: Phone) -> None:
            await phone.taps(label, settle=False, timeout_s=30)

        return step

    def _writes(self, matter: Matter, what: str, photo: bytes | None = None) -> Step:
        async def step(phone: Phone) -> None:
            await phone.sends(matter.mark(what), photo=photo, settle=False)

        return step

    def _sends(self, matter: Matter, what: str, label: str = "📨 Send") -> Step:
        """Press the button below what was just written: another card may have come in the meantime."""

        async def step(phone: Phone) -> None:
            written = await self._under(phone, matter.mark(what), label)
            await phone.taps(label, message=written[0], settle=False, timeout_s=30)

        return step

    def _picks(self, matter: Matter, label: str) -> Step:
        """Press a button under this matter's ticket, unfolding what lies behind the first few where need be."""

        async def step(phone: Phone) -> None:
            if not (own := await self._under(phone, matter.number, label)):
                own = await self._under(phone, matter.number, "⋯ More")
                assert own, f"{phone.name} sees no {label!r} for {matter}"
                await phone.taps("⋯ More", message=own[0], settle=False, timeout_s=30)
                await self._rounds.turn()
                own = await self._under(phone, matter.number, label)
                assert own, f"{phone.name} sees no {label!r} for {matter}: {(await phone.screen())[-8:]}"
            answer = await phone.taps(label, message=own[0], settle=False, timeout_s=30)
            assert not answer["show_alert"], (phone, label, matter, answer["text"], _words(own[0]))

        return step

    @staticmethod
    async def _under(phone: Phone, words: str, label: str) -> list[Json]:
        """Return the messages with those words and that button, the newest first."""
        return [
            message
            for message in reversed(await phone.screen())
            if words in _words(message) and any(label in one for one in labels(message))
        ]

    def _card(self, matter: Matter) -> Json:
        """Return the matter's card in the staff group."""
        return next(one for one in self._cards if matter.mark("report") in one.get("text", ""))


def _words(message: Json) -> str:
    return "\n".join([message.get("text") or message.get("caption") or "", *labels(message)])


def _inviting(token: str, role: Role, department: str) -> Callable[[Transaction], None]:
    def work(tx: Transaction) -> None:
        estate = tx.estates.first()
        assert estate
        place = next(one.id for one in tx.departments.of_estate(estate.id) if one.code == department)
        tx.invites.add(digest_of(token), estate.id, Invitation(role, place), tx.now.replace(year=tx.now.year + 1))

    return work
