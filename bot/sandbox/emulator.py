"""One emulated Telegram: the world, its limits and failures, and what both of its interfaces stand on.

What it carries it checks as Telegram does. Not checked is what an uploaded file holds (whether a photo is one, and its
proportions), whether an address in a button leads anywhere, how long a file's link is good (an hour on Telegram), how
much one bot may edit or react, closed topics, slow mode, and the single rights of an administrator but for topics: a
bot that is restricted may not write at all.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.ports.clock import TimeMachine, Workload
from bot.ports.process import Process
from bot.sandbox.cast import BOT_ID, SANDBOX_TOKEN, Cast
from bot.sandbox.faults import Faults
from bot.sandbox.limits import Limits
from bot.sandbox.params import Params
from bot.sandbox.refusal import Refusal, bad_request, forbidden, too_many_requests
from bot.sandbox.world import PRESENT, Chat, Stored, World

_OTHER_POLL: Final = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


class Emulator:
    """State and rules shared by the Bot API and the control interface."""

    def __init__(
        self,
        token: str,
        clock: TimeMachine,
        *,
        cast: Cast | None,
        workload: Workload | None = None,
        limits: bool = True,
        public_url: str = "",
    ) -> None:
        """Set the scene.

        Args:
            token: Must be SANDBOX_TOKEN; a real one has no business here.
            clock: The clock of the world, moved by the control interface.
            cast: Who is there; None for an empty world.
            workload: What is asked whether the bot has settled; None when the emulator runs alone.
            limits: Whether Telegram's limits on sending are enforced.
            public_url: Where the page is, for links shown to people.

        Raises:
            ValueError: `token` is not the sandbox's.
        """
        if token != SANDBOX_TOKEN:
            raise ValueError("The sandbox runs with its own token only; unset the bot token to use it.")
        self.token = token
        self.clock = clock
        self.workload = workload
        self.public_url = public_url
        self.process: Process | None = None
        """The bot, where it can be killed and started anew by hand; None when it runs elsewhere."""
        self.world = World(clock, cast)
        self.limits = Limits(enabled=limits)
        self.faults = Faults()
        self.calls_running = 0
        """Calls being carried out, long polls aside."""
        self.last_call_at = 0.0
        """Time of the event loop at which the bot was last heard, long polls aside."""
        self._poll: asyncio.Future[Refusal] | None = None
        self.answered = asyncio.Condition()
        """Notified when a tap has been answered."""
        self.webhook_changed: Callable[[], Awaitable[None]] = _no_webhook

    @property
    def bot_alive(self) -> bool:
        """Whether there is a bot to be waited for; one that runs elsewhere is taken to be."""
        return self.process is None or self.process.alive

    def begin_poll(self) -> asyncio.Future[Refusal]:
        """Return a future for a new long poll, resolved when the poll has to end; the one before ends now."""
        self.end_poll(Refusal(409, _OTHER_POLL))
        self._poll = asyncio.get_running_loop().create_future()
        return self._poll

    def end_poll(self, reason: Refusal) -> None:
        """End the long poll that is waiting, if one is."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(reason)

    def chat(self, params: Params, name: str = "chat_id") -> Chat:
        """Return the chat that a call is about.

        Raises:
            Refusal: there is no such chat, it has become a supergroup, or the bot is not in it.
        """
        given = params.string(name)
        if not given:
            raise bad_request("chat_id is empty")
        try:
            chat = self.world.chats.get(int(given))
        except ValueError:
            chat = None
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        if not chat.private and chat.bot_status not in PRESENT:
            what = "kicked from" if chat.bot_status == "kicked" else "not a member of"
            verb = "was" if what.startswith("kicked") else "is"
            raise forbidden(f"bot {verb} {what} the {chat.type} chat")
        return chat

    def writable_chat(self, params: Params, what: str = "text messages") -> Chat:
        """Return the chat to send `what` to.

        Raises:
            Refusal: as `chat`, or its person has blocked the bot or has never written to it, or the group lets it read
                alone.
        """
        chat = self.chat(params)
        if chat.bot_status == "restricted":
            raise bad_request(f"not enough rights to send {what} to the chat")
        if chat.private and chat.bot_status == "kicked":
            raise forbidden("bot was blocked by the user")
        if chat.private and not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def thread(self, params: Params, chat: Chat) -> int | None:
        """Return the topic to send to, None for the general one or where there are none."""
        thread_id = params.integer("message_thread_id")
        if not thread_id:
            return None
        if thread_id not in chat.topics:
            raise bad_request("message thread not found")
        return thread_id

    def pace(self, chat: Chat, *, edit: bool = False, count: int = 1) -> None:
        """Count messages to a chat against Telegram's limits.

        Raises:
            Refusal: it is too soon (429); nothing was counted.
        """
        now = self.clock.now()
        wait = self.limits.spend(chat.id, now, group=not chat.private, edit=edit, count=count)
        if wait:
            raise too_many_requests(wait)

    def message(self, params: Params, chat: Chat, problem: str) -> Stored:
        """Return the message a call is about, or refuse with `problem`."""
        stored = chat.messages.get(params.integer("message_id"))
        if stored is None:
            raise bad_request(problem)
        return stored

    def reply_target(self, params: Params, chat: Chat) -> Stored | None:
        """Return the message that is replied to, if any.

        Raises:
            Refusal: it is gone and sending without it was not allowed.
        """
        reply = params.structure("reply_parameters")
        if reply is None or reply == {}:
            return None
        if not isinstance(reply, dict):
            raise bad_request("object expected as reply parameters")
        if reply.keys() - {"message_id", "chat_id", "allow_sending_without_reply", "quote"}:
            raise bad_request("field of reply parameters is not carried by the sandbox")
        if reply.get("chat_id", chat.id) not in (chat.id, str(chat.id)):
            raise bad_request("replies to another chat are not carried by the sandbox")
        if "message_id" not in reply:
            raise bad_request('can\'t find field "message_id"')
        message_id = reply.get("message_id")
        stored = chat.messages.get(message_id) if isinstance(message_id, int) else None
        if stored is None and not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        return stored

    def is_bot_admin(self, chat: Chat) -> bool:
        """Whether the bot is an administrator of a group."""
        return chat.members.get(BOT_ID) == "administrator"


async def _no_webhook() -> None:
    """Stand in until the server has started."""


def failure(refusal: Refusal) -> dict[str, Any]:
    """Return the answer to a call that was refused."""
    answer: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return answer
