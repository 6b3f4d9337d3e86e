"""What may be asked of a ticket: one value a command, and the act of `domain/policy` that each of them is.

What follows from them is decided in `domain/decisions`.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import Person
from bot.domain.policy import Act
from bot.domain.tickets import Cause, Jurisdiction, Outcome, Severity, Ticket
from bot.domain.visits import UNVISITED, Answers, Plan, Planned, Way


@dataclass(frozen=True, slots=True)
class Words:
    """Somebody's words as the history knows them: the erasable text's id and its salted hash."""

    text_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Take the ticket on: the claimer becomes its assignee, and its first contact if it has none (FC-1)."""


@dataclass(frozen=True, slots=True)
class UndoClaim:
    """Take a wrong tap back, as if it had never been."""


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Leave it to the person on duty again."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judge:
    """Decide whose it is; `entry_id` names the sister unit or outside body."""

    jurisdiction: Jurisdiction
    department_id: int | None = None
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """Set how serious it is; a major one needs a reason."""

    severity: Severity
    reason: Words | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """Offer the work to a person or to a department, for a reason (a stable code) and perhaps words.

    `passed_on` says that the receiver had it before and gave it away: only a leader sends it round in a circle.
    `later` is when it is handed over to a person who is off duty until then.
    """

    to: Person | None
    department_id: int | None
    reason: str
    words: Words | None = None
    passed_on: bool = False
    later: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recall:
    """Take the offer back."""


@dataclass(frozen=True, slots=True)
class Accept:
    """Take the work that is offered."""


@dataclass(frozen=True, slots=True)
class Decline:
    """Not take it, for a reason (a stable code)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Tell the filer what happens. `caution` is the brush-off that was found in the words and sent all the same."""

    words: Words
    caution: str = ""
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the filer something."""

    words: Words
    caution: str = ""
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer what was asked."""

    words: Words | None
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Write something down among staff."""

    words: Words


@dataclass(frozen=True, slots=True)
class RecordReach:
    """Say whom of the sister unit one has reached, and what they said (FC-5)."""

    words: Words


@dataclass(frozen=True, slots=True)
class Promise:
    """Give the filer a time by which they will have it, with the reason (FC-4)."""

    until: datetime
    reason: Words
    caution: str = ""


@dataclass(frozen=True, slots=True)
class Propose:
    """Propose measures to the filer (CP-8)."""

    words: Words
    caution: str = ""
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Agree:
    """Agree to what is proposed."""


@dataclass(frozen=True, slots=True)
class Disagree:
    """Say what is missing in it."""

    words: Words


@dataclass(frozen=True, slots=True)
class Start:
    """Begin to work on it."""


@dataclass(frozen=True, slots=True)
class Handle:
    """Say that it has been dealt with, how, and what had caused it: None of who was not asked."""

    outcome: Outcome
    root_cause: Cause | None
    words: Words | None = None
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Verify:
    """Find it done; `plan` is what visits follow, `visits` how many the ticket had before."""

    attachments: tuple[int, ...] = ()
    plan: Plan = UNVISITED
    visits: int = 0


@dataclass(frozen=True, slots=True)
class Reject:
    """Find it not done, and say why."""

    words: Words


@dataclass(frozen=True, slots=True)
class FindSolved:
    """The filer finds it solved; they can come back to it until then."""

    reopen_until: datetime


@dataclass(frozen=True, slots=True)
class Reopen:
    """The filer finds it not solved; `to` has it again, nobody where None, and `told` are those above who hear of it.

    With `visit` that is their answer to this return visit; with `again` in place of what they said before.
    """

    words: Words | None = None
    to: int | None = None
    told: tuple[int, ...] = ()
    visit: int | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """How a matter stood before it was opened again: dealt with by whom, checked when.

    `visits` lost their reason by its being opened again; it has had `planned` in all.
    """

    outcome: Outcome
    handled_by: int
    handled_at: datetime
    verified_at: datetime
    visits: tuple[Planned, ...] = ()
    planned: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What was said at a return visit, and confirmed; what follows if they are not satisfied (`to`, `told`).

    Until `reopen_until` they can come back to what this closes. `before` is how it stood, where what they say now takes
    the place of what had opened it again.
    """

    visit: int
    answers: Answers
    reopen_until: datetime
    words: Words | None = None
    attachments: tuple[int, ...] = ()
    to: int | None = None
    told: tuple[int, ...] = ()
    before: Before | None = None


@dataclass(frozen=True, slots=True)
class AnswerVisit:
    """The filer answers a return visit in the chat."""

    said: Said


@dataclass(frozen=True, slots=True)
class ReviseVisit:
    """The filer changes that answer, or the visitor what they have noted of it."""

    said: Said
    way: Way = Way.CHAT


@dataclass(frozen=True, slots=True)
class RecordVisit:
    """The visitor records what the filer said by phone or at the door, and confirmed."""

    said: Said
    way: Way


@dataclass(frozen=True, slots=True)
class CallForVisit:
    """Sign out for a visit by phone: call now."""


@dataclass(frozen=True, slots=True)
class GoForVisit:
    """Sign out for a visit at the door: be on the way."""


@dataclass(frozen=True, slots=True)
class NotReached:
    """Say that the filer could not be reached; after so many `tries` the visit ends unmade."""

    tries: int


@dataclass(frozen=True, slots=True)
class ReviewVisit:
    """Go through what was said at that visit, and perhaps add an opinion (RV-8)."""

    visit: int
    words: Words | None = None


@dataclass(frozen=True, slots=True)
class RecordCall:
    """Say that the filer was called, and perhaps what came of it."""

    words: Words | None = None


@dataclass(frozen=True, slots=True)
class ProposeVoid:
    """Hold that it does not count, for a reason (a stable code) and perhaps words (ST-2)."""

    reason: str
    words: Words | None = None


@dataclass(frozen=True, slots=True)
class ConfirmVoid:
    """Decide that it does not count."""


@dataclass(frozen=True, slots=True)
class DeclineVoid:
    """Decide that it does count."""


@dataclass(frozen=True, slots=True)
class SplitOff:
    """Note that another matter in it became ticket `into` (ST-3)."""

    into: int


@dataclass(frozen=True, slots=True)
class Merge:
    """Let it go on in `into`, which is the same event (ST-4)."""

    into: Ticket


@dataclass(frozen=True, slots=True)
class Unmerge:
    """Let it go on by itself again."""


@dataclass(frozen=True, slots=True)
class TellHq:
    """Say that HQ was told how it stands (CP-9), and perhaps in which words."""

    words: Words | None = None


@dataclass(frozen=True, slots=True)
class SumUp:
    """Write down how to prevent it, and what is to change: a stable code (FC-14)."""

    change: str
    words: Words


@dataclass(frozen=True, slots=True)
class AskForCall:
    """Have somebody call the filer."""


@dataclass(frozen=True, slots=True)
class AskNearest:
    """Have the nearest colleagues go there (AS-4)."""


@dataclass(frozen=True, slots=True)
class Go:
    """Be the one who goes there."""


@dataclass(frozen=True, slots=True)
class Chase:
    """Ask who has it how it stands (AS-5)."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take the matter back."""


@dataclass(frozen=True, slots=True)
class Unsend:
    """Undo having sent it, within a minute."""


@dataclass(frozen=True, slots=True)
class MakeSafe:
    """Say how it was made safe until it is repaired, and show it (AS-4)."""

    how: Words
    attachments: tuple[int, ...]


ACTS: dict[type, Act] = {
    Claim: Act.CLAIM,
    UndoClaim: Act.UNDO,
    GiveBack: Act.GIVE_BACK,
    Judge: Act.JUDGE,
    Grade: Act.GRADE,
    Transfer: Act.TRANSFER,
    Recall: Act.RECALL,
    Accept: Act.ACCEPT,
    Decline: Act.DECLINE,
    Answer: Act.ANSWER,
    Ask: Act.ASK,
    Reply: Act.REPLY,
    Note: Act.NOTE,
    Promise: Act.PROMISE,
    Propose: Act.PROPOSE,
    Agree: Act.AGREE,
    Disagree: Act.DISAGREE,
    Start: Act.START,
    Handle: Act.HANDLE,
    Verify: Act.VERIFY,
    Reject: Act.REJECT,
    FindSolved: Act.SOLVED,
    Reopen: Act.REOPEN,
    AnswerVisit: Act.SOLVED,
    ReviseVisit: Act.REVISE,
    RecordVisit: Act.VISIT,
    CallForVisit: Act.VISIT_CALL,
    GoForVisit: Act.VISIT_GO,
    NotReached: Act.NOT_REACHED,
    ReviewVisit: Act.REVIEW,
    RecordCall: Act.CALLED,
    RecordReach: Act.REACHED,
    ProposeVoid: Act.VOID,
    ConfirmVoid: Act.CONFIRM_VOID,
    DeclineVoid: Act.DECLINE_VOID,
    SplitOff: Act.SPLIT,
    Merge: Act.MERGE,
    Unmerge: Act.UNMERGE,
    TellHq: Act.TELL_HQ,
    SumUp: Act.SUM_UP,
    AskForCall: Act.CALL,
    Chase: Act.CHASE,
    AskNearest: Act.ASK_NEAREST,
    Go: Act.GO,
    Withdraw: Act.WITHDRAW,
    Unsend: Act.UNSEND,
    MakeSafe: Act.SAFE,
}


HandsCommand = Claim | UndoClaim | GiveBack | Transfer | Recall | Accept | Decline


WorkCommand = Judge | Grade | Start | Handle | MakeSafe | Verify | Reject


TalkCommand = Answer | Ask | Note | Promise | Propose | RecordCall | RecordReach


EndCommand = ProposeVoid | ConfirmVoid | DeclineVoid | SplitOff | Merge | Unmerge | TellHq | SumUp


FilerCommand = Reply | Agree | Disagree | FindSolved | Reopen | AskForCall | Chase | AskNearest | Go | Withdraw | Unsend


VisitCommand = AnswerVisit | ReviseVisit | RecordVisit


VisitorCommand = CallForVisit | GoForVisit | NotReached | ReviewVisit


Command = HandsCommand | WorkCommand | TalkCommand | FilerCommand | VisitCommand | VisitorCommand | EndCommand
