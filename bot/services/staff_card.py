"""The card of a ticket as staff read it: from whom, how it stands, in whose hands, and what is still open."""

from bot.domain import policy
from bot.domain.events import Transferred
from bot.domain.history import event_of
from bot.domain.people import Person
from bot.domain.tickets import Channel, Jurisdiction, Kind, Ticket
from bot.flows.labels import CHANNEL, OUTCOME, SAFE, SAFE_CODE, TRANSFER_REASON, department_name, stage_line
from bot.flows.screen import Line, Quote, Screen, Text, text
from bot.ports.store import Passage, Transaction
from bot.services.card_buttons import buttons
from bot.services.card_lines import detail_lines, due_lines, heading, word_lines
from bot.services.cards import EXCERPT, holder_of, name_of_filer
from bot.services.reaching import reach_of


def for_staff(tx: Transaction, ticket: Ticket, reader: Person | None) -> Screen:
    """Return the card as `reader` reads it; None is a group of colleagues."""
    passages = tx.texts.of(ticket.id)
    lines: list[Line] = [heading(ticket), *_sender(tx, ticket), *word_lines(passages, limit=EXCERPT)]
    lines += detail_lines(tx, ticket, passages, reader)
    attached = len(tx.attachments.of(ticket.id))
    if attached:
        lines.append(text("📎 Files below: {count}", count=attached))
    end = end_for_staff(tx, ticket)
    rows = buttons(tx, ticket, reader)
    if end:
        return Screen((*lines, end), rows)
    lines.append(stage_line(ticket.stage))
    lines += [
        *_kin(tx, ticket),
        *_whose(tx, ticket),
        *_hands(tx, ticket),
        *_open_points(tx, ticket, passages),
        *due_lines(tx, ticket),
    ]
    return Screen(tuple(lines), rows)


def end_for_staff(tx: Transaction, ticket: Ticket) -> Text | None:
    """Return how the ticket ended, or None while it is open."""
    if ticket.withdrawn_at:
        return text("↩️ Taken back by whoever filed it, {time}", time=ticket.withdrawn_at)
    if ticket.voided_at:
        return text("🚫 Does not count, decided {time}", time=ticket.voided_at)
    if ticket.merged_into:
        return text("🔗 Goes on in no. {number}", number=tx.tickets.get(ticket.merged_into).number)
    if ticket.closed_at and ticket.kind is Kind.FINDING and ticket.handled_by == ticket.filer_id:
        return text("🧹 Fixed on the spot, closed {time}", time=ticket.closed_at)
    if ticket.closed_at:
        return text("🏁 Closed {time}", time=ticket.closed_at)
    return None


def _sender(tx: Transaction, ticket: Ticket) -> tuple[Line, ...]:
    """Return from whom it is and where they live, as far as that is confirmed and staff may know it (CP-3)."""
    if ticket.recorded_by is None or ticket.channel in (Channel.CHAT, Channel.ON_SITE):
        return (_filer(tx, ticket),)
    taken = text(
        "{channel}, taken down by {name}",
        channel=CHANNEL[ticket.channel],
        name=tx.people.get(ticket.recorded_by).name,
    )
    return _filer(tx, ticket), taken


def _filer(tx: Transaction, ticket: Ticket) -> Text:
    filer = tx.people.get(ticket.filer_id)
    if ticket.nameless or filer.is_staff or filer.erased_at:
        return text("From {name}", name=name_of_filer(tx, ticket))
    if filer.unit:
        return text("From {name}, {unit}", name=filer.name, unit=filer.unit)
    last = tx.households.last_home_of(filer.id)
    if last:
        return text("From {name}, moved out of {unit}", name=filer.name, unit=tx.units.get(last.unit_id).label)
    return text("From {name} (unit not confirmed)", name=filer.name)


def _kin(tx: Transaction, ticket: Ticket) -> tuple[Line, ...]:
    """Return what it came out of, what came out of it (ST-3), and how far it reaches as an event (ST-4)."""
    lines: list[Line] = []
    if ticket.split_from is not None and _may_stand_beside(origin := tx.tickets.get(ticket.split_from), ticket):
        lines.append(text("✂️ Came out of no. {number}", number=origin.number))
    lines += [
        text("✂️ The other matter is no. {number}", number=other.number)
        for other in tx.tickets.split_from(ticket.id)
        if _may_stand_beside(other, ticket)
    ]
    if ticket.came_before is not None and _may_stand_beside(earlier := tx.tickets.get(ticket.came_before), ticket):
        lines.append(text("🔁 Came before as no. {number}", number=earlier.number))
    reach = reach_of(tx, ticket)
    if reach:
        people, times, homes = reach.people, reach.times, reach.homes
        counted = text(
            "👥 One event: told {times} times, people: {people}, homes: {homes}",
            times=times,
            people=people,
            homes=homes,
        )
        lines.append(counted)
    return tuple(lines)


def _may_stand_beside(other: Ticket, ticket: Ticket) -> bool:
    """Whether who reads the card of `ticket` may know of `other`: what is about a colleague stands nowhere else."""
    return not policy.is_confidential(other) or policy.is_confidential(ticket)


def _whose(tx: Transaction, ticket: Ticket) -> tuple[Line, ...]:
    match ticket.jurisdiction:
        case Jurisdiction.SISTER:
            return (text("🤝 For a sister unit"),)
        case Jurisdiction.OUTSIDE:
            return (text("🏛 For an outside body"),)
        case Jurisdiction.UNCLEAR:
            return (text("❔ Unclear whose it is; the head decides"),)
        case Jurisdiction.OURS if ticket.department_id is not None:
            name = department_name(tx.departments.get(ticket.department_id))
            return (text("🏠 {department}", department=name),)
        case _:
            return ()


def _hands(tx: Transaction, ticket: Ticket) -> tuple[Line, ...]:
    lines: list[Line] = []
    if ticket.assignee_id:
        lines.append(text("👤 With {name}", name=tx.people.get(ticket.assignee_id).name))
    elif holder := holder_of(tx, ticket):
        lines.append(text("👤 Nobody yet; on duty: {name}", name=holder.name))
    else:
        lines.append(text("👤 Nobody yet"))
    if ticket.first_contact_id not in (None, ticket.assignee_id):
        lines.append(text("🤝 First contact: {name}", name=tx.people.get(ticket.first_contact_id or 0).name))
    if ticket.transfer_to is not None and ticket.transfer_by is not None:
        giver, receiver = tx.people.get(ticket.transfer_by).name, tx.people.get(ticket.transfer_to).name
        lines.append(text("➡️ {giver} asks {name} to take it:", giver=giver, name=receiver))
        lines += _why_offered(tx, ticket)
        if ticket.handover_at:
            lines.append(text("🌙 {name} is off duty and gets it {time}.", name=receiver, time=ticket.handover_at))
    elif ticket.transfer_department is not None:
        name = department_name(tx.departments.get(ticket.transfer_department))
        lines.append(text("➡️ Offered to {department}", department=name))
    return tuple(lines)


def _why_offered(tx: Transaction, ticket: Ticket) -> tuple[Line, ...]:
    events = (event_of(row).event for row in reversed(tx.tickets.history(ticket.id)) if row.name == Transferred.NAME)
    offer = next((event for event in events if isinstance(event, Transferred)), None)
    return offer_reason(tx, offer) if offer else ()


def offer_reason(tx: Transaction, offer: Transferred) -> tuple[Line, ...]:
    """Return why the work was offered to somebody: by a button, or in the giver's words."""
    if offer.reason in TRANSFER_REASON:
        return (TRANSFER_REASON[offer.reason],)
    return (Quote(tx.texts.get(offer.text_id).content),) if offer.text_id is not None else ()


def _open_points(tx: Transaction, ticket: Ticket, passages: tuple[Passage, ...]) -> tuple[Line, ...]:
    lines: list[Line] = []
    if ticket.reopened:
        lines.append(text("🔁 Opened again: {count}", count=ticket.reopened))
    if ticket.repeats:
        lines.append(text("🔁 Told by the same resident again: {count}", count=ticket.repeats))
    lines += [
        text("{how} · {name}", how=SAFE[passage.content], name=tx.people.get(passage.author_id).name)
        for passage in passages
        if passage.role == SAFE_CODE and passage.content in SAFE
    ]
    if ticket.call_asked_at:
        lines.append(text("☎️ Wants to be called"))
    if ticket.asked_id:
        lines.append(text("❓ Waiting for the resident's reply"))
    if ticket.proposal_id:
        lines.append(text("💡 Waiting for the resident to agree"))
    if ticket.void_asked_by:
        lines.append(text("🚫 {name} holds that it does not count", name=tx.people.get(ticket.void_asked_by).name))
    if ticket.outcome and ticket.handled_by:
        name = tx.people.get(ticket.handled_by).name
        lines.append(text("{outcome} · {name}", outcome=OUTCOME[ticket.outcome], name=name))
        done = next((passage.content for passage in reversed(passages) if passage.role == "handling"), "")
        lines += [Quote(done, limit=300)] if done else []
        if ticket.verified_at is None:
            lines.append(text("🔎 To be checked by somebody else"))
    notes = [passage for passage in passages if passage.role == "note"]
    if notes:
        lines += [text("📝 Note by {name}:", name=tx.people.get(notes[-1].author_id).name)]
        lines.append(Quote(notes[-1].content, limit=300))
    return tuple(lines)
