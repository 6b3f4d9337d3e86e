"""When the writer of a draft is to be reminded of it; drafts that are over are found to be emptied.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("drafts") as drafts:
        drafts.add_column(sa.Column("nudge_at", sa.BigInteger()))
        drafts.add_column(sa.Column("resting", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name, column, condition in (
        ("ix_drafts_nudge", "nudge_at", "state = 'open' AND nudge_at IS NOT NULL"),
        ("ix_drafts_leftover", "expires_at", "state = 'open' OR items != '[]'"),
    ):
        where = sa.text(condition)
        op.create_index(name, "drafts", [column], sqlite_where=where, postgresql_where=where)
