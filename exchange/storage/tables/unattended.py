"""What goes on when nobody watches."""

from sqlalchemy import Boolean, Date, Integer, String, Table, Text

from exchange.storage.instants import Instant
from exchange.storage.tables.columns import column, metadata

attempt = Table(
    "attempt",
    metadata,
    column("job", String(20), key=True),
    column("subject", String(140), key=True),
    column("machine", String(64), key=True),
    column("agreement_id", String(40), optional=True),
    column("failures", Integer),
    column("first_at", Instant),
    column("not_before", Instant),
    column("cause", Text),
    column("hint", Text),
    column("asks_somebody", Boolean),
)

told_notice = Table(
    "told_notice",
    metadata,
    column("kind", String(40), key=True),
    column("subject", String(180), key=True),
    column("occasion", Date, key=True),
    column("told_at", Instant),
)
