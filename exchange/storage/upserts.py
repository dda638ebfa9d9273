"""A row added, or put in place of the one before it, in one statement: two cannot both add it."""

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def add_row(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Add a row unless one of the same primary key is there; tell whether it was added."""
    added = _insert(connection, table).values(values).on_conflict_do_nothing()
    return connection.execute(added).rowcount == 1


def put_row(
    connection: Connection, table: Table, values: dict[str, Any], *, rising: str = ""
) -> bool:
    """Add a row, or write over the one of the same primary key; tell whether it was done.

    It is not when the column named by ``rising`` would not rise: somebody was faster.
    """
    added = _insert(connection, table)
    keys = [column.name for column in table.primary_key]
    changed = {name: added.excluded[name] for name in values if name not in keys}
    risen = table.c[rising] < added.excluded[rising] if rising else None
    put = added.values(values).on_conflict_do_update(index_elements=keys, set_=changed, where=risen)
    return connection.execute(put).rowcount == 1


def _insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    on_server = connection.dialect.name == "postgresql"
    return postgresql.insert(table) if on_server else sqlite.insert(table)
