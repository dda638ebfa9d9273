"""Loads, the people they brought, and who objects."""

from sqlalchemy import (
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from exchange.storage.data_classes import DataClass
from exchange.storage.instants import Instant
from exchange.storage.tables.columns import column, metadata

load = Table(
    "load",
    metadata,
    column("load_id", String(32), key=True),
    column("agreement_id", String(40)),
    column("begun_at", Instant),
    column("ended_at", Instant, optional=True),
    column("attested_by", String(100), optional=True),
    column("accepted", Integer),
    column("refused", Integer),
    column("held", Integer),
    column("mode", String(20), default="complement"),
    column("absent", Integer, default="0"),
    column("load_number", Integer, default="0"),
    Index(None, "agreement_id", "ended_at"),
)

staged_row = Table(
    "staged_row",
    metadata,
    column("load_id", String(32), DataClass.OPERATIONAL, ForeignKey("load.load_id"), key=True),
    column("line", Integer, key=True),
    column("person_id", LargeBinary(16), DataClass.RANDOM_ID),
    column("identity", LargeBinary(32), DataClass.BLIND_INDEX),
    column("content_tag", LargeBinary(16), DataClass.BLIND_INDEX),
    column("key_version", Integer),
    column("schema_version", Integer),
    column("entry_date", Date, DataClass.PERSONAL_CLEAR),
    column("sealed", LargeBinary, DataClass.SEALED),
    column("held_code", String(40)),
    column("name_index", LargeBinary(32), DataClass.BLIND_INDEX, optional=True),
    column("homonym", Integer, default="0"),
    sqlite_with_rowid=False,  # written and read in the order of its key: no second tree for it
)

untaken_row = Table(
    "untaken_row",
    metadata,
    column("load_id", String(32), DataClass.OPERATIONAL, ForeignKey("load.load_id"), key=True),
    column("line", Integer, key=True),
    column("identity", LargeBinary(32), DataClass.BLIND_INDEX),
    column("name_index", LargeBinary(32), DataClass.BLIND_INDEX, optional=True),
    sqlite_with_rowid=False,  # as the staging, which it goes with
)

person = Table(
    "person",
    metadata,
    column("person_id", LargeBinary(16), DataClass.RANDOM_ID, key=True),
    column("agreement_id", String(40)),
    column("identity", LargeBinary(32), DataClass.BLIND_INDEX),
    column("content_tag", LargeBinary(16), DataClass.BLIND_INDEX),
    column("retention_class", String(20)),
    column("key_version", Integer),
    column("schema_version", Integer),
    column("entry_date", Date, DataClass.PERSONAL_CLEAR),
    column("sealed", LargeBinary, DataClass.SEALED),
    column("first_loaded_at", Instant),
    column("updated_at", Instant),
    column("name_index", LargeBinary(32), DataClass.BLIND_INDEX, optional=True),
    column("homonym", Integer, default="0"),
    column("absent_since", Instant, optional=True),
    column("load_number", Integer, default="0"),
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
    column("load_id", String(32), DataClass.OPERATIONAL, ForeignKey("load.load_id"), key=True),
    column("line", Integer, key=True),
    column("agreement_id", String(40)),
    column("held_code", String(40)),
    column("person_id", LargeBinary(16), DataClass.RANDOM_ID),
    column("identity", LargeBinary(32), DataClass.BLIND_INDEX),
    column("content_tag", LargeBinary(16), DataClass.BLIND_INDEX),
    column("retention_class", String(20)),
    column("key_version", Integer),
    column("schema_version", Integer),
    column("entry_date", Date, DataClass.PERSONAL_CLEAR),
    column("sealed", LargeBinary, DataClass.SEALED),
    column("name_index", LargeBinary(32), DataClass.BLIND_INDEX, optional=True),
    column("homonym", Integer, default="0"),
    Index(None, "agreement_id"),
)

objection = Table(
    "objection",
    metadata,
    column("objection_id", String(32), key=True),
    column("agreement_id", String(40)),
    column("identity", LargeBinary(32), DataClass.BLIND_INDEX),
    column("retention_class", String(20)),
    column("case_number", String(40), DataClass.PSEUDONYM),
    column("reason", String(40)),
    column("added_at", Instant),
    column("lifted_at", Instant, optional=True),
    column("name_index", LargeBinary(32), DataClass.BLIND_INDEX, optional=True),
    Index(None, "agreement_id", "identity"),
)
