"""The places of estates, and the tokens of their stickers.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER


def upgrade() -> None:
    op.create_table(
        "places",
        sa.Column("id", ID, nullable=False),
        sa.Column("estate_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name="fk_places_estate_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["places.id"], name="fk_places_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_places"),
        sa.UniqueConstraint("estate_id", "code", name="uq_places_estate_id_code"),
    )
    op.create_index("ix_places_parent", "places", ["parent_id"])
    op.create_index("ix_places_estate", "places", ["estate_id", "parent_id"])
    located = sa.text("latitude IS NOT NULL")
    op.create_index("ix_places_located", "places", ["estate_id"], sqlite_where=located, postgresql_where=located)
    op.create_table(
        "place_tokens",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("place_id", ID, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_place_tokens_place_id"),
        sa.PrimaryKeyConstraint("token", name="pk_place_tokens"),
    )
    living = sa.text("revoked_at IS NULL")
    op.create_index(
        "uq_place_tokens_living",
        "place_tokens",
        ["place_id"],
        unique=True,
        sqlite_where=living,
        postgresql_where=living,
    )
