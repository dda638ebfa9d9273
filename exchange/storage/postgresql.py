"""A database on a server of PostgreSQL: several machines share it."""

import time
import weakref
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from exchange.clock import Clock, ServerClock
from exchange.errors import (
    AttentionError,
    ConfigurationError,
    ExchangeError,
    RefusedError,
)
from exchange.locks import SignsOfLife
from exchange.storage import postgresql_engine, postgresql_errors
from exchange.storage.advisory_locks import AdvisoryLocks
from exchange.storage.place import CONNECTIONS_KEPT
from exchange.storage.rewriting import write_anew
from exchange.storage.role_in_use import RoleInUse, role_in_use
from exchange.storage.roles import is_written_anew
from exchange.storage.tables import metadata

_PATIENCE: Final = timedelta(seconds=30)
_LOCALE: Final = text("""
    SELECT pg_encoding_to_char(encoding), datlocprovider::text, datcollate
    FROM pg_database WHERE datname = current_database()
""")
_TABLES: Final = text("""
    SELECT count(*) FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
""")
_DAMAGED_PAGES: Final = text(
    "SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database"
    " WHERE datname = current_database()"
)


class PostgresqlPlace:
    """Satisfies ``exchange.storage.place.Place`` with a database of a server."""

    def __init__(self, setting: str, lease: timedelta, connections: int = CONNECTIONS_KEPT) -> None:
        """Take a connection string of libpq; nothing is reached yet.

        So many ``connections`` stay open between two transactions.
        """
        self._setting = setting
        self._lease = lease
        self._connections = connections

    @cached_property
    def engine(self) -> Engine:
        """The engine. Raises ``ConfigurationError`` for a setting that is not safe."""
        pooled = postgresql_engine.postgresql_engine(
            self._setting, self._lease, kept=self._connections
        )
        # Whoever forgets the place lets its connections go.
        weakref.finalize(self, pooled.dispose)
        return pooled

    @cached_property
    def _apart(self) -> Engine:
        """Connections that end with what they were opened for, and all that they hold."""
        return postgresql_engine.postgresql_engine(self._setting, self._lease, kept=0)

    def reading(self, connection: Connection) -> Connection:
        """Give a connection whose next transaction only reads, and sees one moment."""
        return postgresql_engine.reading(connection)

    def impatient(self, connection: Connection) -> Connection:
        """Give it as it is: who writes holds up nobody who writes something else."""
        return connection

    def require_there(self) -> None:
        """Raise ``ConfigurationError`` where no home was ever made."""
        if self._answer(text("SELECT to_regclass('alembic_version') IS NULL")):
            raise ConfigurationError(
                "la base que désigne SPIE_EXCHANGE_DATABASE est vide",
                "désignez la bonne, ou restaurez-la depuis la sauvegarde",
            )

    def require_vacant(self) -> None:
        """Raise ``RefusedError`` where tables are, ``ConfigurationError`` for an unfit base."""
        if self._answer(_TABLES):
            raise RefusedError(
                "la base que désigne SPIE_EXCHANGE_DATABASE n'est pas vide, rien n'y est remplacé",
                "désignez-en une qui le soit",
            )
        with postgresql_engine.asking(self._apart) as connection:
            encoding, provider, collation = connection.execute(_LOCALE).one()
        # Text in the order of its bytes, as the other kind of database keeps it: no update of
        # the machine's locales can disorder an index.
        is_bytewise = provider == "b" or (provider, collation) in {("c", "C"), ("c", "POSIX")}
        if encoding != "UTF8" or not is_bytewise:
            raise ConfigurationError(
                f"cette base est en {encoding}, triée selon {collation}",
                "créez-la ainsi : CREATE DATABASE spie TEMPLATE template0 ENCODING 'UTF8' "
                "LOCALE 'C'",
            )

    def require_sound(self) -> None:
        """Raise ``AttentionError`` when the server met pages whose checksum is wrong."""
        failures = self._answer(_DAMAGED_PAGES)
        if failures:
            raise AttentionError(
                f"le serveur PostgreSQL a trouvé {failures} pages abîmées dans cette base",
                "n'écrivez plus rien ; restaurez-la depuis la dernière bonne sauvegarde",
            )

    def overwrite_free_pages(self) -> None:
        """Write the tables anew without what was deleted, and empty the server's buffers.

        What the server's journal, its archives and its replicas still hold is out of reach.
        """
        with postgresql_engine.asking(self._apart) as connection:
            for name in filter(is_written_anew, metadata.tables):
                write_anew(connection, name, _PATIENCE)
            try:
                connection.execute(text("CHECKPOINT"))
            except ProgrammingError:
                # A right that few roles have: the server does it by itself within minutes.
                return

    def role_in_use(self) -> RoleInUse | None:
        """Tell what the role that the setting names may do."""
        with postgresql_engine.asking(self._apart) as connection:
            return role_in_use(connection)

    def wall_clock(self) -> Clock:
        """Give the server's clock."""
        instant: datetime = self._answer(text("SELECT clock_timestamp()"))
        return ServerClock(instant.astimezone(UTC), time.monotonic())

    def signs(self, folder: Path) -> SignsOfLife:
        """Give signs that the server keeps."""
        del folder
        return AdvisoryLocks(self._apart)

    def error_of(self, error: DBAPIError) -> ExchangeError:
        """Say in our words what PostgreSQL said in its own."""
        return postgresql_errors.error_of(error)

    def _answer(self, question: Any) -> Any:  # noqa: ANN401 - one value of any type
        with postgresql_engine.asking(self._apart) as connection:
            return connection.execute(question).scalar_one()
