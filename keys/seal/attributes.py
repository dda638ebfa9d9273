"""The four signed attributes of CAdES baseline (ETSI EN 319 122-1, 6.3), and no other.

Content type, message digest, signing time (RFC 5652, 11) and signing certificate (RFC 5035, 3).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier

from keys.seal.algorithms import SHA256
from keys.seal.structures import DATA, Attribute, CertificateIdentifier, SigningCertificate

CONTENT_TYPE: Final = ObjectIdentifier("1.2.840.113549.1.9.3")
MESSAGE_DIGEST: Final = ObjectIdentifier("1.2.840.113549.1.9.4")
SIGNING_TIME: Final = ObjectIdentifier("1.2.840.113549.1.9.5")
SIGNING_CERTIFICATE_V2: Final = ObjectIdentifier("1.2.840.113549.1.9.16.2.47")

_ATTRIBUTE_TYPES: Final = {CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, SIGNING_CERTIFICATE_V2}


@dataclass(frozen=True, slots=True)
class SignedAttributes:
    """What a signer signs. ``signing_time`` is UTC, to the second."""

    content_type: ObjectIdentifier
    message_digest: bytes
    signing_time: datetime
    certificate: CertificateIdentifier


def write_attributes(
    message_digest: bytes, signing_time: datetime, certificate_der: bytes
) -> asn1.SetOf[Attribute]:
    """Give the four attributes over plain data.

    The time is an UTCTime: whole seconds, before 2050 (RFC 5652, 11.3). The certificate is
    named by its SHA-256, the digest that ESSCertIDv2 means when it names none.
    """
    whole_second = signing_time.astimezone(UTC).replace(microsecond=0)
    certificate = SigningCertificate(
        certificates=[
            CertificateIdentifier(
                hash_algorithm=None,
                certificate_hash=SHA256.of(certificate_der),
                issuer_serial=None,
            )
        ]
    )
    return asn1.SetOf(
        [
            _attribute(CONTENT_TYPE, DATA),
            _attribute(MESSAGE_DIGEST, message_digest),
            _attribute(SIGNING_TIME, asn1.UTCTime(whole_second)),
            _attribute(SIGNING_CERTIFICATE_V2, certificate),
        ]
    )


def read_attributes(attributes: asn1.SetOf[Attribute]) -> SignedAttributes:
    """Read the four attributes. Raises ``ValueError`` when they are others, or more."""
    listed = attributes.as_list()
    values = {attribute.attribute_type: attribute.values.as_list()[0] for attribute in listed}
    if len(listed) != len(_ATTRIBUTE_TYPES) or values.keys() != _ATTRIBUTE_TYPES:
        raise ValueError("the signed attributes are not the four admitted")
    signing_certificate = values[SIGNING_CERTIFICATE_V2].parse(SigningCertificate)
    return SignedAttributes(
        content_type=values[CONTENT_TYPE].parse(ObjectIdentifier),
        message_digest=values[MESSAGE_DIGEST].parse(bytes),
        signing_time=values[SIGNING_TIME].parse(asn1.UTCTime).as_datetime(),
        certificate=signing_certificate.certificates[0],
    )


def _attribute(attribute_type: ObjectIdentifier, value: object) -> Attribute:
    tlv = asn1.decode_der(asn1.TLV, asn1.encode_der(value))
    return Attribute(attribute_type=attribute_type, values=asn1.SetOf([tlv]))
