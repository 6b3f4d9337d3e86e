"""The tables, as the repositories speak to them.

Invariants:

- The migrations make exactly these tables and indexes; a test compares the two.
- Moments are whole microseconds since 1970 in UTC, so that what is read equals what was written.
- Every statement of the repositories finds its rows by an index; a test asks the database for its plans. What is rare
  and asked for often (waiting, running, pending) has a partial index, which stays small while tables grow.
- No constraint is checked at commit: transactions that share a commit must not fail one another.
- Names of states and JSON forms are stored, hence stable. Nothing here is particular to one database.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    and_,
    false,
    literal_column,
    or_,
)

from bot.domain.tickets import Stage
from bot.domain.visits import VisitState
from bot.flows.draft import DraftState
from bot.ports.duties import StockTakeState
from bot.ports.outbox import LetterState
from storage.dialect import index_terms

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
#: Stands for a moment that never comes, where an order needs one.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as whole microseconds since the epoch; it is read back in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the number to store; a moment without its zone is refused, since nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return _microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the moment that a stored number stands for."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class InboxState(StrEnum):
    """Whether an update has been handled."""

    PENDING = "pending"
    DONE = "done"
    QUARANTINED = "quarantined"


class FetchState(StrEnum):
    """Whether the bytes of a file have been fetched; a dead one will not be tried again."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"


class HearingState(StrEnum):
    """Whether a voice message is still to be heard, or what was heard is to be confirmed."""

    PENDING = "pending"
    SUGGESTED = "suggested"


class TimerState(StrEnum):
    """Whether a timer still waits, has fired, was struck out since its window was met, or failed by a fault of ours.

    While its window stands still a timer is held.
    """

    WAITING = "waiting"
    HELD = "held"
    FIRED = "fired"
    STRUCK = "struck"
    FAILED = "failed"


#: The kind of letter that draws a card; the other kinds stand in `repositories.outbox`.
CARD = "card"


def is_in(column: Column[str], *states: StrEnum) -> ColumnElement[bool]:
    """Return the condition that `column` holds one of `states`, written out in the SQL.

    A partial index is found by what the statement says, not by what is bound to it.
    """
    return or_(*(column == literal_column(f"'{state.value}'") for state in states))


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite counts ids by itself only in a column declared INTEGER.
_Id = BigInteger().with_variant(Integer(), "sqlite")


def _id(name: str = "id") -> Column[int]:
    return Column(name, _Id, primary_key=True, autoincrement=True)


def _refers(name: str, target: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column that refers to `target`; its type is the target's."""
    return Column(name, ForeignKey(target), nullable=nullable)


def _partial(name: str, *columns: Column[Any], where: ColumnElement[bool], unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


estates = Table(
    "estates",
    metadata,
    _id(),
    Column("code", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("timezone", String, nullable=False),
    Column("language", String, nullable=False),
    Column("group_chat", BigInteger, unique=True),
    Column("group_thread", BigInteger),
    # A person; not a foreign key, since people refer to estates.
    Column("duty_person", BigInteger),
    Column("phone", String),
    Column("emergency_phone", String),
)

numbers = Table(
    "numbers",
    metadata,
    Column("estate_id", ForeignKey("estates.id"), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

departments = Table(
    "departments",
    metadata,
    _id(),
    _refers("estate_id", "estates.id"),
    Column("code", String, nullable=False),
    Column("name", String),
    Column("thread_id", BigInteger),
    # A person; not a foreign key, since people refer to departments.
    Column("duty_person_id", BigInteger),
    UniqueConstraint("estate_id", "code"),
)

directory = Table(
    "directory",
    metadata,
    _id(),
    _refers("estate_id", "estates.id"),
    Column("kind", String, nullable=False),
    Column("code", String, nullable=False),
    Column("name", String, nullable=False),
    Column("names", Text, nullable=False),
    Column("address", String),
    Column("phone", String),
    Column("hours", String),
    Column("chat", String),
    Column("retired", Boolean, nullable=False),
    UniqueConstraint("estate_id", "code"),
)

# Somebody's turns at a department, or at what reaches a role. Hours are minutes since midnight; the days are digits.
shifts = Table(
    "shifts",
    metadata,
    _id(),
    _refers("estate_id", "estates.id"),
    _refers("department_id", "departments.id", nullable=True),
    Column("role", String),
    _refers("zone_id", "places.id", nullable=True),
    _refers("person_id", "people.id"),
    Column("begins", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Column("days", String, nullable=False),
    Column("on_day", Date),
)
Index("ix_shifts_estate", shifts.c.estate_id)

leaves = Table(
    "leaves",
    metadata,
    _id(),
    _refers("estate_id", "estates.id"),
    _refers("person_id", "people.id"),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    _refers("stand_in_id", "people.id", nullable=True),
)
Index("ix_leaves_last_day", leaves.c.estate_id, leaves.c.last_day)

canned = Table(
    "canned",
    metadata,
    _id(),
    _refers("estate_id", "estates.id"),
    Column("code", String, nullable=False),
    Column("titles", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("categories", Text, nullable=False),
    UniqueConstraint("estate_id", "code"),
)

contractors = Table(
    "contractors",
    metadata,
    _id(),
    _refers("estate_id", "estates.id"),
    Column("code", String, nullable=False),
    Column("name", String, nullable=False),
    Column("trade", String, nullable=False),
    Column("ends_at", Moment),
    Column("closed_at", Moment),
    UniqueConstraint("estate_id", "code", name="uq_contractors_estate_id_code"),
)
is_under_contract = and_(contractors.c.ends_at.is_not(None), contractors.c.closed_at.is_(None))
_partial("ix_contractors_ending", contractors.c.ends_at, where=is_under_contract)

people = Table(
    "people",
    metadata,
    _id(),
    Column("account", BigInteger, unique=True),
    _refers("estate_id", "estates.id"),
    Column("name", String, nullable=False),
    Column("language", String, nullable=False),
    Column("language_chosen", Boolean, nullable=False),
    Column("writes_as", String),
    Column("unit", String),
    Column("staff_number", String),
    Column("reachable", Boolean, nullable=False),
    Column("phone", String),
    _refers("department_id", "departments.id", nullable=True),
    Column("left_at", Moment),
    _refers("contractor_id", "contractors.id", nullable=True),
    # When it is looked next whether what is kept of them can be erased, and when it was.
    Column("erase_at", Moment),
    Column("erased_at", Moment),
)
_partial("ix_people_erase", people.c.erase_at, people.c.id, where=people.c.erase_at.is_not(None))
_partial("ix_people_erased", people.c.erased_at, where=people.c.erased_at.is_not(None))
_partial("ix_people_contractor", people.c.contractor_id, where=people.c.contractor_id.is_not(None))
_partial("ix_people_department", people.c.department_id, where=people.c.department_id.is_not(None))
_partial("ix_people_phone", people.c.estate_id, people.c.phone, where=people.c.phone.is_not(None))

roles = Table(
    "roles",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("role", String, primary_key=True),
)
Index("ix_roles_role", roles.c.role, roles.c.person_id)

tickets = Table(
    "tickets",
    metadata,
    _id(),
    Column("ref", String, nullable=False, unique=True),
    Column("number", String, nullable=False, unique=True),
    _refers("estate_id", "estates.id"),
    Column("kind", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("channel", String, nullable=False),
    _refers("filer_id", "people.id"),
    Column("filed_at", Moment, nullable=False),
    Column("regulation", String, nullable=False),
    Column("version", Integer, nullable=False),
    _refers("first_contact_id", "people.id", nullable=True),
    _refers("assignee_id", "people.id", nullable=True),
    Column("answered_at", Moment),
    Column("category", String, nullable=False),
    Column("details", Text, nullable=False),
    Column("nameless", Boolean, nullable=False),
    Column("withdrawn_at", Moment),
    Column("call_asked_at", Moment),
    _refers("recorded_by", "people.id", nullable=True),
    _refers("split_from", "tickets.id", nullable=True),
    Column("claimed_at", Moment),
    Column("contact_by_claim", Boolean, nullable=False, server_default="0"),
    Column("jurisdiction", String),
    _refers("department_id", "departments.id", nullable=True),
    # An entry of the directory; not a foreign key, since entries may be taken out of it.
    Column("entry_id", BigInteger),
    _refers("transfer_by", "people.id", nullable=True),
    _refers("transfer_to", "people.id", nullable=True),
    _refers("transfer_department", "departments.id", nullable=True),
    Column("transferred_at", Moment),
    Column("handover_at", Moment),
    # Texts; not foreign keys, since texts refer to tickets.
    Column("asked_id", BigInteger),
    Column("promised_until", Moment),
    Column("promises", Integer, nullable=False, server_default="0"),
    Column("proposal_id", BigInteger),
    Column("outcome", String),
    Column("root_cause", String),
    _refers("handled_by", "people.id", nullable=True),
    Column("handled_at", Moment),
    Column("verified_at", Moment),
    Column("closed_at", Moment),
    Column("reopen_until", Moment),
    Column("reopened", Integer, nullable=False, server_default="0"),
    _refers("void_asked_by", "people.id", nullable=True),
    Column("voided_at", Moment),
    _refers("merged_into", "tickets.id", nullable=True),
    # When the first of what is owed for it falls due, kept by the repository of obligations; what owes nothing is last.
    Column("due_at", Moment, nullable=False, server_default=str(_microseconds(NEVER))),
    Column("cautioned_at", Moment),
    Column("repeats", Integer, nullable=False, server_default="0"),
    Column("hq_waits", Boolean, nullable=False, server_default="0"),
    Column("summed_up_at", Moment),
    _refers("contractor_id", "contractors.id", nullable=True),
    _refers("squad_id", "departments.id", nullable=True),
    Column("chased_at", Moment),
    Column("merged_at", Moment),
    Column("erased_at", Moment),
    Column("help_asked_at", Moment),
    _refers("helper_id", "people.id", nullable=True),
    _refers("came_before", "tickets.id", nullable=True),
    Column("visits", Integer, nullable=False, server_default="0"),
    Column("visit", Integer),
    Column("visit_due", Moment),
    _refers("visitor_id", "people.id", nullable=True),
    Column("visited_at", Moment),
    Column("visit_tries", Integer, nullable=False, server_default="0"),
    _refers("visited_by", "people.id", nullable=True),
)
is_open = and_(
    tickets.c.stage != literal_column(f"'{Stage.CLOSED.value}'"),
    tickets.c.withdrawn_at.is_(None),
    tickets.c.voided_at.is_(None),
    tickets.c.merged_into.is_(None),
)
_partial(
    "ix_tickets_company",
    tickets.c.contractor_id,
    tickets.c.filed_at,
    tickets.c.id,
    where=tickets.c.contractor_id.is_not(None),
)
_partial(
    "ix_tickets_squad", tickets.c.squad_id, tickets.c.filed_at, tickets.c.id, where=tickets.c.squad_id.is_not(None)
)
is_unclaimed = and_(tickets.c.assignee_id.is_(None), is_open)
_partial("ix_tickets_unclaimed", tickets.c.estate_id, tickets.c.id, where=is_unclaimed)
is_held = and_(tickets.c.assignee_id.is_not(None), is_open)
_partial("ix_tickets_held", tickets.c.assignee_id, tickets.c.id, where=is_held)
_partial("ix_tickets_held_due", tickets.c.assignee_id, tickets.c.due_at, tickets.c.id, where=is_held)
_partial("ix_tickets_open_due", tickets.c.estate_id, tickets.c.due_at, tickets.c.id, where=is_open)
_partial("ix_tickets_unclaimed_due", tickets.c.estate_id, tickets.c.due_at, tickets.c.id, where=is_unclaimed)
_partial("ix_tickets_stage_due", tickets.c.estate_id, tickets.c.stage, tickets.c.due_at, tickets.c.id, where=is_open)
_partial(
    "ix_tickets_department_due",
    tickets.c.department_id,
    tickets.c.due_at,
    tickets.c.id,
    where=and_(tickets.c.department_id.is_not(None), is_open),
)
Index("ix_tickets_filed", tickets.c.estate_id, tickets.c.filed_at, tickets.c.id)
_partial(
    "ix_tickets_answered",
    tickets.c.estate_id,
    tickets.c.answered_at,
    tickets.c.id,
    where=tickets.c.answered_at.is_not(None),
)
_partial(
    "ix_tickets_closed", tickets.c.estate_id, tickets.c.closed_at, tickets.c.id, where=tickets.c.closed_at.is_not(None)
)
_partial(
    "ix_tickets_cautioned",
    tickets.c.estate_id,
    tickets.c.cautioned_at,
    tickets.c.id,
    where=tickets.c.cautioned_at.is_not(None),
)
Index("ix_tickets_filer", tickets.c.filer_id, tickets.c.id)
_partial("ix_tickets_recorder", tickets.c.recorded_by, tickets.c.id, where=tickets.c.recorded_by.is_not(None))
_partial("ix_tickets_voided", tickets.c.estate_id, tickets.c.filed_at, where=tickets.c.voided_at.is_not(None))
_partial("ix_tickets_split", tickets.c.split_from, where=tickets.c.split_from.is_not(None))
_partial("ix_tickets_merged", tickets.c.merged_into, where=tickets.c.merged_into.is_not(None))

history = Table(
    "history",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("name", String, nullable=False),
    Column("data", Text, nullable=False),
    Column("previous", String, nullable=False),
    Column("digest", String, nullable=False),
)

texts = Table(
    "texts",
    metadata,
    _id(),
    # Nobody's from when it is reserved until its ticket is filed, in one and the same transaction.
    _refers("ticket_id", "tickets.id", nullable=True),
    _refers("author_id", "people.id"),
    Column("role", String, nullable=False),
    Column("content", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("digest", String, nullable=False),
    Column("source_chat", BigInteger),
    Column("source_message", BigInteger),
    Column("written_at", Moment, nullable=False),
    Column("erased_at", Moment),
)
_partial("ix_texts_ticket", texts.c.ticket_id, where=texts.c.ticket_id.is_not(None))
_partial("ix_texts_source", texts.c.source_chat, texts.c.source_message, where=texts.c.source_chat.is_not(None))

# The words by which a ticket is found (`bot.domain.terms`), separated by spaces: what is known of it when it is filed,
# and the words of its texts.
ticket_terms = Table(
    "ticket_terms",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id"), primary_key=True),
    Column("header", Text, nullable=False),
    Column("body", Text, nullable=False),
)
index_terms(ticket_terms)

# What each colleague looked for last, for as long as its pages may be turned.
searches = Table(
    "searches",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("token", String, nullable=False),
    Column("words", Text, nullable=False),
)

media = Table(
    "media",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("fetched_at", Moment, nullable=False),
)

# A row for each file the platform has named to us, also once its bytes are here: then `sha256` says where.
fetches = Table(
    "fetches",
    metadata,
    Column("unique_id", String, primary_key=True),
    Column("file_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("reason", String),
    _refers("sha256", "media.sha256", nullable=True),
)
_partial("ix_fetches_content", fetches.c.sha256, where=fetches.c.sha256.is_not(None))
_partial("ix_fetches_pending", fetches.c.not_before, where=is_in(fetches.c.state, FetchState.PENDING))

# Contents that nothing names any more: the file is removed from the disk, then the row.
discards = Table(
    "discards",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("not_before", Moment, nullable=False),
)
Index("ix_discards_not_before", discards.c.not_before)

attachments = Table(
    "attachments",
    metadata,
    _id(),
    _refers("ticket_id", "tickets.id", nullable=True),
    Column("kind", String, nullable=False),
    Column("file_id", String, nullable=False),
    _refers("unique_id", "fetches.unique_id"),
    Column("size", BigInteger),
    Column("mime", String),
    Column("duration_s", Integer),
    Column("album", String),
)
Index("ix_attachments_file", attachments.c.unique_id)
_partial("ix_attachments_ticket", attachments.c.ticket_id, where=attachments.c.ticket_id.is_not(None))

# Voice messages that a speech-to-text engine is to hear, and what it made of them until who spoke has confirmed it.
hearings = Table(
    "hearings",
    metadata,
    Column("attachment_id", ForeignKey("attachments.id"), primary_key=True),
    _refers("ticket_id", "tickets.id"),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("words", Text),
)
Index("ix_hearings_ticket", hearings.c.ticket_id)
_partial("ix_hearings_pending", hearings.c.not_before, where=is_in(hearings.c.state, HearingState.PENDING))

drafts = Table(
    "drafts",
    metadata,
    Column("ref", String, primary_key=True),
    Column("flow", String, nullable=False),
    Column("flow_version", Integer, nullable=False),
    _refers("person_id", "people.id"),
    Column("chat_id", BigInteger, nullable=False),
    Column("step", String, nullable=False),
    Column("answers", Text, nullable=False),
    Column("items", Text, nullable=False),
    _refers("ticket_id", "tickets.id", nullable=True),
    Column("revision", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("editing", Boolean, nullable=False),
    Column("options", Text, nullable=False, server_default="{}"),
    Column("expires_at", Moment, nullable=False),
    # Rises with each touch among one person's drafts in a chat. Time cannot say which was last while the clock is held.
    Column("touch", BigInteger, nullable=False),
    Column("nudge_at", Moment),
    Column("resting", Boolean, nullable=False, server_default=false()),
)
_partial(
    "ix_drafts_open", drafts.c.chat_id, drafts.c.person_id, drafts.c.touch, where=is_in(drafts.c.state, DraftState.OPEN)
)
Index("ix_drafts_person", drafts.c.person_id)
_partial("ix_drafts_ticket", drafts.c.ticket_id, where=drafts.c.ticket_id.is_not(None))
#: Drafts of which their writers are still to be reminded.
to_be_nudged = is_in(drafts.c.state, DraftState.OPEN) & drafts.c.nudge_at.is_not(None)
_partial("ix_drafts_nudge", drafts.c.nudge_at, where=to_be_nudged)
#: Drafts that are to be closed and emptied when their life is over.
to_be_emptied = or_(
    is_in(drafts.c.state, DraftState.OPEN),
    drafts.c["items"] != literal_column("'[]'"),
    drafts.c.options != literal_column("'{}'"),  # they may quote a ticket
)
_partial("ix_drafts_leftover", drafts.c.expires_at, where=to_be_emptied)

# How many messages somebody has sent since when, for whoever sends more than anybody has to say.
paces = Table(
    "paces",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("messages", Integer, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    _id(),
    Column("audience", String, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    _refers("reader_id", "people.id", nullable=True),
    _refers("estate_id", "estates.id"),
    _refers("ticket_id", "tickets.id", nullable=True),
    _refers("draft_ref", "drafts.ref", nullable=True),
    Column("message_id", BigInteger),
    Column("fresh", Boolean, nullable=False),
)
_partial("ix_cards_ticket", cards.c.ticket_id, where=cards.c.ticket_id.is_not(None))
_partial("ix_cards_draft", cards.c.draft_ref, where=cards.c.draft_ref.is_not(None))
Index("ix_cards_message", cards.c.chat_id, cards.c.message_id)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _refers("estate_id", "estates.id"),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    _refers("reader_id", "people.id", nullable=True),
    Column("lane", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
    _refers("card_id", "cards.id", nullable=True),
    _refers("reply_to_card", "cards.id", nullable=True),
    Column("silent", Boolean, nullable=False),
    Column("if_unknown", String, nullable=False),
    _refers("receipt_ticket", "tickets.id", nullable=True),
    _refers("receipt_text", "texts.id", nullable=True),
    Column("state", String, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("edits", BigInteger),
    Column("plain", Boolean, nullable=False),
    Column("outcome", String),
    Column("created_at", Moment, nullable=False),
    Column("settled_at", Moment),
    # Settled letters are forgotten, but an id is never given twice: the deliverer asks for what is above the last.
    sqlite_autoincrement=True,
)
_partial(
    "ix_outbox_open",
    outbox.c.state,
    outbox.c.id,
    where=is_in(outbox.c.state, LetterState.PENDING, LetterState.SENDING),
)
_partial("ix_outbox_settled", outbox.c.settled_at, where=outbox.c.settled_at.is_not(None))

#: A letter that draws a card and waits; another one for the same card is joined to it. A letter that owes somebody a
#: receipt stands alone.
waiting_card = (
    is_in(outbox.c.state, LetterState.PENDING)
    & (outbox.c.kind == literal_column(f"'{CARD}'"))
    & outbox.c.receipt_text.is_(None)
)
_partial("uq_outbox_waiting_card", outbox.c.card_id, where=waiting_card, unique=True)

inbox = Table(
    "inbox",
    metadata,
    _id("seq"),
    Column("update_id", BigInteger),
    Column("identity", String, nullable=False, unique=True),
    Column("raw", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String),
    Column("reference", String),
    Column("settled_at", Moment),
    sqlite_autoincrement=True,
)
_partial("ix_inbox_pending", inbox.c.state, inbox.c.seq, where=is_in(inbox.c.state, InboxState.PENDING))
_partial("ix_inbox_quarantined", inbox.c.seq, where=is_in(inbox.c.state, InboxState.QUARANTINED))
_partial("ix_inbox_done", inbox.c.settled_at, where=is_in(inbox.c.state, InboxState.DONE))

obligations = Table(
    "obligations",
    metadata,
    _id(),
    _refers("ticket_id", "tickets.id"),
    Column("rule", String, nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", String, nullable=False),
    Column("broken_at", Moment),
    Column("settled_at", Moment),
    Column("paused_at", Moment),
    # Microseconds that it stood still in all.
    Column("moved_by", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("ticket_id", "rule", "occurrence"),
)

# When an obligation stood still, and why.
standstills = Table(
    "standstills",
    metadata,
    _id(),
    _refers("obligation_id", "obligations.id"),
    Column("reason", String, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
)
Index("ix_standstills_obligation", standstills.c.obligation_id)

timers = Table(
    "timers",
    metadata,
    _id(),
    Column("ticket_id", _Id, nullable=False),
    Column("rule", String, nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("stage", String, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", String, nullable=False),
    UniqueConstraint("ticket_id", "rule", "occurrence", "stage"),
    ForeignKeyConstraint(
        ["ticket_id", "rule", "occurrence"],
        ["obligations.ticket_id", "obligations.rule", "obligations.occurrence"],
    ),
)
_partial("ix_timers_waiting", timers.c.due_at, timers.c.id, where=is_in(timers.c.state, TimerState.WAITING))

# Rule sets by version, as they were written: the program's, and an estate's own over it with who decided it.
regulations = Table(
    "regulations",
    metadata,
    _id(),
    Column("version", String, nullable=False, unique=True),
    Column("toml", Text, nullable=False),
    Column("own", Text),
    _refers("estate_id", "estates.id", nullable=True),
    Column("decided_by", String),
    Column("since", Moment, nullable=False),
)
_partial("ix_regulations_estate", regulations.c.estate_id, regulations.c.id, where=regulations.c.estate_id.is_not(None))

# What fell due at night for somebody who was off duty, until the morning tells them: each window once.
digests = Table(
    "digests",
    metadata,
    _id(),
    _refers("person_id", "people.id"),
    _refers("ticket_id", "tickets.id"),
    Column("rule", String, nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    UniqueConstraint("person_id", "ticket_id", "rule", "occurrence"),
)
Index("ix_digests_due", digests.c.due_at, digests.c.id)

# The day's stock-takes (CP-7): the next of each estate, and those that somebody must acknowledge.
stock_takes = Table(
    "stock_takes",
    metadata,
    _id(),
    _refers("estate_id", "estates.id"),
    Column("state", String, nullable=False),
    # When it is taken; of one that was, by when it must be acknowledged.
    Column("due_at", Moment, nullable=False),
    Column("taken_at", Moment),
    _refers("asked_id", "people.id", nullable=True),
    _refers("acknowledged_by", "people.id", nullable=True),
    Column("acknowledged_at", Moment),
)
_partial(
    "ix_stock_takes_due",
    stock_takes.c.due_at,
    stock_takes.c.id,
    where=is_in(stock_takes.c.state, StockTakeState.PLANNED, StockTakeState.ASKED),
)
_partial(
    "uq_stock_takes_planned",
    stock_takes.c.estate_id,
    where=is_in(stock_takes.c.state, StockTakeState.PLANNED),
    unique=True,
)

# What came again within a quarter, and what is done about it (RV-9).
patterns = Table(
    "patterns",
    metadata,
    _id(),
    _refers("estate_id", "estates.id"),
    Column("quarter", Date, nullable=False),
    Column("recurrence", String, nullable=False),
    Column("category", String, nullable=False),
    Column("subject", String, nullable=False),
    # Ids, as JSON.
    Column("tickets", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("found_at", Moment, nullable=False),
    # When somebody is reminded next.
    Column("next_at", Moment),
    Column("decision", String),
    _refers("decided_by", "people.id", nullable=True),
    _refers("department_id", "departments.id", nullable=True),
    _refers("owner_id", "people.id", nullable=True),
    Column("deadline", Moment),
    # A text; not a foreign key, since texts refer to tickets.
    Column("words_id", BigInteger),
    _refers("done_by", "people.id", nullable=True),
    Column("done_at", Moment),
    UniqueConstraint("estate_id", "quarter", "recurrence", "category", "subject"),
)
_partial("ix_patterns_next", patterns.c.next_at, patterns.c.id, where=patterns.c.next_at.is_not(None))

# Return visits, one row each (RV-1): planned, under way, and what was said at them.
visits = Table(
    "visits",
    metadata,
    _id(),
    _refers("ticket_id", "tickets.id"),
    _refers("estate_id", "estates.id"),
    Column("ordinal", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("rule", String, nullable=False),
    Column("state", String, nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("opens_at", Moment),
    Column("due_at", Moment),
    # When its next step falls due by itself.
    Column("next_at", Moment),
    Column("asked_at", Moment),
    _refers("visitor_id", "people.id", nullable=True),
    Column("entrusted_at", Moment),
    Column("out_at", Moment),
    Column("way", String),
    Column("answers", Text),
    Column("words_id", BigInteger),
    _refers("answered_by", "people.id", nullable=True),
    Column("answered_at", Moment),
    _refers("reviewed_by", "people.id", nullable=True),
    Column("reviewed_at", Moment),
    Column("opinion_id", BigInteger),
    UniqueConstraint("ticket_id", "ordinal"),
)
_partial("ix_visits_next", visits.c.next_at, visits.c.id, where=visits.c.next_at.is_not(None))
_partial("ix_visits_rain", visits.c.estate_id, visits.c.id, where=is_in(visits.c.state, VisitState.RAIN))
_partial("ix_visits_visitor", visits.c.visitor_id, visits.c.id, where=is_in(visits.c.state, VisitState.ENTRUSTED))
_partial(
    "ix_visits_review",
    visits.c.estate_id,
    visits.c.answered_at,
    visits.c.id,
    where=and_(is_in(visits.c.state, VisitState.DONE), visits.c.reviewed_at.is_(None)),
)
Index("ix_visits_planned", visits.c.estate_id, visits.c.planned_at, visits.c.id)

invites = Table(
    "invites",
    metadata,
    # Of the secret that was handed out, which itself is kept nowhere.
    Column("digest", String, primary_key=True),
    _refers("estate_id", "estates.id"),
    Column("role", String, nullable=False),
    _refers("department_id", "departments.id", nullable=True),
    _refers("contractor_id", "contractors.id", nullable=True),
    Column("expires_at", Moment, nullable=False),
    _refers("spent_by", "people.id", nullable=True),
    Column("spent_at", Moment),
)

# What somebody was asked that nobody is asked twice.
asked_once = Table(
    "asked_once",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("what", String, primary_key=True),
    Column("asked_at", Moment, nullable=False),
)

units = Table(
    "units",
    metadata,
    _id(),
    _refers("estate_id", "estates.id"),
    Column("label", String, nullable=False),
    # What all ways of writing the label have in common.
    Column("key", String, nullable=False),
    UniqueConstraint("estate_id", "key"),
)

# Dead codes stay: whoever still holds such a letter is told so, and not that there never was one.
unit_codes = Table(
    "unit_codes",
    metadata,
    Column("digest", String, primary_key=True),
    _refers("unit_id", "units.id"),
    Column("made_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)
_partial("uq_unit_codes_living", unit_codes.c.unit_id, where=unit_codes.c.revoked_at.is_(None), unique=True)

wrong_codes = Table(
    "wrong_codes",
    metadata,
    _id(),
    Column("account", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
)
Index("ix_wrong_codes_account", wrong_codes.c.account, wrong_codes.c.at)

residencies = Table(
    "residencies",
    metadata,
    _id(),
    _refers("unit_id", "units.id"),
    _refers("person_id", "people.id"),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    Column("shares", Boolean, nullable=False),
    Column("contested_at", Moment),
    # Rows of who was erased are deleted, and buttons name them: no number is given twice.
    sqlite_autoincrement=True,
)
lives_there = residencies.c.until.is_(None)
_partial("uq_residencies_home", residencies.c.person_id, where=lives_there, unique=True)
_partial("ix_residencies_household", residencies.c.unit_id, residencies.c.id, where=lives_there)
Index("ix_residencies_person", residencies.c.person_id, residencies.c.id)

home_requests = Table(
    "home_requests",
    metadata,
    Column("ref", String, primary_key=True),
    _refers("estate_id", "estates.id"),
    _refers("person_id", "people.id"),
    Column("words", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("decided_at", Moment),
    _refers("decided_by", "people.id", nullable=True),
)
Index("ix_home_requests_person", home_requests.c.person_id)
is_undecided = home_requests.c.decided_at.is_(None)
_partial("uq_home_requests_open", home_requests.c.person_id, where=is_undecided, unique=True)
_partial("ix_home_requests_waiting", home_requests.c.estate_id, home_requests.c.asked_at, where=is_undecided)

places = Table(
    "places",
    metadata,
    _id(),
    _refers("estate_id", "estates.id"),
    Column("kind", String, nullable=False),
    Column("code", String, nullable=False),
    Column("name", String, nullable=False),
    Column("names", Text, nullable=False),
    _refers("parent_id", "places.id", nullable=True),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("position", Integer, nullable=False),
    Column("retired", Boolean, nullable=False),
    UniqueConstraint("estate_id", "code"),
)
Index("ix_places_parent", places.c.parent_id)
Index("ix_places_estate", places.c.estate_id, places.c.parent_id)
is_located = places.c.latitude.is_not(None)
_partial("ix_places_located", places.c.estate_id, where=is_located)

# Dead tokens stay: whoever still scans such a sticker is told so.
place_tokens = Table(
    "place_tokens",
    metadata,
    Column("token", String, primary_key=True),
    _refers("place_id", "places.id"),
    Column("made_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)
_partial("uq_place_tokens_living", place_tokens.c.place_id, where=place_tokens.c.revoked_at.is_(None), unique=True)
