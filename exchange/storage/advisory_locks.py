"""Signs of life that a server of PostgreSQL keeps: advisory locks, seen from every machine.

Each is held by a connection of its own, and ends with it: when the process ends however it
ends, and within a minute when its machine goes without a word (the keepalives of TCP).
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, text

from exchange.errors import ConfigurationError, RetryLaterError
from exchange.storage.postgresql_engine import asking

_KEY_BYTES: Final = 8
_SESSION: Final = text("SELECT pg_backend_pid()")
_HOME: Final = text("SELECT coalesce(to_regclass('alembic_version')::oid::bigint, 0)")
_TAKE: Final = text("SELECT pg_try_advisory_lock(:key)")
# By looking, not by trying: whoever tries could be in the way of whoever gives.
_LOOK: Final = text("""
    SELECT count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32) | objid::bigint = :key
    AND pid = coalesce(CAST(:session AS integer), pid)
""")


class AdvisoryLocks:
    """Satisfies ``exchange.locks.SignsOfLife`` with the locks of one database."""

    def __init__(self, engine: Engine) -> None:
        """Nothing is reached before a sign is given or looked for."""
        self._engine = engine

    @contextmanager
    def given(self, name: str) -> Iterator[None]:
        """Give the sign ``name`` for as long as this process works, and stays connected.

        Raises ``RetryLaterError`` while somebody else gives it, ``ConfigurationError`` behind a
        pooler of connections.
        """
        with asking(self._engine) as connection:
            session = _own_session(connection)
            key = _key(connection, name)
            if not connection.execute(_TAKE, {"key": key}).scalar_one():
                raise RetryLaterError(
                    "une autre commande commence le même travail", "réessayez dans un instant"
                )
            if not _is_held(connection, key, session):
                raise _pooled()
            yield

    def is_given(self, name: str) -> bool:
        """Tell whether the process that gave a sign is still there."""
        with asking(self._engine) as connection:
            return _is_held(connection, _key(connection, name))

    def clear(self, name: str) -> None:
        """Leave it to the server, which removed the sign with its connection."""


def _key(connection: Connection, name: str) -> int:
    # One database may hold several homes, a schema each: their signs are not each other's.
    home = connection.execute(_HOME).scalar_one()
    digest = hashlib.sha256(f"{home}/{name}".encode()).digest()
    return int.from_bytes(digest[:_KEY_BYTES], signed=True)


def _is_held(connection: Connection, key: int, session: int | None = None) -> bool:
    bound = {"key": key, "session": session}
    return bool(connection.execute(_LOOK, bound).scalar_one())


def _own_session(connection: Connection) -> int:
    """Give the number of our session. Raises ``ConfigurationError`` where it is a lent one."""
    driver: Any = connection.connection.driver_connection
    session: int = driver.info.backend_pid
    if connection.execute(_SESSION).scalar_one() != session:
        raise _pooled()
    return session


def _pooled() -> ConfigurationError:
    # A lock belongs to a session: one that is lent to others in turn keeps it for nobody.
    return ConfigurationError(
        "un répartiteur de connexions (PgBouncer) se tient entre le service et PostgreSQL",
        "désignez le serveur lui-même par SPIE_EXCHANGE_DATABASE : docs/postgresql.md",
    )
