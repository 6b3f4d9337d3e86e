"""The composition root: everything is put together here, and nowhere else is storage imported.

`running` holds a whole bot, from its database to its loops, for as long as it is wanted; the command line and the
end-to-end tests use it alike.
"""

import asyncio
import os
import shlex
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog
import telegram
from aiohttp import web
from aiohttp.typedefs import Handler as WebHandler
from telegram.error import InvalidToken, TelegramError

from bot.adapters import http
from bot.adapters.chance import SystemChance
from bot.adapters.clock import MovableClock, SystemClock
from bot.adapters.instance_lock import AlreadyRunning, InstanceLock
from bot.adapters.metrics import Metrics
from bot.adapters.outlook_json import OutlookJson
from bot.adapters.speech import Engine, Listener
from bot.adapters.supervisor import Fatal, Health, Heartbeat, Loop, Supervisor
from bot.adapters.telegram.deliver import Deliverer
from bot.adapters.telegram.fetch import Fetcher
from bot.adapters.telegram.handle import Handler
from bot.adapters.telegram.lineup import Lineup
from bot.adapters.telegram.menu import publish_menu
from bot.adapters.telegram.messenger import TelegramMessenger
from bot.adapters.telegram.pacer import Pacer
from bot.adapters.telegram.receive import Intake, PollReceiver, WebhookReceiver
from bot.adapters.telegram.request import open_bot, open_session
from bot.adapters.telegram.webhook import webhook_handler
from bot.adapters.ticker import Ticker
from bot.adapters.timekeeper import Timekeeper
from bot.adapters.watchdog import Watchdog
from bot.domain.people import Estate, Language
from bot.domain.regulation import RuleSet
from bot.life import Life, Lives, Run, Workload
from bot.ports.clock import Clock
from bot.ports.store import Store, StoreBroken, StoreBusy, Transaction
from bot.regulations.adopting import adopt
from bot.regulations.loader import WrongRuleSet
from bot.sandbox import server as emulator_server
from bot.sandbox.cast import ESTATE, SANDBOX_TOKEN
from bot.sandbox.emulator import Emulator
from bot.sandbox.grounds import PLACES
from bot.sandbox.guard import local_only
from bot.sandbox.members import CONTRACTORS, sent_by, topics, works_in
from bot.sandbox.members import estate as sandbox_estate
from bot.sandbox.members import members as sandbox_members
from bot.sandbox.neighbours import DIRECTORY
from bot.services import stock_taking
from bot.services.founding import found
from bot.settings import PREFIX, Settings
from storage.engine import Database
from storage.errors import StorageError
from storage.migrate import upgrade
from storage.store import SqlStore

log = structlog.get_logger()

#: Why a bot cannot start, beside `Fatal`; the text of each is one plain sentence.
REFUSALS: Final = (AlreadyRunning, StorageError, StoreBusy, StoreBroken)
#: Telegram counts as out of reach when no round of receiving was completed for so long.
SILENCE_S: Final = 60.0
#: A database that received something so recently is where this token's updates belong, and not to another instance.
ESTABLISHED: Final = timedelta(hours=1)
_DEADLINE_S: Final = 45.0
_TICK_DEADLINE_S: Final = 30.0
_LONGEST_PAUSE_S: Final = 15.0
_STORE_PAUSE_S: Final = 1.0

#: The estate a new database begins with.
NEW_ESTATE: Final = Estate(0, "A", "Our estate", "Asia/Hong_Kong", Language.ENGLISH)


@dataclass(frozen=True, slots=True)
class Running:
    """A bot that is up: where it listens, what runs it, where it keeps things."""

    url: str
    supervisor: Supervisor
    store: Store


@asynccontextmanager
async def running(
    settings: Settings, *, emulated: bool, paced: bool = True, clock: MovableClock | None = None
) -> AsyncIterator[Running]:
    """Put a bot together and hold it; its loops run while `supervisor.run()` does.

    `emulated` has the built-in emulator in the same process; `paced` keeps to Telegram's limits on sending (and has
    the emulator enforce them); `clock` is the sandbox's, by default one that begins now.

    Raises:
        AlreadyRunning: another process works on the same data.
        Fatal: it cannot start; the text is one plain sentence.
        StorageError: the database cannot be used; likewise.
    """
    movable = (clock or MovableClock(SystemClock().now())) if emulated else None
    token = settings.bot_token.get_secret_value() if settings.bot_token else ""
    if emulated and token not in ("", SANDBOX_TOKEN):
        raise Fatal("The sandbox never runs with a real token: unset SHOUWEN_BOT_TOKEN, or use `shouwen run`.")
    api_url = settings.bot_api_url
    metrics = Metrics()

    async def begin() -> Life:
        place = _Place(settings, SANDBOX_TOKEN if movable else token, api_url, emulated, paced)
        async with AsyncExitStack() as taken:
            return await _come_alive(place, movable or SystemClock(), metrics, taken)

    async with AsyncExitStack() as stack:
        hold(stack, settings, database_path(settings, emulated=emulated))
        lives = Lives(begin)
        vitals = _Vitals(lives)
        application = http.create(vitals.health, metrics)
        if movable:
            emulator = Emulator(SANDBOX_TOKEN, movable, cast=ESTATE, limits=paced)
            emulator.workload, emulator.process = Workload(lives, movable), lives
            emulator_server.add_routes(application, emulator, state_file=settings.data_dir / "sandbox-chats.json")
            _show_outlook(application, OutlookJson(lives, metrics))
        if settings.webhook_url and settings.webhook_secret:
            receive = webhook_handler(lives, settings.webhook_secret.get_secret_value())
            application.router.add_post(urlsplit(settings.webhook_url).path or "/", receive)
        server = await http.serve(application, settings.http_host, settings.http_port)
        stack.push_async_callback(server.close)
        url = f"http://{server.host}:{server.port}"
        api_url = url if emulated else api_url
        stack.push_async_callback(lives.close)
        await lives.start()
        watchdog = Watchdog()
        watchdog.start()
        stack.callback(watchdog.stop)
        vitals.supervisor = Supervisor(
            [
                Loop("receive", lives.loop("receive"), _DEADLINE_S),
                Loop("timers", lives.loop("timers"), _TICK_DEADLINE_S),
                Loop("handle", lives.loop("handle"), _DEADLINE_S),
                Loop("deliver", lives.loop("deliver"), _DEADLINE_S),
                Loop("fetch", lives.loop("fetch"), _DEADLINE_S),
                *((Loop("listen", lives.loop("listen"), _DEADLINE_S),) if settings.speech_command else ()),
            ],
            watchdog=watchdog,
            on_restart=lambda name: metrics.loop_restarts.labels(loop=name).inc(),
        )
        yield Running(url, vitals.supervisor, lives)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a life begins: with which settings, and at which Telegram by which token."""

    settings: Settings
    token: str
    api_url: str
    emulated: bool
    paced: bool


async def _come_alive(place: _Place, clock: Clock, metrics: Metrics, taken: AsyncExitStack) -> Life:
    """Put together what a life consists of; what it takes it gives back by its own `end`, or by `taken` if it fails."""
    settings = place.settings
    store = await _open_store(taken, database_path(settings, emulated=place.emulated), clock)
    await store.transact(_found_sandbox if place.token == SANDBOX_TOKEN else _found)
    rules = await _adopt(store)
    session = open_session()
    taken.push_async_callback(session.close)
    bot = open_bot(session, place.token, place.api_url)
    me = await _introduce(bot)
    await publish_menu(bot, await store.look(_estate_language))

    updates, files = asyncio.Event(), asyncio.Event()
    intake = Intake(store, metrics, updates.set)
    lineup = Lineup(Pacer() if place.paced else None)
    deliverer = Deliverer(store, TelegramMessenger(bot), lineup, clock, rules, metrics)
    media = settings.data_dir / "media"
    voices = asyncio.Event() if settings.speech_command else None
    fetcher = Fetcher(bot, session, store, clock, media, files, voices)

    def handled() -> None:
        deliverer.written()
        files.set()

    handler = Handler(store, rules, metrics, me.id, me.username or "", updates, handled)
    timekeeper = Timekeeper(store, rules, clock, metrics, intake.caught_up.is_set, deliverer.written)

    async def established() -> bool:
        return place.emulated or await store.look(lambda tx: tx.updates.known_since(tx.now - ESTABLISHED))

    receiver: WebhookReceiver | PollReceiver
    if settings.webhook_url and settings.webhook_secret:
        secret = settings.webhook_secret.get_secret_value()
        receiver = WebhookReceiver(bot, settings.webhook_url, secret, intake, established)
    else:
        receiver = PollReceiver(session, place.api_url, place.token, intake, established)
    loops: dict[str, Run] = {
        "receive": receiver.run,
        "timers": _ticking(Ticker(timekeeper.tick)),
        "handle": handler.run,
        "deliver": deliverer.run,
        "fetch": fetcher.run,
    }
    if settings.speech_command and voices:
        loops["listen"] = Listener(store, clock, _engine(settings.speech_command), media, voices, deliverer.written).run
    patient = {name: _patient(run) for name, run in loops.items()}
    return Life(store, intake, deliverer, timekeeper, patient, taken.pop_all())


def database_path(settings: Settings, *, emulated: bool) -> Path:
    """Return the database's file; the sandbox has one of its own, never the real one."""
    if emulated:
        return settings.data_dir / "sandbox.db"
    return Path(settings.database_url.removeprefix("sqlite:///"))


def hold(stack: ExitStack | AsyncExitStack, settings: Settings, database: Path) -> None:
    """Take the exclusive right to the data directory and to the directory of the database, until `stack` ends.

    Raises `AlreadyRunning`: two processes that write to one database could harm it. Raises `Fatal` for a directory that
    is not there and cannot be made, or that nothing can be written to.
    """
    for directory in dict.fromkeys((settings.data_dir.resolve(), database.parent.resolve())):
        try:
            stack.enter_context(InstanceLock(directory).acquire(SystemClock().now()))
        except OSError as error:
            reason = "it is a file" if isinstance(error, FileExistsError) else error.strerror
            raise Fatal(
                f"The directory {directory} cannot be used: {reason}; choose another SHOUWEN_DATA_DIR or "
                "SHOUWEN_DATABASE_URL."
            ) from None


class _Vitals:
    """How the bot is; unhealthy until it runs, and while nothing is heard from Telegram."""

    def __init__(self, lives: Lives) -> None:
        self._lives = lives
        self.supervisor: Supervisor | None = None

    def health(self) -> Health:
        life = self._lives.present
        if self.supervisor is None or life is None:
            return Health(ok=False, loops={})
        now = self.supervisor.health()
        heard = life.intake.silence_s() <= SILENCE_S
        return Health(ok=now.ok and heard and not life.store.failing, loops=now.loops)


async def _open_store(stack: AsyncExitStack, path: Path, clock: Clock) -> SqlStore:
    path.parent.mkdir(parents=True, exist_ok=True)
    migrated = await asyncio.to_thread(upgrade, path, SystemClock().now())
    if migrated.copy:
        log.info("database_migrated", before=migrated.before, after=migrated.after, copy=migrated.copy.name)
    database = await stack.enter_async_context(await Database.open(path))
    return SqlStore(database, clock, SystemChance())


def _engine(command: str) -> Engine:
    """Return the operator's speech-to-text command, which sees none of our settings: the token is one of them."""
    return Engine(
        shlex.split(command), {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    )


def _begin_rules(tx: Transaction) -> RuleSet:
    rules = adopt(tx)
    estate = tx.estates.first()
    if estate:
        stock_taking.plan(tx, rules, estate)
    return rules


async def _adopt(store: SqlStore) -> RuleSet:
    try:
        return await store.transact(_begin_rules)
    except WrongRuleSet as error:
        raise Fatal(str(error)) from None


def _show_outlook(application: web.Application, view: OutlookJson) -> None:
    """Let the sandbox's page see what the bot has ahead of it: the emulator itself knows no bot."""
    application.router.add_get("/sandbox/agenda", local_only(_while_alive(view.agenda)))
    application.router.add_get("/sandbox/tickets/{number}", local_only(_while_alive(view.file)))


def _while_alive(show: Callable[[web.Request], Awaitable[web.Response]]) -> WebHandler:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await show(request)
        except StoreBusy as error:
            return web.json_response({"error": str(error)}, status=503)

    return answer


async def _introduce(bot: telegram.Bot) -> telegram.User:
    """Ask Telegram who the bot is, for as long as it takes to be reached."""
    pause = 1.0
    while True:
        try:
            return await bot.get_me()
        except InvalidToken:
            raise Fatal("Telegram does not accept the bot token. Ask @BotFather for the current one.") from None
        except TelegramError as error:
            log.warning("telegram_out_of_reach", error=type(error).__name__, pause_s=pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_S)


def _ticking(ticker: Ticker) -> Run:
    async def tick(heart: Heartbeat) -> None:
        await ticker.run(heart.beat, heart.stopping)

    return tick


def _patient(run: Run) -> Run:
    """Begin a loop anew for as long as the store cannot keep anything; a store that is broken ends the program."""

    async def patient(heart: Heartbeat) -> None:
        while True:
            try:
                return await run(heart)
            except StoreBusy as error:
                log.error("store_busy", reason=str(error))
            except StoreBroken as error:
                raise Fatal(str(error)) from None
            heart.beat()
            await asyncio.sleep(_STORE_PAUSE_S)

    return patient


def _found_sandbox(tx: Transaction) -> None:
    estate = found(
        tx,
        sandbox_estate(),
        sandbox_members(),
        works_in=works_in(),
        topics=topics(),
        directory=DIRECTORY,
        places=PLACES,
        contractors=CONTRACTORS,
        sent_by=sent_by(),
    )
    if not _is_sandbox(tx, estate):
        raise Fatal("This database belongs to a real estate, not to the sandbox; choose another SHOUWEN_DATA_DIR.")


def _found(tx: Transaction) -> None:
    if _is_sandbox(tx, found(tx, NEW_ESTATE)):
        raise Fatal("This database belongs to the sandbox, not to a real bot; choose another SHOUWEN_DATA_DIR.")


def _is_sandbox(tx: Transaction, estate: Estate) -> bool:
    """Whether the people of the sandbox work here: with a real bot strangers could have their accounts."""
    on_duty = tx.people.get(estate.duty_person) if estate.duty_person else None
    return on_duty is not None and on_duty.account in {person.id for person in ESTATE.people}


def _estate_language(tx: Transaction) -> Language:
    estate = tx.estates.first()
    return estate.language if estate else Language.ENGLISH


@asynccontextmanager
async def emulating(settings: Settings, *, limits: bool) -> AsyncIterator[str]:
    """Hold an emulator without a bot, for one in a process of its own; yield its address.

    It keeps its chats as the sandbox does: that bot's database goes on speaking of them.
    """
    state_file = settings.data_dir / "emulator-chats.json"
    application = emulator_server.create(
        SANDBOX_TOKEN, MovableClock(SystemClock().now()), cast=ESTATE, limits=limits, state_file=state_file
    )
    server = await http.serve(application, settings.http_host, settings.http_port)
    try:
        yield f"http://{server.host}:{server.port}"
    finally:
        await server.close()
