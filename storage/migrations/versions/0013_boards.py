"""When the first of what is owed for a ticket falls due, and the lists of tickets by it and by what happened when; what
each colleague looked for last.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger()  # microseconds since 1970, UTC
NEVER = "253402214400000000"  # in the year 9999
OPEN = "stage != 'closed' AND withdrawn_at IS NULL AND voided_at IS NULL AND merged_into IS NULL"


def upgrade() -> None:
    with op.batch_alter_table("tickets", recreate="always") as tickets:
        tickets.add_column(sa.Column("due_at", MOMENT, nullable=False, server_default=NEVER))
    op.execute(
        sa.text(
            "UPDATE tickets SET due_at = coalesce((SELECT min(due_at) FROM obligations"
            f" WHERE ticket_id = tickets.id AND (state = 'running' OR state = 'broken')), {NEVER})"
        )
    )
    op.create_table(
        "searches",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_searches_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_searches"),
    )
    op.create_index("ix_tickets_filed", "tickets", ["estate_id", "filed_at", "id"])
    _partial_index("ix_tickets_answered", ["estate_id", "answered_at", "id"], "answered_at IS NOT NULL")
    _partial_index("ix_tickets_closed", ["estate_id", "closed_at", "id"], "closed_at IS NOT NULL")
    _partial_index("ix_tickets_held_due", ["assignee_id", "due_at", "id"], f"assignee_id IS NOT NULL AND {OPEN}")
    _partial_index("ix_tickets_open_due", ["estate_id", "due_at", "id"], OPEN)
    _partial_index("ix_tickets_unclaimed_due", ["estate_id", "due_at", "id"], f"assignee_id IS NULL AND {OPEN}")
    _partial_index("ix_tickets_stage_due", ["estate_id", "stage", "due_at", "id"], OPEN)
    _partial_index(
        "ix_tickets_department_due", ["department_id", "due_at", "id"], f"department_id IS NOT NULL AND {OPEN}"
    )


def _partial_index(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "tickets", columns, sqlite_where=condition, postgresql_where=condition)
