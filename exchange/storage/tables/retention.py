"""Destructions."""

from sqlalchemy import Integer, LargeBinary, String, Table, Text

from exchange.storage.instants import Instant
from exchange.storage.tables.columns import column, metadata

purge = Table(
    "purge",
    metadata,
    column("purge_id", String(32), key=True),
    column("agreement_id", String(40)),
    column("begun_at", Instant),
    column("ended_at", Instant, optional=True),
    column("plan", Text),
    column("outcome_leaf", Integer, optional=True),
    column("certificate", LargeBinary, optional=True),
)
