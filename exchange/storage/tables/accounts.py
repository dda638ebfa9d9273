"""Who may call over HTTP, and what proves it."""

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from exchange.storage.data_classes import DataClass
from exchange.storage.instants import Instant
from exchange.storage.tables.columns import column, metadata

account = Table(
    "account",
    metadata,
    column("account_id", String(40), key=True),
    column("role", String(20)),
    column("agreement_id", String(40)),
    column("recipient_id", String(40)),
    column("created_at", Instant),
    column("commitment_digest", String(64)),
    column("committed_at", Instant, optional=True),
    column("ended_at", Instant, optional=True),
)

credential = Table(
    "credential",
    metadata,
    column("credential_id", String(8), key=True),
    column("account_id", String(40), DataClass.OPERATIONAL, ForeignKey("account.account_id")),
    column("kind", String(20)),
    column("digest", LargeBinary(32), DataClass.SECRET_DIGEST),
    column("rights", Text),
    column("created_at", Instant),
    column("expires_at", Instant),
    column("last_used_at", Instant, optional=True),
    column("revoked_at", Instant, optional=True),
    column("failures", Integer),
    column("locked_until", Instant, optional=True),
    Index(None, "account_id"),
    Index(None, "digest", unique=True),
)
