"""Rows without a name index in the database."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table, bindparam, select, tuple_, update

from exchange.name_indexes import RowKey, UnindexedRow
from exchange.people.person import SealedPerson

_BATCH_ROWS = 1000


class UnindexedTable:
    """Satisfies ``exchange.name_indexes.UnindexedRows`` inside one transaction."""

    def __init__(self, connection: Connection, table: Table) -> None:
        """Work on a table of sealed rows, in an open transaction."""
        self._connection = connection
        self._table = table
        self._key = tuple(table.primary_key)

    def after(self, key: RowKey | None) -> Sequence[UnindexedRow]:
        """Give the next batch, in the order of the keys, from the first when there is none."""
        columns = [self._table.c[name] for name in ("agreement_id", *SealedPerson.__slots__)]
        query = select(*self._key, *columns).where(self._table.c.name_index.is_(None))
        if key is not None:
            query = query.where(tuple_(*self._key) > key)
        rows = self._connection.execute(query.order_by(*self._key).limit(_BATCH_ROWS))
        width = len(self._key)
        return [
            UnindexedRow(tuple(row[:width]), row[width], SealedPerson(*row[width + 1 :]))
            for row in rows
        ]

    def index(self, name_indexes: Mapping[RowKey, bytes]) -> None:
        """Keep the name index of each of these rows."""
        if name_indexes:
            named = [f"key_{column.name}" for column in self._key]
            one = [column == bindparam(name) for column, name in zip(self._key, named, strict=True)]
            each = [
                dict(zip(named, key, strict=True), name_index=name_index)
                for key, name_index in name_indexes.items()
            ]
            self._connection.execute(update(self._table).where(*one), each)
