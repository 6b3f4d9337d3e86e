"""The directory of an estate: taken over whole from a list, and shown so that somebody can go there at once (FC-7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.directory import Entry
from bot.domain.people import Language
from bot.flows.screen import Line, text
from bot.ports.store import Transaction


@dataclass(frozen=True, slots=True)
class TakenOver:
    """How many entries a list has brought, changed and left out."""

    added: int
    changed: int
    retired: int


def take_over(tx: Transaction, estate_id: int, entries: Sequence[Entry]) -> TakenOver:
    """Make `entries` the estate's whole directory. They are known again by their codes; who is missing is retired."""
    added = changed = retired = 0
    for given in entries:
        known = tx.directory.by_code(estate_id, given.code)
        entry = replace(given, id=known.id if known else 0, estate_id=estate_id)
        if known is None:
            tx.directory.add(entry)
            added += 1
        elif entry != known:
            tx.directory.update(entry)
            changed += 1
    codes = {entry.code for entry in entries}
    for known in tx.directory.of_estate(estate_id):
        if known.code not in codes:
            tx.directory.update(replace(known, retired=True))
            retired += 1
    return TakenOver(added, changed, retired)


def entry_lines(entry: Entry, language: Language | None = None) -> tuple[Line, ...]:
    """Return all that one needs to reach it: name, address, telephone, hours, chat.

    Where the reader's language is not known (a group reads) each of its names is given.
    """
    names = (entry.name_in(language),) if language else dict.fromkeys((entry.name, *entry.names.values()))
    lines: list[Line] = [text("🏢 <b>{name}</b>", name=" · ".join(names))]
    if entry.address:
        lines.append(text("📍 {address}", address=entry.address))
    if entry.phone:
        lines.append(text("☎️ {phone}", phone=entry.phone))
    if entry.hours:
        lines.append(text("🕑 {hours}", hours=entry.hours))
    if entry.chat:
        lines.append(text("💬 {chat}", chat=entry.chat))
    return tuple(lines)
