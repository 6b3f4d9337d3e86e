"""An emulator alone on a port of its own, a bare client of its Bot API, and the phones."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from aiohttp.web import Application

from bot.sandbox.cast import ESTATE, SANDBOX_TOKEN
from bot.sandbox.emulator import Emulator
from bot.sandbox.server import EMULATOR, create
from tests.phones import Sandbox


class HeldClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self._frozen = True

    def now(self) -> datetime:
        return self._now

    async def sleep_until(self, moment: datetime) -> None:
        raise NotImplementedError("the emulator never sleeps by its clock")

    @property
    def frozen(self) -> bool:
        return self._frozen

    def freeze(self, hold: bool) -> None:
        self._frozen = hold

    def move_to(self, moment: datetime) -> None:
        self._now = max(self._now, moment)


class Work:
    """A bot's workload as a test sets it: things due, each done as soon as the clock has reached it."""

    def __init__(self, clock: HeldClock) -> None:
        self.clock = clock
        self.due: list[datetime] = []
        self.done: list[tuple[datetime, datetime]] = []
        """What was due, and the time at which it was done."""
        self.stuck = False
        self.on_idle: Callable[[], None] = lambda: None
        """Called each time it is asked."""

    async def idle(self) -> bool:
        self.on_idle()
        now = self.clock.now()
        for moment in [moment for moment in self.due if moment <= now]:
            self.due.remove(moment)
            self.done.append((moment, now))
        return not self.stuck

    async def next_due(self) -> datetime | None:
        return min(self.due, default=None)


class ApiError(Exception):
    """An answer with `"ok": false`."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(f"{answer['error_code']} {answer['description']}")
        self.code: int = answer["error_code"]
        self.description: str = answer["description"]
        self.parameters: dict[str, int] = answer.get("parameters", {})


class Api:
    """The Bot API as a bot calls it, with JSON bodies."""

    def __init__(self, base_url: str, session: aiohttp.ClientSession) -> None:
        self.base_url = base_url
        self.session = session
        self._offset = 0

    async def __call__(self, method: str, **params: Any) -> Any:
        async with self.session.post(f"{self.base_url}/bot{SANDBOX_TOKEN}/{method}", json=params) as response:
            answer = await response.json()
        assert answer["ok"] == (response.status == 200)
        if not answer["ok"]:
            assert answer["error_code"] == response.status
            raise ApiError(answer)
        return answer["result"]

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        """Return what waits, and confirm it with the next call."""
        updates: list[dict[str, Any]] = await self("getUpdates", offset=self._offset, **params)
        if updates:
            self._offset = updates[-1]["update_id"] + 1
        return updates

    async def update(self, **params: Any) -> dict[str, Any]:
        """Return the only update that waits."""
        (update,) = await self.updates(**params)
        return update


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def work(clock: HeldClock) -> Work:
    return Work(clock)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def app(clock: HeldClock, work: Work) -> Application:
    return create(SANDBOX_TOKEN, clock, cast=ESTATE, workload=work)


@pytest.fixture
async def base_url(app: Application) -> AsyncIterator[str]:
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
def emulator(app: Application) -> Emulator:
    return app[EMULATOR]


@pytest.fixture
def api(base_url: str, session: aiohttp.ClientSession) -> Api:
    return Api(base_url, session)


@pytest.fixture
def sandbox(api: Api) -> Sandbox:
    return Sandbox(api.base_url, api.session)
