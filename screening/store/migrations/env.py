"""Run by Alembic: migrations on the connection that the program hands over."""

from alembic import context

from screening.store.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(721004)")  # two processes that start at once
    context.run_migrations()
