"""The DER shapes of a CAdES baseline signature, each the only form admitted here.

A narrowing of CMS SignedData (RFC 5652, 5 and 12; RFC 5035, 3): what a shape leaves out
(revocation lists, unsigned attributes, certificate policies, other signer identifiers) cannot be
decoded, so it cannot be overlooked. The codec itself refuses BER and unsorted sets.
"""

from typing import Annotated, Final

from cryptography import x509
from cryptography.hazmat import asn1

DATA: Final = x509.ObjectIdentifier("1.2.840.113549.1.7.1")
SIGNED_DATA: Final = x509.ObjectIdentifier("1.2.840.113549.1.7.2")

# RFC 5652, 5.1 and 5.3: plain data, and a signer named by issuer and serial number.
CMS_VERSION: Final = 1


@asn1.sequence
class AlgorithmIdentifier:
    """An algorithm; those admitted here have no parameters, or NULL."""

    algorithm: x509.ObjectIdentifier
    parameters: asn1.Null | None


@asn1.sequence
class EncapsulatedContentInfo:
    """What is signed: its type, and itself unless the signature is detached."""

    content_type: x509.ObjectIdentifier
    content: Annotated[bytes | None, asn1.Explicit(0)]


@asn1.sequence
class IssuerAndSerialNumber:
    """How CMS names the signer's certificate; ``issuer`` is an X.501 name."""

    issuer: asn1.TLV
    serial_number: int


@asn1.sequence
class Attribute:
    """A signed attribute: its type and its one value."""

    attribute_type: x509.ObjectIdentifier
    values: Annotated[asn1.SetOf[asn1.TLV], asn1.Size.exact(1)]


@asn1.sequence
class SignerInfo:
    """One signer; without unsigned attributes."""

    version: int
    signer: IssuerAndSerialNumber
    digest_algorithm: AlgorithmIdentifier
    signed_attributes: Annotated[asn1.SetOf[Attribute], asn1.Implicit(0)]
    signature_algorithm: AlgorithmIdentifier
    signature: bytes


@asn1.sequence
class SignedData:
    """A content signed by one signer whose certificate is embedded; without revocation lists."""

    version: int
    digest_algorithms: Annotated[asn1.SetOf[AlgorithmIdentifier], asn1.Size.exact(1)]
    encapsulated: EncapsulatedContentInfo
    certificates: Annotated[asn1.SetOf[asn1.TLV], asn1.Implicit(0), asn1.Size.exact(1)]
    signers: Annotated[asn1.SetOf[SignerInfo], asn1.Size.exact(1)]


@asn1.sequence
class ContentInfo:
    """The outermost shape of a CMS file."""

    content_type: x509.ObjectIdentifier
    content: Annotated[SignedData, asn1.Explicit(0)]


@asn1.sequence
class IssuerSerial:
    """What an ESSCertIDv2 may repeat; ``issuer`` is one GeneralName, a directoryName."""

    issuer: Annotated[list[Annotated[asn1.TLV, asn1.Explicit(4)]], asn1.Size.exact(1)]
    serial_number: int


@asn1.sequence
class CertificateIdentifier:
    """ESSCertIDv2: the signer's certificate by its hash, SHA-256 where no algorithm is named."""

    hash_algorithm: AlgorithmIdentifier | None
    certificate_hash: bytes
    issuer_serial: IssuerSerial | None


@asn1.sequence
class SigningCertificate:
    """SigningCertificateV2, naming the signer's certificate alone."""

    certificates: Annotated[list[CertificateIdentifier], asn1.Size.exact(1)]
