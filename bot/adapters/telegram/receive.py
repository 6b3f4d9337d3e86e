"""The way in: by long poll or by webhook, each update committed before anyone is told that it arrived.

`caught_up` is set once what had gathered while the program was stopped is in the inbox; timers wait for it, so that
nobody is escalated who had acted in time.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import aiohttp
import structlog
import telegram
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.adapters.metrics import Metrics
from bot.adapters.supervisor import Fatal, Heartbeat
from bot.adapters.telegram.poll import ALLOWED_UPDATES, Pace, PollingEndedError, TokenRefusedError, poll
from bot.ports.inbox import Inbox, RawUpdate

log = structlog.get_logger()

#: Telegram gives out at most so many updates at once; fewer mean that there are no more.
FULL_BATCH: Final = 100
_WEBHOOK_GLANCE_S: Final = 20.0
_CATCH_UP_GLANCE_S: Final = 0.5
_CATCH_UP_S: Final = 60.0


class Intake:
    """The inbox, with word passed on of what was admitted."""

    def __init__(self, inbox: Inbox, metrics: Metrics, admitted: Callable[[], None]) -> None:
        self._inbox = inbox
        self._metrics = metrics
        self._admitted = admitted
        self.caught_up = asyncio.Event()
        self._latest = 0
        self._heard_at = time.monotonic()
        self._admitted_at = 0.0

    async def admit(self, updates: Sequence[RawUpdate]) -> None:
        """Commit `updates`, then say so."""
        await self._inbox.admit(updates)
        self._latest = len(updates)
        self._admitted_at = time.monotonic()
        self._metrics.received.inc(len(updates))
        self._admitted()

    def round_ended(self) -> None:
        """Note that a poll was answered and what it brought is committed."""
        if self._latest < FULL_BATCH:
            self.caught_up.set()
        self._latest = 0
        self.heard()

    def heard(self) -> None:
        """Note that Telegram answered."""
        self._heard_at = time.monotonic()

    def admitted_lately(self, seconds: float) -> bool:
        """Return whether an update was committed within so many seconds."""
        return time.monotonic() - self._admitted_at <= seconds

    def silence_s(self) -> float:
        """Return for how many seconds Telegram has not answered."""
        return time.monotonic() - self._heard_at


class PollReceiver:
    """Receives by long poll."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_url: str,
        token: str,
        intake: Intake,
        established: Callable[[], Awaitable[bool]],
        *,
        pace: Pace | None = None,
    ) -> None:
        """`established` says whether this token's updates have come to this database of late."""
        self._session = session
        self._api_url = api_url
        self._token = token
        self._intake = intake
        self._established = established
        self._pace = pace

    async def run(self, heart: Heartbeat) -> None:
        """Poll until told to stop; a refusal that trying again will not mend is `Fatal`."""
        established = await self._established()

        def beat() -> None:
            heart.beat()
            self._intake.round_ended()

        polling = asyncio.create_task(
            poll(
                self._session,
                self._api_url,
                self._token,
                self._intake,
                beat,
                established=established,
                failed=heart.beat,
                pace=self._pace,
            )
        )
        stopping = asyncio.create_task(heart.stopping.wait())
        try:
            await asyncio.wait((polling, stopping), return_when=asyncio.FIRST_COMPLETED)
            if polling.done():
                await polling
        except TokenRefusedError:
            raise  # one refusal may be a fault of theirs: the supervisor tries again, and gives up in time
        except PollingEndedError as error:
            raise Fatal(str(error)) from None
        finally:
            polling.cancel()
            stopping.cancel()
            await asyncio.gather(polling, stopping, return_exceptions=True)


class WebhookReceiver:
    """Has Telegram deliver to our webhook, and looks that it still does."""

    def __init__(
        self, bot: telegram.Bot, url: str, secret: str, intake: Intake, established: Callable[[], Awaitable[bool]]
    ) -> None:
        """`established` says whether this token's updates have come to this database of late."""
        self._bot = bot
        self._established = established
        self._url = url
        self._secret = secret
        self._intake = intake

    async def run(self, heart: Heartbeat) -> None:
        """Set the webhook and watch it until told to stop; a refusal, or another's in its place, is `Fatal`."""
        present = (await self._bot.get_webhook_info()).url
        if present not in ("", self._url) and not await self._established():
            raise Fatal(
                "Another webhook is set for this bot token, perhaps by another instance. Stop that one and delete its "
                "webhook (Bot API deleteWebhook), or give this one a token of its own."
            )
        try:
            await self._bot.set_webhook(
                self._url, secret_token=self._secret, allowed_updates=list(ALLOWED_UPDATES), max_connections=40
            )
        except BadRequest as error:
            raise Fatal(f"Telegram does not take SHOUWEN_WEBHOOK_URL: {error.message}.") from None
        heart.beat()
        while not heart.stopping.is_set():
            try:
                info = await self._bot.get_webhook_info()
            except InvalidToken:
                raise
            except TelegramError as error:
                log.warning("webhook.not_checked", error=type(error).__name__)
            else:
                if info.url != self._url:
                    raise Fatal(
                        "Another instance has taken this bot token's webhook. Stop it, or give it its own token."
                    )
                self._judge(info)
            heart.beat()
            pause = _WEBHOOK_GLANCE_S if self._intake.caught_up.is_set() else _CATCH_UP_GLANCE_S
            try:
                async with asyncio.timeout(pause):
                    await heart.stopping.wait()
            except TimeoutError:
                continue

    def _judge(self, info: telegram.WebhookInfo) -> None:
        """Telegram is heard while nothing waits there, or what waits keeps arriving; else it cannot reach us."""
        if info.pending_update_count == 0:
            self._intake.caught_up.set()
            self._intake.heard()
        elif self._intake.admitted_lately(_WEBHOOK_GLANCE_S):
            self._intake.heard()
        else:
            log.warning("webhook.not_reached", pending=info.pending_update_count, last_error=info.last_error_date)
            if self._intake.silence_s() > _CATCH_UP_S:
                self._intake.caught_up.set()  # what Telegram cannot bring us must not hold up what is due
