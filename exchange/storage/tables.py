"""The tables. Every column carries the class of what it holds (``data_classes``)."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

from exchange.storage.data_classes import DataClass
from exchange.storage.instants import Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Where more is counted, of bytes or leaves, than an INTEGER of PostgreSQL holds.
_WIDE = Integer().with_variant(BigInteger(), "postgresql")


def _column(
    name: str,
    kind: TypeEngine[Any] | type[TypeEngine[Any]],
    data_class: DataClass = DataClass.OPERATIONAL,
    *constraints: ForeignKey | Computed,
    key: bool = False,
    optional: bool = False,
    default: str | None = None,
) -> Column[Any]:
    # A default is what rows from before the column say.
    info = {"data_class": data_class}
    return Column(
        name,
        kind,
        *constraints,
        primary_key=key,
        autoincrement=False,  # every number says something: none is made up
        nullable=optional,
        server_default=default,
        info=info,
    )


def _event_field(name: str, path: str) -> Column[Any]:
    # Generated from the event's own bytes: it cannot say something else than they do.
    computed = Computed(f"json_extract(event, '$.{path}')", persisted=False)
    return _column(name, Text, DataClass.EVIDENCE, computed, optional=True)


home_state = Table(
    "home_state",
    metadata,
    _column("name", String(40), key=True),
    _column("value", Text),
)

agreement = Table(
    "agreement",
    metadata,
    _column("agreement_id", String(40), key=True),
    _column("version", Integer, key=True),
    _column("digest", String(64)),
    _column("file", LargeBinary),
    _column("loaded_at", Instant),
    _column("approval", LargeBinary, optional=True),
)

load = Table(
    "load",
    metadata,
    _column("load_id", String(32), key=True),
    _column("agreement_id", String(40)),
    _column("begun_at", Instant),
    _column("ended_at", Instant, optional=True),
    _column("attested_by", String(100), optional=True),
    _column("accepted", Integer),
    _column("refused", Integer),
    _column("held", Integer),
    _column("mode", String(20), default="complement"),
    _column("absent", Integer, default="0"),
    _column("load_number", Integer, default="0"),
    Index(None, "agreement_id", "ended_at"),
)

staged_row = Table(
    "staged_row",
    metadata,
    _column("load_id", String(32), DataClass.OPERATIONAL, ForeignKey("load.load_id"), key=True),
    _column("line", Integer, key=True),
    _column("person_id", LargeBinary(16), DataClass.RANDOM_ID),
    _column("identity", LargeBinary(32), DataClass.BLIND_INDEX),
    _column("content_tag", LargeBinary(16), DataClass.BLIND_INDEX),
    _column("key_version", Integer),
    _column("schema_version", Integer),
    _column("entry_date", Date, DataClass.PERSONAL_CLEAR),
    _column("sealed", LargeBinary, DataClass.SEALED),
    _column("held_code", String(40)),
    _column("name_index", LargeBinary(32), DataClass.BLIND_INDEX, optional=True),
    _column("homonym", Integer, default="0"),
    sqlite_with_rowid=False,  # written and read in the order of its key: no second tree for it
)

untaken_row = Table(
    "untaken_row",
    metadata,
    _column("load_id", String(32), DataClass.OPERATIONAL, ForeignKey("load.load_id"), key=True),
    _column("line", Integer, key=True),
    _column("identity", LargeBinary(32), DataClass.BLIND_INDEX),
    _column("name_index", LargeBinary(32), DataClass.BLIND_INDEX, optional=True),
    sqlite_with_rowid=False,  # as the staging, which it goes with
)

person = Table(
    "person",
    metadata,
    _column("person_id", LargeBinary(16), DataClass.RANDOM_ID, key=True),
    _column("agreement_id", String(40)),
    _column("identity", LargeBinary(32), DataClass.BLIND_INDEX),
    _column("content_tag", LargeBinary(16), DataClass.BLIND_INDEX),
    _column("retention_class", String(20)),
    _column("key_version", Integer),
    _column("schema_version", Integer),
    _column("entry_date", Date, DataClass.PERSONAL_CLEAR),
    _column("sealed", LargeBinary, DataClass.SEALED),
    _column("first_loaded_at", Instant),
    _column("updated_at", Instant),
    _column("name_index", LargeBinary(32), DataClass.BLIND_INDEX, optional=True),
    _column("homonym", Integer, default="0"),
    _column("absent_since", Instant, optional=True),
    _column("load_number", Integer, default="0"),
    UniqueConstraint("agreement_id", "identity", "homonym"),
    Index(None, "agreement_id", "entry_date"),
)

# Of those only who have a local key: without one, the identity is over the names.
Index(
    None,
    person.c.agreement_id,
    person.c.name_index,
    sqlite_where=person.c.name_index.is_not(None),
    postgresql_where=person.c.name_index.is_not(None),
)

held_row = Table(
    "held_row",
    metadata,
    _column("load_id", String(32), DataClass.OPERATIONAL, ForeignKey("load.load_id"), key=True),
    _column("line", Integer, key=True),
    _column("agreement_id", String(40)),
    _column("held_code", String(40)),
    _column("person_id", LargeBinary(16), DataClass.RANDOM_ID),
    _column("identity", LargeBinary(32), DataClass.BLIND_INDEX),
    _column("content_tag", LargeBinary(16), DataClass.BLIND_INDEX),
    _column("retention_class", String(20)),
    _column("key_version", Integer),
    _column("schema_version", Integer),
    _column("entry_date", Date, DataClass.PERSONAL_CLEAR),
    _column("sealed", LargeBinary, DataClass.SEALED),
    _column("name_index", LargeBinary(32), DataClass.BLIND_INDEX, optional=True),
    _column("homonym", Integer, default="0"),
    Index(None, "agreement_id"),
)

objection = Table(
    "objection",
    metadata,
    _column("objection_id", String(32), key=True),
    _column("agreement_id", String(40)),
    _column("identity", LargeBinary(32), DataClass.BLIND_INDEX),
    _column("retention_class", String(20)),
    _column("case_number", String(40), DataClass.PSEUDONYM),
    _column("reason", String(40)),
    _column("added_at", Instant),
    _column("lifted_at", Instant, optional=True),
    _column("name_index", LargeBinary(32), DataClass.BLIND_INDEX, optional=True),
    Index(None, "agreement_id", "identity"),
)

claim = Table(
    "claim",
    metadata,
    _column("subject", String(40), key=True),
    _column("epoch", Integer),
    _column("holder", String(100)),
    _column("until", Instant),
)

readiness = Table(
    "readiness",
    metadata,
    _column("agreement_id", String(40), key=True),
    _column("deadline_id", String(40), key=True),
    _column("declared_at", Instant),
    _column("declared_by", String(100)),
    _column("person_count", Integer),
    _column("last_load_at", Instant, optional=True),
    _column("nothing_new_for", Text, default="[]"),
)

transfer = Table(
    "transfer",
    metadata,
    _column("transfer_id", String(140), key=True),
    _column("agreement_id", String(40)),
    _column("deadline_id", String(40)),
    _column("recipient_id", String(40)),
    _column("revision", Integer),
    _column("state", String(20)),
    _column("epoch", Integer),
    _column("agreement_version", Integer),
    _column("instruction_id", String(40)),
    _column("undeclared", Boolean),
    _column("prepared_at", Instant),
    _column("published_at", Instant, optional=True),
    _column("answered_at", Instant, optional=True),
    _column("row_count", Integer, optional=True),
    _column("package_digest", String(64), optional=True),
    _column("package_size", _WIDE, optional=True),
    _column("package_removed_at", Instant, optional=True),
    _column("kind", String(20), default="contractual"),
    _column("reason", String(40), optional=True),
    _column("follows", String(140), optional=True),
    _column("challenge_digest", String(64), optional=True),
    _column("withdrawn_at", Instant, optional=True),
    _column("unsigned_answer", Boolean, default="0"),
    UniqueConstraint("agreement_id", "deadline_id", "recipient_id", "revision"),
    ForeignKeyConstraint(
        ["agreement_id", "agreement_version"], ["agreement.agreement_id", "agreement.version"]
    ),
)

withdrawal = Table(
    "withdrawal",
    metadata,
    _column(
        "transfer_id",
        String(140),
        DataClass.OPERATIONAL,
        ForeignKey("transfer.transfer_id"),
        key=True,
    ),
    _column("notice", LargeBinary),
)

sent_line = Table(
    "sent_line",
    metadata,
    _column(
        "transfer_id",
        String(140),
        DataClass.OPERATIONAL,
        ForeignKey("transfer.transfer_id"),
        key=True,
    ),
    _column("line", Integer, key=True),
    _column("person_id", LargeBinary(16), DataClass.RANDOM_ID),
    Index(None, "person_id"),
    sqlite_with_rowid=False,  # written and read in the order of its key: no second tree for it
)

receipt = Table(
    "receipt",
    metadata,
    _column("receipt_digest", String(64), key=True),
    _column("transfer_id", String(140), DataClass.OPERATIONAL, ForeignKey("transfer.transfer_id")),
    _column("kind", String(20)),
    _column("received_at", Instant),
    _column("document", LargeBinary, DataClass.PSEUDONYM),
    _column("signed", Boolean, default="1"),
    Index(None, "transfer_id"),
)

rejected_line = Table(
    "rejected_line",
    metadata,
    _column(
        "transfer_id",
        String(140),
        DataClass.OPERATIONAL,
        ForeignKey("transfer.transfer_id"),
        key=True,
    ),
    _column("line", Integer, key=True),
    _column("code", String(40), key=True),
)

attempt = Table(
    "attempt",
    metadata,
    _column("job", String(20), key=True),
    _column("subject", String(140), key=True),
    _column("machine", String(64), key=True),
    _column("agreement_id", String(40), optional=True),
    _column("failures", Integer),
    _column("first_at", Instant),
    _column("not_before", Instant),
    _column("cause", Text),
    _column("hint", Text),
    _column("asks_somebody", Boolean),
)

told_notice = Table(
    "told_notice",
    metadata,
    _column("kind", String(40), key=True),
    _column("subject", String(180), key=True),
    _column("occasion", Date, key=True),
    _column("told_at", Instant),
)

purge = Table(
    "purge",
    metadata,
    _column("purge_id", String(32), key=True),
    _column("agreement_id", String(40)),
    _column("begun_at", Instant),
    _column("ended_at", Instant, optional=True),
    _column("plan", Text),
    _column("outcome_leaf", Integer, optional=True),
    _column("certificate", LargeBinary, optional=True),
)

evidence_event = Table(
    "evidence_event",
    metadata,
    _column("leaf_index", _WIDE, DataClass.EVIDENCE, key=True),
    _column("event", Text, DataClass.EVIDENCE),
    _event_field("kind", "kind"),
    _event_field("at", "at"),
    _event_field("actor", "actor.name"),
    _event_field("outcome", "outcome"),
    _event_field("subject", "subject"),
)

evidence_node = Table(
    "evidence_node",
    metadata,
    _column("level", Integer, DataClass.EVIDENCE, key=True),
    _column("node_index", _WIDE, DataClass.EVIDENCE, key=True),
    _column("hash", LargeBinary(32), DataClass.EVIDENCE),
)

evidence_head = Table(
    "evidence_head",
    metadata,
    _column("head_id", Integer, DataClass.EVIDENCE, key=True),
    _column("frontier", LargeBinary, DataClass.EVIDENCE),
    _column("last_wall_at", Instant, DataClass.EVIDENCE),
)
