"""What has last been done about a ticket, in words: an escalation says what has happened since (How clocks run)."""

from datetime import datetime
from typing import Final

from bot.domain.events import (
    Agreed,
    Amended,
    Answered,
    AnswerUndelivered,
    Asked,
    Called,
    CallRequested,
    Chased,
    Claimed,
    Disagreed,
    Enclosed,
    Event,
    Graded,
    Handled,
    HelpAsked,
    HelpTaken,
    Judged,
    MadeSafe,
    Noted,
    Promised,
    Proposed,
    Reached,
    Rejected,
    Released,
    Reopened,
    Replied,
    Started,
    TransferAccepted,
    TransferDeclined,
    TransferLapsed,
    TransferRecalled,
    Transferred,
    VoidDeclined,
    VoidProposed,
)
from bot.domain.history import event_of
from bot.domain.tickets import Ticket
from bot.flows.screen import Text, text, text_with
from bot.ports.store import Transaction
from bot.services.addressing import name_of

#: What somebody has done, named where it is a colleague; of what is not here an escalation says nothing.
_DEEDS: Final[dict[type[Event], Text]] = {
    Claimed: text("{name} took it on"),
    Released: text("{name} gave it back"),
    Judged: text("{name} judged whose it is"),
    Graded: text("{name} said how serious it is"),
    Transferred: text("{name} offered it to others"),
    TransferAccepted: text("{name} accepted it"),
    TransferDeclined: text("{name} declined it"),
    TransferRecalled: text("{name} took the offer back"),
    TransferLapsed: text("an offer was not accepted in time"),
    Answered: text("{name} wrote an answer"),
    AnswerUndelivered: text("an answer did not reach the resident"),
    Noted: text("{name} wrote a note"),
    Reached: text("{name} reached the sister unit"),
    Asked: text("{name} asked the resident something"),
    Replied: text("the resident replied"),
    Promised: text("{name} promised the resident a time"),
    Proposed: text("{name} made a proposal"),
    Agreed: text("the resident agreed to the proposal"),
    Disagreed: text("the resident finds something missing in the proposal"),
    Started: text("{name} began the work"),
    Handled: text("{name} reported it done"),
    Rejected: text("{name} found it not done yet"),
    Reopened: text("the resident said it is not solved"),
    Called: text("{name} called the resident or went there"),
    Amended: text("something was added to what had been reported"),
    Enclosed: text("files were added to what had been reported"),
    CallRequested: text("the resident asked to be called"),
    HelpAsked: text("{name} asked those nearby to go there"),
    HelpTaken: text("{name} went there"),
    MadeSafe: text("{name} made it safe"),
    Chased: text("{name} asked how it stands"),
    VoidProposed: text("{name} proposed that it does not count"),
    VoidDeclined: text("{name} decided that it does count"),
}


def last_deed(tx: Transaction, ticket: Ticket, since: datetime) -> tuple[Text, ...]:
    """Return a line with what was last done about `ticket` from `since` on and when; none where that is nothing."""
    for row in reversed(tx.tickets.history(ticket.id)):
        if row.at < since:
            break
        event = event_of(row).event
        deed = _DEEDS.get(type(event))
        if deed:
            by = getattr(event, "by", None)
            what = text_with(deed, {"name": name_of(tx, by)}) if by and "{name}" in deed.message else deed
            return (text("🕘 Last: {deed}, {time}", deed=what, time=row.at),)
    return ()
