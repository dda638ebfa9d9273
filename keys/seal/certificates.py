"""X.509 certificates as values: read, named by their digest."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from keys.errors import InvalidCertificateError

_CURVES: Final = ("secp256r1", "secp384r1")
# ANSSI-PG-083: RSA below 3072 bits is not for use beyond 2030.
_RSA_BITS: Final = 3072
_MAX_BYTES: Final = 100_000
_PEM_START: Final = b"-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate: its DER bytes, and what people ask of it. Instants are UTC."""

    der: bytes
    subject: str
    not_before: datetime
    not_after: datetime

    @property
    def pem(self) -> bytes:
        """The certificate in PEM."""
        return self.x509().public_bytes(serialization.Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the DER, in hex."""
        return hashlib.sha256(self.der).hexdigest()

    def x509(self) -> x509.Certificate:
        """Give the certificate as ``cryptography`` reads it."""
        return x509.load_der_x509_certificate(self.der)


def load_certificate(data: bytes) -> Certificate:
    """Read one certificate, PEM or DER. Raises ``InvalidCertificateError``.

    Demands a key this project signs and verifies with: ECDSA P-256 or P-384, RSA from 3072
    bits. Says nothing of who issued it: pinning does.
    """
    certificates = load_certificates(data)
    if len(certificates) != 1:
        raise InvalidCertificateError("ce fichier doit contenir un seul certificat")
    return certificates[0]


def load_certificates(data: bytes) -> list[Certificate]:
    """Read certificates, PEM (any number) or DER (one). Raises ``InvalidCertificateError``."""
    if len(data) > _MAX_BYTES:
        raise InvalidCertificateError("ce fichier est trop grand pour un certificat")
    try:
        if _PEM_START in data:
            found = x509.load_pem_x509_certificates(data)
        else:
            found = [x509.load_der_x509_certificate(data)]
        return [certificate_value(certificate) for certificate in found]
    except ValueError:
        raise InvalidCertificateError(
            "ce fichier n'est pas un certificat : il faut du PEM ou du DER"
        ) from None


def certificate_value(certificate: x509.Certificate) -> Certificate:
    """Take what is needed of a certificate. Raises ``InvalidCertificateError``."""
    _require_accepted_key(certificate.public_key())
    return Certificate(
        der=certificate.public_bytes(serialization.Encoding.DER),
        subject=certificate.subject.rfc4514_string(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def _require_accepted_key(key: object) -> None:
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _RSA_BITS:
        return
    raise InvalidCertificateError(
        "la clé de ce certificat n'est pas admise : il faut ECDSA P-256 ou P-384, "
        "ou RSA d'au moins 3072 bits"
    )
