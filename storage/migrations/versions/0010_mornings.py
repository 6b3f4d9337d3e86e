"""What waits for people's mornings, and the day's stock-takes.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER
MOMENT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
        sa.UniqueConstraint(
            "person_id", "ticket_id", "rule", "occurrence", name="uq_digests_person_id_ticket_id_rule_occurrence"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_digests_person_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_digests_ticket_id"),
    )
    op.create_index("ix_digests_due", "digests", ["due_at", "id"])
    op.create_table(
        "stock_takes",
        sa.Column("id", ID, nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("taken_at", MOMENT),
        sa.Column("asked_id", ID),
        sa.Column("acknowledged_by", ID),
        sa.Column("acknowledged_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_stock_takes"),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_stock_takes_estate_id"),
        sa.ForeignKeyConstraint(["asked_id"], ["people.id"], name="fk_stock_takes_asked_id"),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["people.id"], name="fk_stock_takes_acknowledged_by"),
    )
    waiting, planned = sa.text("state = 'planned' OR state = 'asked'"), sa.text("state = 'planned'")
    op.create_index(
        "ix_stock_takes_due", "stock_takes", ["due_at", "id"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_index(
        "uq_stock_takes_planned",
        "stock_takes",
        ["estate_id"],
        unique=True,
        sqlite_where=planned,
        postgresql_where=planned,
    )
