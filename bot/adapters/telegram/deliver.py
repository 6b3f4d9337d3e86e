"""The way out: letters of the outbox become calls, each with its outcome recorded.

A letter is committed as `sending`, then rendered in the language its reader has now, then sent; the outcome is
committed with all that follows. Nothing that happens to one letter stops the others.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.adapters.metrics import Metrics
from bot.adapters.supervisor import Heartbeat
from bot.adapters.telegram.lineup import Lineup
from bot.adapters.telegram.pacer import cost
from bot.adapters.telegram.render import render
from bot.domain.regulation import RuleSet
from bot.ports.clock import Clock
from bot.ports.messenger import Ambiguous, Delayed, Malformed, Messenger, Outcome
from bot.ports.outbox import Head, LetterState
from bot.ports.store import Store, StoreBroken, StoreBusy, Transaction
from bot.services import dead_letters, delivering
from bot.services.delivering import Dispatch

log = structlog.get_logger()

#: So many calls are under way at once.
MOST_CALLS = 64
_GLANCE_S = 5.0
_MOST_HEADS = 1000
_STORE_PAUSE_S = 1.0
_SET_BACK = timedelta(seconds=5)
_FAR_AHEAD = timedelta(minutes=5)


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
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._lineup = lineup
        self._clock = clock
        self._rules = rules
        self._metrics = metrics
        self._seen = 0
        self._latest = clock.now()
        self._news = True
        self._resting = False
        self._wake = asyncio.Event()
        self._calls: set[asyncio.Task[None]] = set()

    def written(self) -> None:
        """Note that there may be new letters."""
        self._news = True
        self._wake.set()

    def abandon(self) -> None:
        """Wait for no call under way any more, and keep no outcome: to the next start they are interrupted."""
        for call in self._calls:
            call.cancel()

    def idle(self, *, frozen: bool) -> bool:
        """Whether nothing is on its way and nothing waits that could go; with a frozen clock what is paced may wait."""
        if not self._resting or self._calls or self._wake.is_set():
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
        await self._start_over()
        stopping = asyncio.create_task(heart.stopping.wait())
        stopping.add_done_callback(self._ring)
        try:
            while not heart.stopping.is_set():
                self._wake.clear()
                if self._went_back():
                    await self._start_over()
                await self._dispatch(heart)
                await self._pause()
        finally:
            stopping.cancel()
            if self._calls:
                await asyncio.wait(self._calls)

    async def _start_over(self) -> None:
        """Line up the outbox as it stands; a letter sent that nobody waits for any more has an unknown outcome."""
        if self._calls:
            await asyncio.wait(self._calls)
        for letter_id in await self._store.look(lambda tx: tx.outbox.interrupted()):
            await self._settle(letter_id, Ambiguous("interrupted"))
        self._lineup.clear()
        self._seen, self._news = 0, True

    def _went_back(self) -> bool:
        """Whether the clock was set back so far that what was reckoned by it would hold letters up."""
        before, self._latest = self._latest, self._clock.now()
        return before - self._latest > _SET_BACK

    async def _dispatch(self, heart: Heartbeat) -> None:
        """Begin all calls that may be made now. New letters are read in the transaction that takes those known."""
        while True:
            heart.beat()  # in each round: while letters keep coming there is no end to it
            news, self._news = self._news, False
            taken = self._lineup.take(self._clock.now(), MOST_CALLS - len(self._calls))
            if taken:
                heads, dispatches = await self._take([letter_id for letter_id, _ in taken])
                for (letter_id, chat_id), dispatch in zip(taken, dispatches, strict=True):
                    self._begin(letter_id, chat_id, dispatch)
            elif news:
                heads = await self._store.look(partial(_heads, self._seen))
            else:
                return
            self._line_up(heads)

    async def _take(self, letter_ids: list[int]) -> "tuple[tuple[Head, ...], list[Dispatch | None]]":
        """Take letters in one transaction; where one of them makes it fail, each in its own, and give that one up."""
        try:
            return await self._store.transact(partial(_take_all, letter_ids, self._seen))
        except (StoreBusy, StoreBroken):
            raise
        except Exception as error:
            log.error("letters_not_taken", letters=len(letter_ids), exc_info=error)
            self._news = True  # the new ones were not read either
        return (), [await self._take_one(letter_id) for letter_id in letter_ids]

    async def _take_one(self, letter_id: int) -> Dispatch | None:
        try:
            return await self._store.transact(partial(_take, letter_id))
        except (StoreBusy, StoreBroken):
            raise
        except Exception as error:
            await self._give_up(letter_id, error)
            return None

    async def _give_up(self, letter_id: int, error: Exception) -> None:
        log.error("letter_given_up", letter=letter_id, exc_info=error)
        self._metrics.dead_letters.inc()
        await self._store.transact(partial(_give_up, letter_id))

    def _begin(self, letter_id: int, chat_id: int, dispatch: Dispatch | None) -> None:
        if dispatch is None:
            self._lineup.release(chat_id, self._clock.now())
        else:
            call = asyncio.create_task(self._send(dispatch, letter_id, chat_id))
            self._calls.add(call)
            call.add_done_callback(self._finished)

    def _line_up(self, heads: Sequence[Head]) -> None:
        now = self._clock.now()
        for head in heads:
            # A moment far ahead can only come from a clock that was wrong when it was set down.
            self._lineup.add(replace(head, not_before=min(head.not_before, now + _FAR_AHEAD)), now)
            self._seen = head.id
        if len(heads) == _MOST_HEADS:
            self._news = True  # there may be more

    async def _send(self, dispatch: Dispatch, letter_id: int, chat_id: int) -> None:
        try:
            call = render(dispatch)
        except Exception as error:
            log.error("render_failed", letter=letter_id, exc_info=error)
            outcome: Outcome = Malformed("not rendered")
        else:
            self._lineup.spend(chat_id, max(0, cost(call) - 1), self._clock.now())
            outcome = await self._messenger.perform(call)
        try:
            state, head = await self._settle(letter_id, outcome)
            if isinstance(outcome, Delayed):
                self._lineup.hold(chat_id, head.not_before)
            if state is LetterState.PENDING:
                self._lineup.add(head, self._clock.now())
        except StoreBroken:
            raise
        except Exception as error:
            await self._give_up(letter_id, error)
        finally:
            self._lineup.release(chat_id, self._clock.now())

    async def _settle(self, letter_id: int, outcome: Outcome) -> tuple[LetterState, Head]:
        name = type(outcome).__name__.lower()
        self._metrics.sends.labels(outcome=name).inc()
        while True:
            try:
                state, head = await self._store.transact(partial(_settle, self._rules, letter_id, outcome))
                break
            except StoreBusy:
                log.error("outcome_not_kept", letter=letter_id)
                await asyncio.sleep(_STORE_PAUSE_S)
        if state is LetterState.DEAD:
            self._metrics.dead_letters.inc()
            log.error("dead_letter", letter=letter_id, outcome=name)
        elif isinstance(outcome, Ambiguous) and state is LetterState.PENDING:
            self._metrics.repeats.inc()
        return state, head

    async def _pause(self) -> None:
        """Wait for news, for the moment at which a letter may go, or for a glance."""
        if self._wake.is_set():
            return
        full = len(self._calls) >= MOST_CALLS  # then only the end of a call is news
        due = None if full else self._lineup.next_time()
        alarm = None if due is None else asyncio.create_task(self._clock.sleep_until(due))
        if alarm is not None:
            alarm.add_done_callback(self._ring)
        self._resting = True
        try:
            async with asyncio.timeout(_GLANCE_S):
                await self._wake.wait()
        except TimeoutError:
            self._news = True
        finally:
            self._resting = False
            if alarm is not None:
                alarm.cancel()

    def _ring(self, wait: "asyncio.Task[Any]") -> None:
        if not wait.cancelled():
            self._wake.set()

    def _finished(self, call: "asyncio.Task[None]") -> None:
        self._calls.discard(call)
        self.written()  # an outcome may have letters follow
        if not call.cancelled() and (error := call.exception()):
            log.error("delivery_failed", exc_info=error)


def _heads(seen: int, tx: Transaction) -> tuple[Head, ...]:
    return tx.outbox.heads(seen, _MOST_HEADS)


def _take(letter_id: int, tx: Transaction) -> Dispatch | None:
    return delivering.take(tx, letter_id)


def _give_up(letter_id: int, tx: Transaction) -> None:
    dead_letters.give_up(tx, tx.outbox.get(letter_id), "fault of ours")


def _take_all(letter_ids: Sequence[int], seen: int, tx: Transaction) -> tuple[tuple[Head, ...], list[Dispatch | None]]:
    return _heads(seen, tx), [delivering.take(tx, letter_id) for letter_id in letter_ids]


def _settle(rules: RuleSet, letter_id: int, outcome: Outcome, tx: Transaction) -> tuple[LetterState, Head]:
    return delivering.settle(tx, rules, letter_id, outcome)
