"""Somebody is erased because they asked for it: their words, their files and who they were, in all of their matters.

A matter that is still open cannot be looked after without its words and without whom it is for: what is kept for a
purpose is kept until that is reached, by each of the laws that say it has to go then (PIPL Art. 47, PDPO s. 26). So the
request stands, and is carried out by itself once the last of their matters has ended. It goes through in a transaction
of its own, never in the middle of what somebody is doing.

What stays is the record: numbers, times, kinds, stages, marks, and what colleagues drew from the matter for others
(`_STAYS`). Nobody is told of it but who asked: for everybody else the matter has no name and no words any more.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.domain.events import Erased, Merged, VisitsCancelled
from bot.domain.history import event_of
from bot.domain.people import Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.flows.labels import PROMISE_CODE, SAFE_CODE
from bot.flows.screen import text
from bot.ports.store import Transaction
from bot.services.recording import record
from bot.services.telling import strip_message, tell
from bot.services.visit_book import pending
from bot.services.visiting import ERASED

#: How long after a look at the matters that are still open we look again.
LOOK_AGAIN: Final = timedelta(hours=1)
#: One that failed by a fault of ours is tried again after this.
TRY_AGAIN: Final = timedelta(days=1)
#: Roles of texts that are about the estate and not about anybody: what was learned of it, what is done about what comes
#: again, and the codes of sentences that stand on buttons.
_STAYS: Final = frozenset({"lesson", "measure", PROMISE_CODE, SAFE_CODE})
#: More matters than anybody brings.
_ALL: Final = 10_000
#: So many are erased in one transaction: others wait for it.
_AT_ONCE: Final = 5


def open_matters(tx: Transaction, person: Person) -> tuple[Ticket, ...]:
    """Return the matters of `person` that have not ended, newest first; one that goes on in another's has."""
    return tuple(ticket for ticket in tx.tickets.of_filer(person.id, _ALL) if ticket.open)


def fire(tx: Transaction, rules: RuleSet, limit: int) -> int:
    """Erase who asked for it and has nothing open any more; return how many were looked at."""
    due = tx.erasure.due(tx.now, min(limit, _AT_ONCE))
    for person in due:
        if person.has_duty_record:  # they came to work here meanwhile
            tx.people.update(replace(person, erase_at=None))
        elif open_matters(tx, person):
            tx.people.update(replace(person, erase_at=tx.now + LOOK_AGAIN))
        else:
            _erase(tx, rules, person)
    return len(due)


def set_aside(tx: Transaction) -> int | None:
    """Put off the erasure that is due first, which a fault of ours keeps from being done; the request stands."""
    due = tx.erasure.due(tx.now, 1)
    for person in due:
        tx.people.update(replace(person, erase_at=tx.now + TRY_AGAIN))
    return due[0].id if due else None


def _erase(tx: Transaction, rules: RuleSet, person: Person) -> None:
    shown: list[int] = []
    for ticket in tx.tickets.of_filer(person.id, _ALL):
        theirs = (card for card in tx.cards.of_ticket(ticket.id) if card.chat_id == person.account)
        shown += [card.message_id for card in theirs if card.message_id is not None]
        unmade = (VisitsCancelled(ERASED),) if pending(tx, ticket) else ()
        record(tx, rules, ticket, (*unmade, Erased(person.id)))
        tx.erasure.forget_matter(ticket.id, _STAYS)
        for event in (event_of(row).event for row in tx.tickets.history(ticket.id) if row.name == Merged.NAME):
            if isinstance(event, Merged):
                tx.erasure.forget_words(event.into, person.id)
    home = tx.households.home_of(person.id)
    tx.erasure.forget_person(person)
    if home and not tx.households.living_in(home.unit_id):
        tx.units.revoke(home.unit_id, tx.now)
    # To the chat as we knew it until now; nothing leads to it any more.
    for message_id in shown:
        strip_message(tx, person, message_id)
    tell(
        tx,
        person,
        text("🧹 It is done: we no longer keep anything that tells who you are or what you wrote."),
        text("Copies in what we had just sent go within a day. What stands in this chat, only you can delete."),
        text("Thank you for all you told us. If you ever need us again, just write, and we begin anew."),
    )
