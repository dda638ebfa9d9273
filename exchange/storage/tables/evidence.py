"""The evidence."""

from sqlalchemy import Index, Integer, LargeBinary, Table, Text

from exchange.storage.data_classes import DataClass
from exchange.storage.instants import Instant
from exchange.storage.tables.columns import WIDE, column, event_field, metadata

evidence_event = Table(
    "evidence_event",
    metadata,
    column("leaf_index", WIDE, DataClass.EVIDENCE, key=True),
    column("event", Text, DataClass.EVIDENCE),
    event_field("kind", "kind"),
    event_field("at", "at"),
    event_field("actor", "actor.name"),
    event_field("outcome", "outcome"),
    event_field("subject", "subject"),
    Index(None, "kind", "leaf_index"),
    Index(None, "actor", "leaf_index"),
)

evidence_node = Table(
    "evidence_node",
    metadata,
    column("level", Integer, DataClass.EVIDENCE, key=True),
    column("node_index", WIDE, DataClass.EVIDENCE, key=True),
    column("hash", LargeBinary(32), DataClass.EVIDENCE),
)

evidence_head = Table(
    "evidence_head",
    metadata,
    column("head_id", Integer, DataClass.EVIDENCE, key=True),
    column("frontier", LargeBinary, DataClass.EVIDENCE),
    column("last_wall_at", Instant, DataClass.EVIDENCE),
)
