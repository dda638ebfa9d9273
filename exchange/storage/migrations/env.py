"""What Alembic runs: on the connection that ``exchange.storage.schema`` hands over."""

from typing import Any, Literal

from alembic import context

from exchange.storage.instants import INSTANT_WIDTH, Instant
from exchange.storage.tables import metadata


def _render_instant(kind: str, value: Any, _context: Any) -> str | Literal[False]:  # noqa: ANN401 - Alembic's own types
    # A migration must not change when our code does: it says what lies in the database.
    if kind == "type" and isinstance(value, Instant):
        return f"sa.String(length={INSTANT_WIDTH})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=_render_instant,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
