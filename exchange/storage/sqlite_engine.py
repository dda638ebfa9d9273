"""The SQLite engine: what every connection is told, and how transactions begin."""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

_BUSY_MILLISECONDS = 30_000
_PRAGMAS = (
    f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}",
    # Readers go on while a load commits; the log is emptied after a destruction.
    "PRAGMA journal_mode = WAL",
    # Evidence that a power cut takes back is none.
    "PRAGMA synchronous = FULL",
    # What is deleted is overwritten, whatever the build's default.
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
)
_READ_ONLY_OPTION = "exchange_read_only"


def sqlite_engine(path: Path) -> Engine:
    """Make an engine for one SQLite file. Creates nothing until a connection is asked for."""
    engine = create_engine(
        # No bound value, an entry date for one, in the text of an error.
        f"sqlite+pysqlite:///{path}",
        poolclass=NullPool,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def reading(connection: Connection) -> Connection:
    """Give a connection whose next transaction takes no writer's place."""
    return connection.execution_options(**{_READ_ONLY_OPTION: True})


def _configure(connection: SqliteConnection, _record: Any) -> None:  # noqa: ANN401 - the library's own type
    # The driver would begin transactions by itself, and late: they are begun below.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    # A writer takes its place at once: an upgrade from reader to writer can fail.
    reads = connection.get_execution_options().get(_READ_ONLY_OPTION, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
