"""The directory in chat (/directory): staff read it, the general supervisor and the director add to it and take out.

What is taken out is retired, since tickets name it. A list from a file takes the place of all (`directory`).
"""

from dataclasses import replace
from typing import Final

from bot.domain.directory import Body, Entry
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Permission, Person
from bot.flows.directory import ADDRESS, ENTRY, KIND, NAME, PHONE
from bot.flows.draft import Draft
from bot.flows.screen import Action, Line, Press, Screen, Text, clip, text
from bot.ports.outbox import Lane, Letter, Notice
from bot.ports.store import Transaction
from bot.services import drafting
from bot.services.directory import entry_lines

#: The verb of the directory's buttons; what is taken out is named by its number, which is never another's.
BODIES: Final = "bodies"
_ADD, _OUT = "add", "out"
#: So many entries fit a message, and so much of what somebody wrote a line of it.
_MOST: Final = 20
_LONGEST: Final = 190


def show(tx: Transaction, person: Person, chat_id: int) -> None:
    """Show the directory; who keeps it can add to it and take out."""
    entries = tx.directory.of_estate(person.estate_id)[:_MOST]
    lines: list[Line] = [text("📇 <b>Sister units and outside bodies</b>")]
    for entry in entries:
        lines += entry_lines(entry, person.language)
    if not entries:
        lines.append(text("Nobody is listed yet."))
    rows: list[tuple[Press, ...]] = []
    if person.may(Permission.KEEP_DIRECTORY):
        rows.append((Press(text("➕ Add one"), Action(BODIES, "-", 0, _ADD)),))
        if entries:
            rows.append((Press(text("✖ Take something out"), Action(BODIES, "-", 0, _OUT)),))
    _put(tx, person, chat_id, Screen(tuple(lines), tuple(rows)))


def tapped(tx: Transaction, person: Person, action: Action, chat_id: int) -> Text | None:
    """Carry out a button of the directory; return what to show as the tap's answer."""
    person.require(Permission.KEEP_DIRECTORY)
    entries = tx.directory.of_estate(person.estate_id)
    if action.choice == _ADD:
        drafting.put(tx, person, drafting.blank(tx, person, chat_id, ENTRY), fresh=True)
        return None
    if action.choice == _OUT:
        rows = tuple(
            (Press(text("✖ {name}", name=one.name_in(person.language)), Action(BODIES, str(one.id), 0)),)
            for one in entries
        )
        _put(tx, person, chat_id, Screen((text("What shall be taken out?"),), rows))
        return None
    entry = next((one for one in entries if str(one.id) == action.ref and not action.choice), None)
    if entry is None:
        raise DomainError(Refusal.STALE_BUTTON)
    tx.directory.update(replace(entry, retired=True))
    show(tx, person, chat_id)
    return text("Taken out.")


def submit(tx: Transaction, person: Person, draft: Draft) -> Text:
    """Add what was told to the directory."""
    person.require(Permission.KEEP_DIRECTORY)
    name, phone, address = (clip(" ".join(draft.said(step).split()), _LONGEST) for step in (NAME, PHONE, ADDRESS))
    code = f"chat-{draft.ref.lower()}"
    kind = Body(draft.answers[KIND])
    tx.directory.add(Entry(0, person.estate_id, kind, code, name, {}, address or None, phone))
    drafting.finish(tx, person, draft)
    return text("It is in the directory now.")


def _put(tx: Transaction, person: Person, chat_id: int, screen: Screen) -> None:
    tx.outbox.put(Letter(chat_id, person.estate_id, Notice(screen), person.id, lane=Lane.TAP))
