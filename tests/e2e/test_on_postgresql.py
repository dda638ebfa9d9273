"""A home whose database is on a server: cut off from it, with few rights on it, destroyed there."""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from exchange.errors import ConfigurationError, RetryLaterError
from exchange.home_opening import open_service
from exchange.settings import DATABASE_VARIABLE, settings_from
from tests.e2e.disturbing import Ordeal, before_statements, every_commit, list_stops, some_stops
from tests.fakes.answer import Answer
from tests.fakes.departement import COMMAND, Departement
from tests.fakes.forked_commands import ForkedCommands, stop_named
from tests.fakes.home_database import (
    SERVER_VARIABLE,
    ask,
    home_variables,
    server_setting,
    stored_bytes,
)
from tests.fakes.home_state import acts_done
from tests.fakes.postgresql_server import PostgresqlServer
from tests.fakes.situation import DEADLINE, DGEFP, PROVEN, RECIPIENTS, Situation

_MOVE = ("database", "move", "--for-real")
_EXPORT = ("export", "--deadline", DEADLINE, "--for-real")
_WORKER = "spie_worker"
_IN_TRANSACTION = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'idle in transaction'
"""
_CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_LOADED = "SELECT count(*) FROM load WHERE ended_at IS NOT NULL"

# With the homes of the whole session on a server there is no file to move there.
pytestmark = pytest.mark.sqlite_file


def test_the_base_of_another_home_is_refused(served: Situation, tmp_path: Path) -> None:
    other = Departement(tmp_path / "other")
    other.do("init", "--trial")

    answer = _run_with(other, server_setting(served.departement.home), "status")

    assert answer.exit_code == 4
    assert "celle d'un autre dossier" in answer.complaint


def test_a_home_on_a_server_is_not_opened_without_its_address(
    served: Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.delenv(SERVER_VARIABLE)
        without.delenv(DATABASE_VARIABLE)
        answer = served.departement.run("status")

    assert answer.exit_code == ConfigurationError.exit_code
    assert DATABASE_VARIABLE in answer.complaint


def test_the_role_of_every_day_does_all_and_cannot_rewrite_the_log(served: Situation) -> None:
    departement = served.departement
    granted = departement.do("database", "roles", _WORKER)
    ask(departement.home, f"DROP ROLE IF EXISTS {_WORKER}", f"CREATE ROLE {_WORKER} LOGIN", granted)
    setting = server_setting(departement.home).replace("postgres@", f"{_WORKER}@")

    done = [
        _run_with(departement, setting, *words)
        for words in (
            _EXPORT,
            ("clock", "set", "2023-09-30T10:00"),
            ("purge", "--for-real"),
            ("audit", "verify"),
            ("doctor",),
        )
    ]

    assert [answer.exit_code for answer in done] == [0] * 5, done
    assert "à surveiller" not in done[-1].output
    assert "peut modifier ou effacer le journal" in departement.do("doctor")
    with psycopg.connect(setting, autocommit=True) as worker:
        for table in ("evidence_event", "evidence_node"):
            for verb in ("DELETE FROM", "TRUNCATE", "DROP TABLE", "ALTER TABLE"):
                rest = "RENAME TO mine" if verb == "ALTER TABLE" else ""
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    worker.execute(f"{verb} {table} {rest}")
        for update in ("evidence_event SET event = '{}'", "evidence_node SET hash = ''"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                worker.execute(f"UPDATE {update}")


def test_a_destruction_leaves_nothing_of_anybody_in_any_file_of_the_base(
    served: Situation,
) -> None:
    home = served.departement.home
    rows = ask(home, "SELECT sealed, identity, content_tag FROM person")
    values = [bytes(value) for row in rows for value in row]
    ask(home, "ANALYZE")
    before = stored_bytes(home)
    served.departement.do("clock", "set", "2023-09-30T10:00")

    served.departement.do("purge", "--for-real")

    # A server in use looks at the values of its tables by itself, before and after.
    ask(home, "ANALYZE")
    after = stored_bytes(home)
    assert len(rows) == 200
    assert all(value in before for value in values)
    assert [value for value in values if value in after] == []
    assert ask(home, "SELECT tablename FROM pg_stats WHERE attname = 'entry_date'") == []


@pytest.fixture(name="ordeal")
def _ordeal(commands: ForkedCommands, served: Situation) -> Ordeal:
    return Ordeal(
        commands,
        served,
        lambda _: _EXPORT,
        ended_by="transfer.published",
        repeated_as="",
    )


def test_an_export_whose_connections_are_cut_is_finished_by_the_next(
    ordeal: Ordeal, tmp_path: Path
) -> None:
    ordeal.endure_cuts(tmp_path / "cut", some_stops)


@pytest.mark.long
def test_an_export_cut_off_before_any_statement_is_finished_by_the_next(
    ordeal: Ordeal, tmp_path: Path
) -> None:
    chosen = before_statements
    list_stops("export", ordeal.endure_cuts(tmp_path / "cut", chosen), chosen)


@pytest.mark.long
def test_an_export_is_finished_by_the_next_whichever_commit_was_not_answered(
    ordeal: Ordeal, tmp_path: Path
) -> None:
    ordeal.endure_lost_answers(tmp_path / "lost", every_commit)


def test_a_package_whose_sealing_was_not_answered_is_sent_by_the_next(
    served: Situation, commands: ForkedCommands, tmp_path: Path
) -> None:
    rehearsal = served.copied_to(tmp_path / "rehearsal").departement
    stops = commands.stops_of(rehearsal, *_EXPORT)

    lost = commands.lose_the_answer(served.departement, _sealed(stops), *_EXPORT)
    again = commands.run(served.departement, *_EXPORT)

    assert (lost.exit_code, again.exit_code) == (RetryLaterError.exit_code, 0), again
    done = acts_done(served.departement)
    assert done["transfer.published"] == len(RECIPIENTS) + len(PROVEN)


def test_a_load_whose_end_was_not_answered_stays_loaded(
    served: Situation, commands: ForkedCommands, tmp_path: Path
) -> None:
    loading = ("import", served.source, "--attest")
    rehearsal = served.copied_to(tmp_path / "rehearsal").departement
    ((before,),) = ask(served.departement.home, _LOADED)
    *_, end = every_commit(commands.stops_of(rehearsal, *loading))

    lost = commands.lose_the_answer(served.departement, end, *loading)

    assert lost.exit_code == RetryLaterError.exit_code
    assert "import.failed" not in dict(_events(served.departement))
    assert ask(served.departement.home, _LOADED) == [(before + 1,)]


def test_a_renewal_whose_end_was_not_answered_has_one_outcome(
    served: Situation, commands: ForkedCommands, tmp_path: Path
) -> None:
    rotate = ("keys", "rotate", "master", "--for-real")
    rehearsal = served.copied_to(tmp_path / "rehearsal").departement
    *_, end = every_commit(commands.stops_of(rehearsal, *rotate))

    lost = commands.lose_the_answer(served.departement, end, *rotate)

    assert lost.exit_code == RetryLaterError.exit_code
    renewals = [outcome for kind, outcome in _events(served.departement) if kind == "key.rotated"]
    assert renewals == ["begun", "done"]


def test_an_export_whose_server_is_killed_is_finished_once_it_is_back(
    served: Situation, server: PostgresqlServer, commands: ForkedCommands, tmp_path: Path
) -> None:
    rehearsal = served.copied_to(tmp_path / "rehearsal").departement
    at = stop_named("before UPDATE transfer", commands.stops_of(rehearsal, *_EXPORT))
    standing = commands.stand_still(served.departement, at, *_EXPORT)

    server.kill()
    failed = commands.wake(standing)
    while_down = commands.run(served.departement, "status")
    server.start()
    again = commands.run(served.departement, *_EXPORT)

    assert failed.exit_code == while_down.exit_code == RetryLaterError.exit_code
    assert "ne répond pas" in failed.complaint
    assert again.exit_code == 0
    done = acts_done(served.departement)
    assert done["transfer.published"] == len(RECIPIENTS) + len(PROVEN)


def test_a_sweep_cut_off_while_it_reads_a_package_is_made_again_and_asks_nobody(
    served: Situation,
) -> None:
    departement, package = served.departement, served.package(DGEFP)
    departement.do(*_EXPORT)
    content = package.read_bytes()
    package.unlink()
    os.mkfifo(package)
    sweeping = departement.start("scheduler", "--once")

    with _read_by(sweeping, package) as pipe:
        (in_transaction,), *_ = ask(departement.home, _IN_TRANSACTION)
        ask(departement.home, _CUT)
        pipe.write(content)
    sweeping.communicate()
    asking = ask(departement.home, "SELECT job, cause FROM attempt WHERE asks_somebody")
    package.unlink()
    package.write_bytes(content)
    departement.do("clock", "set", "2023-01-31T12:00")
    departement.do("scheduler", "--once")

    assert in_transaction == 0
    assert asking == []
    assert departement.run("doctor").exit_code == 0


def test_a_lost_base_is_said_to_be_lost_even_to_who_overlooked_it_once(served: Situation) -> None:
    with pytest.raises(RetryLaterError):
        _overlook_a_cut(served.departement)


def _overlook_a_cut(departement: Departement) -> None:
    settings = settings_from(home_variables(departement.home))
    with open_service(settings, inspecting=True) as service, service.database.read() as work:
        work.agreements.ids()
        ask(departement.home, _CUT)
        with suppress(DBAPIError):
            work.agreements.ids()
        work.agreements.ids()


@contextmanager
def _read_by(process: "subprocess.Popen[str]", pipe: Path) -> Iterator[BinaryIO]:
    """Open a pipe as soon as a process reads it."""
    while process.poll() is None:
        try:
            descriptor = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads it yet
            time.sleep(0.02)
            continue
        os.set_blocking(descriptor, True)
        with os.fdopen(descriptor, "wb") as file:
            yield file
        return
    pytest.fail(str(process.communicate()))


@pytest.mark.long
def test_two_exports_at_once_send_once(served: Situation) -> None:
    started = [served.departement.start(*_EXPORT) for _ in range(2)]

    for process in started:
        process.communicate()

    assert {process.returncode for process in started} <= {0, 3}
    done = acts_done(served.departement)
    assert done["transfer.published"] == len(RECIPIENTS) + len(PROVEN)


def _sealed(stops: Sequence[str]) -> int:
    """Number the commit of the first package's digest."""
    synced = stop_named("after fsync .*.part", stops)
    return next(at for at in every_commit(stops) if at > synced)


def _run_with(departement: Departement, setting: str, *words: str) -> Answer:
    """Run a command that reaches its database in another way than the tests' homes do."""
    done = subprocess.run(
        [COMMAND, *words],
        env={**departement.environment(), DATABASE_VARIABLE: setting},
        capture_output=True,
        text=True,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def _events(departement: Departement) -> list[tuple[str, str]]:
    """Give the kind and the outcome of each event, in their order."""
    rows = ask(departement.home, "SELECT event FROM evidence_event ORDER BY leaf_index")
    events = [json.loads(row[0]) for row in rows]
    return [(event["kind"], event["outcome"]) for event in events]
