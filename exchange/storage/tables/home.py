"""What a home remembers, its agreements, and who works on what."""

from sqlalchemy import Integer, LargeBinary, String, Table, Text

from exchange.storage.instants import Instant
from exchange.storage.tables.columns import column, metadata

home_state = Table(
    "home_state",
    metadata,
    column("name", String(40), key=True),
    column("value", Text),
)

agreement = Table(
    "agreement",
    metadata,
    column("agreement_id", String(40), key=True),
    column("version", Integer, key=True),
    column("digest", String(64)),
    column("file", LargeBinary),
    column("loaded_at", Instant),
    column("approval", LargeBinary, optional=True),
)

claim = Table(
    "claim",
    metadata,
    column("subject", String(40), key=True),
    column("epoch", Integer),
    column("holder", String(100)),
    column("until", Instant),
)
