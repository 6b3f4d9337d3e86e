"""Residents at their phones, through the emulator's control interface, whatever state the bot is in.

They do what people do: write, look at the chat, tap what is offered, look again, tap once more when nothing seems to
have happened. So a button is often pressed twice, and it must not matter.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.durability.counting import complaint, shown_number

Message = dict[str, Any]

#: What a resident taps, by a part of its label; the first that is on the screen.
WANTED = ("Submit", "Question")
LOOK_S = 0.25
#: A tap on a bot that is down stays unanswered; nobody waits longer before looking again.
TAP_S = 2.0
FAULT_S = 1.0


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Return when `condition` holds; what it asks lies in another process, so there is no event to wait for."""
    while not await condition():
        await asyncio.sleep(LOOK_S)


class Control:
    """The control interface of an emulator, alone or within a sandbox."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def _post(self, path: str, **body: object) -> Any:
        async with self._session.post(f"/sandbox/{path}", json=body) as answer:
            if not answer.ok:
                raise AssertionError(f"{path} was refused: {await answer.text()}")
            return await answer.json()

    async def newcomer(self, name: str) -> int:
        """Add an English-speaking person and return their id, which is also that of their private chat."""
        user = await self._post("users", first_name=name, language_code="en")
        return int(user["id"])

    async def write(self, person: int, text: str) -> None:
        """Send a text to the bot."""
        await self._post(f"chats/{person}/messages", text=text)

    async def shown(self, chat: int) -> list[Message]:
        """Return the messages of a chat as it shows them now, oldest first."""
        async with self._session.get(f"/sandbox/chats/{chat}/messages") as answer:
            answer.raise_for_status()
            messages: list[Message] = await answer.json()
            return messages

    async def tap(self, person: int, message: int, data: str) -> None:
        """Tap a button in a private chat; whether the bot answers, and what, is its affair."""
        await self._post(f"chats/{person}/messages/{message}/tap", data=data, timeout_s=TAP_S)

    async def advance(self, seconds: float) -> None:
        """Move the sandbox's clock on, everything that falls due on the way being done."""
        await self._post("clock", advance_s=seconds)

    async def faults(self, kind: str, rate: float, methods: Sequence[str], seed: int) -> None:
        """Let calls of the bot fail from now on; what is slow is so by `FAULT_S`."""
        await self._post("faults", kind=kind, rate=rate, methods=methods, seed=seed, delay_s=FAULT_S)

    async def no_faults(self) -> int:
        """End the faults; returns how many calls failed."""
        return sum(int(fault["injected"]) for fault in await self._post("faults"))

    async def state(self) -> dict[str, Any]:
        """Return what the emulator tells of itself."""
        async with self._session.get("/sandbox/state") as answer:
            answer.raise_for_status()
            state: dict[str, Any] = await answer.json()
            return state

    async def staff_group(self) -> int:
        """Return the id of the staff group."""
        groups = [chat["id"] for chat in (await self.state())["chats"] if chat["type"] == "supergroup"]
        assert len(groups) == 1, f"one staff group was expected, there are {len(groups)}"
        return int(groups[0])


@dataclass(frozen=True, slots=True)
class Resident:
    """A person with one complaint."""

    control: Control
    id: int
    case: int

    @classmethod
    async def arrives(cls, control: Control, case: int) -> "Resident":
        """Add a resident with the complaint of this case."""
        return cls(control, await control.newcomer(f"Resident {case}"), case)

    async def writes(self) -> None:
        """Send the complaint's words."""
        await self.control.write(self.id, complaint(self.case))

    async def looks(self) -> list[Message]:
        """Return what the bot's messages in the resident's chat are now."""
        return [message for message in await self.control.shown(self.id) if message["from"]["is_bot"]]

    async def goes_on(self) -> bool:
        """Look, and tap what leads on; returns whether the ticket's number is shown, which ends it."""
        messages = await self.looks()
        if any(shown_number(message) for message in messages):
            return True
        for message_id, data in _onward(messages)[:1]:
            await self.control.tap(self.id, message_id, data)
        return False

    async def hears_nothing(self) -> bool:
        """Whether the bot shows neither the ticket's number nor anything that leads on to it."""
        messages = await self.looks()
        return not any(shown_number(message) for message in messages) and not _onward(messages)

    async def files(self) -> None:
        """Carry the conversation from the first words to the ticket's number, however long the bot takes."""
        await self.writes()
        await until(self.goes_on)


def _onward(messages: list[Message]) -> list[tuple[int, str]]:
    """Return the buttons that lead on, as message and data, the one to be tapped first."""
    buttons = [
        (message["message_id"], button)
        for message in reversed(messages)
        for row in message.get("reply_markup", {}).get("inline_keyboard", ())
        for button in row
    ]
    return [
        (number, button["callback_data"]) for wanted in WANTED for number, button in buttons if wanted in button["text"]
    ]


class Crowd:
    """The residents: each carries one complaint through, on a task of its own."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def cases(self) -> range:
        """The cases of all who ever came."""
        return range(len(self._tasks))

    @property
    def busy(self) -> bool:
        """Whether anybody is still in a conversation."""
        return any(not task.done() for task in self._tasks)

    def grow(self) -> int:
        """Let one more resident come; return their case."""
        case = len(self._tasks)
        self._tasks.append(asyncio.create_task(self._file(case)))
        return case

    async def _file(self, case: int) -> None:
        await (await Resident.arrives(self._control, case)).files()

    async def done(self) -> None:
        """Return when everybody has a ticket number; raises what went wrong at anybody's phone."""
        for task in self._tasks:
            await asyncio.shield(task)

    async def disperse(self) -> None:
        """Let go of whoever still waits."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
