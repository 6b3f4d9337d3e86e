"""The duty roster in chat (/roster): who is on duty now and this week, who is away, and setting both.

Staff alone see it. Turns are set by heads for their own department and by their superiors for every post; leave by
whoever goes, or by who may set their turns. What contradicts the roster is refused (`rostering`).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Final

from bot.domain.errors import DomainError, Refusal
from bot.domain.moments import read_moment
from bot.domain.people import Language, Permission, Person, Role
from bot.domain.places import PlaceKind
from bot.domain.policy import is_on_foot
from bot.domain.rosters import ROLES_ON_DUTY, Leave, Pattern, Post, Roster, Shift
from bot.domain.shift_words import read_pattern
from bot.flows import engine
from bot.flows.draft import Draft
from bot.flows.flow import Flow
from bot.flows.labels import DAY, ROLE, department_name
from bot.flows.rostering import (
    AT,
    AWAY,
    EVERYWHERE,
    FIRST,
    LAST,
    NOBODY,
    POST,
    STAND_IN,
    TURN,
    WHEN,
    WHO,
    members,
    places,
)
from bot.flows.screen import Action, Line, Press, Screen, Text, text
from bot.ports.outbox import Lane, Letter, Notice
from bot.ports.store import Transaction
from bot.services import cards, drafting, placing, posts
from bot.services.rostering import can_be_at, posts_set_by, set_leave, set_shift

#: The verb of the roster's buttons.
TURNS: Final = "turns"
_MY_LEAVE, _LEAVE, _SET, _OUT = "me", "away", "set", "out"
#: Dated turns so many days ahead are shown, and so many lines in all.
_AHEAD: Final = timedelta(days=14)
_MOST_LINES: Final = 60
_MOST_NAMES: Final = 30
#: What people on their feet have a post at; a narrower place can come with a list.
_AT: Final = frozenset({PlaceKind.ZONE, PlaceKind.BUILDING})
_EXAMPLE: Final = {Language.ENGLISH: "24 Dec", Language.SIMPLIFIED: "12月24日", Language.TRADITIONAL: "12月24日"}
#: Steps at which something is written in place of a tap.
_WRITTEN: Final = {(TURN.id, WHEN), (AWAY.id, FIRST), (AWAY.id, LAST)}


def show(tx: Transaction, person: Person, chat_id: int) -> None:
    """Show the roster: each post with who is on duty now and its turns, then who is away."""
    estate = tx.estates.get(person.estate_id)
    roster, days = tx.rosters.of_estate(estate.id), posts.days_of(estate)
    today = days.day_of(tx.now)
    lines: list[Line] = [text("🗓 <b>Duty roster</b>")]
    for post in _posts(tx, estate.id):
        lines += _post_lines(tx, person, roster, post, today)
    for leave in roster.leaves:
        if leave.last >= today:
            lines.append(_leave_line(tx, leave))
    if not roster.shifts:
        lines.append(text("No turns are set yet; /who shows who is on duty."))
    rows = [(Press(text("🏖 I am away"), Action(TURNS, "-", 0, _MY_LEAVE)),)]
    if _settable(tx, person):
        rows.append((Press(text("🗓 Set a turn"), Action(TURNS, "-", 0, _SET)),))
        rows.append((Press(text("🏖 Somebody is away"), Action(TURNS, "-", 0, _LEAVE)),))
    if _strikable(tx, person):
        rows.append((Press(text("✖ Take something out"), Action(TURNS, "-", 0, _OUT)),))
    _put(tx, person, chat_id, Screen(tuple(lines[:_MOST_LINES]), tuple(rows)))


def tapped(tx: Transaction, person: Person, action: Action, chat_id: int) -> Text | None:
    """Carry out a button of the roster; return what to show as the tap's answer."""
    if not person.is_staff:
        raise DomainError(Refusal.NOT_PERMITTED)
    match action.choice:
        case "me":
            _begin_leave(tx, person, chat_id, ())
        case "away":
            others = tuple(one for one in _led_by(tx, person) if one.id != person.id)
            if not others:
                raise DomainError(Refusal.NOT_PERMITTED)
            _begin_leave(tx, person, chat_id, others)
        case "set":
            _begin_turn(tx, person, chat_id)
        case "out":
            _ask_what_to_strike(tx, person, chat_id)
        case choice:
            _strike(tx, person, choice)
            show(tx, person, chat_id)
            return text("Taken out.")
    return None


def takes_words(draft: Draft) -> bool:
    """Whether what is written now is a day or hours of the roster."""
    return (draft.flow, draft.step) in _WRITTEN


def written(tx: Transaction, person: Person, draft: Draft, words: str) -> Draft:
    """Return `draft` with the day or the hours that were written; refuse what is none."""
    flow = _flow(draft)
    if draft.step == WHEN:
        pattern = read_pattern(words)
        if pattern is None:
            raise DomainError(Refusal.NO_TURN)
        code, label = _hours(pattern), " ".join(words.split())
    else:
        days = posts.days_of(tx.estates.get(person.estate_id))
        moment = read_moment(words, tx.now, days, month_first=person.language is Language.SIMPLIFIED)
        if moment is None:
            raise DomainError(Refusal.NO_TIME, example=_EXAMPLE[person.language])
        code = label = days.day_of(moment).isoformat()
    known = tuple(pair for pair in draft.options.get(draft.step, ()) if pair[0] != code)
    draft = engine.with_options(draft, {draft.step: (*known, (code, label))})
    return engine.learn(flow, draft, {draft.step: code}, tx.now)


def submit(tx: Transaction, person: Person, draft: Draft) -> Text:
    """Carry out what a conversation about the roster ended with."""
    said = _set_turn(tx, person, draft) if draft.flow == TURN.id else _set_leave(tx, person, draft)
    drafting.finish(tx, person, replace(draft, items=()))
    return said


def when(pattern: Pattern) -> Text:
    """Return when a turn is, as people read it."""
    hours = f"{pattern.begins:%H:%M}–{pattern.ends:%H:%M}"
    if pattern.on is not None:
        return text("{day} {hours}", day=pattern.on.isoformat(), hours=hours)
    return text("{day} {hours}", day=_days(sorted(pattern.days)), hours=hours)


def _days(days: list[int]) -> Text:
    """Return days of the week, those in a row as one."""
    if len(days) == len(DAY):
        return text("every day")
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return text("{first} to {last}", first=DAY[days[0]], last=DAY[days[-1]])
    if len(days) == 1:
        return DAY[days[0]]
    return text("{first}, {more}", first=DAY[days[0]], more=_days(days[1:]))


def _posts(tx: Transaction, estate_id: int) -> tuple[Post, ...]:
    zoned = tx.rosters.of_estate(estate_id).zoned()
    found: list[Post] = []
    for one in tx.departments.of_estate(estate_id):
        found += (Post(one.id), *(post for post in zoned if post.department_id == one.id))
    return (*found, *(Post(role=role) for role in ROLES_ON_DUTY))


def _name(tx: Transaction, post: Post, reader: Person) -> Text:
    name = ROLE[post.role] if post.role else department_name(tx.departments.get(post.department_id or 0))
    if post.zone_id is None:
        return name
    return text("{post} · {place}", post=name, place=placing.label_in(tx, tx.places.get(post.zone_id), reader.language))


def _post_lines(tx: Transaction, person: Person, roster: Roster, post: Post, today: date) -> tuple[Line, ...]:
    """Return a post's turns of these days and who is on duty now; nothing where no turns are set."""
    if not roster.knows(post):
        return ()
    estate = tx.estates.get(person.estate_id)
    if post.role:
        now = next((one for _, one in posts.of_role(tx, estate, post.role)), None)
    elif post.zone_id is not None:
        now = posts.at_post(tx, estate, post)
    else:
        now = posts.at_department(tx, estate, tx.departments.get(post.department_id or 0))
    if now:
        first = text("<b>{post}</b>, on duty now: {name}", post=_name(tx, post, person), name=now.name)
    elif post.zone_id is not None:
        first = text(
            "<b>{post}</b>: nobody is there now, so the whole department is asked", post=_name(tx, post, person)
        )
    else:
        first = text("<b>{post}</b>: nobody is on duty now, so it goes further up", post=_name(tx, post, person))
    lines: list[Line] = [first]
    for shift in roster.shifts:
        pattern = shift.pattern
        if shift.post == post and (pattern.on is None or today <= pattern.on <= today + _AHEAD):
            name = tx.people.get(shift.person_id).name
            lines.append(text("　• {when}: {name}", when=when(pattern), name=name))
    return tuple(lines)


def _leave_line(tx: Transaction, leave: Leave) -> Text:
    name, first, last = tx.people.get(leave.person_id).name, leave.first.isoformat(), leave.last.isoformat()
    if leave.stand_in_id is None:
        return text("🏖 {name} is away {first} to {last}", name=name, first=first, last=last)
    stand_in = tx.people.get(leave.stand_in_id).name
    return text(
        "🏖 {name} is away {first} to {last}; {stand_in} stands in", name=name, first=first, last=last, stand_in=stand_in
    )


def _settable(tx: Transaction, person: Person) -> tuple[Post, ...]:
    return posts_set_by(person, tx.departments.of_estate(person.estate_id))


def _led_by(tx: Transaction, person: Person) -> tuple[Person, ...]:
    """Return whose leave somebody may note: their own, a head that of their department, those above everybody's."""
    if not person.may(Permission.ROSTER):
        return (person,)
    staff = tx.people.staff(person.estate_id)
    if person.roles & {Role.GENERAL_SUPERVISOR, Role.DIRECTOR}:
        return staff
    mine = (one for one in staff if person.department_id and one.department_id == person.department_id)
    return tuple(dict.fromkeys((person, *mine)))


def _begin_turn(tx: Transaction, person: Person, chat_id: int) -> None:
    settable = _settable(tx, person)
    if not settable:
        raise DomainError(Refusal.NOT_PERMITTED)
    staff = tx.people.staff(person.estate_id)
    known = [place for place in tx.places.of_estate(person.estate_id) if place.kind in _AT]
    grounds = tuple((place.ref, placing.label_in(tx, place, person.language)) for place in known[:_MOST_NAMES])
    options: dict[str, tuple[tuple[str, str], ...]] = {}
    for post in settable:
        able = [one for one in staff if can_be_at(tx, one, post)]
        able.sort(key=lambda one, post=post: one.department_id != post.department_id)  # type: ignore[misc]
        if able:
            options[members(_code(post))] = tuple((str(one.id), one.name) for one in able[:_MOST_NAMES])
        if grounds and any(is_on_foot(one) and one.department_id == post.department_id for one in able):
            options[places(_code(post))] = grounds
    options[POST] = tuple((_code(post), _label(tx, post)) for post in settable if members(_code(post)) in options)
    drafting.put(tx, person, drafting.blank(tx, person, chat_id, TURN, options=options), fresh=True)


def _begin_leave(tx: Transaction, person: Person, chat_id: int, others: Iterable[Person]) -> None:
    days = posts.days_of(tx.estates.get(person.estate_id))
    today = days.day_of(tx.now)
    near = tuple((day.isoformat(), day.isoformat()) for day in (today, today + timedelta(days=1)))
    staff = tx.people.staff(person.estate_id)
    options = {FIRST: near, LAST: near, STAND_IN: tuple((str(one.id), one.name) for one in staff[:_MOST_NAMES])}
    names = tuple((str(one.id), one.name) for one in others)[:_MOST_NAMES]
    options |= {WHO: names} if names else {}
    drafting.put(tx, person, drafting.blank(tx, person, chat_id, AWAY, options=options), fresh=True)


def _set_turn(tx: Transaction, person: Person, draft: Draft) -> Text:
    post = next((one for one in _settable(tx, person) if _code(one) == draft.answers[POST]), None)
    if post is None:
        raise DomainError(Refusal.NOT_PERMITTED)
    at = draft.answers.get(AT, EVERYWHERE)
    if at != EVERYWHERE:
        place = next((one for one in tx.places.of_estate(person.estate_id) if one.ref == at), None)
        if place is None:
            raise DomainError(Refusal.STALE_BUTTON)
        post = replace(post, zone_id=place.id)
    pattern = _pattern(draft.answers[WHEN])
    colleague = tx.people.get(int(draft.answers[WHO]))
    set_shift(tx, Shift(0, person.estate_id, post, colleague.id, pattern))
    if colleague.id != person.id:
        told = text(
            "🗓 You are on duty from now on: {post}, {when}.", post=_name(tx, post, colleague), when=when(pattern)
        )
        _tell(tx, colleague, told)
    return text("Noted in the roster.")


def _set_leave(tx: Transaction, person: Person, draft: Draft) -> Text:
    colleague = tx.people.get(int(draft.answers[WHO])) if WHO in draft.answers else person
    if all(one.id != colleague.id for one in _led_by(tx, person)):
        raise DomainError(Refusal.NOT_PERMITTED)
    standing = draft.answers[STAND_IN]
    stand_in = None if standing == NOBODY else tx.people.get(int(standing))
    first, last = (date.fromisoformat(draft.answers[step]) for step in (FIRST, LAST))
    days = posts.days_of(tx.estates.get(person.estate_id))
    noted = Leave(0, person.estate_id, colleague.id, first, last, stand_in.id if stand_in else None)
    leave = set_leave(tx, noted, days.day_of(tx.now))
    concerned = {colleague.id: colleague, **({stand_in.id: stand_in} if stand_in else {})}
    concerned |= {one.id: one for one in _heads(tx, colleague)}
    for number, one in concerned.items():
        if number != person.id:
            _tell(tx, one, _leave_line(tx, leave))
    return text("Noted. Please give to others what cannot wait so long: /work shows it.")


def _heads(tx: Transaction, person: Person) -> tuple[Person, ...]:
    colleagues = tx.people.in_department(person.department_id) if person.department_id else ()
    return tuple(one for one in colleagues if Role.DEPARTMENT_HEAD in one.roles)


def _strikable(tx: Transaction, person: Person) -> tuple[Shift | Leave, ...]:
    """Return what somebody may take out of the roster."""
    roster, settable = tx.rosters.of_estate(person.estate_id), _settable(tx, person)
    led = {one.id for one in _led_by(tx, person)}
    today = posts.days_of(tx.estates.get(person.estate_id)).day_of(tx.now)
    return (
        *(shift for shift in roster.shifts if replace(shift.post, zone_id=None) in settable),
        *(leave for leave in roster.leaves if leave.person_id in led and leave.last >= today),
    )


def _ask_what_to_strike(tx: Transaction, person: Person, chat_id: int) -> None:
    rows = []
    for one in _strikable(tx, person)[:_MOST_LINES]:
        if isinstance(one, Shift):
            name = tx.people.get(one.person_id).name
            label = text(
                "✖ {post}, {when}: {name}", post=_name(tx, one.post, person), when=when(one.pattern), name=name
            )
            rows.append((Press(label, Action(TURNS, "-", 0, _mark(one))),))
        else:
            rows.append((Press(_leave_line(tx, one), Action(TURNS, "-", 0, _mark(one))),))
    if not rows:
        raise DomainError(Refusal.STALE_BUTTON)
    _put(tx, person, chat_id, Screen((text("What shall be taken out?"),), tuple(rows)))


def _strike(tx: Transaction, person: Person, choice: str) -> None:
    """Take out what a button names by what it is, since a number may have become another's."""
    roster = tx.rosters.of_estate(person.estate_id)
    known: tuple[Shift | Leave, ...] = (*roster.shifts, *roster.leaves)
    one = next((one for one in known if _mark(one) == choice), None)
    if one is None:
        raise DomainError(Refusal.STALE_BUTTON)
    if one not in _strikable(tx, person):
        raise DomainError(Refusal.NOT_PERMITTED)
    strike = tx.rosters.strike_shift if isinstance(one, Shift) else tx.rosters.strike_leave
    strike(person.estate_id, one.id)


def _mark(one: Shift | Leave) -> str:
    """Return what tells a turn or a leave from all others, short enough for a button."""
    if isinstance(one, Leave):
        return f"l{one.person_id}-{one.first:%y%m%d}-{one.last:%y%m%d}"
    return f"s{_code(one.post)}-{one.person_id}-{_hours(one.pattern)}"


def _hours(pattern: Pattern) -> str:
    """Return what a button carries of a pattern."""
    days = f"{pattern.on:%Y%m%d}" if pattern.on else "".join(str(day) for day in sorted(pattern.days))
    return f"{pattern.begins:%H%M}{pattern.ends:%H%M}{'d' if pattern.on else 'w'}{days}"


def _pattern(hours: str) -> Pattern:
    """Return the pattern that a button carried."""
    begins, ends = (time(int(hours[i : i + 2]), int(hours[i + 2 : i + 4])) for i in (0, 4))
    if hours[8] == "d":
        return Pattern(begins, ends, on=date(int(hours[9:13]), int(hours[13:15]), int(hours[15:])))
    return Pattern(begins, ends, frozenset(map(int, hours[9:])))


def _code(post: Post) -> str:
    if post.role:
        return f"r{post.role.value}"
    return f"d{post.department_id}" + (f"z{post.zone_id}" if post.zone_id is not None else "")


def _label(tx: Transaction, post: Post) -> str:
    """Return what an option of a post is called in a draft: a department's code or name, a role's code."""
    if post.role:
        return post.role.value
    department = tx.departments.get(post.department_id or 0)
    return department.name or department.code


def _flow(draft: Draft) -> Flow:
    return TURN if draft.flow == TURN.id else AWAY


def _tell(tx: Transaction, person: Person, line: Line) -> None:
    chat = cards.private_chat(person)
    if chat is not None:
        tx.outbox.put(Letter(chat, person.estate_id, Notice(Screen((line,))), person.id))


def _put(tx: Transaction, person: Person, chat_id: int, screen: Screen) -> None:
    tx.outbox.put(Letter(chat_id, person.estate_id, Notice(screen), person.id, lane=Lane.TAP))
