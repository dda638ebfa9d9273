"""Who approves an agreement sees what it changes and entails before signing it."""

import json
from collections.abc import Callable

import pytest

from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.situation import ANALYST, DGEFP, PROVIDER, Situation


@pytest.fixture(name="run")
def _run(
    fresh: Situation, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Answer]:
    command = CommandHere(monkeypatch, capfd)
    return lambda *words: command.run(fresh.departement.home, *words)


def test_the_version_in_force_changes_nothing(fresh: Situation, run: Callable[..., Answer]) -> None:
    shown = run("agreement", "diff", fresh.agreement)

    assert shown.exit_code == 0
    assert "Rien ne change." in shown.output
    assert "Refusé" not in shown.output
    assert "rien n'est à faire" in shown.complaint


def test_what_changes_what_it_entails_and_what_would_be_refused_are_said(
    fresh: Situation, run: Callable[..., Answer]
) -> None:
    provider, analyst = (fresh.ministry(name).public_keys for name in (PROVIDER, ANALYST))
    _change(
        fresh,
        (provider.receipt_certificate.strip(), analyst.receipt_certificate.strip()),
        ("processing_ends = 2023-12-31", "processing_ends = 2024-01-31"),
    )

    answer = run("agreement", "diff", fresh.agreement)
    shown = answer.output
    said = json.loads(run("agreement", "diff", fresh.agreement, "--json").output)

    assert "  ! la convention : fin du traitement : 31/12/2023 → 31/01/2024" in shown
    assert f"  ! destinataire {PROVIDER} : certificat de réponse (SHA-256) : " in shown
    assert f"{PROVIDER} est à éprouver avant tout envoi" in shown
    assert f"{DGEFP} est à éprouver" not in shown
    assert f"l'envoi à venir {fresh.transfer_id(PROVIDER)} est concerné" in shown
    assert "corrigez ce qui serait refusé" in answer.complaint
    refused = {problem["path"] for problem in said["refused"]}
    assert refused == {"version", "recipients[1].fingerprint_checked_on"}
    assert [change["dangerous"] for change in said["changes"]] == [True, True]


def test_an_approver_without_a_home_compares_two_files(
    fresh: Situation, run: Callable[..., Answer]
) -> None:
    former = fresh.folder / "former.toml"
    former.write_bytes(fresh.agreement.read_bytes())
    _change(fresh, ("version = 1\n", "version = 2\n"), ("percent = 10 ", "percent = 5 "))
    (fresh.departement.home / "home.json").unlink()

    shown = run("agreement", "diff", fresh.agreement, "--beside", former)

    assert shown.exit_code == 0, shown
    assert "taux de lignes refusées admis (%) : 10 → 5" in shown.output
    assert " ! " not in shown.output


def _change(situation: Situation, *pairs: tuple[str, str]) -> None:
    text = situation.agreement.read_text("utf-8")
    for before, after in pairs:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    situation.agreement.write_text(text, "utf-8")
