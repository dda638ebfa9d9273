"""What is signed beside the packages, bit by bit: every flip is refused.

A receipt, a certificate of destruction, a checkpoint, a proof and its event, all made by the
commands; read here in this process by what the commands read them with.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from exchange.audit.checkpoints import Checkpoint, open_checkpoint
from exchange.audit.errors import InvalidCheckpointError, InvalidProofError
from exchange.audit.proofs import verify_proof
from exchange.receipts.documents import read_receipt
from exchange.retention.certificates import verify_certificate
from keys.errors import InvalidNoteError, InvalidSignatureError
from keys.notes import NoteVerifier, decode_note
from keys.seal import load_certificate
from tests.fakes.flipped_bits import EXTENTS, flipped, let_pass
from tests.fakes.situation import DGEFP, Situation

_REFUSALS = (InvalidSignatureError, InvalidNoteError, InvalidCheckpointError, InvalidProofError)


@dataclass(frozen=True, slots=True)
class Signed:
    """A document, and what reads it."""

    data: bytes
    read: Callable[[bytes], object]


@pytest.fixture(scope="module")
def told(published: Situation, tmp_path_factory: pytest.TempPathFactory) -> Situation:
    """A home that was answered, has destroyed, and has proved that it did."""
    told = published.copied_to(tmp_path_factory.mktemp("told"))
    departement, out = told.departement, told.folder / "receipt.p7m"
    departement.do("acknowledge", told.package(DGEFP), *told.signing(DGEFP), "--out", out)
    departement.do("clock", "set", "2023-09-30T10:00")
    departement.do("purge", "--for-real")
    (told.folder / "checkpoint").write_text(departement.do("audit", "checkpoint"), "utf-8")
    said = departement.do("audit", "prove", "5", "--out", told.folder / "proof")
    (told.folder / "log.key").write_text(said.split("Clé du journal : ")[1].split()[0], "utf-8")
    return told


def _receipt(told: Situation) -> Signed:
    recipient = load_certificate((told.keys(DGEFP) / "receipt-cert.pem").read_bytes())
    return Signed(_file(told, "receipt.p7m"), lambda data: read_receipt(data, recipient))


def _certificate(told: Situation) -> Signed:
    seal = told.departement.seal_certificate.read_bytes()
    path = next((told.departement.home / "certificates").glob("*.p7m"))
    return Signed(path.read_bytes(), lambda data: verify_certificate(data, seal))


def _checkpoint(told: Situation) -> Signed:
    log = _log(told)
    return Signed(
        _file(told, "checkpoint"), lambda data: open_checkpoint(decode_note(data), log, log.name)
    )


def _proof(told: Situation) -> Signed:
    log, event = _log(told), _file(told, "proof.event.json")
    return Signed(
        _file(told, "proof"), lambda data: verify_proof(decode_note(data), event, log, log.name)
    )


def _proved_event(told: Situation) -> Signed:
    log, proof = _log(told), decode_note(_file(told, "proof"))
    return Signed(
        _file(told, "proof.event.json"), lambda data: verify_proof(proof, data, log, log.name)
    )


def _file(told: Situation, name: str) -> bytes:
    return (told.folder / name).read_bytes()


def _log(told: Situation) -> NoteVerifier:
    return NoteVerifier.parse(_file(told, "log.key").decode())


@pytest.mark.parametrize("whole", EXTENTS)
@pytest.mark.parametrize("signed", [_receipt, _certificate, _checkpoint, _proof, _proved_event])
def test_no_flipped_bit_of_a_signed_document_passes(
    told: Situation, signed: Callable[[Situation], Signed], *, whole: bool
) -> None:
    document = signed(told)
    document.read(document.data)

    passed = let_pass(flipped(document.data, whole=whole), document.read, _REFUSALS)

    assert passed == []


def test_the_flips_find_a_reader_that_verifies_no_signature(told: Situation) -> None:
    note = _checkpoint(told).data

    passed = let_pass(
        flipped(note, whole=False), lambda data: Checkpoint.of_note(decode_note(data)), _REFUSALS
    )

    assert len(passed) > 100
