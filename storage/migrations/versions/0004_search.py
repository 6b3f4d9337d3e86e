"""The words by which tickets are found.

What was filed before is indexed when something is written of it, or by `shouwen reindex`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_terms",
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_ticket_terms_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_ticket_terms"),
    )
    for statement in INDEX[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


INDEX = {
    "sqlite": (
        """CREATE VIRTUAL TABLE ticket_words USING fts5(
            header, body, content='ticket_terms', content_rowid='ticket_id', detail=none, columnsize=0, tokenize='ascii'
        )""",
    ),
    "postgresql": (
        "CREATE INDEX ix_ticket_terms_words ON ticket_terms USING gin (string_to_array(header || ' ' || body, ' '))",
        """CREATE VIEW ticket_words AS SELECT ticket_id AS rowid, header, body,
            string_to_array(header || ' ' || body, ' ') AS ticket_words FROM ticket_terms""",
        "CREATE RULE ticket_words_follow AS ON INSERT TO ticket_words DO INSTEAD NOTHING",
    ),
}
