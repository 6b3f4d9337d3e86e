"""Who is told what of an event: the one table from events to letters.

What merely changes a card is drawn in place by `cards.refresh`; here stands what somebody must act on or must know.
Invariant: nobody is rung for what they did themselves a moment ago.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.domain.events import (
    Agreed,
    Amended,
    AnswerDelivered,
    Answered,
    AnswerUndelivered,
    Asked,
    Called,
    CallRequested,
    CameAgain,
    CameBefore,
    Chased,
    Claimed,
    ClaimUndone,
    Closed,
    Disagreed,
    Enclosed,
    Erased,
    Event,
    Filed,
    FoundSolved,
    Graded,
    HandedOver,
    Handled,
    HelpAsked,
    HelpTaken,
    Joined,
    Judged,
    MadeSafe,
    Merged,
    Noted,
    Parted,
    Promised,
    Proposed,
    Reached,
    Rejected,
    Released,
    Reminded,
    Reopened,
    ReopeningUndone,
    Replied,
    Split,
    Started,
    SummedUp,
    ToldHq,
    TransferAccepted,
    TransferDeclined,
    TransferLapsed,
    TransferRecalled,
    Transferred,
    Unmerged,
    Verified,
    VisitBegun,
    Visited,
    VisitEntrusted,
    VisitMissed,
    VisitNudged,
    VisitOpened,
    VisitPlanned,
    VisitReviewed,
    VisitsCancelled,
    VisitSpared,
    VisitTried,
    VoidDeclined,
    Voided,
    VoidProposed,
    WindowBroken,
    Withdrawn,
)
from bot.domain.tickets import Ticket
from bot.ports.outbox import Letter, Notice
from bot.ports.store import Transaction
from bot.services import (
    chief_notices,
    colleague_notices,
    filer_notices,
    help_notices,
    holder_notices,
    hq_notices,
    ringing,
    visit_notices,
)
from bot.services.addressing import Letters


def letters(tx: Transaction, ticket: Ticket, event: Event, brought_about_by: int | None = None) -> Letters:
    """Return the letters that follow from `event`, which `ticket` already contains.

    Nobody is rung by what they did or, in the same moment, brought about.
    """
    told = _TABLE[type(event)](tx, ticket, event) + colleague_notices.cautioned(tx, ticket, event)
    by = doer(event)
    return _spared(told, by) if by is not None else _silent(told, brought_about_by)


def doer(event: Event) -> int | None:
    """Return whose act it was; None where it followed from another event or from time."""
    by: int | None = event.recorded_by or event.by if isinstance(event, Filed) else getattr(event, "by", None)
    return by


def _spared(told: Letters, by: int) -> Letters:
    """Return the letters without those that tell `by` what they did; what asks something of them comes in silence."""
    asked = any(_asks(letter) for letter in told if letter.reader_id == by)
    return tuple(letter for letter in _silent(told, by) if asked or letter.reader_id != by)


def _silent(told: Letters, by: int | None) -> Letters:
    return tuple(replace(one, silent=True) if by is not None and one.reader_id == by else one for one in told)


def _asks(letter: Letter) -> bool:
    """Whether something is to be tapped in it, or it counts when it arrives."""
    return letter.receipt is not None or (isinstance(letter.content, Notice) and bool(letter.content.screen.buttons))


def _none(_tx: Transaction, _ticket: Ticket, _event: Event) -> Letters:
    return ()


_Tell = Callable[[Transaction, Ticket, Any], Letters]


def _each(*tellers: _Tell) -> _Tell:
    """Return what tells each of several readers their own."""
    return lambda tx, ticket, event: tuple(letter for tell in tellers for letter in tell(tx, ticket, event))


_TABLE: dict[type[Event], _Tell] = {
    Filed: _each(filer_notices.taken_down, chief_notices.reported),
    Claimed: _none,
    ClaimUndone: _none,
    Released: colleague_notices.released,
    Judged: colleague_notices.judged,
    Graded: colleague_notices.graded,
    Transferred: colleague_notices.transferred,
    HandedOver: _none,
    TransferAccepted: colleague_notices.transfer_accepted,
    TransferDeclined: colleague_notices.transfer_declined,
    TransferRecalled: _none,
    TransferLapsed: colleague_notices.transfer_lapsed,
    Answered: filer_notices.answered,
    AnswerDelivered: _none,
    AnswerUndelivered: holder_notices.undelivered,
    Noted: holder_notices.noted,
    Reached: holder_notices.reached,
    Asked: filer_notices.asked,
    Replied: holder_notices.replied,
    Promised: filer_notices.promised,
    Proposed: filer_notices.proposed,
    Agreed: holder_notices.agreed,
    Disagreed: holder_notices.disagreed,
    Started: _none,
    Handled: colleague_notices.handled,
    Verified: _each(filer_notices.verified, hq_notices.owed),
    Rejected: holder_notices.rejected,
    VisitPlanned: visit_notices.planned,
    VisitSpared: visit_notices.spared,
    VisitOpened: visit_notices.opened,
    VisitNudged: visit_notices.nudged,
    VisitEntrusted: visit_notices.entrusted,
    Visited: _each(visit_notices.visited, visit_notices.noted_for_filer),
    VisitBegun: visit_notices.begun,
    VisitTried: _none,
    VisitReviewed: visit_notices.reviewed,
    VisitMissed: visit_notices.missed,
    VisitsCancelled: _none,
    FoundSolved: _none,
    Reopened: holder_notices.reopened,
    ReopeningUndone: holder_notices.reopening_undone,
    Closed: _each(filer_notices.closed, hq_notices.owed),
    VoidProposed: colleague_notices.void_proposed,
    Voided: filer_notices.voided,
    VoidDeclined: colleague_notices.void_declined,
    Split: filer_notices.split,
    Merged: filer_notices.merged,
    Joined: holder_notices.joined,
    Unmerged: filer_notices.unmerged,
    Parted: _none,
    Called: _none,
    Amended: holder_notices.amended,
    Enclosed: _none,
    Chased: holder_notices.chased,
    HelpAsked: help_notices.asked,
    HelpTaken: help_notices.taken,
    MadeSafe: holder_notices.made_safe,
    CallRequested: holder_notices.call_requested,
    Withdrawn: holder_notices.withdrawn,
    CameAgain: colleague_notices.came_again,
    CameBefore: _none,
    ToldHq: _none,
    SummedUp: colleague_notices.summed_up,
    Erased: _none,
    Reminded: _each(ringing.reminded, help_notices.asked_further),
    WindowBroken: ringing.broken,
}
