"""Founding a home on a server: of two who found one on the same empty base, one does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.departement import Departement
from tests.fakes.forked_commands import ForkedCommands, stop_named
from tests.fakes.home_database import SERVER_VARIABLE, drop_databases_under
from tests.fakes.home_state import acts_done
from tests.fakes.postgresql_server import PostgresqlServer
from tests.unattended.nodes import Node

_INIT = ("init", "--trial")


@pytest.fixture(name="folder")
def _folder(
    server: PostgresqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Where homes lie whose databases are on a server."""
    monkeypatch.setenv(SERVER_VARIABLE, str(server.folder))
    yield tmp_path
    drop_databases_under(tmp_path)


def test_of_two_that_found_a_home_on_one_base_the_second_is_refused(
    folder: Path, commands: ForkedCommands
) -> None:
    first = Departement(folder / "first")
    second = Node(folder / "second", first)
    at = stop_named("after create *", commands.stops_of(Departement(folder / "rehearsal"), *_INIT))
    standing = commands.stand_still(second, at, *_INIT)  # it has found the base empty

    first.do(*_INIT)
    late = commands.wake(standing)

    assert late.exit_code == 3, late
    assert "vient d'être prise" in late.complaint
    assert not (second.home / "home.json").exists()
    assert acts_done(first)["home.created"] == 1
    assert "Le journal est intact" in first.do("audit", "verify")
