"""The destruction certificate: one text for each value, and no other key."""

import pytest

from schemas.certificate import CertificateFormError, read_certificate
from tests.fakes.certificate import CERTIFICATE

_BYTES = CERTIFICATE.canonical_bytes()


def test_what_is_written_is_read() -> None:
    assert read_certificate(_BYTES) == CERTIFICATE


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
