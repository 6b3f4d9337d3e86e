"""Clocks: when a window broke and was settled, and when it stood still.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER
MOMENT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    with op.batch_alter_table("obligations", recreate="always") as obligations:
        obligations.add_column(sa.Column("broken_at", MOMENT))
        obligations.add_column(sa.Column("settled_at", MOMENT))
        obligations.add_column(sa.Column("paused_at", MOMENT))
        obligations.add_column(sa.Column("moved_by", sa.BigInteger(), nullable=False, server_default="0"))
    # What is known of the runs before: a broken one broke when it was due; when the others were settled is not known.
    op.execute("UPDATE obligations SET broken_at = due_at WHERE state IN ('broken', 'met_late')")
    op.create_table(
        "standstills",
        sa.Column("id", ID, nullable=False),
        sa.Column("obligation_id", ID, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_standstills"),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligations.id"], name="fk_standstills_obligation_id"),
    )
    op.create_index("ix_standstills_obligation", "standstills", ["obligation_id"])
