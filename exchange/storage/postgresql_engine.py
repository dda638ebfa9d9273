"""The PostgreSQL engine: how a server is reached, and what every session is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from exchange.errors import ConfigurationError
from exchange.storage.postgresql_errors import error_of

_SECOND: Final = timedelta(seconds=1)
_REACHING: Final = {
    "application_name": "spie-exchange",
    "client_encoding": "UTF8",
    "connect_timeout": 10,
    # A server that is gone is noticed within a minute, and not after the two hours of TCP.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_SESSION: Final = {
    "lock_timeout": "30s",
    # No statement of ours takes as long: whoever waited for it would wait for ever.
    "statement_timeout": "1h",
    # The server, too, notices within a minute that a client is gone, and frees its locks.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    # Evidence that a power cut takes back is none.
    "synchronous_commit": "on",
    # What a set of people is compared with stays in memory: beyond it, each is searched for.
    "work_mem": "256MB",
    # What the server noted of another load says nothing of this one: taking 100 000 rows for one,
    # it would compare each with each, for hours. Sets are hashed, however small it thinks them.
    "enable_nestloop": "off",
    # A plan that cannot do without seems, before version 18, dear enough to be compiled.
    "jit": "off",
}
_LATER_SESSION: Final = {
    # Said once it has told its version: a server that does not know one of them refuses the
    # session, and nobody would learn why.
    "client_connection_check_interval": "10s",
    # The sign of life of a long act says nothing for hours, whatever the role's own limits.
    "idle_session_timeout": "0",
}
_POOL_SECONDS: Final = 10
_OLDEST_VERSION: Final = 15
_VERSION_UNIT: Final = 10_000
_TRANSACTION_TIMEOUT_SINCE: Final = 17
_VERIFYING: Final = frozenset({"verify-ca", "verify-full"})
_HIDDEN_WHEN_TYPED: Final = b"*"
"""How libpq marks an option that is a password."""
_KEYS_FROM_PASSWORDS: Final = frozenset({"scram_client_key", "scram_server_key"})
"""Whoever has these needs no password; libpq does not mark them so."""


def postgresql_engine(setting: str, lease: timedelta, *, kept: int) -> Engine:
    """Make an engine for one database. Nothing is reached until a connection is asked for.

    ``setting`` is a connection string of libpq. A session that stays idle in a transaction
    for longer than ``lease`` is ended by the server, and with it the locks it holds.
    So many connections are ``kept`` open between two transactions: opening one costs more than
    a short transaction does; twice as many more are opened when those do not suffice. Raises
    ``ConfigurationError`` for a setting that is not safe; so does whatever connects, for a
    server that is too old.
    """
    given = _read(setting)
    _require_no_password(given)
    _require_no_service(given)
    _require_verified(given)
    idle = {"idle_in_transaction_session_timeout": f"{lease // _SECOND}s"}
    ours = " ".join(f"-c {name}={value}" for name, value in {**_SESSION, **idle}.items())
    options = f"{given.pop('options', '')} {ours}".strip()

    def connect() -> "psycopg.Connection[Any]":
        return _greeted(psycopg.connect(**{**_REACHING, **given}, options=options))

    return create_engine(
        "postgresql+psycopg://",
        creator=connect,
        # What was decided under one isolation must not depend on a default of the server's.
        isolation_level="READ COMMITTED",
        **_pool(kept),
        # How many rows an INSERT took, too, is part of what the domain asks.
        execution_options={"preserve_rowcount": True},
        # No bound value, an entry date for one, in the text of an error.
        hide_parameters=True,
    )


def reading(connection: Connection) -> Connection:
    """Give a connection whose next transaction only reads, and sees one moment."""
    return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@contextmanager
def asking(engine: Engine) -> Iterator[Connection]:
    """Connect for statements that are in no transaction, errors said in our words."""
    try:
        with engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")
    except DBAPIError as error:
        raise error_of(error) from None


def _pool(kept: int) -> dict[str, Any]:
    if not kept:
        return {"poolclass": NullPool}
    return {
        "poolclass": QueuePool,
        "pool_size": kept,
        "max_overflow": 2 * kept,
        "pool_timeout": _POOL_SECONDS,
    }


def _greeted(connection: "psycopg.Connection[Any]") -> "psycopg.Connection[Any]":
    version = connection.info.server_version // _VERSION_UNIT
    if version < _OLDEST_VERSION:
        connection.close()
        raise ConfigurationError(
            f"ce serveur est un PostgreSQL {version}, trop ancien",
            f"il en faut un {_OLDEST_VERSION}, ou plus récent : mettez-le à niveau, ou désignez-en "
            "un autre par SPIE_EXCHANGE_DATABASE",
        )
    later = dict(_LATER_SESSION)
    if version >= _TRANSACTION_TIMEOUT_SINCE:
        later["transaction_timeout"] = "0"
    connection.autocommit = True
    connection.execute("; ".join(f"SET {name} = '{value}'" for name, value in later.items()))
    connection.autocommit = False
    return connection


def _read(setting: str) -> dict[str, Any]:
    try:
        return conninfo_to_dict(setting)
    except psycopg.ProgrammingError:
        raise ConfigurationError(
            "SPIE_EXCHANGE_DATABASE ne se lit pas comme une adresse de PostgreSQL",
            "écrivez par exemple : postgresql://spie@/spie?host=/run/postgresql",
        ) from None


def _require_no_password(given: dict[str, Any]) -> None:
    hidden = {
        option.keyword.decode()
        for option in Conninfo.get_defaults()
        if option.dispchar == _HIDDEN_WHEN_TYPED
    }
    for name in sorted((hidden | _KEYS_FROM_PASSWORDS) & given.keys()):
        raise ConfigurationError(
            f"SPIE_EXCHANGE_DATABASE contient un mot de passe ({name}), que d'autres peuvent lire",
            "mettez-le dans un fichier que vous seul lisez : passfile=CHEMIN pour un rôle ; "
            "pour un certificat, sslkey=CHEMIN, une clé sans mot de passe",
        )


def _require_no_service(given: dict[str, Any]) -> None:
    # What it stands for is read when the server is reached: here nothing could judge it.
    if "service" in given:
        raise ConfigurationError(
            "SPIE_EXCHANGE_DATABASE nomme un service, dont rien ici ne peut vérifier le contenu",
            "écrivez l'adresse entière, sans service= ; ou nommez-le dans PGSERVICE",
        )


def _require_verified(given: dict[str, Any]) -> None:
    # What the environment says of these counts for libpq too, and the service it names.
    defaults = {option.keyword.decode(): option.val for option in Conninfo.get_defaults()}
    known = {name: value.decode() for name, value in defaults.items() if value} | given
    places = f"{known.get('host', '')},{known.get('hostaddr', '')}".split(",")
    if all(map(_is_here, places)) or known.get("sslmode") in _VERIFYING:
        return
    raise ConfigurationError(
        "SPIE_EXCHANGE_DATABASE désigne une autre machine sans en vérifier le certificat",
        "ajoutez sslmode=verify-full&sslrootcert=CHEMIN à l'adresse de la base",
    )


def _is_here(place: str) -> bool:
    if not place or place.startswith(("/", "@")) or place == "localhost":
        return True
    try:
        return ip_address(place).is_loopback
    except ValueError:
        return False
