"""``transfer rejected``: an operator finds the people of rejected lines, and only those."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.annex_e import RuleCode
from schemas.receipt import Rejection
from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.situation import DGEFP, Situation


@pytest.fixture(name="run")
def _run(
    sent: Situation, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Answer]:
    command = CommandHere(monkeypatch, capfd)
    return lambda *words: command.run(sent.departement.home, *words)


@pytest.fixture(name="opened")
def _opened(sent: Situation, run: Callable[..., Answer]) -> list[dict[str, str]]:
    """Have the ministry open its package, and reject its lines 3 and 9; give all it read."""
    ministry, package = sent.ministry(DGEFP), sent.package(DGEFP)
    path = ministry.open(package, accept_trial=True).csv_path
    rejected = [
        Rejection(RuleCode.COURRIEL_FORMAT, line=9),
        Rejection(RuleCode.TELEPHONE_FORMAT, line=9),
        Rejection(RuleCode.COURRIEL_FORMAT, line=3),
    ]
    answer = sent.folder / "rejected.p7m"
    answer.write_bytes(ministry.reject(package, rejected))
    assert run("receipt", answer).exit_code == 0
    return _rows(path)


def test_the_people_of_the_rejected_lines_are_named_and_nothing_more_of_them(  # (1) (2)
    sent: Situation, run: Callable[..., Answer], opened: list[dict[str, str]]
) -> None:
    out = sent.folder / "rejected.csv"

    answer = run("transfer", "rejected", sent.transfer_id(DGEFP), "--out", out)

    assert answer.exit_code == 0, answer
    codes = {3: "COURRIEL_FORMAT", 9: "COURRIEL_FORMAT TELEPHONE_FORMAT"}
    named = ("nom", "prenom", "date_naissance")
    assert _rows(out) == [
        {"ligne": str(line), "codes": codes[line]}
        | {name: opened[line - 1][name] for name in named}
        for line in (3, 9)
    ]
    assert out.stat().st_mode & 0o777 == 0o600
    assert all(row["nom"] not in answer.output + answer.complaint for row in _rows(out))


def test_the_reading_is_in_the_evidence_even_if_no_file_can_be_written(  # (3)
    sent: Situation, run: Callable[..., Answer], opened: list[dict[str, str]]
) -> None:
    out = sent.folder / "rejected.csv"
    out.write_text("anything else", "ascii")

    answer = run("transfer", "rejected", sent.transfer_id(DGEFP), "--out", out)

    assert len(opened) == 200
    assert answer.exit_code == 1
    assert out.read_text("ascii") == "anything else"
    (event,) = json.loads(run("audit", "list", "--kind", "rejected.read", "--json").output)
    assert (event["subject"], event["details"]) == (sent.transfer_id(DGEFP), {"rows": 2})


@pytest.mark.parametrize("name", ["spie-62_enquete-1_prestataire-enquete_r1", "unknown"])
def test_of_a_transfer_without_rejected_line_nobody_is_named(  # (1)
    sent: Situation, run: Callable[..., Answer], opened: list[dict[str, str]], name: str
) -> None:
    out = sent.folder / "rejected.csv"

    answer = run("transfer", "rejected", name, "--out", out)

    assert opened
    assert answer.exit_code == 3
    assert "ne désigne une personne de la base" in answer.complaint
    assert not out.exists()


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))
