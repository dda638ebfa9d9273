"""A version of the agreement comes into force once its approver has signed that very file."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from keys.seal import load_certificate
from tests.demo.stock_lines import stock_lines
from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.situation import DGEFP, Situation
from tests.prerequisites import skip_or_fail


@pytest.fixture(name="revised")
def _revised(fresh: Situation) -> Situation:
    """Write version 2 of the agreement, which nobody approved yet."""
    _change(fresh, "version = 1\n", "version = 2\n")
    return fresh


def test_an_unapproved_version_is_refused_and_leaves_its_trace(
    command: CommandHere, revised: Situation
) -> None:
    refused = command.run(revised.departement.home, "agreement", "load", revised.agreement)

    assert refused.exit_code == 3
    assert "doit être approuvée par CN=DPO" in refused.complaint
    assert _shown(command, revised)["version"] == 1
    (leaf,) = _events(command, revised, "agreement.unapproved")
    assert (leaf["outcome"], leaf["details"]["version"]) == ("refused", 2)


def test_the_approver_signs_without_a_home_and_is_named_ever_after(
    command: CommandHere, revised: Situation
) -> None:
    keys = revised.approver
    approval = revised.folder / "approbation.p7s"
    signing = ("--key", keys / "approver-key.pem", "--cert", keys / "approver-cert.pem")

    signed = command.run(
        revised.folder, *("agreement", "approve", revised.agreement, "--out", approval), *signing
    )
    loaded = _load(command, revised, approval)

    fingerprint = load_certificate((keys / "approver-cert.pem").read_bytes()).fingerprint
    assert (signed.exit_code, loaded.exit_code) == (0, 0)
    shown = _shown(command, revised)
    assert (shown["version"], shown["approver"]) == (2, fingerprint)
    shown_text = command.run(revised.departement.home, "agreement", "show").output
    assert "approuvée" in shown_text
    assert "par CN=DPO" in shown_text
    leaves = _events(command, revised, "agreement.loaded")
    assert [leaf["details"]["approver"] for leaf in leaves] == [fingerprint] * 2


def test_a_file_altered_after_its_approval_is_refused(
    command: CommandHere, revised: Situation
) -> None:
    approval = revised.approval()
    _change(revised, "refusal_threshold_percent = 10 ", "refusal_threshold_percent = 90 ")

    refused = _load(command, revised, approval)

    assert refused.exit_code == 3
    assert "sur ce fichier exact" in refused.complaint
    assert len(_events(command, revised, "agreement.unapproved")) == 1


def test_an_approver_is_changed_by_the_former_one_alone(
    command: CommandHere, revised: Situation
) -> None:
    successor = revised.folder / "successeur"
    command.run(
        revised.folder, "approver", "new", "--out", successor, "--name", "Suivant", "--trial"
    )
    former = (revised.approver / "approver-cert.pem").read_text("ascii")
    _change(revised, former.strip(), (successor / "approver-cert.pem").read_text().strip())
    signing = (
        *("--key", successor / "approver-key.pem", "--cert", successor / "approver-cert.pem"),
        *("--out", successor / "lui-meme.p7s"),
    )
    command.run(revised.folder, "agreement", "approve", revised.agreement, *signing)

    by_themselves = _load(command, revised, successor / "lui-meme.p7s")
    by_the_former = _load(command, revised, revised.approval())

    assert by_themselves.exit_code == 3
    assert "n'est pas celle de CN=DPO" in by_themselves.complaint
    assert by_the_former.exit_code == 0, by_the_former
    _change(revised, "version = 2\n", "version = 3\n")
    assert _load(command, revised, revised.approval()).exit_code == 3


def test_a_signature_given_with_the_version_in_force_is_verified_too(
    command: CommandHere, revised: Situation
) -> None:
    approval = revised.approval()
    _load(command, revised, approval)
    altered = revised.folder / "autre.p7s"
    _change(revised, "version = 2\n", "version = 3\n")
    altered.write_bytes(revised.approval().read_bytes())
    _change(revised, "version = 3\n", "version = 2\n")

    right = _load(command, revised, revised.approval())
    wrong = _load(command, revised, altered)
    unsigned = command.run(revised.departement.home, "agreement", "load", revised.agreement)

    assert (right.exit_code, unsigned.exit_code) == (0, 0)
    assert "est bien celle de qui l'a approuvée" in right.output
    assert "signature" not in unsigned.output
    assert wrong.exit_code == 3
    assert "sur ce fichier exact" in wrong.complaint
    assert len(_events(command, revised, "agreement.unapproved")) == 1


def test_a_key_of_another_pair_or_a_signature_already_there_is_said_with_its_way_out(
    command: CommandHere, revised: Situation
) -> None:
    keys, approval = revised.approver, revised.folder / "approbation.p7s"
    approving = ("agreement", "approve", revised.agreement, "--out", approval)
    certificate = ("--cert", keys / "approver-cert.pem")
    other = revised.keys(DGEFP) / "receipt-key.pem"

    mismatched = command.run(revised.folder, *approving, "--key", other, *certificate)
    own = ("--key", keys / "approver-key.pem")
    first, again = (command.run(revised.folder, *approving, *own, *certificate) for _ in range(2))

    # Only the version in force can name who signs one that names somebody else.
    successor = ("--key", other, "--cert", revised.keys(DGEFP) / "receipt-cert.pem")
    unnamed = command.run(revised.folder, *approving[:-1], keys / "autre.p7s", *successor)

    assert "nomme un autre certificat" in unnamed.complaint
    assert "attention" not in first.complaint
    assert (mismatched.exit_code, first.exit_code, again.exit_code) == (1, 0, 1)
    assert "n'est pas celui de cette clé privée" in mismatched.complaint
    assert "d'une même paire" in mismatched.complaint
    assert "existe déjà, il n'est pas remplacé" in again.complaint
    assert "donnez un autre nom" in again.complaint


@pytest.mark.stock
def test_an_approver_without_our_tool_signs_with_openssl(
    command: CommandHere, revised: Situation, tmp_path: Path
) -> None:
    if shutil.which("openssl") is None:
        skip_or_fail("openssl is not installed")
    desk = tmp_path / "bureau"
    shutil.copytree(revised.approver, desk)
    shutil.copy(revised.agreement, desk / "convention.toml")

    subprocess.run(["sh", "-c", stock_lines("approve")], cwd=desk, check=True)
    loaded = _load(command, revised, desk / "convention.toml.p7s")

    assert loaded.exit_code == 0, loaded


def _load(command: CommandHere, situation: Situation, approval: Path) -> Answer:
    home = situation.departement.home
    return command.run(home, "agreement", "load", situation.agreement, "--approval", approval)


def _shown(command: CommandHere, situation: Situation) -> dict[str, object]:
    answer = command.run(situation.departement.home, "agreement", "show", "--json")
    shown: dict[str, object] = json.loads(answer.output)
    return shown


def _events(command: CommandHere, situation: Situation, kind: str) -> list[dict[str, Any]]:
    words = ("audit", "list", "--kind", kind, "--json")
    events: list[dict[str, Any]] = json.loads(
        command.run(situation.departement.home, *words).output
    )
    return events


def _change(situation: Situation, before: str, after: str) -> None:
    text = situation.agreement.read_text("utf-8")
    assert text.count(before) == 1, before
    situation.agreement.write_text(text.replace(before, after), "utf-8")
