"""A destruction on a server is whole, or says that it is not."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import Connection

from exchange.errors import ConfigurationError, RetryLaterError
from exchange.storage.postgresql_engine import asking, postgresql_engine
from exchange.storage.rewriting import write_anew
from tests.fakes.postgresql_server import PostgresqlServer

_LEASE = timedelta(minutes=1)
_NOT_LONG = timedelta(0)
_DATABASE = "rewriting"
_WORKER = "rewriting_worker"


@pytest.fixture(name="deleted")
def _deleted(server: PostgresqlServer) -> Iterator["psycopg.Connection[tuple[object]]"]:
    """A table whose one row is about to be deleted, by a role that does not own it."""
    with psycopg.connect(server.setting("postgres"), autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {_DATABASE}")
        administrator.execute(f"CREATE ROLE {_WORKER} LOGIN")
        with psycopg.connect(server.setting(_DATABASE), autocommit=True) as owner:
            owner.execute("CREATE TABLE something AS SELECT 1 AS number")
            owner.execute(f"GRANT SELECT, DELETE ON something TO {_WORKER}")
            yield owner
        administrator.execute(f"DROP DATABASE {_DATABASE} WITH (FORCE)")
        administrator.execute(f"DROP ROLE {_WORKER}")


@pytest.fixture(name="worker")
def _worker(
    server: PostgresqlServer, deleted: "psycopg.Connection[tuple[object]]"
) -> Iterator[Connection]:
    del deleted
    engine = postgresql_engine(server.setting(_DATABASE, _WORKER), _LEASE, kept=0)
    with asking(engine) as connection:
        yield connection


def test_a_role_that_may_not_rewrite_a_table_is_told_so(worker: Connection) -> None:
    worker.exec_driver_sql("DELETE FROM something")

    with pytest.raises(ConfigurationError, match="récrire la table something") as caught:
        write_anew(worker, "something", _NOT_LONG)

    assert f"le rôle {_WORKER} n'a pas le droit" in caught.value.message
    assert "que postgres, le propriétaire, exécute" in caught.value.hint


@pytest.mark.parametrize("prepared", [False, True])
def test_what_another_role_may_still_see_is_not_said_to_be_destroyed(
    deleted: "psycopg.Connection[tuple[object]]",
    worker: Connection,
    prepared: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    deleted.execute(f"GRANT MAINTAIN ON something TO {_WORKER}")
    _begin_older_reader(deleted, prepared=prepared)
    worker.exec_driver_sql("DELETE FROM something")

    with pytest.raises(RetryLaterError, match="y voit encore"):
        write_anew(worker, "something", _NOT_LONG)

    deleted.execute("ROLLBACK PREPARED 'older'" if prepared else "ROLLBACK")
    write_anew(worker, "something", _NOT_LONG)


def _begin_older_reader(session: "psycopg.Connection[tuple[object]]", *, prepared: bool) -> None:
    session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    session.execute("SELECT pg_current_xact_id()")
    if prepared:
        session.execute("PREPARE TRANSACTION 'older'")
