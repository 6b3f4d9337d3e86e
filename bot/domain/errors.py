"""Errors of the domain: what a person asked for cannot be, and they are told why in their language.

An error carries a stable code and facts, never a sentence: `services/refusals` holds one sentence per code,
and a test sees to it that none is missing. Nothing has been changed when one of these is raised.
"""

from datetime import datetime
from enum import StrEnum


class Refusal(StrEnum):
    """Why something that was asked for is refused; the value is stable and stands in logs and history."""

    NOT_PERMITTED = "not-permitted"
    HAS_LEFT = "has-left"
    GROUP_LANGUAGE = "group-language"
    ALREADY_CLAIMED = "already-claimed"
    ALREADY_YOURS = "already-yours"
    NOT_YOURS = "not-yours"
    STALE_BUTTON = "stale-button"
    ALREADY_FILED = "already-filed"
    ALREADY_SENT = "already-sent"
    NOTHING_TO_FILE = "nothing-to-file"
    CALL_ASKED = "call-asked"
    CHASED_LATELY = "chased-lately"
    HELP_ASKED = "help-asked"
    HELP_GIVEN = "help-given"
    TICKET_ENDED = "ticket-ended"
    NO_SUCH_TICKET = "no-such-ticket"
    DRAFT_GONE = "draft-gone"
    DRAFT_EXPIRED = "draft-expired"
    FILED_ENOUGH = "filed-enough"
    FILED_ENOUGH_CALL = "filed-enough-call"
    TOO_FAST = "too-fast"
    TOO_FAST_CALL = "too-fast-call"
    DRAFT_FULL = "draft-full"
    TOO_LONG = "too-long"
    WORDS_WANTED = "words-wanted"
    UNREADABLE_KIND = "unreadable-kind"
    NO_PRIVATE_CHAT = "no-private-chat"
    INVITE_SPENT = "invite-spent"
    FAR_AWAY = "far-away"
    HOME_ASKED = "home-asked"
    HOME_DECIDED = "home-decided"
    NO_OFFICE = "no-office"
    STAGE_PASSED = "stage-passed"
    TOO_LATE_TO_UNDO = "too-late-to-undo"
    TOO_LATE_TO_PART = "too-late-to-part"
    TOO_LATE_TO_UNSEND = "too-late-to-unsend"
    TRANSFER_OPEN = "transfer-open"
    NO_TRANSFER = "no-transfer"
    CANNOT_TAKE = "cannot-take"
    NOBODY_ELSE = "nobody-else"
    TO_HOLDER = "to-holder"
    IN_A_CIRCLE = "in-a-circle"
    NOTHING_ASKED = "nothing-asked"
    NO_PROPOSAL = "no-proposal"
    OWN_WORK = "own-work"
    LEADER_WANTED = "leader-wanted"
    REASON_WANTED = "reason-wanted"
    VOID_ASKED = "void-asked"
    NO_VOID = "no-void"
    OWN_PROPOSAL = "own-proposal"
    NOBODY_DECIDES = "nobody-decides"
    CANNOT_MERGE = "cannot-merge"
    CUSTOMERS_LEAD = "customers-lead"
    NO_SUCH_NUMBER = "no-such-number"
    NOT_MERGED = "not-merged"
    REOPEN_PAST = "reopen-past"
    TOO_LATE_TO_CHANGE = "too-late-to-change"
    RESIDENTS_WORD = "residents-word"
    NO_DEPARTMENT = "no-department"
    SEARCH_GONE = "search-gone"
    REVIEWED = "reviewed"
    OWN_VISIT = "own-visit"
    HQ_KNOWS = "hq-knows"
    SUMMED_UP = "summed-up"
    NO_TIME = "no-time"
    NO_TURN = "no-turn"
    ROSTER_SAYS = "roster-says"
    TURN_TAKEN = "turn-taken"
    CANNOT_BE_ON_DUTY = "cannot-be-on-duty"
    LEAVE_BACKWARDS = "leave-backwards"
    LEAVE_KNOWN = "leave-known"
    CANNOT_STAND_IN = "cannot-stand-in"
    TIME_OUT_OF_REACH = "time-out-of-reach"
    DUTY_RECORD = "duty-record"
    ERASED = "erased"


class DomainError(Exception):
    """A request is refused for a reason of the domain.

    `facts` are the parameters of the sentence shown; they may hold names, therefore they are kept out of `str()`.
    """

    def __init__(self, refusal: Refusal, **facts: "str | datetime") -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.facts = facts
