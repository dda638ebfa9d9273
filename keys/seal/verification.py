"""Verifying a CAdES baseline signature against one pinned certificate."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat import asn1

from keys.errors import InvalidSignatureError
from keys.seal.algorithms import (
    SHA256,
    Digest,
    is_low,
    named_digest,
    signature_identifier,
    verify,
)
from keys.seal.attributes import read_attributes
from keys.seal.certificates import Certificate
from keys.seal.signing import assemble, attributes_over
from keys.seal.structures import (
    CMS_VERSION,
    DATA,
    SIGNED_DATA,
    CertificateIdentifier,
    ContentInfo,
    IssuerAndSerialNumber,
    SignedData,
    SignerInfo,
)


@dataclass(frozen=True, slots=True)
class VerifiedSignature:
    """A signature that holds. ``signing_time`` is what the signer says, UTC, to the second."""

    signing_time: datetime
    certificate: Certificate


def verify_detached(signature: bytes, content: bytes, pinned: Certificate) -> VerifiedSignature:
    """Verify a signature over a content that is apart.

    Properties that hold:

    1. the signature is the one DER encoding of a CMS SignedData, with nothing after it;
    2. it bears exactly one signer, who is named as the pinned certificate names itself;
    3. the only certificate in it is the pinned one, byte for byte, and no revocation list;
    4. exactly the four attributes of CAdES baseline are signed, each once with one value;
       none is unsigned;
    5. what is signed is plain data, and is either apart or inside, as the caller says;
    6. the digest and signature algorithms are admitted, agree with each other and the key, and
       each is named in one way only, since their names are not signed;
    7. the pinned key signed the attributes;
    8. the digest in the attributes is that of the content;
    9. the signing-certificate attribute names the pinned certificate and no other;
    10. the signing time lies within the validity of the pinned certificate.

    Nothing is said of the certificate's issuer nor of its revocation: trust is the pin. An
    ECDSA signature still has a twin, which ``require_own_form`` refuses.
    Raises ``InvalidSignatureError``, without a cause, when any of them does not.
    """
    signed_data = _decode(signature)
    if signed_data.encapsulated.content is not None:  # (5)
        raise _refused()
    return _verified(signed_data, content, pinned)


def verify_enveloping(signature: bytes, pinned: Certificate) -> tuple[bytes, VerifiedSignature]:
    """Verify a signature and give the content that it carries.

    The properties are those of ``verify_detached``. Raises ``InvalidSignatureError``.
    """
    signed_data = _decode(signature)
    content = signed_data.encapsulated.content
    if content is None:  # (5)
        raise _refused()
    return content, _verified(signed_data, content, pinned)


def unverified_content(signature: bytes) -> bytes:
    """Give the content that a signature carries, of which nothing is verified.

    For what this service signed and kept itself, to be shown. Raises ``InvalidSignatureError``
    when it carries none.
    """
    content = _decode(signature).encapsulated.content
    if content is None:
        raise _refused()
    return content


def require_own_form(signature: bytes, content: bytes, verified: VerifiedSignature) -> None:
    """Refuse a verified signature that our own writer would not have made so.

    For what is known by the digest of its bytes. ``openssl`` writes another form, so that
    answers of recipients are not held to this. Properties that hold:

    11. the attributes are those that our writer signs at that time, and nothing is optional:
        the whole is written again, and compared;
    12. an ECDSA signature is the low one of two twins: anybody can make the other.

    Raises ``InvalidSignatureError``.
    """
    message = asn1.decode_der(ContentInfo, signature)
    (signer,) = message.content.signers.as_list()
    embedded = message.content.encapsulated.content
    certificate = verified.certificate
    attributes = attributes_over(content, certificate, verified.signing_time)
    rebuilt = assemble(certificate, attributes, signer.signature, embedded)
    _require(rebuilt == signature)  # (11)
    _require(is_low(certificate.public_key, signer.signature))  # (12)


def _decode(signature: bytes) -> SignedData:
    try:
        message = asn1.decode_der(ContentInfo, signature)  # (2) (3) (4)
        encoded = asn1.encode_der(message)
    except ValueError:
        raise _refused() from None
    _require(encoded == signature)  # (1), were the codec ever to read more than it writes
    _require(message.content_type == SIGNED_DATA and message.content.version == CMS_VERSION)
    return message.content


def _verified(signed_data: SignedData, content: bytes, pinned: Certificate) -> VerifiedSignature:
    (signer,) = signed_data.signers.as_list()
    (embedded,) = signed_data.certificates.as_list()
    _require(_is_named(signer, pinned))  # (2)
    _require(asn1.encode_der(embedded) == pinned.der)  # (3)
    try:
        attributes = read_attributes(signer.signed_attributes)  # (4)
        digest = _agreed_digest(signed_data, signer, pinned)  # (6)
        signed = asn1.encode_der(signer.signed_attributes)
        verify(pinned.public_key, digest, signer.signature, signed)  # (7)
        is_certificate_named = _identifies(attributes.certificate, pinned)
    except (ValueError, InvalidSignature):
        raise _refused() from None
    types = (signed_data.encapsulated.content_type, attributes.content_type)
    _require(types == (DATA, DATA))  # (5)
    _require(attributes.message_digest == digest.of(content))  # (8)
    _require(is_certificate_named)  # (9)
    _require(pinned.is_valid_at(attributes.signing_time))  # (10)
    return VerifiedSignature(attributes.signing_time, pinned)


def _is_named(signer: SignerInfo, pinned: Certificate) -> bool:
    named = asn1.encode_der(signer.signer)
    expected = asn1.encode_der(pinned.issuer_and_serial_number)
    return signer.version == CMS_VERSION and named == expected


def _agreed_digest(signed_data: SignedData, signer: SignerInfo, pinned: Certificate) -> Digest:
    (announced,) = signed_data.digest_algorithms.as_list()
    digest = named_digest(signer.digest_algorithm)
    if named_digest(announced) != digest:
        raise ValueError("the digests named differ")
    expected = signature_identifier(pinned.public_key, digest)
    if asn1.encode_der(signer.signature_algorithm) != asn1.encode_der(expected):
        raise ValueError("the signature algorithm is not that of the key")
    return digest


def _identifies(identifier: CertificateIdentifier, pinned: Certificate) -> bool:
    algorithm = identifier.hash_algorithm
    digest = SHA256 if algorithm is None else named_digest(algorithm)
    if identifier.certificate_hash != digest.of(pinned.der):
        return False
    if identifier.issuer_serial is None:
        return True
    (issuer,) = identifier.issuer_serial.issuer
    repeated = IssuerAndSerialNumber(
        issuer=issuer, serial_number=identifier.issuer_serial.serial_number
    )
    return asn1.encode_der(repeated) == asn1.encode_der(pinned.issuer_and_serial_number)


def _require(holds: bool) -> None:  # noqa: FBT001 - reads as the sentence it checks
    if not holds:
        raise _refused()


def _refused() -> InvalidSignatureError:
    return InvalidSignatureError(
        "cette signature n'est pas celle du certificat attendu sur ce contenu"
    )
