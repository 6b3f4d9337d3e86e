"""What came again within a quarter, and what is done about it.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER
MOMENT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    op.create_table(
        "patterns",
        sa.Column("id", ID, nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("recurrence", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("tickets", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT),
        sa.Column("decision", sa.String()),
        sa.Column("decided_by", ID),
        sa.Column("department_id", ID),
        sa.Column("owner_id", ID),
        sa.Column("deadline", MOMENT),
        sa.Column("words_id", sa.BigInteger()),
        sa.Column("done_by", ID),
        sa.Column("done_at", MOMENT),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_patterns_estate_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name="fk_patterns_decided_by"),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name="fk_patterns_department_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name="fk_patterns_owner_id"),
        sa.ForeignKeyConstraint(["done_by"], ["people.id"], name="fk_patterns_done_by"),
        sa.PrimaryKeyConstraint("id", name="pk_patterns"),
        sa.UniqueConstraint(
            "estate_id",
            "quarter",
            "recurrence",
            "category",
            "subject",
            name="uq_patterns_estate_id_quarter_recurrence_category_subject",
        ),
    )
    waiting = sa.text("next_at IS NOT NULL")
    op.create_index("ix_patterns_next", "patterns", ["next_at", "id"], sqlite_where=waiting, postgresql_where=waiting)
