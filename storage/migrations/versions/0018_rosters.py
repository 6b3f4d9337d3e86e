"""The duty roster: shifts and leaves.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER


def upgrade() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", ID, nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("department_id", ID),
        sa.Column("role", sa.String()),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("days", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date()),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_shifts_estate_id"),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name="fk_shifts_department_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_shifts_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shifts"),
    )
    op.create_index("ix_shifts_estate", "shifts", ["estate_id"])
    op.create_table(
        "leaves",
        sa.Column("id", ID, nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("stand_in_id", ID),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_leaves_estate_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_leaves_person_id"),
        sa.ForeignKeyConstraint(["stand_in_id"], ["people.id"], name="fk_leaves_stand_in_id"),
        sa.PrimaryKeyConstraint("id", name="pk_leaves"),
    )
    op.create_index("ix_leaves_last_day", "leaves", ["estate_id", "last_day"])
