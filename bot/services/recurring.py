"""What comes again is laid before who leads the estate, who decides what is done about it (RV-9).

It is looked for each day with the day's count. A pattern is told once a quarter; an action that was decided on is
tracked to its deadline: its owner is reminded, and at the deadline who decided hears that it is late.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import DomainError, Refusal
from bot.domain.lengths import Calendar
from bot.domain.moments import END_OF_OFFICE
from bot.domain.patterns import (
    HOME,
    UNFINISHED,
    Decision,
    Found,
    Pattern,
    PatternState,
    Recurrence,
    next_quarter,
    quarter_of,
    recurring,
)
from bot.domain.people import Estate, Permission, Person, Role
from bot.domain.places import id_of
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows.draft import Draft
from bot.flows.labels import CATEGORY, CAUSE, DECISION, PLACE, department_name
from bot.flows.measure import BY, CHOSEN, MEASURE, PATTERN, WHO
from bot.flows.screen import Action, Line, Press, Quote, Screen, Text, text
from bot.ports.outbox import Letter, Notice
from bot.ports.store import Transaction
from bot.services import placing
from bot.services.cards import private_chat
from bot.services.drafting import finish, start
from bot.services.duty import on_duty
from bot.services.regulations import in_force
from bot.services.rulebook import PATTERNS
from bot.services.writing import store

#: The verb of the buttons of a pattern; the reference is its number, the choice what is decided, or that it is done.
RECURS = "recurs"
DONE = "done"
#: In how many days an action can be due, and at which part of that its owner is reminded.
_DAYS = (7, 14, 30, 60)
_REMINDED_AT = 0.8
#: More than an estate files in a quarter that people can still look after.
_MOST = 20_000
_MOST_NUMBERS = 10


def look(tx: Transaction, rules: RuleSet, estate: Estate) -> None:
    """Lay before who decides what has come again in this quarter and was not told yet."""
    wanted = in_force(tx, rules, estate.id).patterns
    if wanted is None:
        return
    calendar = Calendar(ZoneInfo(estate.timezone))
    quarter = quarter_of(calendar.day_of(tx.now))
    since, until = (calendar.end_of(day - timedelta(days=1)) for day in (quarter, next_quarter(quarter)))
    facts = tx.patterns.facts(estate.id, since, until, _MOST)
    again = wanted.decided_within.after(tx.now, calendar)
    for found in recurring(facts, wanted.thresholds):
        pattern = tx.patterns.enter(estate.id, quarter, found, tx.now, _in_office(calendar, again))
        if pattern is not None:
            _ask(tx, estate, pattern)


def fire(tx: Transaction, limit: int) -> int:
    """Remind of at most `limit` patterns that wait for a decision or an action; return how many."""
    due = tx.patterns.due(tx.now, limit)
    for pattern in due:
        estate = tx.estates.get(pattern.estate_id)
        match pattern.state:
            case PatternState.FOUND:
                tx.patterns.update(replace(pattern, next_at=None))
                _ask(tx, estate, pattern)
            case PatternState.ACTING:
                tx.patterns.update(replace(pattern, state=PatternState.REMINDED, next_at=pattern.deadline))
                _tell_owner(tx, estate, pattern, text("⏰ This is due by {time}:", time=pattern.deadline or tx.now))
            case _:
                tx.patterns.update(replace(pattern, state=PatternState.LATE, next_at=None))
                late = text("🔴 This was due by {time} and is not reported done:", time=pattern.deadline or tx.now)
                _tell_owner(tx, estate, pattern, late)
                _tell_decider(tx, estate, pattern, late)
    return len(due)


def set_aside(tx: Transaction) -> int | None:
    """Remind no more of the pattern that is due first, which a fault of ours keeps from it; return its number."""
    due = tx.patterns.due(tx.now, 1)
    for pattern in due:
        tx.patterns.update(replace(pattern, next_at=None))
    return due[0].id if due else None


def tapped(tx: Transaction, person: Person, action: Action) -> Text:
    """Decide on a pattern, or report that what was decided is done."""
    pattern = tx.patterns.get(int(action.ref)) if action.ref.isascii() and action.ref.isdigit() else None
    if pattern is None or pattern.estate_id != person.estate_id:
        raise DomainError(Refusal.STALE_BUTTON)
    if action.choice == DONE:
        return _report_done(tx, person, pattern)
    person.require(Permission.DECIDE)
    if pattern.state is not PatternState.FOUND:
        raise DomainError(Refusal.HOME_DECIDED, by=_name(tx, pattern.decided_by))
    match action.choice:
        case Decision.NONE:
            nothing = replace(pattern, state=PatternState.NOTHING, decision=Decision.NONE, decided_by=person.id)
            tx.patterns.update(replace(nothing, next_at=None))
            return text("Noted that nothing is needed.")
        case Decision.CORRECTIVE | Decision.PREVENTIVE:
            _begin(tx, person, pattern, Decision(action.choice))
            return text("What is to be done? Please tell in your chat with me.")
        case _:
            raise DomainError(Refusal.STALE_BUTTON)


def decide(tx: Transaction, _rules: RuleSet, person: Person, ticket: Ticket, draft: Draft) -> Text:
    """Give the action to a department, whose head or who is on duty there sees to it by the deadline."""
    person.require(Permission.DECIDE)
    pattern = next((tx.patterns.get(int(code)) for code, _ in draft.options.get(PATTERN, ())), None)
    if pattern is None or pattern.state is not PatternState.FOUND:
        raise DomainError(Refusal.STALE_BUTTON)
    if not draft.words:
        raise DomainError(Refusal.WORDS_WANTED)
    estate = tx.estates.get(pattern.estate_id)
    department, deadline = int(draft.answers[WHO]), datetime.fromtimestamp(int(draft.answers[BY]), UTC)
    owner = _owner(tx, estate, department) or person
    calendar = Calendar(ZoneInfo(estate.timezone))
    remind = _in_office(calendar, tx.now + (deadline - tx.now) * _REMINDED_AT)
    acting = replace(
        pattern,
        state=PatternState.ACTING,
        decision=Decision(draft.answers[CHOSEN]),
        decided_by=person.id,
        department_id=department,
        owner_id=owner.id,
        deadline=deadline,
        next_at=min(remind, deadline),
        words_id=store(tx, ticket, person, "measure", draft.words).text_id,
    )
    tx.patterns.update(acting)
    asks = text("📈 {name} asks you to see to this by {time}:", name=person.name, time=deadline)
    _tell_owner(tx, estate, acting, asks)
    finish(tx, person, draft)
    return text("Decided. {name} is told.", name=owner.name)


def _begin(tx: Transaction, person: Person, pattern: Pattern, decision: Decision) -> None:
    estate = tx.estates.get(pattern.estate_id)
    calendar = Calendar(ZoneInfo(estate.timezone))
    today = calendar.day_of(tx.now)
    moments = (calendar.at(today + timedelta(days=days), END_OF_OFFICE) for days in _DAYS)
    departments = tuple((str(one.id), one.name or one.code) for one in tx.departments.of_estate(estate.id))
    options = {
        PATTERN: ((str(pattern.id), ""),),
        WHO: departments,
        BY: tuple((str(int(moment.timestamp())), "") for moment in moments),
    }
    latest = tx.tickets.get(pattern.found.tickets[-1])
    start(tx, person, latest, MEASURE, answers={CHOSEN: decision.value}, options=options)


def _report_done(tx: Transaction, person: Person, pattern: Pattern) -> Text:
    theirs = person.id == pattern.owner_id or (
        person.may(Permission.OVERSEE) and person.department_id == pattern.department_id
    )
    if not theirs and not person.may(Permission.DECIDE):
        raise DomainError(Refusal.NOT_PERMITTED)
    if pattern.state not in UNFINISHED:
        raise DomainError(Refusal.STALE_BUTTON)
    finished = replace(pattern, state=PatternState.DONE, next_at=None, done_by=person.id, done_at=tx.now)
    tx.patterns.update(finished)
    _tell_decider(tx, tx.estates.get(pattern.estate_id), finished, text("✅ {name} reports it done:", name=person.name))
    return text("Thank you. {name} is told.", name=_name(tx, pattern.decided_by))


def _owner(tx: Transaction, estate: Estate, department_id: int) -> Person | None:
    """Return who sees to what a department is to do: its head, or who is on duty there."""
    heads = (one for one in tx.people.in_department(department_id) if Role.DEPARTMENT_HEAD in one.roles)
    head = next((one for one in heads if private_chat(one) is not None), None)
    return head or on_duty(tx, estate, department_id, None)


def _ask(tx: Transaction, estate: Estate, pattern: Pattern) -> None:
    """Lay it before who decides, with what it is drawn from."""
    decides = on_duty(tx, estate, None, Role.DIRECTOR)
    ask = text("What shall be done about it?")
    rows = tuple(
        (Press(DECISION[decision], Action(RECURS, str(pattern.id), 0, decision.value)),) for decision in Decision
    )
    heading = text("📈 <b>This comes again and again in this quarter</b>")
    _tell(tx, estate, decides, (heading, *analysis(tx, pattern.found, decides), ask, PATTERNS), rows)


def analysis(tx: Transaction, found: Found, reader: Person | None) -> tuple[Line, ...]:
    """Return what came again, how often, and where each of them can be read; places by their names for `reader`."""
    category, count = CATEGORY[found.category], len(found.tickets)
    place = _place(tx, found.subject, reader)
    match found.recurrence:
        case Recurrence.FAILED_VISITS:
            what = text("{category}: not solved for the resident, {count} matters", category=category, count=count)
        case Recurrence.COMPLAINTS if found.subject.startswith("#"):
            who = _name(tx, int(found.subject[1:]))
            what = text("{category}: {count} complaints by {name}", category=category, count=count, name=who)
        case Recurrence.COMPLAINTS:
            what = text("{category}: {count} complaints, {place}", category=category, count=count, place=place)
        case Recurrence.REPAIRS:
            what = text("{category}: {count} repairs, {place}", category=category, count=count, place=place)
    numbers = (tx.tickets.get(ticket_id).number for ticket_id in found.tickets[-_MOST_NUMBERS:])
    causes = tuple(_causes(tx, found.tickets))
    return (what, *(text("　• No. {number}", number=number) for number in numbers), *causes)


def _place(tx: Transaction, subject: str, reader: Person | None) -> Text:
    """Return what the place is called that a pattern is about: a sort of place, one of the estate's list, a home."""
    number = id_of(subject)
    if number is not None:
        name = placing.label(tx, tx.places.get(number), reader.language if reader else None)
        return text("📍 {place}", place=name)
    home = subject.removeprefix(HOME) if subject.startswith(HOME) else ""
    if home.startswith("#"):
        return text("🏠 in somebody's home")
    return text("🏠 {unit}", unit=home) if home else PLACE.get(subject) or text("📍 {place}", place=subject)


def _causes(tx: Transaction, ticket_ids: Iterable[int]) -> Iterable[Line]:
    """Yield what lay behind them, as far as it is known by now (ST-5)."""
    known = [ticket.root_cause for ticket in map(tx.tickets.get, ticket_ids) if ticket.root_cause]
    for cause in dict.fromkeys(known):
        yield text("　{cause}: {count}", cause=CAUSE[cause], count=known.count(cause))


def _tell_owner(tx: Transaction, estate: Estate, pattern: Pattern, first: Text) -> None:
    owner = tx.people.get(pattern.owner_id) if pattern.owner_id else None
    if pattern.department_id is not None and (owner is None or owner.left_at or private_chat(owner) is None):
        owner = _owner(tx, estate, pattern.department_id)
    press = Press(text("✅ Done"), Action(RECURS, str(pattern.id), 0, DONE), "success")
    _tell(tx, estate, owner, (first, *_measure(tx, pattern, owner)), ((press,),))


def _tell_decider(tx: Transaction, estate: Estate, pattern: Pattern, first: Text) -> None:
    decides = on_duty(tx, estate, None, Role.DIRECTOR)
    _tell(tx, estate, decides, (first, *_measure(tx, pattern, decides)))


def _measure(tx: Transaction, pattern: Pattern, reader: Person | None) -> tuple[Line, ...]:
    lines: list[Line] = [DECISION[pattern.decision]] if pattern.decision else []
    if pattern.words_id is not None:
        lines.append(Quote(tx.texts.get(pattern.words_id).content))
    if pattern.department_id is not None:
        name = department_name(tx.departments.get(pattern.department_id))
        lines.append(text("🏠 {department}", department=name))
    return (*lines, *analysis(tx, pattern.found, reader), PATTERNS)


def _tell(
    tx: Transaction,
    estate: Estate,
    person: Person | None,
    lines: tuple[Line, ...],
    rows: tuple[tuple[Press, ...], ...] = (),
) -> None:
    chat = private_chat(person) if person else None
    if person and chat is not None:
        tx.outbox.put(Letter(chat, estate.id, Notice(Screen(lines, rows)), reader_id=person.id))


def _name(tx: Transaction, person_id: int | None) -> str:
    return tx.people.get(person_id).name if person_id else "—"


def _in_office(calendar: Calendar, moment: datetime) -> datetime:
    """Return the end of office hours on the day of `moment`: nobody is reminded at night."""
    return calendar.at(calendar.day_of(moment - timedelta(microseconds=1)), END_OF_OFFICE)
