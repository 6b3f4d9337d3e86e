"""The line-up under any mix of letters, lanes, waits and holds, with the pacer and without."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.adapters.telegram.lineup import Lineup
from bot.adapters.telegram.pacer import Pacer
from bot.ports.outbox import Head, Lane

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHATS = st.sampled_from([0, 1, 2, 3, -1, -2])


class Queueing(RuleBasedStateMachine):
    """A line-up beside the plain list of what waits, and a second pacer that is told the same."""

    @initialize(paced=st.booleans())
    def opens(self, paced: bool) -> None:
        self.now = NOON
        self.line = Lineup(Pacer() if paced else None)
        self.pacer = Pacer() if paced else None
        self.waiting: dict[int, Head] = {}
        self.under_way: dict[int, Head] = {}
        self.last = 0

    @rule(chat=CHATS, lane=st.sampled_from(Lane), wait=st.sampled_from([0, 0, 0, 2, 90]))
    def a_letter_is_written(self, chat: int, lane: Lane, wait: int) -> None:
        self.last += 1
        self.lines_up(Head(self.last, chat, lane, self.now + timedelta(seconds=wait)))

    @rule(limit=st.integers(0, 5))
    def letters_are_taken(self, limit: int) -> None:
        ready = self.ready()
        taken = [self.waiting[letter_id] for letter_id, _ in self.line.take(self.now, limit)]
        assert len(taken) <= limit
        assert set(taken) <= set(ready)
        taps = [head for head in taken if not head.chat_id]
        assert len(taps) == min(len([head for head in ready if not head.chat_id]), (limit + 1) // 2)
        of_chats = [head for head in taken if head.chat_id]
        most_urgent = sorted((head for head in ready if head.chat_id), key=_urgency)
        assert of_chats == most_urgent[: limit - len(taps)], "a chat that has to wait holds back no other"
        for head in taken:
            del self.waiting[head.id]
            self.under_way[head.id] = head
            if self.pacer and head.chat_id:
                self.pacer.spend(head.chat_id, now=self.now)

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(min_value=0), again=st.sampled_from([None, None, None, 0, 5]))
    def one_has_its_outcome(self, which: int, again: int | None) -> None:
        head = self.under_way.pop(sorted(self.under_way)[which % len(self.under_way)])
        if again is not None:
            until = self.now + timedelta(seconds=again)
            if again:
                self.holds(head.chat_id, until)
            self.lines_up(Head(head.id, head.chat_id, head.lane, until))
        self.line.release(head.chat_id, self.now)

    @rule(chat=CHATS, messages=st.integers(1, 9))
    def an_album_is_sent(self, chat: int, messages: int) -> None:
        self.line.spend(chat, messages, self.now)
        if self.pacer and chat:
            self.pacer.spend(chat, now=self.now, cost=messages)

    @rule(seconds=st.sampled_from([0.5, 1, 4, 70]))
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def it_is_waited_for_the_next(self) -> None:
        self.line.take(self.now, 0)  # as whoever sends does before waiting
        moment = self.line.next_time()
        if self.ready() or moment is None:
            return
        assert moment > self.now
        self.now = moment

    @precondition(lambda self: not self.under_way)
    @rule()
    def all_is_lined_up_anew(self) -> None:
        self.line.clear()
        if self.pacer:
            self.pacer = self.pacer.renewed()
        for head in self.waiting.values():
            self.line.add(head, self.now)

    @invariant()
    def what_waits_is_counted(self) -> None:
        assert len(self.line) == len(self.waiting)

    @invariant()
    def whoever_waits_for_a_time_knows_it(self) -> None:
        busy = {head.chat_id for head in self.under_way.values() if head.chat_id}
        if any(head.chat_id not in busy for head in self.waiting.values()) and not self.ready():
            assert self.line.next_time() is not None, "nothing waits for ever"

    def teardown(self) -> None:
        for _ in range(2000):
            for head in list(self.under_way.values()):
                del self.under_way[head.id]
                self.line.release(head.chat_id, self.now)
            if not self.waiting:
                return
            self.letters_are_taken(100)
            if not self.under_way:
                self.it_is_waited_for_the_next()
        raise AssertionError("the line never empties")

    def lines_up(self, head: Head) -> None:
        self.waiting[head.id] = head
        self.line.add(head, self.now)

    def holds(self, chat: int, until: datetime) -> None:
        self.line.hold(chat, until)
        if self.pacer and chat:
            self.pacer.hold(chat, until)

    def ready(self) -> list[Head]:
        """Return the letters that may go now: of each chat that has none under way the first, if its time has come."""
        busy = {head.chat_id for head in self.under_way.values()}
        chats = defaultdict(list)
        for head in self.waiting.values():
            chats[head.chat_id].append(head)
        free = [head for head in chats.pop(0, []) if head.not_before <= self.now]
        first = [min(heads, key=_urgency) for chat, heads in chats.items() if chat not in busy]
        return free + [head for head in first if self.may_go(head)]

    def may_go(self, head: Head) -> bool:
        if head.not_before > self.now:
            return False
        if self.pacer is None:
            return True
        bulk = head.lane is Lane.BULK
        return self.pacer.ready_at(head.chat_id, bulk=bulk, now=self.now) <= self.now


def _urgency(head: Head) -> tuple[Lane, int]:
    return head.lane, head.id


Queueing.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestQueueing = Queueing.TestCase
