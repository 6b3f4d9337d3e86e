"""Which letters may be sent now: first in line of their chat, by lanes, at the pace that Telegram bears.

Invariants: within a chat letters go one after the other in the order of lane and age, so one that has to wait holds
back its own chat and no other. What belongs to no chat (chat 0: answers to taps) waits for nobody. Nothing here is
truth: it is rebuilt from the outbox at each start.
"""

import heapq
from dataclasses import dataclass, field
from datetime import datetime

from bot.adapters.telegram.pacer import Pacer
from bot.ports.outbox import Head, Lane


@dataclass(slots=True)
class _Queue:
    """The letters of one chat, first the one to go next; `busy` while one of them is on its way."""

    heads: list[tuple[Lane, int, datetime]] = field(default_factory=list)
    busy: bool = False


class Lineup:
    """The waiting letters, by chat."""

    def __init__(self, pacer: Pacer | None) -> None:
        """Line up by `pacer`; None sends as fast as it goes."""
        self._pacer = pacer
        self._chats: dict[int, _Queue] = {}
        self._later: list[tuple[datetime, int]] = []
        self._ready: list[tuple[Lane, int, int]] = []
        self._free: list[tuple[Lane, int, datetime]] = []
        self._waiting = 0

    def __len__(self) -> int:
        """Return how many letters wait, those on their way not counted."""
        return self._waiting

    def clear(self) -> None:
        """Forget every letter, and what was reckoned by a clock that may have been set since."""
        self._chats.clear()
        self._later.clear()
        self._ready.clear()
        self._free.clear()
        self._waiting = 0
        if self._pacer:
            self._pacer = self._pacer.renewed()

    def add(self, head: Head, now: datetime) -> None:
        """Line up a waiting letter."""
        self._waiting += 1
        entry = (head.lane, head.id, head.not_before)
        if head.chat_id == 0:
            heapq.heappush(self._free, entry)
            return
        queue = self._chats.setdefault(head.chat_id, _Queue())
        heapq.heappush(queue.heads, entry)
        if queue.heads[0] == entry:
            self._offer(head.chat_id, now)

    def take(self, now: datetime, limit: int) -> list[tuple[int, int]]:
        """Return at most `limit` letters to be sent now as (letter, chat); each must be released again."""
        while self._later and self._later[0][0] <= now:
            self._offer(heapq.heappop(self._later)[1], now)
        taken: list[tuple[int, int]] = []
        put_off: list[tuple[Lane, int, datetime]] = []
        while self._free and len(taken) < -(-limit // 2):  # a flood of taps leaves room for messages
            entry = heapq.heappop(self._free)
            if entry[2] <= now:
                taken.append((entry[1], 0))
            else:
                put_off.append(entry)
        for entry in put_off:
            heapq.heappush(self._free, entry)
        while self._ready and len(taken) < limit:
            _, letter_id, chat_id = heapq.heappop(self._ready)
            queue = self._chats.get(chat_id)
            if queue is None or queue.busy or not queue.heads or queue.heads[0][1] != letter_id:
                continue  # offered earlier, meanwhile sent or overtaken
            if self._ready_at(chat_id, queue, now) > now:
                self._offer(chat_id, now)
                continue
            heapq.heappop(queue.heads)
            queue.busy = True
            self.spend(chat_id, 1, now)
            taken.append((letter_id, chat_id))
        self._waiting -= len(taken)
        return taken

    def spend(self, chat_id: int, messages: int, now: datetime) -> None:
        """Count messages sent to a chat (an album is several; the first is counted by `take`)."""
        if self._pacer and chat_id:
            self._pacer.spend(chat_id, now=now, cost=messages)

    def hold(self, chat_id: int, until: datetime) -> None:
        """Keep a chat waiting, as Telegram asks with a 429."""
        if self._pacer and chat_id:
            self._pacer.hold(chat_id, until)

    def release(self, chat_id: int, now: datetime) -> None:
        """The letter of that chat that was on its way has its outcome: let the next one go."""
        queue = self._chats.get(chat_id)
        if queue is None:
            return
        queue.busy = False
        if queue.heads:
            self._offer(chat_id, now)
        else:
            del self._chats[chat_id]

    def next_time(self) -> datetime | None:
        """Return the earliest moment at which a letter that has to wait may go, if any waits for a time."""
        times = [entry[2] for entry in self._free]
        if self._later:
            times.append(self._later[0][0])
        return min(times, default=None)

    def _offer(self, chat_id: int, now: datetime) -> None:
        queue = self._chats.get(chat_id)
        if queue is None or queue.busy or not queue.heads:
            return
        ready_at = self._ready_at(chat_id, queue, now)
        if ready_at <= now:
            heapq.heappush(self._ready, (queue.heads[0][0], queue.heads[0][1], chat_id))
        else:
            heapq.heappush(self._later, (ready_at, chat_id))

    def _ready_at(self, chat_id: int, queue: _Queue, now: datetime) -> datetime:
        lane, _, not_before = queue.heads[0]
        if self._pacer is None:
            return not_before
        return max(not_before, self._pacer.ready_at(chat_id, bulk=lane is Lane.BULK, now=now))
