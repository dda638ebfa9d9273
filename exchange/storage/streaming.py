"""Rows one batch after the other, for what does not fit into memory."""

from collections.abc import Iterator
from typing import TypeVarTuple

from sqlalchemy import Connection, Row, Select

_FETCH_ROWS = 1000
_Columns = TypeVarTuple("_Columns")


def streamed(connection: Connection, query: Select[*_Columns]) -> Iterator[Row[*_Columns]]:
    """Give the rows of a query; whoever stops before the last one lets go of the others."""
    with connection.execute(query.execution_options(yield_per=_FETCH_ROWS)) as rows:
        yield from rows
