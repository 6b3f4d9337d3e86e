"""Long polling: nothing is confirmed before it is committed, and nobody's updates are stolen."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NoReturn

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from bot.adapters.clock import MovableClock, SystemClock
from bot.adapters.telegram.poll import (
    ALLOWED_UPDATES,
    Pace,
    TakenElsewhereError,
    TokenRefusedError,
    WebhookActiveError,
    poll,
)
from bot.adapters.telegram.request import open_session
from bot.ports.inbox import RawUpdate
from bot.sandbox.cast import ESTATE, SANDBOX_TOKEN
from bot.sandbox.server import create
from tests.adapters.telegram.scripted import (
    PATIENCE_S,
    TOKEN,
    Answer,
    ScriptedTelegram,
    ok,
    refuses,
    resets,
    says,
    scripted_telegram,
)
from tests.phones import Sandbox

ELDER = refuses(
    409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK = refuses(
    409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass(slots=True)
class Time:
    """Seconds that pass only while somebody sleeps."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


@dataclass(slots=True)
class MemoryInbox:
    batches: list[list[RawUpdate]] = field(default_factory=list)
    broken: int = 0
    """How many admissions fail before one succeeds."""

    async def admit(self, updates: Sequence[RawUpdate]) -> None:
        if self.broken:
            self.broken -= 1
            raise OSError(28, "No space left on device")
        self.batches.append(list(updates))


@dataclass(slots=True)
class Run:
    server: ScriptedTelegram
    inbox: MemoryInbox
    time: Time
    task: "asyncio.Task[None]"
    beats: list[float]

    @property
    def offsets(self) -> list[str | None]:
        return [asked.fields.get("offset") for asked in self.server.asked]

    async def ends_with(self, error: type[Exception]) -> str:
        with pytest.raises(error) as caught:
            await asyncio.wait_for(self.task, PATIENCE_S)
        return str(caught.value)


@asynccontextmanager
async def polling(
    *script: Answer, established: bool = True, at_work_for: float = 60.0, broken: int = 0, pace: Pace | None = None
) -> AsyncIterator[Run]:
    """Poll a server that answers by `script`, `at_work_for` seconds after the start."""
    time, inbox, beats = Time(), MemoryInbox(broken=broken), list[float]()
    begun = False

    def uptime() -> float:
        nonlocal begun
        moment = time.seconds + (at_work_for if begun else 0)
        begun = True
        return moment

    async with scripted_telegram(*script) as server, open_session() as session:

        async def run() -> None:
            await poll(
                session,
                server.url,
                TOKEN,
                inbox,
                lambda: beats.append(time.seconds),
                established=established,
                pace=pace,
                sleep=time.sleep,
                uptime=uptime,
                chance=lambda: 1.0,
            )

        task = asyncio.create_task(run())
        try:
            yield Run(server, inbox, time, task, beats)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def update(update_id: int) -> dict[str, object]:
    return {"update_id": update_id, "message": {"text": "陳 \ud83d"}}


async def test_an_update_is_committed_before_it_is_confirmed() -> None:
    async with polling(ok([update(10), update(11)]), ok([update(12)]), ok([])) as run:
        await run.server.has_been_asked(4)
        assert run.offsets == [None, "12", "13", None]
        assert [[u.update_id for u in batch] for batch in run.inbox.batches] == [[10, 11], [12]]
        assert len(run.beats) == 3


async def test_the_text_of_an_update_survives_whatever_it_holds() -> None:
    async with polling(ok([update(10)])) as run:
        await run.server.has_been_asked(2)
        ((kept,),) = run.inbox.batches
        assert json.loads(kept.raw) == update(10)
        kept.raw.encode("utf-8")


async def test_it_asks_for_the_kinds_that_the_bot_takes() -> None:
    async with polling() as run:
        await run.server.has_been_asked(1)
        assert json.loads(run.server.asked[0].fields["allowed_updates"]) == list(ALLOWED_UPDATES)


async def test_nothing_is_confirmed_while_the_inbox_cannot_commit() -> None:
    batch = ok([update(10)])
    async with polling(batch, batch, batch, broken=2) as run:
        await run.server.has_been_asked(4)
        assert run.offsets == [None, None, None, "11"]
        assert len(run.inbox.batches) == 1
        assert run.time.slept == [0.5, 1.0]
        assert len(run.beats) == 1, "a poll that cannot commit counts as dead"


async def test_what_has_no_id_is_kept_with_its_neighbours() -> None:
    strange = [5, None, "x", {"no": "id"}, {"update_id": True}, {"update_id": "7"}, {"update_id": 2**63}]
    async with polling(ok([*strange, update(10)])) as run:
        await run.server.has_been_asked(2)
        (batch,) = run.inbox.batches
        assert [u.update_id for u in batch] == [None] * len(strange) + [10]
        assert [json.loads(u.raw) for u in batch[:-1]] == strange
        assert run.offsets == [None, "11"]


async def test_a_batch_that_cannot_be_confirmed_is_kept_once() -> None:
    nameless = ok([{"no": "id"}])
    async with polling(nameless, nameless, nameless) as run:
        await run.server.has_been_asked(4)
        assert len(run.inbox.batches) == 1
        assert run.time.slept == [0.5, 1.0, 2.0]


async def test_what_joins_a_batch_that_cannot_be_confirmed_is_kept_alone() -> None:
    async with polling(ok([{"no": "id"}]), ok([{"no": "id"}, "nor this"])) as run:
        await run.server.has_been_asked(3)
        assert [[json.loads(one.raw) for one in batch] for batch in run.inbox.batches] == [[{"no": "id"}], ["nor this"]]


@pytest.mark.parametrize(
    "answer",
    [
        resets,
        says("<html>Bad Gateway</html>", 502, "text/html"),
        refuses(500, "Internal Server Error"),
        says("not JSON"),
        says("[]"),
        says('{"ok":true}'),
        says('{"ok":false,"result":[]}'),
        says("<html>Not Found</html>", 404, "text/html"),
        says("[" * 100_000),
    ],
)
async def test_a_failure_is_waited_out(answer: Answer) -> None:
    async with polling(answer, answer, ok([update(10)])) as run:
        await run.server.has_been_asked(4)
        assert run.time.slept == [0.5, 1.0]
        assert len(run.inbox.batches) == 1


async def test_an_offset_whose_answer_was_lost_is_sent_again() -> None:
    async with polling(ok([update(10)]), resets, ok([])) as run:
        await run.server.has_been_asked(4)
        assert run.offsets == [None, "11", "11", None]


async def test_a_silent_connection_counts_as_a_failure() -> None:
    async with polling(pace=Pace(wait_s=0, margin_s=0.05)) as run:
        await run.server.has_been_asked(2)
        assert run.time.slept == [0.5]
        assert not run.beats


async def test_the_delay_doubles_up_to_its_bound_and_begins_anew() -> None:
    async with polling(*[resets] * 7, ok([]), resets) as run:
        await run.server.has_been_asked(10)
        assert run.time.slept == [0.5, 1, 2, 4, 8, 15, 15, 0.5]


async def test_a_429_is_honoured() -> None:
    async with polling(refuses(429, "Too Many Requests: retry after 40", retry_after=40)) as run:
        await run.server.has_been_asked(2)
        assert run.time.slept == [40.0]


@pytest.mark.parametrize("answer", [refuses(401, "Unauthorized"), refuses(404, "Not Found")])
async def test_a_token_that_is_refused_ends_it(answer: Answer) -> None:
    async with polling(answer) as run:
        assert "token" in await run.ends_with(TokenRefusedError)


async def test_a_webhook_ends_it() -> None:
    async with polling(WEBHOOK) as run:
        assert "webhook" in await run.ends_with(WebhookActiveError)


async def test_the_newcomer_yields() -> None:
    async with polling(ok([]), ELDER, at_work_for=1.0) as run:
        assert "Another instance" in await run.ends_with(TakenElsewhereError)


async def test_the_elder_goes_on_at_once() -> None:
    async with polling(ELDER, ELDER, ok([update(10)])) as run:
        await run.server.has_been_asked(4)
        assert run.time.slept == [0.5, 0.5]
        assert len(run.inbox.batches) == 1


async def test_a_conflict_is_borne_for_a_tenth_of_what_came_before_it() -> None:
    async with polling(*[ELDER] * 20) as run:
        await run.ends_with(TakenElsewhereError)
        assert sum(run.time.slept) == 60.0 / 10


async def test_a_poll_that_succeeds_in_between_ends_no_conflict() -> None:
    async with polling(*[ELDER, ok([update(10)])] * 20) as run:
        await run.ends_with(TakenElsewhereError)
        assert sum(run.time.slept) == 60.0 / 10


async def test_one_that_comes_and_yields_again_and_again_wears_nobody_down() -> None:
    async with polling(*[ELDER] * 20, ok([update(10)]), pace=Pace(calm_s=0.4)) as run:
        await run.server.has_been_asked(22)
        assert len(run.inbox.batches) == 1


async def test_of_two_whose_conflict_is_told_late_the_younger_alone_yields() -> None:
    """Under load a newcomer can be at work before anybody tells it that it is not the first."""
    elder_inbox, younger_inbox = MemoryInbox(), MemoryInbox()

    def polls(inbox: MemoryInbox, session: aiohttp.ClientSession, url: str, age: float) -> "asyncio.Task[NoReturn]":
        time, begun = Time(), iter((0.0,))
        polling = poll(
            session,
            url,
            SANDBOX_TOKEN,
            inbox,
            lambda: None,
            established=True,
            sleep=time.sleep,
            uptime=lambda: next(begun, time.seconds + age),
        )
        return asyncio.create_task(polling)

    app = create(SANDBOX_TOKEN, MovableClock(SystemClock().now()), cast=ESTATE)
    async with TestServer(app) as server, open_session() as session:
        url = str(server.make_url("")).rstrip("/")
        elder = polls(elder_inbox, session, url, 3600.0)
        younger = polls(younger_inbox, session, url, 45.0)
        try:
            with pytest.raises(TakenElsewhereError):
                await asyncio.wait_for(younger, PATIENCE_S)
            phone = await Sandbox(url, session).phone("chan")
            await phone.sends("hello", settle=False)
            async with asyncio.timeout(PATIENCE_S):
                while not elder_inbox.batches:
                    await asyncio.sleep(0)
            assert not elder.done()
        finally:
            elder.cancel()
            younger.cancel()
            await asyncio.gather(elder, younger, return_exceptions=True)


async def test_on_probation_updates_are_neither_kept_nor_confirmed() -> None:
    waiting = ok([update(10)])
    async with polling(*[waiting] * 6, ok([]), established=False, at_work_for=0.0) as run:
        await run.server.has_been_asked(8)
        assert run.time.slept == [1.0] * 5
        assert run.offsets == [None] * 6 + ["11", None]
        assert [[u.update_id for u in batch] for batch in run.inbox.batches] == [[10]]


async def test_on_probation_a_conflict_ends_it() -> None:
    async with polling(ok([update(10)]), ELDER, established=False, at_work_for=0.0) as run:
        await run.ends_with(TakenElsewhereError)
        assert run.offsets == [None, None]
        assert not run.inbox.batches


async def test_a_failure_is_logged_without_what_came_from_outside() -> None:
    with capture_logs() as logs:
        async with polling(refuses(500, "Internal Server Error: somebody's words")) as run:
            await run.server.has_been_asked(2)
    assert logs == [
        {"event": "poll.failed", "log_level": "warning", "status": 500, "reason": "refused", "delay_s": 0.5}
    ]
