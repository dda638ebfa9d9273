"""One test for each numbered property of ``verify_detached``.

Each forgery is signed again by the genuine key, so that the property shown is the one that fails.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ObjectIdentifier

from keys.errors import InvalidSignatureError
from keys.seal import (
    SealKey,
    self_signed,
    sign_detached,
    sign_enveloping,
    verify_detached,
    verify_enveloping,
)
from keys.seal.algorithms import SHA256, SHA384
from keys.seal.attributes import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
)
from keys.seal.structures import (
    DATA,
    SIGNED_DATA,
    AlgorithmIdentifier,
    CertificateIdentifier,
    IssuerAndSerialNumber,
    IssuerSerial,
    SigningCertificate,
)
from tests.unit.keys.seal.authority import certified_seal
from tests.unit.keys.seal.forgery import Forgery, LooseAttribute, algorithm, raw, tlv

_CONTENT = b"digests of a package"
_AT = datetime(2023, 1, 31, 9, 30, tzinfo=UTC)
_SEAL = self_signed("Département d'essai")
_STRANGER = self_signed("Département d'essai")
_SIGNATURE = sign_detached(_CONTENT, _SEAL, _AT)
_ECDSA_SHA384 = "1.2.840.10045.4.3.3"
_RSA_SHA256 = "1.2.840.113549.1.1.11"
_SHA1 = "1.3.14.3.2.26"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_SHA384 = "2.16.840.1.101.3.4.2.2"
_OTHER_ATTRIBUTE = ObjectIdentifier("1.2.840.113549.1.9.15")


def _forgery() -> Forgery:
    return Forgery.of(_SIGNATURE)


def _require_refused(signature: bytes, content: bytes = _CONTENT, seal: SealKey = _SEAL) -> None:
    with pytest.raises(InvalidSignatureError, match="n'est pas celle du certificat attendu"):
        verify_detached(signature, content, seal.certificate)


def test_a_detached_signature_gives_its_time_and_certificate() -> None:
    verified = verify_detached(_SIGNATURE, _CONTENT, _SEAL.certificate)

    assert (verified.signing_time, verified.certificate) == (_AT, _SEAL.certificate)


def test_the_signing_time_is_in_whole_seconds_of_utc() -> None:
    paris = timezone(timedelta(hours=1))
    at = datetime(2023, 1, 31, 10, 30, 0, 999_999, tzinfo=paris)

    signature = sign_detached(_CONTENT, _SEAL, at)

    assert verify_detached(signature, _CONTENT, _SEAL.certificate).signing_time == _AT


@pytest.mark.parametrize("content", [b"", _CONTENT, bytes(range(256)) * 1000])
def test_an_enveloping_signature_gives_its_content(content: bytes) -> None:
    signature = sign_enveloping(content, _SEAL, _AT)

    assert verify_enveloping(signature, _SEAL.certificate)[0] == content


def test_what_forgeries_are_made_from_is_genuine() -> None:
    signature = _forgery().sign(_SEAL)

    assert verify_detached(signature, _CONTENT, _SEAL.certificate).signing_time == _AT


@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(lambda der: der + b"\0", id="a byte after it"),
        pytest.param(lambda der: der[:-1], id="a byte less"),
        pytest.param(lambda der: b"\x30\x83\0" + der[2:], id="a longer form of its length"),
        pytest.param(lambda der: b"\x30\x80" + der[4:] + b"\0\0", id="an indefinite length"),
        pytest.param(lambda _: b"", id="nothing"),
    ],
)
def test_1_another_encoding_of_a_signature_is_refused(encode: Callable[[bytes], bytes]) -> None:
    _require_refused(encode(_SIGNATURE))


def test_1_attributes_out_of_order_are_refused() -> None:
    attributes = [asn1.encode_der(attribute) for attribute in _forgery().attributes]
    in_order = b"".join(attributes)

    assert in_order in _SIGNATURE
    _require_refused(_SIGNATURE.replace(in_order, b"".join(reversed(attributes))))


def test_1_another_kind_or_version_of_message_is_refused() -> None:
    of_another_kind, of_another_version = _forgery(), _forgery()
    of_another_kind.message.content_type = DATA
    of_another_version.signed_data.version = 3

    _require_refused(of_another_kind.sign(_SEAL))
    _require_refused(of_another_version.sign(_SEAL))


@pytest.mark.parametrize("count", [0, 2])
def test_2_no_signer_and_two_signers_are_refused(count: int) -> None:
    forgery = _forgery()
    forgery.signed_data.signers = asn1.SetOf([forgery.signer] * count)

    _require_refused(asn1.encode_der(forgery.message))


def test_2_a_signer_named_otherwise_is_refused() -> None:
    genuine = _SEAL.certificate.issuer_and_serial_number
    stranger = self_signed("Une autre autorité").certificate.issuer_and_serial_number
    other_serial = IssuerAndSerialNumber(
        issuer=genuine.issuer, serial_number=genuine.serial_number + 1
    )
    other_issuer = IssuerAndSerialNumber(
        issuer=stranger.issuer, serial_number=genuine.serial_number
    )

    for name in (tlv(other_serial), tlv(other_issuer), raw(b"\x80\x03key")):
        forgery = _forgery()
        forgery.signer.signer = name
        _require_refused(forgery.sign(_SEAL))


def test_2_a_signer_of_another_version_is_refused() -> None:
    forgery = _forgery()
    forgery.signer.version = 3

    _require_refused(forgery.sign(_SEAL))


def test_3_a_signature_that_brings_its_own_certificate_is_refused() -> None:
    _require_refused(sign_detached(_CONTENT, _STRANGER, _AT))


def test_3_a_missing_other_or_second_certificate_is_refused() -> None:
    genuine, other = raw(_SEAL.certificate.der), raw(_STRANGER.certificate.der)

    for certificates in ([], [other], [genuine, other], [genuine, genuine]):
        forgery = _forgery()
        forgery.signed_data.certificates = asn1.SetOf(certificates)
        _require_refused(forgery.sign(_SEAL))


def test_3_a_signature_without_certificates_or_with_a_revocation_list_is_refused() -> None:
    without, with_list = _forgery(), _forgery()
    without.signed_data.certificates = None
    with_list.signed_data.revocation_lists = asn1.SetOf([raw(b"\x30\x00")])

    _require_refused(without.sign(_SEAL))
    _require_refused(with_list.sign(_SEAL))


@pytest.mark.parametrize(
    "missing", [CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, SIGNING_CERTIFICATE_V2]
)
def test_4_a_missing_attribute_is_refused(missing: ObjectIdentifier) -> None:
    forgery = _forgery()
    forgery.drop(missing)

    _require_refused(forgery.sign(_SEAL))


def test_4_a_fifth_attribute_is_refused() -> None:
    forgery = _forgery()
    fifth = LooseAttribute(attribute_type=_OTHER_ATTRIBUTE, values=asn1.SetOf([tlv(b"")]))
    forgery.attributes.append(fifth)

    _require_refused(forgery.sign(_SEAL))


def test_4_another_attribute_in_place_of_one_is_refused() -> None:
    forgery = _forgery()
    forgery.drop(SIGNING_TIME)
    other = LooseAttribute(attribute_type=_OTHER_ATTRIBUTE, values=asn1.SetOf([tlv(b"")]))
    forgery.attributes.append(other)

    _require_refused(forgery.sign(_SEAL))


def test_4_an_attribute_there_twice_is_refused() -> None:
    for attribute in _forgery().attributes:
        forgery = _forgery()
        forgery.attributes.append(attribute)
        _require_refused(forgery.sign(_SEAL))


def test_4_an_attribute_without_value_or_with_two_is_refused() -> None:
    digest = SHA256.of(_CONTENT)

    for values in ((), (digest, digest), (digest, SHA256.of(b"other"))):
        forgery = _forgery()
        forgery.set_value(MESSAGE_DIGEST, *values)
        _require_refused(forgery.sign(_SEAL))


def test_4_an_attribute_value_of_another_kind_is_refused() -> None:
    forgery = _forgery()
    forgery.set_value(SIGNING_TIME, asn1.GeneralizedTime(_AT))

    _require_refused(forgery.sign(_SEAL))


def test_4_an_unsigned_attribute_is_refused() -> None:
    forgery = _forgery()
    unsigned = LooseAttribute(attribute_type=_OTHER_ATTRIBUTE, values=asn1.SetOf([tlv(b"")]))
    forgery.signer.unsigned_attributes = asn1.SetOf([unsigned])

    _require_refused(forgery.write())


def test_5_content_that_is_not_plain_data_is_refused() -> None:
    outside, inside = _forgery(), _forgery()
    outside.signed_data.encapsulated.content_type = SIGNED_DATA
    inside.set_value(CONTENT_TYPE, SIGNED_DATA)

    _require_refused(outside.sign(_SEAL))
    _require_refused(inside.sign(_SEAL))


def test_5_a_detached_signature_that_carries_content_is_refused() -> None:
    _require_refused(sign_enveloping(_CONTENT, _SEAL, _AT))


def test_5_an_enveloping_signature_that_carries_no_content_is_refused() -> None:
    for detached in (_SIGNATURE, sign_detached(b"", _SEAL, _AT)):
        with pytest.raises(InvalidSignatureError, match="n'est pas celle du certificat attendu"):
            verify_enveloping(detached, _SEAL.certificate)


@pytest.mark.parametrize("name", [_SHA1, _SHA384])
def test_6_a_digest_not_admitted_or_not_the_one_used_is_refused(name: str) -> None:
    forgery = _forgery()
    forgery.signer.digest_algorithm = algorithm(name)
    forgery.signed_data.digest_algorithms = asn1.SetOf([algorithm(name)])

    _require_refused(forgery.sign(_SEAL))


def test_6_a_digest_named_with_parameters_is_refused() -> None:
    announced, signers = _forgery(), _forgery()
    announced.signed_data.digest_algorithms = asn1.SetOf([algorithm(_SHA256, null=True)])
    signers.signer.digest_algorithm = algorithm(_SHA256, null=True)

    _require_refused(announced.write())
    _require_refused(signers.write())


@pytest.mark.parametrize("count", [0, 2])
def test_6_announcing_no_digest_or_two_is_refused(count: int) -> None:
    forgery = _forgery()
    announced = [forgery.signer.digest_algorithm, algorithm(_SHA384)]
    forgery.signed_data.digest_algorithms = asn1.SetOf(announced[:count])

    _require_refused(forgery.sign(_SEAL))


def test_6_announcing_another_digest_than_the_signers_is_refused() -> None:
    forgery = _forgery()
    forgery.signed_data.digest_algorithms = asn1.SetOf([algorithm(_SHA384)])

    _require_refused(forgery.sign(_SEAL))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(algorithm(_ECDSA_SHA384), id="over another digest"),
        pytest.param(algorithm("1.2.840.10045.4.3.2", null=True), id="with parameters"),
        pytest.param(algorithm("1.2.840.113549.1.1.1", null=True), id="of another kind of key"),
    ],
)
def test_6_a_signature_algorithm_that_is_not_the_keys_is_refused(name: asn1.TLV) -> None:
    forgery = _forgery()
    forgery.signer.signature_algorithm = name

    _require_refused(forgery.sign(_SEAL))


def test_6_an_rsa_signature_under_its_other_name_is_refused() -> None:
    seal = certified_seal(rsa.generate_private_key(65537, 3072))
    forgery = Forgery.of(sign_detached(_CONTENT, seal, _AT))
    forgery.signer.signature_algorithm = algorithm(_RSA_SHA256, null=True)

    _require_refused(forgery.write(), seal=seal)


def test_7_a_signature_of_another_key_under_the_pinned_certificate_is_refused() -> None:
    _require_refused(_forgery().sign(_STRANGER))


def test_7_attributes_changed_after_signing_are_refused() -> None:
    forgery = _forgery()
    forgery.set_value(SIGNING_TIME, asn1.UTCTime(_AT + timedelta(days=1)))

    _require_refused(forgery.write())


def test_8_another_content_is_refused() -> None:
    _require_refused(_SIGNATURE, content=_CONTENT + b"\n")


def test_8_content_exchanged_inside_the_envelope_is_refused() -> None:
    forgery = Forgery.of(sign_enveloping(_CONTENT, _SEAL, _AT))
    forgery.signed_data.encapsulated.content = b"other"

    with pytest.raises(InvalidSignatureError, match="n'est pas celle du certificat attendu"):
        verify_enveloping(forgery.write(), _SEAL.certificate)


def _naming(
    der: bytes, hash_algorithm: str | None = None, repeated: IssuerAndSerialNumber | None = None
) -> CertificateIdentifier:
    identifier = CertificateIdentifier(
        hash_algorithm=None, certificate_hash=SHA256.of(der), issuer_serial=None
    )
    if hash_algorithm is not None:
        name = ObjectIdentifier(hash_algorithm)
        digest = SHA384 if hash_algorithm == _SHA384 else SHA256
        identifier.hash_algorithm = AlgorithmIdentifier(algorithm=name, parameters=None)
        identifier.certificate_hash = digest.of(der)
    if repeated is not None:
        identifier.issuer_serial = IssuerSerial(
            issuer=[repeated.issuer], serial_number=repeated.serial_number
        )
    return identifier


def _signed_naming(identifier: CertificateIdentifier) -> bytes:
    forgery = _forgery()
    forgery.set_value(SIGNING_CERTIFICATE_V2, SigningCertificate(certificates=[identifier]))
    return forgery.sign(_SEAL)


@pytest.mark.parametrize("hash_algorithm", [None, _SHA384])
def test_9_the_pinned_certificate_may_be_named_by_another_digest_and_with_its_issuer(
    hash_algorithm: str | None,
) -> None:
    pinned = _SEAL.certificate
    signature = _signed_naming(_naming(pinned.der, hash_algorithm, pinned.issuer_and_serial_number))

    assert verify_detached(signature, _CONTENT, pinned).signing_time == _AT


@pytest.mark.parametrize(
    "identifier",
    [
        pytest.param(_naming(_STRANGER.certificate.der), id="another certificate"),
        pytest.param(_naming(_SEAL.certificate.der, _SHA1), id="a digest not admitted"),
        pytest.param(
            _naming(_SEAL.certificate.der, None, _STRANGER.certificate.issuer_and_serial_number),
            id="another issuer and serial",
        ),
    ],
)
def test_9_a_signature_that_names_another_certificate_is_refused(
    identifier: CertificateIdentifier,
) -> None:
    _require_refused(_signed_naming(identifier))


def test_9_an_attribute_that_names_two_certificates_or_none_is_refused() -> None:
    one = asn1.encode_der(_naming(_SEAL.certificate.der))

    for listed in (b"", one + one):
        forgery = _forgery()
        inner = bytes([0x30, len(listed)]) + listed
        (attribute,) = (a for a in forgery.attributes if a.attribute_type == SIGNING_CERTIFICATE_V2)
        attribute.values = asn1.SetOf([raw(bytes([0x30, len(inner)]) + inner)])
        _require_refused(forgery.sign(_SEAL))


@pytest.mark.parametrize("year", [2019, 2041])
def test_10_a_signing_time_outside_the_validity_is_refused(year: int) -> None:
    forgery = _forgery()
    forgery.set_value(SIGNING_TIME, asn1.UTCTime(_AT.replace(year=year)))

    _require_refused(forgery.sign(_SEAL))
