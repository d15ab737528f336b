"""Alembic's entry: it runs in the transaction that `migrations.upgrade` hands over."""

from alembic import context

from cloud_api.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
