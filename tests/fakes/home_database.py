"""The database of a home, whichever kind it is: a file in it, or one of the tests' server.

With ``SPIE_EXCHANGE_TEST_DATABASE=postgresql`` each home made by the tests has a database of
its own on the server of this session, named after the home's path.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from exchange.settings import DATABASE_VARIABLE, HOME_VARIABLE
from tests.fakes.postgresql_server import setting_of

KIND_VARIABLE = "SPIE_EXCHANGE_TEST_DATABASE"
SERVER_VARIABLE = "SPIE_EXCHANGE_TEST_SERVER"
SQLITE_FILE = "exchange.sqlite3"
_PATIENCE_SECONDS = 10


def home_variables(home: Path) -> dict[str, str]:
    """Give the variables by which a command finds a home and its database."""
    named = {HOME_VARIABLE: str(home)}
    if not _on_server(home):
        return named
    make_database(home)
    return {**named, DATABASE_VARIABLE: server_setting(home)}


@cache
def make_database(home: Path) -> None:
    """Make the database that the server keeps for a home, unless it is there."""
    with closing(_administration()) as connection:
        query = "SELECT count(*) FROM pg_database WHERE datname = %s"
        (found,) = connection.execute(query, (_name(home),)).fetchone() or (0,)
    if not found:
        _administer("CREATE DATABASE {}", _name(home))
        _remember(home)


def server_setting(home: Path) -> str:
    """Say how to reach the database that the server keeps for a home."""
    return setting_of(Path(os.environ[SERVER_VARIABLE]), _name(home))


def ask(home: Path, *statements: str, **values: Any) -> list[Any]:  # noqa: ANN401 - what a column holds
    """Carry out statements in one transaction; give the rows of the last."""
    with opened(home) as connection:
        for statement in statements:
            # What binds nothing may hold colons.
            answer = (
                connection.execute(text(statement), values)
                if values
                else connection.exec_driver_sql(statement)
            )
        return list(answer) if answer.returns_rows else []


@contextmanager
def opened(home: Path) -> Iterator[Connection]:
    """Open a home's database, in a transaction."""
    if _on_server(home):
        setting = server_setting(home)
        engine = create_engine(
            "postgresql+psycopg://", creator=lambda: psycopg.connect(setting), poolclass=NullPool
        )
    else:
        engine = create_engine(f"sqlite:///{home / SQLITE_FILE}", poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


def copy_database(home: Path, copy: Path) -> None:
    """Copy a home's database for another home, or for a folder that keeps it."""
    if _on_server(home):
        _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", _name(copy))
        _copy_when_left_alone(_name(home), _name(copy))
        _remember(copy)
    elif not (copy / SQLITE_FILE).exists():
        shutil.copy(home / SQLITE_FILE, copy)


def drop_databases_under(folder: Path) -> None:
    """Drop the databases of all homes under a folder."""
    query = """
        SELECT datname FROM pg_database
        WHERE starts_with(shobj_description(oid, 'pg_database'), %s)
    """
    with closing(_administration()) as connection:
        names = [name for (name,) in connection.execute(query, (str(folder),))]
    for name in names:
        _administer("DROP DATABASE {} WITH (FORCE)", name)


def stored_bytes(home: Path) -> bytes:
    """Give what lies on the disk for a home's database, whatever becomes of its journal."""
    if not _on_server(home):
        paths = [path for path in home.iterdir() if path.name.startswith(SQLITE_FILE)]
        return b"".join(path.read_bytes() for path in paths)
    query = "SELECT oid FROM pg_database WHERE datname = %s"
    with closing(_administration()) as connection:
        connection.execute("CHECKPOINT")
        (number,) = connection.execute(query, (_name(home),)).fetchone() or (0,)
    folder = Path(os.environ[SERVER_VARIABLE]) / "data/base" / str(number)
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def _on_server(home: Path) -> bool:
    # A home made with a file keeps it, whatever the others have.
    return SERVER_VARIABLE in os.environ and not (home / SQLITE_FILE).exists()


def _name(home: Path) -> str:
    return f"h{hashlib.sha256(str(home).encode()).hexdigest()[:24]}"


def _copy_when_left_alone(name: str, copy: str) -> None:
    # A connection that was just closed may still be there for an instant.
    given_up_at = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            _administer("CREATE DATABASE {} TEMPLATE {}", copy, name)
        except psycopg.errors.ObjectInUse:
            if time.monotonic() > given_up_at:
                raise
            time.sleep(0.05)
        else:
            return


def _remember(home: Path) -> None:
    with closing(_administration()) as connection:
        statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
        named = (sql.Identifier(_name(home)), sql.Literal(str(home)))
        connection.execute(statement.format(*named))


def _administer(statement: str, *names: str) -> None:
    with closing(_administration()) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _administration() -> "psycopg.Connection[Any]":
    setting = setting_of(Path(os.environ[SERVER_VARIABLE]), "postgres")
    return psycopg.connect(setting, autocommit=True)
