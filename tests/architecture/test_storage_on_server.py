"""The database that the migrations make on a server."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from exchange.storage import schema
from exchange.storage.data_classes import OF_NO_BENEFICIARY
from exchange.storage.postgresql_engine import postgresql_engine
from exchange.storage.tables import metadata
from tests.fakes.postgresql_server import PostgresqlServer

_DATABASE = "architecture"
_WITHOUT_STATISTICS = text("""
    SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND attstattarget = 0
""")


@pytest.fixture(name="upgraded", scope="module")
def _upgraded(server: PostgresqlServer) -> Iterator[Connection]:
    with psycopg.connect(server.setting("postgres"), autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {_DATABASE}")
        engine = postgresql_engine(server.setting(_DATABASE), timedelta(minutes=1), kept=0)
        with engine.connect() as connection:
            schema.upgrade(connection)
            yield connection
        administrator.execute(f"DROP DATABASE {_DATABASE} WITH (FORCE)")


def test_the_migrations_make_the_tables_on_a_server_too(upgraded: Connection) -> None:
    assert compare_metadata(MigrationContext.configure(upgraded), metadata) == []


def test_no_column_that_is_of_a_beneficiary_has_its_values_noted(upgraded: Connection) -> None:
    found = {(table, column) for table, column in upgraded.execute(_WITHOUT_STATISTICS)}

    assert found == {
        (column.table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if column.info["data_class"] not in OF_NO_BENEFICIARY
    }
