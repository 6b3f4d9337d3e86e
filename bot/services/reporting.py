"""How a report begins: by any first message, at a place that was scanned, or out of another conversation (UX 1)."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.people import Person, Standing
from bot.domain.places import Place
from bot.domain.policy import Act, offered
from bot.domain.tickets import Ticket
from bot.flows import engine
from bot.flows.draft import DRAFT_LIFE, Draft, Item
from bot.flows.findings import FINDING
from bot.flows.matter import EMERGENCY, WHERE
from bot.flows.report import BOTH, CLOSED, OPEN, REPORT
from bot.ports.store import Transaction
from bot.services import (
    drafting,
    fieldwork,
    following,
    offering,
)


def begin_at(tx: Transaction, person: Person, chat_id: int, token: str) -> None:
    """Let the report that somebody has begun, or begins now, be about the place of the sticker they have scanned."""
    place = fieldwork.scanned(tx, person, token)
    if place:
        begin_at_place(tx, person, chat_id, place)


def begin_at_place(tx: Transaction, person: Person, chat_id: int, place: Place) -> None:
    """Let the report that somebody has begun, or begins now, be about a place."""
    if not fieldwork.be_at(tx, person, chat_id, place):
        begin(tx, person, chat_id, answers={WHERE: place.ref}, options=fieldwork.offered_at(tx, person, place))


def begin(
    tx: Transaction,
    person: Person,
    chat_id: int,
    *,
    item: Item | None = None,
    answers: Mapping[str, str] | None = None,
    options: Mapping[str, fieldwork.Named] | None = None,
) -> None:
    """Begin a report with what is known of it; one who has a ticket open is asked whether it is for that one.

    While they were asked something, what they write is taken to be the reply, unless `answers` say what it is.
    `options` are choices that those answers come from.
    Whoever begins again before they have said anything begins the same one.
    """
    as_resident = person.writes_as_resident
    known = dict(answers or {})
    asked = following.asked(tx, person) if item and not known and as_resident is not False else None
    if asked:
        following.begin_reply(tx, person, asked, item)
        return
    flow = FINDING if as_resident is False else REPORT
    if as_resident is None:
        known[BOTH] = BOTH
    if as_resident is False:  # what they find needs no kind, but an emergency its danger
        known = _of_a_finding(known)
        fieldwork.show_keys(tx, person, again=False)
    latest = next(iter(tx.tickets.of_filer(person.id, 1)), None)
    about = latest.id if latest and item and not known and as_resident and _goes_on(tx, person, latest) else None
    if latest and about:
        known[OPEN if latest.open else CLOSED] = latest.number
    items = (item,) if item else ()
    last = tx.drafts.current(person.id, chat_id, tx.now)
    said_nothing = last and last.flow == flow.id and not (last.items or last.answers or item)
    draft = drafting.blank(
        tx,
        person,
        chat_id,
        flow,
        answers=known,
        items=items,
        options=options,
        ticket_id=about,
        instead=last if said_nothing else None,
    )
    drafting.put(tx, person, offering.informed(tx, person, draft), fresh=True)


def _goes_on(tx: Transaction, person: Person, latest: Ticket) -> bool:
    """Whether what its filer writes may be about that ticket: it is open, or can be opened again (CP-12)."""
    return latest.open or Act.REOPEN in offered(person, latest, tx.now, frozenset({Act.REOPEN}))


def stand(tx: Transaction, person: Person, draft: Draft, standing: Standing) -> Draft:
    """Remember as what somebody writes, and go on with their report as that."""
    tx.people.update(replace(person, writes_as=standing))
    if standing is Standing.RESIDENT:
        return draft
    known = _of_a_finding(draft.answers)
    finding = replace(draft, flow=FINDING.id, flow_version=FINDING.version, step="", answers=known)
    return engine.begin(FINDING, finding)


def _of_a_finding(known: Mapping[str, str]) -> dict[str, str]:
    """Return what is known already of what a colleague found: it needs no kind, but an emergency its danger."""
    return {step: answer for step, answer in known.items() if answer == EMERGENCY or step == WHERE}


def about_something_else(tx: Transaction, person: Person, draft: Draft) -> None:
    """Make what was taken for a reply the beginning of a report; it goes on in the same place."""
    blank = replace(draft, flow=REPORT.id, flow_version=REPORT.version, answers={}, ticket_id=None, options={})
    report = engine.begin(REPORT, replace(blank, revision=draft.revision + 1, expires_at=tx.now + DRAFT_LIFE))
    drafting.put(tx, person, report, fresh=False)
