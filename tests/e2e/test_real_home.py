"""A real home sends nothing of the sample today, and takes nothing from a trial."""

from pathlib import Path

import pytest

from tests.fakes.departement import Departement
from tests.fakes.seal_file import import_seal, write_seal_file
from tests.fakes.situation import DEADLINE, Situation


@pytest.fixture(name="real")
def _real(tmp_path: Path) -> Departement:
    departement = Departement(tmp_path / "real")
    departement.do(
        *("init", "--master-key", tmp_path / "apart/master.key"),
        *("--checkpoints", tmp_path / "witness/checkpoints"),
    )
    return departement


def test_the_sample_cannot_be_sent_from_a_real_home_today(
    real: Departement, prepared: Situation, tmp_path: Path
) -> None:
    # With a seal, so that only the dates stand in the way.
    write_seal_file(tmp_path / "seal.p12")
    sealed = import_seal(real, tmp_path / "seal.p12")
    real.do(*prepared.loading())

    loaded = real.run("import", prepared.source, "--attest")
    sent = real.run("export", "--deadline", DEADLINE, "--for-real")

    assert sealed.exit_code == 0, sealed
    for refused in (loaded, sent):
        assert refused.exit_code == 3
        assert "le traitement a pris fin le 31/12/2023" in refused.complaint
    assert not list((real.home / "outbox").rglob("*.asice"))


def test_the_clock_of_a_real_home_cannot_be_set(real: Departement) -> None:
    answer = real.run("clock", "set", "2023-01-31")

    assert answer.exit_code == 3
    assert "ne se règle pas" in answer.complaint


def test_a_real_home_sends_nothing_without_a_seal(real: Departement, prepared: Situation) -> None:
    real.do(*prepared.loading())

    answer = real.run("export", "--deadline", DEADLINE, "--for-real")

    assert "aucun cachet" in answer.complaint


def test_a_home_that_claims_no_longer_to_be_a_trial_is_refused(fresh: Situation) -> None:
    document = fresh.departement.home / "home.json"
    document.write_text(document.read_text().replace('"trial": true', '"trial": false'))

    answer = fresh.departement.run("status")

    assert answer.exit_code == 4
    assert "premier événement" in answer.complaint


def test_a_recipient_opens_a_trial_package_only_when_asked(sent: Situation) -> None:
    answer = sent.departement.run(
        *("open", sent.package("dgefp")),
        *("--identity", sent.keys("dgefp") / "identity.txt"),
        *("--sender-cert", sent.departement.seal_certificate),
        *("--out", sent.folder / "opened"),
    )

    assert answer.exit_code == 3
    assert "ESSAI" in answer.complaint
    assert not (sent.folder / "opened").exists()
