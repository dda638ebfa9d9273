"""What is declared ready, what was sent, and what came back."""

from sqlalchemy import (
    Boolean,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from exchange.storage.data_classes import DataClass
from exchange.storage.instants import Instant
from exchange.storage.tables.columns import WIDE, column, metadata

readiness = Table(
    "readiness",
    metadata,
    column("agreement_id", String(40), key=True),
    column("deadline_id", String(40), key=True),
    column("declared_at", Instant),
    column("declared_by", String(100)),
    column("person_count", Integer),
    column("last_load_at", Instant, optional=True),
    column("nothing_new_for", Text, default="[]"),
)

transfer = Table(
    "transfer",
    metadata,
    column("transfer_id", String(140), key=True),
    column("agreement_id", String(40)),
    column("deadline_id", String(40)),
    column("recipient_id", String(40)),
    column("revision", Integer),
    column("state", String(20)),
    column("epoch", Integer),
    column("agreement_version", Integer),
    column("instruction_id", String(40)),
    column("undeclared", Boolean),
    column("prepared_at", Instant),
    column("published_at", Instant, optional=True),
    column("answered_at", Instant, optional=True),
    column("row_count", Integer, optional=True),
    column("package_digest", String(64), optional=True),
    column("package_size", WIDE, optional=True),
    column("package_removed_at", Instant, optional=True),
    column("kind", String(20), default="contractual"),
    column("reason", String(40), optional=True),
    column("follows", String(140), optional=True),
    column("challenge_digest", String(64), optional=True),
    column("withdrawn_at", Instant, optional=True),
    column("unsigned_answer", Boolean, default="0"),
    UniqueConstraint("agreement_id", "deadline_id", "recipient_id", "revision"),
    ForeignKeyConstraint(
        ["agreement_id", "agreement_version"], ["agreement.agreement_id", "agreement.version"]
    ),
)

transfer_approval = Table(
    "transfer_approval",
    metadata,
    column(
        "transfer_id",
        String(140),
        DataClass.OPERATIONAL,
        ForeignKey("transfer.transfer_id"),
        key=True,
    ),
    column("basis", String(64)),
    column("prepared_by", String(100)),
    column("unattended", Boolean),
    column("asked_at", Instant),
    column("approved_by", String(100), optional=True),
    column("approved_at", Instant, optional=True),
)

withdrawal = Table(
    "withdrawal",
    metadata,
    column(
        "transfer_id",
        String(140),
        DataClass.OPERATIONAL,
        ForeignKey("transfer.transfer_id"),
        key=True,
    ),
    column("notice", LargeBinary),
)

sent_line = Table(
    "sent_line",
    metadata,
    column(
        "transfer_id",
        String(140),
        DataClass.OPERATIONAL,
        ForeignKey("transfer.transfer_id"),
        key=True,
    ),
    column("line", Integer, key=True),
    column("person_id", LargeBinary(16), DataClass.RANDOM_ID),
    Index(None, "person_id"),
    sqlite_with_rowid=False,  # written and read in the order of its key: no second tree for it
)

receipt = Table(
    "receipt",
    metadata,
    column("receipt_digest", String(64), key=True),
    column("transfer_id", String(140), DataClass.OPERATIONAL, ForeignKey("transfer.transfer_id")),
    column("kind", String(20)),
    column("received_at", Instant),
    column("document", LargeBinary, DataClass.PSEUDONYM),
    column("signed", Boolean, default="1"),
    Index(None, "transfer_id"),
)

rejected_line = Table(
    "rejected_line",
    metadata,
    column(
        "transfer_id",
        String(140),
        DataClass.OPERATIONAL,
        ForeignKey("transfer.transfer_id"),
        key=True,
    ),
    column("line", Integer, key=True),
    column("code", String(40), key=True),
)
