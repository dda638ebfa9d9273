"""A receipt of another transfer, another signer, altered or replayed changes nothing."""

from pathlib import Path

import pytest

from tests.fakes.situation import DGEFP, PROVIDER, Situation
from tests.unit.keys.seal.forgery import twin


def _acknowledged(situation: Situation, package_of: str, signed_by: str) -> Path:
    out = situation.folder / f"{package_of}-by-{signed_by}.p7m"
    package = situation.package(package_of)
    situation.departement.do("acknowledge", package, *situation.signing(signed_by), "--out", out)
    return out


def _rejected(situation: Situation, *lines: str) -> Path:
    out = situation.folder / "rejected.p7m"
    options = (*lines, "--code", "COURRIEL_FORMAT", *situation.signing(DGEFP), "--out", out)
    situation.departement.do("reject", situation.package(DGEFP), *options)
    return out


def _state(situation: Situation, recipient_id: str) -> str:
    output = situation.departement.do("transfer", "show", situation.transfer_id(recipient_id))
    return output.split("état", 1)[1].splitlines()[0].strip()


def test_an_acknowledgement_is_accepted(sent: Situation) -> None:
    sent.departement.do("receipt", _acknowledged(sent, DGEFP, DGEFP))

    assert _state(sent, DGEFP) == "reçu (accusé)"


def test_a_replayed_acknowledgement_is_refused(sent: Situation) -> None:
    receipt = _acknowledged(sent, DGEFP, DGEFP)
    sent.departement.do("receipt", receipt)

    answer = sent.departement.run("receipt", receipt)

    assert answer.exit_code == 3
    assert "déjà été enregistrée" in answer.complaint


def test_a_replayed_answer_under_the_twin_of_its_signature_is_refused(sent: Situation) -> None:
    receipt = _rejected(sent, "--line", "1")
    sent.departement.do("receipt", receipt)
    receipt.write_bytes(twin(receipt.read_bytes()))

    answer = sent.departement.run("receipt", receipt)

    assert answer.exit_code == 3
    assert "déjà été enregistrée" in answer.complaint


def test_an_acknowledgement_signed_by_another_recipient_is_refused(sent: Situation) -> None:
    answer = sent.departement.run("receipt", _acknowledged(sent, DGEFP, PROVIDER))

    assert answer.exit_code == 3
    assert (_state(sent, DGEFP), _state(sent, PROVIDER)) == ("publié", "publié")


def test_an_acknowledgement_of_another_home_s_package_is_refused(
    sent: Situation, fresh: Situation
) -> None:
    fresh.departement.do("export", "--for-real")
    receipt = _acknowledged(fresh, DGEFP, DGEFP)

    answer = sent.departement.run("receipt", receipt)

    assert answer.exit_code == 3
    assert _state(sent, DGEFP) == "publié"


@pytest.mark.parametrize("offset", range(0, 1000, 125))
def test_an_altered_acknowledgement_is_refused(sent: Situation, offset: int) -> None:
    receipt = sent.folder / "receipt.p7m"
    signing = sent.signing(DGEFP)
    sent.departement.do("acknowledge", sent.package(DGEFP), *signing, "--out", receipt)
    data = bytearray(receipt.read_bytes())
    data[offset % len(data)] ^= 1
    receipt.write_bytes(data)

    answer = sent.departement.run("receipt", receipt)

    assert answer.exit_code == 3
    assert _state(sent, DGEFP) == "publié"


def test_rejected_lines_are_kept_and_a_line_that_was_not_sent_is_refused(sent: Situation) -> None:
    beyond = sent.departement.run("receipt", _rejected(sent, "--line", "1", "--line", "201"))
    (sent.folder / "rejected.p7m").unlink()
    sent.departement.do("receipt", _rejected(sent, "--line", "1", "--line", "200"))

    assert "n'est pas dans le paquet" in beyond.complaint
    shown = sent.departement.do("transfer", "show", sent.transfer_id(DGEFP))
    assert "lignes rejetées" in shown
    assert _state(sent, DGEFP) == "reçu, des lignes rejetées"


def test_a_declared_destruction_ends_the_transfer(sent: Situation) -> None:
    sent.departement.do("receipt", _acknowledged(sent, DGEFP, DGEFP))
    out = sent.folder / "destroyed.p7m"
    package = sent.package(DGEFP)
    sent.departement.do("declare-destruction", package, *sent.signing(DGEFP), "--out", out)

    sent.departement.do("receipt", out)

    assert _state(sent, DGEFP) == "détruit chez le destinataire"


def test_a_line_rejected_by_number_and_by_reference_counts_once(sent: Situation) -> None:
    folder = sent.folder / "opened"
    sent.departement.do(
        *("open", sent.package(DGEFP)),
        *("--identity", sent.keys(DGEFP) / "identity.txt"),
        *("--sender-cert", sent.departement.seal_certificate),
        *("--out", folder, "--accept-trial"),
    )
    first = next(folder.glob("*.csv")).read_text("utf-8-sig").splitlines()[1]
    reference = first.rsplit(";", 1)[1].strip('"')

    shown = sent.departement.do("receipt", _rejected(sent, "--line", "1", "--reference", reference))

    assert "lignes rejetées  1" in shown
