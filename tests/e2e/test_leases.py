"""A command that stands still loses its claim: another takes its work over and finishes it.

The command stands still at a step of its own (SIGSTOP), a second one is given once its lease
has run out, and then the first goes on.
"""

import json
import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from exchange.actors import machine_name
from exchange.settings import LEASE_VARIABLE
from tests.fakes.answer import Answer
from tests.fakes.forked_commands import ForkedCommands, stop_named
from tests.fakes.home_database import ask
from tests.fakes.local_exports import write_clean_export
from tests.fakes.outbox_watcher import OutboxWatcher
from tests.fakes.situation import AGREEMENT, DGEFP, PROVEN, RECIPIENTS, Situation

_RETRY_LATER = 75
_LEASE_SECONDS = 2
_EXPORT = ("export", "--for-real")
_RENAMING = "before replace .*.part"
_PURGE = ("purge", "--for-real")


@pytest.fixture(name="short_lease", autouse=True)
def _short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LEASE_VARIABLE, str(_LEASE_SECONDS))


@pytest.fixture(name="source")
def _source(tmp_path: Path) -> Path:
    source = tmp_path / "more.csv"
    write_clean_export(source, 250)
    return source


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("before write .*.part", id="1-writing", marks=pytest.mark.long),
        pytest.param("after fsync .*.part", id="2-synced"),
        pytest.param("before replace .*.part", id="3-sealed"),
        pytest.param("after replace .*.part", id="4-renamed", marks=pytest.mark.long),
    ],
)
def test_a_second_export_takes_over_from_one_that_stands_still(
    commands: ForkedCommands, fresh: Situation, prepared: Situation, tmp_path: Path, step: str
) -> None:
    at = _stop(commands, prepared.copied_to(tmp_path / "rehearsal"), step, *_EXPORT)
    first = commands.stand_still(fresh.departement, at, *_EXPORT)
    time.sleep(_LEASE_SECONDS)

    second = commands.run(fresh.departement, *_EXPORT)
    late = commands.wake(first)

    _require_taken_over(fresh, second, late)
    assert fresh.outbox_names() == {fresh.package(name).name for name in RECIPIENTS}
    assert _kinds(fresh)["transfer.published"] == len(RECIPIENTS) + len(PROVEN)
    assert commands.run(fresh.departement, "audit", "verify").exit_code == 0


def test_a_package_that_gets_its_name_during_a_takeover_is_not_replaced_by_another(
    commands: ForkedCommands, fresh: Situation, prepared: Situation, tmp_path: Path
) -> None:
    rehearsal = prepared.copied_to(tmp_path / "rehearsal")
    renaming = _stop(commands, prepared.copied_to(tmp_path / "first"), _RENAMING, *_EXPORT)
    commands.kill(rehearsal.departement, renaming, *_EXPORT)
    _change_agreement(commands, rehearsal)
    sweeping = _stop(commands, rehearsal, "before unlink .*.part", *_EXPORT)

    with OutboxWatcher(fresh.departement.home / "outbox") as watcher:
        first = commands.stand_still(fresh.departement, renaming, *_EXPORT)
        time.sleep(_LEASE_SECONDS)
        _change_agreement(commands, fresh)
        second = commands.stand_still(fresh.departement, sweeping, *_EXPORT)
        os.kill(first.process, signal.SIGCONT)
        _wait_for(fresh.package(DGEFP))
        taken_over, late = commands.wake(second), commands.wake(first)

    assert watcher.problems() == []
    assert (taken_over.exit_code, late.exit_code) == (0, _RETRY_LATER), (taken_over, late)
    assert commands.run(fresh.departement, "doctor").exit_code == 0


def test_a_second_import_takes_over_from_one_that_stands_still(
    commands: ForkedCommands, fresh: Situation, prepared: Situation, source: Path, tmp_path: Path
) -> None:
    words = ("import", source, "--attest")
    rehearsal = prepared.copied_to(tmp_path / "rehearsal")
    at = _stop(commands, rehearsal, "after INSERT INTO staged_row", *words) + 2
    first = commands.stand_still(fresh.departement, at, *words)
    time.sleep(_LEASE_SECONDS)

    second = commands.run(fresh.departement, *words)
    late = commands.wake(first)

    _require_taken_over(fresh, second, late)
    assert _count(fresh, "person") == _count(rehearsal, "person")
    assert _count(fresh, "staged_row") == 0
    assert _kinds(fresh)["import.done"] == _kinds(rehearsal)["import.done"]
    assert _kinds(fresh)["import.failed"] == 1


def test_a_second_purge_takes_over_from_one_that_stands_still(
    commands: ForkedCommands, sent: Situation, published: Situation, tmp_path: Path
) -> None:
    rehearsal = published.copied_to(tmp_path / "rehearsal")
    for situation in (sent, rehearsal):
        commands.run(situation.departement, "clock", "set", "2023-09-30T10:00")
    at = _stop(commands, rehearsal, "after PRAGMA wal_checkpoint* | after CHECKPOINT", *_PURGE)
    first = commands.stand_still(sent.departement, at, *_PURGE)
    time.sleep(_LEASE_SECONDS)

    second = commands.run(sent.departement, *_PURGE)
    late = commands.wake(first)

    _require_taken_over(sent, second, late)
    assert _kinds(sent)["purge.done"] == _kinds(sent)["certificate.issued"] == 1
    assert sent.outbox_names() == set()


def test_who_waits_is_told_who_works_and_takes_over_when_the_lease_runs_out(
    commands: ForkedCommands, fresh: Situation, prepared: Situation, tmp_path: Path
) -> None:
    at = _stop(
        commands, prepared.copied_to(tmp_path / "rehearsal"), "before write .*.part", *_EXPORT
    )
    first = commands.stand_still(fresh.departement, at, *_EXPORT)

    begun = time.monotonic()
    second = commands.run(fresh.departement, *_EXPORT)

    assert second.exit_code == 0, second
    assert time.monotonic() - begun > _LEASE_SECONDS / 2
    event = next(e for e in _events(fresh) if e["kind"] == "claim.taken_over")
    assert event["subject"] == AGREEMENT
    assert f" sur {machine_name()}, processus {first.process}" in str(event["why"])
    commands.wake(first)


def test_a_lease_that_is_no_number_is_refused(
    commands: ForkedCommands, fresh: Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LEASE_VARIABLE, "bientôt")

    answer = commands.run(fresh.departement, "status")

    assert answer.exit_code == 78
    assert LEASE_VARIABLE in answer.complaint


def _stop(commands: ForkedCommands, rehearsal: Situation, step: str, *words: str | Path) -> int:
    """Number the first stop of that name in a run that nothing disturbs."""
    return stop_named(step, commands.stops_of(rehearsal.departement, *words))


def _change_agreement(commands: ForkedCommands, situation: Situation) -> None:
    """Bring another version into force: what is sealed is not what should leave any more."""
    text = situation.agreement.read_text("utf-8").replace("version = 1\n", "version = 2\n", 1)
    situation.agreement.write_text(text, "utf-8")
    loaded = commands.run(situation.departement, *situation.loading())
    assert loaded.exit_code == 0, loaded


def _wait_for(path: Path) -> None:
    given_up_at = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < given_up_at
        time.sleep(0.05)


def _require_taken_over(situation: Situation, second: Answer, late: Answer) -> None:
    assert second.exit_code == 0, second
    assert late.exit_code == _RETRY_LATER, late
    assert "une autre a repris son travail" in late.complaint
    kinds = _kinds(situation)
    assert (kinds["claim.taken_over"], kinds["claim.lost"]) == (1, 1)


def _events(situation: Situation) -> list[dict[str, object]]:
    rows = ask(situation.departement.home, "SELECT event FROM evidence_event ORDER BY leaf_index")
    return [json.loads(row[0]) for row in rows]


def _kinds(situation: Situation) -> Counter[object]:
    return Counter(event["kind"] for event in _events(situation))


def _count(situation: Situation, table: str) -> int:
    ((count,),) = ask(situation.departement.home, f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of ours
    return int(count)
