"""Letters that will not arrive: given up openly, and shown to staff, so that nothing goes missing in silence."""

from bot.domain.policy import is_confidential
from bot.flows.screen import Screen, Text, text
from bot.ports.outbox import Lane, Letter, LetterState, Menu, Notice, OpenTopic, Posted, React, Strip, TapAnswer
from bot.ports.store import Transaction
from bot.services import cards, posts


def give_up(tx: Transaction, posted: Posted, reason: str) -> None:
    """Never send this letter again, and report it unless nobody misses what it was for."""
    tx.outbox.mark(posted.id, LetterState.DEAD, outcome=reason)
    if not isinstance(posted.letter.content, TapAnswer | Strip | React | OpenTopic | Menu):
        report(tx, posted)


def report(tx: Transaction, posted: Posted) -> None:
    """Tell the staff group, or where that is the chat in question the person on duty, that a letter did not arrive.

    A report that does not arrive either goes to the person on duty; one that failed there is left to the log. What is
    about a colleague is reported to who holds it, and where they cannot be reached without its number.
    """
    letter = posted.letter
    estate = tx.estates.get(letter.estate_id)
    duty = posts.answerable(tx, estate)
    duty_chat = cards.private_chat(duty) if duty else None
    was_report = letter.lane is Lane.BULK
    if estate.group_chat not in (None, letter.chat_id) and not was_report:
        target, reader, thread = estate.group_chat, None, estate.group_thread
    elif duty and duty_chat not in (None, letter.chat_id):
        target, reader, thread = duty_chat, duty.id, None
    else:
        return
    lines: tuple[Text, ...] = (
        text("📭 We cannot be sure that a message arrived. Please follow up in person."),
        text("Reference: {reference}", reference=f"L{posted.id}"),
    )
    ticket = tx.tickets.get(letter.receipt.ticket_id) if letter.receipt else None
    holder = cards.holder_of(tx, ticket) if ticket and is_confidential(ticket) else None
    holder_chat = cards.private_chat(holder) if holder else None
    if holder and holder_chat is not None:
        target, reader, thread = holder_chat, holder.id, None
    if ticket and (holder_chat is not None or not is_confidential(ticket)):
        lines = (text("<b>No. {number}</b>", number=ticket.number), *lines)
    if target is not None:
        tx.outbox.put(Letter(target, estate.id, Notice(Screen(lines)), reader, thread, Lane.BULK))
