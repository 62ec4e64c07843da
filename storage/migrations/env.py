"""What Alembic runs: the connection is handed in by `storage.engine.migrate`."""

from __future__ import annotations

from alembic import context

from storage.tables.schema import workspaces

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=workspaces.metadata,
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
