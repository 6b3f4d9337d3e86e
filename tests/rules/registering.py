"""A ticket by itself: filed with its clocks, without the conversation that leads there."""

from bot.domain.events import Filed
from bot.domain.people import Person
from bot.domain.regulation import RuleSet
from bot.domain.tickets import Ticket
from bot.ports.store import Transaction
from bot.services import obligations


def registered(
    tx: Transaction,
    rules: RuleSet,
    filer: Person,
    *,
    kind: str = "repair",
    severity: str = "normal",
    channel: str = "chat",
    category: str = "",
) -> Ticket:
    """File a matter of `filer` now and start its clocks."""
    year = tx.now.year
    filed = Filed(
        by=filer.id,
        number=f"HT-{year}-{tx.estates.next_number(filer.estate_id, year):04d}",
        estate_id=filer.estate_id,
        kind=kind,
        severity=severity,
        channel="on_site" if kind == "finding" else channel,
        regulation=rules.version,
        texts=(),
        attachments=(),
        first_contact=filer.id if kind == "finding" else None,
        category=category or {"finding": "finding", "repair": "lift"}.get(kind, "cleaning"),
    )
    ticket = tx.tickets.file(tx.chance.token(), filed)
    obligations.apply(tx, rules, ticket, filed)
    return ticket
