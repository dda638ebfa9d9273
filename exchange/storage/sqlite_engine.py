"""The SQLite engine: what every connection is told, and how transactions begin."""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

_BUSY_MILLISECONDS = 30_000
_HARDLY_BUSY_MILLISECONDS = 50
"""Most transactions are shorter."""
_WAIT = "PRAGMA busy_timeout = {}"
_PRAGMAS = (
    _WAIT.format(_BUSY_MILLISECONDS),
    # Readers go on while a load commits; the log is emptied after a destruction.
    "PRAGMA journal_mode = WAL",
    # Evidence that a power cut takes back is none.
    "PRAGMA synchronous = FULL",
    # What is deleted is overwritten, whatever the build's default.
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
)
_READ_ONLY_OPTION = "exchange_read_only"
_IMPATIENT_OPTION = "exchange_impatient"
_FILE = "exchange_file"


def sqlite_engine(path: Path, *, pooled: bool = False) -> Engine:
    """Make an engine for one SQLite file. Creates nothing until a connection is asked for.

    ``pooled``, connections stay open between two transactions: the last one to close copies the
    whole journal into the file, which costs more than a short transaction does.
    """
    engine = create_engine(
        # No bound value, an entry date for one, in the text of an error.
        f"sqlite+pysqlite:///{path}",
        # As many connections as there are threads: none waits for another's.
        **({"poolclass": QueuePool, "max_overflow": -1} if pooled else {"poolclass": NullPool}),
        hide_parameters=True,
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    if pooled:
        _leave_a_replaced_file(engine, path)
    return engine


def reading(connection: Connection) -> Connection:
    """Give a connection whose next transaction takes no writer's place."""
    return connection.execution_options(**{_READ_ONLY_OPTION: True})


def impatient(connection: Connection) -> Connection:
    """Give a connection whose next transaction hardly waits for a writer's place."""
    return connection.execution_options(**{_IMPATIENT_OPTION: True})


def _configure(connection: SqliteConnection, _record: Any) -> None:  # noqa: ANN401 - the library's own type
    # The driver would begin transactions by itself, and late: they are begun below.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _leave_a_replaced_file(engine: Engine, path: Path) -> None:
    """Open anew what was restored from a backup: an open connection would go on with the old."""

    def remember(_raw: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the library's own type
        record.info[_FILE] = _file_at(path)

    def compare(_raw: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:  # noqa: ANN401 - idem
        if record.info[_FILE] != _file_at(path):
            raise DisconnectionError

    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", compare)


def _file_at(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _begin(connection: Connection) -> None:
    # A writer takes its place at once: an upgrade from reader to writer can fail.
    options = connection.get_execution_options()
    if options.get(_READ_ONLY_OPTION, False):
        connection.exec_driver_sql("BEGIN")
    elif options.get(_IMPATIENT_OPTION, False):
        _begin_impatiently(connection)
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_impatiently(connection: Connection) -> None:
    connection.exec_driver_sql(_WAIT.format(_HARDLY_BUSY_MILLISECONDS))
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        # The same connection may serve somebody patient next.
        connection.exec_driver_sql(_WAIT.format(_BUSY_MILLISECONDS))
