"""The end of what nobody sent: a draft is closed a day after it was last touched, and what was in it is erased (UX 4).

What somebody wrote and did not send is theirs alone; of a draft that was sent or cancelled nothing is kept beside the
ticket either. What remains is that there was one, so that a late tap can be answered. Nothing of it is read here: a
draft that cannot be read is erased like any other.
"""

from bot.ports.store import Transaction


def forget(tx: Transaction, limit: int) -> int:
    """Close and empty at most `limit` drafts whose time is over; return how many."""
    refs = tx.drafts.expired(tx.now, limit)
    for ref in refs:
        close(tx, ref)
    return len(refs)


def close(tx: Transaction, ref: str) -> None:
    """Empty a draft whose time is over; the card of one that was open says so, without ringing."""
    was_open = tx.drafts.empty(ref)
    card = tx.cards.of_draft(ref) if was_open else None
    if card and card.reader_id and tx.people.get(card.reader_id).reachable:
        tx.outbox.show(card, silent=True)
