"""The history of a ticket in plain words: who did what and when, page by page, the latest page first (AR-1).

The filer reads what concerns them, addressed as "you"; staff read everything with every name and the chain of hands. A
name that was kept back stays so, and what staff wrote among themselves never leaves them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.domain import events as happened
from bot.domain.errors import DomainError, Refusal
from bot.domain.events import Event, Recorded
from bot.domain.history import event_of
from bot.domain.people import Person
from bot.domain.policy import Act, Relation, may_know, relations, require
from bot.domain.tickets import Jurisdiction, Kind, Severity, Ticket
from bot.domain.visits import Result, Way
from bot.flows.labels import (
    CHANGE,
    DECLINE_REASON,
    JURISDICTION,
    OUTCOME,
    RESULT,
    SEVERITY,
    TRANSFER_REASON,
    VOID_REASON,
    department_name,
)
from bot.flows.screen import Action, Line, Press, Quote, Screen, Text, text
from bot.ports.store import Transaction
from bot.services.boards import Place, put
from bot.services.cards import called, name_of_filer
from bot.services.filer_notices import reason_line

#: So many entries stand on a page, and so much of what was said beside each.
PAGE: Final = 8
_EXCERPT: Final = 200


@dataclass(frozen=True, slots=True)
class _Told:
    """An event with what is needed to tell it: its ticket, and what whoever did it is called."""

    tx: Transaction
    ticket: Ticket
    event: Any
    name: str | Text

    def person(self, person_id: int) -> str | Text:
        return called(self.tx.people.get(person_id))

    def number(self, ticket_id: int) -> str:
        return self.tx.tickets.get(ticket_id).number


_Tell = Callable[[_Told], Text]


def _may_know_other(tx: Transaction, person: Person, event: happened.Event) -> bool:
    """Whether `person` may know of the other ticket that an event names: not even its number is shown else."""
    match event:
        case happened.Split(into=number) | happened.Merged(into=number):
            return may_know(person, tx.tickets.get(number))
        case happened.CameBefore(earlier=number):
            return may_know(person, tx.tickets.get(number))
        case happened.Joined(other=number) | happened.Parted(other=number) | happened.CameAgain(other=number):
            return may_know(person, tx.tickets.get(number))
        case _:
            return True


def show(tx: Transaction, person: Person, ticket: Ticket, choice: str, place: Place) -> None:
    """Show a page of what has happened to `ticket`; `choice` is how many pages it lies before the last."""
    require(person, ticket, Act.HISTORY, tx.now)
    inside = Relation.COLLEAGUE in relations(person, ticket)
    if person.id == ticket.filer_id and ticket.kind is not Kind.FINDING:
        inside = False
    rows = [event_of(row) for row in tx.tickets.history(ticket.id)]
    rows = [row for row in rows if _may_know_other(tx, person, row.event)]
    entries = [lines for row in rows if (lines := _entry(tx, ticket, row, inside=inside))]
    back = int(choice) if choice.isascii() and choice.isdigit() and len(choice) < 5 else 0
    if back * PAGE >= len(entries) > 0:
        raise DomainError(Refusal.STALE_BUTTON)
    end = len(entries) - back * PAGE
    shown = entries[max(end - PAGE, 0) : end]
    heading = text("📜 <b>No. {number}</b>: what has happened", number=ticket.number)
    told = (heading, *(line for entry in shown for line in entry))
    put(tx, person, place, Screen(told, _arrows(ticket, back, earlier=end > PAGE)))


def _arrows(ticket: Ticket, back: int, *, earlier: bool) -> tuple[tuple[Press, ...], ...]:
    def press(label: Text, page: int) -> Press:
        return Press(label, Action(Act.HISTORY, ticket.ref, ticket.version, str(page)))

    row = [press(text("◀ Earlier"), back + 1)] if earlier else []
    row += [press(text("Later ▶"), back - 1)] if back else []
    return (tuple(row),) if row else ()


def _entry(tx: Transaction, ticket: Ticket, row: Recorded, *, inside: bool) -> tuple[Line, ...]:
    """Return the lines that tell one event, none where it is not told to this reader."""
    event = row.event
    tell = (
        _STAFF.get(type(event), _BOTH.get(type(event))) if inside else _FILER.get(type(event), _BOTH.get(type(event)))
    )
    if tell is None:
        return ()
    by = getattr(event, "by", None)
    name: str | Text = called(tx.people.get(by)) if by else ""
    if inside and by == ticket.filer_id:
        name = name_of_filer(tx, ticket)
    told = tell(_Told(tx, ticket, event, name))
    return (text("<i>{time}</i> {what}", time=row.at, what=told), *_said(tx, event, inside=inside))


def _said(tx: Transaction, event: Event, *, inside: bool) -> Iterator[Line]:
    """Yield what was said, as far as it was not erased and this reader has read or may read it."""
    if not inside and type(event) not in _READ_BY_FILER:
        return
    numbers = [number for number, _ in event.texts] if isinstance(event, happened.Filed) else []
    number = getattr(event, "text_id", None)
    for text_id in [*numbers[:1], *([number] if number else [])]:
        passage = tx.texts.get(text_id)
        line = reason_line(passage)
        if isinstance(line, Text) or passage.content:
            yield Quote(line.words, _EXCERPT) if isinstance(line, Quote) else line


def _receiver(told: _Told) -> str | Text:
    event = told.event
    if event.to_person is not None:
        return told.person(event.to_person)
    return department_name(told.tx.departments.get(event.to_department))


def _judged(told: _Told) -> Text:
    whose = JURISDICTION[Jurisdiction(told.event.jurisdiction)]
    if told.event.department_id is not None and told.event.jurisdiction == Jurisdiction.OURS:
        department = department_name(told.tx.departments.get(told.event.department_id))
        return text("⚖️ {name} judged: {whose}, {department}", name=told.name, whose=whose, department=department)
    return text("⚖️ {name} judged: {whose}", name=told.name, whose=whose)


def _promised(told: _Told) -> Text:
    return text("🤝 {name} promised it by {time}", name=told.name, time=datetime.fromisoformat(told.event.until))


def _reason(reasons: dict[str, Text], code: str) -> Text:
    return reasons.get(code, text("in their own words"))


def _transferred(told: _Told) -> Text:
    reason = _reason(TRANSFER_REASON, told.event.reason)
    return text("➡️ {name} offered it to {receiver}: {reason}", name=told.name, receiver=_receiver(told), reason=reason)


def _declined(told: _Told) -> Text:
    reason = _reason(DECLINE_REASON, told.event.reason)
    return text("👎 {name} could not take it: {reason}", name=told.name, reason=reason)


def _void_proposed(told: _Told) -> Text:
    reason = _reason(VOID_REASON, told.event.reason)
    return text("🚫 {name} held that it does not count: {reason}", name=told.name, reason=reason)


def _handled(told: _Told) -> Text:
    if told.event.on_the_spot:
        return text("🧹 {name} fixed it on the spot", name=told.name)
    outcomes = {code.value: label for code, label in OUTCOME.items()}
    return text("🧰 {name} dealt with it: {outcome}", name=told.name, outcome=outcomes[told.event.outcome])


def _graded(told: _Told) -> Text:
    return text("🌡 {name} set: {severity}", name=told.name, severity=SEVERITY[Severity(told.event.severity)])


def _closed(told: _Told) -> Text:
    if told.event.how == "quiet":
        return text("🏁 Closed after a quiet week")
    return text("🏁 Closed")


def _visit_planned(told: _Told) -> Text:
    if not told.event.opens_at:
        return text("🔎 A return visit is planned after rain ({rule})", rule=told.event.rule)
    opens = datetime.fromisoformat(told.event.opens_at)
    return text("🔎 A return visit is planned {time} ({rule})", time=opens, rule=told.event.rule)


def _entrusted(told: _Told) -> Text:
    name = told.person(told.event.to) if told.event.to else text("nobody")
    return text("🔎 {name} is to call the resident or to go and see them", name=name)


def _visit_begun(told: _Told) -> Text:
    if told.event.way == Way.PHONE:
        return text("☎️ {name} called the resident for the return visit", name=told.name)
    return text("🚶 {name} went to see the resident", name=told.name)


def _visited_filer(told: _Told) -> Text:
    if told.event.by == told.ticket.filer_id:
        return text("🔎 You said how it is: {result}", result=RESULT[Result(told.event.result)])
    return text("🔎 You told {name} how it is: {result}", name=told.name, result=RESULT[Result(told.event.result)])


def _visited_staff(told: _Told) -> Text:
    result = RESULT[Result(told.event.result)]
    if told.event.by == told.ticket.filer_id:
        return text("🔎 {name} said how it is: {result}", name=told.name, result=result)
    return text("🔎 {name} made the return visit: {result}", name=told.name, result=result)


def _filed(told: _Told) -> Text:
    if told.event.recorded_by is not None:
        taken = told.person(told.event.recorded_by)
        return text("📨 {name} told us; {clerk} took it down", name=told.name, clerk=taken)
    return text("📨 {name} told us", name=told.name)


def _summed_up(told: _Told) -> Text:
    change = _reason(CHANGE, told.event.change)
    return text("🧭 {name} summed it up; what is to change: {change}", name=told.name, change=change)


def _joined(told: _Told) -> Text:
    number = told.number(told.event.other)
    if told.event.again:
        return text("🔁 The resident had to tell us again, as no. {number}", number=number)
    return text("🔗 No. {number} joined it", number=number)


def _joined_again(told: _Told) -> Text:
    return text("🔁 It has come again, as no. {number}", number=told.number(told.event.other))


def _window(told: _Told) -> Text:
    late = isinstance(told.event, happened.WindowBroken)
    who = told.person(told.event.holder) if told.event.holder else text("nobody")
    if late:
        return text("⚠️ {rule} passed unmet; it was with {name}", rule=told.event.rule, name=who)
    return text("⏰ Reminder of {rule} to {name}", rule=told.event.rule, name=who)


#: What both read.
_BOTH: dict[type, _Tell] = {
    happened.Claimed: lambda told: text("👋 {name} took it on", name=told.name),
    happened.TransferAccepted: lambda told: text("👍 {name} took the work over", name=told.name),
    happened.Answered: lambda told: text("✍ {name} answered", name=told.name),
    happened.Asked: lambda told: text("❓ {name} asked", name=told.name),
    happened.Promised: _promised,
    happened.Proposed: lambda told: text("💡 {name} proposed", name=told.name),
    happened.Started: lambda told: text("🛠 {name} began to work on it", name=told.name),
    happened.Handled: _handled,
    happened.Verified: lambda told: text("✅ {name} checked it: all well", name=told.name),
    happened.Rejected: lambda told: text("❌ {name} checked it: not done yet", name=told.name),
    happened.Called: lambda told: text("☎️ {name} called", name=told.name),
    happened.Closed: _closed,
    happened.Voided: lambda _: text("🗂 Filed without further steps"),
    happened.Split: lambda told: text("✂️ A second matter became no. {number}", number=told.number(told.event.into)),
    happened.Merged: lambda told: text("🔗 It goes on as no. {number}", number=told.number(told.event.into)),
    happened.Unmerged: lambda _: text("🔗 It goes on by itself again"),
}

#: What its filer did, as they read it.
_FILER: dict[type, _Tell] = {
    happened.Filed: lambda _: text("📨 You told us"),
    happened.Amended: lambda _: text("✏️ You changed or added something"),
    happened.Enclosed: lambda _: text("📎 You sent files"),
    happened.Replied: lambda _: text("💬 You answered our question"),
    happened.Agreed: lambda _: text("👍 You agreed to what we proposed"),
    happened.Disagreed: lambda _: text("✏️ You said what was missing"),
    happened.FoundSolved: lambda _: text("🎉 You said it is solved"),
    happened.VisitOpened: lambda _: text("🔎 We asked you how it is"),
    happened.Visited: _visited_filer,
    happened.Reopened: lambda _: text("🔁 You said it is not solved; it is open again"),
    happened.ReopeningUndone: lambda _: text("↩️ That was a slip: it is well after all"),
    happened.CallRequested: lambda _: text("☎️ You asked to be called"),
    happened.Chased: lambda _: text("🔔 You asked how it stands"),
    happened.Withdrawn: lambda _: text("↩️ You took it back"),
}

#: What staff read beside, and what its filer did as staff read it.
_STAFF: dict[type, _Tell] = {
    happened.Filed: _filed,
    happened.Amended: lambda told: text("✏️ {name} changed or added something", name=told.name),
    happened.Enclosed: lambda told: text("📎 {name} sent files", name=told.name),
    happened.Replied: lambda told: text("💬 {name} answered our question", name=told.name),
    happened.Agreed: lambda told: text("👍 {name} agreed to what was proposed", name=told.name),
    happened.Disagreed: lambda told: text("✏️ {name} said what was missing", name=told.name),
    happened.FoundSolved: lambda told: text("🎉 {name} said it is solved", name=told.name),
    happened.VisitPlanned: _visit_planned,
    happened.VisitSpared: lambda _: text("🔎 No return visit is needed"),
    happened.VisitOpened: lambda _: text("🔎 The resident was asked how it is"),
    happened.VisitNudged: lambda _: text("🔎 The resident was reminded of that"),
    happened.VisitEntrusted: _entrusted,
    happened.Visited: _visited_staff,
    happened.VisitBegun: _visit_begun,
    happened.VisitTried: lambda told: text("🔎 {name} could not reach the resident", name=told.name),
    happened.VisitReviewed: lambda told: text("🧐 {name} reviewed the return visit", name=told.name),
    happened.VisitMissed: lambda _: text("🔎 A return visit was not made"),
    happened.VisitsCancelled: lambda _: text("🔎 No return visit is needed any more"),
    happened.Reopened: lambda told: text("🔁 {name} said it is not solved; it is open again", name=told.name),
    happened.ReopeningUndone: lambda told: text(
        "↩️ {name} set right that it was opened again by mistake", name=told.name
    ),
    happened.CallRequested: lambda told: text("☎️ {name} asked to be called", name=told.name),
    happened.HelpAsked: lambda told: text("📣 {name} asked those nearby to go there", name=told.name),
    happened.HelpTaken: lambda told: text("🏃 {name} went there", name=told.name),
    happened.Chased: lambda told: text("🔔 {name} asked how it stands", name=told.name),
    happened.MadeSafe: lambda told: text("🚧 {name} made it safe", name=told.name),
    happened.Withdrawn: lambda told: text("↩️ {name} took it back", name=told.name),
    happened.ClaimUndone: lambda told: text("↩️ {name} undid the claim", name=told.name),
    happened.Released: lambda told: text("↩️ {name} gave it back", name=told.name),
    happened.Judged: _judged,
    happened.Graded: _graded,
    happened.Transferred: _transferred,
    happened.HandedOver: lambda _: text("🌅 Their duty began, and the offer reached them"),
    happened.TransferDeclined: _declined,
    happened.TransferRecalled: lambda told: text("↩️ {name} took the offer back", name=told.name),
    happened.TransferLapsed: lambda _: text("⌛ Nobody accepted it in time"),
    happened.AnswerDelivered: lambda _: text("📬 That has arrived"),
    happened.AnswerUndelivered: lambda _: text("📭 That could not be delivered"),
    happened.Noted: lambda told: text("📝 {name} noted", name=told.name),
    happened.Reached: lambda told: text("🤝 {name} reached the sister unit", name=told.name),
    happened.VoidProposed: _void_proposed,
    happened.Voided: lambda told: text("🚫 {name} decided that it does not count", name=told.name),
    happened.VoidDeclined: lambda told: text("↩️ {name} decided that it does count", name=told.name),
    happened.Joined: _joined,
    happened.Parted: lambda told: text("🔗 No. {number} left it again", number=told.number(told.event.other)),
    happened.CameAgain: _joined_again,
    happened.CameBefore: lambda told: text(
        "🔁 It had been dealt with before, as no. {number}", number=told.number(told.event.earlier)
    ),
    happened.Erased: lambda _: text("🧹 Words and files were erased, as the sender had asked"),
    happened.ToldHq: lambda told: text("🏢 {name} told HQ how it stands", name=told.name),
    happened.SummedUp: _summed_up,
    happened.Reminded: _window,
    happened.WindowBroken: _window,
}

#: Of what staff said, and of their own words, what the filer has read already.
_READ_BY_FILER: Final = frozenset(
    {
        happened.Filed,
        happened.Amended,
        happened.Answered,
        happened.Asked,
        happened.Replied,
        happened.Promised,
        happened.Proposed,
        happened.Disagreed,
        happened.Reopened,
        happened.Visited,
    }
)
