"""Run by alembic for each migration: on the connection, and inside the transaction, that `storage.migrate` made."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
