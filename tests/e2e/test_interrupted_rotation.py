"""``keys rotate`` that is killed, fails or stands still: the evidence says so, the log goes on."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from exchange.settings import LEASE_VARIABLE
from keys.notes import NoteVerifier
from tests.fakes.forked_commands import ForkedCommands, stop_named
from tests.fakes.situation import Situation

_ROTATE = ("keys", "rotate", "checkpoint", "--for-real")
_LEASE_SECONDS = 2


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("after replace keyring.json.next", id="key-made"),
        pytest.param("before open checkpoints", id="end-recorded"),
        pytest.param("before write checkpoints", id="note-signed"),
    ],
)
def test_who_pinned_the_first_key_follows_the_log_across_two_killed_renewals(
    commands: ForkedCommands, fresh: Situation, tmp_path: Path, step: str
) -> None:
    pinned = _log_key(commands, fresh, tmp_path)
    for attempt in ("first", "second"):
        at = _stop(commands, fresh, tmp_path / attempt, step)
        commands.kill(fresh.departement, at, *_ROTATE)

    rotated = json.loads(commands.run(fresh.departement, *_ROTATE, "--json").output)

    note = rotated["checkpoint"]
    assert rotated["rotated"] == "checkpoint/evidence/4"
    assert NoteVerifier.parse(pinned).verify(note) in note
    assert NoteVerifier.parse(rotated["log_key"]).verify(note) in note
    assert commands.run(fresh.departement, "audit", "verify").exit_code == 0


def test_an_interrupted_renewal_gets_its_end_from_the_one_that_follows(
    commands: ForkedCommands, fresh: Situation, tmp_path: Path
) -> None:
    at = _stop(commands, fresh, tmp_path / "rehearsal", "after replace keyring.json.next")
    commands.kill(fresh.departement, at, *_ROTATE)

    commands.run(fresh.departement, "keys", "rotate", "master", "--for-real")

    events = _renewals(commands, fresh)
    assert [event["outcome"] for event in events] == ["begun", "failed", "begun", "done"]
    assert (events[1]["subject"], events[1]["why"]) == ("checkpoint/evidence", "interrompu")
    assert events[1]["details"] == events[0]["details"]


def test_a_renewal_that_fails_leaves_evidence_and_the_old_key(
    commands: ForkedCommands, fresh: Situation, tmp_path: Path
) -> None:
    at = _stop(commands, fresh, tmp_path / "rehearsal", "before create keyring.json.next")
    before = _keyring(fresh)

    failed = commands.fail(fresh.departement, at, *_ROTATE)

    assert failed.exit_code == 1
    assert [event["outcome"] for event in _renewals(commands, fresh)] == ["begun", "failed"]
    assert _keyring(fresh) == before


def test_a_renewal_that_lost_a_claim_changes_no_key(
    commands: ForkedCommands, fresh: Situation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LEASE_VARIABLE, str(_LEASE_SECONDS))
    # The intent is recorded, the transaction of the change not begun.
    at = _stop(commands, fresh, tmp_path / "rehearsal", "after UPDATE evidence_head") + 2
    first = commands.stand_still(fresh.departement, at, *_ROTATE)
    before = _keyring(fresh)
    time.sleep(_LEASE_SECONDS)
    taken_over = commands.run(fresh.departement, "export", "--for-real")

    late = commands.wake(first)

    assert (taken_over.exit_code, late.exit_code) == (0, 75), (taken_over, late)
    assert "une autre a repris son travail" in late.complaint
    assert _keyring(fresh) == before
    assert [event["outcome"] for event in _renewals(commands, fresh)] == ["begun"]


def _stop(commands: ForkedCommands, situation: Situation, rehearsal: Path, step: str) -> int:
    """Number the first stop of that name in a run that nothing disturbs."""
    copy = situation.copied_to(rehearsal)
    return stop_named(step, commands.stops_of(copy.departement, *_ROTATE))


def _keyring(situation: Situation) -> bytes:
    return (situation.departement.home / "keyring.json").read_bytes()


def _log_key(commands: ForkedCommands, situation: Situation, folder: Path) -> str:
    words = ("audit", "prove", "3", "--out", folder / "proof")
    shown = commands.run(situation.departement, *words).output
    return shown.rsplit("Clé du journal : ", 1)[1].strip()


def _renewals(commands: ForkedCommands, situation: Situation) -> list[dict[str, Any]]:
    words = ("audit", "list", "--kind", "key.rotated", "--json")
    events: list[dict[str, Any]] = json.loads(commands.run(situation.departement, *words).output)
    return events
