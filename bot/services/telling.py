"""A message of its own: to one person in private, where somebody wrote, or to whoever is at the office."""

from bot.domain.people import Permission, Person, Role
from bot.flows.screen import Line, Press, Screen
from bot.ports.incoming import Chat, Tapped
from bot.ports.outbox import IfUnknown, Lane, Letter, Notice, Strip
from bot.ports.store import Transaction
from bot.services.posts import answerable

Rows = tuple[tuple[Press, ...], ...]


def tell(
    tx: Transaction, person: Person, *lines: Line, buttons: Rows = (), lane: Lane = Lane.TAP, silent: bool = False
) -> None:
    """Write to `person` in their private chat, if they have one; it bears the number of their account."""
    if person.account is not None:
        notice = Notice(Screen(lines, buttons))
        tx.outbox.put(Letter(person.account, person.estate_id, notice, person.id, lane=lane, silent=silent))


def say(tx: Transaction, person: Person, chat: Chat, *lines: Line) -> None:
    """Answer `person` where they wrote: in private, or in that topic of a group."""
    notice = Notice(Screen(lines))
    tx.outbox.put(Letter(chat.id, person.estate_id, notice, person.id, thread_id=chat.thread_id, lane=Lane.TAP))


def tell_office(tx: Transaction, estate_id: int, *lines: Line, buttons: Rows = (), silent: bool = False) -> bool:
    """Write to the staff group, or where there is none to one person who admits residents; False where there is nobody.

    Whoever is on duty comes first.
    """
    estate = tx.estates.get(estate_id)
    if estate.group_chat is not None:
        notice = Notice(Screen(lines, buttons))
        tx.outbox.put(Letter(estate.group_chat, estate.id, notice, thread_id=estate.group_thread, silent=silent))
        return True
    staff = tx.people.with_role(estate_id, *Role)
    able = [p for p in staff if p.may(Permission.ADMIT) and p.account is not None and p.reachable]
    duty = answerable(tx, estate)
    able.sort(key=lambda person: duty is None or person.id != duty.id)
    for person in able[:1]:
        tell(tx, person, *lines, buttons=buttons, lane=Lane.NOTICE, silent=silent)
    return bool(able)


def strip(tx: Transaction, person: Person, tap: Tapped) -> None:
    """Take the buttons off the message that was tapped: they have done what they were there for."""
    if tap.chat is not None and tap.message_id is not None:
        _strip(tx, tap.chat.id, person.estate_id, tap.message_id)


def strip_message(tx: Transaction, person: Person, message_id: int) -> None:
    """Take the buttons off a message in the private chat of `person`."""
    if person.account is not None:
        _strip(tx, person.account, person.estate_id, message_id)


def _strip(tx: Transaction, chat_id: int, estate_id: int, message_id: int) -> None:
    tx.outbox.put(Letter(chat_id, estate_id, Strip(message_id), lane=Lane.TAP, if_unknown=IfUnknown.REPEAT))
