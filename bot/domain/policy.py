"""Who may do what to a ticket, and when: one table of acts.

Buttons, checks and documentation all come from `TABLE`: what is offered to somebody is exactly what is not refused to
them (`offered`, `require`). An act without a row may be done by nobody. A role alone never suffices: what counts is how
somebody stands to the ticket (`relations`), and what is about a colleague exists only for its readers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.categories import CATEGORIES
from bot.domain.errors import DomainError, Refusal
from bot.domain.people import Permission, Person, Role
from bot.domain.tickets import Jurisdiction, Kind, Outcome, Stage, Ticket

#: So long a wrong tap on Claim can be taken back as if it had never been, and one on Send by who is on their feet.
UNDO = timedelta(minutes=1)
#: Who has a matter is asked how it stands no more often than this.
CHASE_AGAIN = timedelta(hours=4)
#: So long an answer to a return visit can be changed.
CHANGEABLE = timedelta(days=1)


class Act(StrEnum):
    """Something that can be done to a ticket; the values are stable, buttons carry them."""

    ADD = "add"
    CALL = "call"
    WITHDRAW = "withdraw"
    CHASE = "chase"
    ASK_NEAREST = "ask_nearest"
    GO = "go"
    SAFE = "safe"
    UNSEND = "unsend"
    REPLY = "reply"
    AGREE = "agree"
    DISAGREE = "disagree"
    SOLVED = "solved"
    PARTLY = "partly"
    REVISE = "revise"
    REOPEN = "reopen"
    CLAIM = "claim"
    UNDO = "undo"
    GIVE_BACK = "give_back"
    JUDGE = "judge"
    GRADE = "grade"
    TRANSFER = "transfer"
    RECALL = "recall"
    ACCEPT = "accept"
    DECLINE = "decline"
    ANSWER = "answer"
    ASK = "ask"
    NOTE = "note"
    PROMISE = "promise"
    PROPOSE = "propose"
    START = "start"
    HANDLE = "handle"
    VERIFY = "verify"
    REJECT = "reject"
    CALLED = "called"
    REACHED = "reached"
    VISIT = "visit"
    VISIT_CALL = "visit_call"
    VISIT_GO = "visit_go"
    NOT_REACHED = "not_reached"
    REVIEW = "review"
    VOID = "void"
    CONFIRM_VOID = "confirm_void"
    DECLINE_VOID = "decline_void"
    SPLIT = "split"
    MERGE = "merge"
    UNMERGE = "unmerge"
    TELL_HQ = "tell_hq"
    SUM_UP = "sum_up"
    READ = "read"
    HISTORY = "history"
    CLOCKS = "clocks"


class Relation(StrEnum):
    """How somebody stands to a ticket."""

    FILER = "filer"
    COLLEAGUE = "colleague"  # works with tickets on its estate
    DESK = "desk"  # at the service centre
    HOLDER = "holder"
    STAND_IN = "stand_in"  # has today the duties of its holder, who is away
    FIRST_CONTACT = "first_contact"
    GIVER = "giver"  # of the offer that is open
    RECEIVER = "receiver"  # of that offer, or of their department
    VISITOR = "visitor"  # is to call who filed it, or to go and see them
    RECORDER = "recorder"  # noted what they said at the last visit, which nobody has reviewed yet
    LEADER = "leader"  # head of its department, general supervisor or director
    NEAR = "near"  # on their feet on the estate, and asked whether they can go there
    HELPER = "helper"  # who went
    TELLER = "teller"  # passed on what a customer told them on their feet, and is its first contact (AS-1)
    CHIEF = "chief"  # squad leader or site supervisor of who reported it from site


@dataclass(frozen=True, slots=True)
class Need:
    """Something that must be true of the ticket, and why it is refused where it is not."""

    holds: Callable[[Ticket, Person, datetime], bool]
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Row:
    """An act: who may do it (any one of these relations), at which stages, and what it needs, checked in that order."""

    act: Act
    who: frozenset[Relation]
    stages: frozenset[Stage]
    needs: tuple[Need, ...] = ()


#: Those whom a ticket concerns and who do not work with tickets.
OUTSIDERS = frozenset({Relation.TELLER, Relation.CHIEF, Relation.HELPER})


def relations(person: Person, ticket: Ticket) -> frozenset[Relation]:
    """Return how `person` stands to `ticket`: not at all where they are of another estate or may not know of it."""
    if person.estate_id != ticket.estate_id or not may_know(person, ticket):
        return frozenset()
    filer = {Relation.FILER} if person.id == ticket.filer_id else set()
    if _is_chief(person, ticket):
        filer.add(Relation.CHIEF)
    if ticket.recorded_by == person.id and is_on_foot(person):
        filer.add(Relation.TELLER)
    filer |= _nearness(person, ticket)
    if not person.may(Permission.CLAIM):
        return frozenset(filer)
    found = filer | {Relation.COLLEAGUE}
    if Role.CLERK in person.roles:
        found.add(Relation.DESK)
    if person.id == ticket.assignee_id:
        found.add(Relation.HOLDER)
    elif ticket.assignee_id in person.stands_in.people:
        found.add(Relation.STAND_IN)
    if person.id == ticket.first_contact_id:
        found.add(Relation.FIRST_CONTACT)
    if _is_or_stands_in(person, ticket.visitor_id):
        found.add(Relation.VISITOR)
    if person.id == ticket.visited_by:
        found.add(Relation.RECORDER)
    if _is_or_stands_in(person, ticket.transfer_by):
        found.add(Relation.GIVER)
    if person.id != ticket.transfer_by and _is_offered(person, ticket):
        found.add(Relation.RECEIVER)
    return frozenset(found | {Relation.LEADER}) if _leads(person, ticket) else frozenset(found)


def _is_or_stands_in(person: Person, number: int | None) -> bool:
    return number is not None and (person.id == number or number in person.stands_in.people)


def _is_offered(person: Person, ticket: Ticket) -> bool:
    """Whether the work is offered to `person`, to whom they stand in for, or to their department."""
    if ticket.transfer_to is not None:
        return _is_or_stands_in(person, ticket.transfer_to)
    return ticket.transfer_department is not None and person.department_id == ticket.transfer_department


def _leads(person: Person, ticket: Ticket) -> bool:
    if person.roles & {Role.GENERAL_SUPERVISOR, Role.DIRECTOR} or person.stands_in.everywhere:
        return True
    heads = Role.DEPARTMENT_HEAD in person.roles and ticket.department_id in (None, person.department_id)
    return heads or ticket.department_id in person.stands_in.departments


def _is_chief(person: Person, ticket: Ticket) -> bool:
    """Whether who reported it from site is of `person`'s people: of their company, or of the department of our own."""
    if not person.may(Permission.FOLLOW_UP):
        return False
    if person.contractor_id is not None:
        return ticket.contractor_id == person.contractor_id
    return ticket.squad_id is not None and ticket.squad_id == person.department_id


def is_on_foot(person: Person) -> bool:
    """Whether somebody works on site, and does not work with tickets."""
    return person.is_staff and person.may(Permission.FILE) and not person.may(Permission.CLAIM)


def _nearness(person: Person, ticket: Ticket) -> set[Relation]:
    """Return how somebody on their feet stands to what the nearest were asked to see to, until it is handled (AS-4)."""
    if ticket.help_asked_at is None or not is_on_foot(person):
        return set()
    return {Relation.HELPER} if ticket.helper_id == person.id else {Relation.NEAR}


def is_confidential(ticket: Ticket) -> bool:
    """Whether only the director's line sees it: it is about a colleague."""
    return CATEGORIES[ticket.category].confidential


def may_know(person: Person, ticket: Ticket) -> bool:
    """Whether `person` may learn that there is such a ticket: what is about a colleague only its filer and readers."""
    return not is_confidential(ticket) or ticket.filer_id == person.id or person.may(Permission.READ_CONFIDENTIAL)


def offered(person: Person, ticket: Ticket, now: datetime, only: frozenset[Act] | None = None) -> tuple[Act, ...]:
    """Return what `person` can do to `ticket` now, in the order of the table; of `only` these where they are given."""
    standing = relations(person, ticket)
    acts = TABLE.keys() if only is None else TABLE.keys() & only
    return tuple(act for act in TABLE if act in acts and _refusal(person, ticket, act, now, standing) is None)


def require(person: Person, ticket: Ticket, act: Act, now: datetime) -> None:
    """Raise the `DomainError` that says why `person` cannot do `act` to `ticket` now, if so."""
    refusal = _refusal(person, ticket, act, now, relations(person, ticket))
    if refusal is Refusal.STAGE_PASSED:
        raise DomainError(refusal, number=ticket.number, stage=ticket.stage.value)
    if refusal is not None:
        raise DomainError(refusal, number=ticket.number)


def _refusal(person: Person, ticket: Ticket, act: Act, now: datetime, standing: frozenset[Relation]) -> Refusal | None:
    row = TABLE[act]
    if not row.who & standing and (row.who == _FILER or Relation.COLLEAGUE not in standing):
        return Refusal.NOT_PERMITTED  # before anything is said of the ticket
    if (refusal := _ended(ticket, row)) is not None:
        return refusal
    if row.who == _RECEIVER and not ticket.transfer_open:
        return Refusal.NO_TRANSFER  # whoever it was offered to is told that it went back, not that it was never theirs
    if not row.who & standing and act is Act.REVISE:
        return Refusal.RESIDENTS_WORD  # whoever noted it could, until it was gone through (RV-8)
    if not row.who & standing:
        return Refusal.NOT_YOURS if Relation.HOLDER in row.who else Refusal.NOT_PERMITTED
    if ticket.stage not in row.stages:
        return Refusal.STAGE_PASSED
    return next((need.refusal for need in row.needs if not need.holds(ticket, person, now)), None)


def _ended(ticket: Ticket, row: Row) -> Refusal | None:
    if row.act in _OF_ENDED:
        return None
    if ticket.withdrawn_at or ticket.voided_at or ticket.merged_into:
        return Refusal.TICKET_ENDED
    return Refusal.TICKET_ENDED if ticket.stage is Stage.CLOSED and Stage.CLOSED not in row.stages else None


#: What can be done to a ticket whichever way it ended.
_OF_ENDED = frozenset({Act.READ, Act.HISTORY, Act.CLOCKS, Act.UNMERGE})

_FILER = frozenset({Relation.FILER})
_SENDERS = frozenset({Relation.FILER, Relation.TELLER})
_REPORTERS = _SENDERS | {Relation.CHIEF}
_COLLEAGUE = frozenset({Relation.COLLEAGUE})
_CHIEF = frozenset({Relation.CHIEF})
_TELLER = frozenset({Relation.TELLER})
_HELPER = frozenset({Relation.HELPER})
_DESK = frozenset({Relation.DESK})
_HOLDER = frozenset({Relation.HOLDER})
_HANDS = frozenset({Relation.HOLDER, Relation.STAND_IN})
_RECEIVER = frozenset({Relation.RECEIVER})
_LEADER = frozenset({Relation.LEADER})
_VISITOR = frozenset({Relation.VISITOR})
_CARERS = _HANDS | {Relation.FIRST_CONTACT}
_DECIDERS = _HANDS | {Relation.DESK, Relation.LEADER}
_CHECKERS = frozenset({Relation.DESK, Relation.FIRST_CONTACT, Relation.LEADER})

_ALL = frozenset(Stage)
_OPEN = _ALL - {Stage.CLOSED}
_AT_WORK = frozenset({Stage.RECEIVED, Stage.JUDGED, Stage.IN_HAND})
_TO_START = frozenset({Stage.RECEIVED, Stage.JUDGED})
_HANDLED = frozenset({Stage.HANDLED})
#: After a visit, also where what was said at it has opened the matter again and nobody has dealt with it anew.
_SAID = frozenset({Stage.IN_HAND, Stage.VISITED, Stage.CLOSED})
_DONE = frozenset({Stage.VERIFIED, Stage.VISITED, Stage.CLOSED})


def _just_claimed(ticket: Ticket, _person: Person, now: datetime) -> bool:
    return ticket.claimed_at is not None and now - ticket.claimed_at <= UNDO


def _decides_or_just_joined(ticket: Ticket, person: Person, now: datetime) -> bool:
    """Whether `person` decides about it; who brought it can only take back what they have tapped just now."""
    if person.id != ticket.filer_id:
        return True
    return bool(_DECIDERS & relations(person, ticket)) or (
        ticket.merged_at is not None and now - ticket.merged_at <= UNDO
    )


def _not_chased_lately(ticket: Ticket, _person: Person, now: datetime) -> bool:
    return ticket.chased_at is None or now - ticket.chased_at >= CHASE_AGAIN


def _in_time_to_reopen(ticket: Ticket, _person: Person, now: datetime) -> bool:
    if ticket.stage is not Stage.CLOSED or ticket.visit is not None:
        return True
    return ticket.reopen_until is not None and now <= ticket.reopen_until


def _open_or_just_fixed(ticket: Ticket, person: Person, now: datetime) -> bool:
    """Whether it still goes on, or was closed by the photo of who fixed it on the spot, in the minute to undo that."""
    return ticket.stage is not Stage.CLOSED or (ticket.handled_by == person.id and now - ticket.filed_at <= UNDO)


def _can_be_answered(ticket: Ticket, _person: Person, _now: datetime) -> bool:
    return ticket.visit is not None or ticket.stage is Stage.VERIFIED


def just_visited(ticket: Ticket, now: datetime) -> bool:
    """Whether what was said at a return visit can still be changed."""
    return ticket.visited_at is not None and now - ticket.visited_at <= CHANGEABLE


def _agreed_by_leader(ticket: Ticket, person: Person, _now: datetime) -> bool:
    return ticket.outcome is not Outcome.EXPLAINED or Relation.LEADER in relations(person, ticket)


def _proposed_or_leads(ticket: Ticket, person: Person, _now: datetime) -> bool:
    return ticket.void_asked_by == person.id or Relation.LEADER in relations(person, ticket)


_NOT_MINE = Need(lambda ticket, person, _: ticket.assignee_id != person.id, Refusal.ALREADY_YOURS)
_UNHELD = Need(lambda ticket, *_: ticket.assignee_id is None, Refusal.ALREADY_CLAIMED)
_JUST_CLAIMED = Need(_just_claimed, Refusal.TOO_LATE_TO_UNDO)
_NO_OFFER = Need(lambda ticket, *_: not ticket.transfer_open, Refusal.TRANSFER_OPEN)
_OFFER = Need(lambda ticket, *_: ticket.transfer_open, Refusal.NO_TRANSFER)
_NAMED = Need(lambda ticket, *_: not ticket.nameless, Refusal.STALE_BUTTON)
_NO_CALL = Need(lambda ticket, *_: ticket.call_asked_at is None, Refusal.CALL_ASKED)
_ASKED = Need(lambda ticket, *_: ticket.asked_id is not None, Refusal.NOTHING_ASKED)
_PROPOSED = Need(lambda ticket, *_: ticket.proposal_id is not None, Refusal.NO_PROPOSAL)
_NO_VOID = Need(lambda ticket, *_: ticket.void_asked_by is None, Refusal.VOID_ASKED)
_VOID = Need(lambda ticket, *_: ticket.void_asked_by is not None, Refusal.NO_VOID)
_NOT_MY_PROPOSAL = Need(lambda ticket, person, _: ticket.void_asked_by != person.id, Refusal.OWN_PROPOSAL)
_MY_PROPOSAL_OR_LEADERS = Need(_proposed_or_leads, Refusal.NOT_PERMITTED)
_NOT_MY_WORK = Need(lambda ticket, person, _: ticket.handled_by != person.id, Refusal.OWN_WORK)
_LEADERS_AGREEMENT = Need(_agreed_by_leader, Refusal.LEADER_WANTED)
_IN_TIME = Need(_in_time_to_reopen, Refusal.REOPEN_PAST)
_TIMELY = Need(_decides_or_just_joined, Refusal.TOO_LATE_TO_PART)
_MERGED = Need(lambda ticket, *_: ticket.merged_into is not None, Refusal.NOT_MERGED)
_HQ_WAITS = Need(lambda ticket, *_: ticket.hq_waits, Refusal.HQ_KNOWS)
_NOT_SUMMED_UP = Need(lambda ticket, *_: ticket.summed_up_at is None, Refusal.SUMMED_UP)
_NO_HELP = Need(lambda ticket, *_: ticket.help_asked_at is None, Refusal.HELP_ASKED)
_UNHELPED = Need(lambda ticket, *_: ticket.helper_id is None, Refusal.HELP_GIVEN)
_JUST_SENT = Need(lambda ticket, _, now: now - ticket.filed_at <= UNDO, Refusal.TOO_LATE_TO_UNSEND)
_OPEN_OR_JUST_FIXED = Need(_open_or_just_fixed, Refusal.TICKET_ENDED)
_FROM_SITE = Need(lambda ticket, *_: ticket.from_site, Refusal.STALE_BUTTON)
_NOT_CHASED = Need(_not_chased_lately, Refusal.CHASED_LATELY)
_SISTER = Need(lambda ticket, *_: ticket.jurisdiction is Jurisdiction.SISTER, Refusal.STALE_BUTTON)
_TO_ANSWER = Need(_can_be_answered, Refusal.STAGE_PASSED)
_TO_VISIT = Need(lambda ticket, *_: ticket.visits > 0, Refusal.STALE_BUTTON)
_TO_REVIEW = Need(lambda ticket, *_: ticket.visited_by is not None, Refusal.REVIEWED)
_NOT_MY_VISIT = Need(lambda ticket, person, _: ticket.visited_by != person.id, Refusal.OWN_VISIT)
_UNDER_WAY = Need(lambda ticket, *_: ticket.visit is not None, Refusal.STALE_BUTTON)
_JUST_VISITED = Need(lambda ticket, _, now: just_visited(ticket, now), Refusal.TOO_LATE_TO_CHANGE)
_WORDED = Need(lambda ticket, *_: ticket.erased_at is None, Refusal.ERASED)
_OF_A_CUSTOMER = Need(lambda ticket, *_: ticket.kind is not Kind.FINDING, Refusal.STALE_BUTTON)

TABLE: dict[Act, Row] = {
    row.act: row
    for row in (
        # The resident's, the next step first
        Row(Act.REPLY, _FILER, _OPEN, (_ASKED,)),
        Row(Act.AGREE, _FILER, _AT_WORK, (_PROPOSED,)),
        Row(Act.DISAGREE, _FILER, _AT_WORK, (_PROPOSED,)),
        Row(Act.SOLVED, _FILER, _DONE, (_OF_A_CUSTOMER, _TO_ANSWER)),
        Row(Act.PARTLY, _FILER, _DONE, (_OF_A_CUSTOMER, _TO_ANSWER, _TO_VISIT)),
        Row(Act.REOPEN, _FILER, _DONE, (_OF_A_CUSTOMER, _IN_TIME)),
        Row(Act.REVISE, _FILER | {Relation.RECORDER}, _SAID, (_WORDED, _JUST_VISITED)),
        Row(Act.ADD, _FILER, _OPEN),
        Row(Act.CALL, _FILER, _OPEN, (_OF_A_CUSTOMER, _NAMED, _NO_CALL)),
        Row(Act.WITHDRAW, _FILER, _AT_WORK | _HANDLED),
        Row(Act.ASK_NEAREST, _REPORTERS | _HANDS | _DESK, _AT_WORK, (_FROM_SITE, _NO_HELP)),
        Row(Act.GO, frozenset({Relation.NEAR}), _AT_WORK, (_UNHELPED,)),
        Row(Act.UNSEND, _SENDERS, _AT_WORK | _HANDLED | {Stage.CLOSED}, (_FROM_SITE, _OPEN_OR_JUST_FIXED, _JUST_SENT)),
        Row(Act.SAFE, _SENDERS | _COLLEAGUE, _AT_WORK, (_FROM_SITE,)),
        Row(Act.CHASE, _REPORTERS, _AT_WORK | _HANDLED, (_FROM_SITE, _NOT_CHASED)),
        # The next step first: cards show the first few, and the rest below "More"
        Row(Act.CLAIM, _COLLEAGUE, _OPEN, (_NOT_MINE, _UNHELD)),
        Row(Act.ACCEPT, _RECEIVER, _AT_WORK, (_OFFER,)),
        Row(Act.DECLINE, _RECEIVER, _AT_WORK, (_OFFER,)),
        Row(Act.VERIFY, _CHECKERS, _HANDLED, (_NOT_MY_WORK, _LEADERS_AGREEMENT)),
        Row(Act.REJECT, _CHECKERS, _HANDLED, (_NOT_MY_WORK, _LEADERS_AGREEMENT)),
        Row(Act.VISIT_CALL, _VISITOR, _DONE, (_UNDER_WAY, _NOT_MY_WORK)),
        Row(Act.VISIT_GO, _VISITOR, _DONE, (_UNDER_WAY, _NOT_MY_WORK)),
        Row(Act.VISIT, _VISITOR, _DONE, (_UNDER_WAY, _NOT_MY_WORK)),
        Row(Act.NOT_REACHED, _VISITOR, _DONE, (_UNDER_WAY, _NOT_MY_WORK)),
        Row(Act.REVIEW, _LEADER, _ALL, (_TO_REVIEW, _NOT_MY_VISIT, _NOT_MY_WORK)),
        Row(Act.CONFIRM_VOID, _LEADER, _AT_WORK, (_VOID, _NOT_MY_PROPOSAL)),
        Row(Act.DECLINE_VOID, _DECIDERS, _AT_WORK, (_VOID, _MY_PROPOSAL_OR_LEADERS)),
        Row(Act.TELL_HQ, _CARERS | _CHECKERS, _DONE, (_HQ_WAITS,)),
        Row(Act.SUM_UP, _LEADER, frozenset({Stage.CLOSED}), (_NOT_SUMMED_UP,)),
        Row(Act.REACHED, _CARERS, _AT_WORK, (_SISTER,)),
        Row(Act.ANSWER, _CARERS, _OPEN),
        Row(Act.START, _HANDS, _TO_START, (_NO_OFFER,)),
        Row(Act.HANDLE, _HANDS | _HELPER, _AT_WORK, (_NO_OFFER,)),
        Row(Act.JUDGE, _DECIDERS, _AT_WORK),
        Row(Act.TRANSFER, _HANDS | _LEADER, _AT_WORK, (_NO_OFFER,)),
        Row(Act.RECALL, frozenset({Relation.GIVER, Relation.LEADER}), _AT_WORK, (_OFFER,)),
        Row(Act.PROMISE, _CARERS, _AT_WORK),
        Row(Act.ASK, _CARERS, _AT_WORK),
        Row(Act.PROPOSE, _CARERS, _AT_WORK, (_OF_A_CUSTOMER,)),
        Row(Act.CALLED, _CARERS, _OPEN, (_OF_A_CUSTOMER, _NAMED)),
        Row(Act.NOTE, _COLLEAGUE | _CHIEF | _TELLER, _ALL),
        Row(Act.GRADE, _DECIDERS, _AT_WORK),
        Row(Act.SPLIT, _DECIDERS, _AT_WORK),
        Row(Act.MERGE, _DECIDERS, _AT_WORK),
        Row(Act.UNMERGE, _DECIDERS | _FILER, _AT_WORK, (_MERGED, _WORDED, _TIMELY)),
        Row(Act.VOID, _DECIDERS, _AT_WORK, (_NO_VOID,)),
        Row(Act.UNDO, _HOLDER, _OPEN, (_JUST_CLAIMED,)),
        Row(Act.GIVE_BACK, _HOLDER, _AT_WORK, (_NO_OFFER,)),
        Row(Act.HISTORY, _FILER | _COLLEAGUE, _ALL),
        Row(Act.CLOCKS, _COLLEAGUE, _ALL),
        Row(Act.READ, _REPORTERS | _COLLEAGUE | _HELPER, _ALL),
    )
}


def possible(ticket: Ticket, act: Act, now: datetime) -> bool:
    """Whether somebody could do `act` to `ticket` now, whoever it may be: what a group's card offers."""
    row = TABLE[act]
    ended = _ended(ticket, row) is not None or ticket.stage not in row.stages
    return not ended and all(need.holds(ticket, _SOMEBODY, now) for need in row.needs)


_SOMEBODY = Person(0, None, "", 0)
