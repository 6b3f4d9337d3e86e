"""Who is on duty when: shifts that come every week, dated ones that go before them, and leave with who stands in.

Hours are those of the clock on the estate's wall; each shift becomes a span of real time on its own day, so that
shifts which follow each other leave no gap, whatever is done to that clock (summer time, leap days, the year's end).
Pure: who is asked where a roster names nobody is decided in `services/duty`.

Invariant: at one post one person is on duty at a time. What contradicts that is refused (`first_conflict`).
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.lengths import Calendar
from bot.domain.people import Role

#: Posts that belong to a role and not to a department, from below.
ROLES_ON_DUTY = (Role.GENERAL_SUPERVISOR, Role.DIRECTOR)
EVERY_DAY = frozenset(range(7))
#: So far ahead somebody's next duty is looked for; who has none by then is in no roster.
_AHEAD = 62
_DAY = timedelta(days=1)
_MINUTES_A_DAY = 24 * 60
_MINUTES_A_WEEK = 7 * _MINUTES_A_DAY


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody is on duty for: a department, or all that reaches a role; one of the two is given.

    With `zone_id`, a place of the estate, it is the department's post there: those at it are the nearest (AS-4).
    """

    department_id: int | None = None
    role: Role | None = None
    zone_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """When a shift is: on these days of each week (Monday is 0), or `on` one date, from `begins` to `ends`.

    What ends no later than it begins ends on the next day; what ends when it began lasts a day and a night.
    """

    begins: time
    ends: time
    days: frozenset[int] = frozenset()
    on: date | None = None

    def begins_on(self, day: date) -> bool:
        """Whether it begins on that day."""
        return day == self.on if self.on is not None else day.weekday() in self.days

    def span(self, day: date, calendar: Calendar) -> tuple[datetime, datetime]:
        """Return from when until when it lasts that begins on `day`, in UTC; the end no longer belongs to it."""
        last = day if self.ends > self.begins else day + _DAY
        return calendar.at(day, self.begins), calendar.at(last, self.ends)

    @property
    def minutes(self) -> int:
        """How many minutes it lasts on a day of 24 hours."""
        return (_minute(self.ends) - _minute(self.begins) - 1) % _MINUTES_A_DAY + 1


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody's turn at a post."""

    id: int
    estate_id: int
    post: Post
    person_id: int
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody is away from the first to the last day, both whole; `stand_in_id` has their duties meanwhile."""

    id: int
    estate_id: int
    person_id: int
    first: date
    last: date
    stand_in_id: int | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """The shifts and leaves of an estate that still matter."""

    shifts: tuple[Shift, ...] = ()
    leaves: tuple[Leave, ...] = ()

    def knows(self, post: Post) -> bool:
        """Whether shifts are set for that post; where none are, who is on duty is said by name."""
        return any(shift.post == post for shift in self.shifts)

    def at(self, post: Post, moment: datetime, calendar: Calendar) -> int | None:
        """Return whose shift it is at a post, leave left out of account; None in a gap, or where no shifts are set."""
        shift = self._shift_at(post, moment, calendar)
        return None if shift is None else shift.person_id

    def zoned(self) -> tuple[Post, ...]:
        """Return the posts that are in a zone, in the order in which they were set."""
        return tuple(dict.fromkeys(shift.post for shift in self.shifts if shift.post.zone_id is not None))

    def posts_of(self, person_id: int) -> frozenset[Post]:
        """Return the posts at which somebody has shifts."""
        return frozenset(shift.post for shift in self.shifts if shift.person_id == person_id)

    def leave_of(self, person_id: int, day: date) -> Leave | None:
        """Return the leave that somebody is on that day."""
        return next(
            (one for one in self.leaves if one.person_id == person_id and one.first <= day <= one.last),
            None,
        )

    def covering(self, person_id: int, day: date) -> int | None:
        """Return who has somebody's duties that day: they, or who stands in; None where nobody does.

        Who stands in may be away in turn and have somebody standing in.
        """
        asked: set[int] = set()
        while (leave := self.leave_of(person_id, day)) is not None:
            asked.add(person_id)
            if leave.stand_in_id is None or leave.stand_in_id in asked:
                return None
            person_id = leave.stand_in_id
        return person_id

    def stood_in_for(self, person_id: int, day: date) -> frozenset[int]:
        """Return whose duties somebody has that day beside their own."""
        away = {one.person_id for one in self.leaves if one.first <= day <= one.last}
        return frozenset(one for one in away if one != person_id and self.covering(one, day) == person_id)

    def back_on(self, person_id: int, day: date) -> date:
        """Return the first day from `day` on that somebody is not on leave."""
        while (leave := self.leave_of(person_id, day)) is not None:
            day = leave.last + _DAY
        return day

    def next_duty(self, person_id: int, moment: datetime, calendar: Calendar) -> datetime | None:
        """Return when somebody's duty begins who has shifts: `moment` itself where it is their turn.

        None where they have none, now or within two months.
        """
        posts = self.posts_of(person_id)
        if not posts:
            return None
        today = calendar.day_of(moment)
        begins: set[datetime] = {moment}
        for day in (today + timedelta(days=ahead) for ahead in range(-1, _AHEAD)):
            for shift in self.shifts:
                # A turn may also begin where the dated one ends that went before it.
                if shift.post in posts and shift.pattern.begins_on(day):
                    begins.update(shift.pattern.span(day, calendar))
            if self.leave_of(person_id, day - _DAY) and not self.leave_of(person_id, day):
                begins.add(calendar.at(day, time()))  # back in the middle of a turn
        later = (begin for begin in sorted(begins) if begin >= moment)
        return next((begin for begin in later if self._on_turn(person_id, posts, begin, calendar)), None)

    def _on_turn(self, person_id: int, posts: Iterable[Post], moment: datetime, calendar: Calendar) -> bool:
        if self.leave_of(person_id, calendar.day_of(moment)):
            return False
        return any(self.at(post, moment, calendar) == person_id for post in posts)

    def _shift_at(self, post: Post, moment: datetime, calendar: Calendar) -> Shift | None:
        """Return the shift at a post: a dated one before those of every week, of two the one that began later."""
        today = calendar.day_of(moment)
        found: list[tuple[bool, datetime, Shift]] = []
        for shift in self.shifts:
            if shift.post != post:
                continue
            for day in (today - _DAY, today):
                if shift.pattern.begins_on(day):
                    begin, end = shift.pattern.span(day, calendar)
                    if begin <= moment < end:
                        found.append((shift.pattern.on is not None, begin, shift))
        return max(found, key=lambda one: one[:2])[2] if found else None


def first_conflict(shifts: Sequence[Shift]) -> tuple[Shift, Shift] | None:
    """Return the first two shifts that put two people on duty at one post at a time, in their order; None if none do.

    A dated one goes before those of every week, and contradicts only another dated one.
    """
    for one, other in itertools.combinations(shifts, 2):
        if one.post == other.post and (one.pattern.on is None) == (other.pattern.on is None) and _overlap(one, other):
            return one, other
    return None


def leave_conflict(leaves: Iterable[Leave], leave: Leave) -> Leave | None:
    """Return the leave of the same person, another than `leave`, that has a day in common with it."""
    return next(
        (
            one
            for one in leaves
            if one.id != leave.id
            and one.person_id == leave.person_id
            and one.first <= leave.last
            and leave.first <= one.last
        ),
        None,
    )


def _overlap(one: Shift, other: Shift) -> bool:
    dated = one.pattern.on is not None
    for begin, end in _minutes(one.pattern):
        for start, finish in _minutes(other.pattern):
            shifts_of_week = (0,) if dated else (-_MINUTES_A_WEEK, 0, _MINUTES_A_WEEK)
            if any(begin < finish + moved and start + moved < end for moved in shifts_of_week):
                return True
    return False


def _minutes(pattern: Pattern) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each turn in minutes of the week, or since the first day there was."""
    days = [pattern.on.toordinal()] if pattern.on is not None else sorted(pattern.days)
    for day in days:
        begin = day * _MINUTES_A_DAY + _minute(pattern.begins)
        yield begin, begin + pattern.minutes


def _minute(hour: time) -> int:
    return hour.hour * 60 + hour.minute
