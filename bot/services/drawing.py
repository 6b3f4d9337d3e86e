"""What a live card shows, drawn as things stand (UX 5).

`draw` is read at delivery, in the transaction that takes the letter, so a card never shows an older state than the
one in the database. Its buttons are exactly what its reader may do (`domain/policy`).
"""

from dataclasses import replace

from bot.domain import policy
from bot.domain.categories import CATEGORIES
from bot.domain.clocks import ObligationState
from bot.domain.events import Transferred
from bot.domain.history import event_of
from bot.domain.people import Permission, Person
from bot.domain.policy import Act
from bot.domain.tickets import Channel, Jurisdiction, Kind, Severity, Ticket
from bot.flows.catalogue import FLOWS
from bot.flows.engine import Draft, DraftState, resume, show
from bot.flows.findings import OURS
from bot.flows.labels import (
    ACT,
    CHANNEL,
    OUTCOME,
    SAFE,
    SAFE_CODE,
    TRANSFER_REASON,
    department_name,
    stage_line,
    subject,
)
from bot.flows.report import ADVICE, REPORT, WHERE, is_emergency, since_line, where_line, wish_line
from bot.flows.screen import Action, Line, Press, Quote, Screen, Style, Text, text
from bot.ports.outbox import Audience, Card
from bot.ports.store import Passage, Transaction
from bot.services import placing, posts
from bot.services.cards import AGAIN, BEGIN, EXCERPT, MORE, holder_of, name_of_filer
from bot.services.reaching import reach_of

#: What the card of a group offers whoever may: it is read by many.
_IN_GROUP = (Act.CLAIM, Act.ACCEPT, Act.VERIFY, Act.REJECT, Act.UNMERGE)
#: What is rarer stands below "More".
RARE = frozenset(
    {
        Act.ADD,
        Act.READ,
        Act.CLOCKS,
        Act.PROMISE,
        Act.ASK,
        Act.PROPOSE,
        Act.CALLED,
        Act.ASK_NEAREST,
        Act.NOTE,
        Act.GRADE,
        Act.SPLIT,
        Act.MERGE,
        Act.VOID,
        Act.GIVE_BACK,
    }
)
_STYLES: dict[Act, Style] = {
    Act.CLAIM: "primary",
    Act.ACCEPT: "success",
    Act.VERIFY: "success",
    Act.HANDLE: "success",
    Act.SOLVED: "success",
    Act.AGREE: "success",
}


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
        return _for_staff(tx, ticket, reader)
    draft = tx.drafts.by_ref(card.draft_ref) if card.draft_ref else None
    return _for_writer(tx, draft) if draft else None


def buttons(
    tx: Transaction, ticket: Ticket, reader: Person | None, *, only: frozenset[Act] | None = None, named: bool = False
) -> tuple[tuple[Press, ...], ...]:
    """Return what `reader` can do to `ticket` now, two buttons a row; None is a group of colleagues.

    `only` leaves the others out; else the rarer ones stand below "More". `named` says of which ticket, where several
    share a message.
    """
    if reader is None:
        acts = tuple(act for act in _IN_GROUP if policy.possible(ticket, act, tx.now))
        acts = tuple(act for act in acts if act is not Act.ACCEPT or ticket.transfer_department is not None)
        more = ticket.open
    else:
        acts = policy.offered(posts.with_duties(tx, reader), ticket, tx.now, only)
        more = ticket.open and Act.NOTE in acts
    if Act.UNSEND in acts:  # the quicker way of the two
        acts = tuple(act for act in acts if act is not Act.WITHDRAW)
    shown = [act for act in acts if (act in only if only is not None else act not in RARE)]
    presses = [_press(ticket, act, named=named) for act in shown]
    if more and only is None:
        presses.append(Press(text("⋯ More"), Action(MORE, ticket.ref, ticket.version)))
    return _rows(presses)


def more(tx: Transaction, ticket: Ticket, reader: Person) -> Screen:
    """Return everything else that `reader` can do to `ticket`, as a message of its own."""
    acts = [act for act in policy.offered(posts.with_duties(tx, reader), ticket, tx.now) if act is not Act.ADD]
    return Screen(
        (text("No. {number}: what would you like to do?", number=ticket.number),),
        _rows([_press(ticket, act, named=False) for act in acts]),
    )


def not_solved(own: Ticket) -> tuple[tuple[Press, ...], ...]:
    """Return the button by which somebody whose ticket goes on in another one says that it is not solved (ST-4)."""
    return ((Press(ACT[Act.REOPEN], Action(AGAIN, own.ref, own.version)),),)


def _press(ticket: Ticket, act: Act, *, named: bool) -> Press:
    label = text("{act} {number}", act=ACT[act], number=ticket.number) if named else ACT[act]
    return Press(label, Action(act.value, ticket.ref, ticket.version), _STYLES.get(act))


def _rows(presses: list[Press]) -> tuple[tuple[Press, ...], ...]:
    return tuple(tuple(presses[i : i + 2]) for i in range(0, len(presses), 2))


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
    lines: list[Line] = [_heading(ticket), *_words(passages, limit=300)]
    filer = tx.people.get(ticket.filer_id)
    lines += _details(tx, ticket, passages, filer)
    end = _end_for_filer(tx, ticket)
    rows = buttons(tx, ticket, filer)
    if end:
        return Screen((*lines, end), rows)
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
    if ticket.asked_id:
        lines += [text("❓ We have asked you:"), Quote(tx.texts.get(ticket.asked_id).content, limit=300)]
    if ticket.proposal_id:
        lines += [text("💡 We propose:"), Quote(tx.texts.get(ticket.proposal_id).content, limit=300)]
    if ticket.verified_at and ticket.visits and ticket.visit is None:
        lines.append(text("✅ We have dealt with it and checked it. We will ask you how it is."))
    elif ticket.verified_at:
        lines.append(text("✅ We have dealt with it and checked it. Is it solved?"))
    lines += _due(tx, ticket)
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


def _for_staff(tx: Transaction, ticket: Ticket, reader: Person | None) -> Screen:
    passages = tx.texts.of(ticket.id)
    lines: list[Line] = [_heading(ticket), *_sender(tx, ticket), *_words(passages, limit=EXCERPT)]
    lines += _details(tx, ticket, passages, reader)
    attached = len(tx.attachments.of(ticket.id))
    if attached:
        lines.append(text("📎 Files below: {count}", count=attached))
    end = _end_for_staff(tx, ticket)
    rows = buttons(tx, ticket, reader)
    if end:
        return Screen((*lines, end), rows)
    lines.append(stage_line(ticket.stage))
    lines += [
        *_kin(tx, ticket),
        *_whose(tx, ticket),
        *_hands(tx, ticket),
        *_open_points(tx, ticket, passages),
        *_due(tx, ticket),
    ]
    return Screen(tuple(lines), rows)


def _for_outsider(tx: Transaction, ticket: Ticket, reader: Person | None) -> Screen:
    """Return what who does not work with tickets sees: a chief of who reported it, who goes there, who was told of it.

    Of a resident's matter they see how it stands; who was told of it reads what they wrote themselves.
    """
    standing = policy.relations(reader, ticket) & policy.OUTSIDERS if reader else frozenset()
    if reader is None or not standing:
        return Screen((text("No. {number} is with other colleagues now.", number=ticket.number),))
    reporter = tx.people.get(ticket.recorded_by or ticket.filer_id).name
    lines: list[Line] = [_heading(ticket), text("👷 Reported by {name} {time}", name=reporter, time=ticket.filed_at)]
    if policy.Relation.TELLER in standing:
        passages = tuple(passage for passage in tx.texts.of(ticket.id) if passage.author_id == reader.id)
        told = text("🤝 Thank you for passing it on! You are its first contact and hear how it goes on.")
        lines = [_heading(ticket), told, *_words(passages, limit=EXCERPT)]
        lines += _details(tx, ticket, passages, reader)
    elif ticket.recorded_by is None:
        lines += _words(tx.texts.of(ticket.id), limit=EXCERPT)
        lines += place_lines(tx, ticket, reader)
    else:
        lines.append(text("🔒 A resident told them; what it is about stays with the service centre."))
        lines += place_lines(tx, ticket, reader)
    end = _end_for_staff(tx, ticket)
    return Screen((*lines, end or stage_line(ticket.stage), *_due(tx, ticket)), buttons(tx, ticket, reader))


def place_lines(tx: Transaction, ticket: Ticket, reader: Person) -> tuple[Line, ...]:
    """Return where it is, for who does not work with tickets: a place of the estate, never what a resident said."""
    place = placing.place_of(tx, ticket)
    if place:
        return (text("📍 {place}", place=placing.label(tx, place, reader.language)),)
    if ticket.recorded_by is not None:
        return ()
    said = {passage.role: passage.content for passage in tx.texts.of(ticket.id)}
    line = where_line(dict(ticket.details).get(WHERE, ""), said.get(WHERE, ""))
    return (line,) if line else ()


def _end_for_staff(tx: Transaction, ticket: Ticket) -> Text | None:
    if ticket.withdrawn_at:
        return text("↩️ Taken back by who filed it {time}", time=ticket.withdrawn_at)
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


def _heading(ticket: Ticket) -> Line:
    kind = subject(ticket.kind, ticket.category)
    match ticket.severity:
        case Severity.URGENT:
            return text("🚨 <b>No. {number}</b> · {kind}", number=ticket.number, kind=kind)
        case Severity.MAJOR:
            return text("❗ <b>No. {number}</b> · {kind}", number=ticket.number, kind=kind)
        case Severity.NORMAL:
            return text("<b>No. {number}</b> · {kind}", number=ticket.number, kind=kind)


def _details(tx: Transaction, ticket: Ticket, passages: tuple[Passage, ...], reader: Person | None) -> tuple[Line, ...]:
    """Return where it is, since when and what would help, by button or in the filer's words."""
    coded = dict(ticket.details)
    said = {passage.role: passage.content for passage in passages}
    place = placing.place_of(tx, ticket)
    where = (
        text("📍 {place}", place=placing.label(tx, place, reader.language if reader else None))
        if place
        else where_line(coded.get(WHERE, ""), said.get(WHERE, ""))
    )
    lines = (
        where,
        since_line(coded.get("since", ""), said.get("since", "")),
        wish_line(coded.get("wish", ""), said.get("wish", "")),
    )
    return tuple(line for line in lines if line)


def _words(passages: tuple[Passage, ...], limit: int) -> tuple[Line, ...]:
    report = "\n".join(passage.content for passage in passages if passage.role == "report")
    lines: list[Line] = [Quote(report, limit)] if report else []
    amended = [passage for passage in passages if passage.role in ("amendment", "reopening")]
    if amended:
        # Newest first: what is clipped is the older.
        changed = "\n".join(passage.content for passage in reversed(amended))
        lines += [text("✏️ Changed afterwards:"), Quote(changed, limit)]
    return tuple(lines)


def _due(tx: Transaction, ticket: Ticket) -> tuple[Line, ...]:
    if ticket.promised_until:
        late = ticket.promised_until < tx.now
        return (
            text("⚠️ Promised for {time}, and late", time=ticket.promised_until)
            if late
            else text("🤝 Promised for {time}", time=ticket.promised_until),
        )
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
