"""Delivery by webhook: one update after the other, each repeated until the bot answers 2xx."""

import asyncio
import contextlib
from typing import Final

import aiohttp

from bot.sandbox.emulator import Emulator

_TIMEOUT: Final = aiohttp.ClientTimeout(total=60)
_FIRST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 5.0


class WebhookPusher:
    """Posts the waiting updates while a webhook is set.

    Pauses between attempts are real seconds, as for any network client: they don't wait for a clock that is held.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._task: asyncio.Task[None] | None = None

    async def restart(self) -> None:
        """Follow a change of the webhook."""
        await self.stop()
        if self._emulator.world.webhook.get("url"):
            self._task = asyncio.create_task(self._push())

    async def stop(self) -> None:
        """Stop posting; an update under way counts as not delivered."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _push(self) -> None:
        updates = self._emulator.world.updates
        webhook = self._emulator.world.webhook
        headers = {"Content-Type": "application/json"}
        if webhook["secret"]:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook["secret"]
        pause = _FIRST_PAUSE_S
        async with aiohttp.ClientSession(timeout=_TIMEOUT, headers=headers) as session:
            while True:
                entry = updates.first()
                if entry is None:
                    await updates.arrival()
                    continue
                problem = await self._post(session, webhook["url"], entry.raw)
                if problem is None:
                    updates.done(entry)
                    pause = _FIRST_PAUSE_S
                    continue
                webhook["last_error_date"] = self._emulator.world.unix_now()
                webhook["last_error_message"] = problem
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_S)

    @staticmethod
    async def _post(session: aiohttp.ClientSession, url: str, raw: str) -> str | None:
        """Post one update; return what went wrong, as getWebhookInfo tells it."""
        try:
            async with session.post(url, data=raw) as response:
                await response.read()
                if 200 <= response.status < 300:
                    return None
                return f"Wrong response from the webhook: {response.status} {response.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError:
            return "Connection failed"
