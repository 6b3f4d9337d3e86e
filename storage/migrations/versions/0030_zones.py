"""A post of the roster can be at a place: who is at it is near.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts by itself only in a column declared INTEGER


def upgrade() -> None:
    with op.batch_alter_table("shifts") as shifts:
        shifts.add_column(sa.Column("zone_id", ID))
        shifts.create_foreign_key("fk_shifts_zone_id", "places", ["zone_id"], ["id"])
