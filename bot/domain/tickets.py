"""The ticket, as it stands.

How it came to be so stands in its history, whose every event changes it (`domain/evolution`); what may happen to it is
decided in `domain/decisions`, and who may ask for it stands in `domain/policy`.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a ticket is about, by the resident's own choice."""

    COMPLAINT = "complaint"
    REPAIR = "repair"
    FINDING = "finding"
    ENQUIRY = "enquiry"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class Severity(StrEnum):
    """How serious it is; urgent and major are set by rule or with a reason."""

    NORMAL = "normal"
    URGENT = "urgent"
    MAJOR = "major"


class Stage(StrEnum):
    """The seven visible stages of FC-14, in their order."""

    RECEIVED = "received"
    JUDGED = "judged"
    IN_HAND = "in_hand"
    HANDLED = "handled"
    VERIFIED = "verified"
    VISITED = "visited"
    CLOSED = "closed"


class Channel(StrEnum):
    """How a matter reached us (ST-1)."""

    CHAT = "chat"
    ON_SITE = "on_site"
    TOLD = "told"
    PHONE = "phone"
    INTERCOM = "intercom"  # to the monitoring room
    VISIT = "visit"
    LETTER = "letter"
    EMAIL = "email"
    FORUM = "forum"
    PRESS = "press"
    HQ = "hq"
    SISTER_UNIT = "sister_unit"
    RETURN_VISIT = "return_visit"  # found or left open at a visit (RV-6)


class Jurisdiction(StrEnum):
    """Whose matter it is (FC-4, 5, 7, 8)."""

    OURS = "ours"
    SISTER = "sister"
    OUTSIDE = "outside"
    UNCLEAR = "unclear"


class Outcome(StrEnum):
    """How handling ended; `explained` declines politely, and a supervisor has to agree to it (FC-12)."""

    SOLVED = "solved"
    PARTLY = "partly"
    EXPLAINED = "explained"


class Cause(StrEnum):
    """What lay behind it, and whose it was (ST-5)."""

    MANAGEMENT = "management"
    WEAR = "wear"
    FITTING_OUT = "fitting_out"
    DEVELOPER = "developer"
    NATURE = "nature"
    THIRD_PARTY = "third_party"
    RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A matter somebody brought to us, as it stands now.

    `ref` is the opaque name that buttons carry; `number` is the one people read (estate, year, running number) and
    grants nothing. `filer_id` is whom it concerns, also where a colleague took it down (`recorded_by`). `regulation` is
    the version of the rule set the ticket began under.
    """

    id: int
    ref: str
    number: str
    estate_id: int
    kind: Kind
    severity: Severity
    stage: Stage
    channel: Channel
    filer_id: int
    filed_at: datetime
    regulation: str
    version: int
    first_contact_id: int | None = None
    assignee_id: int | None = None
    answered_at: datetime | None = None
    """When they first heard from us, since it was filed or opened again."""
    category: str = "finding"
    details: tuple[tuple[str, str], ...] = ()
    """Answers given by buttons, (step, code)."""
    nameless: bool = False
    """Whether staff are not to learn who filed it (CP-3)."""
    withdrawn_at: datetime | None = None
    call_asked_at: datetime | None = None
    """When the filer asked to be called, until they are answered or called."""
    recorded_by: int | None = None
    split_from: int | None = None
    claimed_at: datetime | None = None
    """When the assignee took it on, until they did something with it: so long a wrong tap can be taken back."""
    contact_by_claim: bool = False
    """Whether that tap also made them the first contact."""
    jurisdiction: Jurisdiction | None = None
    department_id: int | None = None
    entry_id: int | None = None
    """The sister unit or outside body in the directory."""
    transfer_by: int | None = None
    transfer_to: int | None = None
    transfer_department: int | None = None
    transferred_at: datetime | None = None
    """When it was offered to a person or a department, until they accept or it comes back."""
    handover_at: datetime | None = None
    """When the duty of who was offered it begins, until it is handed over to them."""
    asked_id: int | None = None
    """The text of the question that the filer has not answered yet."""
    promised_until: datetime | None = None
    promises: int = 0
    """How often a time was promised; every one after the first moved it (FC-4)."""
    proposal_id: int | None = None
    """The text of the proposal that the filer has not answered yet (CP-8)."""
    outcome: Outcome | None = None
    root_cause: Cause | None = None
    handled_by: int | None = None
    handled_at: datetime | None = None
    verified_at: datetime | None = None
    closed_at: datetime | None = None
    reopen_until: datetime | None = None
    reopened: int = 0
    void_asked_by: int | None = None
    voided_at: datetime | None = None
    merged_into: int | None = None
    cautioned_at: datetime | None = None
    """When words that sound like a brush-off were last sent to the filer all the same (FC-3)."""
    repeats: int = 0
    """How often who filed it had to tell us again (CP-12)."""
    came_before: int | None = None
    """The ticket of the same matter that had been dealt with before."""
    hq_waits: bool = False
    """Whether HQ, which had passed it on, is to be told how it stands now (CP-9)."""
    summed_up_at: datetime | None = None
    """When it was written down how to prevent it, since it was last closed (FC-14)."""
    contractor_id: int | None = None
    """The company of who reported it from site (AS-8)."""
    squad_id: int | None = None
    """The department in which who reported it from site worked."""
    chased_at: datetime | None = None
    """When somebody last asked how it stands."""
    merged_at: datetime | None = None
    """When it went on in another one, until it goes on by itself."""
    erased_at: datetime | None = None
    """When who brought it was erased, and its words with them: only who told us of the same event brings it back."""
    help_asked_at: datetime | None = None
    """When the nearest colleagues were asked to go there, until it is handled (AS-4)."""
    helper_id: int | None = None
    """Who of them went."""

    visits: int = 0
    """How many return visits are still to be made, those left out that wait for rain."""
    visit: int | None = None
    """Which one is under way: the filer is asked, or the visitor."""
    visit_due: datetime | None = None
    visitor_id: int | None = None
    """Who is to call the filer or to go and see them."""
    visited_at: datetime | None = None
    """When it was last said how it is, in the chat or to the visitor; that can be changed for a while."""
    visit_tries: int = 0
    """How often the visitor could not reach them."""
    visited_by: int | None = None
    """Who made the last visit, or answered it, as long as nobody has reviewed it (RV-8)."""

    @property
    def from_site(self) -> bool:
        """Whether somebody who works on site reported it, of their own or as somebody told them."""
        return self.kind is Kind.FINDING or self.channel in (Channel.ON_SITE, Channel.TOLD, Channel.INTERCOM)

    @property
    def open(self) -> bool:
        """Whether there is still something to be done about it."""
        ended = self.withdrawn_at or self.voided_at or self.merged_into
        return self.stage is not Stage.CLOSED and not ended

    @property
    def transfer_open(self) -> bool:
        """Whether it is offered to somebody who has not answered yet."""
        return self.transferred_at is not None


#: Every field of a ticket by its name, in order: the columns of its table are named alike.
FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Ticket))
