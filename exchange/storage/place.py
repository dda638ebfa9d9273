"""Where a database lies: what differs between a file of SQLite and a server of PostgreSQL."""

from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from exchange.clock import Clock
from exchange.errors import ExchangeError
from exchange.locks import SignsOfLife
from exchange.storage.role_in_use import RoleInUse

CONNECTIONS_KEPT: Final = 5
"""How many connections to a server stay open, for whoever does not say."""


class Place(Protocol):
    """One database; nothing is opened or made before something is asked of it."""

    @property
    def engine(self) -> Engine:
        """What connections come from; a transaction of theirs is one that writes."""
        ...

    def reading(self, connection: Connection) -> Connection:
        """Give a connection whose next transaction only reads, and sees one moment."""
        ...

    def impatient(self, connection: Connection) -> Connection:
        """Give a connection whose next transaction fails rather than wait for who writes long."""
        ...

    def require_there(self) -> None:
        """Raise ``ConfigurationError`` where no home was ever made."""
        ...

    def require_vacant(self) -> None:
        """Raise ``RefusedError`` where something lies already, for a home about to be made."""
        ...

    def require_sound(self) -> None:
        """Raise ``AttentionError`` when what lies there is not what was written."""
        ...

    def overwrite_free_pages(self) -> None:
        """Write the tables anew without what was deleted, and empty the journals."""
        ...

    def role_in_use(self) -> RoleInUse | None:
        """Tell what the role that works there may do; a file knows none."""
        ...

    def wall_clock(self) -> Clock:
        """Give the clock by which all who share this database agree."""
        ...

    def signs(self, folder: Path) -> SignsOfLife:
        """Give the signs of life that all who share this database see.

        ``folder`` is for those that are files.
        """
        ...

    def error_of(self, error: DBAPIError) -> ExchangeError:
        """Say in our words what the driver said in its own."""
        ...
