"""The seal: a private key and its certificate, which sign together."""

from dataclasses import dataclass, field
from typing import Self, TypeAlias

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from keys.errors import InvalidCertificateError
from keys.seal.certificates import Certificate, load_certificate

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class SealKey:
    """A private key whose public half is in ``certificate``."""

    certificate: Certificate
    private_key: PrivateKey = field(repr=False)

    @classmethod
    def load(cls, private_key_der: bytes, certificate: bytes) -> Self:
        """Put a key (PKCS #8, DER or PEM) and a certificate together.

        Raises ``InvalidCertificateError`` when they are not of one pair.
        """
        private_key = load_private_key(private_key_der)
        loaded = load_certificate(certificate)
        if _spki(private_key.public_key()) != _spki(loaded.x509().public_key()):
            raise InvalidCertificateError(
                "ce certificat n'est pas celui de la clé : il faut celui de la dernière demande"
            )
        return cls(loaded, private_key)

    def private_key_der(self) -> bytes:
        """Give the private key in PKCS #8 DER, in clear: to be wrapped at once."""
        return private_key_bytes(self.private_key, serialization.Encoding.DER)


def load_private_key(data: bytes) -> PrivateKey:
    """Read a private key, DER or PEM, unencrypted. Raises ``InvalidCertificateError``."""
    try:
        if data.startswith(b"-----BEGIN"):
            key = serialization.load_pem_private_key(data, password=None)
        else:
            key = serialization.load_der_private_key(data, password=None)
    except (ValueError, TypeError):
        raise InvalidCertificateError("cette clé privée n'est pas lisible") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise InvalidCertificateError("cette clé privée n'est ni ECDSA ni RSA")
    return key


def private_key_bytes(key: PrivateKey, encoding: serialization.Encoding) -> bytes:
    """Give a private key in PKCS #8, unencrypted."""
    return key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _spki(public_key: object) -> bytes:
    if not isinstance(public_key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return b""
    return public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
