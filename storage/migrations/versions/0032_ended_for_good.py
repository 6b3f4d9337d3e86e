"""When what was said in a ticket was erased: nothing brings it back from then on.

Once released, a migration is never changed. It imports nothing of the application: it has to do the same for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger()  # microseconds since 1970, UTC


def upgrade() -> None:
    with op.batch_alter_table("tickets", recreate="always") as tickets:
        tickets.add_column(sa.Column("erased_at", MOMENT))
    op.execute(
        "UPDATE tickets SET erased_at = (SELECT max(at) FROM history WHERE ticket_id = id AND name = 'erased')"
        " WHERE filer_id IN (SELECT id FROM people WHERE erased_at IS NOT NULL)"
    )
