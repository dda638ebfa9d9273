"""X.509 certificates of seals, as far as signing and verifying need them."""

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import serialization

from keys.errors import InvalidCertificateError
from keys.seal.algorithms import SealPublicKey, is_strong
from keys.seal.structures import IssuerAndSerialNumber

_PEM_START = b"-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True, repr=False)
class Certificate:
    """A readable certificate whose key is strong enough; nothing is said of its issuer.

    ``der`` is what it is compared by. Times are UTC, to the second.
    """

    der: bytes
    parsed: x509.Certificate = field(compare=False)
    public_key: SealPublicKey = field(compare=False)

    @classmethod
    def of(cls, parsed: x509.Certificate) -> Self:
        """Wrap a parsed certificate.

        Raises ``InvalidCertificateError`` for a weak key, or where a part does not parse:
        the library parses each part when it is asked for.
        """
        require_readable(parsed)
        try:
            public_key = parsed.public_key()
        except (ValueError, UnsupportedAlgorithm):
            raise _weak_key() from None
        if not is_strong(public_key):
            raise _weak_key()
        return cls(parsed.public_bytes(serialization.Encoding.DER), parsed, public_key)

    def __repr__(self) -> str:
        return f"Certificate({self.fingerprint})"

    @property
    def pem(self) -> bytes:
        """The certificate in PEM."""
        return self.parsed.public_bytes(serialization.Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the DER, 64 lower case hexadecimal digits."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def subject(self) -> str:
        """The holder's name (RFC 4514)."""
        return self.parsed.subject.rfc4514_string()

    @property
    def not_before(self) -> datetime:
        """The first instant of validity."""
        return self.parsed.not_valid_before_utc

    @property
    def not_after(self) -> datetime:
        """The last instant of validity."""
        return self.parsed.not_valid_after_utc

    @property
    def issuer_and_serial_number(self) -> IssuerAndSerialNumber:
        """What CMS names a certificate by."""
        issuer = asn1.decode_der(asn1.TLV, self.parsed.issuer.public_bytes())
        return IssuerAndSerialNumber(issuer=issuer, serial_number=self.parsed.serial_number)

    def is_valid_at(self, at: datetime) -> bool:
        """Tell whether an instant lies within the validity, both ends included."""
        return self.not_before <= at <= self.not_after


def load_certificate(data: bytes) -> Certificate:
    """Read one certificate, in PEM or DER. Raises ``InvalidCertificateError``."""
    certificates = read_certificates(data)
    if len(certificates) != 1:
        raise InvalidCertificateError(
            "ce fichier contient plusieurs certificats : gardez-y seulement celui du titulaire"
        )
    return Certificate.of(certificates[0])


def read_certificates(data: bytes) -> list[x509.Certificate]:
    """Read certificates in the order of the file: several in PEM, or one in DER.

    Raises ``InvalidCertificateError`` when there is none or one is not readable.
    """
    with _strictly():
        if _PEM_START in data:
            certificates = x509.load_pem_x509_certificates(data)
        else:
            certificates = [x509.load_der_x509_certificate(data)]
    for parsed in certificates:
        require_readable(parsed)
    return certificates


def require_readable(parsed: x509.Certificate) -> None:
    """Raise ``InvalidCertificateError`` unless every part that is used later can be read."""
    with _strictly():
        parsed.subject.rfc4514_string()
        parsed.issuer.public_bytes()
        _ = parsed.serial_number, parsed.not_valid_before_utc, parsed.not_valid_after_utc


@contextmanager
def _strictly() -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # A serial number below zero or a country of three letters are read, with an English
            # warning: RFC 5280 admits neither.
            warnings.simplefilter("error")
            yield
    except (ValueError, TypeError, Warning, UnsupportedAlgorithm, x509.InvalidVersion):
        raise InvalidCertificateError(
            "ce certificat n'est pas lisible : donnez-le au format PEM ou DER"
        ) from None


def _weak_key() -> InvalidCertificateError:
    return InvalidCertificateError(
        "la clé de ce certificat n'est ni ECDSA (P-256, P-384, P-521) ni RSA d'au moins "
        "3072 bits : demandez un certificat pour une clé plus forte"
    )
