"""The staff's side of a ticket: judged, transferred, promised, handled, verified, closed; what a flow offers to choose.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER
MOMENT = sa.BigInteger()  # microseconds since 1970, UTC
REFERS = {
    "recorded_by": "people",
    "split_from": "tickets",
    "department_id": "departments",
    "transfer_by": "people",
    "transfer_to": "people",
    "transfer_department": "departments",
    "handled_by": "people",
    "void_asked_by": "people",
    "merged_into": "tickets",
}
OPEN = "stage != 'closed' AND withdrawn_at IS NULL AND voided_at IS NULL AND merged_into IS NULL"


def upgrade() -> None:
    op.drop_index("ix_tickets_unclaimed", "tickets")
    with op.batch_alter_table("tickets") as tickets:
        for column in (
            sa.Column("recorded_by", ID),
            sa.Column("split_from", ID),
            sa.Column("claimed_at", MOMENT),
            sa.Column("contact_by_claim", sa.Boolean(), nullable=False, server_default="0"),
            sa.Column("jurisdiction", sa.String()),
            sa.Column("department_id", ID),
            sa.Column("entry_id", sa.BigInteger()),
            sa.Column("transfer_by", ID),
            sa.Column("transfer_to", ID),
            sa.Column("transfer_department", ID),
            sa.Column("transferred_at", MOMENT),
            sa.Column("asked_id", sa.BigInteger()),
            sa.Column("promised_until", MOMENT),
            sa.Column("promises", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("proposal_id", sa.BigInteger()),
            sa.Column("outcome", sa.String()),
            sa.Column("root_cause", sa.String()),
            sa.Column("handled_by", ID),
            sa.Column("handled_at", MOMENT),
            sa.Column("verified_at", MOMENT),
            sa.Column("closed_at", MOMENT),
            sa.Column("reopen_until", MOMENT),
            sa.Column("reopened", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("void_asked_by", ID),
            sa.Column("voided_at", MOMENT),
            sa.Column("merged_into", ID),
        ):
            tickets.add_column(column)
        for column_name, table in REFERS.items():
            tickets.create_foreign_key(f"fk_tickets_{column_name}", table, [column_name], ["id"])
    _partial_index("ix_tickets_unclaimed", ["estate_id", "id"], f"assignee_id IS NULL AND {OPEN}")
    _partial_index("ix_tickets_held", ["assignee_id", "id"], f"assignee_id IS NOT NULL AND {OPEN}")
    _partial_index("ix_tickets_merged", ["merged_into"], "merged_into IS NOT NULL")
    with op.batch_alter_table("drafts", recreate="always") as drafts:
        drafts.add_column(sa.Column("options", sa.Text(), nullable=False, server_default="{}"))


def _partial_index(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "tickets", columns, sqlite_where=condition, postgresql_where=condition)
