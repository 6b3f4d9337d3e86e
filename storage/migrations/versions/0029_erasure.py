"""Who asked to be erased and who was; what leads from them to what is erased, and the files that are still to go.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger()  # microseconds since 1970, UTC
INDEXES = (
    ("ix_people_erase", "people", ["erase_at", "id"], "erase_at IS NOT NULL"),
    ("ix_people_erased", "people", ["erased_at"], "erased_at IS NOT NULL"),
    ("ix_fetches_content", "fetches", ["sha256"], "sha256 IS NOT NULL"),
    ("ix_attachments_file", "attachments", ["unique_id"], None),
    ("ix_drafts_leftover", "drafts", ["expires_at"], "state = 'open' OR items != '[]' OR options != '{}'"),
    ("ix_drafts_person", "drafts", ["person_id"], None),
    ("ix_drafts_ticket", "drafts", ["ticket_id"], "ticket_id IS NOT NULL"),
    ("ix_inbox_quarantined", "inbox", ["seq"], "state = 'quarantined'"),
    ("ix_home_requests_person", "home_requests", ["person_id"], None),
    ("ix_discards_not_before", "discards", ["not_before"], None),
)


def upgrade() -> None:
    with op.batch_alter_table("people", recreate="always") as people:
        people.add_column(sa.Column("erase_at", MOMENT))
        people.add_column(sa.Column("erased_at", MOMENT))
    op.create_table(
        "discards",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_discards"),
    )
    # Written anew: what is deleted there must not give its number to another.
    with op.batch_alter_table("residencies", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
        pass
    op.drop_index("ix_drafts_leftover", "drafts")
    for name, table, columns, where in INDEXES:
        condition = sa.text(where) if where else None
        op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
