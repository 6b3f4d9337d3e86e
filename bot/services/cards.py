"""Live cards: one message per ticket and chat, drawn as things stand and edited in place (UX 5).

`draw` is read at delivery, in the transaction that takes the letter, so a card never shows an older state than the
one in the database.
"""

from dataclasses import replace

from bot.domain.categories import CATEGORIES
from bot.domain.clocks import ObligationState
from bot.domain.people import Permission, Person, Role
from bot.domain.tickets import Kind, Severity, Ticket
from bot.flows.answer import ANSWER as ANSWER_FLOW
from bot.flows.catalogue import FLOWS
from bot.flows.engine import Draft, DraftState, resume, show
from bot.flows.labels import stage_line, subject
from bot.flows.report import ADVICE, EMERGENCY, since_line, where_line, wish_line
from bot.flows.screen import Action, Line, Press, Quote, Screen, Text, text
from bot.ports.outbox import Audience, Card, Lane
from bot.ports.store import Transaction

#: Verbs of the buttons on cards.
BEGIN = "new"
CLAIM = "claim"
ANSWER = "answer"
CALL = "call"
WITHDRAW = "withdraw"
#: As much of somebody's words as a card shows; what is longer follows in full in messages of its own.
EXCERPT = 1200
#: As much of a long text as one message carries beside its heading, in UTF-16 units.
CHUNK = 3500


def private_chat(person: Person) -> int | None:
    """Return the chat in which `person` talks to the bot alone; on Telegram it bears the number of the account."""
    return person.account if person.reachable else None


def is_confidential(ticket: Ticket) -> bool:
    """Whether only the director's line sees it: it is about a colleague."""
    return CATEGORIES[ticket.category].confidential


def may_know(person: Person, ticket: Ticket) -> bool:
    """Whether `person` may learn that there is such a ticket: what is about a colleague only its filer and readers."""
    return not is_confidential(ticket) or ticket.filer_id == person.id or person.may(Permission.READ_CONFIDENTIAL)


def holder_of(tx: Transaction, ticket: Ticket) -> Person | None:
    """Return who is answerable now: the assignee, or while there is none the person on duty (FC-1).

    What is about a colleague is the director's until somebody takes it on, and nobody else's: it waits for one.
    """
    if ticket.assignee_id is None and is_confidential(ticket):
        return next(iter(tx.people.with_role(ticket.estate_id, Role.DIRECTOR)), None)
    holder = ticket.assignee_id or tx.estates.get(ticket.estate_id).duty_person
    return tx.people.get(holder) if holder else None


def name_of_filer(tx: Transaction, ticket: Ticket) -> str | Text:
    """Return how staff may call who filed the ticket (CP-3)."""
    return text("a resident (name kept back)") if ticket.nameless else tx.people.get(ticket.filer_id).name


def open_for_ticket(
    tx: Transaction,
    ticket: Ticket,
    audience: Audience,
    chat_id: int,
    reader: Person | None,
    thread_id: int | None = None,
) -> Card:
    """Return the ticket's card in that chat, made if there is none, and have it drawn."""
    known = next((card for card in tx.cards.of_ticket(ticket.id) if card.chat_id == chat_id), None)
    card = known or tx.cards.add(
        Card(0, audience, chat_id, thread_id, reader.id if reader else None, ticket.estate_id, ticket_id=ticket.id)
    )
    tx.outbox.show(card)
    return card


def open_for_draft(tx: Transaction, draft: Draft, person: Person, *, fresh: bool, lane: Lane = Lane.TAP) -> Card:
    """Have the draft's screen shown to its writer, in a new message where `fresh`, else in place."""
    card = tx.cards.of_draft(draft.ref)
    if card is None:
        card = tx.cards.add(
            Card(0, Audience.WRITER, draft.chat_id, None, person.id, person.estate_id, draft_ref=draft.ref)
        )
    elif fresh and card.message_id is not None and not card.fresh:
        card = replace(card, fresh=True)
        tx.cards.update(card)
    tx.outbox.show(card, lane)
    return card


def refresh(tx: Transaction, ticket: Ticket) -> None:
    """Have every card of `ticket` drawn anew, without ringing."""
    for card in tx.cards.of_ticket(ticket.id):
        tx.outbox.show(card, silent=True)


def draw(tx: Transaction, card: Card) -> Screen | None:
    """Return what `card` shows now, or None where there is nothing left to show."""
    if card.ticket_id is not None:
        ticket = tx.tickets.get(card.ticket_id)
        if card.audience is Audience.FILER:
            return _for_filer(tx, ticket)
        return _for_staff(tx, ticket, card.audience)
    draft = tx.drafts.by_ref(card.draft_ref) if card.draft_ref else None
    return _for_writer(tx, draft) if draft else None


def _for_writer(tx: Transaction, draft: Draft) -> Screen | None:
    flow = FLOWS.get(draft.flow)
    if draft.state is DraftState.EXPIRED:
        return _expired(draft)
    if draft.state is DraftState.CANCELLED or flow is None:
        return Screen((text("Cancelled. Nothing was sent. Write to us whenever you like."),))
    if draft.state is DraftState.DONE:
        return Screen(flow.done(draft))
    screen = show(flow, resume(flow, draft))
    phone = tx.estates.get(tx.people.get(draft.person_id).estate_id).emergency_phone
    if draft.answers.get("kind") == EMERGENCY and phone:
        return replace(screen, lines=(text("☎️ <b>Emergency phone: {phone}</b>", phone=phone), *screen.lines))
    return screen


def _expired(draft: Draft) -> Screen:
    if draft.flow == ANSWER_FLOW.id:
        return Screen((text("This answer was not sent within a day, so we closed it and erased what was in it."),))
    return Screen(
        (text("This was not sent within a day, so we closed it and erased what was in it. Do you still need us?"),),
        ((Press(text("✏️ Start anew"), Action(BEGIN, "-", 0), "primary"),),),
    )


def _for_filer(tx: Transaction, ticket: Ticket) -> Screen:
    lines: list[Line] = [_heading(ticket), *_words(tx, ticket, limit=300), *_answers(tx, ticket)]
    if ticket.withdrawn_at:
        lines.append(text("↩️ You took it back {time}. Write to us whenever you like.", time=ticket.withdrawn_at))
        return Screen(tuple(lines))
    lines.append(stage_line(ticket.stage))
    if CATEGORIES[ticket.category].urgent:
        lines += ADVICE[ticket.category]
    if ticket.assignee_id is None and ticket.kind is Kind.COMPLAINT:
        lines.append(text("We are sorry about this, and thank you for telling us. A colleague will take it on."))
    elif ticket.assignee_id is None:
        lines.append(text("Thank you for letting us know. A colleague will take it on."))
    if ticket.first_contact_id:
        lines.append(
            text("👤 {name} will see it through to the end.", name=tx.people.get(ticket.first_contact_id).name)
        )
    if ticket.call_asked_at:
        lines.append(text("☎️ A colleague will call you."))
    lines.extend(_due(tx, ticket))
    press: list[Press] = []
    if not ticket.nameless and not ticket.call_asked_at:
        press.append(Press(text("☎️ Call me"), Action(CALL, ticket.ref, ticket.version)))
    press.append(Press(text("↩️ Take it back"), Action(WITHDRAW, ticket.ref, ticket.version)))
    return Screen(tuple(lines), (tuple(press),))


def _for_staff(tx: Transaction, ticket: Ticket, audience: Audience) -> Screen:
    lines: list[Line] = [
        _heading(ticket),
        _sender(tx, ticket),
        *_words(tx, ticket, limit=EXCERPT),
        *_answers(tx, ticket),
    ]
    attached = len(tx.attachments.of(ticket.id))
    if attached:
        lines.append(text("📎 Files below: {count}", count=attached))
    if ticket.withdrawn_at:
        lines.append(text("↩️ Taken back by who filed it {time}", time=ticket.withdrawn_at))
        return Screen(tuple(lines))
    lines.append(stage_line(ticket.stage))
    if ticket.call_asked_at:
        lines.append(text("☎️ Wants to be called"))
    if ticket.assignee_id:
        lines.append(text("👤 With {name}", name=tx.people.get(ticket.assignee_id).name))
    elif holder := holder_of(tx, ticket):
        lines.append(text("👤 Nobody yet; on duty: {name}", name=holder.name))
    else:
        lines.append(text("👤 Nobody yet"))
    lines.extend(_due(tx, ticket))
    return Screen(tuple(lines), buttons_for(ticket, audience))


def _sender(tx: Transaction, ticket: Ticket) -> Text:
    """Return from whom it is and where they live, as far as that is confirmed and staff may know it (CP-3)."""
    filer = tx.people.get(ticket.filer_id)
    if ticket.nameless or filer.is_staff:
        return text("From {name}", name=name_of_filer(tx, ticket))
    if filer.unit:
        return text("From {name}, {unit}", name=filer.name, unit=filer.unit)
    last = tx.households.last_home_of(filer.id)
    if last:
        return text("From {name}, moved out of {unit}", name=filer.name, unit=tx.units.get(last.unit_id).label)
    return text("From {name} (unit not confirmed)", name=filer.name)


def buttons_for(ticket: Ticket, audience: Audience, *, named: bool = False) -> tuple[tuple[Press, ...], ...]:
    """Return the buttons that move `ticket` on, as far as `audience` may; `named` where tickets share a message."""
    if not ticket.open or audience is Audience.FILER:
        return ()
    if ticket.assignee_id is None:
        label = text("✋ Claim no. {number}", number=ticket.number) if named else text("✋ Claim")
        return ((Press(label, Action(CLAIM, ticket.ref, ticket.version), "primary"),),)
    if audience is Audience.HOLDER:
        label = text("✍ Answer no. {number}", number=ticket.number) if named else text("✍ Answer")
        return ((Press(label, Action(ANSWER, ticket.ref, ticket.version), "primary"),),)
    return ()


def _heading(ticket: Ticket) -> Line:
    kind = subject(ticket.kind, ticket.category)
    if ticket.severity is Severity.URGENT:
        return text("🚨 <b>No. {number}</b> · {kind}", number=ticket.number, kind=kind)
    return text("<b>No. {number}</b> · {kind}", number=ticket.number, kind=kind)


def _answers(tx: Transaction, ticket: Ticket) -> tuple[Line, ...]:
    """Return where it is, since when and what would help, by button or in the filer's words."""
    coded = dict(ticket.details)
    said = {passage.role: passage.content for passage in tx.texts.of(ticket.id)}
    lines = (
        named(coded.get(step, ""), said.get(step, ""))
        for step, named in (("where", where_line), ("since", since_line), ("wish", wish_line))
    )
    return tuple(line for line in lines if line)


def _words(tx: Transaction, ticket: Ticket, limit: int) -> tuple[Line, ...]:
    passages = tx.texts.of(ticket.id)
    report = "\n".join(passage.content for passage in passages if passage.role == "report")
    lines: list[Line] = [Quote(report, limit)] if report else []
    amended = [passage for passage in passages if passage.role == "amendment"]
    if amended:
        # Newest first: what is clipped is the older.
        changed = "\n".join(passage.content for passage in reversed(amended))
        lines += [text("✏️ Changed afterwards:"), Quote(changed, limit)]
    return tuple(lines)


def _due(tx: Transaction, ticket: Ticket) -> tuple[Line, ...]:
    if ticket.answered_at:
        return (text("✅ Answered {time}", time=ticket.answered_at),)
    for obligation in tx.obligations.running(ticket.id):
        if obligation.rule == "FC-9":
            broken = obligation.state is ObligationState.BROKEN
            return (
                text("⚠️ The answer was due by {time} and is late", time=obligation.due_at)
                if broken
                else text("⏳ Answer due by {time}", time=obligation.due_at),
            )
    return ()
