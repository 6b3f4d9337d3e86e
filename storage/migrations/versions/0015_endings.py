"""What does not count can be counted, what came of a ticket and who calls from a number be found.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _partial_index("ix_tickets_voided", "tickets", ["estate_id", "filed_at"], "voided_at IS NOT NULL")
    _partial_index("ix_tickets_split", "tickets", ["split_from"], "split_from IS NOT NULL")
    _partial_index("ix_people_phone", "people", ["estate_id", "phone"], "phone IS NOT NULL")


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
