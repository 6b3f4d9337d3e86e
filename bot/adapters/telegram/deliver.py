"""The way out: letters of the outbox become calls, each with its outcome recorded.

A letter is committed as `sending`, then rendered in the language its reader has now, then sent; the outcome is
committed with all that follows. Nothing that happens to one letter stops the others.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial

import structlog

from bot.adapters.metrics import Metrics
from bot.adapters.supervisor import Heartbeat
from bot.adapters.telegram.lineup import Lineup
from bot.adapters.telegram.pacer import cost
from bot.adapters.telegram.render import render
from bot.domain.regulation import RuleSet
from bot.ports.clock import Clock
from bot.ports.messenger import Ambiguous, Delayed, Malformed, Messenger, Outcome
from bot.ports.store import Head, LetterState, Posted, Store, StoreBusy, Transaction
from bot.services import delivering
from bot.services.delivering import Dispatch

log = structlog.get_logger()

#: So many calls are under way at once.
MOST_CALLS = 64
_GLANCE_S = 5.0
_STORE_PAUSE_S = 1.0


class Deliverer:
    """Delivers what the outbox holds."""

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        lineup: Lineup,
        clock: Clock,
        rules: RuleSet,
        metrics: Metrics,
        written: asyncio.Event,
    ) -> None:
        """`written` is set when there may be new letters."""
        self._store = store
        self._messenger = messenger
        self._lineup = lineup
        self._clock = clock
        self._rules = rules
        self._metrics = metrics
        self._seen = 0
        self._recovered = False
        self._wake = written
        self._calls: set[asyncio.Task[None]] = set()

    def idle(self, *, frozen: bool) -> bool:
        """Whether nothing is on its way and nothing waits that could go; with a frozen clock what is paced may wait."""
        if self._calls or self._wake.is_set() or not self._recovered:
            return False
        if not len(self._lineup):
            return True
        due = self._lineup.next_time()
        return frozen and due is not None and due > self._clock.now()

    def next_time(self) -> datetime | None:
        """Return the earliest moment at which a letter that has to wait may go."""
        return self._lineup.next_time()

    async def run(self, heart: Heartbeat) -> None:
        """Deliver until told to stop, then let the calls under way finish."""
        if not self._recovered:
            await self._recover()
        try:
            while not heart.stopping.is_set():
                self._wake.clear()
                await self._collect()
                await self._dispatch()
                heart.beat()
                await self._pause(heart)
        finally:
            if self._calls:
                await asyncio.wait(self._calls)

    async def _recover(self) -> None:
        """Letters that were on their way when the program stopped have an unknown outcome."""
        for letter_id in await self._store.look(lambda tx: tx.outbox.interrupted()):
            await self._settle(letter_id, Ambiguous("interrupted"))
        self._recovered = True

    async def _collect(self) -> None:
        while heads := await self._store.look(lambda tx: tx.outbox.heads(self._seen, 1000)):
            now = self._clock.now()
            for head in heads:
                self._lineup.add(head, now)
            self._seen = heads[-1].id

    async def _dispatch(self) -> None:
        while taken := self._lineup.take(self._clock.now(), MOST_CALLS - len(self._calls)):
            letter_ids = [letter_id for letter_id, _ in taken]
            dispatches = await self._store.transact(partial(_take_all, letter_ids))
            for (letter_id, chat_id), dispatch in zip(taken, dispatches, strict=True):
                if dispatch is None:
                    self._lineup.release(chat_id, self._clock.now())
                else:
                    call = asyncio.create_task(self._send(dispatch, letter_id, chat_id))
                    self._calls.add(call)
                    call.add_done_callback(self._finished)

    async def _send(self, dispatch: Dispatch, letter_id: int, chat_id: int) -> None:
        try:
            call = render(dispatch)
        except Exception as error:
            log.error("render_failed", letter=letter_id, exc_info=error)
            outcome: Outcome = Malformed("not rendered")
        else:
            self._lineup.spend(chat_id, max(0, cost(call) - 1), self._clock.now())
            outcome = await self._messenger.perform(call)
        posted = await self._settle(letter_id, outcome)
        now = self._clock.now()
        if isinstance(outcome, Delayed):
            self._lineup.hold(chat_id, posted.not_before)
        if posted.state is LetterState.PENDING:
            self._lineup.add(Head(letter_id, chat_id, posted.letter.lane, posted.not_before), now)
        self._lineup.release(chat_id, now)

    async def _settle(self, letter_id: int, outcome: Outcome) -> Posted:
        name = type(outcome).__name__.lower()
        self._metrics.sends.labels(outcome=name).inc()
        while True:
            try:
                posted = await self._store.transact(partial(_settle, self._rules, letter_id, outcome))
                break
            except StoreBusy:
                log.error("outcome_not_kept", letter=letter_id)
                await asyncio.sleep(_STORE_PAUSE_S)
        if posted.state is LetterState.DEAD:
            self._metrics.dead_letters.inc()
            log.error("dead_letter", letter=letter_id, outcome=name)
        elif isinstance(outcome, Ambiguous) and posted.state is LetterState.PENDING:
            self._metrics.repeats.inc()
        return posted

    async def _pause(self, heart: Heartbeat) -> None:
        """Wait for news, for the moment at which a letter may go, or for a glance."""
        if self._wake.is_set():
            return
        waits: set[asyncio.Task[object]] = {
            asyncio.create_task(self._wake.wait()),
            asyncio.create_task(heart.stopping.wait()),
        }
        due = self._lineup.next_time()
        if due is not None:
            waits.add(asyncio.create_task(self._clock.sleep_until(due)))
        try:
            await asyncio.wait(waits, timeout=_GLANCE_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _finished(self, call: "asyncio.Task[None]") -> None:
        self._calls.discard(call)
        self._wake.set()
        if not call.cancelled() and (error := call.exception()):
            log.error("delivery_failed", exc_info=error)


def _take_all(letter_ids: Sequence[int], tx: Transaction) -> list[Dispatch | None]:
    return [delivering.take(tx, letter_id) for letter_id in letter_ids]


def _settle(rules: RuleSet, letter_id: int, outcome: Outcome, tx: Transaction) -> Posted:
    return delivering.settle(tx, rules, letter_id, outcome)
