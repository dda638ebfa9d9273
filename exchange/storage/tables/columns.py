"""How tables are described: names of constraints, and the class of what each column holds."""

from typing import Any

from sqlalchemy import BigInteger, Column, Computed, ForeignKey, Integer, MetaData, Text
from sqlalchemy.types import TypeEngine

from exchange.storage.data_classes import DataClass

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Where more is counted, of bytes or leaves, than an INTEGER of PostgreSQL holds.
WIDE = Integer().with_variant(BigInteger(), "postgresql")


def column(
    name: str,
    kind: TypeEngine[Any] | type[TypeEngine[Any]],
    data_class: DataClass = DataClass.OPERATIONAL,
    *constraints: ForeignKey | Computed,
    key: bool = False,
    optional: bool = False,
    default: str | None = None,
) -> Column[Any]:
    """Describe a column: what it holds, and of which class."""
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


def event_field(name: str, path: str) -> Column[Any]:
    """Describe a column that repeats a field of the event beside it."""
    # Generated from the event's own bytes: it cannot say something else than they do.
    computed = Computed(f"json_extract(event, '$.{path}')", persisted=False)
    return column(name, Text, DataClass.EVIDENCE, computed, optional=True)
