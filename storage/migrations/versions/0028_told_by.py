"""What somebody passed on as others told them is found by them.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    passed_on = sa.text("recorded_by IS NOT NULL")
    op.create_index(
        "ix_tickets_recorder", "tickets", ["recorded_by", "id"], sqlite_where=passed_on, postgresql_where=passed_on
    )
