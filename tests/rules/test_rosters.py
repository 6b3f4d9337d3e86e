"""Who is on duty when, as tables and by any moment: no gap where shifts meet, none twice, whatever the clock does."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lengths import Calendar
from bot.domain.people import Role
from bot.domain.rosters import EVERY_DAY, Leave, Pattern, Post, Roster, Shift, first_conflict, leave_conflict
from bot.domain.shift_words import read_pattern

HONG_KONG = Calendar(ZoneInfo("Asia/Hong_Kong"))
#: A leap year with its 29 February lies between, and two turns of the year.
_FIRST, _LAST = datetime.combine(date(2026, 12, 25), time()), datetime.combine(date(2028, 3, 2), time())
#: Zones whose clocks are changed, one of them by half an hour.
ZONES = ("Asia/Hong_Kong", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
DESK = Post(department_id=1)
DIRECTOR = Post(role=Role.DIRECTOR)
MONDAY = date(2026, 3, 2)
LAM, FONG, HO, CHEUNG = 1, 2, 3, 4


def shift(person: int, words: str, post: Post = DESK, number: int = 0) -> Shift:
    """Return a turn as people write it."""
    pattern = read_pattern(words)
    assert pattern is not None, words
    return Shift(number, 1, post, person, pattern)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a time of the week that begins on Monday, 2 March 2026, by the clock on Hong Kong's walls."""
    return HONG_KONG.at(MONDAY + timedelta(days=day), time(hour, minute))


def away(person: int, first: int, last: int, stand_in: int | None = None) -> Leave:
    """Return leave from one day of that week to another."""
    return Leave(0, 1, person, MONDAY + timedelta(days=first), MONDAY + timedelta(days=last), stand_in)


WEEK = Roster(
    (
        shift(LAM, "Mon-Fri 8:00-20:00"),
        shift(FONG, "daily 20:00-8:00"),
        shift(HO, "Sat 8:00-20:00"),
        shift(CHEUNG, "2026-03-04 12:00-16:00"),
    )
)


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        (at(0, 8), LAM),
        (at(0, 19, 59), LAM),
        (at(0, 20), FONG),
        (at(1, 7, 59), FONG),
        (at(1, 0), FONG),
        (at(2, 11, 59), LAM),
        (at(2, 12), CHEUNG),  # a dated turn goes before those of every week
        (at(2, 15, 59), CHEUNG),
        (at(2, 16), LAM),
        (at(5, 8), HO),
        (at(6, 8), None),  # nobody on Sunday by day
        (at(6, 20), FONG),
        (at(7, 7, 59), FONG),
        (at(0, 7, 59), FONG),  # Sunday's night ends on Monday
    ],
)
def test_whose_turn_it_is(moment: datetime, who: int | None) -> None:
    assert WEEK.at(DESK, moment, HONG_KONG) == who


def test_each_post_has_its_own_turns() -> None:
    assert WEEK.knows(DESK)
    assert not WEEK.knows(DIRECTOR)
    assert WEEK.at(DIRECTOR, at(0, 12), HONG_KONG) is None
    assert WEEK.posts_of(LAM) == {DESK}
    assert WEEK.posts_of(99) == frozenset()


@pytest.mark.parametrize("zone", ZONES)
@given(moment=st.datetimes(_FIRST, _LAST, timezones=st.just(UTC)), cut=st.times())
def test_two_turns_that_make_a_day_leave_no_gap(zone: str, moment: datetime, cut: time) -> None:
    cut = cut.replace(second=0, microsecond=0)
    calendar = Calendar(ZoneInfo(zone))
    by_day, by_night = (Pattern(*hours, EVERY_DAY) for hours in ((cut, time(20, 15)), (time(20, 15), cut)))
    roster = Roster((Shift(1, 1, DESK, LAM, by_day), Shift(2, 1, DESK, FONG, by_night)))
    if cut != time(20, 15):
        assert first_conflict(roster.shifts) is None
    assert roster.at(DESK, moment, calendar) in (LAM, FONG)


@pytest.mark.parametrize("zone", ZONES)
@given(moment=st.datetimes(_FIRST, _LAST, timezones=st.just(UTC)))
def test_duty_begins_at_a_moment_at_which_one_is_on_duty(zone: str, moment: datetime) -> None:
    calendar = Calendar(ZoneInfo(zone))
    begin = WEEK.next_duty(LAM, moment, calendar)
    assert begin is not None
    assert begin >= moment
    assert WEEK.at(DESK, begin, calendar) == LAM
    assert WEEK.at(DESK, begin - timedelta(seconds=1), calendar) != LAM or begin == moment


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        ("Mon-Fri 8:00-20:00", "Fri 19:00-22:00", True),
        ("Mon-Fri 8:00-20:00", "Mon-Fri 20:00-8:00", False),
        ("daily 20:00-8:00", "Mon 7:59-9:00", True),
        ("Sun 20:00-8:00", "Mon 7:00-9:00", True),  # Sunday's night lies in the next week
        ("Sun 20:00-8:00", "Mon 8:00-9:00", False),
        ("Mon 8:00-8:00", "Tue 7:00-9:00", True),
        ("Mon 8:00-8:00", "Tue 8:00-9:00", False),
        ("daily 0:00-24:00", "Wed 3:00-4:00", True),
        ("Mon-Fri 8:00-20:00", "2026-03-03 8:00-20:00", False),  # that day somebody else has it
        ("2026-03-03 8:00-20:00", "2026-03-03 19:00-21:00", True),
        ("2026-03-03 20:00-8:00", "2026-03-04 7:00-9:00", True),
        ("2026-03-03 20:00-8:00", "2026-03-10 7:00-9:00", False),
        ("2028-02-28 20:00-8:00", "2028-02-29 7:00-9:00", True),
        ("2026-12-31 20:00-8:00", "2027-01-01 7:00-9:00", True),
    ],
)
def test_two_people_at_one_post_at_a_time_contradict_each_other(one: str, other: str, conflict: bool) -> None:
    first, second = shift(LAM, one), shift(FONG, other)
    assert first_conflict((first, second)) == ((first, second) if conflict else None)
    assert first_conflict((second, first)) == ((second, first) if conflict else None)
    assert first_conflict((first, shift(FONG, other, DIRECTOR))) is None, "another post is another matter"


def test_who_is_on_leave_is_covered_by_who_stands_in_who_may_be_away_in_turn() -> None:
    roster = Roster(leaves=(away(LAM, 0, 4, FONG), away(FONG, 2, 3, HO), away(HO, 3, 3, LAM)))
    covering = [roster.covering(LAM, MONDAY + timedelta(days=day)) for day in range(-1, 6)]
    assert covering == [LAM, FONG, FONG, HO, None, FONG, LAM], "in a circle nobody is left"
    assert Roster(leaves=(away(LAM, 0, 0),)).covering(LAM, MONDAY) is None


def test_leave_on_leave_ends_with_the_last() -> None:
    roster = Roster(leaves=(away(LAM, 0, 1), away(LAM, 2, 3)))
    assert roster.back_on(LAM, MONDAY) == MONDAY + timedelta(days=4)
    assert roster.back_on(FONG, MONDAY) == MONDAY


@pytest.mark.parametrize(
    ("first", "last", "conflict"), [(-2, -1, False), (-2, 0, True), (1, 1, True), (3, 9, True), (4, 9, False)]
)
def test_two_leaves_of_somebody_have_no_day_in_common(first: int, last: int, conflict: bool) -> None:
    known = Leave(7, 1, LAM, MONDAY, MONDAY + timedelta(days=3))
    assert leave_conflict((known,), away(LAM, first, last)) == (known if conflict else None)
    assert leave_conflict((known,), away(FONG, first, last)) is None
    assert leave_conflict((known,), known) is None


@pytest.mark.parametrize(
    ("person", "moment", "begin"),
    [
        (LAM, at(0, 9), at(0, 9)),
        (LAM, at(0, 20), at(1, 8)),
        (LAM, at(4, 20), at(7, 8)),  # over the weekend
        (LAM, at(2, 13), at(2, 16)),  # somebody else has these hours
        (FONG, at(0, 12), at(0, 20)),
        (HO, at(0, 0), at(5, 8)),
        (99, at(0, 0), None),
    ],
)
def test_when_somebodys_duty_begins(person: int, moment: datetime, begin: datetime | None) -> None:
    assert WEEK.next_duty(person, moment, HONG_KONG) == begin


def test_duty_begins_after_leave() -> None:
    roster = Roster((*WEEK.shifts, shift(HO, "daily 0:00-24:00", DIRECTOR)), (away(LAM, 1, 4), away(HO, 0, 2)))
    assert roster.next_duty(LAM, at(0, 20), HONG_KONG) == at(7, 8)
    assert roster.next_duty(HO, at(1, 12), HONG_KONG) == at(3, 0), "back in the middle of a turn"


@pytest.mark.parametrize(
    ("words", "pattern"),
    [
        ("Mon-Fri 8:00-20:00", Pattern(time(8), time(20), frozenset(range(5)))),
        ("weekdays 8:30-17", Pattern(time(8, 30), time(17), frozenset(range(5)))),
        ("Mondays and Wednesday from 9 to 17", Pattern(time(9), time(17), frozenset({0, 2}))),
        ("fri-mon 22:00–06:00", Pattern(time(22), time(6), frozenset({4, 5, 6, 0}))),
        ("sat, sun 0:00-24:00", Pattern(time(), time(), frozenset({5, 6}))),
        ("every day 8-8", Pattern(time(8), time(8), EVERY_DAY)),
        ("周一至周五 8:00至20:00", Pattern(time(8), time(20), frozenset(range(5)))),
        ("每天20:00到8:00", Pattern(time(20), time(8), EVERY_DAY)),
        ("星期六、星期日 08:00-08:00", Pattern(time(8), time(8), frozenset({5, 6}))),
        ("週末 9點至18點", Pattern(time(9), time(18), frozenset({5, 6}))),
        ("逢星期一 8時至18時", Pattern(time(8), time(18), frozenset({0}))),
        ("平日 8點30分至18點", Pattern(time(8, 30), time(18), frozenset(range(5)))),
        ("2026-12-24 8-16", Pattern(time(8), time(16), on=date(2026, 12, 24))),
        ("2028年2月29日 8點-16點", Pattern(time(8), time(16), on=date(2028, 2, 29))),
    ],
)
def test_when_a_turn_is_can_be_written_in_three_languages(words: str, pattern: Pattern) -> None:
    assert read_pattern(words) == pattern


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Mon-Fri",
        "8-16",
        "Mon 25:00-3",
        "Mon 8:00-9:75",
        "hello Mon 8-9",
        "Mon 8-9 10-11",
        "Mon 2026-03-03 8-9",
        "2026-02-30 8-9",
        "周八 8-9",
        "Mon " + "8" * 100,
    ],
)
def test_what_is_no_turn_is_not_guessed(words: str) -> None:
    assert read_pattern(words) is None
