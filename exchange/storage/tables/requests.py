"""Requests over HTTP that may come again."""

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from exchange.storage.data_classes import DataClass
from exchange.storage.instants import Instant
from exchange.storage.tables.columns import WIDE, column, metadata

request_key = Table(
    "request_key",
    metadata,
    column(
        "account_id",
        String(40),
        DataClass.OPERATIONAL,
        ForeignKey("account.account_id"),
        key=True,
    ),
    column("key_digest", LargeBinary(32), DataClass.REQUEST_DIGEST, key=True),
    column("fingerprint", LargeBinary(32), DataClass.REQUEST_DIGEST),
    column("request_id", String(40)),
    column("claimed_at", Instant),
    column("leaf", WIDE),
    column("status", Integer, optional=True),
    column("headers", Text, optional=True),
    # What an answer says of somebody is the number of a case, as ``objection`` has it.
    column("body", LargeBinary, DataClass.PSEUDONYM, optional=True),
    Index(None, "claimed_at"),
)
