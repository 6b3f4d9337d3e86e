"""Rule sets by version, so that a ticket keeps the one it began under.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER
MOMENT = sa.BigInteger()  # microseconds since 1970, UTC

#: What tickets began under before rule sets were kept.
_FIRST = """
version = "2026-1"
ended_by = ["withdrawn"]

[[windows]]
rule = "FC-9"
source = "S0 §10"
started_by = ["filed"]
met_by = ["answer_delivered"]
length = "60 minutes"
reminders = [0.5, 0.8]
least_gap_minutes = 5
holder = "assignee_or_duty"
tells = ["general_supervisor"]
"""


def upgrade() -> None:
    regulations = op.create_table(
        "regulations",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("own", sa.Text()),
        sa.Column("estate_id", ID),
        sa.Column("decided_by", sa.String()),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_regulations"),
        sa.UniqueConstraint("version", name="uq_regulations_version"),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_regulations_estate_id"),
    )
    condition = sa.text("estate_id IS NOT NULL")
    op.create_index(
        "ix_regulations_estate",
        "regulations",
        ["estate_id", "id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
    op.bulk_insert(regulations, [{"version": "2026-1", "toml": _FIRST, "since": 0}])
