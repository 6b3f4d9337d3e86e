"""Fires what is due, each second: windows' stages, reminders of drafts, and the forgetting of what need not be kept.

After a stop it waits until what people sent meanwhile is handled, so that nobody is escalated who had acted in time.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

import structlog

from bot.adapters.metrics import Metrics
from bot.domain.regulation import RuleSet
from bot.ports.clock import Clock
from bot.ports.store import Store, StoreBroken, StoreBusy, Transaction
from bot.services import contracting, erasing, lapsing, night, nudging, recurring, reminding, stock_taking, visiting

log = structlog.get_logger()

#: So many timers fire in one transaction, and so many transactions in one tick; the rest come with the next.
BATCH: Final = 200
BATCHES: Final = 20
#: By that an update was handled a double is recognised; update ids may begin anew after a quiet week.
KEPT: Final = timedelta(days=14)
#: Letters hold people's words; what became of one is asked for no longer than this.
LETTERS_KEPT: Final = timedelta(days=1)
_FORGET_EVERY: Final = timedelta(hours=1)
#: So long after somebody was erased something of them is still being deleted; after a start it is looked back so far.
_WIPED_FOR: Final = LETTERS_KEPT + 2 * _FORGET_EVERY
_FORGET_AT_ONCE: Final = 500
#: How often it is counted what waits to be sent: as often as it is commonly scraped.
_COUNT_EVERY: Final = timedelta(seconds=15)


class Timekeeper:
    """The work of each tick."""

    def __init__(
        self,
        store: Store,
        rules: RuleSet,
        clock: Clock,
        metrics: Metrics,
        ready: Callable[[], bool],
        fired: Callable[[], None],
    ) -> None:
        """`ready` says whether the backlog has arrived; `fired` is called when letters may have been written."""
        self._store = store
        self._works = _works(rules)
        self._clock = clock
        self._metrics = metrics
        self._ready = ready
        self._fired = fired
        self._open = False
        self._backlog: int | None = None
        self._answers: frozenset[int] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._forgot_at: datetime | None = None
        self._counted_at: datetime | None = None

    async def tick(self) -> None:
        """Fire everything that is due. Called while another call is at it, it waits its turn."""
        async with self._one_at_a_time:
            await self._count()
            await self._tick()

    async def _tick(self) -> None:
        if not await self._backlog_handled():
            return
        for work in self._works:
            await self._all_due(work)
        await self._forget()

    async def _count(self) -> None:
        now = self._clock.now()
        if self._counted_at is not None and abs(now - self._counted_at) < _COUNT_EVERY:
            return
        waiting = await self._store.look(lambda tx: tx.outbox.waiting())
        self._metrics.show_outbox({lane.name.lower(): number for lane, number in waiting.items()})
        self._counted_at = now

    async def _backlog_handled(self) -> bool:
        """Whether all that had come when the receiver caught up is handled; nobody waits for what comes later."""
        if self._open or not self._ready():
            return self._open
        if self._backlog is None:
            self._backlog = await self._store.look(lambda tx: tx.updates.latest())
        oldest = await self._store.look(lambda tx: tx.updates.pending(0, 1))
        self._open = (not oldest or oldest[0].seq > self._backlog) and await self._answers_tried()
        return self._open

    async def _answers_tried(self) -> bool:
        """Whether all answers given before the start have been sent, or tried: they count once they are delivered."""
        under_way = await self._store.look(lambda tx: tx.outbox.answers_under_way())
        if self._answers is None:
            self._answers = frozenset(under_way)
        return self._answers.isdisjoint(under_way)

    async def _all_due(self, work: "_Work") -> None:
        for _ in range(BATCHES):
            due = await self._store.look(work.next_due)
            if due is None or due > self._clock.now():
                return
            self._metrics.timer_lag_seconds.observe((self._clock.now() - due).total_seconds())
            self._metrics.timers_fired.inc(await self._fire(work))
            self._fired()

    async def _fire(self, work: "_Work") -> int:
        """Fire a batch; where that fails fire one, and set aside the one that fails: it must not stop the others."""
        try:
            return await self._store.transact(partial(work.fire, limit=BATCH))
        except (StoreBusy, StoreBroken):
            raise
        except Exception as error:
            log.error("timers_failed", work=work.name, exc_info=error)
        try:
            return await self._store.transact(partial(work.fire, limit=1))
        except (StoreBusy, StoreBroken):
            raise
        except Exception as error:
            which = await self._store.transact(work.set_aside)
            log.error("timer_set_aside", work=work.name, which=which, exc_info=error)
            return 0

    async def _forget(self) -> None:
        now = self._clock.now()
        if self._forgot_at is not None and now - self._forgot_at < _FORGET_EVERY:
            return
        while await self._store.transact(partial(_forget, now)) >= _FORGET_AT_ONCE:
            pass
        while closed := await self._store.transact(partial(lapsing.forget, limit=_FORGET_AT_ONCE)):
            self._fired()
            if closed < _FORGET_AT_ONCE:
                break
        await self._wipe(self._forgot_at or now - _WIPED_FOR)
        self._forgot_at = now

    async def _wipe(self, since: datetime) -> None:
        """Where somebody was erased, wipe what is only marked as deleted: once the index of words, and each time the
        log, until the last letters to and about them are gone.
        """
        if await self._store.look(lambda tx: tx.erasure.any_since(since)):
            begin = True
            while await self._store.transact(partial(_compact, begin=begin)):
                begin = False
        if await self._store.look(lambda tx: tx.erasure.any_since(since - _WIPED_FOR)):
            await self._store.wipe()


class _Fire(Protocol):
    def __call__(self, tx: Transaction, /, *, limit: int) -> int: ...


@dataclass(frozen=True, slots=True)
class _Work:
    """Something that falls due: when, how at most `limit` of it are fired, and how one that cannot be is set aside."""

    name: str
    next_due: Callable[[Transaction], datetime | None]
    fire: _Fire
    set_aside: Callable[[Transaction], int | str | None]


def _works(rules: RuleSet) -> tuple[_Work, ...]:
    return (
        _Work("windows", lambda tx: tx.obligations.next_due(), partial(_fire_windows, rules), _set_window_aside),
        _Work("digests", lambda tx: tx.digests.next_due(), night.greet, night.drop),
        _Work("stock takes", lambda tx: tx.stock_takes.next_due(), partial(_take_stock, rules), stock_taking.set_aside),
        _Work("contracts", lambda tx: tx.contractors.next_end(), partial(_end_contracts, rules), contracting.set_aside),
        _Work("patterns", lambda tx: tx.patterns.next_due(), recurring.fire, recurring.set_aside),
        _Work("visits", lambda tx: tx.visits.next_due(), partial(_visit, rules), visiting.set_aside),
        _Work("erasures", lambda tx: tx.erasure.next_due(), partial(_erase, rules), erasing.set_aside),
        _Work("nudges", lambda tx: tx.drafts.next_nudge(), nudging.fire, lambda tx: tx.drafts.drop_nudge()),
    )


def _fire_windows(rules: RuleSet, tx: Transaction, limit: int) -> int:
    return reminding.fire(tx, rules, limit)


def _take_stock(rules: RuleSet, tx: Transaction, limit: int) -> int:
    return stock_taking.fire(tx, rules, limit)


def _end_contracts(rules: RuleSet, tx: Transaction, limit: int) -> int:
    return contracting.fire(tx, rules, limit)


def _visit(rules: RuleSet, tx: Transaction, limit: int) -> int:
    return visiting.fire(tx, rules, limit)


def _erase(rules: RuleSet, tx: Transaction, limit: int) -> int:
    return erasing.fire(tx, rules, limit)


def _set_window_aside(tx: Transaction) -> int | None:
    timer = reminding.set_aside(tx)
    return timer.id if timer else None


def _forget(now: datetime, tx: Transaction) -> int:
    return tx.updates.forget(now - KEPT, now - LETTERS_KEPT, _FORGET_AT_ONCE)


def _compact(tx: Transaction, *, begin: bool) -> bool:
    return tx.search.compact(begin=begin)
