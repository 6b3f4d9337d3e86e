"""What has happened to a ticket, in the past tense: the rows of its append-only history (AR-1).

Nothing personal and no free text stands in an event: it names a text by id and carries the text's salted hash, so
that the text can be erased while the history stays whole. Field names and `NAME`s are stable, they are stored.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, get_args


@dataclass(frozen=True, slots=True)
class Filed:
    """A matter was confirmed by who brought it and has its number (FC-10).

    `by` is the person it concerns; `recorded_by` the colleague who took it down for them (FC-1). Of what was reported
    from site, `contractor_id` is the company of who reported it, `squad_id` the department they worked in (AS-8).
    """

    NAME: ClassVar[str] = "filed"
    by: int
    number: str
    estate_id: int
    kind: str
    severity: str
    channel: str
    regulation: str
    texts: tuple[tuple[int, str], ...]
    attachments: tuple[int, ...]
    first_contact: int | None = None
    category: str = "finding"
    details: tuple[tuple[str, str], ...] = ()
    nameless: bool = False
    recorded_by: int | None = None
    split_from: int | None = None
    contractor_id: int | None = None
    squad_id: int | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """Somebody took the ticket on."""

    NAME: ClassVar[str] = "claimed"
    by: int


@dataclass(frozen=True, slots=True)
class ClaimUndone:
    """A wrong tap was taken back within its minute: it never counted, not even as first contact (FC-2)."""

    NAME: ClassVar[str] = "claim_undone"
    by: int


@dataclass(frozen=True, slots=True)
class Released:
    """The assignee gave the ticket back; the person on duty is answerable again. `reason` is a stable code."""

    NAME: ClassVar[str] = "released"
    by: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """It was decided whose the matter is (FC-4, 5, 7, 8); `entry_id` names a sister unit or outside body."""

    NAME: ClassVar[str] = "judged"
    by: int
    jurisdiction: str
    department_id: int | None = None
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Graded:
    """Its severity was set; `text_id` names the reason, which a major one needs."""

    NAME: ClassVar[str] = "graded"
    by: int
    severity: str
    text_id: int | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Transferred:
    """The work was offered to a person or a department; the giver stays assignee until it is accepted (FC-11).

    `later` is the ISO moment at which it is handed over to somebody who is off duty until then.
    """

    NAME: ClassVar[str] = "transferred"
    by: int
    reason: str
    to_person: int | None = None
    to_department: int | None = None
    text_id: int | None = None
    digest: str = ""
    later: str = ""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The duty of who was offered it has begun: they have it before them, and their window runs (FC-11)."""

    NAME: ClassVar[str] = "handed_over"


@dataclass(frozen=True, slots=True)
class TransferAccepted:
    """The receiver took the work; the answerability stays where it was (FC-2)."""

    NAME: ClassVar[str] = "transfer_accepted"
    by: int


@dataclass(frozen=True, slots=True)
class TransferDeclined:
    """The receiver does not take it; it stays with the giver. `reason` is a stable code."""

    NAME: ClassVar[str] = "transfer_declined"
    by: int
    reason: str


@dataclass(frozen=True, slots=True)
class TransferRecalled:
    """The giver took the offer back."""

    NAME: ClassVar[str] = "transfer_recalled"
    by: int


@dataclass(frozen=True, slots=True)
class TransferLapsed:
    """Nobody accepted within the window; it returned to the giver by itself (FC-11)."""

    NAME: ClassVar[str] = "transfer_lapsed"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to the filer was given out for sending; it counts once delivered (CP-6).

    `caution` is the brush-off that was found in it and sent all the same, for the supervisor to see (FC-3).
    """

    NAME: ClassVar[str] = "answered"
    by: int
    text_id: int
    digest: str
    caution: str = ""
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerDelivered:
    """The platform accepted the answer for the filer's chat."""

    NAME: ClassVar[str] = "answer_delivered"
    text_id: int


@dataclass(frozen=True, slots=True)
class AnswerUndelivered:
    """An answer or question did not reach the filer by chat; staff must call (CP-6). `reason` is a stable code."""

    NAME: ClassVar[str] = "answer_undelivered"
    text_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Staff wrote something down among themselves."""

    NAME: ClassVar[str] = "noted"
    by: int
    text_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Reached:
    """Staff reached the sister unit; `text_id` names whom, and what they said (FC-5)."""

    NAME: ClassVar[str] = "reached"
    by: int
    text_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Staff asked the filer something."""

    NAME: ClassVar[str] = "asked"
    by: int
    text_id: int
    digest: str
    caution: str = ""
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Replied:
    """The filer answered what was asked."""

    NAME: ClassVar[str] = "replied"
    by: int
    text_id: int | None = None
    digest: str = ""
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Promised:
    """The filer was given a time by which they will have it, and why it takes so long (FC-4).

    `until` is an ISO moment in UTC; moving a promise is another one.
    """

    NAME: ClassVar[str] = "promised"
    by: int
    until: str
    text_id: int
    digest: str
    caution: str = ""


@dataclass(frozen=True, slots=True)
class Proposed:
    """Measures were proposed to the filer (CP-8)."""

    NAME: ClassVar[str] = "proposed"
    by: int
    text_id: int
    digest: str
    caution: str = ""
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreed:
    """The filer agrees to what was proposed."""

    NAME: ClassVar[str] = "agreed"
    by: int


@dataclass(frozen=True, slots=True)
class Disagreed:
    """The filer says what is missing; another round follows (CP-8)."""

    NAME: ClassVar[str] = "disagreed"
    by: int
    text_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Started:
    """Work on it has begun."""

    NAME: ClassVar[str] = "started"
    by: int


@dataclass(frozen=True, slots=True)
class Handled:
    """It was dealt with: what was done, how it ended, and what had caused it (ST-5); empty where nobody was asked."""

    NAME: ClassVar[str] = "handled"
    by: int
    outcome: str
    root_cause: str
    text_id: int | None = None
    digest: str = ""
    attachments: tuple[int, ...] = ()
    on_the_spot: bool = False
    """Whether who found it has set it right at once (AS-4)."""
    drawn: bool = False
    """Whether that was drawn to be looked at by a second person; if not, its photo has closed it."""


@dataclass(frozen=True, slots=True)
class MadeSafe:
    """Nobody can come to harm by it any more, though it is not repaired yet (AS-4).

    `text_id` names how, a stable code: a cordon, a notice, something switched off.
    """

    NAME: ClassVar[str] = "made_safe"
    by: int
    text_id: int
    digest: str
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """A second person found it done (CP-10)."""

    NAME: ClassVar[str] = "verified"
    by: int
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A second person found it not done; it goes back."""

    NAME: ClassVar[str] = "rejected"
    by: int
    text_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class VisitPlanned:
    """There will be a return visit, the `visit`-th of the ticket, by `rule` (RV-1).

    `opens_at` and `due_at` are ISO moments in UTC, empty for one that waits for rain.
    """

    NAME: ClassVar[str] = "visit_planned"
    visit: int
    rule: str
    opens_at: str = ""
    due_at: str = ""


@dataclass(frozen=True, slots=True)
class VisitSpared:
    """No return visit is needed; with `rule`, since its sample left the ticket out (RV-3)."""

    NAME: ClassVar[str] = "visit_spared"
    rule: str = ""


@dataclass(frozen=True, slots=True)
class VisitOpened:
    """The filer is asked how it is. `due_at` is the ISO moment by which the visit must be made."""

    NAME: ClassVar[str] = "visit_opened"
    visit: int
    due_at: str
    after_rain: bool = False


@dataclass(frozen=True, slots=True)
class VisitNudged:
    """The filer has not answered yet and was reminded, once."""

    NAME: ClassVar[str] = "visit_nudged"
    visit: int


@dataclass(frozen=True, slots=True)
class VisitEntrusted:
    """`to` is to call the filer or to go and see them (RV-4); nobody where there is nobody."""

    NAME: ClassVar[str] = "visit_entrusted"
    visit: int
    to: int | None


@dataclass(frozen=True, slots=True)
class Visited:
    """The filer said how it is and confirmed it: in the chat, or to the visitor `by` phone or at the door (RV-5).

    `result` is `solved`, `partly` or `not_solved`. Marks stand elsewhere: they are nobody's who did the work. With
    `again` it takes the place of what they said before.
    """

    NAME: ClassVar[str] = "visited"
    by: int
    visit: int
    way: str
    result: str
    satisfied: bool
    text_id: int | None = None
    digest: str = ""
    attachments: tuple[int, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class VisitBegun:
    """The visitor signed out: they call now, or are on their way (RV-4)."""

    NAME: ClassVar[str] = "visit_begun"
    by: int
    visit: int
    way: str


@dataclass(frozen=True, slots=True)
class VisitTried:
    """The visitor could not reach the filer; they try again."""

    NAME: ClassVar[str] = "visit_tried"
    by: int
    visit: int


@dataclass(frozen=True, slots=True)
class VisitReviewed:
    """Who leads has gone through what was said at a visit; `text_id` names their opinion (RV-8)."""

    NAME: ClassVar[str] = "visit_reviewed"
    by: int
    visit: int
    text_id: int | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class VisitMissed:
    """The visit was not made: nobody could be reached, or the next one took its place. `reason` is a stable code."""

    NAME: ClassVar[str] = "visit_missed"
    visit: int
    reason: str
    by: int | None = None


@dataclass(frozen=True, slots=True)
class VisitsCancelled:
    """All that were still to be made have lost their reason; `reason` is a stable code."""

    NAME: ClassVar[str] = "visits_cancelled"
    reason: str


@dataclass(frozen=True, slots=True)
class FoundSolved:
    """The filer says that it is solved."""

    NAME: ClassVar[str] = "solved"
    by: int


@dataclass(frozen=True, slots=True)
class Reopened:
    """The filer says that it is not. `to` has it again: the first contact, or nobody where they have left.

    It climbs: `level` counts the times, and `told` are those above who hear of it (CP-11, RV-7).
    """

    NAME: ClassVar[str] = "reopened"
    by: int
    text_id: int | None = None
    digest: str = ""
    to: int | None = None
    level: int = 1
    told: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ReopeningUndone:
    """What had opened it again was said or noted by mistake, and is changed within the day: it stands as it did before.

    `outcome`, `handled_by` and the ISO moments are how it had been dealt with and when it was checked.
    """

    NAME: ClassVar[str] = "reopening_undone"
    by: int
    outcome: str
    handled_by: int
    handled_at: str
    verified_at: str


@dataclass(frozen=True, slots=True)
class Closed:
    """It came to its end (CP-11): `how` is `visited` (the return visit found the filer satisfied), `solved` (they said
    so where no visit was needed), `quiet` (a week without it coming again), `verified` (a finding) or `fixed` (a
    finding, on the spot, which was not drawn to be checked).

    `until` is the ISO moment to which the filer can reopen it.
    """

    NAME: ClassVar[str] = "closed"
    how: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class VoidProposed:
    """Somebody holds that it does not count (ST-2); a second person decides. `reason` is a stable code."""

    NAME: ClassVar[str] = "void_proposed"
    by: int
    reason: str
    text_id: int | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Voided:
    """A named second person decided that it does not count."""

    NAME: ClassVar[str] = "voided"
    by: int


@dataclass(frozen=True, slots=True)
class VoidDeclined:
    """A named second person decided that it does count."""

    NAME: ClassVar[str] = "void_declined"
    by: int


@dataclass(frozen=True, slots=True)
class Split:
    """A different matter in it was made a ticket of its own, `into` (ST-3)."""

    NAME: ClassVar[str] = "split"
    by: int
    into: int


@dataclass(frozen=True, slots=True)
class Merged:
    """It is the same event as ticket `into` and goes on there (ST-4)."""

    NAME: ClassVar[str] = "merged"
    by: int
    into: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Ticket `other` turned out to be the same event and joined this one.

    `again` says that whoever had told us of this one had to tell us again (CP-12).
    """

    NAME: ClassVar[str] = "joined"
    by: int
    other: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Unmerged:
    """It is a matter of its own after all."""

    NAME: ClassVar[str] = "unmerged"
    by: int


@dataclass(frozen=True, slots=True)
class Parted:
    """Ticket `other` left this one again; with `again` it does not count as told again either."""

    NAME: ClassVar[str] = "parted"
    by: int
    other: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Called:
    """Staff called the filer or went to see them; `text_id` names what was said."""

    NAME: ClassVar[str] = "called"
    by: int
    text_id: int | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Amended:
    """The filer changed or added words after filing."""

    NAME: ClassVar[str] = "amended"
    by: int
    text_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The filer sent files after filing."""

    NAME: ClassVar[str] = "enclosed"
    by: int
    attachments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CallRequested:
    """The filer asked to be called (UX 15)."""

    NAME: ClassVar[str] = "call_requested"
    by: int


@dataclass(frozen=True, slots=True)
class Chased:
    """Who reported it, or a chief of theirs, asked how it stands (AS-5)."""

    NAME: ClassVar[str] = "chased"
    by: int


@dataclass(frozen=True, slots=True)
class HelpAsked:
    """The colleagues nearest to it were asked that one of them go there (AS-4)."""

    NAME: ClassVar[str] = "help_asked"
    by: int


@dataclass(frozen=True, slots=True)
class HelpTaken:
    """The first of them goes there."""

    NAME: ClassVar[str] = "help_taken"
    by: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The filer took the matter back."""

    NAME: ClassVar[str] = "withdrawn"
    by: int


@dataclass(frozen=True, slots=True)
class CameAgain:
    """What had been dealt with has come again as ticket `other`; `again` says that the same resident tells us."""

    NAME: ClassVar[str] = "came_again"
    by: int
    other: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class CameBefore:
    """Ticket `earlier`, which had been dealt with, was of the same matter (CP-12)."""

    NAME: ClassVar[str] = "came_before"
    by: int
    earlier: int


@dataclass(frozen=True, slots=True)
class ToldHq:
    """HQ, which had passed the matter on, was told how it stands (CP-9); `text_id` names what was said."""

    NAME: ClassVar[str] = "told_hq"
    by: int
    text_id: int | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class SummedUp:
    """It was written down how to prevent it (FC-14); `change` is the code of what is to change, `other` is in words."""

    NAME: ClassVar[str] = "summed_up"
    by: int
    change: str
    text_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Erased:
    """Who brought it was erased, as they asked: no words and no files of it are kept any more, nor who they were.

    `by` is a number that leads to nobody from now on.
    """

    NAME: ClassVar[str] = "erased"
    by: int


@dataclass(frozen=True, slots=True)
class Reminded:
    """The holder of a window was reminded of it."""

    NAME: ClassVar[str] = "reminded"
    rule: str
    stage: str
    holder: int | None


@dataclass(frozen=True, slots=True)
class WindowBroken:
    """A window ended unmet. `told` are those who hear of it beside the holder."""

    NAME: ClassVar[str] = "window_broken"
    rule: str
    holder: int | None
    told: tuple[int, ...] = ()


Event = (
    Filed
    | Claimed
    | ClaimUndone
    | Released
    | Judged
    | Graded
    | Transferred
    | HandedOver
    | TransferAccepted
    | TransferDeclined
    | TransferRecalled
    | TransferLapsed
    | Answered
    | AnswerDelivered
    | AnswerUndelivered
    | Noted
    | Reached
    | Asked
    | Replied
    | Promised
    | Proposed
    | Agreed
    | Disagreed
    | Started
    | Handled
    | Verified
    | Rejected
    | VisitPlanned
    | VisitSpared
    | VisitOpened
    | VisitNudged
    | VisitEntrusted
    | Visited
    | VisitBegun
    | VisitTried
    | VisitReviewed
    | VisitMissed
    | VisitsCancelled
    | FoundSolved
    | Reopened
    | ReopeningUndone
    | Closed
    | VoidProposed
    | Voided
    | VoidDeclined
    | Split
    | Merged
    | Joined
    | Unmerged
    | Parted
    | Called
    | Amended
    | Enclosed
    | CallRequested
    | Chased
    | HelpAsked
    | HelpTaken
    | MadeSafe
    | Withdrawn
    | CameAgain
    | CameBefore
    | ToldHq
    | SummedUp
    | Erased
    | Reminded
    | WindowBroken
)

EVENTS: dict[str, type[Event]] = {kind.NAME: kind for kind in get_args(Event)}


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its time, as the history holds it."""

    at: datetime
    event: Event
