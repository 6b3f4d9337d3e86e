"""Fires what is due, each second: windows' stages, and the forgetting of what need not be kept.

After a stop it waits until what people sent meanwhile is handled, so that nobody is escalated who had acted in time.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.adapters.metrics import Metrics
from bot.domain.regulation import RuleSet
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services import reminding

#: So many timers fire in one transaction.
BATCH: Final = 200
#: Handled updates and settled letters hold people's words; they are kept so long and no longer.
KEPT: Final = timedelta(days=14)
_FORGET_EVERY: Final = timedelta(hours=1)
_FORGET_AT_ONCE: Final = 500


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
        self._rules = rules
        self._clock = clock
        self._metrics = metrics
        self._ready = ready
        self._fired = fired
        self._open = False
        self._one_at_a_time = asyncio.Lock()
        self._forgot_at: datetime | None = None

    async def tick(self) -> None:
        """Fire everything that is due. Called while another call is at it, it waits its turn."""
        async with self._one_at_a_time:
            await self._tick()

    async def _tick(self) -> None:
        if not self._open:
            self._open = self._ready() and await self._store.look(lambda tx: tx.updates.waiting()) == 0
            if not self._open:
                return
        due = await self._store.look(lambda tx: tx.obligations.next_due())
        while due is not None and due <= self._clock.now():
            self._metrics.timer_lag_seconds.observe((self._clock.now() - due).total_seconds())
            count = await self._store.transact(partial(_fire, self._rules))
            self._metrics.timers_fired.inc(count)
            self._fired()
            due = await self._store.look(lambda tx: tx.obligations.next_due())
        await self._forget()

    async def _forget(self) -> None:
        now = self._clock.now()
        if self._forgot_at is not None and now - self._forgot_at < _FORGET_EVERY:
            return
        while await self._store.transact(partial(_forget, now - KEPT)) >= _FORGET_AT_ONCE:
            pass
        self._forgot_at = now


def _fire(rules: RuleSet, tx: Transaction) -> int:
    return reminding.fire(tx, rules, BATCH)


def _forget(before: datetime, tx: Transaction) -> int:
    return tx.updates.forget(before, _FORGET_AT_ONCE)
