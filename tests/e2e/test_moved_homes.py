"""What a home is once its database has moved to a server."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from exchange.attempts import JobName
from exchange.errors import RetryLaterError
from exchange.home_opening import open_service
from exchange.settings import DATABASE_VARIABLE, settings_from
from tests.fakes.home_database import (
    SERVER_VARIABLE,
    ask,
    drop_databases_under,
    make_database,
    server_setting,
)
from tests.fakes.postgresql_server import PostgresqlServer
from tests.fakes.situation import Situation

_MOVE = ("database", "move", "--for-real")
_FAILURES = ("audit", "list", "--kind", "attempt.failed", "--json")

# With the homes of the whole session on a server there is no file to move.
pytestmark = pytest.mark.sqlite_file


@pytest.fixture(name="aimed")
def _aimed(
    fresh: Situation, server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Situation]:
    """A prepared home with its file, and the place on the server it may move to."""
    monkeypatch.setenv(SERVER_VARIABLE, str(server.folder))
    home = fresh.departement.home
    make_database(home)
    monkeypatch.setenv(DATABASE_VARIABLE, server_setting(home))
    yield fresh
    drop_databases_under(fresh.folder.parent)


def test_a_failure_of_before_a_move_does_not_outlive_it(aimed: Situation) -> None:
    departement = aimed.departement
    settings = settings_from(departement.environment())
    with open_service(replace(settings, database=""), inspecting=False) as service:
        service.attempts().run(JobName.ORPHANS, _find_the_disk_full)
    before = ask(departement.home, "SELECT job, machine FROM attempt")

    departement.do(*_MOVE)
    ticked = departement.run("scheduler", "--once")

    assert before == [("orphans", "")]
    assert ticked.exit_code == 0, ticked
    assert ask(departement.home, "SELECT job, machine FROM attempt") == []


def test_what_fails_under_another_host_name_at_each_start_is_one_failure(
    aimed: Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    departement = aimed.departement
    departement.do(*_MOVE)
    settings = settings_from(departement.environment())

    for start in range(3):
        monkeypatch.setattr("socket.gethostname", lambda start=start: f"pod-{start}")
        with open_service(settings, inspecting=False) as service:
            service.attempts().run(JobName.ORPHANS, _find_the_disk_full)

    assert len(ask(departement.home, "SELECT machine FROM attempt")) == 1
    assert len(json.loads(departement.do(*_FAILURES))) == 1


def _find_the_disk_full() -> None:
    raise RetryLaterError("le disque est plein")
