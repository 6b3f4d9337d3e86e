"""When the next call to a chat may be made, by Telegram's limits.

Pure: whoever asks brings the time, so the sandbox's clock paces as well as the machine's. Limits are sliding windows,
"at most so many in so long", because that is what can be promised for every stretch of time; a bucket that refills
would let twice its size through around its edge.

What counts: each message of an album, and each edit or reaction, as one; Telegram counts edits in groups towards the
same 20 a minute. The answer to a tap (answerCallbackQuery) belongs to no chat and costs nothing. The limit over all
chats holds back the bulk lane only, but everything sent counts towards it, so that bulk gives way to replies.

Memory is bounded by the calls of one longest window: chats that have been quiet for longer are forgotten as others
are used.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.ports.messenger import AnswerTap, Call, SendAlbum, SetMenu

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """At most `count` within any stretch of `length`."""

    count: int
    length: timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram's limits (Bots FAQ, "My bot is hitting limits"): 1/s in a chat, short bursts allowed; 20/min in a group;
    30/s over all.

    The lengths are a little over Telegram's: it counts arrivals, and the network may bring two calls closer together.
    The long window of private chats is as wide as the largest album, which otherwise would leave a debt behind.
    """

    private: tuple[Window, ...] = (Window(3, timedelta(seconds=3.1)), Window(10, timedelta(seconds=10.5)))
    group: tuple[Window, ...] = (Window(3, timedelta(seconds=3.1)), Window(20, timedelta(seconds=61)))
    overall: Window = Window(30, timedelta(seconds=1.05))


@dataclass(slots=True)
class _Chat:
    spent: deque[datetime]
    held_until: datetime = field(default=_LONG_AGO)


def cost(call: Call) -> int:
    """Return how many messages `call` counts as; 0 needs no pacing."""
    match call:
        case AnswerTap() | SetMenu():
            return 0
        case SendAlbum():
            return len(call.items)
        case _:
            return 1


class Pacer:
    """Keeps what was sent lately. Moments given to it must not go back."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._overall: deque[datetime] = deque(maxlen=self._limits.overall.count)
        self._chats: OrderedDict[int, _Chat] = OrderedDict()  # the longest unused first
        self._memory = max(window.length for window in (*self._limits.private, *self._limits.group))

    def renewed(self) -> "Pacer":
        """Return one of the same limits that remembers nothing."""
        return Pacer(self._limits)

    def __len__(self) -> int:
        """Return how many chats are remembered."""
        return len(self._chats)

    def ready_at(self, chat_id: int, *, bulk: bool, now: datetime, cost: int = 1) -> datetime:
        """Return when a call of `cost` messages may be made: `now`, or the first later moment that all limits allow.

        A cost above what a window holds at all is taken as filling it: such a call goes out alone.
        """
        ready = now
        if (chat := self._chats.get(chat_id)) is not None:
            ready = max(ready, chat.held_until)
            for window in self._windows(chat_id):
                ready = max(ready, _free_at(chat.spent, window, cost))
        if bulk:
            ready = max(ready, _free_at(self._overall, self._limits.overall, cost))
        return ready

    def spend(self, chat_id: int, *, now: datetime, cost: int = 1) -> None:
        """Record that a call of `cost` messages is being made, in whichever lane."""
        if cost == 0:
            return
        chat = self._used(chat_id)
        for _ in range(cost):
            chat.spent.append(now)
            self._overall.append(now)
        self._forget_quiet(now)

    def hold(self, chat_id: int, until: datetime) -> None:
        """Keep a chat waiting until then (its 429); an earlier moment does not shorten a longer wait."""
        chat = self._used(chat_id)
        chat.held_until = max(chat.held_until, until)

    def _windows(self, chat_id: int) -> tuple[Window, ...]:
        return self._limits.group if chat_id < 0 else self._limits.private

    def _used(self, chat_id: int) -> _Chat:
        chat = self._chats.get(chat_id)
        if chat is None:
            longest = max(window.count for window in self._windows(chat_id))
            chat = self._chats[chat_id] = _Chat(deque(maxlen=longest))
        self._chats.move_to_end(chat_id)
        return chat

    def _forget_quiet(self, now: datetime) -> None:
        """Look at the two chats longest unused: more than one call adds, so quiet chats cannot pile up.

        The chat just used is among those remembered, so there is always one to look at.
        """
        for _ in range(2):
            chat_id, chat = next(iter(self._chats.items()))
            if chat.held_until > now:
                self._chats.move_to_end(chat_id)
            elif not chat.spent or chat.spent[-1] + self._memory <= now:
                del self._chats[chat_id]
            else:
                break


def _free_at(spent: deque[datetime], window: Window, cost: int) -> datetime:
    """Return the moment at which `window` has room for `cost` more, from its own latest entries alone."""
    room_for = min(cost, window.count)
    surplus = len(spent) + room_for - window.count
    if surplus <= 0 or room_for == 0:
        return _LONG_AGO
    # The entry that must have left the window: counted from the end, because a log may hold more than this window.
    return spent[surplus - 1] + window.length
