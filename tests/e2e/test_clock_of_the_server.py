"""On a server its clock decides, for every machine: one that is ahead sends nothing early."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.forked_commands import ForkedCommands, stop_named
from tests.fakes.home_database import SERVER_VARIABLE, drop_databases_under
from tests.fakes.home_state import acts_done
from tests.fakes.postgresql_server import PostgresqlServer
from tests.fakes.situation import DEADLINE, PROVEN, RECIPIENTS, Situation, prepare

_EXPORT = ("export", "--deadline", DEADLINE, "--for-real")
_TICK = ("scheduler", "--once")
_THE_DAY_BEFORE = "2023-01-15T12:00"
_PEOPLE = 30


@pytest.fixture(name="founded")
def _founded(
    server: PostgresqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Situation]:
    """A prepared home whose database is on a server."""
    monkeypatch.setenv(SERVER_VARIABLE, str(server.folder))
    yield prepare(tmp_path / "served", _PEOPLE)
    drop_databases_under(tmp_path)


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=365)], ids=str)
def test_a_machine_whose_clock_is_ahead_sends_and_destroys_nothing_early(
    founded: Situation, command: CommandHere, ahead: timedelta
) -> None:
    founded.departement.do("clock", "set", _THE_DAY_BEFORE)
    before = acts_done(founded.departement)

    exported = _run_ahead(command, founded, ahead, *_EXPORT)
    ticked = _run_ahead(command, founded, ahead, *_TICK)

    assert "n'est permis qu'à partir du 16/01/2023 à 6 h" in exported.complaint
    assert ticked.exit_code == 0, ticked
    assert founded.outbox_names() == set()
    done = acts_done(founded.departement) - before
    assert not {kind for kind in done if kind.startswith(("transfer.", "purge."))}


def test_a_machine_whose_clock_is_ahead_takes_no_living_lease_over(
    founded: Situation, commands: ForkedCommands, command: CommandHere, tmp_path: Path
) -> None:
    rehearsal = founded.copied_to(tmp_path / "rehearsal").departement
    at = stop_named("before write .*.part", commands.stops_of(rehearsal, *_EXPORT))
    working = commands.stand_still(founded.departement, at, *_EXPORT)

    ticked = _run_ahead(command, founded, timedelta(days=365), *_TICK)
    left_meanwhile = [name for name in RECIPIENTS if founded.package(name).exists()]
    ended = commands.wake(working)

    assert (ticked.exit_code, ended.exit_code) == (0, 0), (ticked, ended)
    assert left_meanwhile == []
    done = acts_done(founded.departement)
    assert done["claim.taken_over"] == 0
    assert done["transfer.published"] == len(RECIPIENTS) + len(PROVEN)


def _run_ahead(command: CommandHere, situation: Situation, ahead: timedelta, *words: str) -> Answer:
    with time_machine.travel(datetime.now(UTC) + ahead):
        return command.run(situation.departement.home, *words)
