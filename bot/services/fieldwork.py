"""What colleagues on their feet have at hand: four big buttons, and the places of the estate.

A place is known by the sticker that was scanned, by the location that was shared, or by a button: where they were
lately comes first. A sticker grants nothing but to name its place; whoever tries tokens has to wait, as with the codes
of homes.
"""

import itertools
from dataclasses import replace

from bot.domain.errors import DomainError, Refusal
from bot.domain.homes import WRONG_WITHIN, waits_until
from bot.domain.people import Permission, Person
from bot.domain.places import FAR_M, NEAR_M, Location, Place, PlaceKind, id_of, nearest
from bot.domain.policy import is_on_foot
from bot.flows import engine
from bot.flows.catalogue import FLOWS
from bot.flows.draft import Draft
from bot.flows.findings import BEFORE, FINDING, FIXED, KEYS, OURS
from bot.flows.flow import Flow
from bot.flows.matter import WHERE, WITHIN, is_emergency
from bot.flows.report import REPORT
from bot.flows.screen import Screen, text
from bot.ports.outbox import Lane, Letter, Notice
from bot.ports.store import Transaction
from bot.services import drafting, placing
from bot.services.telling import tell

#: How a deep link's payload begins that names a place: t.me/…?start=p-<token>
LINK = "p-"
#: The code of what is shown once: the four buttons.
_SHOWN = "keys"
#: So many places are offered by name: more would not be looked through, and can be written.
_MOST_OF_LATE = 4
_MOST_OFFERED = 24
_MOST_WITHIN = 60
#: So many of somebody's latest reports say where they are of late.
_LOOKED_AT = 12

Named = tuple[tuple[str, str], ...]


def show_keys(tx: Transaction, person: Person, *, again: bool = True) -> None:
    """Give who works on their feet the four big buttons; only for the first time unless `again`."""
    if not is_on_foot(person) or person.account is None:
        return
    if tx.people.ask_once(person.id, _SHOWN, tx.now) or again:
        screen = Screen((text("These four buttons are always here for you. 👇"),), keys=KEYS)
        tx.outbox.put(Letter(person.account, person.estate_id, Notice(screen), reader_id=person.id, lane=Lane.TAP))


def informed(tx: Transaction, person: Person, draft: Draft) -> Draft:
    """Return `draft` with the places that it can offer by name: those of late, the outermost, what lies within.

    Where the chosen one is no more they are told so and asked once more.
    """
    if draft.flow not in OURS or is_emergency(draft):
        return draft
    ref = draft.answers.get(WHERE, "")
    chosen = _place(tx, person, ref)
    if chosen is None and id_of(ref) is not None and not draft.said(WHERE):
        tell(tx, person, text("That place is no longer in use. Please choose another, or write where it is."))
        draft = engine.reconsider(FLOWS[draft.flow], draft, WHERE)
    options = _named(tx, person, chosen)
    within = tx.places.within(chosen.id)[:_MOST_WITHIN] if chosen and not draft.said(WHERE) else ()
    inner: Named = tuple((place.ref, place.name_in(person.language)) for place in within)
    return engine.with_options(draft, {WHERE: options, WITHIN: inner})


def scanned(tx: Transaction, person: Person, token: str) -> Place | None:
    """Return the place of a sticker; None where somebody was told what is the matter with it."""
    if person.account is None:
        return None
    since = tx.now - WRONG_WITHIN
    wait = waits_until(tx.units.wrong_codes(person.account, since))
    if wait:
        line = text(
            "Those were many stickers in a short time. Please try again after {time}, or write where it is.", time=wait
        )
        tell(tx, person, line)
        return None
    known = tx.places.by_token(token)
    if known and known[0].estate_id == person.estate_id:
        place, alive = known
        if alive and not place.retired:
            return place
        tell(tx, person, text("Thank you. This sticker is no longer good. Please write what happened, and where."))
        return None
    tx.units.count_wrong_code(person.account, tx.now, since)
    tell(tx, person, text("We do not find this sticker. Please write what happened, and where, and we will see to it."))
    return None


def be_at(tx: Transaction, person: Person, chat_id: int, place: Place) -> bool:
    """Let the report that somebody has begun be about `place`; return whether they have begun one."""
    draft = next(iter(drafting.waiting(tx, person, chat_id)), None)
    if draft is None or not _asks_where(draft):
        return False
    _put_at(tx, person, draft, place)
    return True


def shared(tx: Transaction, person: Person, chat_id: int, draft: Draft | None, location: Location) -> Place | None:
    """Return the place that a shared location means, if it is next to one; one far off the estate is refused kindly."""
    asked = draft is not None and _asks_where(draft)
    if not asked and not (draft is None and person.is_staff):
        return None
    near = nearest(tx.places.located(person.estate_id), location)
    if near and near[0] <= NEAR_M:
        return near[1]
    if near and near[0] > FAR_M and draft and draft.step == WHERE:
        raise DomainError(Refusal.FAR_AWAY, estate=tx.estates.get(person.estate_id).name)
    return None


def offered_at(tx: Transaction, person: Person, place: Place) -> dict[str, Named]:
    """Return what a report begun at `place` holds of it, for its questions to name it."""
    return {WHERE: ((place.ref, placing.label_in(tx, place, person.language)),)}


def begin_fixed(tx: Transaction, person: Person, chat_id: int) -> bool:
    """Begin to tell what somebody has set right; a photo they have just sent shows how it was. False for residents."""
    if not person.is_staff or person.writes_as_resident is not False:
        return False
    person.require(Permission.FILE)
    last = next(iter(drafting.waiting(tx, person, chat_id)), None)
    if last and last.flow == FINDING.id and last.media and not is_emergency(last):
        items = tuple(replace(item, shows=BEFORE) if item.media else item for item in last.items)
        draft = become(replace(last, items=items), FIXED)
    else:
        draft = drafting.blank(tx, person, chat_id, FIXED)
    drafting.put(tx, person, informed(tx, person, draft), fresh=True)
    return True


def become(draft: Draft, flow: Flow) -> Draft:
    """Return `draft` as one of another of these conversations, with what it holds and where it is."""
    answers = {step: answer for step, answer in draft.answers.items() if step in (WHERE, WITHIN)}
    other = replace(draft, flow=flow.id, flow_version=flow.version, answers=answers, revision=draft.revision + 1)
    return engine.begin(flow, other)


def _asks_where(draft: Draft) -> bool:
    return draft.flow in OURS or draft.flow == REPORT.id


def _put_at(tx: Transaction, person: Person, draft: Draft, place: Place) -> None:
    flow = FLOWS[draft.flow]
    draft = engine.with_options(engine.resume(flow, draft), offered_at(tx, person, place))
    draft = informed(tx, person, engine.answer(flow, draft, WHERE, place.ref, tx.now))
    drafting.put(tx, person, draft, fresh=True)


def _place(tx: Transaction, person: Person, ref: str) -> Place | None:
    number = id_of(ref)
    if number is None:
        return None
    place = tx.places.get(number)
    return place if place.estate_id == person.estate_id and not place.retired else None


def _named(tx: Transaction, person: Person, chosen: Place | None) -> Named:
    """Return the places that are offered: the chosen one, those of late, one's post, and the outermost, each once.

    What lies in a zone stands for it: nobody has to know where zones begin.
    """
    latest = tx.tickets.of_filer(person.id, _LOOKED_AT)
    late = (_place(tx, person, dict(ticket.details).get(WHERE, "")) for ticket in latest)
    first = {place.ref: place for place in (chosen, *late) if place}
    some = itertools.islice(first.items(), _MOST_OF_LATE)
    named = {ref: placing.label_in(tx, place, person.language) for ref, place in some}
    own = (post.zone_id for post in tx.rosters.of_estate(person.estate_id).posts_of(person.id))
    for place in [tx.places.get(zone) for zone in own if zone is not None]:
        if place.kind is not PlaceKind.ZONE and not place.retired:
            named.setdefault(place.ref, placing.label_in(tx, place, person.language))
    outermost = (
        inner
        for place in tx.places.outermost(person.estate_id)
        for inner in (tx.places.within(place.id) if place.kind is PlaceKind.ZONE else (place,))
    )
    for place in itertools.islice(outermost, _MOST_OFFERED):
        named.setdefault(place.ref, place.name_in(person.language))
    return tuple(named.items())
