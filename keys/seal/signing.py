"""Making a CAdES baseline signature (ETSI EN 319 122-1, level B-B) over bytes."""

from datetime import datetime

from cryptography.hazmat import asn1

from keys.errors import InvalidCertificateError
from keys.seal.algorithms import digest_identifier, sign, signature_identifier, signing_digest
from keys.seal.attributes import write_attributes
from keys.seal.certificates import Certificate
from keys.seal.seal_key import SealKey
from keys.seal.structures import (
    CMS_VERSION,
    DATA,
    SIGNED_DATA,
    Attribute,
    ContentInfo,
    EncapsulatedContentInfo,
    SignedData,
    SignerInfo,
)


def sign_detached(content: bytes, key: SealKey, signing_time: datetime) -> bytes:
    """Sign a content that stays apart. Gives DER.

    Raises ``InvalidCertificateError`` when the certificate is not valid at that time.
    """
    return _sign(content, key, signing_time, embedded=None)


def sign_enveloping(content: bytes, key: SealKey, signing_time: datetime) -> bytes:
    """Sign a content and carry it inside. Gives DER.

    Raises ``InvalidCertificateError`` when the certificate is not valid at that time.
    """
    return _sign(content, key, signing_time, embedded=content)


def attributes_over(
    content: bytes, certificate: Certificate, signing_time: datetime
) -> asn1.SetOf[Attribute]:
    """Give the attributes that this writer signs."""
    digest = signing_digest(certificate.public_key)
    return write_attributes(digest.of(content), signing_time, certificate.der)


def assemble(
    certificate: Certificate,
    attributes: asn1.SetOf[Attribute],
    signature: bytes,
    embedded: bytes | None,
) -> bytes:
    """Put signed attributes and the signature over them together. Gives DER."""
    digest = signing_digest(certificate.public_key)
    signer = SignerInfo(
        version=CMS_VERSION,
        signer=certificate.issuer_and_serial_number,
        digest_algorithm=digest_identifier(digest),
        signed_attributes=attributes,
        signature_algorithm=signature_identifier(certificate.public_key, digest),
        signature=signature,
    )
    signed_data = SignedData(
        version=CMS_VERSION,
        digest_algorithms=asn1.SetOf([digest_identifier(digest)]),
        encapsulated=EncapsulatedContentInfo(content_type=DATA, content=embedded),
        certificates=asn1.SetOf([asn1.decode_der(asn1.TLV, certificate.der)]),
        signers=asn1.SetOf([signer]),
    )
    return asn1.encode_der(ContentInfo(content_type=SIGNED_DATA, content=signed_data))


def _sign(content: bytes, key: SealKey, signing_time: datetime, embedded: bytes | None) -> bytes:
    certificate = key.certificate
    _require_valid(certificate, signing_time)
    attributes = attributes_over(content, certificate, signing_time)
    digest = signing_digest(certificate.public_key)
    # Signed under the universal tag of SET OF, not the [0] it travels with (RFC 5652, 5.4).
    signature = sign(key.private_key, digest, asn1.encode_der(attributes))
    return assemble(certificate, attributes, signature, embedded)


def _require_valid(certificate: Certificate, at: datetime) -> None:
    if not certificate.is_valid_at(at):
        raise InvalidCertificateError(
            f"ce certificat vaut du {certificate.not_before:%d/%m/%Y} au "
            f"{certificate.not_after:%d/%m/%Y} : rien ne peut être signé à cette date ; "
            "demandez un nouveau certificat"
        )
