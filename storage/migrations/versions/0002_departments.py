"""Departments with their topics and who is on duty in them; who belongs to which; those without an account; leavers.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER


def upgrade() -> None:
    op.create_table(
        "departments",
        sa.Column("id", ID, nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String()),
        sa.Column("thread_id", sa.BigInteger()),
        sa.Column("duty_person_id", sa.BigInteger()),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_departments_estate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_departments"),
        sa.UniqueConstraint("estate_id", "code", name="uq_departments_estate_id_code"),
    )
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("phone", sa.String()))
        people.add_column(sa.Column("department_id", ID))
        people.add_column(sa.Column("left_at", sa.BigInteger()))
        people.create_foreign_key("fk_people_department_id", "departments", ["department_id"], ["id"])
    belongs = sa.text("department_id IS NOT NULL")
    op.create_index(
        "ix_people_department", "people", ["department_id"], sqlite_where=belongs, postgresql_where=belongs
    )
