"""What is kept about somebody: shown to them alone, and erased when they ask for it (`erasing`).

Shown is what is theirs: who they are to us, their own matters and their own words in them, what they answered. What
others wrote is others'. Who works here or has left is erased by nobody: what they did stands in the record of duty.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.errors import DomainError, Refusal
from bot.domain.events import Filed
from bot.domain.history import event_of
from bot.domain.people import STAFF, Person
from bot.domain.tickets import Ticket
from bot.domain.visits import Visit
from bot.flows.labels import RESULT, ROLE, stage_line, subject
from bot.flows.screen import Action, Line, Press, Quote, Screen, Text, chunks, text, units
from bot.flows.visit import MARK, SATISFACTION, SHORTCOMING, SUGGESTION
from bot.ports.incoming import Tapped
from bot.ports.outbox import Lane, Letter, Notice
from bot.ports.store import Transaction
from bot.services import cards, drafting, erasing, joining
from bot.services.informing import PRIVACY
from bot.services.telling import Rows, strip, tell

#: The verb of these buttons, and their choices.
OWN = "own"
SHOW = "show"
ERASE = "erase"
YES = "yes"
KEEP = "keep"
#: More matters than anybody brings.
_ALL: Final = 10_000
#: What one message carries beside its quotes, reckoned roughly: each sentence counts as so many characters.
_SENTENCE: Final = 120
_MOST_NAMED: Final = 10


def offer(tx: Transaction, person: Person, chat_id: int) -> None:
    """Say what becomes of what one writes, with the buttons that show and erase it."""
    lines, rows = PRIVACY, _rows((SHOW, text("📄 Show what you keep about me")))
    if person.erase_at is not None:
        lines += (text("🧹 You have asked us to erase it. We do so once your last open matter has ended."),)
        rows += _rows((KEEP, text("Keep it after all")))
    elif not person.has_duty_record:
        rows += _rows((ERASE, text("🧹 Erase it")))
    tx.outbox.put(Letter(chat_id, person.estate_id, Notice(Screen(lines, rows)), person.id, lane=Lane.TAP))


def tapped(tx: Transaction, person: Person, action: Action, tap: Tapped) -> Text | None:
    """Show or erase what is kept about who taps, and about nobody else."""
    match action.choice:
        case "show":
            strip(tx, person, tap)
            _show(tx, person, tap.sender.account)
            return None
        case "erase":
            _require_erasable(person)
            strip(tx, person, tap)
            _ask(tx, person)
            return None
        case "yes":
            _require_erasable(person)
            strip(tx, person, tap)
            return _note(tx, person)
        case "keep":
            tx.people.update(replace(person, erase_at=None))
            strip(tx, person, tap)
            return text("All stays as it is. Thank you.")
        case _:
            raise DomainError(Refusal.STALE_BUTTON)


def _require_erasable(person: Person) -> None:
    if person.has_duty_record:
        raise DomainError(Refusal.DUTY_RECORD)


def _ask(tx: Transaction, person: Person) -> None:
    """Say what erasing means, and ask whether it is meant."""
    tell(
        tx,
        person,
        text("🧹 <b>Shall we erase what we keep about you?</b>"),
        text("Your name, home and phone, your words, photos and voice messages are gone then, for good."),
        text("What colleagues have had in their chats, we cannot call back; nobody can look it up here any more."),
        text("Of each matter its number, times and kind stay in our record; they no longer lead to you."),
        text("From then on we no longer write to you, and you can look nothing up. If you write again, we begin anew."),
        buttons=(
            (Press(text("🧹 Yes, erase it"), Action(OWN, "-", 0, YES), "danger"),),
            (Press(text("Keep it"), Action(OWN, "-", 0, KEEP)),),
        ),
    )


def _note(tx: Transaction, person: Person) -> Text:
    """Take the request down; where something is open still, say of what it waits for and how it can be quicker."""
    tx.people.update(replace(person, erase_at=tx.now))
    waits = erasing.open_matters(tx, person)
    if not waits:
        return text("🧹 It is done in a moment.")
    tell(
        tx,
        person,
        text("🧹 <b>Noted.</b> These matters of yours are still open, and we need your words to finish them:"),
        *(
            text("　• No. {number} · {kind}", number=ticket.number, kind=subject(ticket.kind, ticket.category))
            for ticket in waits[:_MOST_NAMED]
        ),
        text("Once the last of them has ended, we erase everything by ourselves, within the hour."),
        text("If you would like it sooner, you can take them back: /my shows them."),
        buttons=_rows((KEEP, text("Keep it after all"))),
    )
    return text("🧹 Noted.")


def _rows(*named: tuple[str, Text]) -> Rows:
    return tuple((Press(label, Action(OWN, "-", 0, choice)),) for choice, label in named)


def _show(tx: Transaction, person: Person, chat_id: int) -> None:
    """Send everything that is kept about `person`, in as many messages as it takes."""
    matters = (_of_matter(tx, person, ticket) for ticket in tx.tickets.of_filer(person.id, _ALL))
    last = text("That is all. What you sent stands in this chat, too; there only you can delete it.")
    *screens, end = _packed([_of_person(tx, person, chat_id), *matters, (last,)])
    for lines in screens:
        tell(tx, person, *lines, lane=Lane.NOTICE)
    erasable = not person.has_duty_record and person.erase_at is None
    tell(tx, person, *end, buttons=_rows((ERASE, text("🧹 Erase it"))) if erasable else (), lane=Lane.NOTICE)


def _packed(groups: Iterable[Iterable[Line]]) -> Iterator[tuple[Line, ...]]:
    """Yield the lines of `groups` as messages; a group begins in the one that has room for its first line."""
    lines: list[Line] = []
    room = cards.CHUNK
    for line in (line for group in groups for line in group):
        needed = units(line.words) if isinstance(line, Quote) else _SENTENCE
        if needed > room and lines:
            yield tuple(lines)
            lines, room = [], cards.CHUNK
        lines.append(line)
        room -= needed
    yield tuple(lines)


def _quotes(words: str) -> Iterator[Quote]:
    return (Quote(part, limit=cards.CHUNK) for part in chunks(words, cards.CHUNK - _SENTENCE))


def _of_person(tx: Transaction, person: Person, chat_id: int) -> Iterator[Line]:
    yield text("📄 <b>What we keep about you</b>")
    yield text("👤 {name}, Telegram account {account}", name=person.name, account=str(person.account))
    yield text("🌐 {language}", language=joining.NAMES[person.language])
    for role in sorted(person.roles & STAFF):
        yield text("🪪 {role}", role=ROLE[role])
    if person.staff_number:
        yield text("🪪 Staff number {number}", number=person.staff_number)
    if person.phone:
        yield text("☎️ {phone}", phone=person.phone)
    zone = ZoneInfo(tx.estates.get(person.estate_id).timezone)
    for home in tx.households.homes_of(person.id):
        unit, since = tx.units.get(home.unit_id).label, _day(home.since, zone)
        yield (
            text("🏠 {unit}, since {date}", unit=unit, date=since)
            if home.until is None
            else text("🏠 {unit}, from {date} to {last}", unit=unit, date=since, last=_day(home.until, zone))
        )
    for request in tx.households.requests_of(person.id):
        yield text("🏠 You asked us {time} to confirm your home:", time=request.asked_at)
        yield from _quotes(request.words)
    begun = drafting.waiting(tx, person, chat_id)
    if unsent := "\n".join(draft.words for draft in begun if draft.words):
        yield text("✏️ Begun and not sent yet:")
        yield from _quotes(unsent)


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat()


def _of_matter(tx: Transaction, person: Person, ticket: Ticket) -> Iterator[Line]:
    """Yield a matter of `person`: what it is, what they said of it, and what they answered."""
    kind = subject(ticket.kind, ticket.category)
    yield text("<b>No. {number}</b> · {kind}, {time}", number=ticket.number, kind=kind, time=ticket.filed_at)
    yield (
        text("↩️ You took it back {time}.", time=ticket.withdrawn_at)
        if ticket.withdrawn_at
        else stage_line(ticket.stage)
    )
    events = [event_of(row).event for row in tx.tickets.history(ticket.id)]
    visits = tx.visits.of(ticket.id)
    said = {text_id for event in events if isinstance(event, Filed) for text_id, _ in event.texts}
    said |= {visit.words_id for visit in visits if visit.words_id is not None}
    for passage in tx.texts.of(ticket.id):
        if passage.id in said or passage.author_id == person.id:
            yield from _quotes(passage.content)
    files = sum(len(getattr(event, "attachments", ())) for event in events if getattr(event, "by", 0) == person.id)
    if files:
        yield text("📎 Files of yours: {count}", count=files)
    for visit in visits:
        yield from _answers(visit)


def _answers(visit: Visit) -> Iterator[Line]:
    if visit.answers is None or visit.answered_at is None:
        return
    said = visit.answers
    yield text("🔎 You told us {time} how it is: {result}", time=visit.answered_at, result=RESULT[said.result])
    given = (
        (text("The work"), said.quality and MARK[said.quality]),
        (text("The result"), said.effect and MARK[said.effect]),
        (text("Satisfaction"), said.satisfaction and SATISFACTION[said.satisfaction]),
        (text("What fell short"), SHORTCOMING.get(said.shortcoming)),
        (text("Suggestions"), SUGGESTION.get(said.suggestion)),
    )
    for question, answer in given:
        if answer:
            yield text("　{question}: {answer}", question=question, answer=answer)
