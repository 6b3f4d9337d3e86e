"""The queue of updates that wait for the bot: kept until confirmed, in order, as the text that will be sent.

A raw update that has no usable number of its own can't be confirmed by an offset. It counts as confirmed once a
request with an offset follows the one that got it; a bot that has no offset to give gets it three times.
"""

import asyncio
import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

_LOOSE_ATTEMPTS: Final = 3
_NOT_BY_DEFAULT: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Pending:
    """One update that is not yet confirmed."""

    number: int
    """Its place in the queue; its `update_id` too, unless it is loose."""
    raw: str
    loose: bool
    """Whether it bears no usable `update_id`: malformed, or one that was used before."""


class UpdateQueue:
    """Updates in the order in which they happened."""

    def __init__(self, first_number: int = 700_000_001) -> None:
        self._next = first_number
        self._pending: deque[Pending] = deque()
        self._handed_out: dict[int, int] = {}  # how often, by the number of a loose update
        self._waiting: set[asyncio.Future[None]] = set()
        self.allowed: frozenset[str] | None = None
        """Kinds asked for; None stands for Telegram's default. It counts when an update comes into being."""

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def next_number(self) -> int:
        """The `update_id` that the next update will bear."""
        return self._next

    @property
    def awaited(self) -> bool:
        """Whether a poll or a webhook is waiting for the next update."""
        return bool(self._waiting)

    def allow(self, kinds: Iterable[str]) -> None:
        """Choose the kinds of updates from now on; none named means the default."""
        self.allowed = frozenset(kinds) or None

    def put(self, kind: str, payload: dict[str, Any]) -> None:
        """Queue an update of a kind unless the bot asked not to get it."""
        wanted = kind not in _NOT_BY_DEFAULT if self.allowed is None else kind in self.allowed
        if wanted:
            self._append(json.dumps({"update_id": self._next, kind: payload}), loose=False)

    def put_raw(self, update: Any) -> None:
        """Queue anything as it is; an object without an `update_id` is given the next one."""
        if isinstance(update, dict) and "update_id" not in update:
            self._append(json.dumps({"update_id": self._next, **update}), loose=False)
            return
        number = update.get("update_id") if isinstance(update, dict) else None
        usable = isinstance(number, int) and not isinstance(number, bool) and self._next <= number < 2**53
        if usable and number is not None:
            self._next = number
        self._append(json.dumps(update), loose=not usable)

    def _append(self, raw: str, *, loose: bool) -> None:
        self._pending.append(Pending(self._next, raw, loose))
        self._next += 1
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    def confirm(self, offset: int) -> None:
        """Forget the updates below `offset` and the loose ones that have arrived; negative counts from the end."""
        arrived = {number for number, times in self._handed_out.items() if offset or times >= _LOOSE_ATTEMPTS}
        if offset < 0:
            offset = self._pending[offset].number if -offset < len(self._pending) else 0
        while self._pending and self._pending[0].number < offset:
            self._handed_out.pop(self._pending.popleft().number, None)
        if arrived:
            self._pending = deque(entry for entry in self._pending if entry.number not in arrived)
            self._handed_out = {number: times for number, times in self._handed_out.items() if number not in arrived}

    def take(self, limit: int) -> list[Pending]:
        """Return up to `limit` updates, oldest first; they stay until confirmed."""
        taken = [self._pending[index] for index in range(min(limit, len(self._pending)))]
        for entry in taken:
            if entry.loose:
                self._handed_out[entry.number] = self._handed_out.get(entry.number, 0) + 1
        return taken

    def first(self) -> Pending | None:
        """Return the update that a webhook is to get next."""
        return self._pending[0] if self._pending else None

    def done(self, entry: Pending) -> None:
        """Forget the first update, which a webhook has accepted; nothing if it has been dropped meanwhile."""
        if self._pending and self._pending[0] is entry:
            self._pending.popleft()

    def drop(self) -> None:
        """Forget all updates."""
        self._pending.clear()
        self._handed_out.clear()

    def restored(self, next_number: int, raws: Iterable[tuple[int, str, bool]]) -> None:
        """Take over what an earlier run of the emulator has left."""
        self._next = next_number
        self._pending = deque(Pending(number, raw, loose) for number, raw, loose in raws)

    def entries(self) -> Iterable[Pending]:
        """Return what waits, oldest first."""
        return self._pending

    async def arrival(self) -> None:
        """Return when an update has been queued since the call."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)
