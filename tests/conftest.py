"""Which database the homes of this session have, and the server where some are."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.home_database import (
    KIND_VARIABLE,
    SERVER_VARIABLE,
    drop_databases_under,
)
from tests.fakes.postgresql_server import PostgresqlServer, new_server

_ON_SERVER = os.environ.get(KIND_VARIABLE) == "postgresql"


@pytest.fixture(name="server", scope="session")
def _server() -> Iterator[PostgresqlServer]:
    """A real server of PostgreSQL, for the whole session."""
    server = new_server()
    yield server
    server.stop()


@pytest.fixture(autouse=True, scope="session")
def _homes_on_server(request: pytest.FixtureRequest) -> Iterator[None]:
    if not _ON_SERVER:
        yield
        return
    server: PostgresqlServer = request.getfixturevalue("server")
    os.environ[SERVER_VARIABLE] = str(server.folder)
    yield
    del os.environ[SERVER_VARIABLE]


@pytest.fixture(autouse=True)
def _databases_dropped(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    folder: Path | None = request.node.funcargs.get("tmp_path")
    if _ON_SERVER and folder is not None:
        drop_databases_under(folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what is about the file of SQLite, where the homes have none."""
    if _ON_SERVER:
        of_file = pytest.mark.skip(reason="about the file of SQLite; this session has none")
        for item in items:
            if item.get_closest_marker("sqlite_file"):
                item.add_marker(of_file)
