"""One test for each numbered property of ``require_own_form``."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from keys.errors import InvalidSignatureError
from keys.seal import (
    SealKey,
    require_own_form,
    self_signed,
    sign_detached,
    sign_enveloping,
    verify_detached,
    verify_enveloping,
)
from keys.seal.algorithms import SHA384, digest_identifier, sign, signature_identifier
from keys.seal.attributes import MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2
from keys.seal.structures import CertificateIdentifier, SigningCertificate
from tests.unit.keys.seal.authority import certified_seal
from tests.unit.keys.seal.forgery import Forgery, tlv, twin

_CONTENT = b"digests of a package"
_AT = datetime(2023, 1, 31, 9, 30, tzinfo=UTC)
_SEAL = self_signed("Département d'essai")
# Half of all ECDSA signatures would be high: so many that are low are no accident.
_ENOUGH = 20


def _require_own_form(signature: bytes, seal: SealKey) -> None:
    verified = verify_detached(signature, _CONTENT, seal.certificate)
    require_own_form(signature, _CONTENT, verified)


@pytest.mark.parametrize(
    "seal",
    [
        pytest.param(_SEAL, id="P-256"),
        pytest.param(certified_seal(ec.generate_private_key(ec.SECP384R1())), id="P-384"),
        pytest.param(certified_seal(ec.generate_private_key(ec.SECP521R1())), id="P-521"),
        pytest.param(certified_seal(rsa.generate_private_key(65537, 3072)), id="RSA"),
    ],
)
def test_what_we_sign_is_in_our_form(seal: SealKey) -> None:
    for _ in range(_ENOUGH):
        _require_own_form(sign_detached(_CONTENT, seal, _AT), seal)


def test_an_envelope_of_ours_is_in_our_form() -> None:
    signature = sign_enveloping(_CONTENT, _SEAL, _AT)
    content, verified = verify_enveloping(signature, _SEAL.certificate)

    require_own_form(signature, content, verified)


def test_11_a_signature_that_says_more_than_ours_is_refused() -> None:
    named = CertificateIdentifier(
        hash_algorithm=digest_identifier(SHA384),
        certificate_hash=SHA384.of(_SEAL.certificate.der),
        issuer_serial=None,
    )
    forgery = Forgery.of(sign_detached(_CONTENT, _SEAL, _AT))
    forgery.set_value(SIGNING_CERTIFICATE_V2, SigningCertificate(certificates=[named]))

    _require_refused(forgery.sign(_SEAL))


def test_11_a_digest_of_another_strength_than_ours_is_refused() -> None:
    forgery = Forgery.of(sign_detached(_CONTENT, _SEAL, _AT))
    forgery.signed_data.digest_algorithms = asn1.SetOf([tlv(digest_identifier(SHA384))])
    forgery.signer.digest_algorithm = tlv(digest_identifier(SHA384))
    forgery.signer.signature_algorithm = tlv(
        signature_identifier(_SEAL.certificate.public_key, SHA384)
    )
    forgery.set_value(MESSAGE_DIGEST, SHA384.of(_CONTENT))
    signed = asn1.encode_der(asn1.SetOf(forgery.attributes))
    forgery.signer.signature = sign(_SEAL.private_key, SHA384, signed)

    _require_refused(forgery.write())


def test_12_the_twin_of_a_signature_is_refused() -> None:
    _require_refused(twin(sign_detached(_CONTENT, _SEAL, _AT)))


def _require_refused(signature: bytes) -> None:
    """Refuse a form though the signature itself verifies."""
    verified = verify_detached(signature, _CONTENT, _SEAL.certificate)

    with pytest.raises(InvalidSignatureError, match="n'est pas celle du certificat attendu"):
        require_own_form(signature, _CONTENT, verified)
