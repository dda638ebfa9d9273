"""Every row of one database, put into another of either kind."""

from collections.abc import Callable
from itertools import islice, zip_longest
from typing import Final

from sqlalchemy import Connection, Table, func, insert, select

from exchange.errors import AttentionError
from exchange.storage.streaming import streamed
from exchange.storage.tables import evidence_head, metadata

_BATCH_ROWS: Final = 1000


def count_rows(connection: Connection) -> int:
    """Count the rows of every table."""
    return sum(_count(connection, table) for table in metadata.sorted_tables)


def copy_rows(source: Connection, target: Connection, progress: Callable[[int], None]) -> int:
    """Copy the rows of every table; give how many. ``progress`` gets how many so far.

    Raises ``AttentionError`` when a row there is not the one here.
    """
    copied = 0
    for table in metadata.sorted_tables:
        # What is generated from the others is generated there too.
        columns = [column for column in table.columns if column.computed is None]
        rows = streamed(source, select(*columns))
        while batch := list(islice(rows, _BATCH_ROWS)):
            target.execute(insert(table), [dict(row._mapping) for row in batch])  # noqa: SLF001 - its public name for a row as a mapping
            copied += len(batch)
            progress(copied)
        require_same_rows(source, target, table)
    return copied


def require_same_rows(source: Connection, target: Connection, table: Table) -> None:
    """Raise ``AttentionError`` unless a table holds, value by value, the same rows in both."""
    # Both kinds of database order text and bytes by their bytes.
    query = select(table).order_by(*table.primary_key)
    pairs = zip_longest(streamed(source, query), streamed(target, query))
    if not all(here == there for here, there in pairs):
        raise AttentionError(
            f"la table {table.name} n'a pas été copiée telle quelle",
            "rien n'est changé : la base reste où elle est ; videz l'autre, puis recommencez",
        )


def close_for_good(connection: Connection) -> None:
    """Let nobody write into a database that was copied: no act passes without its evidence."""
    evidence_head.drop(connection)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()
