"""What a running conversation offers that depends on what was said in it: who is meant, what may be the same."""

from bot.domain.people import Person
from bot.domain.tickets import Ticket
from bot.flows import engine
from bot.flows.behalf import FOR
from bot.flows.draft import SUMMARY, Draft
from bot.flows.findings import FINDING
from bot.flows.matter import LIKE_BEFORE, LIKE_OTHERS, LIKE_OWN, category_of, details
from bot.flows.report import CAME_AGAIN, REPORT, SAME
from bot.ports.store import Transaction
from bot.services import behalf, fieldwork, resembling
from bot.services.resembling import Matter

#: The conversations in which it is asked whether it is the same as something that was told before.
_ASKED = {flow.id: flow for flow in (FOR, REPORT, FINDING)}


def informed(tx: Transaction, person: Person, draft: Draft) -> Draft:
    """Return `draft` of `person` with what it can offer as it stands now."""
    draft = fieldwork.informed(tx, person, draft)
    if draft.flow == FOR.id:
        draft = behalf.known(tx, person, draft)
    flow = _ASKED.get(draft.flow)
    if flow is None or draft.step != SUMMARY:
        return draft
    filer = behalf.filer_of(tx, draft) if draft.flow == FOR.id else person
    same = _told_before(tx, person, filer, draft)
    own = same is not None and filer is not None and same.filer_id == filer.id
    found = "" if same is None else LIKE_BEFORE if resembling.is_over(same) else LIKE_OWN if own else LIKE_OTHERS
    for key in (LIKE_OWN, LIKE_OTHERS, LIKE_BEFORE):
        draft = engine.offer(flow, draft, key, ((same.ref, same.number),) if same and key == found else ())
    return draft


def same_as(tx: Transaction, draft: Draft, way: str) -> Ticket | None:
    """Return the ticket that `draft` offers as the same, if that is how it is submitted and it is still open."""
    ticket = _offered(tx, draft, LIKE_OWN, LIKE_OTHERS) if way == SAME.id else None
    return ticket if ticket and ticket.open else None


def came_again(tx: Transaction, draft: Draft, way: str) -> Ticket | None:
    """Return the ticket that was dealt with before and has come again, if that is how `draft` is submitted."""
    return _offered(tx, draft, LIKE_BEFORE) if way == CAME_AGAIN.id else None


def _offered(tx: Transaction, draft: Draft, *keys: str) -> Ticket | None:
    ref = next((ref for key in keys for ref, _ in draft.options.get(key, ())), None)
    return tx.tickets.by_ref(ref) if ref else None


def _told_before(tx: Transaction, person: Person, filer: Person | None, draft: Draft) -> Ticket | None:
    category = category_of(draft)
    if category.urgent:  # in an emergency nothing is asked
        return None
    return resembling.told_before(tx, person, filer, Matter(category.code, details(draft), draft.words))
