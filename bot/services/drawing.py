"""What a live card shows, drawn as things stand (UX 5).

`draw` is read at delivery, in the transaction that takes the letter, so a card never shows an older state than the
one in the database.
"""

from dataclasses import replace

from bot.domain import policy
from bot.domain.categories import CATEGORIES
from bot.domain.people import Permission, Person
from bot.domain.tickets import Kind, Ticket
from bot.flows.catalogue import FLOWS
from bot.flows.draft import Draft, DraftState
from bot.flows.engine import resume
from bot.flows.findings import OURS
from bot.flows.labels import stage_line
from bot.flows.matter import is_emergency
from bot.flows.report import ADVICE, REPORT
from bot.flows.screen import Action, Line, Press, Quote, Screen, Text, text
from bot.flows.showing import show
from bot.ports.outbox import Audience, Card
from bot.ports.store import Transaction
from bot.services.card_buttons import buttons
from bot.services.card_lines import detail_lines, due_lines, heading, place_lines, word_lines
from bot.services.cards import BEGIN, EXCERPT
from bot.services.staff_card import end_for_staff, for_staff


def draw(tx: Transaction, card: Card) -> Screen | None:
    """Return what `card` shows now, or None where there is nothing left to show."""
    if card.ticket_id is not None:
        ticket = tx.tickets.get(card.ticket_id)
        reader = tx.people.get(card.reader_id) if card.reader_id else None
        if card.audience is Audience.ON_SITE:
            return _for_outsider(tx, ticket, reader)
        own = ticket.kind is not Kind.FINDING or not (reader and reader.may(Permission.CLAIM))
        if card.audience is Audience.FILER and own:
            return _for_filer(tx, ticket)
        return for_staff(tx, ticket, reader)
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
    if is_emergency(draft) and phone:
        return replace(screen, lines=(text("☎️ <b>Emergency phone: {phone}</b>", phone=phone), *screen.lines))
    return screen


def _expired(draft: Draft) -> Screen:
    if draft.flow == REPORT.id or draft.flow in OURS:
        return Screen(
            (text("This was not sent within a day, so we closed it and erased what was in it. Do you still need us?"),),
            ((Press(text("✏️ Start anew"), Action(BEGIN, "-", 0), "primary"),),),
        )
    return Screen((text("This answer was not sent within a day, so we closed it and erased what was in it."),))


def _for_filer(tx: Transaction, ticket: Ticket) -> Screen:
    passages = tx.texts.of(ticket.id)
    lines: list[Line] = [heading(ticket), *word_lines(passages, limit=300)]
    filer = tx.people.get(ticket.filer_id)
    lines += detail_lines(tx, ticket, passages, filer)
    end = _end_for_filer(tx, ticket)
    rows = buttons(tx, ticket, filer)
    if end:
        return Screen((*lines, end), rows)
    lines.append(stage_line(ticket.stage))
    if CATEGORIES[ticket.category].urgent:
        lines += ADVICE[ticket.category]
    if ticket.assignee_id is None and ticket.kind is Kind.COMPLAINT:
        lines.append(text("We are sorry about this, and thank you for telling us. A colleague will take it on."))
    elif ticket.assignee_id is None and ticket.handled_by is None:
        lines.append(text("Thank you for letting us know. A colleague will take it on."))
    if ticket.first_contact_id is not None and ticket.first_contact_id != ticket.filer_id:
        lines.append(
            text("👤 {name} will see it through to the end.", name=tx.people.get(ticket.first_contact_id).name)
        )
    if ticket.call_asked_at:
        lines.append(text("☎️ A colleague will call you."))
    if ticket.asked_id:
        lines += [text("❓ We have asked you:"), Quote(tx.texts.get(ticket.asked_id).content, limit=300)]
    if ticket.proposal_id:
        lines += [text("💡 We propose:"), Quote(tx.texts.get(ticket.proposal_id).content, limit=300)]
    if ticket.verified_at and ticket.visits and ticket.visit is None:
        lines.append(text("✅ We have dealt with it and checked it. We will ask you how it is."))
    elif ticket.verified_at:
        lines.append(text("✅ We have dealt with it and checked it. Is it solved?"))
    lines += due_lines(tx, ticket)
    return Screen(tuple(lines), rows)


def _end_for_filer(tx: Transaction, ticket: Ticket) -> Text | None:
    if ticket.withdrawn_at:
        return text("↩️ You took it back {time}. Write to us whenever you like.", time=ticket.withdrawn_at)
    if ticket.voided_at:
        return text("🗂 Filed without further steps. Write to us whenever you like.")
    if ticket.merged_into:
        event = tx.tickets.get(ticket.merged_into)
        if event.filer_id == ticket.filer_id:
            return text(
                "🔗 It goes on as no. {number}, of which you had told us before. Thank you.", number=event.number
            )
        return text("🔗 It goes on together with what others told us, as no. {number}.", number=event.number)
    if ticket.closed_at:
        return text("🏁 Closed {time}. Thank you for telling us.", time=ticket.closed_at)
    return None


def _for_outsider(tx: Transaction, ticket: Ticket, reader: Person | None) -> Screen:
    """Return what who does not work with tickets sees: a chief of who reported it, who goes there, who was told of it.

    Of a resident's matter they see how it stands; who was told of it reads what they wrote themselves.
    """
    standing = policy.relations(reader, ticket) & policy.OUTSIDERS if reader else frozenset()
    if reader is None or not standing:
        return Screen((text("No. {number} is with other colleagues now.", number=ticket.number),))
    reporter = tx.people.get(ticket.recorded_by or ticket.filer_id).name
    lines: list[Line] = [heading(ticket), text("👷 Reported by {name} {time}", name=reporter, time=ticket.filed_at)]
    if policy.Relation.TELLER in standing:
        passages = tuple(passage for passage in tx.texts.of(ticket.id) if passage.author_id == reader.id)
        told = text("🤝 Thank you for passing it on! You are its first contact and hear how it goes on.")
        lines = [heading(ticket), told, *word_lines(passages, limit=EXCERPT)]
        lines += detail_lines(tx, ticket, passages, reader)
    elif ticket.recorded_by is None:
        lines += word_lines(tx.texts.of(ticket.id), limit=EXCERPT)
        lines += place_lines(tx, ticket, reader)
    else:
        lines.append(text("🔒 A resident told them; what it is about stays with the service centre."))
        lines += place_lines(tx, ticket, reader)
    end = end_for_staff(tx, ticket)
    return Screen((*lines, end or stage_line(ticket.stage), *due_lines(tx, ticket)), buttons(tx, ticket, reader))
