"""Which kind of place a home's database lies in: a file, or a server."""

from datetime import timedelta
from pathlib import Path

from exchange.errors import ConfigurationError
from exchange.storage.place import CONNECTIONS_KEPT, Place
from exchange.storage.sqlite import SqlitePlace


def file_place(path: Path, *, pooled: bool = False) -> Place:
    """Give the place of a file of SQLite; ``pooled`` keeps its connections open."""
    return SqlitePlace(path, pooled=pooled)


def server_place(setting: str, lease: timedelta, connections: int = CONNECTIONS_KEPT) -> Place:
    """Give the place of a database of PostgreSQL, to which so many connections stay open.

    Raises ``ConfigurationError`` where the driver is not installed.
    """
    try:
        from exchange.storage.postgresql import PostgresqlPlace  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise ConfigurationError(
            "ce qui parle à PostgreSQL n'est pas installé",
            "pip install 'spie-exchange[postgres]'",
        ) from None
    return PostgresqlPlace(setting, lease, connections)
