"""``keys list`` and ``keys rotate``: what each renewal changes, and that nothing else does."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from exchange.rotation.uses import KEY_USES, KeyName
from keys.keyring_file import KeyPurpose
from tests.fakes.command_here import CommandHere
from tests.fakes.local_exports import write_clean_export
from tests.fakes.situation import DGEFP, Situation

_RECORDS = "records/spie-62"
_STEPS = 30

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
main()
"""


def _keys(command: CommandHere, situation: Situation) -> dict[str, bool]:
    listed = json.loads(command.run(situation.departement.home, "keys", "list", "--json").output)
    return {f"{k['purpose']}/{k['scope']}/{k['version']}": k["current"] for k in listed["keys"]}


def _rotate(command: CommandHere, situation: Situation, key: str) -> dict[str, Any]:
    answer = command.run(situation.departement.home, "keys", "rotate", key, "--for-real", "--json")
    assert answer.exit_code == 0, answer
    document: dict[str, Any] = json.loads(answer.output)
    return document


def _events(command: CommandHere, situation: Situation, kind: str) -> list[dict[str, Any]]:
    answer = command.run(situation.departement.home, "audit", "list", "--kind", kind, "--json")
    events: list[dict[str, Any]] = json.loads(answer.output)
    return events


def test_the_list_names_every_key_and_gives_none_away(
    command: CommandHere, fresh: Situation
) -> None:
    home = fresh.departement.home
    keyring = json.loads((home / "keyring.json").read_text("utf-8"))

    shown = command.run(home, "keys", "list").output
    keys = _keys(command, fresh)

    assert len(keys) == len(keyring["keys"])
    assert keys[f"{_RECORDS}/1"] is True
    assert "sceller les lignes" in " ".join(shown.split())
    assert not [entry for entry in keyring["keys"] if entry["wrapped"] in shown]


def test_every_key_of_the_keyring_has_its_use_and_its_line_in_the_documents() -> None:
    table = (Path(__file__).parents[2] / "docs/keys.md").read_text("utf-8")

    assert set(KeyName) == set(KEY_USES) >= {KeyName(purpose) for purpose in KeyPurpose}
    assert [purpose for purpose in KeyPurpose if f"| `{purpose}" not in table] == []


@pytest.mark.parametrize("key", [_RECORDS, "pseudonym", "checkpoint", "master"])
def test_without_for_real_no_key_changes(command: CommandHere, fresh: Situation, key: str) -> None:
    home = fresh.departement.home
    files = (home / "keyring.json", fresh.departement.master_key)
    before = [file.read_bytes() for file in files]

    answer = command.run(home, "keys", "rotate", key)

    assert answer.exit_code == 0, answer
    assert "rien n'est changé" in answer.output
    assert [file.read_bytes() for file in files] == before


def test_new_rows_are_sealed_under_the_new_key_and_old_ones_still_open(  # (3)
    command: CommandHere, fresh: Situation
) -> None:
    home = fresh.departement.home
    rotated = _rotate(command, fresh, "records")
    write_clean_export(fresh.folder / "more.csv", 250)
    command.run(home, "import", fresh.folder / "more.csv", "--attest")

    sent = command.run(home, "export", "--for-real")

    keys = _keys(command, fresh)
    assert rotated["rotated"] == f"{_RECORDS}/2"
    assert (keys[f"{_RECORDS}/1"], keys[f"{_RECORDS}/2"]) == (False, True)
    assert sent.exit_code == 0, sent


def test_a_purge_destroys_every_version(command: CommandHere, fresh: Situation) -> None:
    home = fresh.departement.home
    _rotate(command, fresh, _RECORDS)
    command.run(home, "clock", "set", "2023-09-30T10:00")

    command.run(home, "purge", "--for-real")
    again = command.run(home, "keys", "rotate", _RECORDS, "--for-real")

    assert not [key for key in _keys(command, fresh) if key.startswith("records")]
    assert again.exit_code == 3  # (1)
    assert "ou plus" in again.complaint


def test_a_new_master_key_opens_what_is_left_and_the_old_one_nothing(
    command: CommandHere, fresh: Situation
) -> None:
    departement = fresh.departement
    old = departement.master_key.read_bytes()
    _rotate(command, fresh, "master")

    new = departement.master_key.read_bytes()
    sent = command.run(departement.home, "export", "--for-real")
    departement.master_key.write_bytes(old)
    refused = command.run(departement.home, "status")

    assert new != old
    assert sent.exit_code == 0, sent
    assert "n'est pas celle de ce trousseau" in refused.complaint


def test_the_intent_to_renew_names_the_new_key_of_the_log(  # (2)
    command: CommandHere, fresh: Situation
) -> None:
    rotated = _rotate(command, fresh, "checkpoint")

    begun, done = _events(command, fresh, "key.rotated")
    assert (begun["outcome"], done["outcome"]) == ("begun", "done")
    assert begun["details"]["log_key"] == rotated["log_key"]


def test_the_log_verifies_across_two_changes_of_its_key(  # (3) (5)
    command: CommandHere, sent: Situation
) -> None:
    home, kept, proof = sent.departement.home, sent.folder / "kept", sent.folder / "proof"
    kept.write_text(command.run(home, "audit", "checkpoint").output, "utf-8")
    shown = command.run(home, "audit", "prove", "3", "--out", proof).output
    old_key = shown.rsplit("Clé du journal : ", 1)[1].strip()
    handed_over = _rotate(command, sent, "checkpoint")["checkpoint"]
    _rotate(command, sent, "checkpoint")

    verified = command.run(
        home, "audit", "verify", "--package", sent.package(DGEFP), "--checkpoint", kept
    )
    proved = command.run(
        *(sent.folder, "audit", "verify-proof", proof),
        *("--event", proof.with_suffix(".event.json"), "--log-key", old_key),
    )

    assert verified.exit_code == 0, verified
    assert proved.exit_code == 0, proved
    assert handed_over.count("— spie-exchange/") == 2


def test_after_a_new_key_recipients_are_sent_to_and_answer_as_before(
    command: CommandHere, fresh: Situation
) -> None:
    home, out = fresh.departement.home, fresh.folder / "accuse.p7m"
    _rotate(command, fresh, "checkpoint")

    command.run(home, "export", "--for-real")
    command.run(home, "acknowledge", fresh.package(DGEFP), *fresh.signing(DGEFP), "--out", out)
    accepted = command.run(home, "receipt", out)
    verified = command.run(home, "audit", "verify", "--package", fresh.package(DGEFP))

    assert accepted.exit_code == 0, accepted
    assert verified.exit_code == 0, verified


_NOT_HERE = {
    "identity/spie-62": "ne reconnaîtrait plus aucune personne",
    "reference/spie-62:dgefp": "ne correspondraient plus",
    "seal": "seal request",
    "recipient": "identity new",
    "records/autre": "keys list",
    "clé": "choisissez parmi",
}


@pytest.mark.parametrize(("key", "said"), _NOT_HERE.items(), ids=list(_NOT_HERE))
def test_a_key_that_is_not_renewed_here_says_why_and_what_to_do(  # (1)
    command: CommandHere, fresh: Situation, key: str, said: str
) -> None:
    answer = command.run(fresh.departement.home, "keys", "rotate", key, "--for-real")

    assert answer.exit_code == 3
    assert said in answer.complaint
    assert [e["outcome"] for e in _events(command, fresh, "key.rotation_refused")] == ["refused"]


def _kill(situation: Situation, step: int, key: str) -> None:
    words = ("keys", "rotate", key, "--for-real")
    subprocess.run(
        [sys.executable, "-c", _KILLED, str(step), *words],
        env={**os.environ, **situation.departement.environment()},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("key", ["checkpoint", "master"])
@pytest.mark.parametrize(
    "step",
    [pytest.param(n, marks=[] if n % 12 == 2 else [pytest.mark.long]) for n in range(2, _STEPS)],
)
def test_a_renewal_killed_at_any_step_leaves_a_home_that_works(  # (4)
    command: CommandHere, fresh: Situation, key: str, step: int
) -> None:
    home = fresh.departement.home
    _kill(fresh, step, key)

    verified = command.run(home, "audit", "verify")
    _rotate(command, fresh, key)
    sent = command.run(home, "export", "--for-real")
    again = command.run(home, "audit", "verify", "--package", fresh.package(DGEFP))

    assert [a.exit_code for a in (verified, sent, again)] == [0, 0, 0], (verified, sent, again)
