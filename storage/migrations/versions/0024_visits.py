"""Return visits, and what of them stands in their ticket.

The table of tickets is written anew, and the indexes of lists with it, in the order in which SQLite prefers them.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER
MOMENT = sa.BigInteger()  # microseconds since 1970, UTC
OPEN = "stage != 'closed' AND withdrawn_at IS NULL AND voided_at IS NULL AND merged_into IS NULL"
LISTS = {
    "filed": (["estate_id", "filed_at", "id"], None),
    "answered": (["estate_id", "answered_at", "id"], "answered_at IS NOT NULL"),
    "closed": (["estate_id", "closed_at", "id"], "closed_at IS NOT NULL"),
    "held_due": (["assignee_id", "due_at", "id"], f"assignee_id IS NOT NULL AND {OPEN}"),
    "open_due": (["estate_id", "due_at", "id"], OPEN),
    "unclaimed_due": (["estate_id", "due_at", "id"], f"assignee_id IS NULL AND {OPEN}"),
    "stage_due": (["estate_id", "stage", "due_at", "id"], OPEN),
    "department_due": (["department_id", "due_at", "id"], f"department_id IS NOT NULL AND {OPEN}"),
    "cautioned": (["estate_id", "cautioned_at", "id"], "cautioned_at IS NOT NULL"),
    "company": (["contractor_id", "filed_at", "id"], "contractor_id IS NOT NULL"),
    "squad": (["squad_id", "filed_at", "id"], "squad_id IS NOT NULL"),
}
INDEXES = {
    "next": (["next_at", "id"], "next_at IS NOT NULL"),
    "rain": (["estate_id", "id"], "state = 'rain'"),
    "visitor": (["visitor_id", "id"], "state = 'entrusted'"),
    "review": (["estate_id", "answered_at", "id"], "state = 'done' AND reviewed_at IS NULL"),
    "planned": (["estate_id", "planned_at", "id"], None),
}


def upgrade() -> None:
    for name in LISTS:
        op.drop_index(f"ix_tickets_{name}", "tickets")
    with op.batch_alter_table("tickets", recreate="always") as tickets:
        tickets.add_column(sa.Column("visits", sa.Integer(), nullable=False, server_default="0"))
        tickets.add_column(sa.Column("visit", sa.Integer()))
        tickets.add_column(sa.Column("visit_due", MOMENT))
        tickets.add_column(sa.Column("visitor_id", ID))
        tickets.add_column(sa.Column("visited_at", MOMENT))
        tickets.create_foreign_key("fk_tickets_visitor_id", "people", ["visitor_id"], ["id"])
    for name, (columns, where) in LISTS.items():
        condition = sa.text(where) if where else None
        op.create_index(
            f"ix_tickets_{name}", "tickets", columns, sqlite_where=condition, postgresql_where=condition
        )
    op.create_table(
        "visits",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("planned_at", MOMENT, nullable=False),
        sa.Column("opens_at", MOMENT),
        sa.Column("due_at", MOMENT),
        sa.Column("next_at", MOMENT),
        sa.Column("asked_at", MOMENT),
        sa.Column("visitor_id", ID),
        sa.Column("entrusted_at", MOMENT),
        sa.Column("out_at", MOMENT),
        sa.Column("way", sa.String()),
        sa.Column("answers", sa.Text()),
        sa.Column("words_id", sa.BigInteger()),
        sa.Column("answered_by", ID),
        sa.Column("answered_at", MOMENT),
        sa.Column("reviewed_by", ID),
        sa.Column("reviewed_at", MOMENT),
        sa.Column("opinion_id", sa.BigInteger()),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_visits_ticket_id"),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_visits_estate_id"),
        sa.ForeignKeyConstraint(["visitor_id"], ["people.id"], name="fk_visits_visitor_id"),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name="fk_visits_answered_by"),
        sa.ForeignKeyConstraint(["reviewed_by"], ["people.id"], name="fk_visits_reviewed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
        sa.UniqueConstraint("ticket_id", "ordinal", name="uq_visits_ticket_id_ordinal"),
    )
    for name, (columns, where) in INDEXES.items():
        condition = sa.text(where) if where else None
        op.create_index(f"ix_visits_{name}", "visits", columns, sqlite_where=condition, postgresql_where=condition)
