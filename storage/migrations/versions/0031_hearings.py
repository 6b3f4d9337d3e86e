"""Voice messages that a speech-to-text engine is to hear, and what it made of them until that is confirmed.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER
MOMENT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    op.create_table(
        "hearings",
        sa.Column("attachment_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("words", sa.Text()),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachments.id"], name="fk_hearings_attachment_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_hearings_ticket_id"),
        sa.PrimaryKeyConstraint("attachment_id", name="pk_hearings"),
    )
    op.create_index("ix_hearings_ticket", "hearings", ["ticket_id"])
    pending = sa.text("state = 'pending'")
    op.create_index("ix_hearings_pending", "hearings", ["not_before"], sqlite_where=pending, postgresql_where=pending)
