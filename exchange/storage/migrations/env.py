"""What Alembic runs: on the connection that ``exchange.storage.schema`` hands over."""

from alembic import context

from exchange.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
