"""Companies under contract: their people, and what these reported from site.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER
MOMENT = sa.BigInteger()  # microseconds since 1970, UTC
OPEN = "stage != 'closed' AND withdrawn_at IS NULL AND voided_at IS NULL AND merged_into IS NULL"
# The indexes of the lists: of two that fit alike SQLite takes the newest, so they are made in this order again.
LISTS = {
    "filed": (["estate_id", "filed_at", "id"], None),
    "answered": (["estate_id", "answered_at", "id"], "answered_at IS NOT NULL"),
    "closed": (["estate_id", "closed_at", "id"], "closed_at IS NOT NULL"),
    "held_due": (["assignee_id", "due_at", "id"], f"assignee_id IS NOT NULL AND {OPEN}"),
    "open_due": (["estate_id", "due_at", "id"], OPEN),
    "unclaimed_due": (["estate_id", "due_at", "id"], f"assignee_id IS NULL AND {OPEN}"),
    "stage_due": (["estate_id", "stage", "due_at", "id"], OPEN),
    "department_due": (["department_id", "due_at", "id"], f"department_id IS NOT NULL AND {OPEN}"),
    "cautioned": (["estate_id", "cautioned_at", "id"], "cautioned_at IS NOT NULL"),
}


def upgrade() -> None:
    op.create_table(
        "contractors",
        sa.Column("id", ID, nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("trade", sa.String(), nullable=False),
        sa.Column("ends_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_contractors_estate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contractors"),
        sa.UniqueConstraint("estate_id", "code", name="uq_contractors_estate_id_code"),
    )
    _partial_index("ix_contractors_ending", "contractors", ["ends_at"], "ends_at IS NOT NULL AND closed_at IS NULL")
    for table in ("people", "invites"):
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column("contractor_id", ID))
            changed.create_foreign_key(f"fk_{table}_contractor_id", "contractors", ["contractor_id"], ["id"])
    _partial_index("ix_people_contractor", "people", ["contractor_id"], "contractor_id IS NOT NULL")
    for name in LISTS:
        op.drop_index(f"ix_tickets_{name}", "tickets")
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("contractor_id", ID))
        tickets.add_column(sa.Column("squad_id", ID))
        tickets.add_column(sa.Column("chased_at", MOMENT))
        tickets.create_foreign_key("fk_tickets_contractor_id", "contractors", ["contractor_id"], ["id"])
        tickets.create_foreign_key("fk_tickets_squad_id", "departments", ["squad_id"], ["id"])
    for name, (columns, where) in LISTS.items():
        _partial_index(f"ix_tickets_{name}", "tickets", columns, where)
    _partial_index(
        "ix_tickets_company", "tickets", ["contractor_id", "filed_at", "id"], "contractor_id IS NOT NULL"
    )
    _partial_index("ix_tickets_squad", "tickets", ["squad_id", "filed_at", "id"], "squad_id IS NOT NULL")


def _partial_index(name: str, table: str, columns: list[str], where: str | None) -> None:
    condition = sa.text(where) if where else None
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
