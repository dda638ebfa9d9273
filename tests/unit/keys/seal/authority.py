"""A synthetic authority that issues certificates of every kind, good and bad."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import NameOID

from keys.seal import SealKey, install

VALID_FROM = datetime(2022, 1, 1, tzinfo=UTC)
# The openssl command judges by the wall clock.
VALID_UNTIL = datetime(2040, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority: its key and its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def root(cls, name: str) -> Self:
        """Draw an authority that certifies itself."""
        key = ec.generate_private_key(ec.SECP384R1())
        return cls(key, _certificate(_name(name), key.public_key(), _name(name), key, _AUTHORITY))

    def subordinate(
        self, name: str, constraints: x509.BasicConstraints | None, *, signs: bool = True
    ) -> Self:
        """Draw an authority under this one, with its own constraints."""
        key = ec.generate_private_key(ec.SECP256R1())
        extensions: list[x509.ExtensionType] = [key_usage(signs_certificates=signs)]
        if constraints is not None:
            extensions.append(constraints)
        issuer = self.certificate.subject
        certificate = _certificate(_name(name), key.public_key(), issuer, self.key, extensions)
        return type(self)(key, certificate)

    def issue(
        self,
        public_key: CertificatePublicKeyTypes,
        extensions: list[x509.ExtensionType] | None = None,
        until: datetime = VALID_UNTIL,
    ) -> x509.Certificate:
        """Certify a seal's key."""
        subject, issuer = _name("Cachet d'essai"), self.certificate.subject
        held = _SEAL if extensions is None else extensions
        return _certificate(subject, public_key, issuer, self.key, held, until=until)


def key_usage(*, signs: bool = False, signs_certificates: bool = False) -> x509.KeyUsage:
    """Say what a key may do: sign documents, sign certificates, or else agree on keys."""
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=not signs and not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def certified_seal(private_key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> SealKey:
    """Install a seal for a key, certified by an authority of its own."""
    issuer = Authority.root("Autorité d'essai")
    certificate = issuer.issue(private_key.public_key())
    private_der = private_key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return install(private_der, pem(certificate, issuer.certificate), VALID_FROM)


def pem(*certificates: x509.Certificate) -> bytes:
    """Write certificates one after the other."""
    return b"".join(
        certificate.public_bytes(serialization.Encoding.PEM) for certificate in certificates
    )


_AUTHORITY: list[x509.ExtensionType] = [
    x509.BasicConstraints(ca=True, path_length=None),
    key_usage(signs_certificates=True),
]
_SEAL: list[x509.ExtensionType] = [key_usage(signs=True)]


def _certificate(
    subject: x509.Name,
    public_key: CertificatePublicKeyTypes,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    extensions: list[x509.ExtensionType],
    *,
    until: datetime = VALID_UNTIL,
) -> x509.Certificate:
    builder = x509.CertificateBuilder(
        issuer, subject, public_key, x509.random_serial_number(), VALID_FROM, until
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(key, hashes.SHA256())


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
