"""The stops around what a command asks of a server of PostgreSQL, and its connections cut.

To be installed in a process of its own: it replaces what everybody calls.
"""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeAlias
from weakref import WeakSet

import psycopg

from exchange.settings import DATABASE_VARIABLE

Around: TypeAlias = Callable[[str], AbstractContextManager[None]]
"""Stops before and after a statement that changes the database; does nothing for others."""

_WHAT_CHANGES = ("INSERT", "UPDATE", "DELETE")


def step_server(around: Around) -> None:
    """Put the stops around every statement and commit that this process asks of a server."""
    changed: WeakSet[psycopg.Connection[Any]] = WeakSet()
    for name in ("execute", "executemany"):
        setattr(psycopg.Cursor, name, _stepped(around, changed, getattr(psycopg.Cursor, name)))
    commit = psycopg.Connection.commit

    def stepped(connection: "psycopg.Connection[Any]") -> None:
        with around("COMMIT") if connection in changed else nullcontext():
            commit(connection)
        changed.discard(connection)

    setattr(psycopg.Connection, "commit", stepped)  # noqa: B010 - what everybody calls


def _stepped(
    around: Around, changed: "WeakSet[psycopg.Connection[Any]]", real: Callable[..., Any]
) -> Callable[..., Any]:
    def stepped(cursor: Any, statement: Any, *rest: Any, **named: Any) -> Any:
        if str(statement).startswith(_WHAT_CHANGES):
            changed.add(cursor.connection)
        with around(str(statement)):
            return real(cursor, statement, *rest, **named)

    return stepped


def cut_connections() -> None:
    """Let the server end every connection to the database of this process's home."""
    ending = """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
    """
    with psycopg.connect(os.environ[DATABASE_VARIABLE], autocommit=True) as connection:
        connection.execute(ending)
