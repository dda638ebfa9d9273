"""A row added, or put in place of the one before it, in one statement: two cannot both add it."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def add_row(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Add a row unless one of the same primary key is there; tell whether it was added."""
    added = _insert(connection.dialect.name, table).on_conflict_do_nothing()
    return connection.execute(added, values).rowcount == 1


def put_row(
    connection: Connection, table: Table, values: dict[str, Any], *, rising: str = ""
) -> bool:
    """Add a row, or write over the one of the same primary key; tell whether it was done.

    It is not when the column named by ``rising`` would not rise: somebody was faster.
    """
    put = _put(connection.dialect.name, table, tuple(values), rising)
    return connection.execute(put, values).rowcount == 1


@cache
def _put(
    dialect: str, table: Table, names: Sequence[str], rising: str
) -> postgresql.Insert | sqlite.Insert:
    """Give the statement for rows of these columns: made once, it is half the cost of a claim."""
    added = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    changed = {name: added.excluded[name] for name in names if name not in keys}
    risen = table.c[rising] < added.excluded[rising] if rising else None
    return added.on_conflict_do_update(index_elements=keys, set_=changed, where=risen)


def _insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
