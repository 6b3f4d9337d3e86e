"""How often a visitor tried in vain, and whose visit waits to be reviewed.

The table is written anew, and the indexes of lists with it, in the order in which SQLite prefers them.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER
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


def upgrade() -> None:
    for name in LISTS:
        op.drop_index(f"ix_tickets_{name}", "tickets")
    with op.batch_alter_table("tickets", recreate="always") as tickets:
        tickets.add_column(sa.Column("visit_tries", sa.Integer(), nullable=False, server_default="0"))
        tickets.add_column(sa.Column("visited_by", ID))
        tickets.create_foreign_key("fk_tickets_visited_by", "people", ["visited_by"], ["id"])
    for name, (columns, where) in LISTS.items():
        condition = sa.text(where) if where else None
        op.create_index(
            f"ix_tickets_{name}", "tickets", columns, sqlite_where=condition, postgresql_where=condition
        )
