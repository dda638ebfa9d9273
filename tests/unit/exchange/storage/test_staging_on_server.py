"""The staging on a server whose notes are of another load, as autovacuum leaves them."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import Connection

from exchange.storage import schema
from exchange.storage.postgresql_engine import postgresql_engine
from exchange.storage.staging import StagingTable
from tests.fakes.postgresql_server import PostgresqlServer

_DATABASE = "staging"
_ROWS = 20_000
_LOADED = """
    INSERT INTO load (load_id, agreement_id, begun_at, accepted, refused, held)
    VALUES ('{load}', 'spie-62', '', 0, 0, 0)
"""
# Everybody is in the file twice, one time after the other.
_STAGED = """
    INSERT INTO staged_row (load_id, line, person_id, identity, content_tag, key_version,
        schema_version, entry_date, sealed, held_code)
    SELECT '{load}', line, '', CAST(to_char(line / 2, '0000000000') AS bytea), '', 1,
        1, '2022-01-01', '', ''
    FROM generate_series(1, {rows}) line
"""


@pytest.fixture(name="connection")
def _connection(server: PostgresqlServer) -> Iterator[Connection]:
    with psycopg.connect(server.setting("postgres"), autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {_DATABASE}")
        engine = postgresql_engine(server.setting(_DATABASE), timedelta(minutes=1), kept=0)
        with engine.connect() as connection:
            schema.upgrade(connection)
            yield connection
        administrator.execute(f"DROP DATABASE {_DATABASE} WITH (FORCE)")


def test_identical_rows_are_found_at_once_whatever_the_server_noted_before(
    connection: Connection,
) -> None:
    _stage(connection, "former")
    connection.exec_driver_sql("ANALYZE staged_row")
    StagingTable(connection).discard("former")
    _stage(connection, "latter")
    # A hundred times what it takes; comparing each with each takes longer still.
    connection.exec_driver_sql("SET LOCAL statement_timeout = '10s'")

    dropped = list(StagingTable(connection).drop_identical("latter"))

    assert len(dropped) == _ROWS // 2 - 1


def _stage(connection: Connection, load: str) -> None:
    for statement in (_LOADED, _STAGED):
        connection.exec_driver_sql(statement.format(load=load, rows=_ROWS))
