"""What a running conversation offers that depends on what was said in it: who is meant, what may be the same."""

from bot.domain.people import Person
from bot.domain.tickets import Ticket
from bot.flows import engine
from bot.flows.behalf import FOR
from bot.flows.engine import SUMMARY, Draft
from bot.flows.report import LIKE_OTHERS, LIKE_OWN, REPORT, category_of, details
from bot.ports.store import Transaction
from bot.services import behalf, resembling
from bot.services.resembling import Matter


def informed(tx: Transaction, person: Person, draft: Draft) -> Draft:
    """Return `draft` of `person` with what it can offer as it stands now."""
    if draft.flow == FOR.id:
        draft = behalf.known(tx, person, draft)
    if draft.flow not in (FOR.id, REPORT.id) or draft.step != SUMMARY:
        return draft
    flow = FOR if draft.flow == FOR.id else REPORT
    filer = behalf.filer_of(tx, draft) if draft.flow == FOR.id else person
    same = _told_before(tx, person, filer, draft)
    own = same is not None and filer is not None and same.filer_id == filer.id
    draft = engine.offer(flow, draft, LIKE_OWN, ((same.ref, same.number),) if same and own else ())
    return engine.offer(flow, draft, LIKE_OTHERS, ((same.ref, same.number),) if same and not own else ())


def same_as(tx: Transaction, draft: Draft) -> Ticket | None:
    """Return the ticket that `draft` offers as the same, if it is still open."""
    ref = next((ref for key in (LIKE_OWN, LIKE_OTHERS) for ref, _ in draft.options.get(key, ())), None)
    ticket = tx.tickets.by_ref(ref) if ref else None
    return ticket if ticket and ticket.open else None


def _told_before(tx: Transaction, person: Person, filer: Person | None, draft: Draft) -> Ticket | None:
    category = category_of(draft)
    if category.urgent:  # in an emergency nothing is asked
        return None
    return resembling.told_before(tx, person, filer, Matter(category.code, details(draft), draft.words))
