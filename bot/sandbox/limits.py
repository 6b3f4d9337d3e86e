"""Telegram's limits on sending, counted by the emulator's clock.

Telegram publishes figures, not its algorithm: about one message a second to one chat with short bursts allowed,
twenty a minute to one group, about thirty a second for bulk notifications. Here a burst is five messages, edits
count in groups, and "bulk" is a message to a private chat whose person did nothing for a minute: answers to people
are never held back by what is sent to others.
"""

import math
from collections import deque
from datetime import datetime, timedelta
from typing import Final

_BURST: Final = 5
_GROUP_COUNT: Final = 20
_GROUP_SPAN: Final = timedelta(minutes=1)
_BULK_COUNT: Final = 30
_BULK_SPAN: Final = timedelta(seconds=1)
_ANSWER_SPAN: Final = timedelta(minutes=1)


class Limits:
    """Says how long a message must wait; one that need not is counted."""

    def __init__(self, *, enabled: bool) -> None:
        self.enabled = enabled
        self._private: dict[int, tuple[float, datetime]] = {}  # tokens left, and when they were counted
        self._groups: dict[int, deque[datetime]] = {}
        self._bulk: deque[datetime] = deque()
        self._active: dict[int, datetime] = {}

    def acted(self, chat_id: int, now: datetime) -> None:
        """Note that the person of a private chat wrote or tapped."""
        if self.enabled:
            self._active[chat_id] = now

    def spend(self, chat_id: int, now: datetime, *, group: bool, edit: bool, count: int = 1) -> int:
        """Count `count` messages, or return after how many whole seconds to try again (0: it may go)."""
        if not self.enabled or (edit and not group):
            return 0
        wait = self._spend_group(chat_id, now, count) if group else self._spend_private(chat_id, now, count)
        return math.ceil(wait)

    def _spend_group(self, chat_id: int, now: datetime, count: int) -> float:
        sent = self._groups.setdefault(chat_id, deque())
        wait = _wait(sent, now, _GROUP_SPAN, _GROUP_COUNT, count)
        if not wait:
            sent.extend([now] * count)
        return wait

    def _spend_private(self, chat_id: int, now: datetime, count: int) -> float:
        tokens, counted = self._private.get(chat_id, (float(_BURST), now))
        tokens = min(float(_BURST), tokens + (now - counted).total_seconds())
        # An album counts by its items but is let through whole: the debt delays what follows.
        if tokens < 1:
            return max(1.0, 1 - tokens)
        bulk = now - self._active.get(chat_id, datetime.min.replace(tzinfo=now.tzinfo)) > _ANSWER_SPAN
        wait = _wait(self._bulk, now, _BULK_SPAN, _BULK_COUNT, count) if bulk else 0.0
        if not wait:
            self._private[chat_id] = (tokens - count, now)
            if bulk:
                self._bulk.extend([now] * count)
        return wait


def _wait(sent: deque[datetime], now: datetime, span: timedelta, most: int, count: int) -> float:
    """Return the seconds until `count` more fit into the sliding window, forgetting what has left it."""
    while sent and now - sent[0] >= span:
        sent.popleft()
    surplus = len(sent) + count - most
    if surplus <= 0:
        return 0.0
    return max(1.0, (sent[min(surplus, len(sent)) - 1] + span - now).total_seconds())
