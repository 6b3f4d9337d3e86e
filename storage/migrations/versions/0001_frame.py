"""The frame: estates, people, tickets with their history, conversations, the way in and the way out.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER
MOMENT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    op.create_table(
        "estates",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("group_chat", sa.BigInteger()),
        sa.Column("group_thread", sa.BigInteger()),
        sa.Column("duty_person", sa.BigInteger()),
        sa.Column("phone", sa.String()),
        sa.Column("emergency_phone", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_estates"),
        sa.UniqueConstraint("code", name="uq_estates_code"),
        sa.UniqueConstraint("group_chat", name="uq_estates_group_chat"),
    )
    op.create_table(
        "inbox",
        sa.Column("seq", ID, nullable=False),
        sa.Column("update_id", sa.BigInteger()),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("reference", sa.String()),
        sa.Column("settled_at", MOMENT),
        sa.PrimaryKeyConstraint("seq", name="pk_inbox"),
        sa.UniqueConstraint("identity", name="uq_inbox_identity"),
        sqlite_autoincrement=True,
    )
    _partial_index("ix_inbox_done", "inbox", ["settled_at"], "state = 'done'")
    _partial_index("ix_inbox_pending", "inbox", ["state", "seq"], "state = 'pending'")
    op.create_table(
        "media",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_media"),
    )
    op.create_table(
        "fetches",
        sa.Column("unique_id", sa.String(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("sha256", sa.String()),
        sa.ForeignKeyConstraint(["sha256"], ["media.sha256"], name="fk_fetches_sha256"),
        sa.PrimaryKeyConstraint("unique_id", name="pk_fetches"),
    )
    _partial_index("ix_fetches_pending", "fetches", ["not_before"], "state = 'pending'")
    op.create_table(
        "numbers",
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_numbers_estate_id"),
        sa.PrimaryKeyConstraint("estate_id", "year", name="pk_numbers"),
    )
    op.create_table(
        "people",
        sa.Column("id", ID, nullable=False),
        sa.Column("account", sa.BigInteger()),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("language_chosen", sa.Boolean(), nullable=False),
        sa.Column("unit", sa.String()),
        sa.Column("staff_number", sa.String()),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_people_estate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("account", name="uq_people_account"),
    )
    op.create_table(
        "invites",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("spent_by", ID),
        sa.Column("spent_at", MOMENT),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_invites_estate_id"),
        sa.ForeignKeyConstraint(["spent_by"], ["people.id"], name="fk_invites_spent_by"),
        sa.PrimaryKeyConstraint("digest", name="pk_invites"),
    )
    op.create_table(
        "roles",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_roles_person_id"),
        sa.PrimaryKeyConstraint("person_id", "role", name="pk_roles"),
    )
    op.create_index("ix_roles_role", "roles", ["role", "person_id"])
    op.create_table(
        "tickets",
        sa.Column("id", ID, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("filer_id", ID, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("regulation", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_contact_id", ID),
        sa.Column("assignee_id", ID),
        sa.Column("answered_at", MOMENT),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("nameless", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("call_asked_at", MOMENT),
        sa.ForeignKeyConstraint(["assignee_id"], ["people.id"], name="fk_tickets_assignee_id"),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_tickets_estate_id"),
        sa.ForeignKeyConstraint(["filer_id"], ["people.id"], name="fk_tickets_filer_id"),
        sa.ForeignKeyConstraint(["first_contact_id"], ["people.id"], name="fk_tickets_first_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.UniqueConstraint("number", name="uq_tickets_number"),
        sa.UniqueConstraint("ref", name="uq_tickets_ref"),
    )
    _partial_index(
        "ix_tickets_unclaimed",
        "tickets",
        ["estate_id", "id"],
        "assignee_id IS NULL AND stage != 'closed' AND withdrawn_at IS NULL",
    )
    op.create_index("ix_tickets_filer", "tickets", ["filer_id", "id"])
    op.create_table(
        "attachments",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("unique_id", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger()),
        sa.Column("mime", sa.String()),
        sa.Column("duration_s", sa.Integer()),
        sa.Column("album", sa.String()),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_attachments_ticket_id"),
        sa.ForeignKeyConstraint(["unique_id"], ["fetches.unique_id"], name="fk_attachments_unique_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
    )
    _partial_index("ix_attachments_ticket", "attachments", ["ticket_id"], "ticket_id IS NOT NULL")
    op.create_table(
        "drafts",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("flow_version", sa.Integer(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("ticket_id", ID),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("editing", sa.Boolean(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("touch", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_drafts_person_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_drafts_ticket_id"),
        sa.PrimaryKeyConstraint("ref", name="pk_drafts"),
    )
    _partial_index("ix_drafts_open", "drafts", ["chat_id", "person_id", "touch"], "state = 'open'")
    op.create_table(
        "history",
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_history_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", "ordinal", name="pk_history"),
    )
    op.create_table(
        "obligations",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_obligations_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_obligations"),
        sa.UniqueConstraint("ticket_id", "rule", "occurrence", name="uq_obligations_ticket_id_rule_occurrence"),
    )
    op.create_table(
        "texts",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("source_chat", sa.BigInteger()),
        sa.Column("source_message", sa.BigInteger()),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("erased_at", MOMENT),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name="fk_texts_author_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_texts_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_texts"),
    )
    _partial_index("ix_texts_source", "texts", ["source_chat", "source_message"], "source_chat IS NOT NULL")
    _partial_index("ix_texts_ticket", "texts", ["ticket_id"], "ticket_id IS NOT NULL")
    op.create_table(
        "cards",
        sa.Column("id", ID, nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger()),
        sa.Column("reader_id", ID),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("ticket_id", ID),
        sa.Column("draft_ref", sa.String()),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["draft_ref"], ["drafts.ref"], name="fk_cards_draft_ref"),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_cards_estate_id"),
        sa.ForeignKeyConstraint(["reader_id"], ["people.id"], name="fk_cards_reader_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_cards_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cards"),
    )
    _partial_index("ix_cards_draft", "cards", ["draft_ref"], "draft_ref IS NOT NULL")
    op.create_index("ix_cards_message", "cards", ["chat_id", "message_id"])
    _partial_index("ix_cards_ticket", "cards", ["ticket_id"], "ticket_id IS NOT NULL")
    op.create_table(
        "timers",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id", "rule", "occurrence"],
            ["obligations.ticket_id", "obligations.rule", "obligations.occurrence"],
            name="fk_timers_ticket_id_rule_occurrence",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_timers"),
        sa.UniqueConstraint(
            "ticket_id", "rule", "occurrence", "stage", name="uq_timers_ticket_id_rule_occurrence_stage"
        ),
    )
    _partial_index("ix_timers_waiting", "timers", ["due_at", "id"], "state = 'waiting'")
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger()),
        sa.Column("reader_id", ID),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("card_id", ID),
        sa.Column("reply_to_card", ID),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("if_unknown", sa.String(), nullable=False),
        sa.Column("receipt_ticket", ID),
        sa.Column("receipt_text", ID),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("edits", sa.BigInteger()),
        sa.Column("plain", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_outbox_card_id"),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_outbox_estate_id"),
        sa.ForeignKeyConstraint(["reader_id"], ["people.id"], name="fk_outbox_reader_id"),
        sa.ForeignKeyConstraint(["receipt_text"], ["texts.id"], name="fk_outbox_receipt_text"),
        sa.ForeignKeyConstraint(["receipt_ticket"], ["tickets.id"], name="fk_outbox_receipt_ticket"),
        sa.ForeignKeyConstraint(["reply_to_card"], ["cards.id"], name="fk_outbox_reply_to_card"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    _partial_index("ix_outbox_open", "outbox", ["state", "id"], "state = 'pending' OR state = 'sending'")
    _partial_index("ix_outbox_settled", "outbox", ["settled_at"], "settled_at IS NOT NULL")
    _partial_index(
        "uq_outbox_waiting_card",
        "outbox",
        ["card_id"],
        "state = 'pending' AND kind = 'card' AND receipt_text IS NULL",
        unique=True,
    )


def _partial_index(name: str, table: str, columns: list[str], where: str, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
