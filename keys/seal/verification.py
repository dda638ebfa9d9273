"""Verifying a CAdES baseline signature against a pinned certificate."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat import asn1

from keys.errors import InvalidSignatureError
from keys.seal.algorithms import Algorithm, accepted_algorithm, verify
from keys.seal.certificates import Certificate
from keys.seal.structures import (
    CMS_VERSION,
    CONTENT_TYPE,
    DATA,
    MESSAGE_DIGEST,
    SIGNED_DATA,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    Attribute,
    ContentInfo,
    SignedData,
    SignerInfo,
    SigningCertificateV2,
)

_MAX_SIGNATURE_BYTES: Final = 10_000_000
_ATTRIBUTES: Final = {CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, SIGNING_CERTIFICATE_V2}


@dataclass(frozen=True, slots=True)
class VerifiedSignature:
    """A signature that holds: who signed, and the time the signer claims."""

    certificate: Certificate
    signing_time: datetime


def verify_detached(signature: bytes, content: bytes, pinned: Certificate) -> VerifiedSignature:
    """Verify a signature over ``content``, which it must not carry itself.

    See ``_verify`` for what holds. Raises ``InvalidSignatureError``, without a cause.
    """
    signed_data = _parse(signature)
    if signed_data.encapsulated.content is not None:
        raise _refused()
    return _verify(signed_data, content, pinned)


def verify_enveloping(signature: bytes, pinned: Certificate) -> tuple[bytes, VerifiedSignature]:
    """Verify a signature around its content; give the content.

    See ``_verify`` for what holds. Raises ``InvalidSignatureError``, without a cause.
    """
    signed_data = _parse(signature)
    content = signed_data.encapsulated.content
    if content is None:
        raise _refused()
    return content, _verify(signed_data, content, pinned)


def _parse(signature: bytes) -> SignedData:
    """Read strict DER: what is read, written again, is the same bytes."""
    if len(signature) > _MAX_SIGNATURE_BYTES:
        raise _refused()
    try:
        info = asn1.decode_der(ContentInfo, signature)
        if asn1.encode_der(info) != signature or info.content_type != SIGNED_DATA:
            raise _refused()
    except (ValueError, OverflowError):
        raise _refused() from None
    return info.content


def _verify(signed_data: SignedData, content: bytes, pinned: Certificate) -> VerifiedSignature:
    """Verify what was parsed.

    Properties that hold when this returns:

    0. the bytes are the one DER encoding of these shapes: no unsigned attribute, no
       revocation list, nothing beside them (``_parse``);
    1. one signer, one digest algorithm, one certificate: the pinned one, byte for byte;
    2. the signer is named by that certificate's issuer and serial number;
    3. the algorithms are of the accepted ones and agree with each other;
    4. the signed attributes are content-type, message-digest, signing-time and
       signing-certificate-v2, each once with one value, and nothing else;
    5. the message digest is that of the content;
    6. signing-certificate-v2 is the digest of the pinned certificate;
    7. the signature over the attributes verifies with the pinned certificate's key;
    8. the claimed signing time lies within the certificate's validity.
    """
    signer = _only_signer(signed_data, pinned)  # (1)
    _require_named(signer, pinned)  # (2)
    algorithm = _algorithm(signed_data, signer)  # (3)
    values = _attribute_values(signer.signed_attributes.as_list())  # (4)
    digest = hashlib.new(algorithm.hash.name, content).digest()
    if values[CONTENT_TYPE] != asn1.encode_der(DATA):
        raise _refused()
    if values[MESSAGE_DIGEST] != asn1.encode_der(digest):  # (5)
        raise _refused()
    _require_certificate_digest(values[SIGNING_CERTIFICATE_V2], pinned)  # (6)
    _require_signature(signer, algorithm, pinned)  # (7)
    signing_time = _signing_time(values[SIGNING_TIME])
    if not pinned.not_before <= signing_time <= pinned.not_after:  # (8)
        raise _refused()
    return VerifiedSignature(pinned, signing_time)


def _only_signer(signed_data: SignedData, pinned: Certificate) -> SignerInfo:
    signers = signed_data.signer_infos.as_list()
    certificates = [asn1.encode_der(tlv) for tlv in signed_data.certificates.as_list()]
    if len(signers) != 1 or certificates != [pinned.der]:
        raise _refused()
    if signed_data.version != CMS_VERSION or signers[0].version != CMS_VERSION:
        raise _refused()
    if signed_data.encapsulated.content_type != DATA:
        raise _refused()
    return signers[0]


def _require_named(signer: SignerInfo, pinned: Certificate) -> None:
    certificate = pinned.x509()
    issuer = asn1.encode_der(signer.sid.issuer)
    if issuer != certificate.issuer.public_bytes():
        raise _refused()
    if signer.sid.serial_number != certificate.serial_number:
        raise _refused()


def _algorithm(signed_data: SignedData, signer: SignerInfo) -> Algorithm:
    announced = [asn1.encode_der(tlv) for tlv in signed_data.digest_algorithms.as_list()]
    algorithm = accepted_algorithm(signer.digest_algorithm, signer.signature_algorithm)
    if algorithm is None or announced != [asn1.encode_der(signer.digest_algorithm)]:
        raise _refused()
    return algorithm


def _attribute_values(attributes: "list[Attribute]") -> dict[object, bytes]:
    values: dict[object, bytes] = {}
    for attribute in attributes:
        held = attribute.values.as_list()
        if len(held) != 1:
            raise _refused()
        values[attribute.type] = asn1.encode_der(held[0])
    if values.keys() != _ATTRIBUTES or len(attributes) != len(_ATTRIBUTES):
        raise _refused()
    return values


def _require_certificate_digest(value: bytes, pinned: Certificate) -> None:
    try:
        named = asn1.decode_der(SigningCertificateV2, value).certificates
    except ValueError:
        raise _refused() from None
    expected = hashlib.sha256(pinned.der).digest()
    if [entry.certificate_hash for entry in named] != [expected]:
        raise _refused()


def _require_signature(signer: SignerInfo, algorithm: Algorithm, pinned: Certificate) -> None:
    signed = asn1.encode_der(signer.signed_attributes)
    try:
        verify(pinned.x509().public_key(), signer.signature, signed, algorithm)
    except (InvalidSignature, TypeError):
        raise _refused() from None


def _signing_time(value: bytes) -> datetime:
    try:
        return asn1.decode_der(asn1.UTCTime, value).as_datetime().astimezone(UTC)
    except ValueError:
        raise _refused() from None


def _refused() -> InvalidSignatureError:
    return InvalidSignatureError("la signature n'est pas valable")
