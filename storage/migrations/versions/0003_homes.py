"""Homes: units with the codes on their letters, who lives where, who asks for it, and what is asked only once.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER
MOMENT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    op.create_table(
        "wrong_codes",
        sa.Column("id", ID, nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wrong_codes"),
    )
    op.create_index("ix_wrong_codes_account", "wrong_codes", ["account", "at"])
    op.create_table(
        "units",
        sa.Column("id", ID, nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_units"),
        sa.UniqueConstraint("estate_id", "key", name="uq_units_estate_id_key"),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_units_estate_id"),
    )
    op.create_table(
        "unit_codes",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.PrimaryKeyConstraint("digest", name="pk_unit_codes"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_unit_codes_unit_id"),
    )
    _partial_index("uq_unit_codes_living", "unit_codes", ["unit_id"], "revoked_at IS NULL", unique=True)
    op.create_table(
        "asked_once",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "what", name="pk_asked_once"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_asked_once_person_id"),
    )
    op.create_table(
        "residencies",
        sa.Column("id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("shares", sa.Boolean(), nullable=False),
        sa.Column("contested_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_residencies"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_residencies_unit_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_residencies_person_id"),
    )
    _partial_index("uq_residencies_home", "residencies", ["person_id"], "until IS NULL", unique=True)
    _partial_index("ix_residencies_household", "residencies", ["unit_id", "id"], "until IS NULL")
    op.create_index("ix_residencies_person", "residencies", ["person_id", "id"])
    op.create_table(
        "home_requests",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", ID),
        sa.PrimaryKeyConstraint("ref", name="pk_home_requests"),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_home_requests_estate_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_home_requests_person_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name="fk_home_requests_decided_by"),
    )
    _partial_index("uq_home_requests_open", "home_requests", ["person_id"], "decided_at IS NULL", unique=True)
    _partial_index("ix_home_requests_waiting", "home_requests", ["estate_id", "asked_at"], "decided_at IS NULL")


def _partial_index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
