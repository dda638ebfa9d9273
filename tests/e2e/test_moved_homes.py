"""A database that moves to a server: what it takes with it, and what the home is afterwards."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Row, select

from exchange.attempts import JobName
from exchange.errors import ConfigurationError, RetryLaterError
from exchange.home_opening import open_service
from exchange.settings import DATABASE_VARIABLE, settings_from
from exchange.storage.tables import metadata
from tests.fakes.departement import Departement
from tests.fakes.forked_commands import ForkedCommands, stop_named
from tests.fakes.home_database import ask, make_database, opened, server_setting
from tests.fakes.home_state import acts_done
from tests.fakes.situation import DEADLINE, PROVEN, RECIPIENTS, Situation

_MOVE = ("database", "move", "--for-real")
_EXPORT = ("export", "--deadline", DEADLINE, "--for-real")
_ADDED_TO = ("claim", "home_state", "evidence_event", "evidence_node", "evidence_head")
_JOURNALS = ("-wal", "-shm", "")
_FAILURES = ("audit", "list", "--kind", "attempt.failed", "--json")

# With the homes of the whole session on a server there is no file to move.
pytestmark = pytest.mark.sqlite_file


def test_a_move_takes_everything_to_the_server_and_leaves_no_file(aimed: Situation) -> None:
    departement = aimed.departement
    rows, before = _contents(departement), acts_done(departement)

    departement.do(*_MOVE)

    assert _contents(departement) == rows
    assert not list(departement.home.glob("exchange.sqlite3*"))
    assert acts_done(departement) - before == {"database.moved": 1}
    assert "Le journal est intact" in departement.do("audit", "verify")
    assert departement.run("doctor").exit_code == 0


def test_a_home_that_moved_sends_as_it_would_have(served: Situation) -> None:
    served.departement.do(*_EXPORT)

    assert len(served.outbox_names()) == len(RECIPIENTS)
    assert acts_done(served.departement)["transfer.published"] == len(RECIPIENTS) + len(PROVEN)


def test_a_dry_run_of_a_move_moves_nothing(aimed: Situation) -> None:
    aimed.departement.do("database", "move")

    assert aimed.departement.database.exists()
    assert aimed.departement.run("status").exit_code == ConfigurationError.exit_code


def test_a_place_that_is_not_vacant_is_not_moved_to(aimed: Situation) -> None:
    with psycopg.connect(server_setting(aimed.departement.home)) as connection:
        connection.execute("CREATE TABLE something (number integer)")

    answer = aimed.departement.run(*_MOVE)

    assert answer.exit_code == 3
    assert "n'est pas vide" in answer.complaint
    assert aimed.departement.database.exists()


def test_a_home_is_not_moved_twice(served: Situation) -> None:
    answer = served.departement.run(*_MOVE)

    assert answer.exit_code == 3
    assert "déjà sur un serveur" in answer.complaint


@pytest.mark.parametrize(
    "stop", ["before COMMIT", "before replace home.json.next", "after replace home.json.next"]
)
def test_a_move_that_is_killed_leaves_one_database_to_work_on(
    aimed: Situation,
    commands: ForkedCommands,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stop: str,
) -> None:
    rehearsal = aimed.copied_to(tmp_path / "rehearsal").departement

    _kill_move(aimed.departement, rehearsal, stop, commands, monkeypatch)

    if not stop.startswith("after"):
        monkeypatch.delenv(DATABASE_VARIABLE)
    assert commands.run(aimed.departement, *_EXPORT).exit_code == 0
    assert commands.run(aimed.departement, "audit", "verify").exit_code == 0


def test_a_move_removes_the_file_once_home_json_is_on_the_disk_and_its_journals_first(
    aimed: Situation, commands: ForkedCommands
) -> None:
    stops = commands.stops_of(aimed.departement, *_MOVE)

    written = stops.index("after replace home.json.next")
    assert stops.index("after fsync home.json.next") < written
    synced = stops.index("after fsync home", written)
    removed = [stops.index(f"before unlink exchange.sqlite3{suffix}") for suffix in _JOURNALS]
    assert [synced, *removed] == sorted([synced, *removed])
    assert "after fsync home" in stops[removed[-1] :]


def test_what_a_killed_move_left_of_the_file_is_named_with_its_journals(
    aimed: Situation, commands: ForkedCommands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsal = aimed.copied_to(tmp_path / "rehearsal").departement
    stop = "after replace home.json.next"
    _kill_move(aimed.departement, rehearsal, stop, commands, monkeypatch)
    left = sorted(path.name for path in aimed.departement.home.glob("exchange.sqlite3*"))

    told = aimed.departement.run("doctor").output

    assert "exchange.sqlite3-wal" in left
    assert all(f"rm {aimed.departement.home / name}" in "".join(told.split("\n")) for name in left)


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


def _kill_move(
    departement: Departement,
    rehearsal: Departement,
    stop: str,
    commands: ForkedCommands,
    patch: pytest.MonkeyPatch,
) -> None:
    """Kill a move at a named stop, which its rehearsal numbers."""
    make_database(rehearsal.home)
    with patch.context() as elsewhere:
        elsewhere.setenv(DATABASE_VARIABLE, server_setting(rehearsal.home))
        stops = commands.stops_of(rehearsal, *_MOVE)
    commands.kill(departement, stop_named(stop, stops), *_MOVE)


def _find_the_disk_full() -> None:
    raise RetryLaterError("le disque est plein")


def _contents(departement: Departement) -> dict[str, list[Row[Any]]]:
    """Give every row, of what a move does not add to."""
    tables = [table for table in metadata.sorted_tables if table.name not in _ADDED_TO]
    with opened(departement.home) as connection:
        return {
            table.name: list(connection.execute(select(table).order_by(*table.primary_key)))
            for table in tables
        }
