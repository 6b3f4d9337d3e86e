"""One kind word about what somebody has begun and not sent: once a draft, at half its life, never at night (UX 4, 11).

Its own card comes anew at the end of the chat and says that it waits, with what goes on and what drops it.
"""

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.quiet import morning_after
from bot.flows import engine
from bot.flows.catalogue import FLOWS
from bot.flows.draft import Draft
from bot.ports.outbox import Lane
from bot.ports.store import Transaction
from bot.services import cards, lapsing


def fire(tx: Transaction, limit: int) -> int:
    """See to at most `limit` drafts whose writer is to be reminded, oldest first; return how many."""
    drafts = tx.drafts.nudges(tx.now, limit)
    for draft in drafts:
        _nudge(tx, draft)
    return len(drafts)


def _nudge(tx: Transaction, draft: Draft) -> None:
    if draft.expires_at <= tx.now:  # nobody was here to remind of it in time
        lapsing.close(tx, draft.ref)
        return
    person = tx.people.get(draft.person_id)
    flow = FLOWS.get(draft.flow)
    if flow is None or cards.private_chat(person) is None:
        tx.drafts.keep(replace(draft, nudge_at=None))
        return
    morning = morning_after(tx.now, ZoneInfo(tx.estates.get(person.estate_id).timezone))
    if morning is not None:
        tx.drafts.keep(replace(draft, nudge_at=morning))
        return
    draft = engine.rest(engine.resume(flow, draft))
    tx.drafts.keep(draft)
    cards.open_for_draft(tx, draft, person, fresh=True, lane=Lane.NOTICE)
