"""The destruction certificate: one text for each value, and no other key."""

import pytest

from schemas.certificate import CertificateFormError, DestructionCertificate, read_certificate

_CERTIFICATE = DestructionCertificate(
    certificate_id="P-1",
    trial=True,
    issuer="CN=Département d'essai",
    agreement="spie-62",
    agreement_digest="a" * 64,
    rule="30 jours après la dernière échéance d'envoi",
    instruction="I-2022-2",
    archives="ces données sont des doubles",
    begun_at="2023-09-30T08:00:00.000Z",
    ended_at="2023-09-30T08:00:01.000Z",
    people=1,
    held_rows=0,
    packages=2,
    keys=("records",),
    scope=("toutes les données",),
    method=("la clé a été retirée",),
    exceptions=("les sauvegardes",),
    leaf_index=1,
    event="{}",
    proof="c2sp.org/tlog-proof@v1",
    log_key="journal+0123+CCCC",
)
_BYTES = _CERTIFICATE.canonical_bytes()


def test_what_is_written_is_read() -> None:
    assert read_certificate(_BYTES) == _CERTIFICATE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b'"format":1', b'"format":2', id="a format of the future"),
        pytest.param(b'"format":1', b'"format":true', id="a truth for a number"),
        pytest.param(b'"leaf_index":1', b'"leaf_index":true', id="a truth for an index"),
        pytest.param(b'"trial":true', b'"trial":1', id="a number for a truth"),
        pytest.param(b'"trial":true', b'"trial": true', id="a space"),
        pytest.param(b'"trial":true', b'"trial":true,"trial":true', id="a doubled key"),
        pytest.param(b'"trial":true', b'"trial":true,"zone":"x"', id="an unknown key"),
        pytest.param(b'"people":1,', b"", id="a missing key"),
        pytest.param(b"{", b"[{", id="no JSON"),
    ],
)
def test_another_spelling_is_refused(old: bytes, new: bytes) -> None:
    assert old in _BYTES

    with pytest.raises(CertificateFormError, match="pas un certificat de destruction"):
        read_certificate(_BYTES.replace(old, new, 1))


@pytest.mark.parametrize("data", [b"", b"1", b"[]", b"\xff", b"[" * 100])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(CertificateFormError, match="pas un certificat de destruction"):
        read_certificate(data)
