"""The middle of the way: each update of the inbox is translated and carried out in a transaction of its own.

Updates of one chat are handled in the order they came, those of different chats side by side. One that cannot be
understood, or meets a fault of ours, is set aside raw with a short reference; its neighbours go on.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial

import structlog

from bot.adapters.metrics import Metrics
from bot.adapters.supervisor import Heartbeat
from bot.adapters.telegram.translate import Untranslatable, translate
from bot.domain.regulation import RuleSet
from bot.ports.inbox import Received
from bot.ports.incoming import (
    BotMembershipChanged,
    GroupMigrated,
    Ignored,
    Incoming,
    MessageEdited,
    MessageReceived,
    ReachabilityChanged,
    Tapped,
)
from bot.ports.store import Store, StoreBroken, StoreBusy, Transaction
from bot.services import apologising
from bot.services.handling import handle

log = structlog.get_logger()

BATCH = 200
_GLANCE_S = 5.0


class Handler:
    """Handles what the inbox holds."""

    def __init__(
        self,
        store: Store,
        rules: RuleSet,
        metrics: Metrics,
        bot_id: int,
        bot_name: str,
        arrived: asyncio.Event,
        handled: Callable[[], None],
    ) -> None:
        """`arrived` is set when there may be new updates; `handled` is called after each, which may write letters."""
        self._store = store
        self._rules = rules
        self._metrics = metrics
        self._bot_id = bot_id
        self._bot_name = bot_name
        self._handled = handled
        self._arrived = arrived

    async def run(self, heart: Heartbeat) -> None:
        """Handle until told to stop."""
        while not heart.stopping.is_set():
            self._arrived.clear()
            batch = await self._store.look(lambda tx: tx.updates.pending(0, BATCH))
            if batch:
                await self._all(batch)
            else:
                await self._pause(heart)
            heart.beat()

    async def _all(self, batch: tuple[Received, ...]) -> None:
        chats: defaultdict[int, list[tuple[Received, Incoming]]] = defaultdict(list)
        for update in batch:
            try:
                incoming = translate(update.raw, self._bot_id, self._bot_name)
            except Untranslatable as error:
                await self._set_aside(update, error.reason, error.remains)
            else:
                chats[_chat_of(incoming)].append((update, incoming))
        ends = await asyncio.gather(*(self._in_order(updates) for updates in chats.values()), return_exceptions=True)
        for end in ends:
            if end is not None:
                raise end

    async def _in_order(self, updates: list[tuple[Received, Incoming]]) -> None:
        for update, incoming in updates:
            await self._one(update, incoming)

    async def _one(self, update: Received, incoming: Incoming) -> None:
        began = time.perf_counter()
        try:
            await self._store.transact(partial(_carry_out, rules=self._rules, incoming=incoming, seq=update.seq))
        except (StoreBusy, StoreBroken):
            raise
        except Exception as error:
            log.error("update_failed", seq=update.seq, reference=_reference(update), exc_info=error)
            await self._set_aside(update, "failed", incoming)
            return
        self._metrics.handled.labels(outcome="done").inc()
        self._metrics.handling_seconds.observe(time.perf_counter() - began)
        self._handled()

    async def _set_aside(self, update: Received, reason: str, incoming: Incoming | None = None) -> None:
        reference = _reference(update)
        put_down = partial(_quarantine, seq=update.seq, reason=reason, reference=reference)
        try:
            await self._store.transact(partial(put_down, incoming=incoming))
        except (StoreBusy, StoreBroken):
            raise
        except Exception as error:  # what broke the handling broke the apology too: it must not be tried for ever
            log.error("apology_failed", seq=update.seq, reference=reference, exc_info=error)
            await self._store.transact(partial(put_down, incoming=None))
        self._metrics.quarantined.inc()
        self._metrics.handled.labels(outcome=reason).inc()
        log.warning("update_quarantined", seq=update.seq, reason=reason, reference=reference)
        self._handled()

    async def _pause(self, heart: Heartbeat) -> None:
        waits = {asyncio.create_task(self._arrived.wait()), asyncio.create_task(heart.stopping.wait())}
        try:
            await asyncio.wait(waits, timeout=_GLANCE_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


def _carry_out(tx: Transaction, rules: RuleSet, incoming: Incoming, seq: int) -> None:
    if tx.updates.begin(seq):
        handle(tx, rules, incoming)


def _quarantine(tx: Transaction, seq: int, reason: str, reference: str, incoming: Incoming | None) -> None:
    if tx.updates.quarantine(seq, reason, reference) and incoming is not None:
        apologising.apologise(tx, incoming, reference)


def _chat_of(incoming: Incoming) -> int:
    match incoming:
        case MessageReceived(chat=chat) | MessageEdited(chat=chat) | BotMembershipChanged(chat=chat):
            return chat.id
        case Tapped(chat=chat, sender=sender):
            return chat.id if chat else sender.account
        case ReachabilityChanged(sender=sender):
            return sender.account
        case GroupMigrated(old_chat_id=old_chat_id):
            return old_chat_id
        case Ignored():
            return 0


def _reference(update: Received) -> str:
    return f"U{update.seq}"
