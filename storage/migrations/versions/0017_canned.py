"""The answers that estates keep ready.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER


def upgrade() -> None:
    op.create_table(
        "canned",
        sa.Column("id", ID, nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("titles", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_canned_estate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_canned"),
        sa.UniqueConstraint("estate_id", "code", name="uq_canned_estate_id_code"),
    )
