"""Killed at any step, on a full disk, or run twice at once: the next command finishes the work.

A command is killed by itself, before its n-th step: a transaction, a file made, renamed or
removed. Every step there is can be tried; a sample is in the short run.
"""

import hashlib
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from exchange.settings import HOME_VARIABLE, settings_from
from exchange.wiring import open_service
from tests.fakes.command_here import CommandHere
from tests.fakes.departement import Departement
from tests.fakes.local_exports import write_clean_export
from tests.fakes.private_mounts import run_with_mounts, small_disk
from tests.fakes.situation import AGREEMENT, RECIPIENTS, Situation

_PEOPLE, _LOADED = 200, 2500
# No command makes more steps than these; a test counts them.
_IMPORT_STEPS, _EXPORT_STEPS, _PURGE_STEPS = 28, 36, 54
_SAMPLE = 5

_KILLED = """
import os, signal, sys

last, steps = int(sys.argv.pop(1)), 0

def count(event, arguments):
    global steps
    makes = event == "open" and arguments[2] & os.O_CREAT
    if makes or event in {"sqlite3.connect", "os.rename", "os.remove"}:
        steps += 1
        if steps == last:
            os.kill(os.getpid(), signal.SIGKILL)

from exchange.cli.main import main

sys.addaudithook(count)
try:
    main()
finally:
    print("steps", steps, file=sys.stderr)
"""


def _moments(count: int) -> list[object]:
    """Give every step to be killed at; all but a sample belong to the long run."""
    sample = range(2, count + 1, count // _SAMPLE)
    marked = [() if step in sample else (pytest.mark.long,) for step in range(count + 1)]
    return [pytest.param(step, marks=marked[step]) for step in range(1, count + 1)]


@pytest.fixture(name="source", scope="module")
def _source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source") / "many.csv"
    write_clean_export(source, _LOADED)
    return source


@pytest.fixture(name="undisturbed", scope="module")
def _undisturbed(
    prepared: Situation, source: Path, tmp_path_factory: pytest.TempPathFactory
) -> frozenset[bytes]:
    """Who is in the base after an import that nothing disturbed."""
    situation = prepared.copied_to(tmp_path_factory.mktemp("undisturbed"))
    situation.departement.do("import", source, "--attest")
    return _identities(situation)


@pytest.fixture(name="command")
def _command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> CommandHere:
    return CommandHere(monkeypatch, capfd)


def _killed(
    departement: Departement, step: int, *words: str | Path
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", _KILLED, str(step), *map(str, words)],
        env=departement.environment(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("step", _moments(_IMPORT_STEPS))
def test_an_import_killed_at_any_step_is_done_by_the_next(
    command: CommandHere,
    fresh: Situation,
    source: Path,
    undisturbed: frozenset[bytes],
    step: int,
) -> None:
    home = fresh.departement.home

    killed = _killed(fresh.departement, step, "import", source, "--attest")
    seen = command.run(home, "status")
    again = command.run(home, "import", source, "--attest")

    assert killed.returncode in {-signal.SIGKILL, 0}
    assert (seen.exit_code, again.exit_code) == (0, 0)
    assert _identities(fresh) == undisturbed
    assert _count_staged(fresh) == 0
    assert command.run(home, "audit", "verify").exit_code == 0


@pytest.mark.parametrize("step", _moments(_EXPORT_STEPS))
def test_an_export_killed_at_any_step_publishes_once(
    command: CommandHere, fresh: Situation, step: int
) -> None:
    home = fresh.departement.home

    killed = _killed(fresh.departement, step, "export", "--for-real")
    between = _published(fresh)
    again = command.run(home, "export", "--for-real")

    assert killed.returncode in {-signal.SIGKILL, 0}
    assert again.exit_code == 0, again
    assert _files(home / "outbox") == {fresh.package(name).name for name in RECIPIENTS}
    after = _published(fresh)
    assert len(after) == len(RECIPIENTS)
    assert between.items() <= after.items()
    assert _digests(fresh) == after
    assert command.run(home, "audit", "verify").exit_code == 0


@pytest.mark.parametrize("step", _moments(_PURGE_STEPS))
def test_a_purge_killed_at_any_step_is_ended_by_the_next(
    command: CommandHere, sent: Situation, step: int
) -> None:
    home = sent.departement.home
    command.run(home, "clock", "set", "2023-09-30T10:00")

    killed = _killed(sent.departement, step, "purge", "--for-real")
    again = command.run(home, "purge", "--for-real")

    assert killed.returncode in {-signal.SIGKILL, 0}
    assert again.exit_code == 0, again
    certificate = json.loads(next((home / "certificates").glob("*.json")).read_bytes())
    assert (certificate["people"], certificate["packages"]) == (_PEOPLE, len(RECIPIENTS))
    assert len(certificate["keys"]) == 2
    assert _count_people(sent) == 0
    assert _files(home / "outbox") == set()
    assert list(home.rglob("*.next")) == []
    assert command.run(home, "audit", "verify").exit_code == 0
    shown = command.run(home, "certificate", "verify", *_certificate(sent))
    assert shown.exit_code == 0, shown


def test_the_steps_tried_are_all_there_are(fresh: Situation, source: Path) -> None:
    departement = fresh.departement

    loaded = _killed(departement, 0, "import", source, "--attest")
    exported = _killed(departement, 0, "export", "--for-real")
    departement.do("clock", "set", "2023-09-30T10:00")
    purged = _killed(departement, 0, "purge", "--for-real")

    assert 0 < _steps(loaded) <= _IMPORT_STEPS
    assert 0 < _steps(exported) <= _EXPORT_STEPS
    assert 0 < _steps(purged) <= _PURGE_STEPS


def test_two_imports_at_once_take_each_person_in_once(
    fresh: Situation, source: Path, undisturbed: frozenset[bytes]
) -> None:
    both = [fresh.departement.start("import", source, "--attest") for _ in range(2)]
    outputs = [process.communicate() for process in both]

    assert [process.returncode for process in both] == [0, 0], outputs
    assert _identities(fresh) == undisturbed
    assert _count_people(fresh) == len(undisturbed)
    assert _count_staged(fresh) == 0
    fresh.departement.do("audit", "verify")


@pytest.mark.parametrize(
    "order",
    [("import", "purge"), pytest.param(("purge", "import"), marks=pytest.mark.long)],
    ids="-".join,
)
def test_an_import_and_a_purge_that_wait_together_leave_nobody_behind(
    sent: Situation, order: tuple[str, str]
) -> None:
    sent.departement.do("clock", "set", "2023-09-30T10:00")
    words = {"import": (sent.source, "--attest"), "purge": ("--for-real",)}

    with _claimed(sent):
        both = {name: sent.departement.start(name, *words[name]) for name in order}
        _wait_until_both_wait(sent)
    outputs = {name: process.communicate() for name, process in both.items()}

    assert both["purge"].returncode == 0, outputs
    assert both["import"].returncode in {0, 3}, outputs
    assert _count_people(sent) == 0
    assert _count_staged(sent) == 0
    sent.departement.do("audit", "verify")


def test_an_export_to_a_full_disk_leaves_nothing_and_is_done_later(fresh: Situation) -> None:
    outbox = fresh.departement.home / "outbox"

    answer = run_with_mounts(
        *(fresh.departement, small_disk(outbox, 16), "export", "--for-real"),
        then=f"find '{outbox}' -type f >&2",
    )
    fresh.departement.do("export", "--for-real")

    assert answer.exit_code != 0
    assert "le disque est plein" in answer.complaint
    assert "Traceback" not in answer.complaint
    assert str(outbox) not in answer.complaint.splitlines()[-1]
    assert len(_published(fresh)) == len(RECIPIENTS)


def test_an_import_into_a_full_home_is_refused_in_french(fresh: Situation, source: Path) -> None:
    home = fresh.departement.home
    used = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())

    answer = run_with_mounts(
        *(fresh.departement, small_disk(home, used // 1024 + 300), "import", source, "--attest")
    )

    assert answer.exit_code != 0
    assert "le disque est plein" in answer.complaint
    assert "Traceback" not in answer.complaint


def _steps(done: "subprocess.CompletedProcess[str]") -> int:
    assert done.returncode == 0, done.stderr
    return int(done.stderr.rsplit(" ", 1)[1])


@contextmanager
def _claimed(situation: Situation) -> Iterator[None]:
    """Let this process claim the agreement."""
    environment = {HOME_VARIABLE: str(situation.departement.home)}
    with (
        open_service(settings_from(environment), inspecting=False) as service,
        service.exclusively(AGREEMENT),
    ):
        yield


def _wait_until_both_wait(situation: Situation) -> None:
    # Longer than the start of a command: both have read the keyring and stand at the lock.
    time.sleep(4)
    assert _count_people(situation) == _PEOPLE


def _rows(situation: Situation, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(situation.departement.database)
    rows = connection.execute(query).fetchall()
    connection.close()
    return rows


def _count_people(situation: Situation) -> int:
    return int(_rows(situation, "SELECT count(*) FROM person")[0][0])


def _count_staged(situation: Situation) -> int:
    return int(_rows(situation, "SELECT count(*) FROM staged_row")[0][0])


def _identities(situation: Situation) -> frozenset[bytes]:
    return frozenset(row[0] for row in _rows(situation, "SELECT identity FROM person"))


def _published(situation: Situation) -> dict[str, str]:
    """Give what the evidence says was published: transfer and digest, each once."""
    query = "SELECT event FROM evidence_event WHERE kind = 'transfer.published'"
    events = [json.loads(row[0]) for row in _rows(situation, query)]
    published = {event["subject"]: event["details"]["package_digest"] for event in events}
    assert len(published) == len(events)
    return published


def _digests(situation: Situation) -> dict[str, str]:
    return {
        situation.transfer_id(name): hashlib.sha256(
            situation.package(name).read_bytes()
        ).hexdigest()
        for name in RECIPIENTS
    }


def _files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def _certificate(situation: Situation) -> tuple[str | Path, ...]:
    certificate = next((situation.departement.home / "certificates").glob("*.p7m"))
    return (certificate, "--sender-cert", situation.departement.seal_certificate)
