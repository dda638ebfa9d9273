"""Rows that are read to be written: nobody else writes them before the transaction ends.

On SQLite there is only one writer; on PostgreSQL each row says whom it waits for.
"""

from typing import Any, Final

from sqlalchemy import Connection, Select

READ_ONLY_OPTION: Final = "exchange_read_only"
"""Set on a connection whose transaction only reads."""


def kept_from_others(connection: Connection, query: Select[Any]) -> Select[Any]:
    """Let a query keep its rows from other writers, unless its transaction only reads."""
    if connection.get_execution_options().get(READ_ONLY_OPTION, False):
        return query
    # The rows that refer to it may still be added.
    return query.with_for_update(key_share=True)
