"""Long polling for updates (Bot API getUpdates), with what arrives committed before it is confirmed.

An offset is what confirms: it is sent only after the inbox has committed everything below it, and only until Telegram
has answered that nothing else is waiting. Then polls go without offset again, because update ids may restart lower
after a quiet week and an old offset would confirm, unseen, what it never covered.

Two instances on one token: Telegram lets a new poll end the one that waits, and tells the elder 409. An instance that
was at work repeats its poll at once, by which the newcomer's is ended in turn, with a 409 at most three seconds later.
So 409 early in one's life means somebody was here first: the newcomer yields (`TakenElsewhereError`). Under load that
409 may be late, and both then believe that they were first; so each bears conflicts the longer the longer it was at
work before they began. The younger of two yields sooner, and who yields leaves the other one's poll alone. A poll that
succeeds in between proves nothing, since updates that wait are given to both. An instance that
does not know that this token's updates are its own (`established` is False: another database may be at work on them)
goes through a probation first: polls without offset, whose updates are looked at by nobody and dropped. Being
unconfirmed, they come again, to the rightful instance or, after the probation, to this one.
"""

import asyncio
import json
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn
from urllib.parse import urlencode

import aiohttp
import structlog
from yarl import URL

from bot.adapters.telegram.raw import raw_update
from bot.ports.inbox import Inbox, RawUpdate

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates that the bot asks for, by polling and by webhook alike."""

log = structlog.get_logger(__name__)


class PollingEndedError(Exception):
    """Polling cannot go on. The text is for the person who runs the bot, and whole as it stands."""


class TokenRefusedError(PollingEndedError):
    """Telegram does not know the token (401, 404)."""


class TakenElsewhereError(PollingEndedError):
    """Another instance is polling with this token (409)."""


class WebhookActiveError(PollingEndedError):
    """A webhook is set for this token (409): Telegram then refuses polling."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How polling is timed; seconds of real time, whatever clock the bot lives by."""

    wait_s: int = 25
    """How long Telegram may hold a poll while nothing arrives."""
    margin_s: float = 10.0
    """How much longer than `wait_s` an answer may take before the connection counts as dead."""
    newcomer_s: float = 5.0
    """How long 409 makes an instance yield: Telegram holds a 409 back for up to 3 s, the elder repeats within 1 s."""
    first_delay_s: float = 0.5
    """The delay after the first failure; it doubles with each further one."""
    longest_delay_s: float = 15.0
    calm_s: float = 4.0
    """After so long without 409 the next one begins a new conflict: one that is started again and again, and yields
    each time, must not wear down who was here first."""
    patience: float = 0.1
    """For which part of the time that it was at work before a conflict an instance bears it."""
    longest_conflict_s: float = 60.0
    """How long even the eldest bears one: somebody who never yields must be stopped by a person."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """A round that brought nothing."""

    status: int
    """Telegram's answer; 0 if there was none, and then `description` is ours."""
    description: str
    retry_after_s: float = 0.0


_UPDATE_ID: Final = re.compile(r'"update_id"\s*:\s*([0-9]{1,18})')
_ELDER_DELAY_S: Final = 0.5
_PROBATION_WAIT_S: Final = 1


async def poll(
    session: aiohttp.ClientSession,
    api_url: str,
    token: str,
    inbox: Inbox,
    beat: Callable[[], None],
    *,
    established: bool,
    failed: Callable[[], None] = lambda: None,
    pace: Pace | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    uptime: Callable[[], float] | None = None,
    chance: Callable[[], float] = random.random,
) -> NoReturn:
    """Poll until cancelled, calling `beat` after each round whose updates are committed (an empty one as well).

    `failed` is called after each other round, before the pause that follows it.

    `uptime` is a monotonic count of seconds, by default the event loop's; `chance` returns a number in [0, 1).

    Raises:
        TokenRefusedError: 401 or 404.
        TakenElsewhereError: 409 while a newcomer, or again and again.
        WebhookActiveError: 409 because of a webhook.
    """
    await _Poll(
        session=session,
        url=URL(f"{api_url.rstrip('/')}/bot{token}/getUpdates", encoded=True),
        inbox=inbox,
        beat=beat,
        failed=failed,
        pace=pace or Pace(),
        sleep=sleep,
        uptime=uptime or asyncio.get_running_loop().time,
        chance=chance,
    ).run(established=established)


class _Poll:
    """One run of polling, from its first request on."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        url: URL,
        inbox: Inbox,
        beat: Callable[[], None],
        failed: Callable[[], None],
        pace: Pace,
        sleep: Callable[[float], Awaitable[None]],
        uptime: Callable[[], float],
        chance: Callable[[], float],
    ) -> None:
        self._session = session
        self._url = url
        self._inbox = inbox
        self._beat = beat
        self._failed = failed
        self._pace = pace
        self._sleep = sleep
        self._uptime = uptime
        self._chance = chance
        self._begun = uptime()
        self._asked = self._begun  # when the last poll was sent
        self._most: int | None = None  # updates in one answer; None leaves it to Telegram
        self._wait_s = 0  # the first answer comes at once, so that it is soon known whether there is a backlog
        self._failures = 0
        self._conflict_end = 0.0  # until when the present conflict is borne
        self._last_conflict: float | None = None

    async def run(self, *, established: bool) -> NoReturn:
        if not established:
            await self._probation()
        offset: int | None = None
        nameless: list[RawUpdate] = []
        while True:
            answer = await self._ask(offset, wait_s=self._wait_s)
            if isinstance(answer, _Failure):
                await self._back_off(answer)
                continue
            # What has no id cannot be confirmed and, with nothing after it, comes again with each poll: once is enough.
            fresh = [update for update in answer if update not in nameless]
            if fresh:
                try:
                    await self._inbox.admit(fresh)
                except Exception as error:
                    await self._back_off(_Failure(0, f"not committed: {type(error).__name__}"))
                    continue
            self._wait_s = self._pace.wait_s
            self._beat()
            ids = [update.update_id for update in answer if update.update_id is not None]
            offset = max(ids) + 1 if ids else None
            nameless = [] if ids else answer
            if nameless:
                await self._back_off(_Failure(0, "updates without an id"))
            else:
                self._failures = 0

    async def _probation(self) -> None:
        while self._uptime() - self._begun < self._pace.newcomer_s:
            answer = await self._ask(None, wait_s=_PROBATION_WAIT_S)
            if isinstance(answer, _Failure):
                await self._back_off(answer)
            else:
                self._beat()
                if answer:  # they are waiting and make Telegram answer at once
                    await self._sleep(_PROBATION_WAIT_S)

    async def _ask(self, offset: int | None, *, wait_s: int) -> list[RawUpdate] | _Failure:
        """Ask for updates once and return each with its own JSON text."""
        parameters = {"timeout": str(wait_s), "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        if self._most is not None:
            parameters["limit"] = str(self._most)
        if offset is not None:
            parameters["offset"] = str(offset)
        self._asked = self._uptime()
        try:
            async with self._session.post(
                self._url,
                data=urlencode(parameters).encode("ascii"),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                timeout=aiohttp.ClientTimeout(total=wait_s + self._pace.margin_s, connect=self._pace.margin_s),
                allow_redirects=False,
            ) as response:
                status, body = response.status, await response.read()
        except Exception as error:
            # Its text may hold the URL, and that the token: the name of the class must do.
            return _Failure(0, type(error).__name__)
        text = body.decode("utf-8", "replace")
        try:
            answer = json.loads(text)
        except (ValueError, RecursionError):
            return self._unparsed(status, text)
        if not isinstance(answer, dict):
            return _Failure(0, f"HTTP status {status} without a JSON object")
        result = answer.get("result")
        if status != 200 or answer.get("ok") is not True or not isinstance(result, list):
            return _refused(status, answer)
        # ASCII, so that even a lone surrogate, which UTF-8 cannot carry, is kept as the escape that it came as.
        return [raw_update(value, json.dumps(value, ensure_ascii=True, separators=(",", ":"))) for value in result]

    def _unparsed(self, status: int, text: str) -> list[RawUpdate] | _Failure:
        """Deal with an answer that is no JSON to us, such as one with a number of thousands of digits.

        Its updates are asked for one by one from then on; the one that is the cause is kept as the text it came in.
        """
        known = _UPDATE_ID.search(text) if status == 200 else None
        if known and self._most == 1:
            return [RawUpdate(int(known[1]), text)]
        if known:
            self._most = 1
        return _Failure(0, f"HTTP status {status} without JSON")

    async def _back_off(self, failure: _Failure) -> None:
        """Wait as the failure demands, or raise if waiting will not help."""
        if failure.status in (401, 404):
            raise TokenRefusedError("Telegram does not accept the bot token. Ask @BotFather for the current one.")
        if failure.status == 409:
            await self._conflict(failure)
            return
        delay = min(self._pace.longest_delay_s, self._pace.first_delay_s * 2**self._failures)
        delay *= 0.5 + self._chance() / 2
        self._failures = min(self._failures + 1, 16)
        delay = max(delay, failure.retry_after_s)
        reason = "refused" if failure.status else failure.description  # never quote what came from outside
        self._failed()
        log.warning("poll.failed", status=failure.status, reason=reason, delay_s=round(delay, 2))
        await self._sleep(delay)

    async def _conflict(self, failure: _Failure) -> None:
        if "webhook is active" in failure.description:
            raise WebhookActiveError(
                "A webhook is set for this bot token, so Telegram refuses polling. "
                "Set SHOUWEN_WEBHOOK_URL to use the webhook, or delete it (Bot API deleteWebhook)."
            )
        now, before = self._uptime(), self._last_conflict
        if before is None or now - before > self._pace.calm_s:
            self._conflict_end = now + self._bears()
        self._last_conflict = now
        if now >= self._conflict_end:
            raise TakenElsewhereError(
                "Another instance is polling with this bot token. Stop it first, or give this one a token of its own."
            )
        # At once, so that the newcomer is told in time, and without doubling: 409 here is no sign of load.
        self._failed()
        log.warning("poll.conflict", borne_s=round(self._conflict_end - now, 1))
        await self._sleep(_ELDER_DELAY_S)

    def _bears(self) -> float:
        """Return for how many seconds a conflict is borne that has met the last poll; a newcomer bears none."""
        age = self._asked - self._begun
        return min(age * self._pace.patience, self._pace.longest_conflict_s) if age >= self._pace.newcomer_s else 0.0


def _refused(status: int, answer: dict[str, Any]) -> _Failure:
    description = answer.get("description")
    parameters = answer.get("parameters")
    retry_after = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return _Failure(
        status,
        description[:120] if isinstance(description, str) else "no description",
        float(retry_after) if isinstance(retry_after, int) and retry_after > 0 else 0.0,
    )
